"""OneIE's sentences: mentions and arguments lead back to the offsets."""

from __future__ import annotations

from typing import Any

from hypothesis import given

from annotate.dataset.convert import oneie
from annotate.dataset.convert.document import (
    ACROSS,
    ATTRIBUTES,
    INSIDE_WORD,
    ROLES,
    ROLES_ACROSS,
    WITHOUT_WORD,
    Document,
)
from annotate.spans import Annotation, Relation, Span, ordered
from annotate.storage import text_sha256
from tests.dataset.convert.documents import (
    BOTH,
    TEXT,
    any_documents,
    bytes_of,
    document,
    lines,
    said,
    word_documents,
)
from tests.support import ONTOLOGY, PROPERTY, mark


@PROPERTY
@given(word_documents())
def test_oneie_says_all_within_sentences(item: Document) -> None:
    text, lost = bytes_of(oneie.write, item, **BOTH)
    spans: list[Span] = []
    relations = []
    names: set[str] = set()
    for (begin, after), sentence in zip(item.sentences, lines(text), strict=True):
        assert sentence["tokens"] == [token.text for token in item.tokens[begin:after]]
        assert sentence["sent_id"].startswith(f"{sentence['doc_id']}-")
        for mention in sentence["entity_mentions"]:
            spans.append(span_of(item, begin, mention, mention["entity_type"], "entity"))
        for event in sentence["event_mentions"]:
            place = {"id": event["id"], **event["trigger"]}
            attributes = tuple((a.code, event[a.code]) for a in ONTOLOGY.attributes)
            spans.append(span_of(item, begin, place, event["event_type"], "event", attributes))
            for argument in event["arguments"]:
                relations.append(Relation(event["id"], argument["entity_id"], argument["role"]))
        here = {span.id for span in spans} - names
        names |= here
        # Arguments point into their own sentence, by ids that are there once.
        assert all(r.tail in names for r in relations)
    assert len({span.id for span in spans}) == len(spans) == len(item.annotation.spans)
    found = Annotation(text_sha256(item.text), ordered(spans), tuple(sorted(relations)))
    assert said(found) == said(item.annotation)
    assert not {ROLES, ROLES_ACROSS, ATTRIBUTES, ACROSS, WITHOUT_WORD, INSIDE_WORD} & lost.keys()


def span_of(
    item: Document, begin: int, place: Any, label: str, layer: Any, attributes: Any = ()
) -> Span:
    start = item.tokens[begin + place["start"]].start
    end = item.tokens[begin + place["end"] - 1].end
    assert place["text"] == item.text[start:end]
    return Span(place["id"], layer, start, end, label, place["text"], attributes)


def test_a_role_across_sentences_is_counted() -> None:
    event = mark(TEXT, "ودخلت", "ADVANCE", layer="event", span_id="t")
    near, far = mark(TEXT, "حلب", "GPE", span_id="a"), mark(TEXT, "دمشق", "GPE", span_id="b")
    relations = (Relation("t", "a", "DESTINATION"), Relation("t", "b", "ORIGIN"))
    annotation = Annotation(text_sha256(TEXT), ordered([event, near, far]), relations)
    text, lost = bytes_of(oneie.write, document(annotation, TEXT), **BOTH)
    assert [e["arguments"] for s in lines(text) for e in s["event_mentions"]] == [
        [{"entity_id": "00000000000000aa-1-a", "text": "حلب", "role": "DESTINATION"}]
    ]
    assert lost == {ROLES_ACROSS: 1}


@PROPERTY
@given(any_documents())
def test_oneie_counts_every_span_and_role_that_it_lacks(item: Document) -> None:
    text, lost = bytes_of(oneie.write, item, **BOTH)
    sentences = lines(text)
    mentions = sum(len(s["entity_mentions"]) + len(s["event_mentions"]) for s in sentences)
    roles = sum(len(e["arguments"]) for s in sentences for e in s["event_mentions"])
    assert mentions + lost[ACROSS] + lost[WITHOUT_WORD] == len(item.annotation.spans)
    assert roles + lost[ROLES] + lost[ROLES_ACROSS] == len(item.annotation.relations)
