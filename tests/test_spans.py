"""Spans, relations and what may not be stored."""

from __future__ import annotations

import pickle
from dataclasses import FrozenInstanceError, replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.spans import (
    Annotation,
    Relation,
    Span,
    ordered,
    problems,
    proposed_span,
    span_problem,
    with_defaults,
)
from annotate.storage import text_sha256
from tests.support import (
    CAPTURE,
    CITY,
    FORCE,
    HEAD,
    ONTOLOGY,
    SLOW_PROPERTY,
    TEXT,
    VERB,
    sample_annotation,
    sound_annotations,
)


def reasons(annotation: Annotation) -> list[tuple[str, str]]:
    return [(p.item, p.reason) for p in problems(annotation, TEXT, ONTOLOGY)]


def test_values_are_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        FORCE.start = 0  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        sample_annotation().annotator = "omar"  # type: ignore[misc]


def test_a_proposed_span_is_a_span_like_any_other() -> None:
    pairs = (("polarity", "NEGATIVE"),)
    made = proposed_span("E1", "event", 0, len(VERB), "CAPTURE", VERB, pairs, 0.5, "rule")
    span = Span("E1", "event", 0, len(VERB), "CAPTURE", VERB, pairs, 0.5, "rule")
    assert type(made) is Span
    assert (made, hash(made), repr(made)) == (span, hash(span), repr(span))
    assert replace(made, note="n") == replace(span, note="n")
    assert pickle.loads(pickle.dumps(made)) == span  # noqa: S301 - made here
    with pytest.raises(FrozenInstanceError):
        made.start = 1  # type: ignore[misc]


def test_offsets_are_code_points_of_the_text() -> None:
    assert (CAPTURE.start, CAPTURE.end) == (len(HEAD), len(HEAD + VERB))
    assert TEXT[CAPTURE.start : CAPTURE.end] == CAPTURE.text == VERB


def test_annotation_tells_its_layers_apart() -> None:
    annotation = sample_annotation()
    assert annotation.entities == (FORCE, CITY)
    assert annotation.events == (CAPTURE,)


def test_key_is_what_two_equal_spans_share() -> None:
    again = replace(FORCE, id="other", score=0.5, origin="rule", decision="accepted")
    assert again.key == FORCE.key == ("entity", FORCE.start, FORCE.end, "ARM")
    assert replace(FORCE, label="ORG").key != FORCE.key


def test_attribute_is_looked_up_by_name() -> None:
    assert CAPTURE.attribute("polarity") == "POSITIVE"
    assert CAPTURE.attribute("tense") is None
    assert FORCE.attribute("polarity") is None


@given(sound_annotations(), st.randoms(use_true_random=False))
@SLOW_PROPERTY
def test_order_of_spans_does_not_depend_on_how_they_came(
    annotation: Annotation, random: Random
) -> None:
    shuffled = list(annotation.spans)
    random.shuffle(shuffled)
    again = ordered(shuffled)
    assert again == annotation.spans
    assert [(s.start, s.end) for s in again] == sorted((s.start, s.end) for s in shuffled)


def test_defaults_come_in_the_ontologys_order_and_others_last() -> None:
    given_attributes = {"tense": "PAST", "modality": "OTHER", "aspect": "X"}
    assert with_defaults(given_attributes, ONTOLOGY) == (
        ("polarity", "POSITIVE"),
        ("modality", "OTHER"),
        ("aspect", "X"),
        ("tense", "PAST"),
    )


@given(sound_annotations())
@SLOW_PROPERTY
def test_random_sound_annotations_have_no_problem(annotation: Annotation) -> None:
    text = annotation.text
    if text is not None:
        assert problems(annotation, text, ONTOLOGY) == []


def test_sample_has_no_problem() -> None:
    assert reasons(sample_annotation()) == []


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (-1, 3),
        (0, len(TEXT) + 1),
        (len(TEXT), len(TEXT) + 1),
        (5, 5),
        (7, 3),
    ],
)
def test_offsets_outside_the_text(start: int, end: int) -> None:
    reason = span_problem(replace(FORCE, start=start, end=end), TEXT, ONTOLOGY)
    assert reason == f"offsets {start}:{end} are not inside the text (0:{len(TEXT)})"


