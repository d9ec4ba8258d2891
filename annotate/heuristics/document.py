"""A text as words with what the lexicons say of each: what every rule works on.

What is known of a word depends on the word alone, so it is found once and kept: news repeats itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from annotate.arabic.clitics import TANWIN, Reading, readings
from annotate.arabic.normalize import search_text
from annotate.arabic.words import is_symbol, sentences, words
from annotate.heuristics.lexicon import Lexicon, Node

Kind = Literal["word", "latin", "number", "symbol", "end"]
QUOTES = frozenset("\"'«»“”„‟‘’‹›")
OPENING = frozenset("\"'«“‘‹„")
CLOSING = frozenset("\"'»”’›")
_MEMORY = 200_000  # words whose analysis is kept
_LONGEST = 40  # letters; longer words (addresses, decoration) are in no lexicon
_NUMBER = re.compile(r"[وف]?[بلك]?([0-9]+)([^\W\d_]*)")
# Tags that a pronoun may follow: ريفها, مطارها.
_WITH_PRONOUN = frozenset({"places.loc_nouns", "organisations.FAC heads"})
# Tags of names: a common word is not read as clitic + name (بدا is no ب + دا).
_NAMES = ("gazetteer.", "names.", "people.", "places.")
# Tags that say nothing of where a word's stem begins (فعالية is not ف + عالية).
_UNSURE = frozenset({"places.ambiguous", "people.ambiguous"})
_FUNCTION = frozenset({"words.function", "words.prepositions"})


class WordInfo(NamedTuple):
    """What is known of a word.

    Attributes:
        form: search form.
        kind: word (Arabic), latin, number, symbol; "end" stands after the last word.
        tags: tags of all readings.
        hits: tag -> the reading with the fewest clitics that has it.
        conjunction, preposition: the clitics of the likeliest reading.
        definite: written with the article.
        stem: without conjunction, preposition and article.
        digits: value's digits where the word is a number, with what is written onto it.
        opens: readings that begin phrases of the lexicon, with the trie node after the word.
        keys: what a document finds the word by: tags, their files, "number" and "opens".
    """

    form: str
    kind: Kind
    tags: frozenset[str] = frozenset()
    hits: Mapping[str, Reading] = {}
    conjunction: str = ""
    preposition: str = ""
    definite: bool = False
    stem: str = ""
    digits: tuple[str, str] | None = None
    opens: tuple[tuple[Reading, Node], ...] = ()
    keys: tuple[str, ...] = ()

    def has(self, *tags: str) -> bool:
        """Whether the word has one of the tags."""
        return not self.tags.isdisjoint(tags)

    @property
    def function(self) -> bool:
        """A function word, preposition or finite verb of the lists: it ends every name."""
        return "words.function" in self.tags or "words.prepositions" in self.tags

    @property
    def adjective(self) -> bool:
        """A definite adjective that may be part of a name: السوري, العليا."""
        return (
            self.definite
            and not self.conjunction
            and not self.preposition
            and not self.function
            and "words.not_adjectives" not in self.tags
            and (
                "words.adjectives" in self.tags
                or "nations.adjective" in self.tags
                or (len(self.stem) > 3 and self.stem.endswith(("ي", "يه")))
            )
        )

    @property
    def adjectival(self) -> bool:
        """An indefinite word that looks like an adjective: it completes no name."""
        return not self.definite and (
            "nations.adjective" in self.tags
            or "words.common" in self.tags
            or (len(self.form) > 4 and self.form.endswith(("يه", "يا", "ويه")))
        )


END = WordInfo("", "end")


class Analyser:
    """Finds what the lexicons say of a word, and remembers it."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self._known: dict[str, WordInfo] = {}

    def __call__(self, text: str) -> WordInfo:
        """What is known of a word of the text."""
        known = self._known.get(text)
        if known is None:
            if len(self._known) >= _MEMORY:
                self._known.clear()
            known = self._analyse(text)
            opens = tuple(self._opens(known))
            keys = {*known.tags, *(tag.partition(".")[0] for tag in known.tags)}
            if opens:
                keys.add("opens")
            if known.kind == "number":
                keys.add("number")
            known = known._replace(opens=opens, keys=tuple(sorted(keys)))
            self._known[text] = known
        return known

    def _opens(self, known: WordInfo) -> Iterator[tuple[Reading, Node]]:
        """Readings of a word that begin phrases."""
        first = self.lexicon.phrases.next
        if known.kind != "word":
            if known.form in first:
                yield Reading(known.form), first[known.form]
            return
        for reading in readings(known.form):
            if not reading.ending and reading.preposition != "س" and reading.name in first:
                yield reading, first[reading.name]

    def _analyse(self, text: str) -> WordInfo:
        form = search_text(text)
        if not form or is_symbol(text):
            return WordInfo(text, "symbol")
        if len(form) > _LONGEST:
            return WordInfo(form, "word")
        number = _NUMBER.fullmatch(form)
        if number:
            opening = form[: number.start(1)]
            return WordInfo(
                form,
                "number",
                conjunction=opening if opening in ("و", "ف") else opening[:-1],
                preposition=opening[-1:] if opening not in ("و", "ف") else "",
                stem=number[1],
                digits=(number[1], number[2]),
            )
        if form.isascii() or not ("\u0600" <= form[0] <= "\u06ff"):
            tags = self.lexicon.words.get(form, frozenset()) if form[:1].isupper() else frozenset()
            return WordInfo(form, "latin", tags, {tag: Reading(form) for tag in tags}, stem=form)
        return self._arabic(text, form)

    def _arabic(self, text: str, form: str) -> WordInfo:
        words = self.lexicon.words
        hits: dict[str, Reading] = {}
        whole = words.get(form, frozenset())
        if whole & _FUNCTION and not (form == "علي" and text.endswith("ي")):
            whole = frozenset(tag for tag in whole if not tag.startswith(_NAMES))
            whole |= words.get(form, frozenset()) & {"places.directions"}
            return WordInfo(form, "word", whole, {tag: Reading(form) for tag in whole}, stem=form)
        article: Reading | None = None
        plain = words.get(form[:-1], frozenset()) if form.endswith(TANWIN) else frozenset()
        common = any(tag.startswith("words.") for tag in whole | plain)
        for reading in readings(form):
            if reading.article and article is None and len(reading.stem) > 2:
                article = reading
            for tag in words.get(reading.name, ()):
                if tag == "words.verbs" and whole and reading.clitics:
                    continue  # فيصل is a name, not ف + يصل
                if _allowed(tag, reading, common):
                    hits.setdefault(tag, reading)
            if reading.article and "words.common" in words.get(reading.stem, ()):
                hits.setdefault("common.definite", reading)
        if form == "علي":
            hits.pop("words.function", None)
            hits.pop("words.prepositions", None)
        sure = (reading for tag, reading in hits.items() if tag not in _UNSURE)
        best = min(sure, key=lambda reading: reading.clitics, default=None)
        chosen = article if article is not None and (best is None or best.clitics) else best
        if chosen is None:
            return WordInfo(form, "word", frozenset(hits), hits, stem=form)
        named = chosen.name.startswith("ال") and len(chosen.name) > 4
        return WordInfo(
            form,
            "word",
            frozenset(hits),
            hits,
            chosen.conjunction,
            "" if chosen.preposition == "س" else chosen.preposition,
            named,
            chosen.name[2:] if named else chosen.stem,
        )


def _allowed(tag: str, reading: Reading, common: bool) -> bool:
    """Whether a reading may have a tag; `common`: the word as it stands is a common word."""
    if reading.preposition == "س":
        return tag == "words.verbs"
    if reading.ending:
        return tag in _WITH_PRONOUN
    if reading.preposition == "ك" and tag == "gazetteer.cities":
        return False
    if common and reading.conjunction + reading.preposition:
        return not tag.startswith(_NAMES)
    return True


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

    def surface(self, start: int, end: int) -> str:
        """Text of the words [start, end)."""
        return self.text[self.starts[start] : self.ends[end - 1]]


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
