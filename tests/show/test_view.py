"""Pieces, blocks and levels: nothing of the text is lost, and what overlaps is told apart."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given

from annotate.show.view import Unit, blocks, draw, to_json, visible
from annotate.spans import Annotation, Span, ordered
from annotate.storage import text_sha256
from tests.show.builders import any_annotations
from tests.support import PROPERTY, TEXT, mark, sample_annotation


def annotated(text: str, *spans: Span) -> Annotation:
    return Annotation(text_sha256(text), ordered(spans))


@pytest.mark.parametrize("unit", ["paragraph", "sentence"])
@PROPERTY
@given(any_annotations())
def test_blocks_and_segments_tile_the_text(unit: Unit, drawn: tuple[Annotation, str]) -> None:
    annotation, text = drawn
    drawing = draw(annotation, text)
    found = blocks(drawing, unit)
    assert "".join(s.text for block in found for s in block.segments) == text
    assert [block.end for block in found[:-1]] == [block.start for block in found[1:]]
    for block in found:
        for segment in block.segments:
            assert block.start <= segment.start < segment.end <= block.end
            over = {m.id for m in drawing.marks if m.span.start < segment.end > segment.start}
            expected = {
                mark.id
                for mark in drawing.marks
                if mark.span.start <= segment.start and segment.end <= mark.span.end
            }
            assert {mark.id for mark in segment.marks} == expected <= over


@PROPERTY
@given(any_annotations())
def test_every_mark_closes_once_and_every_event_is_listed_once(
    drawn: tuple[Annotation, str],
) -> None:
    annotation, text = drawn
    drawing = draw(annotation, text)
    found = blocks(drawing, "paragraph")
    closed = [m.id for block in found for s in block.segments for m in s.closing]
    assert sorted(closed) == sorted(mark.id for mark in drawing.marks)
    listed = [mark.span.id for block in found for mark, _ in block.events]
    assert listed.count("") == 0
    assert sorted(listed) == sorted(span.id for span in annotation.events)
    arrows = [arrow for block in found for _, arrows in block.events for arrow in arrows]
    assert sorted(arrows, key=repr) == sorted(drawing.arrows, key=repr)


@PROPERTY
@given(any_annotations())
def test_marks_that_overlap_have_levels_of_their_own(drawn: tuple[Annotation, str]) -> None:
    for one, other in combinations(draw(*drawn).marks, 2):
        together = max(one.span.start, other.span.start) < min(one.span.end, other.span.end)
        if together and one.layer == other.layer:
            assert one.level != other.level


def test_the_widest_mark_is_outermost() -> None:
    text = "رئيس مجلس الوزراء"
    inner = mark(text, "مجلس الوزراء", "ORG")
    outer = mark(text, text, "TITLE")
    trigger = mark(text, "مجلس", "MEET", layer="event")
    (block,) = blocks(draw(annotated(text, inner, outer, trigger), text), "paragraph")
    covered = [[m.span.label for m in segment.marks] for segment in block.segments]
    assert covered == [["TITLE"], ["TITLE", "ORG", "MEET"], ["TITLE", "ORG"]]
    assert [m.span.label for m in block.segments[-1].closing] == ["ORG", "TITLE"]


def test_marks_that_cross_are_both_drawn() -> None:
    text = "ابتث"
    left = Span("1", "entity", 0, 3, "ORG", text[0:3])
    right = Span("2", "entity", 1, 4, "GPE", text[1:4])
    (block,) = blocks(draw(annotated(text, left, right), text), "sentence")
    covered = [{m.span.label for m in segment.marks} for segment in block.segments]
    assert covered == [{"ORG"}, {"ORG", "GPE"}, {"GPE"}]


def test_control_characters_are_drawn_and_do_nothing() -> None:
    shown = visible("ا\x1b[31m\x00\r\x9b\x7f\t\n😀")
    assert shown == "ا␛[31m␀␍\ufffd\ufffd\t\n😀"


def test_the_json_of_a_drawing_names_marks_and_roles() -> None:
    values = to_json(draw(sample_annotation(), TEXT))
    assert values["counts"] == {
        "entities": {"plain": 2},
        "triggers": {"plain": 1},
        "roles": {"plain": 2},
    }
    by_id = {item["id"]: item["a"]["id"] for item in values["marks"]}
    roles = [(by_id[r["head"]], r["role"], by_id[r["tail"]]) for r in values["roles"]]
    assert roles == [("t1", "AGENT", "e1"), ("t1", "TARGET", "e2")]
    assert values["strict"] == {}
