"""Mentions of one name in a text, whatever clitics are written onto them.

Two runs of whole words are mentions of one name if their search forms are equal, or if one is the
other with a conjunction or a preposition before its first word: وبدمشق is دمشق, للجيش is الجيش.
A clitic is taken off only where the rest was itself marked, so that no lexicon decides.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from annotate.arabic.clitics import FUTURE, readings
from annotate.arabic.normalize import search_text
from annotate.arabic.words import Word, words

Form = tuple[str, ...]  # the search form of each word
SHORTEST = 3  # letters of a word that a clitic is taken off
_NO_NAME = "@", "://"  # in what stands between white space: a handle, an address


class Found(NamedTuple):
    """A run of whole words: offsets in the text (code points, half open), and the name it is."""

    start: int
    end: int
    name: Form


class Text:
    """The words of a text, and where names are in it."""

    def __init__(self, text: str) -> None:
        self.words: Sequence[Word] = words(text)
        self.forms = [search_text(word.text) for word in self.words]
        self._starts = {word.start: index for index, word in enumerate(self.words)}
        self._ends = {word.end: index for index, word in enumerate(self.words)}
        self._text = text

    def form(self, start: int, end: int) -> Form | None:
        """The search form of a run of whole words; None where it cuts one."""
        first, last = self._starts.get(start), self._ends.get(end)
        return None if first is None or last is None else tuple(self.forms[first : last + 1])

    def mentions(
        self, names: Collection[Form], taken: Iterable[tuple[int, int]]
    ) -> Iterator[Found]:
        """Whole words that are one of these names and touch nothing that is taken, in order.

        Of names that begin at one word the longest is taken. Parts of a hashtag, handles and
        addresses are no mentions.

        Args:
            taken: offsets (code points, half open).
        """
        openings: dict[str, list[int]] = defaultdict(list)  # first word -> lengths, longest first
        for name in sorted(names, key=len, reverse=True):
            openings[name[0]].append(len(name))
        marked = bytearray(len(self._text))
        for start, end in taken:
            first, stop = max(0, start), min(end, len(marked))
            if first < stop:
                marked[first:stop] = b"\1" * (stop - first)
        done = 0
        for index, form in enumerate(self.forms):
            if index < done:
                continue
            best: Form = ()
            for opening in cores(form):
                for length in openings.get(opening, ()):
                    name = (opening, *self.forms[index + 1 : index + length])
                    if length > len(best) and name in names and self._is_free(index, name, marked):
                        best = name
            if best:
                done = index + len(best)
                yield Found(self.words[index].start, self.words[done - 1].end, best)

    def _is_free(self, index: int, name: Form, marked: bytearray) -> bool:
        """Whether words touch no marked character and may be a mention."""
        run = self.words[index : index + len(name)]
        if 1 in marked[run[0].start : run[-1].end]:
            return False
        return not any(self._is_no_name(word) for word in run)

    def _is_no_name(self, word: Word) -> bool:
        if "_" in (self._text[word.start - 1 : word.start], self._text[word.end : word.end + 1]):
            return True
        left, right = word.start, word.end
        while left and not self._text[left - 1].isspace():
            left -= 1
        while right < len(self._text) and not self._text[right].isspace():
            right += 1
        return any(mark in self._text[left:right] for mark in _NO_NAME)


@lru_cache(maxsize=50_000)  # people mark the same names again and again
def form_of(surface: str) -> Form:
    """The search form of the words of a surface."""
    return tuple(search_text(word.text) for word in words(surface))


@lru_cache(maxsize=200_000)  # news repeats its words
def cores(form: str) -> tuple[str, ...]:
    """What a word in search form may be a mention of: itself, and itself without clitics."""
    found = [form]
    for reading in readings(form):
        if reading.ending or reading.preposition == FUTURE or len(reading.stem) < SHORTEST:
            continue
        if (reading.conjunction or reading.preposition) and reading.name not in found:
            found.append(reading.name)  # with its article: للجيش is الجيش
    return tuple(found)


def name_of(form: Form, names: Mapping[Form, object] | Collection[Form]) -> Form:
    """The name that a run of words is: with the most clitics off such that the rest is a name."""
    for core in reversed(cores(form[0])):
        if (core, *form[1:]) in names:
            return (core, *form[1:])
    return form
