"""Several readings of one text -> one annotation for an adjudicator, and the questions it leaves.

What all say is taken. Of what they do not, every reading is there beside the others, and a question
asks which one holds. Nothing here depends on the order of the annotators.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from annotate.agreement.questions import Option, Question
from annotate.ontology import Ontology
from annotate.spans import Annotation, Relation, Span, SpanKey, ordered
from annotate.voices import RoleKey, Voice, by_majority, numbered, unopposed, value_of, voice_of

AUDIT_SHARE = 0.1  # of what all agree on: people can share one wrong pre-label
_BITS = 64

Readings = Mapping[str, Sequence[Annotation]]  # by annotator; of each the newest first
Need = Callable[[int], int]  # of so many who looked for something, how many must have it


@dataclass(frozen=True, slots=True)
class Merged:
    """The readings of one text as one annotation.

    Attributes:
        annotation: what all say, and every reading of what they do not.
        questions: what an adjudicator is asked, in order of the text: each dispute, and a sample
            of what all agree on.
        marked: ids of the spans that the questions are about; nothing in them tells a dispute from
            an audit.
    """

    annotation: Annotation
    questions: tuple[Question, ...]
    marked: frozenset[str]

    @property
    def disputes(self) -> int:
        """Number of questions about what annotators saw differently."""
        return sum(question.kind != "audit" for question in self.questions)


def merge(
    readings: Readings, ontology: Ontology, *, seed: int = 0, audit: float = AUDIT_SHARE
) -> Merged:
    """One annotation of what several annotators made of one text.

    A span (layer, offsets, label) is agreed if all who looked for its label have it; a role, if all
    who looked for both its labels do. Attributes go by majority; a tie has the default, and is a
    question. Roles that the ontology does not admit cannot be shown, and are left out.

    Args:
        readings: of one text, at least one; what a reading does not cover, it has no vote on.
        seed: of the draw that puts agreed spans up for audit, one span after the other.
        audit: the share of agreed spans that are.

    Raises:
        SpanError: a role points to a span that is not there.
    """
    voices = _voices(readings, ontology)
    names = numbered({key for voice in voices.values() for key in voice.spans})
    shared = {key for key in names if len(_sharers(key, voices)) == len(_voters(key, voices))}
    spans, values = [], []
    for key, name in names.items():
        made, asked = _joined(name, key, voices, ontology)
        spans.append(made)
        values += asked
    disputed = [*_clusters(names.keys() - shared, voices), *values]
    roles = {role for voice in voices.values() for role in voice.roles}
    roles = {r for r in roles if ontology.admits(r[0][3], r[2], r[1][3])}
    disputed += _roles(roles, shared, voices)
    first = next(annotation for own in readings.values() for annotation in own)
    asked_about = {key for question in disputed for key in question.spans}
    sample = [
        _audited(key, voices, ontology)
        for key in shared - asked_about
        if _drawn(seed, first.text_sha256, key) < audit
    ]
    questions = sorted([*disputed, *sample], key=lambda q: (q.start, q.end, q.spans, q.name))
    annotation = Annotation(
        first.text_sha256,
        ordered(spans),
        tuple(sorted(Relation(names[head], names[tail], role) for head, tail, role in roles)),
        doc_id=first.doc_id,
        source=first.source,
        source_id=first.source_id,
        ontology_version=ontology.version,
        guidelines_version=ontology.guidelines_version,
    )
    marked = {names[key] for question in questions for key in question.marks}
    return Merged(annotation, tuple(questions), frozenset(marked))


def by_vote(readings: Readings, ontology: Ontology, need: Need) -> Annotation:
    """What enough annotators say of a text, without an adjudicator.

    Of spans that overlap, and that no annotator has together, the one that more of them have stays,
    and of equals none, unless one voice is enough (`need` is 1 for all): then all stay.

    Args:
        need: how many of so many who looked for a label must have the span, or the role.

    Raises:
        SpanError: a role points to a span that is not there.
    """
    merged = merge(readings, ontology, audit=0)
    voices = _voices(readings, ontology)
    keys = {span.id: span.key for span in merged.annotation.spans}
    votes = {key: len(_sharers(key, voices)) for key in keys.values()}
    kept = {key for key in votes if votes[key] >= need(len(_voters(key, voices)))}
    if need(len(readings)) > 1:
        kept = unopposed({key: votes[key] for key in kept}, voices.values())
    spans = tuple(span for span in merged.annotation.spans if span.key in kept)
    ids = {span.id for span in spans}
    relations = []
    for relation in merged.annotation.relations:
        role = (keys[relation.head], keys[relation.tail], relation.role)
        heard = _asked(role[:2], voices)
        count = sum(role in voices[name].roles for name in heard)
        if {relation.head, relation.tail} <= ids and count >= need(len(heard)):
            relations.append(relation)
    return replace(merged.annotation, spans=spans, relations=tuple(relations))


def _voices(readings: Readings, ontology: Ontology) -> dict[str, Voice]:
    """In order of the names; a role counts if the annotator has both its spans."""
    voices = {name: voice_of(readings[name], ontology) for name in sorted(readings)}
    for voice in voices.values():
        # A second pass begins from entities that somebody else may have marked since.
        voice.roles = {r for r in voice.roles if r[0] in voice.spans and r[1] in voice.spans}
    return voices


def _voters(key: SpanKey, voices: Mapping[str, Voice]) -> list[str]:
    """Who looked for a span's label; who has the span did, whatever was recorded."""
    return [name for name, v in voices.items() if key[3] in v.covered or key in v.spans]


