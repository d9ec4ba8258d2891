"""The history by article: the same however little of it fits into memory."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path

import pytest

from annotate.labeling import history
from annotate.labeling.by_article import by_article
from annotate.labeling.entry import Entry
from tests.labeling.test_history import ENTRY

UNSOUND = json.dumps([["", "the text is another one"]])


def written(folder: Path) -> list[Entry]:
    """A history of several files: two annotations of each article, changed again and again."""
    chance = random.Random(1)  # noqa: S311 - no secret
    every: list[Entry] = []
    for pull in range(6):
        entries = [
            replace(
                ENTRY,
                annotation_id=2 * number + reader,
                doc_id=f"{number * 7919 % 97:016x}",
                annotator=f"{reader}@example.org",
                digest=f"{pull}",
                record=json.dumps({"x": "ي" * chance.randrange(400)}, ensure_ascii=False),
                quarantined=UNSOUND if chance.random() < 0.1 else "[]",
                raw=json.dumps(["left out"]),
                project_id=1 + (number % 10 == 0),
            )
            for number in chance.sample(range(97), 60)
            for reader in (0, 1)
        ]
        history.append(folder, entries)
        every += entries
    return every


def ours(entry: Entry) -> bool:
    return entry.project_id == 1


@pytest.mark.parametrize("run", [1, 20_000, 1 << 30])
def test_the_latest_sound_states_by_article(tmp_path: Path, run: int) -> None:
    every = written(tmp_path)
    expected: dict[str, dict[tuple[object, ...], Entry]] = {}
    unsound: dict[str, list[int]] = {}
    for entry in every:
        if entry.project_id != 1:
            continue
        if entry.is_sound:
            expected.setdefault(entry.doc_id, {})[entry.key] = replace(entry, raw="[]")
        else:
            unsound.setdefault(entry.doc_id, []).append(entry.annotation_id)
    found = list(by_article(tmp_path, ours, run))
    assert [one.doc_id for one in found] == sorted(expected.keys() | unsound.keys())
    for one in found:
        assert list(one.entries) == list(expected.get(one.doc_id, {}).values())
        assert list(one.unsound) == unsound.get(one.doc_id, [])


def test_an_old_file_is_read_with_defaults(tmp_path: Path) -> None:
    """What a file of an earlier version lacks."""
    import pyarrow.parquet as pq

    history.append(tmp_path, [ENTRY])
    path = tmp_path / "000001.parquet"
    table = pq.read_table(path)
    pq.write_table(table.drop_columns(["part", "layers", "owner"]), path)
    history.append(tmp_path, [replace(ENTRY, annotation_id=9, layers="entities")])
    (one,) = by_article(tmp_path, lambda _: True, 1)
    assert [(e.part, e.layers, e.owner) for e in one.entries] == [
        (1, "all", None),
        (1, "entities", None),
    ]


def test_everyone_by_first_appearance(tmp_path: Path) -> None:
    for name in ("b@x.org", "a@x.org", "b@x.org"):
        history.append(tmp_path, [replace(ENTRY, annotator=name)])
    assert history.annotators(tmp_path) == ["b@x.org", "a@x.org"]
    assert history.annotators(tmp_path / "none") == []
    assert list(by_article(tmp_path / "none", lambda _: True)) == []
