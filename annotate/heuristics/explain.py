"""Which rule made what: every proposed span with its rule, and what its score rests on."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from annotate.arabic.clitics import ARTICLE, Reading
from annotate.corpus.article import Article
from annotate.heuristics.conditions import when_of
from annotate.heuristics.pipeline import Findings, Heuristics, findings
from annotate.heuristics.precision import Tally
from annotate.heuristics.rules import RULES, entry_of, family_of, rule_of
from annotate.spans import Span


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a span was proposed.

    Attributes:
        span: the proposal, with its score.
        tally: the spans of its rule and label in the references, without the article itself.
        clitics: how the first word was taken apart, where it has clitics: و+ب+قصف.
        conditions: what the lexicon asks of the context of this trigger.
        root, form: of the lemma of this trigger, where the lexicon says them.
    """

    span: Span
    tally: Tally
    clitics: str = ""
    conditions: tuple[str, ...] = ()
    root: str = ""
    form: str = ""

    @property
    def rule(self) -> str:
        """Name of the rule."""
        return rule_of(self.span.origin or "")

    @property
    def entry(self) -> str:
        """The lexicon entry or word that set the rule off, or nothing."""
        return entry_of(self.span.origin or "")

    def to_json(self) -> dict[str, Any]:
        span = self.span
        return {
            "id": span.id,
            "layer": span.layer,
            "start": span.start,
            "end": span.end,
            "label": span.label,
            "text": span.text,
            "rule": self.rule,
            "entry": self.entry or None,
            "root": self.root or None,
            "form": self.form or None,
            "score": span.score,
            "proposed": self.tally.proposed,
            "correct": self.tally.correct,
            "clitics": self.clitics or None,
            "conditions": list(self.conditions),
        }


@dataclass(frozen=True, slots=True)
class Role:
    """An argument: `filler` plays `role` in the event of `trigger`."""

    trigger: Span
    role: str
    filler: Span

    def to_json(self) -> dict[str, Any]:
        return {
            "head": self.trigger.id,
            "tail": self.filler.id,
            "role": self.role,
            "trigger": self.trigger.text,
            "filler": self.filler.text,
        }


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the text with what was proposed in it.

    Attributes:
        start, end: code points of the text, half open.
        text: the surface.
        reasons: in text order.
        roles: in the order of the annotation.
    """

    start: int
    end: int
    text: str
    reasons: tuple[Reason, ...]
    roles: tuple[Role, ...]

    def to_json(self) -> dict[str, Any]:
        return {
            "start": self.start,
            "end": self.end,
            "text": self.text,
            "spans": [reason.to_json() for reason in self.reasons],
            "roles": [role.to_json() for role in self.roles],
        }


@dataclass(frozen=True, slots=True)
class Explanation:
    """An article, sentence by sentence."""

    article: Article
    sentences: tuple[Sentence, ...]

    @property
    def meanings(self) -> dict[str, str]:
        """Family -> meaning of the rules that made something here, in alphabetical order."""
        families = {
            family_of(reason.rule) for sentence in self.sentences for reason in sentence.reasons
        }
        return {family: RULES.get(family, "") for family in sorted(families)}

    def to_json(self) -> dict[str, Any]:
        return {
            "doc_id": self.article.doc_id,
            "source": self.article.source,
            "source_id": self.article.source_id,
            "text_sha256": self.article.text_sha256,
            "sentences": [sentence.to_json() for sentence in self.sentences],
            "rules": self.meanings,
        }


def explain(article: Article, heuristics: Heuristics) -> Explanation:
    """What `preannotate_article` proposes for an article, with the reasons."""
    found = findings(article.text, heuristics)
    document = found.document
    spans = {span.id: span for span in found.annotation.spans}
    first_words = {f"T{n}": entity.start for n, entity in enumerate(found.entities, 1)}
    first_words |= {f"E{n}": event.start for n, event in enumerate(found.events, 1)}
    reasons: defaultdict[int, list[Reason]] = defaultdict(list)
    for span in found.annotation.spans:
        reasons[document.sentence[first_words[span.id]]].append(_reason(span, found))
    roles: defaultdict[int, list[Role]] = defaultdict(list)
    for relation in found.annotation.relations:
        role = Role(spans[relation.head], relation.role, spans[relation.tail])
        roles[document.sentence[first_words[relation.head]]].append(role)
    sentences = []
    for number, (first, after) in enumerate(document.bounds):
        start, end = document.starts[first], document.ends[after - 1]
        sentences.append(
            Sentence(
                start,
                end,
                article.text[start:end],
                tuple(reasons[number]),
                tuple(
                    sorted(roles[number], key=lambda role: (role.trigger.start, role.filler.start))
                ),
            )
        )
    return Explanation(article, tuple(sentences))


def _reason(span: Span, found: Findings) -> Reason:
    tally = found.tally(span)
    number = int(span.id[1:]) - 1
    if span.layer == "entity":
        preposition = found.entities[number].preposition
        return Reason(span, tally, f"{preposition}+" if preposition else "")
    event = found.events[number]
    sense = event.sense
    conditions = tuple(when_of((test,)) for test in sense.tests)
    return Reason(
        span, tally, _taken_apart(event.reading), conditions, root=sense.root, form=sense.form
    )


def _taken_apart(reading: Reading) -> str:
    """A word's clitics and stem joined by plus signs; nothing for a word without clitics."""
    parts = [reading.conjunction, reading.preposition, ARTICLE * reading.article]
    parts += [reading.stem, reading.ending]
    found = [part for part in parts if part]
    return "+".join(found) if len(found) > 1 else ""
