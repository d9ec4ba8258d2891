"""The tables: what sentences, spans and annotations have of the articles, and what is counted."""

from __future__ import annotations

import json
from dataclasses import replace

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.arabic.words import sentences, words
from annotate.dataset.bio import tag, tag_names
from annotate.dataset.contribution_columns import contributions_table
from annotate.dataset.cores import core
from annotate.dataset.describe import json_schema
from annotate.dataset.group import Options
from annotate.dataset.rows import Chosen, Contribution
from annotate.dataset.schema import schemas
from annotate.dataset.tables import TableMaker
from annotate.errors import SpanError
from annotate.spans import Annotation, Relation, Span, ordered
from annotate.storage import text_sha256
from tests.dataset.builders import IDS, chosen, rows_of, three
from tests.dataset.tags import spans_of_tags
from tests.support import (
    CAPTURE,
    CITY,
    FORCE,
    ONTOLOGY,
    SLOW_PROPERTY,
    TEXT,
    mark,
    sample_annotation,
    sample_article,
    sound_annotations,
)

DESCRIBED = json_schema(schemas(ONTOLOGY))
OPTIONS = Options(ONTOLOGY, lambda _: False)
LINES = st.text("اب .\n😀", min_size=1, max_size=30)


def valid(table: str, row: object) -> bool:
    """Whether a row is one by the JSON Schema of a table."""
    schema = {**DESCRIBED, "anyOf": [{"$ref": f"#/$defs/{table}"}]}
    return jsonschema.Draft202012Validator(schema).is_valid(json.loads(json.dumps(row)))


def of(annotation: Annotation, text: str, doc_id: str = IDS[0]) -> Chosen:
    return Chosen(sample_article(text, doc_id), annotation, "single", ())


@SLOW_PROPERTY
@given(sound_annotations(LINES))
def test_sentences_have_what_lies_in_them(annotation: Annotation) -> None:
    text = annotation.text
    if text is None:
        return
    item = of(annotation, text)
    (article,) = rows_of(item)
    rows = rows_of(item, table="sentences")
    assert [(row["start"], row["end"]) for row in rows] == sentences(text)
    for layer, name in (("entities", "entity_tags"), ("events", "trigger_tags")):
        inside = [
            span
            for row in rows
            for span in article[layer]
            if row["start"] <= span["start"] and span["end"] <= row["end"]
        ]
        found = [span for row in rows for span in row[layer]]
        assert [span["id"] for span in found] == [span["id"] for span in inside]
        labels = ONTOLOGY.entity_codes if layer == "entities" else ONTOLOGY.event_codes
        for row in rows:
            ids = {span["id"] for span in row[layer]}
            spans = [span for span in annotation.spans if span.id in ids]
            expected = tag(spans, row["token_starts"], row["token_ends"], labels)
            assert row[name] == list(expected.tags)
    for row in rows:
        assert valid("sentences", row)
        assert row["text"] == text[row["start"] : row["end"]]
        assert row["tokens"] == [text[s:e] for s, e in _places(row)]
        entities = {span["id"] for span in row["entities"]}
        assert all(role["entity_id"] in entities for e in row["events"] for role in e["roles"])
    assert [token for row in rows for token in row["tokens"]] == article["tokens"]


def _places(row: dict[str, list[int]]) -> list[tuple[int, int]]:
    return list(zip(row["token_starts"], row["token_ends"], strict=True))


@SLOW_PROPERTY
@given(sound_annotations(LINES))
def test_the_long_form_has_every_span_once_in_order(annotation: Annotation) -> None:
    if annotation.text is None:
        return
    item = of(annotation, annotation.text)
    (article,) = rows_of(item)
    rows = rows_of(item, table="spans")
    assert all(valid("spans", row) for row in rows)
    keys = [(row["layer"], row["start"], row["end"], row["label"], row["id"]) for row in rows]
    assert sorted(keys) == sorted((*span.key, span.id) for span in annotation.spans)
    assert [(row["start"], row["end"]) for row in rows] == [
        (span.start, span.end) for span in annotation.spans
    ]
    by_id = {span["id"]: span for span in [*article["entities"], *article["events"]]}
    heads = [relation.head for relation in annotation.relations]
    tails = [relation.tail for relation in annotation.relations]
    for row in rows:
        same = by_id[row["id"]]
        for name in ("text", "score", "origin", "decision", "unsure", "core_start", "core_end"):
            assert row[name] == same[name]
        assert row["polarity"] == same.get("polarity")
        assert row["roles"] == (heads if row["layer"] == "event" else tails).count(row["id"])


