"""Fonts: whether one has Arabic letters, by its own table of characters."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.show.fonts import arabic_font, font_folders, has_letters
from tests.support import PROPERTY

ARABIC, LATIN = (0x0600, 0x06FF), (0x0041, 0x005A)


def table4(start: int, end: int) -> bytes:
    ends, starts = (end, 0xFFFF), (start, 0xFFFF)
    head = struct.pack(">HHHHHHH", 4, 32, 0, 4, 4, 1, 0)
    return head + struct.pack(">2H", *ends) + b"\0\0" + struct.pack(">2H", *starts) + bytes(8)


def table12(start: int, end: int) -> bytes:
    return struct.pack(">HHIII", 12, 0, 28, 0, 1) + struct.pack(">III", start, end, 1)


def font(subtable: bytes, *, collection: bool = False) -> bytes:
    at = 12 + 16 if collection else 0
    cmap = struct.pack(">HHHHI", 0, 1, 3, 1, 12) + subtable
    begin = at + 12 + 16
    head = struct.pack(">IHHHH", 0x00010000, 1, 0, 0, 0)
    body = head + struct.pack(">4sIII", b"cmap", 0, begin, len(cmap)) + cmap
    return (struct.pack(">4sIII", b"ttcf", 0x00010000, 1, at) + bytes(12) + body) if at else body


@pytest.mark.parametrize("table", [table4, table12])
@pytest.mark.parametrize("collection", [False, True])
def test_letters_are_found_in_both_forms(
    tmp_path: Path, table: Callable[[int, int], bytes], collection: bool
) -> None:
    arabic, latin = tmp_path / "a.ttf", tmp_path / "b.ttf"
    arabic.write_bytes(font(table(*ARABIC), collection=collection))
    latin.write_bytes(font(table(*LATIN), collection=collection))
    assert has_letters(arabic)
    assert not has_letters(latin)
    assert arabic_font([tmp_path]) == arabic
    arabic.unlink()
    assert arabic_font([tmp_path]) is None


def test_folders_that_are_not_there_hold_none(tmp_path: Path) -> None:
    assert arabic_font([tmp_path / "none"]) is None
    assert all(folder.is_absolute() for folder in font_folders(tmp_path))


@given(
    st.binary(max_size=200) | st.binary(max_size=60).map(lambda b: font(table4(*ARABIC))[:-1] + b)
)
@PROPERTY
def test_damaged_fonts_are_none(data: bytes) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.ttf"
        path.write_bytes(data)
        assert has_letters(path) in (True, False)
        path.write_bytes(font(table4(*ARABIC))[: len(data) % 60])
        assert not has_letters(path)
