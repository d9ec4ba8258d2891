"""Versions that other tools wrote, files that are damaged or too large, versions without texts."""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotate.dataset.check import check
from annotate.dataset.checks import agree
from tests.dataset.builders import IDS, build_in
from tests.dataset.checks.editing import edit, reseal, seeds
from tests.support import ROOT, clean_environment

pytestmark = pytest.mark.slow

DATA = "data/train-00000-of-00001.parquet"
SPANS = "spans/train-00000-of-00001.parquet"
SENTENCES = "sentences/train-00000-of-00001.parquet"


@pytest.fixture
def version(tmp_path: Path) -> Path:
    return shutil.copytree(seeds(), tmp_path / seeds().name)


def with_pandas(path: Path) -> None:
    pd.read_parquet(path).to_parquet(path)


def with_polars(path: Path) -> None:
    pl.read_parquet(path).write_parquet(path)


def without_dictionaries(path: Path) -> None:
    pq.write_table(pq.read_table(path), path, use_dictionary=False, compression="snappy")


def in_small_groups(path: Path) -> None:
    pq.write_table(pq.read_table(path), path, row_group_size=1, data_page_version="2.0")


def with_two_dictionaries(path: Path) -> None:
    """A dictionary that is full in the middle: later values are written as they are."""
    pq.write_table(pq.read_table(path), path, dictionary_pagesize_limit=100, write_batch_size=2)


@pytest.mark.parametrize(
    ("write", "allowed"),
    [
        (with_pandas, {"schema", "features"}),
        (with_polars, {"schema", "features"}),
        (without_dictionaries, set()),
        (in_small_groups, set()),
        (with_two_dictionaries, set()),
    ],
)
def test_rows_that_another_tool_wrote(
    version: Path, write: Callable[[Path], None], allowed: set[str]
) -> None:
    for path in version.rglob("*.parquet"):
        write(path)
    reseal(version)
    report = check(version)
    assert report.by_rule.keys() <= allowed, report
    edit(version, SPANS, lambda rows: rows[5].update(label="NOTHING"))
    agree = [fault for fault in check(version).faults if fault.rule == "agree"]
    assert [(fault.file, fault.row) for fault in agree] == [(SPANS, 5)]


def test_rows_in_another_order_agree_all_the_same(version: Path) -> None:
    edit(version, SPANS, lambda rows: rows.reverse())
    edit(version, SENTENCES, lambda rows: rows.reverse())
    assert check(version).by_rule == {}


def test_many_articles_that_differ_are_all_counted(
    version: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agree, "LOOKED_AT", 2)
    edit(version, SPANS, lambda rows: [row.update(score=0.5) for row in rows])
    report = check(version)
    said = [fault for fault in report.faults if fault.rule == "agree"]
    assert len({fault.row for fault in said if fault.file == SPANS}) > 2
    assert sum("spans/ says something else" in fault.what for fault in said) == 3


# Damage


