"""Verification: each kind of damage is found, with file, row and rule; nothing makes it fail."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from annotate.dataset.check import Fault, check, verify
from annotate.dataset.manifest import file_entry, read_manifest
from annotate.dataset.schema import article_schema
from annotate.errors import DatasetError
from tests.dataset.builders import IDS, build_in
from tests.support import ONTOLOGY

pytestmark = pytest.mark.slow

TRAIN = "data/train-00000-of-00001.parquet"
TEST = "data/test-00000-of-00001.parquet"
Row = dict[str, Any]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A version with two articles in train and one in test; tests change copies of it."""
    return build_in(tmp_path_factory.mktemp("sound"), splits={IDS[2]: "test"}).path


@pytest.fixture
def version(sound: Path, tmp_path: Path) -> Path:
    return shutil.copytree(sound, tmp_path / "1.0.0")


# What follows where one table or file is changed and the others are not.
CONSEQUENCES = ("agree", "articles", "counts", "split")


def faults_of(version: Path) -> list[Fault]:
    """The faults, without those that only say that another file was not changed with this one."""
    return [fault for fault in verify(version) if fault.rule not in CONSEQUENCES]


def found(version: Path) -> list[tuple[str, int | None, str]]:
    return [(fault.file, fault.row, fault.rule) for fault in faults_of(version)]


def one(version: Path) -> Fault:
    faults = faults_of(version)
    assert len(faults) == 1
    return faults[0]


def reseal(version: Path) -> None:
    """Writes the manifest anew, as somebody would who wants the sums to hold."""
    manifest = read_manifest(version)
    for name in manifest["files"]:
        manifest["files"][name] = file_entry(version / name)
    (version / "manifest.json").write_text(json.dumps(manifest))


def edit(version: Path, change: Callable[[list[Row]], object], name: str = TRAIN) -> None:
    """Changes the rows of a file, and the sums with them."""
    rows = pq.read_table(version / name).to_pylist()
    change(rows)
    pq.write_table(pa.Table.from_pylist(rows, schema=article_schema(ONTOLOGY)), version / name)
    reseal(version)


def test_a_sound_version_has_no_fault(version: Path) -> None:
    assert verify(version) == []
    edit(version, lambda rows: None)
    assert verify(version) == []


# Files