def test_the_last_character_can_be_marked() -> None:
    last = Span("x", "entity", len(TEXT) - 1, len(TEXT), "GPE", TEXT[-1])
    assert span_problem(last, TEXT, ONTOLOGY) is None


def test_surface_that_the_text_does_not_have() -> None:
    reason = span_problem(replace(FORCE, end=FORCE.end - 1), TEXT, ONTOLOGY)
    assert reason is not None
    assert "'فصائل المعارض', not 'فصائل المعارضة'" in reason


def test_unknown_label_lists_the_labels_of_its_layer() -> None:
    reason = span_problem(replace(FORCE, label="CITY"), TEXT, ONTOLOGY)
    assert reason is not None
    assert reason.startswith("unknown entity label 'CITY'; the ontology has PER, ORG, ")
    of_the_other_layer = span_problem(replace(FORCE, label="TAKEOVER"), TEXT, ONTOLOGY)
    assert of_the_other_layer is not None
    assert "unknown entity label 'TAKEOVER'" in of_the_other_layer


def test_attributes_that_may_not_be() -> None:
    on_entity = replace(FORCE, attributes=(("polarity", "POSITIVE"),))
    assert span_problem(on_entity, TEXT, ONTOLOGY) == "an entity has no attributes"
    value = replace(CAPTURE, attributes=(("polarity", "MAYBE"),))
    assert (
        span_problem(value, TEXT, ONTOLOGY)
        == "unknown attribute polarity='MAYBE'; the ontology has POSITIVE, NEGATIVE"
    )
    name = replace(CAPTURE, attributes=(("tense", "PAST"),))
    assert (
        span_problem(name, TEXT, ONTOLOGY)
        == "unknown attribute 'tense'; the ontology has polarity, modality"
    )


def test_another_text() -> None:
    annotation = replace(sample_annotation(), text_sha256=text_sha256("نص آخر"))
    assert reasons(annotation) == [("", "text_sha256 names another text")]


def test_two_spans_of_one_id() -> None:
    annotation = sample_annotation()
    doubled = replace(annotation, spans=(*annotation.spans, replace(FORCE, label="ORG")))
    assert reasons(doubled) == [("e1", "two spans have this id")]


@pytest.mark.parametrize(
    ("relation", "reason"),
    [
        (("t1", "e9", "AGENT"), "the relation points to a span that is not there (e9)"),
        (("t9", "e1", "AGENT"), "the relation points to a span that is not there (t9)"),
        (("e1", "t1", "AGENT"), "a relation goes from an event to an entity, not entity to event"),
        (("e1", "e2", "AGENT"), "a relation goes from an event to an entity, not entity to entity"),
        (("t1", "t1", "AGENT"), "a relation goes from an event to an entity, not event to event"),
    ],
)
def test_relations_between_what_they_may_not_join(
    relation: tuple[str, str, str], reason: str
) -> None:
    head, tail, role = relation
    annotation = replace(sample_annotation(), relations=(Relation(head, tail, role),))
    assert reasons(annotation) == [(f"{head}->{tail}", reason)]


def test_unknown_role_lists_the_roles() -> None:
    annotation = replace(sample_annotation(), relations=(Relation("t1", "e1", "WINNER"),))
    ((item, reason),) = reasons(annotation)
    assert item == "t1->e1"
    assert reason.startswith("unknown role 'WINNER'; the ontology has AGENT, TARGET")


def test_a_role_is_there_once() -> None:
    relation = Relation("t1", "e1", "AGENT")
    annotation = replace(sample_annotation(), relations=(relation, relation))
    assert reasons(annotation) == [("t1->e1", "role AGENT is there twice")]


def test_one_entity_may_play_two_roles_in_an_event() -> None:
    both = (Relation("t1", "e1", "AGENT"), Relation("t1", "e1", "TARGET"))
    assert reasons(replace(sample_annotation(), relations=both)) == []


def test_all_problems_are_collected() -> None:
    annotation = sample_annotation()
    broken = replace(
        annotation,
        text_sha256=text_sha256(""),
        spans=(replace(FORCE, label="X"), replace(CITY, text="حلب"), CAPTURE),
        relations=(Relation("t1", "e9", "AGENT"), Relation("t1", "e1", "X")),
    )
    assert [item for item, _ in reasons(broken)] == ["", "e1", "e2", "t1->e9", "t1->e1"]
