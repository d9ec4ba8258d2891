"""Takes blanks and punctuation off the edges of a span: no span begins or ends with them.

The editor selects whole words, and to it a comma that is written on a word is a part of it.
"""

from __future__ import annotations

import unicodedata

_PERCENT = frozenset("%٪‰؉")  # the unit of a number, though Unicode calls it punctuation
# Separators, control characters, punctuation. Diacritics and tatweel are none of these.
_EDGE = frozenset(("Zs", "Zl", "Zp", "Cc", "Cf", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po"))


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The offsets without blanks and punctuation at both edges (code points, half open).

    Where nothing else is there, both offsets are `end`.
    """
    while start < end and _is_edge(text[start]):
        start += 1
    while start < end and _is_edge(text[end - 1]):
        end -= 1
    return start, end


def _is_edge(character: str) -> bool:
    return unicodedata.category(character) in _EDGE and character not in _PERCENT
