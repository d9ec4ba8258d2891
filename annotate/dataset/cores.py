"""The core of a span: where its first word begins without the proclitics written onto it.

Spans hold whole words, so that `بدمشق` and `دمشق` are two surfaces of one city. Which letters are
clitics is decided by words that are known: `وليد` is a name, and و + `ليد` is none. Where both or
neither are known, nobody can tell from the spelling, and there is no core.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from annotate.arabic.clitics import readings
from annotate.arabic.normalize import search_form
from annotate.arabic.words import words

LETTERS = frozenset("وفبلكس")  # what a proclitic begins with
# Letters that no other one stands for in the search form, and that no proclitic begins with.
PLAIN = frozenset("ءآأإئابةتثجحخدذرزسشصضطظعغقمنهىي") - LETTERS
# Enclitics that no letter of a word is easily taken for. They stay in the core.
_PRONOUNS = frozenset(("ها", "هم", "هما", "هن", "نا"))
_MEMORY = 100_000  # surfaces

Core = tuple[int, int] | None
Known = Callable[[str], bool]


class _First(NamedTuple):
    """The first word of a surface.

    Attributes:
        form: its search form; empty where there is no word.
        cuts: where the core may begin in the surface (code points), by the words that are known.
        open: further places, each with the word that would have to be known.
        clitics: whether it is known to have some.
    """

    form: str
    cuts: frozenset[int]
    open: tuple[tuple[int, str], ...] = ()
    clitics: bool = False


class Cores:
    """Finds cores, and remembers the surfaces that it has seen."""

    def __init__(self, is_known: Known) -> None:
        self._is_known = is_known
        self._seen: dict[str, _First] = {}

    def cuts(
        self,
        surfaces: Sequence[str],
        labels: Sequence[str],
        numbers: Sequence[int],
        places: Iterable[int],
    ) -> list[int | None]:
        """Where in their surfaces the cores of spans begin (code points), None where it is unclear.

        Conjunctions, prepositions and the future س go; the article stays, for it belongs to names,
        but after ل, where its alef is not written (`للجيش`), it goes with it. Enclitics stay.

        Known is also what another span of the same label begins with in this article, unless a
        clitic is known on it: after `كوباني` a `بكوباني` has a core, too.

        Args:
            numbers: the article of each span, ascending.
            places: the spans that are asked for.
        """
        bare: dict[tuple[int, str], set[str]] = {}

        def cut(place: int) -> int | None:
            first = self._first(surfaces[place])
            if not first.open:
                return _only(first.cuts)
            key = number, label = numbers[place], labels[place]
            if key not in bare:
                article = range(bisect_left(numbers, number), bisect_right(numbers, number))
                others = (self._first(surfaces[i]) for i in article if labels[i] == label)
                bare[key] = {other.form for other in others if not other.clitics}
            return _only(first.cuts.union(cut for cut, word in first.open if word in bare[key]))

        return [cut(place) for place in places]

    def _first(self, surface: str) -> _First:
        found = self._seen.get(surface)
        if found is None:
            if len(self._seen) >= _MEMORY:
                self._seen.clear()
            found = self._seen[surface] = self._look_up(surface)
        return found

    def _look_up(self, surface: str) -> _First:
        tokens = words(surface)
        if not tokens:
            return _First("", frozenset())
        form = search_form(tokens[0].text)
        if form.text[:1] not in LETTERS:
            return _First(form.text, frozenset((0,)))
        ways = [
            (tokens[0].start + form.span(cut, cut + 1)[0], word)
            for cut, word in dict.fromkeys(_ways(form.text))
        ]
        cuts = frozenset(cut for cut, word in ways if self._is_known(word))
        # What another span begins with is no other word where it is this one.
        left = tuple(way for way in ways if way[0] not in cuts and way[1] != form.text)
        clitics = any(cut > tokens[0].start for cut in cuts)
        return _First(form.text, cuts, left, clitics)


def _only(cuts: frozenset[int]) -> int | None:
    if len(cuts) != 1:
        return None
    (cut,) = cuts
    return cut


def _ways(form: str) -> Iterable[tuple[int, str]]:
    """How many letters of a word (search form) may be clitics, and what is then to be known."""
    for reading in readings(form):
        if reading.ending and reading.ending not in _PRONOUNS:
            continue
        taken = len(reading.conjunction) + len(reading.preposition)
        if taken and reading.article and reading.preposition == "ل":
            yield taken + 1, reading.stem
            continue
        yield taken, reading.name
        if taken and reading.article:
            yield taken, reading.stem


def core(surface: str, is_known: Known) -> Core:
    """Offsets of a surface's core (code points, half open), or None where it is unclear."""
    (cut,) = Cores(is_known).cuts([surface], [""], [0], [0])
    return None if cut is None else (cut, len(surface))
