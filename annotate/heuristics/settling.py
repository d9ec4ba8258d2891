"""Rules and tagger settled: of what both propose, what is likelier right than wrong is kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from annotate.arabic.clitics import Reading
from annotate.heuristics.candidates import Candidate, longest_first, resolve
from annotate.heuristics.context import Context
from annotate.heuristics.document import Document
from annotate.heuristics.events import Event, with_attributes
from annotate.heuristics.learned import Known, Learned
from annotate.heuristics.precision import Scorer, Tally
from annotate.heuristics.proposing import Proposed
from annotate.heuristics.rules import rule_of
from annotate.heuristics.support import Class, State, Support, tenth
from annotate.heuristics.tagger import Tagged, Tagging
from annotate.heuristics.triggers import Sense

LEAST = 0.5  # expected precision: below it a person deletes a span more often than not
_DIGITS = 3  # of a score


class Source(NamedTuple):
    """A span that rules or tagger propose, with the class by which it is scored.

    Attributes:
        candidate: the span; of an event the label is its type.
        found: what its score rests on.
        event: the rules' event; None where the tagger alone has it, or it is an entity.
    """

    candidate: Candidate
    found: Class
    event: Event | None = None


class Settled(NamedTuple):
    """What is proposed in the end: entities and events in text order, with their scores.

    Attributes:
        counts: what the scores rest on, of entities and events, where that was learned.
    """

    entities: list[tuple[Candidate, float]]
    events: list[tuple[Event, float]]
    counts: tuple[list[Tally], list[Tally]] | None = None


def by_rules(proposed: Proposed, scorer: Scorer, least: float) -> Settled:
    """What the rules propose, with what the references say of them."""
    entities = [(e, scorer.score("entity", e.label, e.origin)) for e in proposed.entities]
    events = [(e, scorer.score("event", e.type, f"trigger:{e.type}")) for e in proposed.events]
    if least <= 0:
        return Settled(entities, events)
    return Settled(
        [item for item in entities if item[1] >= least],
        [item for item in events if item[1] >= least],
    )


def settle(
    proposed: Proposed, tagging: Tagging | None, learned: Learned, scorer: Scorer, least: float
) -> Settled:
    """What rules and tagger propose together, where it is likely enough."""
    document = proposed.document
    tagged = tagging.spans if tagging is not None else ()
    found = [
        _likeliest(list(sources), document, learned.support, scorer, least)
        for sources in (
            entity_sources(proposed, tagged, learned.known),
            event_sources(proposed, tagged, learned.known),
        )
    ]
    return Settled(
        [(source.candidate, score) for source, score in found[0]],
        [(_event(source, proposed), score) for source, score in found[1]],
        (
            [learned.support.tally(source.found, scorer) for source, _ in found[0]],
            [learned.support.tally(source.found, scorer) for source, _ in found[1]],
        ),
    )


def entity_sources(proposed: Proposed, tagged: Sequence[Tagged], known: Known) -> Iterator[Source]:
    """Everything that rules and tagger propose as entities, each span and label once."""
    spans = {(t.start, t.end, t.label): t for t in tagged if t.layer == "entity"}
    for entity in proposed.entities:
        agreed = spans.pop((entity.start, entity.end, entity.label), None)
        state = _state(agreed, taught=entity.label in known.labels.get("entity", ()))
        yield Source(entity, Class(state, "entity", entity.label, rule_of(entity.origin)))
    for tag in spans.values():
        yield _alone(tag, known.version, proposed.document.info[tag.start].preposition)


def event_sources(proposed: Proposed, tagged: Sequence[Tagged], known: Known) -> Iterator[Source]:
    """Everything that rules and tagger propose as triggers, each span and type once."""
    spans = {(t.start, t.end, t.label): t for t in tagged if t.layer == "event"}
    for event in proposed.events:
        agreed = spans.pop((event.start, event.end, event.type), None)
        state = _state(agreed, taught=event.type in known.labels.get("event", ()))
        rule = f"trigger:{event.type}"
        candidate = Candidate(event.start, event.end, event.type, 1.0, rule)
        yield Source(candidate, Class(state, "event", event.type, rule), event)
    for tag in spans.values():
        yield _alone(tag, known.version, "")


def _state(agreed: Tagged | None, *, taught: bool) -> State:
    if agreed is not None:
        return "agreed"
    return "rules" if taught else "plain"


def _alone(tag: Tagged, version: str, preposition: str) -> Source:
    rule = tenth(tag.probability)
    candidate = Candidate(
        tag.start, tag.end, tag.label, tag.probability, f"{rule}/{version}", preposition
    )
    return Source(candidate, Class("tagger", tag.layer, tag.label, rule))


def _likeliest(
    sources: Sequence[Source], document: Document, support: Support, scorer: Scorer, least: float
) -> list[tuple[Source, float]]:
    """The sources that are kept, in text order, with their expected precision.

    Of those that overlap the one of the highest expected precision wins, then the longer one.
    """
    scores = {source.candidate: support.score(source.found, scorer) for source in sources}
    by_candidate = {source.candidate: source for source in sources}

    def likeliest_first(candidate: Candidate) -> tuple[float | str, ...]:
        return (-scores[candidate], *longest_first(candidate))

    likely = [candidate for candidate, score in scores.items() if score >= least]
    return [
        (by_candidate[candidate], round(scores[candidate], _DIGITS))
        for candidate in resolve(likely, document, likeliest_first)
    ]


def _event(source: Source, proposed: Proposed) -> Event:
    """The event of a source; what the tagger alone has found gets the sense that fits it best."""
    if source.event is not None:
        return source.event
    start, end, label, _, origin, _ = source.candidate
    info = proposed.document.info[start]
    reading = Reading(info.stem or info.form, info.conjunction, info.preposition, info.definite)
    sense = Sense(label, "word", reading.stem)
    for known, its_reading in info.senses:
        if known.type == label:
            sense, reading = known, its_reading
            break
    event = Event(start, end, sense, reading, origin=origin)
    return with_attributes(event, Context(proposed.document, {}, proposed.topics, {}))
