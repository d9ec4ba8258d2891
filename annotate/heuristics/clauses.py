"""The entities and events of a sentence, and where its clauses end."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from functools import cache

from annotate.heuristics.candidates import Candidate
from annotate.heuristics.conjugate import verb_forms
from annotate.heuristics.document import Document
from annotate.heuristics.events import Event
from annotate.heuristics.word import WordInfo

Numbered = tuple[int, Candidate]
FINITE = ("verb", "phrase", "word")
RELATIVE = frozenset(
    ("الذي", "التي", "الذين", "اللذين", "اللتين", "اللذان", "اللتان", "اللاتي", "اللواتي")
)
THAT = frozenset(
    (
        *("ان", "انه", "انها", "انهم", "بان", "بانه", "بانها", "بانهم", "وان", "وانه", "وانها"),
        *("فان", "لان", "لانه", "لانها", "لكن", "ولكن", "لكنه", "لكنها", "كان", "وكان", "كانت"),
        *("وكانت", "فيما", "بينما", "حيث", "اذ", "فانها", "فانهم", "فانه", "لانهم"),
    )
)
_AHEAD = 10  # entities
_DATELINE = 12  # words
_DASHES = frozenset(("-", "--", "–", "—", "ـ", "__"))
_STOPS = frozenset((".", ":", "؛", ";", "…"))


class Sentence:
    """The entities and events of one sentence.

    Attributes:
        document: the text.
        first, last: the sentence's words, half open.
        entities: (number, entity), in order.
        events: (number, event), in order.
        prepositions: number of an entity -> what governs it, "" if nothing does.
        starts: first word of each entity.
        opening: word after the dateline (`تونس (وات) -`); the first word where there is none.
        triggers: first word of each event.
    """

    __slots__ = (
        *("document", "entities", "events", "first", "last", "opening"),
        *("prepositions", "starts", "triggers"),
    )

    def __init__(
        self,
        document: Document,
        entities: Sequence[Numbered],
        events: Sequence[tuple[int, Event]],
        prepositions: Mapping[int, str],
    ) -> None:
        self.document = document
        self.entities = entities
        self.events = events
        self.prepositions = prepositions
        self.starts = [entity.start for _, entity in entities]
        self.triggers = [event.start for _, event in events]
        self.first, self.last = document.bounds[document.sentence[self.starts[0]]]
        self.opening = self._dateline()

    def _dateline(self) -> int:
        """Word after a dateline; nothing in it does anything of what the sentence tells."""
        info = self.document.info
        named = {
            index
            for _, entity in self.entities[:_DATELINE]
            if entity.label in ("GPE", "ORG", "TIME")
            for index in range(entity.start, entity.end)
        }
        end = self.first
        bracketed = False
        for index in range(self.first, min(self.first + _DATELINE, self.last)):
            word = info[index]
            bracketed = word.form == "(" or (bracketed and word.form != ")")
            if word.form in _DASHES and index > self.first:
                end = index + 1
            elif index not in named and word.kind == "word" and not bracketed:
                break
        return end

    def before(self, word: int) -> Numbered | None:
        """The entity that ends last before a word."""
        position = bisect_left(self.starts, word) - 1
        if position < 0:
            return None
        found = self.entities[position]
        return found if found[1].end <= word else None

    def after(self, word: int) -> Sequence[Numbered]:
        """The entities that begin at a word or after it; no rule looks at more than a few."""
        position = bisect_left(self.starts, word)
        return self.entities[position : position + _AHEAD]

    def starting(self, word: int) -> Numbered | None:
        """The entity that begins at a word."""
        position = bisect_left(self.starts, word)
        if position < len(self.starts) and self.starts[position] == word:
            return self.entities[position]
        return None

    def event_at(self, word: int) -> Event | None:
        """The event whose trigger begins at a word."""
        position = bisect_left(self.triggers, word)
        if position < len(self.triggers) and self.triggers[position] == word:
            return self.events[position][1]
        return None

    def trigger_in(self, start: int, end: int) -> bool:
        """Whether a trigger begins among the words [start, end)."""
        position = bisect_left(self.triggers, start)
        return position < len(self.triggers) and self.triggers[position] < end

    def gap(self, start: int, end: int) -> list[WordInfo]:
        """The words [start, end)."""
        return self.document.info[start:end]

    def governed(self, entity: Numbered) -> str:
        """What governs an entity, "" if nothing does."""
        return self.prepositions[entity[0]]


def ends_clause(word: WordInfo) -> bool:
    """Whether a new clause begins with a word, or the clause ends with it."""
    return word.form in THAT or word.form in RELATIVE or word.form in _STOPS


@cache
def finite_forms(listed: frozenset[str]) -> frozenset[str]:
    """The finite forms of verbs ("past present"); a single word stands for itself."""
    found: set[str] = set()
    for entry in listed:
        past, _, present = entry.partition(" ")
        found |= verb_forms(past, present) if present else {past}
    return frozenset(found)


def linked(word: WordInfo, label: str) -> bool:
    """Whether an entity, by its first word, is joined to what stands before it by و."""
    if label in ("PER", "GPE", "LOC", "NORP"):
        return word.form.startswith("و")
    return word.conjunction == "و"  # no و is that of وزير, وحدات
