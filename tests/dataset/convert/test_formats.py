"""Conversion of versions on disk: files and folders that are whole or absent, and clear errors."""

from __future__ import annotations

import builtins
import shutil
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from annotate.annotation_files import read_annotations
from annotate.dataset.convert.formats import FORMATS, convert
from annotate.dataset.manifest import latest_version
from annotate.errors import DatasetError
from tests.support import ONTOLOGY, ROOT, tree

pytestmark = pytest.mark.slow

SEEDS = ROOT / "exports" / "seeds"
SUFFIXES = {"conll": ".conll", "docbin": ".spacy", "brat": "", "gliner": ".json"}


def converted(to: str, out: Path, path: Path = SEEDS, **options: Any) -> Any:
    return convert(path, to, out, ontology=ONTOLOGY, **options)


@pytest.fixture
def version(tmp_path: Path) -> Path:
    """A copy of the seeds' latest version that a test may damage."""
    return Path(shutil.copytree(SEEDS / str(latest_version(SEEDS)), tmp_path / "version"))


@pytest.mark.parametrize("to", FORMATS)
def test_all_splits_are_files_of_one_folder(tmp_path: Path, to: str) -> None:
    out = tmp_path / "new" / "out"
    found = converted(to, out)
    suffix = SUFFIXES.get(to, ".jsonl")
    assert found.files == {
        str(out / f"{split}{suffix}"): count
        for split, count in (("train", 5), ("validation", 1), ("test", 1))
    }
    assert found.articles == 7
    assert sorted(path.name for path in out.iterdir()) == sorted(
        f"{split}{suffix}" for split in ("train", "validation", "test")
    )
    assert [path.name for path in out.parent.iterdir()] == ["out"]  # no leftovers


def test_nothing_of_the_seeds_is_lost_but_what_is_said(tmp_path: Path) -> None:
    """The seeds' spans are whole words of one sentence, and do not overlap."""
    flat = {"attributes of events": 650, "roles": 492}
    expected: dict[str, dict[str, int]] = {to: {} for to in FORMATS} | {
        "gliner": flat,
        "conll": {**flat, "events": 325},
    }
    groups = "articles' URL, outlet, dates or story group"
    for to in FORMATS:
        lost = converted(to, tmp_path / to).lost
        assert {kind: n for kind, n in lost.items() if kind != groups} == expected[to], to


@pytest.mark.parametrize("to", FORMATS)
def test_one_split_is_one_file(tmp_path: Path, to: str) -> None:
    out = tmp_path / "a.out"
    found = converted(to, out, split="test")
    assert found.files == {str(out): 1}
    assert [path.name for path in tmp_path.iterdir()] == ["a.out"]
    assert out.is_dir() == (to == "brat")
    before = tree(tmp_path)
    if to == "brat":
        with pytest.raises(DatasetError, match="this is there already; name a new folder"):
            converted(to, out, split="test")
    else:  # a file is replaced, by the same bytes
        converted(to, out, split="test")
    assert tree(tmp_path) == before


def test_json_lines_are_the_seeds_annotation(tmp_path: Path) -> None:
    found: dict[str | None, Any] = {}
    for path in converted("jsonl", tmp_path / "out").files:
        found |= {item.doc_id: item for item in read_annotations(Path(path), ONTOLOGY)}
    original = read_annotations(ROOT / "seeds" / "annotations" / "adjudicated.jsonl", ONTOLOGY)
    for item in original:
        again = found[item.doc_id]
        assert [s.key for s in again.spans] == [s.key for s in item.spans]
        assert again.relations == item.relations


def test_events_as_columns(tmp_path: Path) -> None:
    found = converted("conll", tmp_path / "out", layer="events")
    assert found.lost["entities"] == 605
    assert "B-STATEMENT" in (tmp_path / "out" / "test.conll").read_text("utf-8")


def test_an_error_leaves_nothing(tmp_path: Path, version: Path) -> None:
    path = next((version / "data").glob("train-*"))
    table = pq.read_table(path)
    rows = table.to_pylist()
    rows[-1]["entities"][0]["end"] += 1
    pq.write_table(pa.Table.from_pylist(rows, schema=table.schema), path)
    for to in FORMATS:
        for options in ({}, {"split": "train"}):
            with pytest.raises(DatasetError) as caught:
                converted(to, tmp_path / "out", version, **options)
            assert str(caught.value) == (
                f"{path}: row 4: span {rows[-1]['entities'][0]['id']} does not hold over its "
                "text; see all that is wrong: annotate verify"
            )
    assert [item.name for item in tmp_path.iterdir()] == ["version"]


def test_wrong_versions(tmp_path: Path, version: Path) -> None:
    out = tmp_path / "out"
    with pytest.raises(DatasetError, match="no split dev; there are train, validation, test"):
        converted("conll", out, split="dev")
    with pytest.raises(DatasetError, match="there is no format tsv; there are conll, docbin"):
        converted("tsv", out)
    with pytest.raises(DatasetError, match="this is no dataset version"):
        converted("conll", out, tmp_path)
    next((version / "data").glob("test-*")).write_bytes(b"PAR1")
    with pytest.raises(DatasetError, match="not a readable data file of a version"):
        converted("conll", out, version)
    with pytest.raises(DatasetError, match="this is a folder; with a split, name a file"):
        converted("conll", tmp_path, split="test")
    assert [item.name for item in tmp_path.iterdir()] == ["version"]


def test_a_version_of_another_ontology_has_no_instructions_in_ours(tmp_path: Path) -> None:
    smaller = ONTOLOGY.model_copy(update={"entities": ONTOLOGY.entities[1:]})
    smaller = type(smaller).model_validate(smaller.model_dump())
    with pytest.raises(DatasetError, match=r"the ontology arabic-news \S+ lacks PER; name the"):
        convert(SEEDS, "instructions", tmp_path / "out", ontology=smaller)
    assert list(tmp_path.iterdir()) == []
    convert(SEEDS, "gliner", tmp_path / "out", ontology=smaller)


def test_without_spacy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def missing(name: str, *args: Any, **kwargs: Any) -> Any:
        if name.split(".")[0] == "spacy":
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(
        DatasetError, match=r"needs spaCy; install it: pip install 'annotate\[spacy\]"
    ):
        converted("docbin", tmp_path / "out")
    assert list(tmp_path.iterdir()) == []
