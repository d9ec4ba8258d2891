"""What is learned from: files, dataset versions and what was pulled, parted by story."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import annotate as package
from annotate.annotation_files import read_annotations, write_annotations
from annotate.cli.taught import read_data
from annotate.errors import InputError
from annotate.settings import load_settings
from tests.support import ONTOLOGY, ROOT, SEEDS, Ran, annotate, sample_annotation

GOLD = SEEDS / "annotations" / "adjudicated.jsonl"
TIMEOUT = 300  # seconds: it trains, which takes ten, on a machine that may be busy


def test_a_file_takes_its_texts_from_the_sources() -> None:
    found = read_data(load_settings(), ONTOLOGY, [GOLD], [], [str(SEEDS)])
    gold = list(read_annotations(GOLD, ONTOLOGY))
    assert [e.gold for e in found.examples] == gold
    for example in found.examples:
        for span in example.gold.spans:
            assert example.text[span.start : span.end] == span.text
    assert {example.corrected for example in found.examples} == {None}
    assert found.near == 0
    with pytest.raises(InputError, match="--texts SOURCE"):
        read_data(load_settings(), ONTOLOGY, [GOLD], [], [])
    with pytest.raises(InputError, match=r"nowhere: .*--texts SOURCE"):
        read_data(load_settings(), ONTOLOGY, [GOLD], [], ["nowhere"])


def test_a_dataset_version_says_what_is_test_and_what_was_corrected() -> None:
    version = ROOT / "exports" / "seeds" / "2.0.0"
    found = read_data(load_settings(), ONTOLOGY, [version], [], [])
    rows = package.load_dataset(version, as_arrow=True).to_pylist()
    assert {e.doc_id: (e.group, e.corrected, e.test) for e in found.examples} == {
        row["doc_id"]: (row["group_id"], row["prelabelled"], row["split"] == "test") for row in rows
    }
    spans = {(e.doc_id, len(e.gold.spans)) for e in found.examples}
    assert spans == {(r["doc_id"], len(r["entities"]) + len(r["events"])) for r in rows}


@pytest.mark.slow
def test_a_dataset_version_is_learned_and_its_test_split_measured(tmp_path: Path) -> None:
    version = ROOT / "exports" / "seeds" / "2.0.0"
    ran = annotate("learn", version, "--dry-run", "--json", folder=tmp_path, timeout=TIMEOUT)
    said = json.loads(ran.out)
    rows = package.load_dataset(version, as_arrow=True).to_pylist()
    tested = [row for row in rows if row["split"] == "test"]
    assert said["scores"]["how"] == "test articles, which nothing was learned from"
    assert said["scores"]["articles"] == len(tested) > 0
    assert said["manifest"]["data"]["articles"] == len(rows) - len(tested)
    assert not {row["text_sha256"] for row in tested} & set(said["manifest"]["data"]["texts"])


def written(folder: Path, *texts: str) -> list[Path]:
    """A file for each text, with its annotation."""
    from dataclasses import replace

    paths = []
    for number, text in enumerate(texts):
        path = folder / f"{number}.jsonl"
        write_annotations(path, [replace(sample_annotation(text), text=text)])
        paths.append(path)
    return paths


def test_what_tells_a_test_story_is_not_learned_from(tmp_path: Path) -> None:
    base = (
        "أعلنت فصائل المعارضة سيطرتها على دمشق صباح اليوم بعد معارك طويلة في محيط المدينة القديمة"
    )
    one, copy, other, test = written(
        tmp_path,
        "أعلنت فصائل المعارضة سيطرتها على دمشق ونقل المراسل خبرا لا صلة له بما سبق من اخبار اليوم",
        f"{base} وانتهى",
        "أعلنت فصائل المعارضة سيطرتها على دمشق فيما ارتفعت اسعار النفط والذهب والقمح عالميا امس",
        base,
    )
    found = read_data(load_settings(), ONTOLOGY, [one, copy, other], [test], [])
    assert found.near == 1
    assert [example.test for example in found.examples] == [False, False, True]
    assert len({example.group for example in found.examples}) == 3
    with pytest.raises(InputError, match="one text"):
        read_data(load_settings(), ONTOLOGY, [one, test], [test], [])


def learn_seeds(folder: Path, *options: str) -> Ran:
    given = ("learn", GOLD, "--texts", SEEDS, "--folds", "2")
    return annotate(*given, *options, folder=folder, timeout=TIMEOUT)


@pytest.mark.slow
def test_the_reference_articles_half_by_half(tmp_path: Path) -> None:
    """Rules were written with them in view: what matters is that the measure is honest."""
    ran = learn_seeds(tmp_path, "--dry-run", "--json")
    said = json.loads(ran.out)
    scores = said["scores"]
    assert scores["how"] == "cross-validation, 2 folds of whole stories"
    assert scores["articles"] == 7
    for measure in ("entities", "triggers", "roles"):
        found = scores["f1"][measure]["*"]
        assert found["low"] <= found["difference"] <= found["high"]
        assert found["after"] > found["before"] - 0.02
    assert not (tmp_path / "learned").exists()
