"""Canonical bytes, hashes, and files that are whole or absent."""

from __future__ import annotations

import hashlib
import json
import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.storage import (
    atomic_writer,
    canonical_json,
    file_sha256,
    make_folders,
    remove_empty,
    sync_folder,
    text_sha256,
    write_text,
)
from tests.support import PROPERTY, tree

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@given(json_values)
@PROPERTY
def test_canonical_json_is_json_and_does_not_depend_on_the_order_of_keys(value: object) -> None:
    def turned(part: object) -> object:
        if isinstance(part, dict):
            return {key: turned(part[key]) for key in reversed(part)}
        return [turned(item) for item in part] if isinstance(part, list) else part

    for indent in (None, 2):
        assert json.loads(canonical_json(value, indent=indent)) == value
        assert canonical_json(turned(value), indent=indent) == canonical_json(value, indent=indent)


def test_canonical_json_is_readable_and_compact() -> None:
    assert canonical_json({"ب": 1, "a": [1, 2]}) == '{"a":[1,2],"ب":1}'
    assert canonical_json({"a": 1}, indent=2) == '{\n  "a": 1\n}'


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_canonical_json_has_no_nan(value: float) -> None:
    with pytest.raises(ValueError, match="JSON"):
        canonical_json([value])


@given(st.text())
@PROPERTY
def test_text_sha256_is_of_the_utf8(text: str) -> None:
    assert text_sha256(text) == hashlib.sha256(text.encode("utf-8")).hexdigest()


@pytest.mark.parametrize("content", [b"", b"abc", b"\0\xff" * 200_000])
def test_file_sha256_is_of_the_bytes(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    assert file_sha256(path) == hashlib.sha256(content).hexdigest()


def test_atomic_writer_writes(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "file.bin"
    with atomic_writer(path) as file:
        file.write(b"one")
        assert not path.exists()
        file.write(b"two")
    assert tree(tmp_path / "new" / "folder") == {"file.bin": b"onetwo"}


def test_atomic_writer_replaces_only_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    with atomic_writer(path) as file:
        file.write(b"new")
        file.flush()
        assert path.read_bytes() == b"old"
    assert tree(tmp_path) == {"file": b"new"}


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_an_error_leaves_what_was_there(tmp_path: Path, error: type[BaseException]) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")

    def write() -> None:
        with atomic_writer(path) as file:
            file.write(b"half of the new")
            raise error

    with pytest.raises(error):
        write()
    assert tree(tmp_path) == {"file": b"old"}


def test_an_error_leaves_no_new_folder(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    for path in (tmp_path / "a" / "b" / "file", tmp_path / "there" / "c" / "file"):
        with pytest.raises(ValueError, match="stop"), atomic_writer(path):
            raise ValueError("stop")
    assert tree(tmp_path) == {"there": None}


def test_a_name_that_cannot_be_leaves_no_new_folder(tmp_path: Path) -> None:
    with (
        pytest.raises(OSError, match="File name too long"),
        atomic_writer(tmp_path / "a" / ("x" * 300)),
    ):
        pass
    assert tree(tmp_path) == {}


def test_a_folder_in_the_way_stays(tmp_path: Path) -> None:
    (tmp_path / "file").mkdir()
    with pytest.raises(OSError, match="directory"), atomic_writer(tmp_path / "file") as file:
        file.write(b"x")
    assert tree(tmp_path) == {"file": None}


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")
@pytest.mark.parametrize("mode", [0o600, 0o644])
def test_the_mode_is_as_asked_and_private_while_writing(tmp_path: Path, mode: int) -> None:
    with atomic_writer(tmp_path / "file", mode=mode) as file:
        (part,) = tmp_path.iterdir()
        assert stat.S_IMODE(part.stat().st_mode) & 0o077 == 0
        file.write(b"x")
    assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == mode


def test_write_text_writes_utf8_as_it_is(tmp_path: Path) -> None:
    text = "سطر\r\nسطر\n"
    write_text(tmp_path / "file", text)
    assert (tmp_path / "file").read_bytes() == text.encode("utf-8")


def test_make_folders_names_the_new_ones_from_within(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    made = make_folders(tmp_path / "a" / "b" / "c")
    assert made == [tmp_path / "a" / "b" / "c", tmp_path / "a" / "b"]
    assert make_folders(tmp_path / "a" / "b") == []
    remove_empty(made)
    assert tree(tmp_path) == {"a": None}


def test_remove_empty_keeps_what_holds_something(tmp_path: Path) -> None:
    made = make_folders(tmp_path / "a" / "b")
    (tmp_path / "a" / "file").touch()
    remove_empty([*made, tmp_path / "missing"])
    assert tree(tmp_path) == {"a": None, "a/file": b""}


def test_sync_folder_tolerates_a_folder_that_is_gone(tmp_path: Path) -> None:
    sync_folder(tmp_path)
    sync_folder(tmp_path / "gone")
    assert tree(tmp_path) == {}
