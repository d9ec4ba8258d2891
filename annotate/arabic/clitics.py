"""Clitics: what may be written onto an Arabic word, before it and after it.

All words here are in the search form (`annotate.arabic.normalize`). A word has several readings:
`وبالقرب` may be one word, or `و` + `بالقرب`, or `و` + `ب` + `ال` + `قرب`. Which one holds is
decided by a lexicon: only whole stems match, so that `شام` is in `وبالشام` but not in `هشام`.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import NamedTuple

CONJUNCTIONS = ("و", "ف")
PREPOSITIONS = ("ب", "ل", "ك")
FUTURE = "س"
ARTICLE = "ال"
PRONOUNS = ("هما", "كما", "ها", "هم", "هن", "نا", "كم", "كن", "ني", "ه", "ك", "ي")
TANWIN = "ا"  # the accusative ending of an indefinite noun
_PERSONS = "يتنا"  # letters that a present begins with
_SHORTEST = 2  # letters of a stem


class Reading(NamedTuple):
    """One way to take a word apart.

    Attributes:
        stem: the word without its clitics.
        conjunction: و, ف or nothing.
        preposition: ب, ل, ك, or س before a verb, or nothing.
        article: whether ال stood before the stem.
        ending: the pronoun or accusative alef after the stem, or nothing.
    """

    stem: str
    conjunction: str = ""
    preposition: str = ""
    article: bool = False
    ending: str = ""

    @property
    def name(self) -> str:
        """The stem with its article, if it has one: how a name is listed."""
        return ARTICLE + self.stem if self.article else self.stem

    @property
    def clitics(self) -> int:
        """How many clitics the reading takes off."""
        return _clitics(self)


_new = tuple.__new__  # makes a reading in half the time: each new word has several


def readings(word: str, stems: Container[str] | None = None) -> list[Reading]:
    """All readings of a word (in search form), those with the fewest clitics first.

    With `stems`, only those whose stem or name is among them; and the first with the article.

    Where a pronoun follows, a stem in ت is also read as one in ه (`سيطرتها` as `سيطره`), and one in
    و as one in وا (`قتلوه` as `قتلوا`).
    """
    found: list[Reading] = []
    definite = False
    start = word[:2]
    openings = _BY_START.get(start) or _BY_START.get(start[:1], _BARE)
    ends = _BY_END.get(word[-2:]) or _BY_END.get(word[-1:], _NO_ENDS)
    size = len(word)
    for opening, length, conjunction, preposition, article, least in openings:
        if size < least or not word.startswith(opening):
            continue
        rest = word[length:]
        if article:
            if stems is None or not definite or rest in stems or ARTICLE + rest in stems:
                found.append(_new(Reading, (rest, conjunction, preposition, True, "")))
            definite = True
            continue
        if preposition == FUTURE and rest[0] not in _PERSONS:
            continue
        if stems is None or rest in stems:
            found.append(_new(Reading, (rest, conjunction, preposition, False, "")))
        for ending, least in ends:
            if size - length < least or not rest.endswith(ending):
                continue
            stem = rest[: 2 - least]
            if stems is None or stem in stems:
                found.append(_new(Reading, (stem, conjunction, preposition, False, ending)))
            changed = _CHANGED.get(stem[-1]) if ending != TANWIN else None
            if changed is not None:
                stem = stem[: changed[0]] + changed[1]
                if stems is None or stem in stems:
                    found.append(_new(Reading, (stem, conjunction, preposition, False, ending)))
    if len(found) > 1:
        return sorted(dict.fromkeys(found), key=_clitics)
    return found


def match(word: str, stems: Container[str]) -> Reading | None:
    """The reading with the fewest clitics whose name or stem is among `stems`, or None."""
    for reading in readings(word, stems):
        if reading.name in stems or reading.stem in stems:
            return reading
    return None


def _openings() -> Iterator[tuple[str, str, str, bool, int]]:
    """(letters, conjunction, preposition, article, shortest word) for every way to begin a word."""
    for conjunction in ("", *CONJUNCTIONS):
        for letters, preposition, article in (
            ("", "", False),
            (ARTICLE, "", True),
            (FUTURE, FUTURE, False),
            *((letter, letter, False) for letter in PREPOSITIONS),
            *((letter + ARTICLE, letter, True) for letter in PREPOSITIONS),
            ("لل", "ل", True),  # لل is ل + ال
        ):
            opening = conjunction + letters
            shortest = 3 if preposition == FUTURE else _SHORTEST
            yield opening, conjunction, preposition, article, len(opening) + shortest


_OPENINGS = [(opening[0], len(opening[0]), *opening[1:]) for opening in _openings()]
_BARE = [opening for opening in _OPENINGS if not opening[0]]
# The openings that a word may have, by its first letters; most words have few.
_BY_START = {
    start: [opening for opening in _OPENINGS if opening[0][:2] in (start, start[:1], "")]
    for start in {opening[0][:2] for opening in _OPENINGS if opening[0]}
}
_ENDINGS = [(ending, len(ending) + _SHORTEST) for ending in (*PRONOUNS, TANWIN)]
_NO_ENDS: list[tuple[str, int]] = []
_BY_END = {
    end: [ending for ending in _ENDINGS if ending[0][-2:] in (end, end[-1:])]
    for end in {ending[-2:] for ending in (*PRONOUNS, TANWIN)}
}
# What a stem's last letter becomes where nothing follows: (letters kept, letters added).
_CHANGED = {
    "ت": (-1, "ه"),  # سيطرتها
    "و": (None, "ا"),  # قتلوه
    "ا": (-1, "ي"),  # مستشفاه is مستشفى + ه
}


def _clitics(reading: Reading) -> int:
    return (
        (reading.conjunction != "")
        + (reading.preposition != "")
        + reading.article
        + (reading.ending != "")
    )
