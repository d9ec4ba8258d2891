"""The search form of Arabic text, with an exact map back to the text.

The search form is what lexicons and rules are matched on; it is never stored. Diacritics,
tatweel and invisible marks go; variants of alef, hamza seats, alef maqsura, taa marbuta and
their Persian twins become one letter; Arabic-Indic and Persian digits become 0-9. No character
ever becomes two, so that a search offset is at most its text offset.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

_HAMZA_SEATS = {"ؤ": "و", "ئ": "ي"}
_PERSIAN = {"ک": "ك", "ی": "ي", "ہ": "ه", "ە": "ه", "ۀ": "ه", "گ": "ك", "پ": "ب", "چ": "ج"}
_INVISIBLE = (
    "\u0640"  # tatweel
    "\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
    "\u2060\u2066\u2067\u2068\u2069\ufeff"
)


# Everything outside these blocks stays as it is.
_BLOCKS = (
    range(0x00AD, 0x00AE),
    range(0x0600, 0x0700),
    range(0x2000, 0x2070),
    range(0xFEFF, 0xFF00),
)


@cache
def _rules() -> tuple[dict[int, str], re.Pattern[str]]:
    """What each character becomes, and what is dropped; built at the first use (0.5 s to load)."""
    from camel_tools.utils.dediac import dediac_ar
    from camel_tools.utils.normalize import (
        normalize_alef_ar,
        normalize_alef_maksura_ar,
        normalize_teh_marbuta_ar,
    )

    def form(char: str) -> str:
        marks = 0x0610 <= ord(char) <= 0x061A or 0x06D6 <= ord(char) <= 0x06ED
        if char in _INVISIBLE or marks:
            return "" if unicodedata.category(char) in ("Mn", "Cf", "Lm") else char
        char = _PERSIAN.get(char, char)
        char = normalize_teh_marbuta_ar(normalize_alef_maksura_ar(normalize_alef_ar(char)))
        char = dediac_ar(char)
        if char and unicodedata.category(char) == "Nd":
            return str(unicodedata.digit(char))
        return _HAMZA_SEATS.get(char, char)

    forms = {code: form(chr(code)) for block in _BLOCKS for code in block}
    table = {code: char for code, char in forms.items() if char != chr(code)}
    dropped = "".join(chr(code) for code, char in table.items() if not char)
    return table, re.compile(f"[{dropped}]+")


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
    table, dropped = _rules()
    form = text.translate(table)
    if len(form) == len(text):
        return SearchForm(form, None, len(text))
    offsets: list[int] = []
    kept = 0
    for gap in dropped.finditer(text):
        offsets.extend(range(kept, gap.start()))
        kept = gap.end()
    offsets.extend(range(kept, len(text)))
    return SearchForm(form, offsets, len(text))


def search_text(text: str) -> str:
    """Only the search form's text: what lexicon entries and markers are compared by."""
    return text.translate(_rules()[0])
