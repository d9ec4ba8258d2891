"""The heuristics as one function from a text to an annotation."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import product
from pathlib import Path
from typing import TypeVar

from annotate.corpus.article import Article
from annotate.errors import InputError
from annotate.heuristics.analysis import Analyser
from annotate.heuristics.candidates import Candidate, Policy, longest_first, policy_of
from annotate.heuristics.document import Document
from annotate.heuristics.events import Event
from annotate.heuristics.forms import read_forms
from annotate.heuristics.learned import Learned, check_fits, read_learned
from annotate.heuristics.lexicon import NAMES, Lexicon, read_lexicon
from annotate.heuristics.morphology import TriggerLemmas, load_lemmas
from annotate.heuristics.own import Own, own_lexicons
from annotate.heuristics.precision import FILE, Precision, Scorer, Tally, read_rows
from annotate.heuristics.proposing import origin, propose, seen
from annotate.heuristics.relations import Filler, Relator
from annotate.heuristics.rules import rule_of
from annotate.heuristics.settling import LEAST, Settled, by_rules, settle
from annotate.heuristics.tagger import Tagging
from annotate.heuristics.triggers import read_triggers
from annotate.ontology import Ontology, load_ontology
from annotate.resources import resource
from annotate.spans import (
    LAYERS,
    Annotation,
    Relation,
    Span,
    ordered,
    proposed_span,
    with_defaults,
)
from annotate.storage import text_sha256

_Made = TypeVar("_Made")
Pairs = tuple[tuple[str, str], ...]
VERSION = "0.4.0"


@dataclass(frozen=True, slots=True, eq=False)
class Heuristics:
    """The loaded lexicons, and the ontology that says what may be proposed.

    Attributes:
        ontology: labels it lacks are not proposed.
        lexicon: what the lexicon folder holds.
        analyse: looks words up, and remembers them.
        precision: what scores come from.
        policy: how overlaps are settled.
        attributes: what an event's attributes are, by whether it is denied and not real.
        version: of the rules, with a fingerprint of the user's own lexicons where there are some,
            and that of what was learned.
        learned: what was learned from annotations, or None.
        least: what has a lower expected precision is not proposed.
    """

    ontology: Ontology
    lexicon: Lexicon
    analyse: Analyser
    precision: Precision
    attributes: Mapping[tuple[bool, bool], Pairs]
    policy: Policy = longest_first
    version: str = VERSION
    learned: Learned | None = None
    least: float = 0.0

    @property
    def annotator(self) -> str:
        """The name that the proposals bear."""
        return f"heuristics-{self.version}"


@dataclass(frozen=True, slots=True, eq=False)
class Findings:
    """What was found in a text.

    Attributes:
        annotation: the proposals; entity n is the span `T<n>` and event n the span `E<n>`, from 1.
        document: the text as words.
        entities, events: what the spans were made from.
        scorer: what the references say of rules.
        tagging: what the tagger says, where there is one.
        counts: of entities and events, what their scores rest on, where that was learned.
    """

    annotation: Annotation
    document: Document
    entities: list[Candidate]
    events: list[Event]
    scorer: Scorer
    tagging: Tagging | None = None
    counts: tuple[list[Tally], list[Tally]] | None = None

    def tally(self, span: Span) -> Tally:
        """What the score of a span of the annotation rests on."""
        if self.counts is None:
            return self.scorer.tally((span.layer, span.label, rule_of(span.origin or "")))
        return self.counts[span.layer == "event"][int(span.id[1:]) - 1]


def load_heuristics(
    ontology: Ontology,
    lexicon_folder: Path | None = None,
    policy: str | Policy = longest_first,
    lexicons: Sequence[Path] = (),
    morphology: str | None = None,
    learned: Path | None = None,
    least: float | None = None,
) -> Heuristics:
    """The heuristics over a lexicon folder; without one, over the lexicons of the package.

    `lexicons` are the user's own, folders or files, that add to it (see own.py). `morphology` is a
    database in which the lemmas of unknown words are looked up (see morphology.py).
    A policy says which of two spans that overlap is kept: a name of `candidates.POLICIES`, or a
    function. A folder without precision.tsv is scored by what was measured with the package's.
    `learned` is a folder that `annotate learn` made: with it, expected precision settles what
    overlaps. What is expected to be right less often than `least` is not proposed; without one
    nothing is left out, or with what was learned, what is rather wrong than right.

    Raises:
        RulesError: with file and line of the first thing in a lexicon that is wrong.
        InputError: there is no policy of this name, no such morphology database, or what was
            learned cannot be read or does not fit.
    """
    if least is not None and not 0 <= least <= 1:
        raise InputError(f"{least} is no share", where="min_precision", fix="give one from 0 to 1")
    taught = read_learned(learned.resolve()) if learned is not None else None
    if taught is not None:
        check_fits(taught, VERSION, {layer: ontology.labels(layer) for layer in LAYERS})
        lexicons = (*lexicons, taught.lexicon) if taught.lexicon is not None else lexicons
    shipped = resource("schemas", "lexicon")
    folder = (lexicon_folder or shipped).resolve()
    table = folder / FILE
    precision = _precision(table if table.exists() else shipped.resolve() / FILE)
    own = own_lexicons(lexicons, ontology, NAMES)
    read = _without_collector(lambda: _read(folder, own, morphology))
    parts = [own.fingerprint] if own.files else []
    parts += ["morphology"] if morphology is not None else []
    parts += [f"learned-{taught.version}"] if taught is not None else []
    parts += [f"least-{least:g}"] if least is not None else []
    version = f"{VERSION}+{'.'.join(parts)}" if parts else VERSION
    if least is None:
        least = LEAST if taught is not None else 0.0
    pairs = _attribute_pairs(ontology)
    return Heuristics(ontology, *read, precision, pairs, policy_of(policy), version, taught, least)


@cache
def _precision(table: Path) -> Precision:
    return Precision(read_rows(table))


@cache
def _read(folder: Path, own: Own, morphology: str | None) -> tuple[Lexicon, Analyser]:
    """The lexicons of a folder, read once; what is known of words is shared too."""
    table = read_forms(folder)
    lexicon = read_lexicon(folder, own, table)
    # What a condition may name does not depend on the user's ontology: the lexicons come with ours.
    codes = frozenset(load_ontology().entity_codes)
    triggers = read_triggers(folder, lexicon.classes, codes, own, table)
    lexicon = lexicon.with_verbs(triggers.verbs())
    lemmas = TriggerLemmas(triggers, load_lemmas(morphology)) if morphology else None
    return lexicon, Analyser(lexicon, triggers, lemmas)


def preannotate_article(article: Article, heuristics: Heuristics) -> Annotation:
    """Proposals for an article, with its identity and text."""
    return replace(
        preannotate_text(article.text, heuristics),
        doc_id=article.doc_id,
        source=article.source,
        source_id=article.source_id,
        text=article.text,
    )


def preannotate_text(text: str, heuristics: Heuristics) -> Annotation:
    """Proposed entities, triggers and roles of a clean text, in time linear in its length."""
    return findings(text, heuristics).annotation


def findings(text: str, heuristics: Heuristics) -> Findings:
    """The proposals for a clean text with what they were made from."""
    return _without_collector(lambda: _findings(text, heuristics))


def _without_collector(work: Callable[[], _Made]) -> _Made:
    """Does something while the garbage collector does not run.

    One article makes thousands of short-lived values and no cycles; for each thousand of them the
    collector would visit all that is known of words, which took 40 % of the time.
    """
    if not gc.isenabled():
        return work()
    gc.disable()
    try:
        return work()
    finally:
        gc.enable()


def _findings(text: str, heuristics: Heuristics) -> Findings:
    ontology, learned = heuristics.ontology, heuristics.learned
    demoted = learned.demoted if learned is not None else frozenset()
    proposed = propose(text, heuristics.analyse, ontology, heuristics.policy, demoted)
    document = proposed.document
    sha256 = text_sha256(text)
    scorer = heuristics.precision.scorer(sha256)
    tagging = None
    if learned is None:
        found = by_rules(proposed, scorer, heuristics.least)
    else:
        if learned.tagger is not None:
            tagging = learned.tagger.tag(document, seen(proposed, ontology, heuristics.policy))
        found = settle(proposed, tagging, learned, scorer, heuristics.least)
    entities = [entity for entity, _ in found.entities]
    events = [event for event, _ in found.events]
    fillers = Relator(document, ontology, heuristics.lexicon.classes).find(entities, events)
    annotation = Annotation(
        text_sha256=sha256,
        spans=ordered(_spans(document, found, heuristics.attributes)),
        relations=_relations(fillers),
        annotator=heuristics.annotator,
        ontology_version=ontology.version,
        guidelines_version=ontology.guidelines_version,
    )
    return Findings(annotation, document, entities, events, scorer, tagging, found.counts)


def _spans(
    document: Document, found: Settled, attributes: Mapping[tuple[bool, bool], Pairs]
) -> Iterator[Span]:
    for number, (entity, score) in enumerate(found.entities, 1):
        start, end = document.starts[entity.start], document.ends[entity.end - 1]
        text = document.text[start:end]
        yield proposed_span(
            f"T{number}", "entity", start, end, entity.label, text, (), score, entity.origin
        )
    for number, (event, score) in enumerate(found.events, 1):
        start, end = document.starts[event.start], document.ends[event.end - 1]
        text = document.text[start:end]
        pairs = attributes[event.negative, event.unreal]
        entry = event.origin or origin(event, document)
        yield proposed_span(
            f"E{number}", "event", start, end, event.type, text, pairs, score, entry
        )


def _attribute_pairs(ontology: Ontology) -> dict[tuple[bool, bool], Pairs]:
    """(denied, not real) -> an event's attributes, those that the ontology has."""
    pairs = {}
    for negative, unreal in product((False, True), repeat=2):
        found: Mapping[str, str] = {
            "polarity": "NEGATIVE" if negative else "POSITIVE",
            "modality": "OTHER" if unreal else "ASSERTED",
        }
        known = {name: value for name, value in found.items() if value in ontology.values(name)}
        pairs[negative, unreal] = with_defaults(known, ontology)
    return pairs


def _relations(fillers: list[Filler]) -> tuple[Relation, ...]:
    """Roles in order; plain tuples are compared in a tenth of the time."""
    rows = sorted((f"E{f.event + 1}", f"T{f.entity + 1}", f.role) for f in fillers)
    return tuple(Relation(head, tail, role) for head, tail, role in rows)
