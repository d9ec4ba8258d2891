"""The search form of Arabic text, with an exact map back to the text.

The search form is what lexicons and rules are matched on; it is never stored. Diacritics,
tatweel and invisible marks go; variants of alef, hamza seats, alef maqsura, taa marbuta and
their Persian twins become one letter, and so do letters in a fixed shape; Arabic-Indic and Persian
digits become 0-9. No character ever becomes two, so that a search offset is at most its text
offset.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

# Diacritics, marks of the Quran, tatweel and invisible marks. What is dropped, and what becomes
# what, is what dediac_ar and normalize_*_ar of camel-tools (MIT) do, and the marks of the Quran,
# hamza seats, Persian letters and digits beside; a test holds it equal to them.
_DROPPED = re.compile(
    "[\u00ad\u0610-\u061a\u061c\u0640\u064b-\u0652\u0670\u06d6-\u06dd\u06df-\u06e8\u06ea-\u06ed"
    "\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]"
)
_BECOMES = (
    ("ا", "آأإٱ"),
    ("ه", "ةۀہە"),
    ("ي", "ىئی"),
    ("و", "ؤ"),
    ("ك", "کگ"),
    ("ب", "پ"),
    ("ج", "چ"),
    *((str(digit), chr(0x660 + digit) + chr(0x6F0 + digit)) for digit in range(10)),
)
# Letters in the shape they have at one place of a word, as old PDF files hold them. Those that
# stand for two (lam-alef) stay as they are: a letter of the search form is one of the text.
_SHAPES = (*range(0xFB50, 0xFE00), *range(0xFE70, 0xFF00))
_LETTERS = {letter: form for form, letters in _BECOMES for letter in letters}
_SHAPED = {shape: unicodedata.normalize("NFKC", chr(shape)) for shape in _SHAPES}
_TABLE = {
    **{
        shape: _LETTERS.get(letter, letter)
        for shape, letter in _SHAPED.items()
        if len(letter) == 1 and letter != chr(shape)
    },
    **{ord(letter): form for letter, form in _LETTERS.items()},
    **{ord(mark): "" for mark in _DROPPED.findall("".join(map(chr, range(0x10000))))},
}
_CHANGES = re.compile(f"[{re.escape(''.join(map(chr, _TABLE)))}]").search


@dataclass(frozen=True, slots=True)
class SearchForm:
    """A text's search form and the way back.

    Attributes:
        text: the search form.
        offsets: for each character of `text`, its offset in the original (code points); None
            where nothing was dropped, so that both are the same.
        length: length of the original text (code points).
    """

    text: str
    offsets: Sequence[int] | None
    length: int

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Original offsets (code points, half open) of the non-empty search span [start, end).

        The end is just after the last character's own diacritics: what was dropped between two
        characters belongs to the one before it.
        """
        if self.offsets is None:
            return start, end
        after = self.offsets[end] if end < len(self.offsets) else self.length
        return self.offsets[start], after


def search_form(text: str) -> SearchForm:
    """The search form of a text, in time linear in its length."""
    form = text.translate(_TABLE)
    if len(form) == len(text):
        return SearchForm(form, None, len(text))
    offsets: list[int] = []
    kept = 0
    for mark in _DROPPED.finditer(text):
        offsets.extend(range(kept, mark.start()))
        kept = mark.end()
    offsets.extend(range(kept, len(text)))
    return SearchForm(form, offsets, len(text))


def search_text(text: str) -> str:
    """Only the search form's text: what lexicon entries and markers are compared by.

    It is the text itself, the same object, where nothing changes.
    """
    return text if _CHANGES(text) is None else text.translate(_TABLE)
