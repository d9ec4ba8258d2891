"""What a person did with each span of a pre-annotation."""

from __future__ import annotations

from annotate.labeling.decisions import decide
from annotate.ontology import Ontology
from tests.labeling.builders import annotate, article, predicted, span


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
