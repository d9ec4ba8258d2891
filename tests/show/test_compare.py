"""A comparison shows each span and role of both readings once, and agrees with the scores."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given

from annotate.agreement.evaluate import score_pairs
from annotate.show.compare import compare
from annotate.show.view import KINDS, Drawing, Status
from annotate.spans import Annotation, Relation, Span, ordered, with_defaults
from tests.show.builders import two_readings
from tests.support import CAPTURE, CITY, FORCE, ONTOLOGY, PROPERTY, TEXT, mark, sample_annotation

Readings = tuple[Annotation, Annotation, str]


def against(*spans: Span, relations: tuple[Relation, ...] | None = None) -> Drawing:
    """The sample against another reading of its text."""
    sample = sample_annotation()
    roles = sample.relations if relations is None else relations
    return compare(sample, replace(sample, spans=ordered(spans), relations=roles), TEXT)


def statuses(drawing: Drawing) -> dict[str, Status]:
    """Surface and side -> status of all marks that do not agree."""
    return {f"{m.span.text} {m.side}": m.status for m in drawing.marks if m.status != "agreed"}


@pytest.mark.slow
@PROPERTY
@given(two_readings())
def test_what_agrees_is_what_the_strict_score_matches(readings: Readings) -> None:
    a, b, text = readings
    drawing = compare(a, b, text)
    scores = score_pairs([(a, b)])
    for kind in KINDS:
        total = scores[kind]["strict"].total
        tally = drawing.tally(kind)
        assert drawing.scores[kind] == total
        assert tally.get("agreed", 0) + tally.get("attributes", 0) == total.tp
        rest = {name: n for name, n in tally.items() if name not in ("agreed", "attributes")}
        apart = sum(rest.values()) - rest.get("only_b", 0)
        if kind != "roles":
            assert (apart, sum(rest.values()) - rest.get("only_a", 0)) == (total.fp, total.fn)


@pytest.mark.slow
@PROPERTY
@given(two_readings())
def test_every_span_and_role_of_both_is_drawn_once(readings: Readings) -> None:
    a, b, text = readings
    drawing = compare(a, b, text)
    marks_a = [m.a.id for m in drawing.marks if m.a and m.side in ("both", "a")]
    marks_b = [m.b.id for m in drawing.marks if m.b and m.side in ("both", "b")]
    assert sorted(marks_a) == sorted(span.id for span in a.spans)
    assert sorted(marks_b) == sorted(span.id for span in b.spans)
    for reading, side in ((a, "a"), (b, "b")):
        arrows = [arrow for arrow in drawing.arrows if arrow.side in ("both", side)]
        spans = {span.id: span for span in reading.spans}
        expected = Counter(
            (spans[r.head].start, spans[r.head].end, r.role, spans[r.tail].start, spans[r.tail].end)
            for r in reading.relations
        )
        names = drawing.names
        drawn = Counter(
            (
                *(names[x.head].span.start, names[x.head].span.end, x.role),
                *(names[x.tail].span.start, names[x.tail].span.end),
            )
            for x in arrows
        )
        assert drawn == expected


@PROPERTY
@given(two_readings())
def test_the_readings_can_be_exchanged(readings: Readings) -> None:
    a, b, text = readings
    there, back = compare(a, b, text), compare(b, a, text)
    for kind in KINDS:
        expected = Counter(there.tally(kind))
        expected["only_a"], expected["only_b"] = expected["only_b"], expected["only_a"]
        if kind != "roles":  # of several equal pairs of spans either may be taken
            assert +Counter(back.tally(kind)) == +expected
        assert there.scores[kind].f1 == back.scores[kind].f1


def test_an_annotation_agrees_with_itself() -> None:
    drawing = against(FORCE, CITY, CAPTURE)
    assert statuses(drawing) == {}
    assert {arrow.status for arrow in drawing.arrows} == {"agreed"}
    assert {kind: drawing.scores[kind].f1 for kind in KINDS} == dict.fromkeys(KINDS, 1.0)


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (replace(CITY, label="LOC"), {"دمشق both": "label"}),
        (
            mark(TEXT, "على دمشق", "GPE", span_id="e2"),
            {"دمشق a": "boundary", "على دمشق b": "boundary"},
        ),
        (
            mark(TEXT, "على دمشق", "LOC", span_id="e2"),
            {"دمشق a": "label_boundary", "على دمشق b": "label_boundary"},
        ),
        (mark(TEXT, "على", "LOC", span_id="e2"), {"دمشق a": "only_a", "على b": "only_b"}),
    ],
)
def test_how_an_entity_differs(other: Span, expected: dict[str, Status]) -> None:
    assert statuses(against(FORCE, other, CAPTURE)) == expected


def test_attributes_that_differ() -> None:
    denied = replace(CAPTURE, attributes=with_defaults({"polarity": "NEGATIVE"}, ONTOLOGY))
    drawing = against(FORCE, CITY, denied)
    assert statuses(drawing) == {"سيطرتها both": "attributes"}
    assert drawing.scores["triggers"].f1 == 1.0


def test_a_role_of_one_reading() -> None:
    drawing = against(FORCE, CITY, CAPTURE, relations=(Relation("t1", "e2", "PLACE"),))
    found = [(arrow.role, arrow.side, arrow.status) for arrow in drawing.arrows]
    assert found == [
        ("AGENT", "a", "only_a"),
        ("PLACE", "b", "only_b"),
        ("TARGET", "a", "only_a"),
    ]


def test_a_role_whose_filler_has_other_borders_is_no_other_role() -> None:
    wider = mark(TEXT, "على دمشق", "GPE", span_id="e2")
    drawing = against(FORCE, wider, CAPTURE)
    found = {(arrow.role, arrow.side): arrow.status for arrow in drawing.arrows}
    assert found == {
        ("AGENT", "both"): "agreed",
        ("TARGET", "a"): "boundary",
        ("TARGET", "b"): "boundary",
    }
    assert drawing.tally("roles") == {"agreed": 1, "boundary": 1}
    assert (drawing.scores["roles"].fp, drawing.scores["roles"].fn) == (1, 1)
