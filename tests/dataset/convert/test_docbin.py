"""DocBin: spaCy reads the text to the character, and all spans, roles and attributes."""

from __future__ import annotations

import io
import warnings
from typing import Any

import pytest
from hypothesis import given

from annotate.dataset.convert import docbin
from annotate.dataset.convert.document import (
    ATTRIBUTES,
    INSIDE_WORD,
    OVERLAPPING,
    ROLES,
    WITHOUT_WORD,
    Document,
)
from annotate.spans import Annotation, Layer, Relation, Span, ordered
from annotate.storage import text_sha256
from tests.dataset.convert.documents import (
    BOTH,
    any_documents,
    of,
    said,
    word_documents,
)
from tests.support import SLOW_PROPERTY


def read_docs(data: bytes) -> list[Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import spacy
        from spacy.tokens import DocBin

        return list(DocBin().from_bytes(data).get_docs(spacy.blank("ar").vocab))


LAYERS: dict[str, Layer] = {"entities": "entity", "events": "event"}


@pytest.mark.slow
@SLOW_PROPERTY
@given(word_documents())
def test_spacy_reads_the_text_and_all_spans(item: Document) -> None:
    file = io.BytesIO()
    count, lost = docbin.write(of(item), file, **BOTH)
    (doc,) = read_docs(file.getvalue())
    assert (count, doc.text) == (1, item.text)
    assert [token.text for token in doc if not token.is_space] == [t.text for t in item.tokens]
    attributes = doc.user_data["attributes"]
    spans = [
        Span(s.id_, layer, s.start_char, s.end_char, s.label_, s.text,
             tuple(attributes.get(s.id_, {}).items()))
        for name, layer in LAYERS.items()
        for s in doc.spans[name]
    ]  # fmt: skip
    relations = [Relation(head, tail, role) for head, role, tail in doc.user_data["roles"]]
    found = Annotation(text_sha256(item.text), ordered(spans), tuple(sorted(relations)))
    assert {s.id for s in found.spans} == {s.id for s in item.annotation.spans}
    assert said(found) == said(item.annotation)
    assert found.relations == item.annotation.relations
    ents = [(e.start_char, e.end_char) for e in doc.ents]
    everything = {(s.start, s.end) for s in item.annotation.entities}
    assert set(ents) <= everything
    for start, end in everything - set(ents):  # only what overlaps one of them is left out
        assert any(start < after and first < end for first, after in ents)
    starts = {token.idx for token in doc if token.is_sent_start}
    assert starts == {0, *(item.tokens[number].start for number in item.breaks)}
    assert not {ROLES, ATTRIBUTES, WITHOUT_WORD, INSIDE_WORD, OVERLAPPING} & (+lost).keys()


@pytest.mark.slow
@SLOW_PROPERTY
@given(any_documents())
def test_spacy_counts_every_span_that_it_lacks(item: Document) -> None:
    file = io.BytesIO()
    _, lost = docbin.write(of(item), file, **BOTH)
    (doc,) = read_docs(file.getvalue())
    assert doc.text == item.text
    kept = len(doc.spans["entities"]) + len(doc.spans["events"])
    assert kept + lost[WITHOUT_WORD] == len(item.annotation.spans)
    assert len(doc.user_data["roles"]) + lost[ROLES] == len(item.annotation.relations)
