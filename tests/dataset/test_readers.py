"""The published seeds in one line of each library that people use, offline."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest
import yaml

import annotate
from annotate.dataset.bio import tag_names
from annotate.dataset.card import Licences
from annotate.dataset.columns import classes_of, said
from annotate.dataset.describe import example, walk
from annotate.dataset.manifest import read_manifest
from annotate.dataset.schema import schemas
from annotate.errors import DatasetError
from annotate.storage import file_sha256
from tests.dataset.builders import build_in, three
from tests.dataset.test_tables import contribution, valid
from tests.support import ONTOLOGY, ROOT, clean_environment

VERSION = ROOT / "exports" / "seeds" / "2.0.0"
ROWS = {"articles": 7, "sentences": 133, "annotations": 14, "spans": 930}
FOLDERS = {name: name if name != "articles" else "data" for name in ROWS}
HEADER = yaml.safe_load((VERSION / "README.md").read_text("utf-8").split("---\n")[1])
TABLES = [
    {"default": "articles"}.get(c["config_name"], c["config_name"]) for c in HEADER["configs"]
]


@pytest.mark.parametrize("table", ROWS)
def test_pandas(table: str) -> None:
    assert len(pd.read_parquet(VERSION / FOLDERS[table])) == ROWS[table]


@pytest.mark.parametrize("table", ROWS)
def test_pyarrow(table: str) -> None:
    found = ds.dataset(VERSION / FOLDERS[table])
    assert found.count_rows() == ROWS[table]
    assert found.schema.equals(schemas(ONTOLOGY)[table])


def queried(query: str) -> list[Any]:
    rows = duckdb.sql(query)
    assert rows is not None
    return rows.fetchall()


@pytest.mark.parametrize("table", ROWS)
def test_duckdb(table: str) -> None:
    assert queried(f"select count(*) from '{VERSION}/{FOLDERS[table]}/*.parquet'") == [  # noqa: S608
        (ROWS[table],)
    ]


def test_duckdb_counts_labels_of_the_long_form() -> None:
    query = f"select label, count(*) from '{VERSION}/spans/*.parquet' group by label"  # noqa: S608
    counted = dict(queried(query))
    assert counted == Counter(
        span["label"]
        for row in ds.dataset(VERSION / "data").to_table().to_pylist()
        for span in [*row["entities"], *row["events"]]
    )


@pytest.mark.parametrize("table", ROWS)
def test_polars(table: str) -> None:
    frame = pl.read_parquet(f"{VERSION}/{FOLDERS[table]}/*.parquet")
    assert len(frame) == ROWS[table]
    assert pl.scan_parquet(VERSION / FOLDERS[table]).select(pl.len()).collect().item() == len(frame)


@pytest.mark.parametrize("table", ROWS)
def test_our_own(table: Any) -> None:
    frame = annotate.load_dataset(VERSION, table=table)
    rows = annotate.load_dataset(ROOT / "exports" / "seeds", table=table, as_arrow=True)
    assert len(frame) == rows.num_rows == ROWS[table]
    assert list(frame.columns) == rows.schema.names
    assert ("split" in frame.columns) == (table != "annotations")
    assert said(rows.schema.field("doc_id"), "description")


def test_our_own_by_split_and_what_is_not_there(tmp_path: Path) -> None:
    assert len(annotate.load_dataset(VERSION, "train", "sentences")) == 105
    with pytest.raises(DatasetError, match="no table words; there are articles, sentences, anno"):
        annotate.load_dataset(VERSION, table="words")  # type: ignore[call-overload]
    path = build_in(tmp_path).path
    with pytest.raises(DatasetError, match="the version has no annotations"):
        annotate.load_dataset(path, table="annotations")


# Hugging Face datasets


def run_offline(code: str, folder: Path) -> Any:
    """What a script prints as JSON, without a network, its caches in a folder."""
    caches = {"HF_HOME": str(folder), "HF_DATASETS_CACHE": str(folder / "cache")}
    environment = clean_environment({"HF_HUB_OFFLINE": "1", **caches})
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        env=environment,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.slow
def test_datasets_by_the_card_and_by_the_files(tmp_path: Path) -> None:
    """Rows of every configuration and split; class labels survive both ways of loading."""
    code = f"""
