"""Shards: the same bytes from any engine; what fails is set aside, and the rest goes on."""

from __future__ import annotations

import io
import os
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from annotate.annotation_files import read_annotations, write_annotations
from annotate.errors import DatasetError, InputError
from annotate.heuristics.candidates import Candidate, longest_first
from annotate.heuristics.pipeline import Heuristics, load_heuristics, preannotate_text
from annotate.scale import on_ray
from annotate.scale import shard as shards
from annotate.scale.local import in_processes
from annotate.scale.places import PART, found_at, place
from annotate.scale.shard import STATE, Shard
from tests.scale.made import LOAD, fatal, rows, work_for
from tests.support import ONTOLOGY, TEXT, tree, write_lines


def by_number(found: Any) -> list[Shard]:
    return sorted(found, key=lambda shard: shard.shard)


@pytest.mark.slow
def test_the_same_bytes_for_any_number_of_workers(tmp_path: Path) -> None:
    source = write_lines(tmp_path / "a.jsonl", rows(90))
    trees, manifests = [], []
    for workers in (1, 2, 3):
        plan, work = work_for([source], tmp_path / f"out{workers}", 20)
        manifests.append(by_number(in_processes(work, plan.tasks, workers)))
        trees.append(tree(tmp_path / f"out{workers}"))
    assert trees[0] == trees[1] == trees[2]
    assert manifests[0] == manifests[1] == manifests[2]
    assert [shard.articles for shard in manifests[0]] == [20, 20, 20, 20, 10]


def test_shards_hold_what_a_file_would(tmp_path: Path) -> None:
    source = write_lines(tmp_path / "a.jsonl", rows(30))
    plan, work = work_for([source], tmp_path / "out", 12)
    found = list(in_processes(work, plan.tasks))
    read = [
        annotation
        for shard in found
        for annotation in read_annotations(tmp_path / "out" / work.file(shard.shard), ONTOLOGY)
    ]
    heuristics = LOAD()
    for annotation, row in zip(read, rows(30), strict=True):
        assert annotation.source_id == row["id"]
        assert annotation.spans == preannotate_text(row["text"], heuristics).spans
    first = tmp_path / "first.parquet"
    write_annotations(first, read[:12])
    assert first.read_bytes() == (tmp_path / "out" / work.file(0)).read_bytes()
    assert found[0].bytes == first.stat().st_size


def test_rows_that_are_wrong_are_set_aside(tmp_path: Path) -> None:
    lines = [f'{{"text": "{TEXT}", "id": "{n}"}}'.encode() for n in range(6)]
    lines[1] = b'{"text": 7}'
    lines[3] = b"\xff\xfe"
    lines[4] = b'{"text": "  "}'
    (tmp_path / "a.jsonl").write_bytes(b"\n".join(lines))
    plan, work = work_for([tmp_path / "a.jsonl"], tmp_path / "out", 10)
    (done,) = in_processes(work, plan.tasks)
    assert (done.rows, done.articles, done.failed) == (6, 3, "")
    assert [fault.where for fault in done.faults] == [f"{tmp_path}/a.jsonl:{n}" for n in (2, 4, 5)]
    assert "text is missing" in done.faults[0].error
    assert "not UTF-8 at byte" in done.faults[1].error
    assert "no text" in done.faults[2].error


def test_rows_of_parquet_that_are_no_text(tmp_path: Path) -> None:
    # The bytes are not looked at, as in a damaged file.
    raw = pa.array([TEXT.encode(), b"\xff", TEXT.encode()], pa.binary())
    values = pa.Array.from_buffers(pa.string(), 3, raw.buffers())
    pq.write_table(pa.table({"text": values, "id": ["1", "2", "3"]}), tmp_path / "a.parquet")
    plan, work = work_for([tmp_path / "a.parquet"], tmp_path / "out", 10)
    (done,) = in_processes(work, plan.tasks)
    assert done.articles == 2
    assert [fault.where for fault in done.faults] == [f"{tmp_path}/a.parquet: row 1"]


def unlucky(candidate: Candidate) -> tuple[float | str, ...]:
    """A policy that fails on places."""
    if candidate.label == "GPE":
        raise ZeroDivisionError("a place")
    return longest_first(candidate)


def broken() -> Heuristics:
    """Heuristics that fail where candidates of which one is a place overlap."""
    return load_heuristics(ONTOLOGY, policy=unlucky)


def test_an_article_that_fails_twice_is_set_aside_and_its_batch_is_not(tmp_path: Path) -> None:
    texts = ["قال الوزير إن الاجتماع انتهى.", "وصلت القوات إلى ريف دمشق.", "وصل الوفد صباح الجمعة."]
    source = write_lines(tmp_path / "a.jsonl", [{"text": t, "id": t[:5]} for t in texts])
    plan, work = work_for([source], tmp_path / "out", 10)
    (done,) = in_processes(replace(work, key="broken", load=broken), plan.tasks)
    (fault,) = done.faults
    assert fault.error == "ZeroDivisionError: a place"
    assert fault.where == f"{source}:2"
    read = read_annotations(tmp_path / "out" / work.file(0), ONTOLOGY)
    assert [annotation.text for annotation in read] == [texts[0], texts[2]]
    assert fault.doc_id not in [annotation.doc_id for annotation in read]


