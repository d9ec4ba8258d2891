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
_ENDS = {  # by the last letter
    letter: tuple(ending for ending in (*PRONOUNS, TANWIN) if ending.endswith(letter))
    for letter in {ending[-1] for ending in (*PRONOUNS, TANWIN)}
}
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


def readings(word: str, stems: Container[str] | None = None) -> list[Reading]:
    """All readings of a word (in search form), those with the fewest clitics first.

    With `stems`, only those whose stem or name is among them; and the first with the article.

    Where a pronoun follows, a stem in ت is also read as one in ه (`سيطرتها` as `سيطره`), and one in
    و as one in وا (`قتلوه` as `قتلوا`).
    """
    found: dict[Reading, None] = {}
    definite = False
    last = word[-1:]
    ends = _ENDS.get(last)
    for opening, conjunction, preposition, article, least in _BY_FIRST.get(word[:1], _BARE):
        if not word.startswith(opening) or len(word) < least:
            continue
        rest = word[len(opening) :]
        if article:
            if stems is None or not definite or rest in stems or ARTICLE + rest in stems:
                found[Reading(rest, conjunction, preposition, True)] = None
            definite = True
            continue
        if preposition == FUTURE and rest[0] not in _PERSONS:
            continue
        if stems is None or rest in stems:
            found[Reading(rest, conjunction, preposition)] = None
        if ends is None:
            continue
        for stem, ending in _endings(rest, ends):
            if stems is None or stem in stems:
                found.setdefault(Reading(stem, conjunction, preposition, False, ending))
    return sorted(found, key=_clitics) if len(found) > 1 else list(found)


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


_BARE = [opening for opening in _openings() if not opening[0]]
_BY_FIRST = {
    letter: _BARE + [opening for opening in _openings() if opening[0][:1] == letter]
    for letter in {opening[0][0] for opening in _openings() if opening[0]}
}


def _endings(rest: str, pronouns: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """(stem, ending) for every way to take an ending off a word without the article."""
    for pronoun in pronouns:
        stem = rest[: -len(pronoun)]
        if len(stem) < _SHORTEST or not rest.endswith(pronoun):
            continue
        yield stem, pronoun
        if pronoun == TANWIN:
            continue
        if stem.endswith("ت"):
            yield stem[:-1] + "ه", pronoun
        elif stem.endswith("و"):
            yield stem + "ا", pronoun
        elif stem.endswith("ا"):
            yield stem[:-1] + "ي", pronoun  # مستشفاه is مستشفى + ه


def _clitics(reading: Reading) -> int:
    return (
        (reading.conjunction != "")
        + (reading.preposition != "")
        + reading.article
        + (reading.ending != "")
    )