import json
from datasets import load_dataset
path = {str(VERSION)!r}
found = {{}}
for config in ("default", "sentences", "annotations", "spans"):
    loaded = load_dataset(path, config)
    found[config] = {{split: len(rows) for split, rows in loaded.items()}}
    if config == "default":
        features = loaded["train"].features
        row = loaded["test"][0]
files = load_dataset("parquet", data_files=f"{{path}}/data/train-*.parquet", split="train")
found["names"] = features["entity_tags"].feature.names
found["same"] = files.features == features
found["tags"] = features["trigger_tags"].feature.int2str(row["trigger_tags"])
found["expected"] = row["events"][0]["label"]
print(json.dumps(found))
"""
    found = run_offline(code, tmp_path)
    assert found["default"] == {"train": 5, "validation": 1, "test": 1}
    assert found["sentences"] == {"train": 105, "validation": 15, "test": 13}
    assert found["annotations"] == {"annotations": 14}
    assert sum(found["spans"].values()) == 930
    assert found["names"] == list(tag_names(ONTOLOGY.entity_codes))
    assert found["same"] is True
    assert f"B-{found['expected']}" in found["tags"]


def test_the_features_are_what_the_library_would_write(tmp_path: Path) -> None:
    """In the Parquet metadata, and in the card's header."""
    code = f"""
import json
import pyarrow.parquet as pq
from datasets import Features
found = {{}}
for table, file, header in json.loads({json.dumps(json.dumps(_infos()))!s}):
    schema = pq.read_schema(file)
    features = Features.from_arrow_schema(schema)
    stored = json.loads(schema.metadata[b"huggingface"])["info"]["features"]
    found[table] = [
        features._to_yaml_list() == header,
        Features._from_yaml_list(header) == features,
        features.to_dict() == stored,
    ]
print(json.dumps(found))
"""
    assert run_offline(code, tmp_path) == {table: [True] * 3 for table in ROWS}


def _infos() -> list[tuple[str, str, Any]]:
    return [
        (table, str(next((VERSION / FOLDERS[table]).glob("*.parquet"))), info["features"])
        for table, info in zip(TABLES, HEADER["dataset_info"], strict=True)
    ]


def test_the_header_says_what_the_hub_asks_for() -> None:
    assert HEADER["language"] == ["ar"]
    assert HEADER["task_categories"] == ["token-classification"]
    assert HEADER["size_categories"] == ["n<1K"]
    assert (HEADER["license"], HEADER["annotation_license"]) == ("other", "Apache-2.0")
    assert HEADER["annotations_creators"] == ["machine-generated"]
    assert [c["config_name"] for c in HEADER["configs"]] == [
        *("default", "sentences", "annotations", "spans")
    ]
    for info in HEADER["dataset_info"]:
        folder = FOLDERS[{"default": "articles"}.get(info["config_name"], info["config_name"])]
        for split in info["splits"]:
            files = list((VERSION / folder).glob(f"{split['name']}-*.parquet"))
            assert split["num_examples"] == sum(pq.read_metadata(f).num_rows for f in files)
    assert HEADER["dataset_info"][0]["download_size"] == sum(
        path.stat().st_size for path in (VERSION / "data").iterdir()
    )


def test_a_table_or_split_without_rows_is_not_in_the_header(tmp_path: Path) -> None:
    header = yaml.safe_load((build_in(tmp_path).path / "README.md").read_text().split("---\n")[1])
    assert [config["config_name"] for config in header["configs"]] == [
        *("default", "sentences", "spans")
    ]
    assert all([f["split"] for f in c["data_files"]] == ["train"] for c in header["configs"])


# Croissant


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_croissant_is_valid_and_gives_every_record(caplog: pytest.LogCaptureFixture) -> None:
    import mlcroissant as mlc

    with caplog.at_level(logging.WARNING):
        found = mlc.Dataset(jsonld=VERSION / "croissant.json")
    issues = found.metadata.ctx.issues
    assert (issues.errors, issues.warnings, caplog.messages) == (set(), set(), [])
    for table, count in ROWS.items():
        records = list(found.records(f"{table}-records"))
        assert len(records) == count
    spans = annotate.load_dataset(VERSION, table="spans")
    records = list(found.records("spans-records"))
    assert [record["spans/text"].decode() for record in records] == spans.sort_values(
        "split", kind="stable"
    )["text"].tolist()
    (first, *_) = found.records("articles-records")
    assert first["articles/split"] == b"test"
    rows = pq.read_table(VERSION / "data" / "test-00000-of-00001.parquet").to_pylist()
    assert first["articles/entity_tags"] == rows[0]["entity_tags"]
    ends = [entity["articles/entities/end"] for entity in first["articles/entities"]]
    assert ends == [entity["end"] for entity in rows[0]["entities"]]