def test_a_file_that_is_gone_costs_its_shards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shards, "_PAUSE", 0)
    sources = [write_lines(tmp_path / f"{n}.jsonl", rows(4)) for n in range(3)]
    plan, work = work_for(sources, tmp_path / "out", 4)
    sources[1].unlink()
    write_lines(sources[2], rows(3))
    found = list(in_processes(work, plan.tasks))
    assert [bool(shard.failed) for shard in found] == [False, True, True]
    assert "fewer rows" in found[2].failed
    assert [fault.where for fault in found[1].faults] == [f"{sources[1]}: rows 0 to 3"]
    assert sorted(path.name for path in (tmp_path / "out").glob("*.parquet")) == [work.file(0)]


@pytest.mark.slow
@pytest.mark.parametrize(("times", "lost"), [(1, []), (99, [2])])
def test_a_process_that_dies_takes_no_other_shard_with_it(
    tmp_path: Path, times: int, lost: list[int]
) -> None:
    source = write_lines(tmp_path / "a.jsonl", rows(60))
    plan, work = work_for([source], tmp_path / "whole", 12)
    whole = by_number(in_processes(work, plan.tasks))
    (tmp_path / "marks").mkdir()
    dying = partial(fatal, shard=2, times=times, marks=tmp_path / "marks")
    plan, work = work_for([source], tmp_path / "out", 12)
    found = by_number(in_processes(work, plan.tasks, 2, dying))
    assert len(list((tmp_path / "marks").iterdir())) == min(times, shards.TRIES)
    assert [shard.shard for shard in found if shard.failed] == lost
    assert [s for s in found if not s.failed] == [s for s in whole if s.shard not in lost]


def test_ray_gives_a_shard_up_that_ended_its_process_each_time(tmp_path: Path) -> None:
    source = write_lines(tmp_path / "a.jsonl", rows(4))
    plan, work = work_for([source], tmp_path / "out", 2)
    state = place(work.out).below(STATE)

    def mark(shard: int, count: int) -> None:
        for number in range(count):
            state.below(f"{shard:05}-{number}{PART}").write(io.BytesIO())

    mark(0, shards.TRIES)
    mark(1, shards.TRIES - 1)
    first, second = (on_ray._tried(work, task, shards.make) for task in plan.tasks)
    assert (first.failed, second.failed) == (on_ray.DIED, "")
    assert len(first.faults) == 1
    state.sweep()
    assert sorted(state.names()) == ["00001.json"]


@pytest.mark.slow
@pytest.mark.server
def test_a_bucket_is_read_and_written(tmp_path: Path, s3: str) -> None:
    source = tmp_path / "a.parquet"
    pq.write_table(pa.Table.from_pylist(rows(30)), source, row_group_size=7)
    for name in ("a.parquet", "b.parquet"):
        with source.open("rb") as file:
            place(f"{s3}/news").below(name).write(file)
    sources = [f"{s3}/news/a.parquet", f"{s3}/news/b.parquet"]
    assert found_at(f"{s3}/news", (".parquet",)) == sources
    assert found_at(f"{s3}/ne*/*.parquet", (".parquet",)) == sources
    trees = []
    for number, names in enumerate((sources, [f"{s3}/news"])):
        plan, work = work_for(names, tmp_path / str(number), 20)
        out = f"{s3}/out{number}"
        found = list(in_processes(replace(work, out=out), plan.tasks))
        there = place(out)
        assert there.sizes() == {work.file(shard.shard): shard.bytes for shard in found}
        trees.append([there.below(name).read() for name in sorted(there.sizes())])
    assert trees[0] == trees[1]


def test_any_file_system_of_fsspec(tmp_path: Path) -> None:
    source = write_lines(tmp_path / "a.jsonl", rows(9))
    bytes_of = []
    for address in (f"local://{tmp_path}/one", f"file://{tmp_path}/two", "memory://three/four"):
        plan, work = work_for([f"local://{source}"], tmp_path / "unused", 5)
        found = list(in_processes(replace(work, out=address), plan.tasks))
        there = place(address)
        assert there.sizes() == {work.file(shard.shard): shard.bytes for shard in found}
        bytes_of.append([there.below(work.file(shard.shard)).read() for shard in found])
    assert bytes_of[0] == bytes_of[1] == bytes_of[2]
    assert not list(tmp_path.rglob(f"*{PART}"))


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("nosuch://a/b", "there is no way to nosuch://"),
        ("s3://key:secret@bucket/a", "may hold no user, key or password"),
    ],
)
def test_addresses_that_lead_nowhere(address: str, message: str) -> None:
    with pytest.raises((InputError, DatasetError), match=message) as problem:
        place(address)
    assert "secret" not in str(problem.value)


def test_a_place_that_cannot_be_written_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shards, "_PAUSE", 0)
    source = write_lines(tmp_path / "a.jsonl", rows(2))
    plan, work = work_for([source], tmp_path / "out", 5)
    (tmp_path / "file").write_text("")
    (done,) = in_processes(replace(work, out=str(tmp_path / "file" / "out")), plan.tasks)
    assert os.strerror(20) in done.failed
