"""What the lexicons say of a word, whatever stands around it.

It depends on the word alone, so it is found once and kept: news repeats itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

from annotate.arabic.clitics import TANWIN, Reading, readings
from annotate.arabic.normalize import search_form, search_text
from annotate.arabic.words import is_symbol, words
from annotate.heuristics.anchors import anchors
from annotate.heuristics.lexicon import Lexicon, Node
from annotate.heuristics.triggers import Phrase, Sense, Triggers

Kind = Literal["word", "latin", "number", "symbol", "end"]
_MEMORY = 200_000  # words whose analysis is kept
_LONGEST = 40  # letters; longer words (addresses, decoration) are in no lexicon
_NUMBER = re.compile(r"[وف]?[بلك]?([0-9]+)([^\W\d_]*)")
# Tags that a pronoun may follow: ريفها, مطارها.
_WITH_PRONOUN = frozenset({"places.loc_nouns", "organisations.FAC heads"})
# Tags of names: a common word is not read as clitic + name (بدا is no ب + دا).
_NAMES = ("gazetteer.", "names.", "people.", "places.", "organisations.")
_DECLINED = ("words.", "organisations.", "time.", "numbers.", "weapons.")
# Tags that say nothing of where a word's stem begins (فعالية is not ف + عالية).
_UNSURE = frozenset({"places.ambiguous", "people.ambiguous"})
_HAMZAS = "أإآ"
_STOP = re.compile(r"[.!؟]\Z").search
_ADDRESS = re.compile(r"(?:www|pic)\.|\w+\.\w+/")
# What else a function word may be: شمال, اليوم, باسم.
_OF_FUNCTION = ("words.", "topic.", "time.", "numbers.", "places.directions", "titles.for_whom")
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
        keys: the word's anchors: which rules begin at it (see anchors.py).
        senses: what it may mean as a trigger, with the reading; fewest clitics first.
        begins: triggers of two words that it may begin, with the reading.
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
    senses: tuple[tuple[Sense, Reading], ...] = ()
    begins: tuple[tuple[Phrase, Reading], ...] = ()

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


class Chunk(NamedTuple):
    """What stands between white space, as words.

    Attributes:
        single: the word, where the chunk is one.
        words, starts, ends: the words and their offsets in the chunk (code points, half open).
        anchors: (anchor, word's number in the chunk).
        stops: a sentence ends with the chunk.
        noise: it is an address of a page or a handle.
    """

    single: WordInfo | None
    words: tuple[WordInfo, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    anchors: tuple[tuple[str, int], ...]
    stops: bool
    noise: bool


class Analyser:
    """Finds what the lexicons say of a word, and remembers it."""

    def __init__(self, lexicon: Lexicon, triggers: Triggers) -> None:
        self.lexicon = lexicon
        self._triggers = triggers
        self._stems = frozenset(
            (*lexicon.words, *lexicon.phrases.next, *triggers.forms, *triggers.phrases)
        )
        self._known: dict[str, WordInfo] = {}
        self.chunks: dict[str, Chunk] = {}

    def chunk(self, text: str) -> Chunk:
        """The words of a chunk of text between white space."""
        # An underscore joins the words of a hashtag or handle: it is no word for the rules.
        found = [word for word in words(text) if word.text != "_"]
        infos = tuple(self.word(word.text) for word in found)
        inner = text[found[0].start : found[-1].end] if found else ""
        chunk = Chunk(
            single=infos[0] if len(infos) == 1 and inner == text and not _STOP(text) else None,
            words=infos,
            starts=tuple(word.start for word in found),
            ends=tuple(word.end for word in found),
            anchors=tuple((key, n) for n, info in enumerate(infos) for key in info.keys),
            stops=_STOP(text) is not None,
            noise="@" in inner or "://" in inner or bool(_ADDRESS.match(inner)),
        )
        if len(text) <= _LONGEST:
            if len(self.chunks) >= _MEMORY:
                self.chunks.clear()
            self.chunks[text] = chunk
        return chunk

    def word(self, text: str) -> WordInfo:
        """What is known of a word of the text."""
        known = self._known.get(text)
        if known is None:
            if len(self._known) >= _MEMORY:
                self._known.clear()
            known = self._complete(text)
            if len(text) <= _LONGEST:
                self._known[text] = known
        return known

    def _complete(self, text: str) -> WordInfo:
        """The word's analysis with what phrases and triggers it may begin."""
        form = search_text(text)
        found: list[Reading] = []
        if form and len(form) <= _LONGEST:
            found = readings(form, self._stems)
            if any(hamza in text for hamza in _HAMZAS):
                found = [reading for reading in found if not _hamza(text, reading)]
        known = self._analyse(text, form, found)
        opens = tuple(self._opens(known, found))
        known = known._replace(opens=opens)
        if known.kind != "word":
            return known._replace(keys=anchors(known))
        senses = self._triggers.senses(found)
        if text.endswith("ة"):  # the search form of ة is ه, but no pronoun is written so
            senses = tuple(sense for sense in senses if sense[1].ending != "ه")
        begins = self._triggers.openings(found)
        known = known._replace(senses=senses, begins=begins)
        return known._replace(keys=anchors(known))

    def _opens(self, known: WordInfo, found: list[Reading]) -> Iterator[tuple[Reading, Node]]:
        """Readings of a word that begin phrases."""
        first = self.lexicon.phrases.next
        if known.kind != "word":
            if known.form in first:
                yield Reading(known.form), first[known.form]
            return
        for reading in found:
            if not reading.ending and reading.preposition != "س" and reading.name in first:
                yield reading, first[reading.name]

    def _analyse(self, text: str, form: str, found: list[Reading]) -> WordInfo:
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
        return self._arabic(text, form, found)

    def _arabic(self, text: str, form: str, found: list[Reading]) -> WordInfo:
        words = self.lexicon.words
        hits: dict[str, Reading] = {}
        whole = words.get(form, frozenset())
        if whole & _FUNCTION and not (form == "علي" and text.endswith("ي")):
            whole = frozenset(tag for tag in whole if tag.startswith(_OF_FUNCTION))
            return WordInfo(form, "word", whole, {tag: Reading(form) for tag in whole}, stem=form)
        article: Reading | None = None
        plain = words.get(form[:-1], frozenset()) if form.endswith(TANWIN) else frozenset()
        common = any(tag.startswith("words.") for tag in whole | plain)
        declined = any(tag.startswith(_DECLINED) for tag in plain)
        for reading in found:
            if reading.article and article is None and len(reading.stem) > 2:
                article = reading
            for tag in words.get(reading.name, ()):
                if tag == "words.verbs" and whole and reading.clitics:
                    continue  # فيصل is a name, not ف + يصل
                if declined and tag.startswith("gazetteer."):
                    continue  # فوجا is فوج, not Foggia
                if _allowed(tag, reading, common):
                    hits.setdefault(tag, reading)
            if reading.article:
                for tag in words.get(reading.stem, ()):
                    if tag == "words.common":
                        hits.setdefault("common.definite", reading)
                    elif tag.startswith("weapons."):
                        hits.setdefault(tag, reading)
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


def _hamza(text: str, reading: Reading) -> bool:
    """Whether the alef of a reading's article has a hamza: ألفارادو is not ال + فارادو."""
    if not reading.article or reading.preposition == "ل":
        return False
    position = len(reading.conjunction) + len(reading.preposition)
    start, _ = search_form(text).span(position, position + 1)
    return text[start] in _HAMZAS


def _allowed(tag: str, reading: Reading, common: bool) -> bool:
    """Whether a reading may have a tag; `common`: the word as it stands is a common word."""
    if reading.preposition == "س":
        return tag == "words.verbs"
    if reading.ending:
        return tag in _WITH_PRONOUN
    if reading.preposition == "ك" and tag in ("gazetteer.cities", "places.LOC"):
        return False
    if common and reading.conjunction + reading.preposition:
        return not tag.startswith(_NAMES)
    return True
