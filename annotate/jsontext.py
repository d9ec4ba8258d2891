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
        ValueError: it is none.
    """
    import orjson

    try:
        return orjson.loads(text)
    except ValueError:
        return json.loads(text)


def written(value: Any) -> str:
    """A value as JSON, in one line, without escapes where none are needed."""
    import orjson

    try:
        return orjson.dumps(value).decode("utf-8")
    except TypeError:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
