"""Clitics: what may be written onto an Arabic word, before it and after it.

All words here are in the search form (`annotate.arabic.normalize`). A word has several readings:
`وبالقرب` may be one word, or `و` + `بالقرب`, or `و` + `ب` + `ال` + `قرب`. Which one holds is
decided by a lexicon: only whole stems match, so that `شام` is in `وبالشام` but not in `هشام`.
"""

from __future__ import annotations

from collections.abc import Container
from typing import NamedTuple

CONJUNCTIONS = ("و", "ف")
PREPOSITIONS = ("ب", "ل", "ك")
FUTURE = "س"
ARTICLE = "ال"
PRONOUNS = ("هما", "كما", "ها", "هم", "هن", "نا", "كم", "كن", "ني", "ه", "ك", "ي")
TANWIN = "ا"  # the accusative ending of an indefinite noun
_BY_LETTER = {
    letter: tuple(pronoun for pronoun in PRONOUNS if pronoun.endswith(letter))
    for letter in {pronoun[-1] for pronoun in PRONOUNS}
}
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
        return sum(map(bool, (self.conjunction, self.preposition, self.article, self.ending)))


def readings(word: str, stems: Container[str] | None = None) -> list[Reading]:
    """All readings of a word (in search form), those with the fewest clitics first.

    With `stems`, only those whose stem or name is among them; and the first with the article.

    Where a pronoun follows, a stem in ت is also read as one in ه (`سيطرتها` as `سيطره`), and one in
    و as one in وا (`قتلوه` as `قتلوا`).
    """
    found: dict[Reading, None] = {}
    definite = False
    for conjunction, preposition, article, rest in _openings(word):
        if article:
            if stems is None or not definite or rest in stems or ARTICLE + rest in stems:
                found.setdefault(Reading(rest, conjunction, preposition, True))
            definite = True
            continue
        for stem, ending in _endings(rest):
            if stems is None or stem in stems:
                found.setdefault(Reading(stem, conjunction, preposition, False, ending))
    return sorted(found, key=lambda reading: reading.clitics) if len(found) > 1 else list(found)


def match(word: str, stems: Container[str]) -> Reading | None:
    """The reading with the fewest clitics whose name or stem is among `stems`, or None."""
    for reading in readings(word, stems):
        if reading.name in stems or reading.stem in stems:
            return reading
    return None


def _openings(word: str) -> list[tuple[str, str, bool, str]]:
    """(conjunction, preposition, article, rest) for every way to begin the word."""
    found = []
    for conjunction in ("", *CONJUNCTIONS):
        if not word.startswith(conjunction):
            continue
        after = word[len(conjunction) :]
        if len(after) < _SHORTEST:
            continue
        found.append((conjunction, "", False, after))
        if after.startswith(ARTICLE) and len(after) >= _SHORTEST + 2:
            found.append((conjunction, "", True, after[2:]))
        if after.startswith(FUTURE) and after[1:2] in "يتنا" and len(after) >= 4:
            found.append((conjunction, FUTURE, False, after[1:]))
        if after[0] not in PREPOSITIONS or len(after) < _SHORTEST + 1:
            continue
        rest = after[1:]
        found.append((conjunction, after[0], False, rest))
        if rest.startswith(ARTICLE) and len(rest) >= _SHORTEST + 2:
            found.append((conjunction, after[0], True, rest[2:]))
        if after.startswith("لل") and len(after) >= _SHORTEST + 2:
            found.append((conjunction, "ل", True, after[2:]))  # لل is ل + ال
    return found


def _endings(rest: str) -> list[tuple[str, str]]:
    """(stem, ending) for every way to end a word without the article."""
    found = [(rest, "")]
    for pronoun in _BY_LETTER.get(rest[-1], ()):
        stem = rest[: -len(pronoun)]
        if len(stem) < _SHORTEST or not rest.endswith(pronoun):
            continue
        found.append((stem, pronoun))
        if stem.endswith("ت"):
            found.append((stem[:-1] + "ه", pronoun))
        elif stem.endswith("و"):
            found.append((stem + "ا", pronoun))
        elif stem.endswith("ا"):
            found.append((stem[:-1] + "ي", pronoun))  # مستشفاه is مستشفى + ه
    if rest.endswith(TANWIN) and len(rest) > _SHORTEST:
        found.append((rest[:-1], TANWIN))
    return found
