"""Argument roles: which entity of the sentence plays which role in an event.

First the participants are found by syntax (see participants.py); then every other entity goes to
the trigger that admits it under its preposition (see attachment.py). A role is proposed only where
the ontology admits event type, role and entity type.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from annotate.heuristics.attachment import Attachment
from annotate.heuristics.candidates import Candidate
from annotate.heuristics.clauses import Sentence
from annotate.heuristics.document import Document
from annotate.heuristics.events import Event
from annotate.heuristics.fillers import Filler, Fillers
from annotate.heuristics.participants import Participants
from annotate.heuristics.prepositions import governors
from annotate.ontology import Ontology

__all__ = ["Filler", "Relator"]


class Relator:
    """Finds the roles of one text."""

    def __init__(
        self, document: Document, ontology: Ontology, classes: Mapping[str, frozenset[str]]
    ) -> None:
        self._document = document
        self._ontology = ontology
        self._classes = classes

    def find(self, entities: Sequence[Candidate], events: Sequence[Event]) -> list[Filler]:
        """All roles; an entity plays at most one role in an event."""
        fillers = Fillers(self._ontology)
        # Words of an entity, and quotation marks after one, in front of an addressee.
        taken = {index for e in entities for index in range(e.start, e.end)}
        taken |= {index for index in self._document.where("quote") if index - 1 in taken}
        taken.update(self._document.where("to"))
        frozen = frozenset(taken)
        for sentence in _sentences(self._document, entities, events):
            for part in Participants(sentence, self._classes).find():
                event, entity = events[part.event], entities[part.entity]
                role = part.role
                if entity.label == "NUM" and role != "INSTRUMENT":
                    role = "COUNT"
                fillers.add(part.event, event, part.entity, entity, role)
            Attachment(sentence, self._classes, fillers, frozen).attach()
        return fillers.listed()


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
            yield Sentence(document, some, others, governors(document, some, triggers))
