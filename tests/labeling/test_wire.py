"""Label Studio's JSON <-> annotations, both ways, and what must be refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.labeling.wire import decide, from_results, sendable_problems, to_results, to_task
from annotate.ontology import Ontology, load_ontology
from annotate.spans import Annotation, Relation, Span, ordered, with_defaults
from annotate.storage import text_sha256
from tests.labeling.builders import SENTENCE, annotate, article, predicted, span

ONTOLOGY = load_ontology()


@st.composite
def made_annotations(draw: st.DrawFn) -> tuple[str, Annotation]:
    """A text and an annotation that holds over it: nested, equal and crossing spans included."""
    text = draw(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1))
    spans = []
    for number in range(draw(st.integers(0, 6))):
        start = draw(st.integers(0, len(text) - 1))
        end = draw(st.integers(start + 1, len(text)))
        layer = draw(st.sampled_from(["entity", "event"]))
        attributes: tuple[tuple[str, str], ...] = ()
        if layer == "event":
            chosen = {
                a.code: draw(st.sampled_from(ONTOLOGY.values(a.code))) for a in ONTOLOGY.attributes
            }
            attributes = with_defaults(chosen, ONTOLOGY)
        label = draw(st.sampled_from(ONTOLOGY.labels("event" if layer == "event" else "entity")))
        score = draw(st.none() | st.floats(0, 1))
        layer_name: Any = layer
        spans.append(
            Span(f"s{number}", layer_name, start, end, label, text[start:end], attributes, score)
        )
    events = [s.id for s in spans if s.layer == "event"]
    entities = [s.id for s in spans if s.layer == "entity"]
    relations: set[Relation] = set()
    if events and entities:
        triples = st.tuples(
            st.sampled_from(events), st.sampled_from(entities), st.sampled_from(ONTOLOGY.role_codes)
        )
        relations = {Relation(*triple) for triple in draw(st.lists(triples, max_size=6))}
    return text, Annotation(text_sha256(text), ordered(spans), tuple(sorted(relations)))


@given(made_annotations())
def test_round_trip_gives_the_same_annotation(made: tuple[str, Annotation]) -> None:
    text, annotation = made
    received = from_results(
        to_results(annotation, ONTOLOGY), text, annotation.text_sha256, ONTOLOGY
    )
    assert received.quarantined == ()
    assert received.annotation.spans == annotation.spans
    assert received.annotation.relations == annotation.relations


@given(made_annotations())
def test_one_relation_for_each_pair_and_only_non_default_choices(
    made: tuple[str, Annotation],
) -> None:
    _, annotation = made
    results = to_results(annotation, ONTOLOGY)
    pairs = [(r["from_id"], r["to_id"]) for r in results if r["type"] == "relation"]
    assert len(pairs) == len(set(pairs)) == len({(r.head, r.tail) for r in annotation.relations})
    chosen = [r["value"]["choices"][0] for r in results if r["type"] == "choices"]
    assert {"POSITIVE", "ASSERTED"}.isdisjoint(chosen)


def _results(**changes: Any) -> list[dict[str, Any]]:
    """The results of the builders' pre-annotation, with one region changed."""
    made = article(1)
    results: list[Any] = to_results(predicted(made, ONTOLOGY), ONTOLOGY)
    region = next(r for r in results if r.get("id") == "T1")
    region["value"] = region["value"] | changes
    return results


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"start": -1}, "not inside the text"),
        ({"end": 10_000}, "not inside the text"),
        ({"start": 6, "end": 6}, "not inside the text"),
        ({"start": "5"}, "no integers"),
        ({"start": True}, "no integers"),
        ({"text": "الجيس"}, "not 'الجيس'"),
        ({"labels": ["NOPE"]}, "unknown entity label 'NOPE'"),
        ({"labels": ["ATTACK"]}, "unknown entity label 'ATTACK'"),
        ({"labels": []}, "one label"),
        ({"labels": ["PER", "ORG"]}, "one label"),
    ],
)
def test_what_does_not_hold_is_quarantined_and_the_rest_kept(
    changes: dict[str, Any], reason: str
) -> None:
    made = article(1)
    received = from_results(_results(**changes), made.text, made.text_sha256, ONTOLOGY)
    assert [p.item for p in received.quarantined] == ["T1", "E1->T1"]
    assert reason in received.quarantined[0].reason
    assert "not there" in received.quarantined[1].reason
    kept = {s.id for s in received.annotation.spans}
    assert kept == {"E1", "E2", "E3", "T2", "T3"}
    assert received.annotation.relations == (Relation("E1", "T2", "TARGET"),)