@pytest.mark.parametrize("name", ["README.md", "schema.json", "DICTIONARY.md"])
def test_a_flipped_byte_of_a_text(version: Path, name: str) -> None:
    data = bytearray((version / name).read_bytes())
    data[len(data) // 2] ^= 1
    (version / name).write_bytes(data)
    assert found(version) == [(name, None, "sha256")]


def test_any_flipped_byte_of_the_data_is_found(version: Path) -> None:
    path = version / TEST
    sound = path.read_bytes()
    for position in range(0, len(sound), max(1, len(sound) // 150)):
        data = bytearray(sound)
        data[position] ^= 0xFF
        path.write_bytes(data)
        faults = verify(version)
        assert (TEST, None) in {(fault.file, fault.row) for fault in faults}
        assert {fault.rule for fault in faults} & {"sha256", "readable"}


def test_an_added_byte_changes_size_and_sum(version: Path) -> None:
    with (version / "README.md").open("ab") as file:
        file.write(b"x")
    assert sorted(found(version)) == [("README.md", None, "bytes"), ("README.md", None, "sha256")]


@pytest.mark.parametrize("name", ["README.md", "schema.json", TRAIN])
def test_a_missing_file(version: Path, name: str) -> None:
    (version / name).unlink()
    assert found(version) == [(name, None, "present")]


@pytest.mark.parametrize("name", ["extra.txt", "sub/manifest.json", ".hidden", "data/new/a.txt"])
def test_an_extra_file(version: Path, name: str) -> None:
    (version / name).parent.mkdir(exist_ok=True)
    (version / name).write_text("x")
    assert found(version) == [(name, None, "listed")]


def test_extra_files_come_in_order(version: Path) -> None:
    names = [f"{letter}.txt" for letter in "edcba"]
    for name in names:
        (version / name).write_text("x")
    assert [file for file, _, _ in found(version)] == sorted(names)


@pytest.mark.parametrize("content", [b"", b"PAR1", b"no parquet"])
def test_data_that_cannot_be_read(version: Path, content: bytes) -> None:
    (version / TRAIN).write_bytes(content)
    assert set(found(version)) == {(TRAIN, None, "readable")}


# Rows, in files whose sums hold


def test_an_edited_surface(version: Path) -> None:
    edit(version, lambda rows: rows[1]["entities"][0].update(text="الجيش"))
    assert str(one(version)) == (f"{TRAIN}: row 1: spans: e1 is 'الجيش', text has 'فصائل المعارضة'")


@pytest.mark.parametrize(("start", "end"), [(-3, 5), (5, 5), (9, 3), (0, 10_000)])
def test_edited_offsets(version: Path, start: int, end: int) -> None:
    edit(version, lambda rows: rows[0]["events"][0].update(start=start, end=end))
    assert found(version) == [(TRAIN, 0, "spans")]


def test_offsets_from_the_end_are_no_offsets(version: Path) -> None:
    """Python would read the right surface there."""

    def change(rows: list[Row]) -> None:
        span, length = rows[0]["entities"][0], len(rows[0]["text"])
        span.update(start=span["start"] - length, end=span["end"] - length)
        assert rows[0]["text"][span["start"] : span["end"]] == span["text"]

    edit(version, change)
    assert found(version) == [(TRAIN, 0, "spans")]


def test_an_edited_text(version: Path) -> None:
    edit(version, lambda rows: rows[0].update(text=rows[0]["text"].replace("دمشق", "حلبب")))
    assert found(version) == [(TRAIN, 0, rule) for rule in ("text_sha256", "tokens", "spans")]


def test_a_role_of_a_missing_entity(version: Path) -> None:
    edit(version, lambda rows: rows[0]["entities"].pop(0), TEST)
    faults = [str(fault) for fault in faults_of(version)]
    assert f"{TEST}: row 0: roles: AGENT of t1 points to no entity (e1)" in faults


def test_a_role_of_an_event(version: Path) -> None:
    edit(version, lambda rows: rows[0]["events"][0]["roles"][0].update(entity_id="t1"))
    assert found(version) == [(TRAIN, 0, "roles")]


def test_two_spans_of_one_id(version: Path) -> None:
    edit(version, lambda rows: rows[0]["events"][0].update(id="e1"))
    assert found(version) == [(TRAIN, 0, "ids")]


def test_edited_tokens(version: Path) -> None:
    edit(version, lambda rows: rows[0]["tokens"].__setitem__(2, "X"))
    assert one(version).what == "token 2 is 'X', text has 'المعارضة'"


def test_tokens_without_offsets(version: Path) -> None:
    edit(version, lambda rows: rows[1]["token_ends"].pop())
    assert found(version) == [(TRAIN, 1, "tokens")]


def test_a_row_twice_in_a_file(version: Path) -> None:
    edit(version, lambda rows: rows.append(rows[0]))
    assert [str(fault) for fault in faults_of(version)] == [
        f"{TRAIN}: row 2: order: doc_id {IDS[0]} stands after {IDS[1]}",
        f"{TRAIN}: row 2: unique: article is at {TRAIN}: row 0 too",
    ]


def test_a_row_in_two_splits(version: Path) -> None:
    (row,) = pq.read_table(version / TEST).to_pylist()
    edit(version, lambda rows: rows.append(row))
    assert str(one(version)) == f"{TRAIN}: row 2: unique: article is at {TEST}: row 0 too"


def test_all_faults_are_collected(version: Path) -> None:
    edit(version, lambda rows: [row["entities"][0].update(text="X") for row in rows])
    (version / "README.md").unlink()
    (version / "new.txt").touch()
    assert found(version) == [
        ("README.md", None, "present"),
        ("new.txt", None, "listed"),
        (TRAIN, 0, "spans"),
        (TRAIN, 1, "spans"),
    ]


@pytest.mark.parametrize(
    "column", ["text", "text_sha256", "doc_id", "tokens", "token_ends", "entities", "events"]
)
def test_a_missing_column(version: Path, column: str) -> None:
    table = pq.read_table(version / TEST)
    pq.write_table(table.drop_columns([column]), version / TEST)
    reseal(version)
    assert str(faults_of(version)[0]) == f"{TEST}: schema: column {column} is missing"
    assert f"{TEST}: what depends on {column}" in check(version).unchecked


@pytest.mark.parametrize("column", ["text", "tokens", "entities", "events"])
@pytest.mark.parametrize("value", [None, 5])
def test_a_column_of_another_type(version: Path, column: str, value: int | None) -> None:
    table = pq.read_table(version / TEST)
    index = table.schema.get_field_index(column)
    changed = table.set_column(index, column, pa.array([value], pa.int32()))
    pq.write_table(changed, version / TEST)
    reseal(version)
    asked = "string" if column == "text" else "array"
    assert str(faults_of(version)[0]) == f"{TEST}: schema: column {column} is integer, not {asked}"


# No version at all


def test_no_version(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing"):
        with pytest.raises(DatasetError) as caught:
            verify(path)
        assert str(caught.value) == (
            f"{path}: this is no dataset version: there is no manifest.json; "
            "give a folder such as exports/NAME/1.0.0"
        )


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "the manifest is not valid JSON"),
        (b"{", "the manifest is not valid JSON"),
        (b"\xff", "the manifest is not valid JSON"),
        (b"[" * 100_000, "the manifest is not valid JSON"),
        (b"[]", "the manifest lacks name, version, ontology, files, counts"),
        (
            b'{"name": "a", "version": "1", "files": {}, "counts": {}}',
            "the manifest lacks ontology",
        ),
        (
            b'{"name": "a", "version": 1, "ontology": {}, "files": [], "counts": {}}',
            "the manifest lacks version, files",
        ),
        (
            b'{"name": "a", "version": "1", "ontology": {}, "files": {"a": 1}, "counts": {}}',
            "the manifest says nothing of some file",
        ),
    ],
)
def test_a_manifest_that_is_none(version: Path, content: bytes, what: str) -> None:
    (version / "manifest.json").write_bytes(content)
    with pytest.raises(DatasetError) as caught:
        verify(version)
    assert str(caught.value) == f"{version / 'manifest.json'}: {what}"
