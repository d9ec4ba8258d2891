"""JSON lines in the annotation format: read again as they were."""

from __future__ import annotations

import pytest
from hypothesis import given

from annotate.annotation_files import read_annotations
from annotate.dataset.convert import jsonl
from annotate.dataset.convert.document import (
    ATTRIBUTES,
    ROLES,
    Document,
)
from tests.dataset.convert.documents import (
    BOTH,
    any_documents,
    bytes_of,
    document,
    lines,
)
from tests.support import ONTOLOGY, SLOW_PROPERTY, sample_annotation
from tests.support import TEXT as SAMPLE


@SLOW_PROPERTY
@given(item=any_documents())
def test_json_lines_are_read_again_as_they_were(
    tmp_path_factory: pytest.TempPathFactory, item: Document
) -> None:
    text, lost = bytes_of(jsonl.write, item, **BOTH)
    path = tmp_path_factory.mktemp("jsonl") / "a.jsonl"
    path.write_text(text, "utf-8")
    (found,) = read_annotations(path, ONTOLOGY)
    marks = [(s.id, s.key, s.attributes, s.score, s.origin, s.unsure) for s in found.spans]
    expected = item.annotation.spans
    assert marks == [(s.id, s.key, s.attributes, s.score, s.origin, s.unsure) for s in expected]
    assert found.relations == item.annotation.relations
    assert (found.text, found.doc_id) == (item.text, item.doc_id)
    assert lost == {}


def test_one_layer_of_json_lines() -> None:
    item = document(sample_annotation(), SAMPLE)
    text, lost = bytes_of(jsonl.write, item, entities=True, events=False)
    (record,) = lines(text)
    assert [span["label"] for span in record["spans"]] == ["ARM", "GPE"]
    assert record["relations"] == []
    assert lost == {"events": 1, ROLES: 2, ATTRIBUTES: 2}
