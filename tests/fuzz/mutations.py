"""Bad input made of good: bytes and JSON values in which a few places are spoiled."""

from __future__ import annotations

import copy
import json
from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

# What breaks readers: bytes that are no UTF-8, line ends, quotes, brackets, numbers that are none.
TOKENS = (
    *(b"\x00", b"\xff", b"\xed\xa0\x80", b"\xc0\xaf", b"\xef\xbb\xbf", b"\r", b"\r\n", b"\n\n"),
    *(b'"', b"'", b"{", b"}", b"[", b"]", b"[" * 3000, b":", b",", b"&a *a", b"!!python/name:os"),
    *(b"\\ud800", b"\\u0000", b"NaN", b"Infinity", b"1e999", b"9" * 400, b"-1", b"null", b"true"),
    *(
        "\u200f\u202e\ufeff".encode(),
        "\u0651\u0651".encode(),
        "😀\u200d👩🏽".encode(),
        b"<!ENTITY a '&a;'>",
    ),
    *(b"\t", b" ", b"=", b"#", b"-DOCSTART-", b"PAR1", b"0:0", b"T1\t", b"E1\t", b"B-", b"..\x2f"),
)
_NUMBERS = (-1, 0, 1, 2**31, 2**63, 10**30, -(10**30), 0.5, 1e308, float("nan"), float("inf"))
_TEXTS = ("", "x", "\x00", "\ud800", "😀", "None", "2026-13-45", "1" * 5000, "ا" * 300, "../../x")
WILD = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from(_NUMBERS),
    st.sampled_from(_TEXTS),
    st.text(max_size=5),
    st.just([]),
    st.just({}),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=3),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
        max_leaves=4,
    ),
)
_EDITS = st.lists(
    st.tuples(
        st.sampled_from(("put", "cut", "over", "copy", "end")),
        st.integers(0, 2**32 - 1),
        st.integers(0, 40),
        st.sampled_from(TOKENS) | st.binary(max_size=4),
    ),
    max_size=5,
)


def spoiled_bytes(good: Sequence[bytes]) -> st.SearchStrategy[bytes]:
    """One of some files with up to five places spoiled; now and then anything at all."""
    made = st.builds(_spoil, st.sampled_from(list(good)), _EDITS)
    return st.one_of(made, made, made, made, st.binary(max_size=200))


def _spoil(data: bytes, edits: Sequence[tuple[str, int, int, bytes]]) -> bytes:
    for kind, where, length, token in edits:
        place = where % (len(data) + 1)
        rest = data[place + length :]
        if kind == "put":
            data = data[:place] + token + data[place:]
        elif kind == "cut":
            data = data[:place] + rest
        elif kind == "over":
            data = data[:place] + token + rest
        elif kind == "copy":
            data = data[: place + length] + data[place:]
        else:
            data = data[:place]
    return data


_STEPS = st.lists(
    st.tuples(
        st.lists(st.integers(0, 60), max_size=7),
        st.sampled_from(("set", "set", "drop", "twice", "rename")),
        WILD,
    ),
    min_size=1,
    max_size=4,
)


def spoiled_json(good: Sequence[Any]) -> st.SearchStrategy[Any]:
    """One of some JSON values in which up to four places hold what does not belong there."""
    return st.builds(_spoil_value, st.sampled_from(list(good)), _STEPS)


def _spoil_value(good: Any, steps: Sequence[tuple[list[int], str, Any]]) -> Any:
    # In a list of one, so that the whole value can be replaced, too.
    holder: list[Any] = [copy.deepcopy(good)]
    for path, kind, wild in steps:
        parent: Any = holder
        key: Any = 0
        for number in path:
            inside = parent[key]
            if not isinstance(inside, dict | list) or not inside:
                break
            parent = inside
            keys = list(parent) if isinstance(parent, dict) else range(len(parent))
            key = keys[number % len(keys)]
        _change(parent, key, kind, copy.deepcopy(wild))
        if not holder:
            return wild
    return holder[0]


def _change(parent: Any, key: Any, kind: str, wild: Any) -> None:
    if kind == "drop":
        del parent[key]
    elif kind == "twice" and isinstance(parent, list):
        parent.append(copy.deepcopy(parent[key]))
    elif kind == "rename" and isinstance(parent, dict):
        parent[str(wild)[:20]] = parent.pop(key)
    else:
        parent[key] = wild


def as_lines(values: Sequence[Any]) -> bytes:
    """JSON lines, with whatever Python's own writer lets through."""
    lines = (json.dumps(value, ensure_ascii=True) + "\n" for value in values)
    return "".join(lines).encode("ascii")
