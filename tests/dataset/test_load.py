"""Reading versions back: ours, and with other people's one-liners."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pandas as pd
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

from annotate.dataset.describe import dictionary, json_schema
from annotate.dataset.load import load_dataset
from annotate.dataset.schema import article_schema, schemas
from annotate.errors import DatasetError
from tests.dataset.builders import IDS, build_in, three
from tests.support import ONTOLOGY, ROOT

SEEDS = ROOT / "exports" / "seeds"
VERSION = SEEDS / "2.0.0"
TRAIN = VERSION / "data" / "train-00000-of-00001.parquet"


def test_pandas_in_one_line() -> None:
    frame = pd.read_parquet(TRAIN)
    assert len(frame) == 5
    assert list(frame.columns) == article_schema(ONTOLOGY).names


def test_pyarrow_in_one_line() -> None:
    assert pq.read_table(TRAIN).num_rows == 5
    assert ds.dataset(VERSION / "data").count_rows() == 7


def test_the_schema_travels_with_its_words() -> None:
    schema = pq.read_schema(TRAIN)
    expected = article_schema(ONTOLOGY)
    assert schema.equals(expected)
    assert schema.metadata == expected.metadata
    described = schemas(ONTOLOGY)
    assert dictionary(described) == (VERSION / "DICTIONARY.md").read_text("utf-8")
    assert json_schema(described) == json.loads((VERSION / "schema.json").read_text("utf-8"))


def test_every_span_of_the_seeds_is_cut_out_of_its_text() -> None:
    count = 0
    for row in load_dataset(VERSION).to_dict("records"):
        for span in [*row["entities"], *row["events"]]:
            assert row["text"][span["start"] : span["end"]] == span["text"]
            count += 1
    assert count == 605 + 325


def test_every_row_of_the_seeds_is_valid_by_the_schema_beside_it() -> None:
    validator = jsonschema.Draft202012Validator(json.loads((VERSION / "schema.json").read_text()))
    for row in ds.dataset(VERSION / "data").to_table().to_pylist():
        validator.validate(row)


def test_a_version_or_the_latest_of_a_dataset() -> None:
    frame = load_dataset(VERSION)
    assert frame["split"].value_counts().to_dict() == {"train": 5, "validation": 1, "test": 1}
    assert load_dataset(str(SEEDS))["doc_id"].tolist() == frame["doc_id"].tolist()
    assert frame["doc_id"].is_unique


def test_one_split() -> None:
    frame = load_dataset(VERSION, "test")
    assert frame["doc_id"].tolist() == ["93a135f6ff44e9bd"]
    assert "split" not in frame.columns


def test_the_latest_is_the_highest_number(tmp_path: Path) -> None:
    build_in(tmp_path, three()[:1], version="1.9.0")
    build_in(tmp_path, three(), version="1.10.0")
    (tmp_path / "news" / "latest").write_text("1.9.0\n")  # as a killed build leaves it
    assert load_dataset(tmp_path / "news")["doc_id"].tolist() == list(IDS)


def test_a_split_that_is_not_there(tmp_path: Path) -> None:
    path = build_in(tmp_path).path
    with pytest.raises(DatasetError) as caught:
        load_dataset(path, "test")
    assert str(caught.value) == f"{path}: no split test of articles; there are train"


def test_no_version(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing"):
        with pytest.raises(DatasetError, match=r"there is no manifest\.json"):
            load_dataset(path)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    path = build_in(tmp_path).path
    (file,) = (path / "data").iterdir()
    file.write_bytes(b"PAR1")
    with pytest.raises(DatasetError) as caught:
        load_dataset(path)
    assert str(caught.value).startswith(f"{file}: not readable (")
    assert str(caught.value).endswith("annotate verify says more")


def test_a_version_whose_data_is_gone(tmp_path: Path) -> None:
    path = build_in(tmp_path).path
    for file in (path / "data").iterdir():
        file.unlink()
    with pytest.raises(DatasetError, match="the version has no articles"):
        load_dataset(path)
