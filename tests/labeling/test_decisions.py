"""What a person did with each span of a pre-annotation."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from annotate.labeling.decisions import decide
from annotate.ontology import Ontology
from annotate.spans import Annotation
from tests.labeling.builders import annotate, article, predicted, span
from tests.support import SLOW_PROPERTY, sound_annotations


def test_decisions_follow_the_spans_and_not_only_the_ids(ontology: Ontology) -> None:
    made = article(1)
    text = made.text
    prediction = predicted(made, ontology)
    person = annotate(
        made,
        ontology,
        [
            span(text, "هاجم", "ATTACK", ontology, "E1"),  # as it was
            span(text, "الجيش", "ORG", ontology, "T1"),  # another label
            span(text, "مدينة سرت", "GPE", ontology, "T2"),  # longer, id kept
            span(text, "الثلاثاء", "TIME", ontology, "new1"),  # deleted and marked again
            span(text, "المتحدث", "TITLE", ontology, "new2"),  # nobody proposed it
        ],
    )
    decided = decide(person, prediction)
    decisions = {s.id: s.decision for s in decided.annotation.spans}
    assert decisions == {
        "E1": "accepted",
        "T1": "relabelled",
        "T2": "resized",
        "new1": "accepted",
        "new2": "added",
    }
    assert {s.id for s in decided.deleted} == {"E2", "E3"}
    origins = {s.id: s.origin for s in decided.annotation.spans}
    assert origins["new1"] == "test"
    assert origins["new2"] is None


def test_without_pre_annotation_everything_is_added(ontology: Ontology) -> None:
    made = article(1)
    decided = decide(predicted(made, ontology), None)
    assert {s.decision for s in decided.annotation.spans} == {"added"}
    assert decided.deleted == ()


def test_a_span_deleted_and_marked_anew_with_other_edges_is_resized(ontology: Ontology) -> None:
    made = article(1)
    text = made.text
    prediction = annotate(
        made,
        ontology,
        [
            span(text, "مدينة سرت", "GPE", ontology, "T1"),
            span(text, "الثلاثاء", "TIME", ontology, "T2"),
            span(text, "الجيش", "ARM", ontology, "T3"),
        ],
    )
    person = annotate(
        made,
        ontology,
        [
            span(text, "سرت", "GPE", ontology, "n1"),  # shorter
            span(text, "يوم الثلاثاء", "TIME", ontology, "n2"),  # longer
            span(text, "هاجم الجيش", "ORG", ontology, "n3"),  # other edges and another label
        ],
    )
    decided = decide(person, prediction)
    assert {s.id: s.decision for s in decided.annotation.spans} == {
        "n1": "resized",
        "n2": "resized",
        "n3": "added",
    }
    assert [s.id for s in decided.deleted] == ["T3"]


def test_of_several_proposals_at_one_place_each_finds_its_own(ontology: Ontology) -> None:
    made = article(1)
    text = made.text
    prediction = annotate(
        made,
        ontology,
        [
            span(text, "الجيش", "ARM", ontology, "T1"),
            span(text, "الجيش", "ORG", ontology, "T2"),
            span(text, "الجيش", "NORP", ontology, "T3"),
        ],
    )
    person = annotate(
        made,
        ontology,
        [
            span(text, "الجيش", "ORG", ontology, "T2"),
            span(text, "الجيش", "PER", ontology, "T3"),
        ],
    )
    decided = decide(person, prediction)
    assert {s.id: s.decision for s in decided.annotation.spans} == {
        "T2": "accepted",
        "T3": "relabelled",
    }
    assert [s.id for s in decided.deleted] == ["T1"]


def test_an_id_of_another_layer_is_another_span(ontology: Ontology) -> None:
    made = article(1)
    prediction = annotate(made, ontology, [span(made.text, "هاجم", "ATTACK", ontology, "x")])
    person = annotate(made, ontology, [span(made.text, "الجيش", "ARM", ontology, "x")])
    decided = decide(person, prediction)
    assert [s.decision for s in decided.annotation.spans] == ["added"]
    assert [s.id for s in decided.deleted] == ["x"]


TEXT_OF_ALL = st.just("هاجم الجيش مدينة سرت يوم الثلاثاء")


@SLOW_PROPERTY
@given(sound_annotations(TEXT_OF_ALL), sound_annotations(TEXT_OF_ALL))
def test_every_proposed_span_has_one_end(person: Annotation, prediction: Annotation) -> None:
    decided = decide(person, prediction)
    counts = Counter(s.decision for s in decided.annotation.spans)
    assert len(decided.annotation.spans) == len(person.spans)
    assert counts["accepted"] + counts["relabelled"] + counts["resized"] + len(
        decided.deleted
    ) == len(prediction.spans)


@SLOW_PROPERTY
@given(sound_annotations(TEXT_OF_ALL))
def test_what_nobody_touched_is_accepted(prediction: Annotation) -> None:
    decided = decide(prediction, prediction)
    assert all(s.decision == "accepted" for s in decided.annotation.spans)
    assert decided.deleted == ()
