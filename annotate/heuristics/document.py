"""A text as words, sentences and hashtags: what every rule works on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from annotate.arabic.clitics import Reading
from annotate.arabic.words import sentences, words
from annotate.heuristics.analysis import END, Analyser, WordInfo

QUOTES = frozenset("\"'«»“”„‟‘’‹›")
OPENING = frozenset("\"'«“‘‹„")
CLOSING = frozenset("\"'»”’›")


@dataclass(frozen=True, slots=True)
class Document:
    """A text as words.

    Attributes:
        text: the clean text.
        starts, ends: offsets of each word (code points, half open).
        info: what is known of each word; a few END stand after the last.
        sentence: number of each word's sentence; then -1.
        bounds: sentence number -> (first word, word after the last).
        hashtags: word -> (first word, word after the last) of its hashtag of several words.
        noise: words inside addresses of pages and handles.
        positions: key of a word (see WordInfo.keys) -> where words with it stand, in order.
    """

    text: str
    starts: list[int]
    ends: list[int]
    info: list[WordInfo]
    sentence: list[int]
    bounds: list[tuple[int, int]]
    hashtags: dict[int, tuple[int, int]]
    noise: frozenset[int]
    positions: Mapping[str, list[int]]

    def where(self, *keys: str) -> list[int]:
        """The words that have one of the keys, in order."""
        if len(keys) == 1:
            return self.positions.get(keys[0], [])
        return sorted({index for key in keys for index in self.positions.get(key, ())})

    def __len__(self) -> int:
        return len(self.starts)

    def glued(self, index: int) -> bool:
        """Whether nothing stands between a word and the one before it."""
        return 0 < index < len(self.starts) and self.starts[index] == self.ends[index - 1]

    def phrases(self, index: int) -> Iterator[tuple[int, frozenset[str], Reading]]:
        """Phrases of the lexicon that begin at a word: (word after the last, tags, reading)."""
        for reading, node in self.info[index].opens:
            sentence, last = self.sentence[index], index + 1
            following = node.next.get(self.info[last].form)
            while following is not None and self.sentence[last] == sentence:
                last += 1
                if following.tags:
                    yield last, following.tags, reading
                following = following.next.get(self.info[last].form)


def read_document(text: str, analyse: Analyser) -> Document:
    """Splits a text into words and looks each of them up."""
    starts: list[int] = []
    ends: list[int] = []
    info: list[WordInfo] = []
    hashtags: dict[int, tuple[int, int]] = {}
    positions: dict[str, list[int]] = {}
    tag_start = -1
    joined = False
    for word in words(text):
        if word.text == "_":
            joined = True  # joins the words of a hashtag or handle: not a word for the rules
            continue
        if tag_start >= 0 and not (starts and word.start <= ends[-1] + joined):
            _close(hashtags, tag_start, len(starts))
            tag_start = -1
        known = analyse(word.text)
        for key in known.keys:
            positions.setdefault(key, []).append(len(starts))
        starts.append(word.start)
        ends.append(word.end)
        info.append(known)
        joined = False
        if word.text == "#":
            if tag_start >= 0:
                _close(hashtags, tag_start, len(starts) - 1)
            tag_start = len(starts)
        elif tag_start >= 0 and info[-1].kind == "symbol":
            _close(hashtags, tag_start, len(starts) - 1)
            tag_start = -1
    if tag_start >= 0:
        _close(hashtags, tag_start, len(starts))
    sentence, bounds = _sentences(text, starts)
    noise = frozenset(_noise(text, starts, ends, info))
    info += [END] * 12
    sentence += [-1] * 12
    return Document(text, starts, ends, info, sentence, bounds, hashtags, noise, positions)


def _close(hashtags: dict[int, tuple[int, int]], start: int, end: int) -> None:
    if end - start > 1:
        for index in range(start, end):
            hashtags[index] = (start, end)


def _sentences(text: str, starts: list[int]) -> tuple[list[int], list[tuple[int, int]]]:
    numbers: list[int] = []
    bounds: list[tuple[int, int]] = []
    index = 0
    for number, (_, end) in enumerate(sentences(text)):
        first = index
        while index < len(starts) and starts[index] < end:
            numbers.append(number)
            index += 1
        bounds.append((first, index))
    numbers += [max(len(bounds) - 1, 0)] * (len(starts) - index)
    return numbers, bounds


def _noise(text: str, starts: list[int], ends: list[int], info: list[WordInfo]) -> Iterator[int]:
    """Words of handles (`@name`) and addresses (`pic.twitter.com/x`, `https://...`)."""
    if "@" not in text and "/" not in text and "www" not in text:
        return
    index = 0
    while index < len(starts):
        last = index
        while last + 1 < len(starts) and not text[ends[last] : starts[last + 1]].strip("_"):
            last += 1
        chunk = text[starts[index] : ends[last]]
        if "@" in chunk or "://" in chunk or re.match(r"(?:www|pic)\.|\w+\.\w+/", chunk):
            yield from range(index, last + 1)
        index = last + 1
