"""Texts come back into versions without them: the very rows, held to their hash."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import given

from annotate.dataset.check import verify
from annotate.dataset.group import Options
from annotate.dataset.load import load_dataset
from annotate.dataset.manifest import read_manifest
from annotate.dataset.rights import articles, rehydrate, rehydrate_version
from annotate.dataset.rows import Chosen
from annotate.dataset.tables import TableMaker
from annotate.errors import DatasetError
from annotate.spans import Annotation
from annotate.storage import text_sha256
from tests.dataset.builders import IDS, build_in, chosen, three
from tests.support import ONTOLOGY, SLOW_PROPERTY, sample_article, sound_annotations, tree

TEXTS = {item.article.text_sha256: item.article.text for item in three()}


def stripped(folder: Path, **options: Any) -> Path:
    return build_in(folder, texts=False, **options).path


@SLOW_PROPERTY
@given(annotation=sound_annotations())
def test_rows_without_texts_become_those_with_them(annotation: Annotation) -> None:
    text = annotation.text or ""
    if not text.strip():
        return
    item = Chosen(sample_article(text), annotation, "single", ("a",))
    full, bare = (
        TableMaker(Options(ONTOLOGY, lambda _: True, texts)).tables([item]).tables
        for texts in (True, False)
    )
    hash_of = {item.article.doc_id: item.article.text_sha256}
    for name, table in bare.items():
        again = rehydrate(table, {text_sha256(text): text}, hash_of)
        again.validate(full=True)
        assert again.equals(full[name], check_metadata=True)
        assert rehydrate(table, {}, hash_of).equals(table, check_metadata=True)


def test_all_texts_give_the_rows_of_the_version_with_texts(tmp_path: Path) -> None:
    splits: Any = {IDS[1]: "test"}
    full = build_in(tmp_path / "full", splits=splits).path
    bare = stripped(tmp_path / "bare", splits=splits)
    before = tree(bare)
    done = rehydrate_version(bare, TEXTS, tmp_path / "again")
    assert (done.found, done.missing) == (3, ())
    names = sorted(path.relative_to(full) for path in full.rglob("*.parquet"))
    assert names
    for name in names:
        with pq.ParquetFile(tmp_path / "again" / name) as again, pq.ParquetFile(full / name) as was:
            assert again.num_row_groups == was.num_row_groups
            assert again.read().equals(was.read(), check_metadata=True)
    assert tree(bare) == before
    assert verify(tmp_path / "again") == []
    manifest = read_manifest(tmp_path / "again")
    assert (manifest["texts"], manifest["rehydrated"]["found"]) == (True, 3)
    assert list(load_dataset(tmp_path / "again")["text"]) == [
        c.article.text for c in sorted(three(), key=lambda c: c.article.doc_id in splits)
    ]


def test_no_file_of_a_version_without_texts_has_a_word_of_them(tmp_path: Path) -> None:
    bare = stripped(tmp_path)
    words = {word for text in TEXTS.values() for word in text.split()}
    for path in bare.rglob("*.parquet"):
        for row in pq.read_table(path).to_pylist():
            assert not any(word in str(row) for word in words), path


def test_what_cannot_be_put_back_is_counted_and_named(tmp_path: Path) -> None:
    bare = stripped(tmp_path / "bare")
    kept = chosen(IDS[2]).article
    texts = {kept.text_sha256: kept.text, "0" * 64: "غيره"}
    done = rehydrate_version(bare, texts, tmp_path / "again")
    assert done.found == 1
    assert [doc_id for doc_id, _ in done.missing] == [IDS[0], IDS[1]]
    frame = load_dataset(tmp_path / "again")
    assert [isinstance(text, str) for text in frame["text"]] == [False, False, True]
    assert frame["entities"][2][0]["text"] in kept.text
    assert read_manifest(tmp_path / "again")["rehydrated"]["missing"] == 2


def test_a_text_with_another_hash_is_refused(tmp_path: Path) -> None:
    bare = stripped(tmp_path / "bare")
    sha256 = next(iter(TEXTS))
    with pytest.raises(DatasetError, match="a text has another hash than it is given by"):
        rehydrate_version(bare, {sha256: "نص آخر"}, tmp_path / "again")
    assert not (tmp_path / "again").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["bare"]


def test_two_articles_of_one_text_both_have_it_again(tmp_path: Path) -> None:
    first = chosen(IDS[0])
    repost = Chosen(
        sample_article(first.article.text, IDS[1]), first.annotation, "gold", ("anna",), "1.0.0"
    )
    bare = stripped(tmp_path / "bare", items=[first, repost])
    assert len(articles(bare)) == 2
    done = rehydrate_version(bare, TEXTS, tmp_path / "again")
    assert (done.found, done.missing) == (2, ())


@pytest.mark.parametrize("kind", [".parquet", ".md"])
def test_no_file_leads_out_of_the_new_folder(tmp_path: Path, kind: str) -> None:
    bare = stripped(tmp_path / "bare")
    manifest = json.loads((bare / "manifest.json").read_text("utf-8"))
    name = next(name for name in manifest["files"] if name.endswith(kind))
    manifest["files"][f"../{bare.name}/{name}"] = manifest["files"].pop(name)
    (bare / "manifest.json").write_text(json.dumps(manifest))
    before = tree(tmp_path)
    with pytest.raises(DatasetError, match="is no name of a file inside of the version"):
        rehydrate_version(bare, TEXTS, tmp_path / "again")
    assert tree(tmp_path) == before


def test_a_folder_that_is_there_is_not_touched(tmp_path: Path) -> None:
    bare = stripped(tmp_path / "bare")
    (tmp_path / "again").mkdir()
    with pytest.raises(DatasetError, match="this is there already; name a new folder"):
        rehydrate_version(bare, TEXTS, tmp_path / "again")
    with pytest.raises(DatasetError, match="this is no dataset version"):
        rehydrate_version(tmp_path, TEXTS, tmp_path / "other")
