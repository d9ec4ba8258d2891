"""Rows: what an article and its annotation become, and what they refuse."""

from __future__ import annotations

import json
from dataclasses import replace

import jsonschema
import pytest
from hypothesis import given

from annotate.arabic.words import sentences, words
from annotate.corpus.article import Segment
from annotate.corpus.clean import clean
from annotate.corpus.rules import load_rules
from annotate.dataset.describe import json_schema
from annotate.dataset.rows import Chosen
from annotate.dataset.schema import article_schema, schemas
from annotate.errors import SpanError
from annotate.spans import Annotation, Relation, Span
from annotate.storage import text_sha256
from tests.dataset.builders import chosen, rows_of
from tests.support import (
    CAPTURE,
    CITY,
    FORCE,
    ONTOLOGY,
    PROPERTY,
    SLOW_PROPERTY,
    TEXT,
    sample_annotation,
    sample_article,
    sound_annotations,
    texts,
)

SCHEMA = article_schema(ONTOLOGY)
DESCRIBED = json_schema(schemas(ONTOLOGY))
VALIDATOR = jsonschema.Draft202012Validator({**DESCRIBED, "anyOf": [{"$ref": "#/$defs/articles"}]})


def sample() -> Chosen:
    return Chosen(sample_article(), sample_annotation(), "gold", ("anna",))


def test_the_described_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(DESCRIBED)


def test_a_row_says_all_of_its_article_and_annotation() -> None:
    (row,) = rows_of(sample())
    assert list(row) == SCHEMA.names
    assert (row["doc_id"], row["source"], row["text"]) == ("00000000000000aa", "sample.txt", TEXT)
    assert (row["status"], row["annotators"], row["prelabel_version"]) == ("gold", ["anna"], None)
    assert row["text_sha256"] == text_sha256(TEXT)
    assert [span["text"] for span in row["entities"]] == [FORCE.text, CITY.text]
    (event,) = row["events"]
    assert (event["start"], event["end"], event["label"]) == (
        CAPTURE.start,
        CAPTURE.end,
        "TAKEOVER",
    )
    assert (event["polarity"], event["modality"]) == ("POSITIVE", "ASSERTED")
    assert event["roles"] == [
        {"role": "AGENT", "entity_id": "e1"},
        {"role": "TARGET", "entity_id": "e2"},
    ]


@given(sound_annotations())
@SLOW_PROPERTY
def test_any_sound_annotation_is_a_row_by_both_schemas(annotation: Annotation) -> None:
    if annotation.text is None:
        return
    item = Chosen(sample_article(annotation.text), annotation, "single", ())
    (row,) = rows_of(item)
    VALIDATOR.validate(json.loads(json.dumps(row, allow_nan=False)))
    assert len(row["entities"]) + len(row["events"]) == len(annotation.spans)
    assert sum(len(event["roles"]) for event in row["events"]) == len(annotation.relations)


@given(texts)
@PROPERTY
def test_tokens_and_sentences_are_cut_out_of_the_text(text: str) -> None:
    item = Chosen(sample_article(text), Annotation(text_sha256(text)), "single", ())
    (row,) = rows_of(item)
    cut = [text[s:e] for s, e in zip(row["token_starts"], row["token_ends"], strict=True)]
    assert cut == row["tokens"] == [word.text for word in words(text)]
    assert [(s["start"], s["end"]) for s in row["sentences"]] == sentences(text)


def test_only_kept_segments_are_in_the_row() -> None:
    (cleaned,) = clean(f"عنوان\n{'كلمة ' * 25}.\nالمصدر: وكالة", load_rules())
    article = replace(sample_article(cleaned.text), segments=cleaned.segments)
    item = Chosen(article, Annotation(article.text_sha256), "single", ())
    assert Segment("source_line", None, None, *_last(cleaned.segments)) in cleaned.segments
    (row,) = rows_of(item)
    assert [
        (segment["kind"], cleaned.text[segment["start"] : segment["end"]])
        for segment in row["segments"]
    ] == [("headline", "عنوان"), ("paragraph", "كلمة " * 25 + ".")]


def _last(segments: tuple[Segment, ...]) -> tuple[int, int]:
    return segments[-1].raw_start, segments[-1].raw_end


def test_attributes_that_nobody_marked_have_their_defaults() -> None:
    bare = replace(CAPTURE, attributes=(("modality", "OTHER"),))
    annotation = Annotation(text_sha256(TEXT), (bare,))
    (row,) = rows_of(Chosen(sample_article(), annotation, "single", ()))
    (event,) = row["events"]
    assert (event["polarity"], event["modality"]) == ("POSITIVE", "OTHER")


def test_versions_of_the_annotation_win() -> None:
    item = sample()
    old = replace(item.annotation, ontology_version="0.9.0", guidelines_version=None)
    (row,) = rows_of(replace(item, annotation=old))
    assert (row["ontology_version"], row["guidelines_version"]) == (
        "0.9.0",
        ONTOLOGY.guidelines_version,
    )


BAD_SPANS: list[tuple[Span, str]] = [
    (replace(CITY, text="حلب"), "is 'دمشق', not 'حلب'"),
    (replace(CITY, start=CITY.start - 1), "not 'دمشق'"),
    (replace(CITY, end=len(TEXT) + 1), "are not inside the text"),
    (replace(CITY, label="CITY"), "unknown entity label 'CITY'"),
    (replace(CITY, layer="event"), "unknown event label 'GPE'"),
    (replace(CITY, id="e1"), "two spans have this id"),
    (replace(CITY, attributes=(("polarity", "POSITIVE"),)), "an entity has no attributes"),
]


def test_an_annotation_of_another_text_is_refused() -> None:
    annotation = Annotation(text_sha256("نص آخر"), ())
    with pytest.raises(SpanError, match="does not hold: text_sha256 names another text; correct"):
        rows_of(Chosen(sample_article(), annotation, "gold", ()))


@pytest.mark.parametrize(("span", "reason"), BAD_SPANS, ids=[reason for _, reason in BAD_SPANS])
def test_a_bad_span_is_refused(span: Span, reason: str) -> None:
    annotation = Annotation(text_sha256(TEXT), (FORCE, CAPTURE, span))
    with pytest.raises(SpanError) as caught:
        rows_of(Chosen(sample_article(), annotation, "gold", ()))
    message = str(caught.value)
    assert message.startswith(
        f"article 00000000000000aa: the annotation does not hold: span {span.id}"
    )
    assert reason in message
    assert "more)" not in message
    assert message.endswith(
        "; correct it where it was made: in the labeling project (then pull), or in its file"
    )


def test_a_bad_relation_and_another_text_are_refused() -> None:
    item = sample()
    bad = replace(item.annotation, relations=(Relation("t1", "e7", "AGENT"),))
    with pytest.raises(SpanError, match="points to a span that is not there"):
        rows_of(replace(item, annotation=bad))
    with pytest.raises(SpanError, match="names another text"):
        rows_of(replace(chosen(), annotation=sample_annotation()))


def test_all_that_is_wrong_is_counted() -> None:
    spans = (replace(FORCE, text="x"), replace(CITY, text="y"), CAPTURE)
    with pytest.raises(SpanError, match=r"\(and 1 more\)"):
        rows_of(Chosen(sample_article(), Annotation(text_sha256(TEXT), spans), "gold", ()))
