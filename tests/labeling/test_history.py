"""The history: append-only, and any past state can be rebuilt."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from annotate.cli.pseudonyms import pseudonyms
from annotate.errors import WorkspaceError
from annotate.labeling import history
from annotate.labeling.entry import Entry

ENTRY = Entry(
    server="embedded",
    project_id=1,
    task_id=2,
    annotation_id=3,
    doc_id="0" * 16,
    text_sha256="0" * 64,
    annotator="a@example.org",
    status="submitted",
    created_at="2026-01-01T00:00:00Z",
    updated_at="2026-01-01T00:00:00Z",
    lead_time=None,
    prelabel_version=None,
    record="{}",
    deleted_spans="[]",
    quarantined="[]",
    raw="[]",
    digest="x",
    pulled_at="2026-01-01T00:00:01+00:00",
)


def test_entries_come_back_in_order_and_the_latest_is_current(tmp_path: Path) -> None:
    other = replace(ENTRY, annotation_id=4, lead_time=12.5, prelabel_version="h-1")
    changed = replace(ENTRY, digest="y")
    assert history.append(tmp_path, [ENTRY, other]) == tmp_path / "000001.parquet"
    assert history.append(tmp_path, []) is None
    assert history.append(tmp_path, [changed]) == tmp_path / "000002.parquet"
    assert list(history.read(tmp_path)) == [ENTRY, other, changed]
    assert history.current(tmp_path) == {ENTRY.key: changed, other.key: other}


def test_earlier_files_are_never_touched(tmp_path: Path) -> None:
    first = history.append(tmp_path, [ENTRY])
    assert first is not None
    before = first.read_bytes()
    for digest in "abc":
        history.append(tmp_path, [replace(ENTRY, digest=digest)])
    assert first.read_bytes() == before
    assert len(list(history.read(tmp_path))) == 4


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    history.append(tmp_path, [ENTRY])
    (tmp_path / "000002.parquet").write_bytes(b"PAR1 not really")
    with pytest.raises(WorkspaceError, match=r"000002\.parquet: the history cannot be read"):
        list(history.read(tmp_path))


def test_no_history_is_empty(tmp_path: Path) -> None:
    assert list(history.read(tmp_path / "none")) == []


def test_people_are_numbered_as_they_appear_and_simulated_ones_are_marked() -> None:
    entries = [
        replace(ENTRY, annotator=name)
        for name in ("pass-a@simulated.invalid", "b@x.org", "a@x.org", "b@x.org")
    ]
    assert pseudonyms(entry.annotator for entry in entries) == {
        "pass-a@simulated.invalid": "pass-a (simulated)",
        "b@x.org": "annotator-1",
        "a@x.org": "annotator-2",
    }