@pytest.mark.parametrize("name", [DATA, SPANS, SENTENCES])
def test_any_flipped_byte_is_a_fault_and_no_failure(version: Path, name: str) -> None:
    """Also with sums that hold: then what is read is checked, or cannot be read."""
    path = version / name
    sound = path.read_bytes()
    for position in range(0, len(sound), max(1, len(sound) // 12)):
        data = bytearray(sound)
        data[position] ^= 0xFF
        path.write_bytes(data)
        assert check(version).by_rule.keys() & {"sha256", "readable"}


@pytest.mark.parametrize("size", [0, 4, 100, 5000])
def test_a_file_that_was_cut(version: Path, size: int) -> None:
    path = version / DATA
    path.write_bytes(path.read_bytes()[:size])
    report = check(version)
    assert (DATA, "readable") in {(fault.file, fault.rule) for fault in report.faults}
    assert "counts of the manifest: not all rows could be read" in report.unchecked


def test_strings_that_are_no_text(version: Path) -> None:
    table = pq.read_table(version / SPANS)
    place = table.schema.get_field_index("origin")
    raw = pa.array([b"\xff\xfe"] * len(table), pa.binary())
    broken = pa.Array.from_buffers(pa.string(), len(raw), raw.buffers())
    pq.write_table(table.set_column(place, "origin", broken), version / SPANS)
    reseal(version)
    assert "readable" in check(version).by_rule


def test_a_huge_string_that_a_dictionary_repeats(version: Path) -> None:
    """80 MB that take 40 GB when they are read as they are; the process may have 3 GB."""
    table = pq.read_table(version / SPANS)
    rows = pa.concat_tables([table] * 2)
    huge = pa.DictionaryArray.from_arrays(
        pa.array([0] * len(rows), pa.int32()), pa.array(["x" * (80 << 20)])
    )
    place = rows.schema.get_field_index("origin")
    rows = rows.set_column(place, "origin", huge)
    pq.write_table(rows, version / SPANS, compression="zstd", dictionary_pagesize_limit=1 << 30)
    reseal(version)
    code = (
        "import sys; from pathlib import Path; from annotate.dataset.check import check; "
        "print([str(f) for f in check(Path(sys.argv[1])).faults if f.rule == 'limits'])"
    )

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))

    done = subprocess.run(
        [sys.executable, "-c", code, str(version)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=clean_environment({"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}),
        timeout=120,
        preexec_fn=limit,
    )
    assert done.returncode == 0, done.stderr
    assert f"{SPANS}: limits: origin takes more than 512 MB" in done.stdout


def test_a_list_that_is_too_long(version: Path) -> None:
    table = pq.read_table(version / DATA)
    tags = pa.array([[0] * 1_100_000] * len(table), pa.list_(pa.int64()))
    place = table.schema.get_field_index("entity_tags")
    pq.write_table(table.set_column(place, "entity_tags", tags), version / DATA)
    reseal(version)
    (fault,) = [fault for fault in check(version).faults if fault.rule == "limits"]
    assert "1,100,000 values in a row" in fault.what


# What cannot be checked is said


def test_a_version_without_texts(tmp_path: Path) -> None:
    path = build_in(tmp_path, splits={IDS[2]: "test"}, texts=False).path
    report = check(path)
    assert report.by_rule == {}
    assert any("texts, tokens and surfaces" in what for what in report.unchecked)
    edit(path, DATA, lambda rows: rows[0]["entities"][0].update(text="دمشق"))
    assert check(path).by_rule["spans"] == 1
    edit(path, DATA, lambda rows: rows[1]["events"][0].update(end=10_000))
    assert check(path).by_rule["spans"] == 2


@pytest.mark.parametrize("content", [None, b"", b"[]", b"{", b'{"$defs": {}}', b"[" * 100_000])
def test_a_version_without_its_schema(version: Path, content: bytes | None) -> None:
    if content is None:
        (version / "schema.json").unlink()
    else:
        (version / "schema.json").write_bytes(content)
    reseal(version)
    report = check(version)
    assert report.by_rule == ({} if content is None else {"schema": 1})
    assert any("schema.json" in what for what in report.unchecked)
    edit(version, DATA, lambda rows: rows[0]["entities"][0].update(text="س"))
    assert "spans" in check(version).by_rule


# Whatever is in the cells

CELLS: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.text(max_size=20),
    st.sampled_from([0, 1, -1, 2**31 - 1, -(2**31), 7, 40]),
    st.sampled_from([0.0, -1.0, float("nan"), float("inf")]),
    st.booleans(),
)


def put_somewhere(value: Any, new: Any, draw: Any) -> Any:
    """The value with something else in one place inside of it, of the same type."""
    if isinstance(value, list) and value and draw(st.integers(0, 9)):
        place = draw(st.integers(0, len(value) - 1))
        return [*value[:place], put_somewhere(value[place], new, draw), *value[place + 1 :]]
    if isinstance(value, list):
        return draw(st.sampled_from([None, [], value * 2, value[1:]]))
    if isinstance(value, dict):
        name = draw(st.sampled_from(sorted(value)))
        return {**value, name: put_somewhere(value[name], new, draw)}
    same = new is None or value is None or type(new) is type(value)
    return new if same else value


@pytest.mark.parametrize("name", [DATA, SPANS, SENTENCES, "annotations"])
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_random_cells_are_faults_and_no_failure(
    tmp_path: Path, name: str, data: st.DataObject
) -> None:
    version = tmp_path / seeds().name
    shutil.rmtree(version, ignore_errors=True)
    shutil.copytree(seeds(), version)
    if name == "annotations":
        name = "annotations/annotations-00000-of-00001.parquet"

    def change(rows: list[dict[str, Any]]) -> None:
        for _ in range(data.draw(st.integers(1, 4))):
            row = rows[data.draw(st.integers(0, len(rows) - 1))]
            column = data.draw(st.sampled_from(sorted(row)))
            row[column] = put_somewhere(row[column], data.draw(CELLS), data.draw)

    try:
        edit(version, name, change)
    except (pa.ArrowException, TypeError, OverflowError):
        return  # no Parquet file can hold that
    report = check(version)
    assert report.total >= len(report.faults)
    assert all(str(fault) for fault in report.faults)
