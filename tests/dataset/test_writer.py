"""Files of bounded size: the same bytes however they were made, and names that count them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from annotate.dataset.build import Recipe, build
from annotate.dataset.check import verify
from annotate.dataset.load import load_dataset
from annotate.dataset.manifest import read_manifest
from annotate.dataset.rows import Chosen, Contribution, Split
from annotate.dataset.schema import schemas
from annotate.dataset.writer import Limits, ShardWriter, article_groups, contribution_groups
from annotate.errors import DatasetError, SpanError
from tests.bench.dataset_made import made
from tests.dataset.builders import build_in, chosen
from tests.support import ONTOLOGY, TEXT, sample_annotation, tree

SMALL = Limits(group_articles=2, shard_rows=3)
SPLITS: tuple[Split, ...] = ("train", "test", "train", "validation")


def articles(count: int) -> list[Chosen]:
    return [
        replace(chosen(f"{number:016x}"), split=SPLITS[number % len(SPLITS)])
        for number in range(count)
    ]


def contributions(count: int) -> list[Contribution]:
    return [
        Contribution(f"{number:016x}", "annotator-1", sample_annotation(TEXT))
        for number in range(count)
    ]


def known(word: str) -> bool:
    return len(word) % 2 == 0


def test_a_shard_ends_with_the_row_group_that_fills_it(tmp_path: Path) -> None:
    built = build_in(tmp_path, articles(12), limits=SMALL, contributions=contributions(7))
    names = sorted(p.relative_to(built.path).as_posix() for p in built.path.rglob("*.parquet"))
    assert [name for name in names if name.startswith("data/")] == [
        "data/test-00000-of-00001.parquet",  # 3 articles: two row groups
        *(f"data/train-0000{number}-of-00002.parquet" for number in (0, 1)),
        "data/validation-00000-of-00001.parquet",
    ]
    groups = {
        name: [file.metadata.row_group(n).num_rows for n in range(file.num_row_groups)]
        for name in names
        if not name.startswith(("sentences", "spans"))
        for file in [pq.ParquetFile(built.path / name)]
    }
    assert groups == {
        "annotations/annotations-00000-of-00002.parquet": [2, 2],
        "annotations/annotations-00001-of-00002.parquet": [2, 1],
        "data/test-00000-of-00001.parquet": [2, 1],
        "data/train-00000-of-00002.parquet": [2, 2],
        "data/train-00001-of-00002.parquet": [2],
        "data/validation-00000-of-00001.parquet": [2, 1],
    }
    assert verify(built.path) == []
    assert len(load_dataset(built.path, "train")) == 6
    assert load_dataset(built.path)["doc_id"].is_unique


def test_long_texts_fill_a_row_group_and_bytes_fill_a_shard(tmp_path: Path) -> None:
    limits = Limits(group_articles=100, group_characters=len(chosen().article.text) + 1)
    groups = list(article_groups(articles(8), limits))
    assert sorted((split, len(items)) for split, items in groups) == [
        *(("test", 2), ("train", 2)),
        *(("train", 2), ("validation", 2)),
    ]
    built = build_in(tmp_path, articles(8), limits=Limits(group_articles=1, shard_bytes=1))
    assert len(list((built.path / "data").glob("train-*-of-00004.parquet"))) == 4


@pytest.mark.slow
@pytest.mark.parametrize("workers", [2, 3])
def test_the_bytes_are_the_same_for_any_number_of_threads(tmp_path: Path, workers: int) -> None:
    found = [
        tree(
            build(
                made(60, ONTOLOGY),
                "made",
                tmp_path / str(count),
                Recipe(ONTOLOGY, known, workers=count, limits=Limits(group_articles=7)),
                contributions=contributions(20),
            ).path
        )
        for count in (1, workers)
    ]
    assert found[0] == found[1]
    assert len(found[0]) > 10


@pytest.mark.slow
def test_an_error_in_a_thread_is_the_same_error(tmp_path: Path) -> None:
    wrong = replace(articles(9)[8], annotation=sample_annotation("x" + TEXT[1:]))
    for workers in (1, 2):
        with pytest.raises(SpanError, match=r"article 0{15}8: the annotation does not hold"):
            build_in(tmp_path, [*articles(8), wrong], workers=workers, limits=SMALL)
    assert tree(tmp_path) == {}


def test_a_stream_is_read_once_and_a_row_group_at_a_time(tmp_path: Path) -> None:
    waiting = most = 0

    def stream() -> Iterator[Chosen]:
        nonlocal waiting, most
        for item in articles(40):
            waiting += 1
            most = max(most, waiting)
            yield item

    for _, items in article_groups(stream(), SMALL):
        waiting -= len(items)
    assert waiting == 0
    assert most <= len(set(SPLITS)) * SMALL.group_articles
    assert build_in(tmp_path, stream(), limits=SMALL).counts["articles"] == 40


@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        ((1, 0), f"article {0:016x} comes after {1:016x}"),
        ((0, 1, 1), f"article {1:016x} is there twice"),
    ],
)
def test_a_stream_in_another_order_is_refused(
    tmp_path: Path, numbers: tuple[int, ...], message: str
) -> None:
    every = articles(2)
    with pytest.raises(DatasetError) as caught:
        build_in(tmp_path, (every[number] for number in numbers))
    assert str(caught.value) == message
    assert tree(tmp_path) == {}


def test_work_in_another_order_is_refused() -> None:
    first, second = contributions(2)
    for wrong in ([second, first], [first, first]):
        with pytest.raises(DatasetError, match="the work of annotator-1 on 0000000000000000"):
            list(contribution_groups(wrong))


def test_what_was_begun_has_no_name_of_a_file(tmp_path: Path) -> None:
    schema = schemas(ONTOLOGY)["spans"]
    writer = ShardWriter(tmp_path / "spans", "train")
    writer.write(schema.empty_table())
    assert tree(tmp_path) == {}
    writer.abandon()
    assert writer.close() == []


def test_the_options_of_the_writer_are_in_the_manifest(tmp_path: Path) -> None:
    built = build_in(tmp_path, limits=SMALL)
    manifest = read_manifest(built.path)
    assert manifest["writer"]["compression"] == "zstd"
    assert manifest["writer"]["group_articles"] == 2
    assert manifest["tool"]["pyarrow"] == pa.__version__
    metadata = pq.read_metadata(built.path / "data" / "train-00000-of-00001.parquet")
    column = metadata.row_group(0).column
    kinds = {column(n).path_in_schema: column(n) for n in range(metadata.num_columns)}
    assert kinds["token_starts.list.element"].encodings == ("RLE", "DELTA_BINARY_PACKED")
    assert {name for name, c in kinds.items() if c.is_stats_set} == {"doc_id", "group_id", "status"}
