"""What the converters read of a version is what its rows say."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq

from annotate.cli import datasets
from annotate.dataset.convert.document import COVERAGE, left_out
from annotate.dataset.convert.formats import FORMATS
from annotate.dataset.convert.reading import data_files, read_documents
from annotate.dataset.reference import version_at
from annotate.spans import problems
from tests.dataset.builders import IDS, build_in, chosen
from tests.support import ONTOLOGY, ROOT

SEEDS = ROOT / "exports" / "seeds"


def test_every_row_of_the_seeds_is_read_as_it_stands() -> None:
    files = [path for part in data_files(version_at(SEEDS)).values() for path in part]
    rows = [row for path in files for row in pq.read_table(path).to_pylist()]
    documents = list(read_documents(files))
    assert len(documents) == len(rows) == 7
    for (document, holds), row in zip(documents, rows, strict=True):
        annotation = document.annotation
        assert problems(annotation, document.text, ONTOLOGY) == []
        assert (document.doc_id, document.text) == (row["doc_id"], row["text"])
        assert [span.id for span in annotation.entities] == [e["id"] for e in row["entities"]]
        assert {
            (event["id"], role["entity_id"], role["role"])
            for event in row["events"]
            for role in event["roles"]
        } == {(r.head, r.tail, r.role) for r in annotation.relations}
        assert [span.attribute("modality") for span in annotation.events] == [
            event["modality"] for event in row["events"]
        ]
        assert len(document.sentences) == len(row["sentences"])
        assert (holds.entities, holds.events) == (ONTOLOGY.entity_codes, ONTOLOGY.event_codes)
        assert holds.attributes == tuple(a.code for a in ONTOLOGY.attributes)


def test_an_article_whose_labels_were_not_all_looked_for_is_told(tmp_path: Path) -> None:
    whole, partly = chosen(IDS[0]), chosen(IDS[1])
    annotation = replace(partly.annotation, labels_covered=("ARM", "GPE", "TAKEOVER"))
    built = build_in(tmp_path, [whole, replace(partly, annotation=annotation)])
    (files,) = data_files(built.path).values()
    first, second = (document for document, _ in read_documents(files))
    assert (first.partly, second.partly) == (False, True)
    assert second.annotation.labels_covered == ("ARM", "GPE", "TAKEOVER")
    assert left_out(second, entities=True, events=True)[COVERAGE] == 1


def test_articles_without_any_span_are_read(tmp_path: Path) -> None:
    items = [chosen(name) for name in IDS]
    bare = replace(items[1], annotation=replace(items[1].annotation, spans=(), relations=()))
    built = build_in(tmp_path, [items[0], bare, items[2]])
    (files,) = data_files(built.path).values()
    found = [len(document.annotation.spans) for document, _ in read_documents(files)]
    assert found == [3, 0, 3]


def test_the_command_offers_all_formats() -> None:
    assert datasets.FORMATS == FORMATS
