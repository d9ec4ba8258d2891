"""JSON read and written by the quick library means what the standard one means."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.jsontext import parsed, storable, written

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-(2**66), 2**66)  # around what 64 bits hold, where libraries differ
    | st.floats(allow_nan=False, allow_infinity=False)
    # Halves of surrogate pairs, too: an editor can cut an emoji in two.
    | st.text(st.characters(exclude_categories=())),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(VALUES)
def test_what_is_written_is_read_by_both(value: Any) -> None:
    assert json.loads(written(value)) == value
    assert parsed(written(value)) == value
    assert parsed(json.dumps(value)) == value


@pytest.mark.parametrize(
    "number", [2**63, 2**64 - 1, 2**64, -(2**63), -(2**63) - 1, 10**40, 0.1234567890123456789]
)
def test_long_numbers_stay_what_they_are(number: float) -> None:
    text = json.dumps({"id": number, "text": "خبر"}, ensure_ascii=False)
    for source in (text, text.encode()):
        for read in (parsed, storable):
            value = read(source)["id"]
            assert (value, type(value)) == (number, type(number))


@pytest.mark.parametrize("text", ["", "{", b"\xff", '{"a":}', "nul"])
def test_what_is_no_json_is_refused(text: str | bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whatever the message, and UnicodeDecodeError
        parsed(text)
