"""Which rows a shard is made of: the same that reading everything gives, cut every N rows."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.corpus.readers import read_articles
from annotate.errors import InputError
from annotate.scale import plan as plans
from annotate.scale.rows import Fault, articles
from tests.support import PROPERTY, write_lines


def ids(plan: plans.Plan) -> list[list[str]]:
    """The doc_ids of each shard."""
    faults: list[Fault] = []
    found = [
        [article.doc_id for _, article in articles(task.pieces, None, faults.append)]
        for task in plan.tasks
    ]
    assert faults == []
    return found


def source(folder: Path, number: int, kind: str, count: int, group: int) -> Path:
    path = folder / f"{number}.{kind}"
    rows = [{"text": f"نص {number} {n}"} for n in range(count)]
    if kind == "parquet":
        pq.write_table(pa.Table.from_pylist(rows), path, row_group_size=group)
    elif kind == "jsonl":
        write_lines(path, rows)
        lines = path.read_text("utf-8").splitlines()
        path.write_text("\ufeff" + "\n \u00a0\n".join(lines) + "\n\n", encoding="utf-8")
    else:
        path.write_text(f"نص {number}", encoding="utf-8")
    return path


files = st.tuples(st.sampled_from(["parquet", "jsonl", "txt"]), st.integers(1, 12))


@PROPERTY
@given(st.lists(files, min_size=1, max_size=4), st.integers(1, 15), st.integers(1, 5))
def test_shards_are_every_n_rows_of_the_input(
    tmp_path_factory: pytest.TempPathFactory,
    made: list[tuple[str, int]],
    shard_rows: int,
    group: int,
) -> None:
    folder = tmp_path_factory.mktemp("sources")
    paths = [str(source(folder, n, *one, group)) for n, one in enumerate(made)]
    whole = [article.doc_id for article in read_articles(paths, None)]
    plan = plans.made(paths, shard_rows)
    assert ids(plan) == [whole[n : n + shard_rows] for n in range(0, len(whole), shard_rows)]
    assert plan.rows == len(whole)


def test_the_fingerprint_tells_another_input(tmp_path: Path) -> None:
    def fingerprint(values: list[str], kind: str, name: str = "a") -> str:
        path = tmp_path / f"{name}.{kind}"
        if kind == "jsonl":
            write_lines(path, [{"text": value, "id": "1"} for value in values])
        else:
            pq.write_table(pa.table({"text": values, "id": values}), path)
        return plans.made([str(path)], 10).fingerprint

    for kind in ("jsonl", "parquet"):
        one = fingerprint(["نص", "آخر"], kind)
        assert one == fingerprint(["نص", "آخر"], kind)
        others = [fingerprint(["نص", "بخر"], kind), fingerprint(["آخر", "نص"], kind, "b")]
        assert one not in others


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", b"text\nx\n", "cannot be cut into shards"),
        ("a.jsonl", b"", "the file is empty"),
        ("a.jsonl", b"\n \n", "the file holds no article"),
        ("a.parquet", b"no Parquet at all", "not a readable Parquet file"),
        ("a.txt", b"", "the file is empty"),
    ],
)
def test_files_that_make_no_shards(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=message):
        plans.made([str(tmp_path / name)], 10)


def test_parquet_without_texts(tmp_path: Path) -> None:
    pq.write_table(pa.table({"body": ["x"]}), tmp_path / "a.parquet")
    with pytest.raises(InputError, match="there is no column text"):
        plans.made([str(tmp_path / "a.parquet")], 10)
