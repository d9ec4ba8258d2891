"""Argument roles: which entity of the sentence plays which role in an event.

First the participants are found by syntax (see participants.py); then every other entity goes to
the nearest trigger before it that admits it under its preposition. A role is proposed only where
the ontology admits event type, role and entity type.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from annotate.heuristics.candidates import Candidate
from annotate.heuristics.document import Document
from annotate.heuristics.events import Event
from annotate.heuristics.participants import Participants, Sentence
from annotate.heuristics.prepositions import ROLES, governors
from annotate.ontology import Ontology

_REACH = 16  # words between a trigger and an entity after it
_OBJECT = 6  # words between a trigger and an object that no preposition governs
_TRIGGERS = 4  # triggers that an entity looks back over
_TIME_BACK, _TIME_AHEAD = 10, 4
_PLACES = ("GPE", "LOC", "FAC")
_THAT = ("ان", "انه", "انها")
_DURATIONS = ("number", "modified", "vague", "duration")


class Filler(NamedTuple):
    """Entity number `entity` plays `role` in event number `event`."""

    event: int
    entity: int
    role: str


class Relator:
    """Finds the roles of one text."""

    def __init__(
        self, document: Document, ontology: Ontology, classes: Mapping[str, frozenset[str]]
    ) -> None:
        self._document = document
        self._ontology = ontology
        self._classes = classes
        self._found: dict[tuple[int, int], str] = {}
        self._taken: set[int] = set()

    def find(self, entities: Sequence[Candidate], events: Sequence[Event]) -> list[Filler]:
        """All roles; an entity plays at most one role in an event."""
        # Words of an entity, and quotation marks after one, in front of an addressee.
        self._taken = {index for e in entities for index in range(e.start, e.end)}
        quotes = self._document.where("quote")
        self._taken |= {index for index in quotes if index - 1 in self._taken}
        self._taken.update(self._document.where("to"))
        for sentence in _sentences(self._document, entities, events):
            for part in Participants(self._document, sentence, self._classes).find():
                event, label = events[part.event], entities[part.entity].label
                role = "COUNT" if label == "NUM" else part.role
                self._add(part.event, event.type, part.entity, label, role)
            for number, entity in sentence.entities:
                if entity.label == "TIME":
                    self._time(sentence, number, entity)
                else:
                    self._attach(sentence, number, entity)
        return [Filler(event, entity, role) for (event, entity), role in self._found.items()]

    def _add(self, event: int, kind: str, entity: int, label: str, role: str) -> bool:
        """Notes a role where the ontology admits it and the pair has none."""
        if (event, entity) in self._found or not self._ontology.admits(kind, role, label):
            return False
        self._found[event, entity] = role
        return True

    def _attach(self, sentence: Sentence, number: int, entity: Candidate) -> None:
        """Gives an entity to the nearest trigger before it that admits it."""
        preposition = sentence.prepositions[number]
        position = bisect_left(sentence.triggers, entity.start)
        inside = False
        for inner, event in sentence.events[position : position + _TRIGGERS]:
            if event.start < entity.end:  # 28 قتيلا, مئات النازحين
                self._add(inner, event.type, number, entity.label, "COUNT")
                inside = True
        if inside:
            return
        for inner, event in reversed(sentence.events[max(position - _TRIGGERS, 0) : position]):
            if event.end > entity.start or entity.start - event.end > _REACH:
                break
            if (inner, number) in self._found:
                return
            role = self._role(event, entity, preposition)
            if role and self._add(inner, event.type, number, entity.label, role):
                return
        if preposition in ("in", "by") and entity.label in _PLACES and not position:
            self._ahead(sentence, number, entity)

    def _role(self, event: Event, entity: Candidate, preposition: str) -> str:
        """The role that a preposition gives an entity in an event; "" for none."""
        distance = entity.start - event.end
        if not preposition and (event.sense.kind == "participle" or distance > _OBJECT):
            return ""
        if event.type == "STATEMENT":
            if (
                preposition == "for"
                and event.pronoun
                and event.sense.lemma in self._classes["accusing"]
            ):
                return "TARGET"
            if distance and not self._addressed(event, entity):
                return ""
        if event.type == "DISPLACE" and event.sense.kind == "people" and not preposition:
            return "ORIGIN"
        return ROLES.get(event.type, {}).get((preposition, entity.label), "")

    def _addressed(self, event: Event, entity: Candidate) -> bool:
        """Whether one who may be addressed follows the speaker: قال الوزير لوكالة رويترز."""
        before = entity.start - 1
        return (
            event.sense.kind in ("verb", "word")
            and before in self._taken
            and not self._document.info[before].has("organisations.armed adjectives")
        )

    def _ahead(self, sentence: Sentence, number: int, entity: Candidate) -> None:
        """A place that opens the sentence is where the first event is: وفي السويداء، تظاهر ..."""
        for inner, event in sentence.events[:_TRIGGERS]:
            if 0 <= event.start - entity.end < _REACH and event.type != "STATEMENT":
                self._add(inner, event.type, number, entity.label, "PLACE")
                return

    def _time(self, sentence: Sentence, number: int, entity: Candidate) -> None:
        """Gives a time to the nearest event before it, or else after it."""
        info = self._document.info
        position = bisect_left(sentence.triggers, entity.start)
        for inner, event in reversed(sentence.events[max(position - _TRIGGERS, 0) : position]):
            if event.sense.kind in ("participle", "people") or event.end > entity.start:
                continue
            if entity.start - event.end > _TIME_BACK:
                break
            between = info[event.end : entity.start]
            if any(word.form in _THAT for word in between):
                break
            if event.type == "STATEMENT" and entity.origin in _DURATIONS:
                break  # قال فلان (34 عاما)
            self._add(inner, event.type, number, entity.label, "TIME")
            return
        for inner, event in sentence.events[position : position + 1]:
            if event.sense.kind != "participle" and event.start - entity.end <= _TIME_AHEAD:
                self._add(inner, event.type, number, entity.label, "TIME")


def _sentences(
    document: Document, entities: Sequence[Candidate], events: Sequence[Event]
) -> Iterator[Sentence]:
    """Entities and events by sentence, where a sentence has both."""
    grouped: dict[int, tuple[list[tuple[int, Candidate]], list[tuple[int, Event]]]] = {}
    for number, entity in enumerate(entities):
        grouped.setdefault(document.sentence[entity.start], ([], []))[0].append((number, entity))
    for number, event in enumerate(events):
        grouped.setdefault(document.sentence[event.start], ([], []))[1].append((number, event))
    triggers = frozenset(i for event in events for i in range(event.start, event.end))
    for some, others in grouped.values():
        if some and others:
            yield Sentence(
                some,
                others,
                governors(document, some, triggers),
                [entity.start for _, entity in some],
                [event.start for _, event in others],
            )