@pytest.mark.parametrize(
    ("result", "item", "reason"),
    [
        ({"type": "brush", "id": "x"}, "x", "unknown kind of result 'brush'"),
        ({"id": "x"}, "x", "unknown kind of result None"),
        ({"type": "labels", "id": "x"}, "x", "unknown kind"),
        ({"type": "relation", "from_id": "E2", "to_id": "T1", "labels": []}, "E2->T1", "no role"),
        ({"type": "relation", "from_id": "E2", "to_id": "T1"}, "E2->T1", "no role"),
        (
            {"type": "relation", "from_id": "E2", "to_id": "T9", "labels": ["AGENT"]},
            "E2->T9",
            "not there (T9)",
        ),
        (
            {"type": "relation", "from_id": "E1", "to_id": "E2", "labels": ["AGENT"]},
            "E1->E2",
            "not event to event",
        ),
        (
            {"type": "relation", "from_id": "E2", "to_id": "T1", "labels": ["BOSS"]},
            "E2->T1",
            "unknown role 'BOSS'",
        ),
        (
            {"type": "choices", "id": "E1", "from_name": "polarity", "value": {"choices": ["?"]}},
            "E1",
            "unknown choice",
        ),
        (
            {
                "type": "choices",
                "id": "T1",
                "from_name": "polarity",
                "value": {"choices": ["NEGATIVE"]},
            },
            "T1",
            "no event",
        ),
        (
            {
                "type": "labels",
                "id": "T1",
                "from_name": "entity",
                "value": {"start": 0, "end": len("هاجم"), "text": "هاجم", "labels": ["PER"]},
            },
            "T1",
            "two regions",
        ),
    ],
)
def test_results_that_nobody_can_read_are_said_out_loud(
    result: dict[str, Any], item: str, reason: str
) -> None:
    made = article(1)
    received = from_results([*_results(), result], made.text, made.text_sha256, ONTOLOGY)
    assert len(received.quarantined) == 1
    assert received.quarantined[0].item == item
    assert reason in received.quarantined[0].reason
    assert len(received.annotation.spans) == len(predicted(made, ONTOLOGY).spans)


def test_a_relation_drawn_backwards_goes_from_event_to_entity() -> None:
    made = article(1)
    drawn = {"type": "relation", "from_id": "T3", "to_id": "E2", "labels": ["TIME"]}
    received = from_results([*_results(), drawn], made.text, made.text_sha256, ONTOLOGY)
    assert Relation("E2", "T3", "TIME") in received.annotation.relations
    assert received.quarantined == ()


def test_a_region_without_choices_has_the_defaults() -> None:
    made = article(1)
    received = from_results(_results(), made.text, made.text_sha256, ONTOLOGY)
    by_id = {s.id: s for s in received.annotation.spans}
    assert by_id["E1"].attributes == (("polarity", "POSITIVE"), ("modality", "ASSERTED"))
    assert by_id["E3"].attribute("modality") == "OTHER"
    assert by_id["T1"].attributes == ()


def test_task_carries_text_identity_and_prediction() -> None:
    made = replace(article(1), outlet="صحيفة", published="2024-12-07T10:00:00", source="a.txt")
    prediction = predicted(made, ONTOLOGY)
    task = to_task(made, prediction, "h-1", ONTOLOGY)
    assert task["data"]["text"] == made.text
    assert task["data"]["doc_id"] == made.doc_id
    assert task["data"]["text_sha256"] == made.text_sha256
    assert task["data"]["about"] == "صحيفة · 2024-12-07 · a.txt"
    assert task["predictions"][0]["model_version"] == "h-1"
    assert task["predictions"][0]["score"] == 0.5
    assert "predictions" not in to_task(made, None, "h-1", ONTOLOGY)


def test_a_role_that_the_ontology_does_not_admit_is_not_sent() -> None:
    made = article(1)
    good = predicted(made, ONTOLOGY)
    assert sendable_problems(good, made.text, ONTOLOGY) == []
    bad = replace(good, relations=(Relation("E1", "T3", "AGENT"),))
    assert "does not admit TIME as AGENT" in sendable_problems(bad, made.text, ONTOLOGY)[0].reason


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


def test_sentence_holds_what_the_builders_mark() -> None:
    assert SENTENCE.count("سرت") == 1
