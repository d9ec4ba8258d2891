"""Parts: what one task shows of an article that is too long for one screen.

A part is a run of whole paragraphs of at most a given number of words. Only a paragraph that is
longer than that is cut, between two sentences, and a sentence never: entities, triggers and roles
live in one sentence, so that no part cuts any of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from annotate.arabic.words import at_most, sentences, words


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a text.

    Attributes:
        number: from 1.
        count: how many parts the text has.
        start, end: offsets in the clean text (code points, half open).
    """

    number: int
    count: int
    start: int
    end: int

    def of(self, text: str) -> str:
        """The part's own text; an offset in it is the article's offset less `start`."""
        return text[self.start : self.end]


class _Unit(NamedTuple):
    """What is never cut: a paragraph, or a sentence of a paragraph that is too long."""

    start: int
    end: int
    words: int
    opens: bool  # begins a paragraph


class _Best(NamedTuple):
    """How good the parts of a text's first units are (less is better, in this order)."""

    parts: int
    cut: int  # borders inside of a paragraph
    squares: int  # sum of the squared numbers of words: least where the parts are alike
    last: int  # the unit that the last part begins with


def whole(text: str) -> Part:
    """The one part that shows everything, as it is."""
    return Part(1, 1, 0, len(text))


def split(text: str, max_words: int) -> tuple[Part, ...]:
    """The parts of a text: as few as can be, then as alike in length as can be.

    A part has at most `max_words` words (those of `annotate.arabic.words`), unless it is one
    sentence. The parts hold every character but white space exactly once, in order, and neither
    begin nor end with white space. A text without words is one part.
    """
    pieces = sentences(text)
    if not pieces:
        return (whole(text),)
    if at_most(text) <= max_words:
        return (Part(1, 1, pieces[0][0], pieces[-1][1]),)
    units = _units(text, pieces, max_words)
    best = [_Best(0, 0, 0, 0)]
    for after in range(1, len(units) + 1):
        best.append(_best_before(after, units, best, max_words))
    firsts: list[int] = []
    after = len(units)
    while after:
        after = best[after].last
        firsts.append(after)
    firsts.reverse()
    lasts = [first - 1 for first in firsts[1:]] + [len(units) - 1]
    return tuple(
        Part(number, len(firsts), units[first].start, units[last].end)
        for number, (first, last) in enumerate(zip(firsts, lasts, strict=True), start=1)
    )


def _best_before(after: int, units: list[_Unit], best: list[_Best], max_words: int) -> _Best:
    """The best parts of the units before `after`, given the best ones of all fewer units."""
    found: _Best | None = None
    total = 0
    for first in range(after - 1, -1, -1):
        total += units[first].words
        if total > max_words and found is not None:  # one unit stays whole, however long it is
            break
        rest = best[first]
        cut = rest.cut + (first > 0 and not units[first].opens)
        here = _Best(rest.parts + 1, cut, rest.squares + total * total, first)
        found = here if found is None else min(found, here)
    assert found is not None  # noqa: S101 - there is a unit before `after`
    return found


def _units(text: str, pieces: list[tuple[int, int]], max_words: int) -> list[_Unit]:
    """Paragraphs in order; those of more than `max_words` words as their sentences."""
    paragraphs: list[list[_Unit]] = []
    for start, end in pieces:
        opens = not paragraphs or "\n" in text[paragraphs[-1][-1].end : start]
        if opens:
            paragraphs.append([])
        paragraphs[-1].append(_Unit(start, end, len(words(text[start:end])), opens))
    units: list[_Unit] = []
    for paragraph in paragraphs:
        total = sum(unit.words for unit in paragraph)
        if total <= max_words:
            units.append(_Unit(paragraph[0].start, paragraph[-1].end, total, True))
        else:
            units += paragraph
    return units
