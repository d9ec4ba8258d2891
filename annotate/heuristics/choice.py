"""Which of a word's readings may hold, and which is the likeliest."""

from __future__ import annotations

import re
from collections.abc import Mapping

from annotate.arabic.clitics import FUTURE, Reading
from annotate.arabic.normalize import search_form

# Tags that a pronoun may follow: ريفها, مطارها.
_WITH_PRONOUN = frozenset({"places.loc_nouns", "organisations.FAC heads"})
# Tags of names: a common word is not read as clitic + name (بدا is no ب + دا).
_NAMES = ("gazetteer.", "names.", "people.", "places.", "organisations.", "own.")
# Tags that say nothing of where a word's stem begins (فعالية is not ف + عالية).
_UNSURE = frozenset({"places.ambiguous", "people.ambiguous"})
_HAMZAS = "أإآ"
has_hamza = re.compile(f"[{_HAMZAS}]").search


def likeliest_of(found: list[Reading], hits: Mapping[str, Reading]) -> Reading | None:
    """The reading that says where the word's stem begins, or None where nothing does."""
    # Tags were found in the order of the readings, so the first sure one has the fewest clitics.
    best = next((reading for tag, reading in hits.items() if tag not in _UNSURE), None)
    if best is not None and not best.clitics:
        return best
    for reading in found:
        if reading.article and len(reading.stem) > 2:
            return reading
    return best


def on_article(text: str, reading: Reading) -> bool:
    """Whether the alef of a reading's article has a hamza: ألفارادو is not ال + فارادو."""
    if not reading.article or reading.preposition == "ل":
        return False
    position = len(reading.conjunction) + len(reading.preposition)
    start, _ = search_form(text).span(position, position + 1)
    return text[start] in _HAMZAS


def allowed(tag: str, reading: Reading, common: bool) -> bool:
    """Whether a reading may have a tag; `common`: the word as it stands is a common word."""
    if reading.preposition == FUTURE:
        return tag == "words.verbs"
    if reading.ending:
        return tag in _WITH_PRONOUN
    if reading.preposition == "ك" and tag in ("gazetteer.cities", "places.LOC"):
        return False
    if common and reading.conjunction + reading.preposition:
        return not tag.startswith(_NAMES)
    return True
