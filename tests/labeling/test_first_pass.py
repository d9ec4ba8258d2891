"""The second pass on the entities of the first: what is re-attached, and what is dropped."""

from __future__ import annotations

from dataclasses import replace

import pytest

from annotate.labeling.first_pass import ORIGIN, begin_second
from annotate.labeling.wire import sendable_problems
from annotate.ontology import Ontology
from annotate.spans import Relation
from tests.labeling.builders import annotate, article, predicted, span


def test_roles_go_to_the_entities_of_the_first_pass_with_the_same_offsets(
    ontology: Ontology,
) -> None:
    made = article(1)
    text = made.text
    first = annotate(
        made,
        ontology,
        [
            replace(span(text, "الجيش", "ORG", ontology, "x9"), unsure=True, note="؟"),
            span(text, "مدينة سرت", "GPE", ontology, "E1"),  # wider than the heuristics' place
        ],
    )
    begun = begin_second(predicted(made, ontology), first, ontology)
    found = begun.annotation
    assert sendable_problems(found, text, ontology) == []
    assert [(s.text, s.label, s.origin) for s in found.entities] == [
        ("الجيش", "ORG", ORIGIN),
        ("مدينة سرت", "GPE", ORIGIN),
    ]
    assert not any(s.unsure or s.note or s.score or s.decision for s in found.entities)
    assert {s.text for s in found.events} == {"هاجم", "وقال", "تتقدم"}
    ids = {s.id: s.text for s in found.spans}
    assert [(ids[r.head], ids[r.tail], r.role) for r in found.relations] == [
        ("هاجم", "الجيش", "AGENT")
    ]
    assert begun.dropped == 1


def test_a_role_that_the_new_label_does_not_admit_is_dropped(ontology: Ontology) -> None:
    made = article(1)
    first = annotate(made, ontology, [span(made.text, "الجيش", "TIME", ontology, "T1")])
    begun = begin_second(predicted(made, ontology), first, ontology)
    assert (begun.annotation.relations, begun.dropped) == ((), 2)


def test_of_two_labels_on_the_same_words_the_proposed_one_is_taken(ontology: Ontology) -> None:
    made = article(1)
    first = annotate(
        made,
        ontology,
        [
            span(made.text, "الجيش", "ORG", ontology, "a"),
            span(made.text, "الجيش", "ARM", ontology, "b"),
        ],
    )
    begun = begin_second(predicted(made, ontology), first, ontology)
    (relation,) = begun.annotation.relations
    labels = {s.id: s.label for s in begun.annotation.spans}
    assert labels[relation.tail] == "ARM"
    assert relation == Relation(relation.head, relation.tail, "AGENT")


def test_ids_never_meet_and_other_texts_are_refused(ontology: Ontology) -> None:
    made = article(1)
    proposed = predicted(made, ontology)
    renamed = replace(
        proposed,
        spans=tuple(
            replace(s, id="T1") if s.id == "E2" else s for s in proposed.spans if s.id != "T1"
        ),
        relations=(),
    )
    first = annotate(made, ontology, [span(made.text, "سرت", "GPE", ontology, "q")])
    found = begin_second(renamed, first, ontology).annotation
    assert len({s.id for s in found.spans}) == len(found.spans)
    with pytest.raises(ValueError, match="different texts"):
        begin_second(proposed, predicted(article(2), ontology), ontology)
