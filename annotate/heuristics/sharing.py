"""The place and time that the events of one chain share: مقتل ثلاثة وإصابة خمسة أمس في انفجار."""

from __future__ import annotations

from itertools import pairwise

from annotate.heuristics.candidates import Candidate
from annotate.heuristics.clauses import FINITE, RELATIVE, THAT, Sentence
from annotate.heuristics.events import Event
from annotate.heuristics.fillers import Fillers

TRIGGERS = 4  # triggers that an entity looks back over
DURATIONS = ("number", "modified", "vague", "duration")
_LINK = 16  # words between two events of a chain
# Events that happen at one place and time, one in the course of the other.
_VIOLENT = frozenset(
    ("KILL", "INJURE", "CLASH", "STRIKE", "ATTACK", "BOMBING", "DAMAGE", "DETAIN", "DISPLACE")
)
_UNSHARED = frozenset(("DISPLACE", "CLASH"))  # these go on, elsewhere and later
_APART = THAT | {":", "؛", ";", "بعد", "قبل", "منذ", "عقب"}


class Sharing:
    """Shares places and times in one sentence."""

    def __init__(self, sentence: Sentence, fillers: Fillers) -> None:
        self._sentence = sentence
        self._fillers = fillers

    def share(self) -> None:
        """Gives the events of one chain the time and place that one of them has.

        قتل ثلاثة وأصيب خمسة أمس في انفجار: the time is that of all three.
        """
        if len(self._sentence.events) < 2:
            return
        chain: list[tuple[int, Event]] = []
        for number, event in self._sentence.events:
            if event.type not in _VIOLENT or (chain and not self._linked(chain[-1][1], event)):
                self._share_in(chain)
                chain = []
            if event.type in _VIOLENT:
                chain.append((number, event))
        self._share_in(chain)

    def _share_in(self, chain: list[tuple[int, Event]]) -> None:
        if len(chain) < 2:
            return
        for (one, earlier), (two, later) in pairwise(chain):
            if later.start == earlier.end and later.reading.conjunction:
                self._copy(two, one, earlier)  # قتلى وجرحى في صفوف كذا
        for role in ("TIME", "PLACE"):
            given = [number for number, _ in chain if role in self._fillers.roles(number)]
            if not given:
                continue
            for number, event in chain:
                if number in given or event.type in _UNSHARED:
                    continue
                if role == "PLACE" and (number < given[0] or event.sense.kind in FINITE):
                    continue  # those before have it already (see _spread)
                nearest = min(given, key=lambda other: (abs(other - number), other))
                for other, entity in self._sentence.entities:
                    if self._fillers.role(nearest, other) != role or entity.label == "LOC":
                        continue
                    if entity.label != "TIME" or entity.origin not in DURATIONS:
                        self._fillers.add(number, event, other, entity, role)
                        break

    def _copy(self, source: int, number: int, event: Event) -> None:
        """Gives an event without any who undergo it those of the event joined to it."""
        if "TARGET" in self._fillers.roles(number):
            return
        for other, entity in self._sentence.entities:
            if self._fillers.role(source, other) == "TARGET":
                self._fillers.add(number, event, other, entity, "TARGET")

    def _linked(self, earlier: Event, later: Event) -> bool:
        """Whether two events happen at one time and place, by the words between them."""
        gap = self._sentence.gap(earlier.end, later.start)
        if len(gap) > _LINK:
            return False
        return not any(word.form in _APART or word.form in RELATIVE for word in gap)

    def spread(self, order: int, number: int, entity: Candidate, role: str) -> None:
        """Gives the place of an event to those before it of whose chain it is."""
        sentence = self._sentence
        for earlier in range(order - 1, max(order - TRIGGERS, -1), -1):
            inner, event = sentence.events[earlier]
            _, later = sentence.events[earlier + 1]
            if event.type not in _VIOLENT or later.type not in _VIOLENT:
                return
            gap = sentence.gap(event.end, later.start)
            if len(gap) > _LINK or any(word.form in _APART for word in gap):
                return
            if "PLACE" in self._fillers.roles(inner):
                return
            self._fillers.add(inner, event, number, entity, role)
