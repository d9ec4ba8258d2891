"""Event triggers in a text, and whether each event is denied or not real."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from annotate.arabic.clitics import PRONOUNS, Reading
from annotate.heuristics.candidates import Candidate
from annotate.heuristics.conditions import Context, holds, in_class
from annotate.heuristics.document import Document, WordInfo
from annotate.heuristics.triggers import Phrase, Sense, Triggers

# Entities inside which a word may be a trigger: مئات النازحين.
_OPEN = frozenset({"NUM", "NORP"})
_NEGATION_REACH = 3  # words before the trigger
_MODAL_REACH = 3
_BEFORE_VERB = frozenset({"لم", "لن", "ما", "لا"})
_PAST_NEGATION = frozenset({"لم", "لن"})
_MEMORY = 100_000  # words whose senses are kept


class Event(NamedTuple):
    """A trigger.

    Attributes:
        start, end: words, half open.
        sense: what it means.
        reading: its clitics.
        negative: the event is denied.
        unreal: planned, wished, possible, ordered or future.
    """

    start: int
    end: int
    sense: Sense
    reading: Reading
    negative: bool = False
    unreal: bool = False

    @property
    def type(self) -> str:
        """Code of the event type."""
        return self.sense.type

    @property
    def pronoun(self) -> str:
        """The pronoun written on the trigger, or nothing."""
        ending = self.reading.ending
        return ending if ending in PRONOUNS else ""


class Finder:
    """Finds triggers; remembers which senses a word may have."""

    def __init__(self, triggers: Triggers) -> None:
        self._triggers = triggers
        self._known: dict[str, tuple[tuple[Sense, Reading], ...]] = {}
        self._openings: dict[str, tuple[tuple[Phrase, Reading], ...]] = {}

    def find(self, context: Context) -> list[Event]:
        """Triggers of a text, in order; they do not overlap."""
        found: list[Event] = []
        document, labels = context.document, context.labels
        index = 0
        while index < len(document):
            event = None
            if (
                document.info[index].kind == "word"
                and labels.get(index, "NUM") in _OPEN
                and index not in document.hashtags
                and index not in document.noise
            ):
                event = self._phrase(index, context) or self._word(index, context)
            if event:
                found.append(with_attributes(event, context))
            index = event.end if event else index + 1
        return found

    def _word(self, index: int, context: Context) -> Event | None:
        document = context.document
        form = document.info[index].form
        senses = self._known.get(form)
        if senses is None:
            if len(self._known) >= _MEMORY:
                self._known.clear()
            senses = self._known[form] = self._triggers.senses(form)
        if senses and form.endswith("ه") and document.text[document.ends[index] - 1] == "ة":
            senses = tuple(sense for sense in senses if sense[1].ending != "ه")
        if not senses:
            return None
        possible = [
            (reading.clitics, *sense.order, sense, reading)
            for sense, reading in senses
            if holds(sense.tests, index, index + 1, context)
        ]
        if not possible:
            return None
        best = min(possible, key=lambda choice: (choice[1], choice[0], *choice[2:5]))
        return Event(index, index + 1, best[-2], best[-1])

    def _phrase(self, index: int, context: Context) -> Event | None:
        document = context.document
        form = document.info[index].form
        following = document.info[index + 1]
        if document.sentence[index] != document.sentence[index + 1]:
            return None
        openings = self._openings.get(form)
        if openings is None:
            if len(self._openings) >= _MEMORY:
                self._openings.clear()
            openings = self._openings[form] = self._triggers.openings(form)
        for phrase, reading in openings:
            if not _matches(following, phrase.second, phrase.second_open):
                continue
            if holds(phrase.sense.tests, index, index + 2, context):
                ending = _ending(following, phrase.second)
                return Event(index, index + 2, phrase.sense, reading._replace(ending=ending))
        return None


def _matches(info: WordInfo, second: str, is_open: bool) -> bool:
    return info.form == second or (is_open and bool(_ending(info, second)))


def _ending(info: WordInfo, second: str) -> str:
    """The pronoun on the second word of a phrase: سيطرتها of سيطره."""
    stems = (second, second[:-1] + "ت") if second.endswith("ه") else (second,)
    for stem in stems:
        if info.form.startswith(stem) and info.form[len(stem) :] in (*PRONOUNS, "ا"):
            return info.form[len(stem) :]
    return ""


def with_attributes(event: Event, context: Context) -> Event:
    """The event with what the words before it say of its polarity and modality."""
    document = context.document
    first, _ = document.bounds[document.sentence[event.start]]
    verb = event.sense.kind == "verb"
    negative = unreal = False
    for distance, info in enumerate(_back(document, event.start, first, _NEGATION_REACH), 1):
        if info.kind == "symbol":
            break
        if in_class(info, context.classes["negation"]):
            if info.form in _BEFORE_VERB:
                negative |= verb and distance == 1
            else:
                negative |= not verb
            unreal |= info.form == "لن" and verb
    for info in _back(document, event.start, first, _MODAL_REACH):
        if info.kind == "symbol":
            break
        if in_class(info, context.classes["modal"]) and event.type != "STATEMENT":
            unreal = True
    if verb and event.reading.preposition == "س":
        unreal = True
    if event.sense.kind == "noun" and event.reading.preposition == "ل":
        unreal |= not event.reading.article and event.type not in ("STATEMENT", "WITHDRAW", "MEET")
    return event._replace(negative=negative, unreal=unreal)


def _back(document: Document, start: int, first: int, reach: int) -> Iterator[WordInfo]:
    """The words before a trigger, nearest first."""
    for index in range(start - 1, max(start - 1 - reach, first - 1), -1):
        yield document.info[index]


def labels_of(entities: list[Candidate]) -> Mapping[int, str]:
    """Word -> label of the entity that it is in."""
    return {index: entity.label for entity in entities for index in range(entity.start, entity.end)}
