"""A text as words, sentences and hashtags: what every rule works on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from annotate.arabic.clitics import Reading
from annotate.heuristics.analysis import Analyser
from annotate.heuristics.word import END, WordInfo

Phrase = tuple[int, frozenset[str], Reading]
_AFTER = 12  # END stands so often after the last word: no rule looks further ahead


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
        positions: anchor (see anchors.py) -> the words that have it, in order.
        found_phrases: word -> phrases of the lexicon that begin at it: (word after the last, tags,
            reading of the first word).
    """

    text: str
    starts: list[int]
    ends: list[int]
    info: list[WordInfo]
    sentence: list[int]
    bounds: list[tuple[int, int]]
    hashtags: Mapping[int, tuple[int, int]]
    noise: frozenset[int]
    positions: Mapping[str, list[int]]
    found_phrases: Mapping[int, list[Phrase]]

    def where(self, *keys: str) -> list[int]:
        """The words that have one of the anchors, in order."""
        if len(keys) == 1:
            return self.positions.get(keys[0], [])
        lists = [self.positions[key] for key in keys if key in self.positions]
        return lists[0] if len(lists) == 1 else sorted({index for one in lists for index in one})

    def __len__(self) -> int:
        return len(self.starts)

    def glued(self, index: int) -> bool:
        """Whether nothing stands between a word and the one before it."""
        return 0 < index < len(self.starts) and self.starts[index] == self.ends[index - 1]

    def phrases(self, index: int) -> list[Phrase]:
        """Phrases of the lexicon that begin at a word: (word after the last, tags, reading)."""
        return self.found_phrases.get(index, _NONE)


_NONE: list[Phrase] = []


def read_document(text: str, analyse: Analyser) -> Document:
    """Splits a text into words and looks each of them up, in one pass over its chunks.

    A chunk is what stands between white space; it is known whole, with its words and what they
    mean, so that the text is never looked at letter by letter a second time.
    """
    starts: list[int] = []
    ends: list[int] = []
    info: list[WordInfo] = []
    bounds: list[tuple[int, int]] = []
    noise: list[int] = []
    positions: defaultdict[str, list[int]] = defaultdict(list)
    known, marks = analyse.chunks, analyse.marks
    position = first = count = 0
    for line in text.split("\n"):
        for piece in line.split():
            start = text.find(piece, position)
            position = start + len(piece)
            chunk = known.get(piece)
            if chunk is None and position - start > 1 and piece[-1] in marks:
                # Not kept as one: the words are known, and news writes its marks onto all of them.
                word = known.get(piece[:-1]) or analyse.chunk(piece[:-1])
                if isinstance(word, WordInfo):
                    mark, stops = marks[piece[-1]]
                    starts += (start, position - 1)
                    ends += (position - 1, position)
                    info += (word, mark)
                    for key in word.keys:
                        positions[key].append(count)
                    for key in mark.keys:
                        positions[key].append(count + 1)
                    count += 2
                    if stops:
                        bounds.append((first, count))
                        first = count
                    continue
            if chunk is None:
                chunk = analyse.chunk(piece)
            if isinstance(chunk, WordInfo):
                starts.append(start)
                ends.append(position)
                info.append(chunk)
                for key in chunk.keys:
                    positions[key].append(count)
                count += 1
                continue
            starts += [start + offset for offset in chunk.starts]
            ends += [start + offset for offset in chunk.ends]
            if chunk.noise:
                noise += range(count, count + len(chunk.words))
            for word in chunk.words:
                info.append(word)
                for key in word.keys:
                    positions[key].append(count)
                count += 1
            if chunk.stops:
                bounds.append((first, count))
                first = count
        if first < count:
            bounds.append((first, count))
            first = count
    sentence: list[int] = []
    for number, (begin, end) in enumerate(bounds):
        sentence += [number] * (end - begin)
    info += [END] * _AFTER
    sentence += [-1] * _AFTER
    hashtags = _hashtags(text, starts, ends, info, positions.get("hash", _NOWHERE))
    phrases = _phrases(info, sentence, positions)
    rest = (bounds, hashtags, frozenset(noise), positions, phrases)
    return Document(text, starts, ends, info, sentence, *rest)


_NOWHERE: list[int] = []


def _phrases(
    info: list[WordInfo], sentence: list[int], positions: defaultdict[str, list[int]]
) -> dict[int, list[Phrase]]:
    """The phrases of the lexicon in a text; adds the anchors `phrases` and `phrases.<file>`."""
    found: dict[int, list[Phrase]] = {}
    for index in positions.get("opens", _NOWHERE):
        after = info[index + 1].form
        for reading, node in info[index].opens:
            following = node.next.get(after)
            last = index + 1
            while following is not None and sentence[last] == sentence[index]:
                last += 1
                if following.tags:
                    found.setdefault(index, []).append((last, following.tags, reading))
                following = following.next.get(info[last].form)
    for index, phrases in found.items():
        files = {tag.partition(".")[0] for _, tags, _ in phrases for tag in tags}
        for key in ("phrases", *(f"phrases.{file}" for file in files)):
            positions[key].append(index)
    return found


def _hashtags(
    text: str, starts: list[int], ends: list[int], info: list[WordInfo], signs: list[int]
) -> dict[int, tuple[int, int]]:
    """Hashtags of several words; their words are joined by nothing or by one underscore."""
    found: dict[int, tuple[int, int]] = {}
    for sign in signs:
        first = last = sign + 1
        while (
            last < len(starts)
            and info[last].kind != "symbol"
            and text[ends[last - 1] : starts[last]] in ("", "_")
        ):
            last += 1
        if last - first > 1:
            found.update(dict.fromkeys(range(first, last), (first, last)))
    return found
