"""The split ledger: a line for each article, and never less than the versions say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from annotate.dataset.manifest import MANIFEST
from annotate.dataset.rows import Split
from annotate.dataset.split_ledger import FILE, PLACES, SplitLedger, ids_of, read_ledger
from annotate.errors import DatasetError
from tests.dataset.builders import IDS, build_in, chosen, three
from tests.support import ROOT

SPLITS: dict[str, Split] = {IDS[0]: "test"}


def lines(ledger: SplitLedger) -> list[tuple[Any, ...]]:
    rows = [json.loads(line) for line in ledger.lines()]
    assert all(list(row) == ["doc_id", "group_id", "since", "split"] for row in rows)
    return [(row["doc_id"], row["group_id"], row["split"], row["since"]) for row in rows]


def with_(ledger: SplitLedger, version: str, *rows: tuple[str, str, str]) -> SplitLedger:
    ids, groups, splits = zip(*rows, strict=True)
    codes = np.array([PLACES.index(split) for split in splits])
    return ledger.updated(ids_of(ids), ids_of(groups), codes, version)


@pytest.fixture
def ledger(tmp_path: Path) -> SplitLedger:
    found = with_(read_ledger(tmp_path), "1.0.0", ("b", "b", "train"), ("cc", "b", "train"))
    return with_(found, "1.10.0", ("a", "a", "test"), ("cc", "cc", "held_out"))


def test_lines_are_in_order_and_say_since_when(ledger: SplitLedger) -> None:
    assert lines(ledger) == [
        ("a", "a", "test", "1.10.0"),
        ("b", "b", "train", "1.0.0"),
        ("cc", "cc", "held_out", "1.10.0"),
    ]
    again = with_(ledger, "1.11.0", ("a", "a", "test"), ("b", "b", "validation"))
    assert [since for *_, since in lines(again)] == ["1.10.0", "1.11.0", "1.10.0"]


def test_what_is_written_is_read(ledger: SplitLedger, tmp_path: Path) -> None:
    later = with_(ledger, "1.9.0", ("d", "d", "train"))
    later.write(tmp_path)
    found = read_ledger(tmp_path)
    assert lines(found) == lines(later)
    assert found.versions == ("1.0.0", "1.9.0", "1.10.0")  # by number
    assert found.sha256 == later.sha256


def test_the_split_of_a_group(ledger: SplitLedger) -> None:
    found = ledger.split_of_groups(ids_of(["b", "a", "cc", "x"]))
    assert found.tolist() == [PLACES.index("train"), PLACES.index("test"), -1, -1]
    torn = with_(ledger, "2.0.0", ("d", "d", "test"), ("c", "d", "train"))
    assert torn.split_of_groups(ids_of(["d"])).tolist() == [PLACES.index("test")]


def test_without_a_file_it_is_made_of_the_versions(tmp_path: Path) -> None:
    build_in(tmp_path, three()[:2], splits=SPLITS)
    build_in(tmp_path, three()[1:], splits={IDS[2]: "validation"})
    found = read_ledger(tmp_path / "news")
    assert lines(found) == [
        (IDS[0], IDS[0], "test", "1.0.0"),
        (IDS[1], IDS[1], "train", "1.0.0"),
        (IDS[2], IDS[2], "validation", "1.1.0"),
    ]


def test_a_file_that_is_behind_is_completed(tmp_path: Path) -> None:
    """As a build leaves it that was killed between publishing and writing the ledger."""
    folder = tmp_path / "news"
    build_in(tmp_path, three()[:1], splits=SPLITS)
    old = with_(read_ledger(folder), "1.0.0", ("00", "00", "held_out"), (IDS[0], IDS[0], "test"))
    old.write(folder)
    build_in(tmp_path, [chosen(IDS[1])])
    assert lines(read_ledger(folder)) == [
        ("00", "00", "held_out", "1.0.0"),
        (IDS[0], IDS[0], "test", "1.0.0"),
        (IDS[1], IDS[1], "train", "1.1.0"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("test", "train", f"is train (story group {IDS[0]}), and the published versions have it as "
         f"test (story group {IDS[0]});"),
        ("train", "held_out", f"is held_out (story group {IDS[1]})"),
        ('"since":"1.0.0","split":"train"', '"since":"0.9.0","split":"test"',
         f"is test (story group {IDS[1]})"),
        (f'"group_id":"{IDS[0]}"', f'"group_id":"{IDS[1]}"', f"is test (story group {IDS[1]})"),
    ],
)  # fmt: skip
def test_what_the_versions_contradict_is_refused(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    build_in(tmp_path, three()[:2], splits=SPLITS)
    folder = tmp_path / "news"
    text = b"".join(read_ledger(folder).lines()).decode("ascii")
    assert old in text
    (folder / FILE).write_text(text.replace(old, new))
    with pytest.raises(DatasetError) as caught:
        read_ledger(folder)
    assert said in str(caught.value)
    assert str(caught.value).startswith(f"{folder / FILE}: it says that 00000000000000")
    assert "what moves an article is [dataset.splits]" in str(caught.value)
    (folder / FILE).unlink()
    assert b"".join(read_ledger(folder).lines()).decode("ascii") == text


def test_what_no_version_contradicts_is_honoured(tmp_path: Path) -> None:
    """Of articles that no version has had since: they were held out, or wait."""
    build_in(tmp_path, three()[:2])
    folder = tmp_path / "news"
    ledger = with_(read_ledger(folder), "1.1.0", (IDS[1], IDS[1], "test"), ("f", "f", "held_out"))
    with_(ledger, "1.2.0", ("f", "f", "validation")).write(folder)
    build_in(tmp_path, three()[:1])
    assert lines(read_ledger(folder)) == [
        (IDS[0], IDS[0], "train", "1.0.0"),
        (IDS[1], IDS[1], "test", "1.1.0"),
        ("f", "f", "validation", "1.2.0"),
    ]


def test_a_file_of_an_earlier_version_is_no_edit(tmp_path: Path) -> None:
    """As a build leaves it that moved an article, and was killed before it wrote the ledger."""
    folder = tmp_path / "news"
    first = build_in(tmp_path, three()[:1])
    read_ledger(folder).write(folder)
    manifest = json.loads((first.path / MANIFEST).read_text())
    manifest["splits"] = {"ledger_sha256": read_ledger(folder).sha256}
    (first.path / MANIFEST).write_text(json.dumps(manifest))
    build_in(tmp_path, three()[:1], splits=SPLITS)
    assert lines(read_ledger(folder)) == [(IDS[0], IDS[0], "test", "1.1.0")]


def test_a_file_that_the_last_version_vouches_for_is_taken(tmp_path: Path) -> None:
    built = build_in(tmp_path, three()[:1], splits=SPLITS)
    ledger = with_(read_ledger(tmp_path / "news"), "1.0.0", ("00", "00", "held_out"))
    ledger.write(tmp_path / "news")
    manifest = json.loads((built.path / MANIFEST).read_text())
    manifest["splits"] = {"ledger_sha256": ledger.sha256}
    (built.path / MANIFEST).write_text(json.dumps(manifest))
    for path in built.path.glob("data/*"):
        path.unlink()  # not read
    assert len(read_ledger(tmp_path / "news")) == 2


def test_the_first_versions_of_the_seeds_can_be_read() -> None:
    found = lines(read_ledger(ROOT / "exports" / "seeds"))
    assert len(found) == 7
    splits = [split for _, _, split, _ in found]
    assert (splits.count("train"), splits.count("test"), splits.count("validation")) == (5, 1, 1)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "[]",
        "{",
        "[" * 100_000,
        '{"doc_id":"a","group_id":"a","split":"train"}',
        '{"doc_id":"a","group_id":"a","split":"dev","since":"1.0.0"}',
        '{"doc_id":"a","group_id":1,"split":"test","since":"1.0.0"}',
        '{"doc_id":"ا","group_id":"a","split":"test","since":"1.0.0"}',
        '{"doc_id":"a","group_id":"a","split":"test","since":"new"}',
    ],
)
def test_a_damaged_line_is_named(tmp_path: Path, line: str) -> None:
    good = '{"doc_id":"b","group_id":"b","split":"train","since":"1.0.0"}\n'
    (tmp_path / FILE).write_text(f"{good}{line}\n")
    with pytest.raises(DatasetError, match=rf"{FILE}:2: this is no line of a split ledger"):
        read_ledger(tmp_path)


def test_an_article_that_is_there_twice(tmp_path: Path) -> None:
    line = '{"doc_id":"b","group_id":"b","split":"train","since":"1.0.0"}\n'
    (tmp_path / FILE).write_text(line * 2)
    with pytest.raises(DatasetError, match="an article is there twice"):
        read_ledger(tmp_path)


def test_a_version_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    built = build_in(tmp_path)
    for path in built.path.glob("data/*"):
        path.write_bytes(b"PAR1")
    with pytest.raises(DatasetError, match="a published version cannot be read"):
        read_ledger(tmp_path / "news")