def test_articles_of_a_group_do_not_touch_each_other() -> None:
    """What a group is cut into does not show in the rows."""
    for table in ("articles", "sentences", "spans"):
        alone = [row for item in three() for row in rows_of(item, table=table)]
        assert rows_of(*three(), table=table) == alone


def test_spans_that_cross_sentences_are_counted_and_not_in_them() -> None:
    text = f"{TEXT}. وقال"
    crossing = Span("x", "entity", text.index("دمشق"), len(text), "LOC", text[text.index("دمشق") :])
    annotation = sample_annotation(text)
    item = of(replace(annotation, spans=ordered([*annotation.spans, crossing])), text)
    made = TableMaker(OPTIONS).tables([item])
    assert made.counts["sentences", "spans_cut"] == 1
    assert made.counts["bio", "entity", "lost"] == 1  # the city: the longer one is tagged
    (article,) = made.tables["articles"].to_pylist()
    rows = made.tables["sentences"].to_pylist()
    assert [[span["text"] for span in row["entities"]] for row in rows] == [
        ["فصائل المعارضة", "دمشق"],
        [],
    ]
    names = tag_names(ONTOLOGY.entity_codes)
    assert names[article["entity_tags"][-1]] == "I-LOC"
    assert names[rows[0]["entity_tags"][-2]] == "B-GPE"
    assert rows[1]["entity_tags"] == [0]


def test_roles_between_sentences_are_counted_and_not_in_them() -> None:
    text = f"{TEXT}. ثم حلب"
    city = mark(text, "حلب", "GPE", span_id="e3")
    annotation = sample_annotation(text)
    annotation = replace(
        annotation,
        spans=ordered([*annotation.spans, city]),
        relations=(*annotation.relations, Relation("t1", "e3", "TARGET")),
    )
    made = TableMaker(OPTIONS).tables([of(annotation, text)])
    assert (made.counts["roles",], made.counts["sentences", "roles_cut"]) == (3, 1)
    first, second = made.tables["sentences"].to_pylist()
    assert [role["entity_id"] for role in first["events"][0]["roles"]] == ["e1", "e2"]
    assert [span["id"] for span in second["entities"]] == ["e3"]


def test_what_is_counted() -> None:
    text = f"{TEXT}\nحلب"
    inner = replace(mark(text, "حلب", "GPE"), end=len(text) - 1, text="حل")
    annotation = replace(sample_annotation(text), spans=(*sample_annotation(text).spans, inner))
    item = replace(of(annotation, text), annotators=("x (simulated)",), prelabelled=True)
    counts = TableMaker(OPTIONS).tables([item]).counts
    assert counts["articles",] == counts["prelabelled",] == counts["simulated",] == 1
    assert (counts["sentences",], counts["tokens",]) == (2, len(words(text)))
    assert (counts["entities",], counts["events",], counts["roles",]) == (3, 1, 2)
    assert (counts["label", "GPE"], counts["status", "single"]) == (2, 1)
    assert counts["bio", "entity", "widened"] == 1
    # Nothing is known: of what may have a clitic (فصائل, سيطرتها) the core is unclear.
    assert counts["cores", "none"] == 2


def test_cores_are_offsets_in_the_article() -> None:
    text = "ثم بدمشق"
    annotation = Annotation(text_sha256(text), (mark(text, "بدمشق", "GPE"),))
    (row,) = rows_of(of(annotation, text), is_known={"دمشق"}.__contains__)
    (span,) = row["entities"]
    assert (span["start"], text[span["core_start"] : span["core_end"]]) == (3, "دمشق")
    (row,) = rows_of(of(annotation, text))
    assert (row["entities"][0]["core_start"], row["entities"][0]["core_end"]) == (None, None)