def test_croissant_has_the_hashes_and_a_set_of_files_for_each_split() -> None:
    found = json.loads((VERSION / "croissant.json").read_text("utf-8"))
    by_kind: dict[str, list[dict[str, Any]]] = {"cr:FileObject": [], "cr:FileSet": []}
    for one in found["distribution"]:
        by_kind[one["@type"]].append(one)
    files = {one["contentUrl"]: one["sha256"] for one in by_kind["cr:FileObject"]}
    assert files == {
        path.relative_to(VERSION).as_posix(): file_sha256(path)
        for path in VERSION.rglob("*.parquet")
    }
    sets = {one["@id"]: one["includes"] for one in by_kind["cr:FileSet"]}
    assert sets["articles-validation"] == "data/validation-*.parquet"
    assert sets["annotations"] == "annotations/*.parquet"
    assert (found["version"], found["datePublished"]) == ("2.0.0", "2026-11-22")


# What describes the columns


def test_every_column_is_described_with_an_example_that_is_one() -> None:
    described = schemas(ONTOLOGY)
    for table, schema in described.items():
        names = [name for name, _ in walk(list(schema))]
        assert len(set(names)) == len(names)
        for name, field in walk(list(schema)):
            assert said(field, "description"), name
            assert example(field) not in (None, []), name
        assert valid(table, {field.name: example(field) for field in schema}), table


def test_classes_are_in_the_metadata_of_every_file() -> None:
    for table in ("articles", "sentences"):
        for path in (VERSION / FOLDERS[table]).iterdir():
            schema = pq.read_schema(path)
            names = classes_of(schema.field("trigger_tags"))
            assert names == list(tag_names(ONTOLOGY.event_codes))


# Card, figures, manifest


def test_figures_and_licences_are_passed_in(tmp_path: Path) -> None:
    first = build_in(tmp_path)
    figures = json.loads((first.path / "agreement.json").read_text())
    assert figures == {"reason": "no agreement was measured for this version"}
    licences = Licences("CC-BY-4.0", "CC0-1.0")
    again = build_in(tmp_path, licences=licences)
    assert (again.version, again.is_new) == ("1.1.0", True)
    assert "- Annotations: CC0-1.0" in (again.path / "README.md").read_text("utf-8")
    third = build_in(tmp_path, licences=licences, agreement={"articles": 1})
    assert json.loads((third.path / "agreement.json").read_text()) == {"articles": 1}
    assert not build_in(tmp_path, licences=licences, agreement={"articles": 1}).is_new


def test_the_day_is_that_of_the_last_change_unless_another_is_given(tmp_path: Path) -> None:
    for number, (date, expected) in enumerate(
        [(None, "2026-03-01T09:41:00Z"), ("2026-04-01", "2026-04-01")]
    ):
        built = build_in(tmp_path / str(number), contributions=[contribution()], date=date)
        metadata = json.loads((built.path / "croissant.json").read_text("utf-8"))
        assert metadata["datePublished"] == expected
    assert "datePublished" not in json.loads(
        (build_in(tmp_path).path / "croissant.json").read_text("utf-8")
    )


def test_the_card_says_what_the_encodings_lost_and_who_worked(tmp_path: Path) -> None:
    built = build_in(tmp_path, contributions=[contribution()], is_known=lambda _: False)
    page = " ".join((built.path / "README.md").read_text("utf-8").split("---\n", 2)[2].split())
    assert "0 entities and 0 triggers are in `entities` and `events` only" in page
    assert "6 of 9 spans have none" in page
    assert "(`annotations/`): annotator-1 1" in page
    assert "No article is validation or test." in page
    counts = read_manifest(built.path)["counts"]
    assert counts["cores"] == {"spans": 9, "none": 6}
    assert counts["by_annotator"] == {"annotator-1": 1}
    assert counts["by_label"]["TAKEOVER"] == {"train": 3}


def test_without_texts_the_card_says_so(tmp_path: Path) -> None:
    built = build_in(tmp_path, three(), texts=False)
    assert "**The texts are not here**" in (built.path / "README.md").read_text("utf-8")
    assert read_manifest(built.path)["texts"] is False
    assert pq.read_table(built.path / "data")["text"].null_count == 3