def _sharers(key: SpanKey, voices: Mapping[str, Voice]) -> list[str]:
    return [name for name, voice in voices.items() if key in voice.spans]


def _asked(keys: Iterable[SpanKey], voices: Mapping[str, Voice]) -> list[str]:
    """Who looked for the labels of all of these spans."""
    return [n for n, _ in voices.items() if all(n in _voters(key, voices) for key in keys)]


def _joined(
    name: str, key: SpanKey, voices: Mapping[str, Voice], ontology: Ontology
) -> tuple[Span, list[Question]]:
    """One span for those of several annotators, and the attributes that they tie on."""
    sharers = {who: voices[who].spans[key] for who in _sharers(key, voices)}
    first = next(iter(sharers.values()))
    chosen, questions = [], []
    for attribute in ontology.attributes if key[0] == "event" else ():
        value, is_tied = by_majority(list(sharers.values()), attribute)
        if is_tied:
            options = _options({w: (value_of(s, attribute),) for w, s in sharers.items()})
            questions.append(Question("value", (key,), (first.text,), options, attribute.code))
        chosen.append((attribute.code, value))
    span = Span(name, first.layer, first.start, first.end, first.label, first.text, tuple(chosen))
    return span, questions


def _clusters(disputed: Iterable[SpanKey], voices: Mapping[str, Voice]) -> Iterator[Question]:
    """A question for each run of disputed spans of one layer that hang together."""
    run: list[SpanKey] = []
    end = -1
    for key in sorted(disputed):
        if run and (key[0] != run[0][0] or key[1] >= end):
            yield _about(run, voices)
            run, end = [], -1
        run.append(key)
        end = max(end, key[2])
    if run:
        yield _about(run, voices)


def _about(run: Sequence[SpanKey], voices: Mapping[str, Voice]) -> Question:
    """What each annotator says of a run, if they looked for any of its labels."""
    said: dict[tuple[SpanKey, ...], list[str]] = defaultdict(list)
    notes: dict[tuple[SpanKey, ...], list[str]] = defaultdict(list)
    texts: dict[SpanKey, str] = {}
    for name, voice in voices.items():
        own = tuple(key for key in run if key in voice.spans)
        if own or any(key[3] in voice.covered for key in run):
            said[own].append(name)
            notes[own] += [n for key in own if (n := voice.spans[key].note)]
            texts |= {key: voice.spans[key].text for key in own}
    options = tuple(
        Option(tuple(by), keys=own, notes=tuple(dict.fromkeys(notes[own])))
        for own, by in sorted(said.items())
    )
    return Question("span", tuple(run), tuple(texts[key] for key in run), options)


def _audited(key: SpanKey, voices: Mapping[str, Voice], ontology: Ontology) -> Question:
    """The question whether what all say is right; nobody said that it is not."""
    sharers = {who: voices[who].spans[key] for who in _sharers(key, voices)}
    notes = tuple(dict.fromkeys(span.note for span in sharers.values() if span.note))
    values = []
    for attribute in ontology.attributes if key[0] == "event" else ():
        said = {value_of(span, attribute) for span in sharers.values()}
        values += [f"{attribute.code}={value}" for value in said if len(said) == 1]
    yes = Option(tuple(sharers), (key,), tuple(values), notes)
    text = next(iter(sharers.values())).text
    return Question("audit", (key,), (text,), (Option(), yes))


def _roles(
    roles: Iterable[RoleKey], shared: set[SpanKey], voices: Mapping[str, Voice]
) -> Iterator[Question]:
    """A question for each pair of agreed spans whose roles differ.

    A role of a disputed span goes or stays with it.
    """
    by_pair: dict[tuple[SpanKey, SpanKey], set[str]] = defaultdict(set)
    for head, tail, role in roles:
        if head in shared and tail in shared:
            by_pair[head, tail].add(role)
    for (head, tail), named in sorted(by_pair.items()):
        said = {
            who: tuple(r for r in sorted(named) if (head, tail, r) in voices[who].roles)
            for who in _asked((head, tail), voices)
        }
        if len(set(said.values())) > 1:
            texts = tuple(
                next(v.spans[key].text for v in voices.values() if key in v.spans)
                for key in (head, tail)
            )
            yield Question("role", (head, tail), texts, _options(said))


def _options(said: Mapping[str, tuple[str, ...]]) -> tuple[Option, ...]:
    found: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for who, values in said.items():
        found[values].append(who)
    return tuple(Option(tuple(by), values=values) for values, by in sorted(found.items()))


def _drawn(seed: int, text_sha256: str, key: SpanKey) -> float:
    """A number from 0 to 1, each as likely, for one span of one text."""
    name = f"{seed}\naudit\n{text_sha256}\n{key}"
    digest = hashlib.sha256(name.encode()).digest()
    return int.from_bytes(digest[:8], "big") / (1 << _BITS)