@pytest.mark.parametrize("label", ["GPE", "LOC"])
def test_another_span_of_the_label_shows_what_is_no_clitic(label: str) -> None:
    text = "كوباني ثم بكوباني"
    first, second = mark(text, "كوباني", label), mark(text, "بكوباني", "GPE")
    annotation = Annotation(text_sha256(text), ordered([first, second]))
    (row,) = rows_of(of(annotation, text))
    starts = [span["core_start"] for span in row["entities"]]
    assert starts == ([None, second.start + 1] if label == "GPE" else [None, None])


def test_without_texts_only_offsets_and_hashes_are_there() -> None:
    item = chosen()
    (full,), (row,) = rows_of(item), rows_of(item, texts=False)
    assert row["text"] is None
    assert row["tokens"] == []
    for name in ("text_sha256", "token_starts", "token_ends", "entity_tags", "sentences"):
        assert row[name] == full[name]
    for span in [*row["entities"], *row["events"]]:
        assert span["text"] is None
    assert all(valid("articles", r) for r in (row, full))
    for table in ("sentences", "spans"):
        rows = rows_of(item, table=table, texts=False)
        assert {row["text"] for row in rows} == {None}
        assert all(valid(table, row) for row in rows)


def test_tags_come_back_as_spans() -> None:
    (row,) = rows_of(chosen())
    runs = spans_of_tags(row["entity_tags"], ONTOLOGY.entity_codes)
    starts, ends = row["token_starts"], row["token_ends"]
    found = [(starts[first], ends[after - 1], label) for first, after, label in runs]
    assert found == [(s["start"], s["end"], s["label"]) for s in row["entities"]]


def test_only_the_article_that_does_not_hold_is_named() -> None:
    bad = replace(chosen(IDS[1]).annotation.spans[1], text="xxxxx")
    item = chosen(IDS[1])
    wrong = [span if span.id != bad.id else bad for span in item.annotation.spans]
    broken = replace(item, annotation=replace(item.annotation, spans=tuple(wrong)))
    with pytest.raises(SpanError, match=f"article {IDS[1]}: the annotation does not hold"):
        TableMaker(OPTIONS).tables([chosen(IDS[0]), broken, chosen(IDS[2])])


# Annotations


def contribution() -> Contribution:
    return Contribution(
        IDS[0],
        "annotator-1",
        sample_annotation(),
        deleted=(mark(TEXT, "على", "LOC"),),
        parts=2,
        skipped=True,
        prelabelled=True,
        prelabel_version="heuristics-1",
        created_at="2026-03-01T09:30:00Z",
        updated_at="2026-03-01T09:41:00Z",
        lead_time=12.5,
    )


@pytest.mark.parametrize("texts", [True, False])
def test_what_an_annotator_made_is_a_row(texts: bool) -> None:
    maker = TableMaker(Options(ONTOLOGY, lambda _: False, texts))
    other = Contribution(IDS[1], "annotator-2", Annotation(text_sha256("")))
    table, counts = contributions_table([contribution(), other], maker)
    table.validate(full=True)
    row, empty = table.to_pylist()
    assert valid("annotations", row)
    assert valid("annotations", empty)
    assert (row["annotator"], row["parts_done"], row["parts"]) == ("annotator-1", 1, 2)
    assert (row["lead_time"], row["skipped"]) == (12.5, True)
    shown = FORCE.text if texts else None
    assert [span["id"] for span in row["entities"]] == [FORCE.id, CITY.id]
    assert row["entities"][0]["text"] == shown
    (event,) = row["events"]
    assert (event["id"], event["polarity"], len(event["roles"])) == (CAPTURE.id, "POSITIVE", 2)
    assert [(d["label"], d["text"]) for d in row["deleted"]] == [("LOC", "على" if texts else None)]
    assert (empty["entities"], empty["deleted"]) == ([], [])
    assert counts["annotations",] == 2
    assert counts["annotator", "annotator-2"] == 1


def test_work_that_does_not_hold_is_refused() -> None:
    bad = replace(contribution().annotation, relations=(Relation("t1", "e9", "AGENT"),))
    with pytest.raises(SpanError, match=f"article {IDS[0]}: the work of annotator-1 does not hold"):
        contributions_table([replace(contribution(), annotation=bad)], TableMaker(OPTIONS))


def test_the_core_of_a_surface_alone() -> None:
    assert core("بدمشق", {"دمشق"}.__contains__) == (1, 5)
