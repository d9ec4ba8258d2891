"""JSON of labeling, where it is most of the work: read and written by orjson.

What orjson does not take (half a surrogate pair, a number of more than 64 bits) the standard
library does, so that both mean the same.
"""

from __future__ import annotations

import json
from typing import Any


def parsed(text: str | bytes) -> Any:
    """The value of a JSON text.

    Raises:
        ValueError: it is none, or is nested too deeply.
    """
    import orjson

    try:
        return orjson.loads(text)
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
    import orjson

    try:
        return orjson.loads(text)
    except ValueError:
        try:
            value = json.loads(text, parse_constant=lambda _: None)
            whole = json.dumps(value, ensure_ascii=False).encode("utf-16", "surrogatepass")
            return json.loads(whole.decode("utf-16", "replace"), parse_constant=lambda _: None)
        except RecursionError:
            raise ValueError("nested too deeply") from None


def written(value: Any) -> str:
    """A value as JSON, in one line, without escapes where none are needed."""
    import orjson

    try:
        return orjson.dumps(value).decode("utf-8")
    except TypeError:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
