"""Building versions: equal bytes, numbers that say what changed, all or nothing."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import stat
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import yaml

from annotate.dataset.check import verify
from annotate.dataset.manifest import (
    is_version,
    latest_version,
    read_manifest,
    versions,
)
from annotate.dataset.rows import SPLITS, Chosen
from annotate.errors import AnnotateError, DatasetError, SpanError
from annotate.heuristics.pipeline import VERSION
from annotate.ontology import Attribute
from tests.dataset.builders import IDS, build_in, chosen, three
from tests.support import ONTOLOGY, ROOT, SEEDS, annotate, tree

pytestmark = pytest.mark.slow

SEED_VERSIONS = ROOT / "exports" / "seeds"
SEED_VERSION = SEED_VERSIONS / "2.0.3"
DATA_FILES = {split: f"data/{split}-00000-of-00001.parquet" for split in SPLITS}


# Equal inputs, equal bytes


def test_equal_inputs_give_equal_bytes(tmp_path: Path) -> None:
    one = build_in(tmp_path / "one")
    two = build_in(tmp_path / "two", three()[::-1])
    assert tree(one.path) == tree(two.path)
    assert set(tree(one.path)) == {
        *("README.md", "DICTIONARY.md", "schema.json", "manifest.json"),
        *("agreement.json", "croissant.json", "CHANGES.md"),
        *("data", DATA_FILES["train"], "sentences", "spans"),
        *(f"{table}/train-00000-of-00001.parquet" for table in ("sentences", "spans")),
    }


def test_the_committed_version_of_the_seeds_is_built_again(tmp_path: Path) -> None:
    """By the command that the Makefile has, to the same bytes: pages, manifest, ledger and all."""
    shutil.copytree(SEEDS, tmp_path / "seeds")
    for older in versions(SEED_VERSIONS)[:-1]:
        shutil.copytree(SEED_VERSIONS / older, tmp_path / "exports" / "seeds" / older)
    at = tmp_path / "seeds" / "annotations"
    passes = [word for name in "ab" for word in ("--work", at / f"pass_{name}.jsonl")]
    ran = annotate(
        *("--settings", tmp_path / "seeds" / "annotate.toml", "export", "--status", "gold"),
        *("--annotations", at / "adjudicated.jsonl", *passes),
        folder=tmp_path,
    )
    assert ran.code == 0, ran.err
    built = {k: v for k, v in tree(tmp_path / "exports" / "seeds").items() if ".lock" not in k}
    committed = tree(SEED_VERSIONS)
    assert sorted(built) == sorted(committed)
    manifest = f"{SEED_VERSION.name}/manifest.json"
    # Built now, it names the heuristics of now; their lexicons tell clitics from words.
    made_with = json.loads(committed[manifest] or b"")["settings"]["words_of"].encode()
    version = f"heuristics-{VERSION}".encode()
    built[manifest] = (built[manifest] or b"").replace(version, made_with)
    assert [name for name, data in committed.items() if built[name] != data] == []
    assert latest_version(SEED_VERSIONS) == SEED_VERSION.name


def test_nothing_changed_no_new_version(tmp_path: Path) -> None:
    first = build_in(tmp_path)
    before = tree(tmp_path)
    for options in ({}, {"dry_run": True}, {"version": "1.0.0"}):
        again = build_in(tmp_path, **options)
        assert (again.path, again.version, again.is_new) == (first.path, "1.0.0", False)
        assert again.counts == first.counts
    assert tree(tmp_path) == before


def test_what_was_built_is_sound_and_readable_by_all(tmp_path: Path) -> None:
    built = build_in(tmp_path)
    assert verify(built.path) == []
    assert stat.S_IMODE(built.path.stat().st_mode) == 0o755
    assert {
        stat.S_IMODE(path.stat().st_mode) & 0o444
        for path in built.path.rglob("*")
        if path.is_file()
    } == {0o444}


# Version numbers


def test_a_changed_label_is_the_next_patch(tmp_path: Path) -> None:
    build_in(tmp_path)
    before = tree(tmp_path)
    built = build_in(tmp_path, [*three()[:2], chosen(IDS[2], label="ATTACK")])
    assert (built.version, built.is_new) == ("1.0.1", True)
    manifest = read_manifest(built.path)
    parent = (tmp_path / "news/1.0.0/manifest.json").read_bytes()
    assert manifest["parent"] == {
        "version": "1.0.0",
        "manifest": hashlib.sha256(parent).hexdigest(),
    }
    assert manifest["change"] == {
        "level": "patch",
        "reasons": [{"level": "patch", "what": "1 article annotated otherwise"}],
    }
    before["news/latest"] = b"1.0.1\n"
    assert {name: data for name, data in tree(tmp_path).items() if name in before} == before


def test_another_article_or_split_is_the_next_minor_version(tmp_path: Path) -> None:
    build_in(tmp_path, three()[:2])
    assert build_in(tmp_path, three()).version == "1.1.0"
    assert build_in(tmp_path, three(), splits={IDS[0]: "test"}).version == "1.2.0"


@pytest.mark.parametrize(
    ("changed", "version"),
    [
        ({"version": "1.0.1"}, "1.2.0"),
        ({"version": "2.0.0"}, "2.0.0"),
        ({"name": "other"}, "2.0.0"),
    ],
)
def test_another_ontology(tmp_path: Path, changed: dict[str, str], version: str) -> None:
    build_in(tmp_path)
    build_in(tmp_path, three()[:2])
    built = build_in(tmp_path, three()[:2], ontology=ONTOLOGY.model_copy(update=changed))
    assert built.version == version
    assert read_manifest(built.path)["parent"]["version"] == "1.1.0"


def test_more_columns_are_the_next_minor_version_and_less_the_next_major(tmp_path: Path) -> None:
    build_in(tmp_path)
    described = {"ar": "زمن", "en": "Tense", "definition_ar": "متى؟", "definition_en": "When?"}
    values = [{"code": code, "ar": "زمن", "en": code} for code in ("PAST", "FUTURE")]
    tense = Attribute.model_validate(
        {"code": "tense", **described, "default": "PAST", "values": values}
    )
    wider = ONTOLOGY.model_copy(update={"attributes": (*ONTOLOGY.attributes, tense)})
    wider = type(wider).model_validate(wider.model_dump())
    built = build_in(tmp_path, ontology=wider)
    assert built.version == "1.1.0"
    assert built.change.why == "minor: columns added: articles.events[].tense, " + ", ".join(
        ("sentences.events[].tense", "spans.tense")
    )
    (event,) = pq.read_table(built.path / DATA_FILES["train"]).to_pylist()[0]["events"]
    assert event["tense"] == "PAST"
    again = build_in(tmp_path)
    assert again.version == "2.0.0"
    assert "columns removed: articles.events[].tense" in again.change.why


def test_versions_are_ordered_by_number(tmp_path: Path) -> None:
    for count, number in enumerate(("0.11.12", "1.9.0", "1.10.0"), start=1):
        build_in(tmp_path, three()[:count], version=number)
    assert versions(tmp_path / "news") == ["0.11.12", "1.9.0", "1.10.0"]
    assert build_in(tmp_path, [chosen(label="ATTACK")]).version == "1.11.0"


def test_a_number_that_says_too_little_is_refused(tmp_path: Path) -> None:
    build_in(tmp_path, three()[:2])
    before = tree(tmp_path)
    for number in ("1.0.1", "0.9.0"):
        with pytest.raises(DatasetError) as caught:
            build_in(tmp_path, version=number)
        assert str(caught.value) == (
            f"{number} is too low after 1.0.0 (minor: 1 article added); "
            "leave the version out, or name 1.1.0 or a higher one"
        )
    with pytest.raises(DatasetError, match=r"0\.9\.0 is too low after 1\.0\.0 \(nothing changed\)"):
        build_in(tmp_path, three()[:2], version="0.9.0")
    assert tree(tmp_path) == before
    assert build_in(tmp_path, version="1.1.0").is_new


def test_only_folders_with_a_manifest_are_versions(tmp_path: Path) -> None:
    built = build_in(tmp_path)
    folder = tmp_path / "news"
    manifest = (built.path / "manifest.json").read_bytes()
    for name in ("1.5", "2.0.0rc1", "v2.0.0", "02.0.0", "٢.٠.٠", ".build-x", "3.0.0²"):
        (folder / name).mkdir()
        (folder / name / "manifest.json").write_bytes(manifest)
    (folder / "9.0.0").mkdir()
    assert versions(folder) == ["1.0.0"]
    assert latest_version(folder) == "1.0.0"
    assert latest_version(tmp_path / "missing") is None


def test_a_version_of_ones_own(tmp_path: Path) -> None:
    assert build_in(tmp_path, version="0.3.0").version == "0.3.0"
    again = build_in(tmp_path, three()[:1], version="4.0.0")
    assert (again.version, again.is_new) == ("4.0.0", True)
    assert build_in(tmp_path, three()).version == "4.1.0"


def test_a_published_version_never_changes(tmp_path: Path) -> None:
    first = build_in(tmp_path)
    build_in(tmp_path, three()[:2])
    before = tree(tmp_path)
    with pytest.raises(DatasetError) as caught:
        build_in(tmp_path, three()[:1], version="1.0.0")
    assert str(caught.value) == (
        f"{first.path}: this version is published and never changes; name a new one"
    )
    assert tree(tmp_path) == before


NO_VERSIONS = [
    "1",
    "1.0",
    "v1.0.0",
    "1.0.0.0",
    "01.0.0",
    "1.0.0\n",
    "١.٠.٠",
    "1.0.0-rc",
    "../x",
    "",
]


@pytest.mark.parametrize("version", NO_VERSIONS)
def test_what_is_no_version(tmp_path: Path, version: str) -> None:
    assert not is_version(version)
    with pytest.raises(DatasetError, match="is no version such as 1"):
        build_in(tmp_path, version=version)
    assert tree(tmp_path) == {}


# All or nothing


def test_an_error_leaves_nothing(tmp_path: Path) -> None:
    good, other = chosen(IDS[0]), chosen(IDS[1])
    city = replace(other.annotation.entities[0], text="حلب")
    broken = replace(other, annotation=replace(other.annotation, spans=(city,), relations=()))
    folder = tmp_path / "new" / "exports"
    with pytest.raises(SpanError, match=f"article {IDS[1]}: the annotation does not hold: span e"):
        build_in(folder, [good, broken])
    assert tree(tmp_path) == {}


def test_an_error_leaves_what_is_published(tmp_path: Path) -> None:
    build_in(tmp_path)
    before = tree(tmp_path)
    article = replace(chosen().article, text="نص آخر")
    with pytest.raises(SpanError, match="text_sha256 names another text"):
        build_in(tmp_path, [replace(chosen(), article=article)])
    assert tree(tmp_path) == before


@pytest.mark.parametrize(
    ("items", "message"),
    [
        (
            [],
            "there is no annotated article to export; annotate and pull, or take"
            " what was left out (policy, k, splits)",
        ),
        ([chosen(), chosen(IDS[1]), chosen()], f"article {IDS[0]} is there twice"),
    ],
)
def test_wrong_articles(tmp_path: Path, items: list[Chosen], message: str) -> None:
    with pytest.raises(AnnotateError) as caught:
        build_in(tmp_path / "new", items)
    assert str(caught.value) == message
    assert tree(tmp_path) == {}


def test_a_damaged_parent_is_said_and_left(tmp_path: Path) -> None:
    built = build_in(tmp_path)
    (built.path / "manifest.json").write_text("{}")
    before = tree(tmp_path)
    with pytest.raises(DatasetError, match=r"manifest\.json: the manifest lacks name, version"):
        build_in(tmp_path, three()[:1])
    assert tree(tmp_path) == before


def test_what_killed_builds_left_goes_with_the_next(tmp_path: Path) -> None:
    folder = tmp_path / "news"
    for name in (".build-killed", ".other"):
        (folder / name / "data").mkdir(parents=True)
    (folder / ".latest.x.part").touch()
    build_in(tmp_path, dry_run=True)
    assert {path.name for path in folder.iterdir()} == {".build-killed", ".other", ".latest.x.part"}
    build_in(tmp_path)
    assert {path.name for path in folder.iterdir()} == {".other", "1.0.0", "latest"}


def test_one_build_of_a_dataset_at_a_time(tmp_path: Path) -> None:
    (tmp_path / "news/.build-running").mkdir(parents=True)
    handle = os.open(tmp_path / "news", os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        with pytest.raises(DatasetError, match="another process is making a version of this"):
            build_in(tmp_path)
        assert build_in(tmp_path, dry_run=True).version == "1.0.0"
    finally:
        os.close(handle)
    assert tree(tmp_path) == {"news": None, "news/.build-running": None}
    assert build_in(tmp_path).version == "1.0.0"


def test_the_pointer_is_healed(tmp_path: Path) -> None:
    build_in(tmp_path, three()[:2])
    build_in(tmp_path)
    before = tree(tmp_path)
    assert before["news/latest"] == b"1.1.0\n"
    for said in (None, b"1.0.0\n", b"9.9.9\n", b""):
        (tmp_path / "news/latest").unlink()
        if said is not None:
            (tmp_path / "news/latest").write_bytes(said)
        assert latest_version(tmp_path / "news") == "1.1.0"
        assert not build_in(tmp_path).is_new
        assert tree(tmp_path) == before


# A dry run


def test_a_dry_run_changes_nothing(tmp_path: Path) -> None:
    would = build_in(tmp_path / "new", dry_run=True)
    assert tree(tmp_path) == {}
    (tmp_path / "empty" / "news").mkdir(parents=True)
    build_in(tmp_path / "empty", dry_run=True)
    assert tree(tmp_path) == {"empty": None, "empty/news": None}
    built = build_in(tmp_path / "new")
    assert would == built
    before = tree(tmp_path)
    assert build_in(tmp_path / "new", three()[:1], dry_run=True).version == "1.1.0"
    assert tree(tmp_path) == before


# Splits


def test_splits_are_files_and_an_empty_one_is_none(tmp_path: Path) -> None:
    built = build_in(tmp_path, splits={IDS[1]: "test", "ffffffffffffffff": "validation"})
    found = {
        split: [row["doc_id"] for row in pq.read_table(built.path / name).to_pylist()]
        for split, name in DATA_FILES.items()
        if (built.path / name).exists()
    }
    assert found == {"train": [IDS[0], IDS[2]], "test": [IDS[1]]}
    manifest = read_manifest(built.path)
    assert {name: e["rows"] for name, e in manifest["files"].items() if "rows" in e} == {
        DATA_FILES["train"]: 2,
        DATA_FILES["test"]: 1,
        "sentences/train-00000-of-00001.parquet": 4,
        "sentences/test-00000-of-00001.parquet": 2,
        "spans/train-00000-of-00001.parquet": 6,
        "spans/test-00000-of-00001.parquet": 3,
    }
    counts = manifest["counts"]
    names = ("articles", "sentences", "entities", "events", "roles")
    assert [counts[name] for name in names] == [3, 6, 6, 3, 6]
    assert [counts["by_split"]["train"][name] for name in names] == [2, 4, 4, 2, 4]
    assert set(counts["by_split"]) == {"train", "test"}


# What comes with the data


def test_the_manifest_is_canonical_and_says_where_all_is_from(tmp_path: Path) -> None:
    built = build_in(tmp_path, splits={IDS[1]: "test"})
    text = (built.path / "manifest.json").read_text("utf-8")
    manifest = json.loads(text)
    assert text == json.dumps(manifest, ensure_ascii=False, sort_keys=True, indent=2) + "\n"
    assert (manifest["name"], manifest["version"], manifest["parent"]) == ("news", "1.0.0", None)
    assert manifest["change"] == {"level": None, "reasons": []}
    assert manifest["ontology"] == {
        "name": ONTOLOGY.name,
        "version": ONTOLOGY.version,
        "guidelines_version": ONTOLOGY.guidelines_version,
        "entities": list(ONTOLOGY.entity_codes),
        "events": list(ONTOLOGY.event_codes),
        "roles": list(ONTOLOGY.role_codes),
        "attributes": {a.code: list(ONTOLOGY.values(a.code)) for a in ONTOLOGY.attributes},
    }
    assert set(manifest["files"]) == {n for n, d in tree(built.path).items() if d is not None} - {
        "manifest.json"
    }


def test_the_card_has_a_header_that_finds_the_files(tmp_path: Path) -> None:
    built = build_in(tmp_path, splits={IDS[0]: "validation"})
    _, header, body = (built.path / "README.md").read_text("utf-8").split("---\n", 2)
    values = yaml.safe_load(header)
    patterns = {x["split"]: x["path"] for x in values["configs"][0]["data_files"]}
    assert {split: len(list(built.path.glob(path))) for split, path in patterns.items()} == {
        "train": 1,
        "validation": 1,
    }
    assert "3 articles are `gold`" in body
    assert "simulated" not in body


def test_the_card_says_that_annotators_are_simulated(tmp_path: Path) -> None:
    built = build_in(tmp_path, [replace(chosen(), annotators=("pass-a (simulated)",))])
    assert "**Some annotators are simulated**" in (built.path / "README.md").read_text("utf-8")


def test_the_committed_version_of_the_seeds_is_sound() -> None:
    assert verify(SEED_VERSION) == []
    manifest = read_manifest(SEED_VERSION)
    counts = manifest["counts"]
    assert [counts[name] for name in ("articles", "entities", "events", "roles")] == [
        7,
        605,
        325,
        492,
    ]


def test_the_first_version_of_the_seeds_is_as_it_was_published() -> None:
    """Its columns are older than this code; its sums are not."""
    old = SEED_VERSIONS / "1.0.0"
    assert verify(old) == []
    assert read_manifest(old)["counts"]["entities"] == 605
