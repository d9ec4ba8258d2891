"""JSON of labeling, where it is most of the work: read and written by orjson.

What orjson does not take (half a surrogate pair, a number of more than 64 bits) the standard
library does, so that both mean the same.
"""

from __future__ import annotations

import json
from typing import Any

# orjson reads an integer of more than 64 bits as the nearest float, without a word. None has fewer
# digits than this; they are looked for with each digit written as 0, at a tenth of the parsing.
_LONG = b"0" * 19
_DIGITS = bytes.maketrans(b"123456789", b"0" * 9)


def parsed(text: str | bytes) -> Any:
    """The value of a JSON text.

    Raises:
        ValueError: it is none, or is nested too deeply.
    """
    try:
        return _quick(text)
    except ValueError:
        try:
            return json.loads(text)
        except RecursionError:
            raise ValueError("nested too deeply") from None


def storable(text: str | bytes) -> Any:
    """The value of a JSON text of others, such that all of it can be stored again.

    Half of a surrogate pair, which an editor can leave of an emoji and no file can hold, becomes
    U+FFFD; what is called NaN or Infinity, and is no JSON, is None.

    Raises:
        ValueError: it is none, or is nested too deeply.
    """
    try:
        return _quick(text)
    except ValueError:
        try:
            value = json.loads(text, parse_constant=lambda _: None)
            whole = json.dumps(value, ensure_ascii=False).encode("utf-16", "surrogatepass")
            return json.loads(whole.decode("utf-16", "replace"), parse_constant=lambda _: None)
        except RecursionError:
            raise ValueError("nested too deeply") from None


def _quick(text: str | bytes) -> Any:
    """The value by orjson; ValueError also where the standard library has to look."""
    import orjson

    raw = text.encode("utf-8") if isinstance(text, str) else text
    if _LONG in raw.translate(_DIGITS):
        raise ValueError("a number that may be of more than 64 bits")
    return orjson.loads(raw)


def written(value: Any) -> str:
    """A value as JSON, in one line, without escapes where none are needed."""
    import orjson

    try:
        return orjson.dumps(value).decode("utf-8")
    except TypeError:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
