"""Argument roles: which entity of the sentence plays which role in an event.

First the participants are found by syntax (subject, genitive, antecedent); then every other entity goes
to the nearest trigger before it that admits it under its preposition. A role is proposed only where the
ontology admits event type, role and entity type.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from annotate.heuristics.candidates import Candidate
from annotate.heuristics.document import CLOSING, OPENING, Document
from annotate.heuristics.events import Event
from annotate.heuristics.prepositions import ROLES, governors
from annotate.ontology import Ontology

_ACTORS = frozenset({"PER", "ORG", "ARM", "GPE", "NORP", "TITLE"})
_SUBJECT = 6  # words between a verb and its subject
_BEFORE = 4  # words between a subject and a verb that follows it
_REACH = 16  # words between a trigger and an entity after it
_TRIGGERS = 4  # triggers that an entity looks back over
_TIME_BACK, _TIME_AHEAD = 10, 4
_RELATIVE = frozenset("الذي التي الذين اللذين اللتين اللذان اللتان".split())
_INHERIT = frozenset(
    "STATEMENT TAKEOVER ADVANCE WITHDRAW ATTACK SIEGE DEFECT STRIKE RELEASE DETAIN SURRENDER".split()
)
# Verbs whose grammatical subject is the victim.
_UNDERGO = frozenset({"KILL", "INJURE"})
_SUFFER = frozenset("استشهد اصيب جرح".split())
_FALL = frozenset("سقط انهار".split())


class Filler(NamedTuple):
    """Entity number `entity` plays `role` in event number `event`."""

    event: int
    entity: int
    role: str


class Sentence(NamedTuple):
    """The entities and events of one sentence.

    Attributes:
        entities: (number, entity), in order.
        events: (number, event), in order.
        prepositions: number of an entity -> what governs it, "" if nothing does.
    """

    entities: Sequence[tuple[int, Candidate]]
    events: Sequence[tuple[int, Event]]
    prepositions: Mapping[int, str]


class Relator:
    """Finds the roles of one text."""

    def __init__(
        self, document: Document, ontology: Ontology, classes: Mapping[str, frozenset[str]]
    ) -> None:
        self._document = document
        self._ontology = ontology
        self._classes = classes
        self._found: dict[tuple[int, int], str] = {}

    def find(self, entities: Sequence[Candidate], events: Sequence[Event]) -> list[Filler]:
        """All roles; an entity plays at most one role in an event."""
        for sentence in _sentences(self._document, entities, events):
            self._participants(sentence)
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

    def _participants(self, sentence: Sentence) -> None:
        """Subjects and genitives; where there is none, the agent of the event before."""
        agent: tuple[int, Candidate] | None = None
        for number, event in sentence.events:
            following = self._following(sentence, event)
            role = self._first_role(event)
            chosen = None
            if following and role:
                chosen = following
                if self._add(number, event.type, following[0], following[1].label, role):
                    self._coordinate(sentence, number, event, following, role)
                else:
                    chosen = None
            if chosen is None or role != "AGENT":
                before = self._preceding(sentence, event)
                if before and self._add(number, event.type, before[0], before[1].label, "AGENT"):
                    chosen, role = before, "AGENT"
                elif (
                    agent
                    and (chosen is None or role != "AGENT")
                    and self._continues(event)
                    and self._add(number, event.type, agent[0], agent[1].label, "AGENT")
                ):
                    chosen, role = agent, "AGENT"
            if chosen and role == "AGENT" and chosen[1].label in _ACTORS:
                agent = chosen

    def _first_role(self, event: Event) -> str:
        """Role of the subject of a verb, or of the genitive after a noun."""
        lemma = event.sense.lemma
        if event.sense.kind in ("verb", "phrase", "word"):
            if event.type in _UNDERGO and (lemma in _SUFFER or event.sense.kind != "verb"):
                return "TARGET"
            return "TARGET" if lemma in _FALL and event.type == "TAKEOVER" else "AGENT"
        if event.sense.kind == "noun":
            if event.pronoun:
                return ""
            return "TARGET" if lemma in self._classes["object_nouns"] else "AGENT"
        return ""

    def _continues(self, event: Event) -> bool:
        """Whether an event without a subject of its own has the agent of the one before."""
        if event.type not in _INHERIT:
            return False
        if event.sense.kind in ("participle", "verb", "phrase", "word"):
            return event.type == "STATEMENT" or event.sense.kind != "participle"
        return event.sense.kind == "noun" and (bool(event.pronoun) or event.type != "STATEMENT")

    def _following(self, sentence: Sentence, event: Event) -> tuple[int, Candidate] | None:
        """The entity that is subject of a verb, or genitive of a noun."""
        verb = event.sense.kind in ("verb", "phrase", "word")
        reach = _SUBJECT if verb else 2
        document = self._document
        for position, (number, entity) in enumerate(sentence.entities):
            if entity.start < event.end:
                continue
            if entity.start >= event.end + reach:
                return None
            if entity.label in ("TIME", "WEA", "CAMPAIGN"):
                continue
            between = document.info[event.end : entity.start]
            if any(
                word.has("words.prepositions") or word.form in ("ان", "انه", "انها", ".", "،", ":")
                for word in between
            ):
                return None
            preposition = sentence.prepositions[number]
            if preposition and not (preposition == "ل" and not verb and entity.label in _ACTORS):
                return None
            if not verb and any(word.definite for word in between):
                return None
            if entity.label == "TITLE" and position + 1 < len(sentence.entities):
                person = sentence.entities[position + 1]
                if person[1].label == "PER" and self._adjacent(entity, person[1]):
                    return person
            return number, entity
        return None

    def _adjacent(self, left: Candidate, right: Candidate) -> bool:
        """Whether nothing but quotation marks or a place stands between two entities."""
        gap = self._document.info[left.end : right.start]
        return (
            len(gap) <= 2
            and all(
                word.form in OPENING
                or word.form in CLOSING
                or word.form == "في"
                or word.kind == "word"
                for word in gap
            )
            and (len(gap) == 0 or gap[0].kind == "symbol" or gap[0].form == "في")
        )

    def _preceding(self, sentence: Sentence, event: Event) -> tuple[int, Candidate] | None:
        """The entity that stands before a verb as its subject, or is the antecedent of الذي."""
        if event.sense.kind not in ("verb", "phrase"):
            return None
        document = self._document
        for number, entity in reversed(sentence.entities):
            if entity.end > event.start or entity.label not in _ACTORS:
                continue
            gap = document.info[entity.end : event.start]
            if len(gap) > _BEFORE:
                return None
            relative = any(word.form in _RELATIVE for word in gap)
            plain = all(
                word.kind == "symbol"
                and word.form not in ("،", ".", ":")
                or word.form in ("قد", "لم", "لن")
                for word in gap
            )
            if relative or (plain and not sentence.prepositions[number]):
                return number, entity
            return None
        return None

    def _coordinate(
        self,
        sentence: Sentence,
        number: int,
        event: Event,
        first: tuple[int, Candidate],
        role: str,
    ) -> None:
        """The entities joined by و to one that has a role have it too."""
        last = first[1]
        for other, entity in sentence.entities:
            if entity.start < last.end:
                continue
            if not joined(self._document, last, entity) or entity.label == "TIME":
                return
            if not self._add(number, event.type, other, entity.label, role):
                return
            last = entity

    def _attach(self, sentence: Sentence, number: int, entity: Candidate) -> None:
        """Gives an entity to the nearest trigger before it that admits it."""
        preposition = sentence.prepositions[number]
        for inner, event in sentence.events:
            if entity.start <= event.start < entity.end:
                self._add(inner, event.type, number, entity.label, "COUNT")
                return
        before = [item for item in sentence.events if item[1].end <= entity.start]
        for inner, event in reversed(before[-_TRIGGERS:]):
            if entity.start - event.end > _REACH:
                break
            if (inner, number) in self._found:
                return
            role = ROLES.get(event.type, {}).get((preposition, entity.label))
            if role and self._allowed(sentence, event, entity, preposition):
                if self._add(inner, event.type, number, entity.label, role):
                    return
        if preposition in ("في", "ب") and entity.label in ("GPE", "LOC", "FAC") and not before:
            for inner, event in sentence.events:
                if event.start >= entity.end and event.start - entity.end < _REACH:
                    if event.type != "STATEMENT":
                        self._add(inner, event.type, number, entity.label, "PLACE")
                        return

    def _allowed(
        self, sentence: Sentence, event: Event, entity: Candidate, preposition: str
    ) -> bool:
        """Whether a bare entity is near enough to be an object."""
        if preposition:
            return True
        if event.sense.kind == "participle":
            return False
        return entity.start - event.end <= _SUBJECT

    def _time(self, sentence: Sentence, number: int, entity: Candidate) -> None:
        """Gives a time to the nearest event before it, or else after it."""
        document = self._document
        best: tuple[int, int, Event] | None = None
        for inner, event in sentence.events:
            if event.sense.kind in ("participle", "people"):
                continue
            gap = entity.start - event.end
            if gap < 0:
                gap = event.start - entity.end
                if gap < 0 or gap > _TIME_AHEAD or best:
                    continue
                best = (gap, inner, event)
            elif gap <= _TIME_BACK:
                between = document.info[event.end : entity.start]
                if not any(word.form in ("ان", "انه", "انها") for word in between):
                    best = (gap, inner, event)
        if best:
            self._add(best[1], best[2].type, number, entity.label, "TIME")


def joined(document: Document, left: Candidate, right: Candidate) -> bool:
    """Whether two entities are items of one enumeration."""
    gap = document.info[left.end : right.start]
    if len(gap) > 6:
        return False
    words = [word for word in gap if word.kind == "word"]
    first = document.info[right.start]
    linked = first.form.startswith("و") or any(word.form.startswith("و") for word in words)
    bracketed = any(word.form == "(" for word in gap)
    if words and not bracketed and not all(word.has("places.gpe_nouns") for word in words):
        return False
    comma = any(word.form in ("،", ",") for word in gap)
    return linked or (comma and left.label == right.label and not words)


def _sentences(
    document: Document, entities: Sequence[Candidate], events: Sequence[Event]
) -> Iterator[Sentence]:
    """Entities and events by sentence."""
    by_sentence: dict[int, tuple[list[tuple[int, Candidate]], list[tuple[int, Event]]]] = {}
    for number, entity in enumerate(entities):
        by_sentence.setdefault(document.sentence[entity.start], ([], []))[0].append(
            (number, entity)
        )
    for number, event in enumerate(events):
        by_sentence.setdefault(document.sentence[event.start], ([], []))[1].append((number, event))
    triggers = frozenset(i for event in events for i in range(event.start, event.end))
    for some, others in by_sentence.values():
        if some and others:
            yield Sentence(some, others, governors(document, some, triggers))
