"""Label Studio's JSON <-> annotations, both ways, and what must be refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.labeling.parts import Part, whole
from annotate.labeling.received import from_results
from annotate.labeling.wire import (
    COMMENT,
    NOTE,
    SKIP_REASON,
    UNSURE,
    UNSURE_VALUE,
    sendable_problems,
    to_results,
    to_task,
)
from annotate.ontology import load_ontology
from annotate.spans import Annotation, Relation, Span, ordered, problems, with_defaults
from annotate.storage import text_sha256
from tests.labeling.builders import SENTENCE, article, predicted

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
        made = Span(f"s{number}", layer_name, start, end, label, text[start:end], attributes, score)
        note = draw(st.none() | st.just("لماذا؟"))
        spans.append(replace(made, unsure=draw(st.booleans()), note=note))
    events = [s.id for s in spans if s.layer == "event"]
    entities = [s.id for s in spans if s.layer == "entity"]
    relations: set[Relation] = set()
    if events and entities:
        triples = st.tuples(
            st.sampled_from(events), st.sampled_from(entities), st.sampled_from(ONTOLOGY.role_codes)
        )
        relations = {Relation(*triple) for triple in draw(st.lists(triples, max_size=6))}
    comment = draw(st.none() | st.just("نصّ قصير"))
    kept = tuple(sorted(relations))
    return text, Annotation(text_sha256(text), ordered(spans), kept, comment=comment)


@given(made_annotations(), st.text(max_size=5), st.text(max_size=5))
def test_round_trip_gives_the_same_annotation(
    made: tuple[str, Annotation], before: str, after: str
) -> None:
    """Over a whole article, and over the part of one that begins and ends anywhere."""
    text, annotation = made
    article_text = f"{before}{text}{after}"
    part = Part(2, 3, len(before), len(before) + len(text))
    shifted = replace(
        annotation,
        text_sha256=text_sha256(article_text),
        spans=tuple(
            replace(s, start=s.start + len(before), end=s.end + len(before))
            for s in annotation.spans
        ),
    )
    for whose, of, where in ((annotation, text, whole(text)), (shifted, article_text, part)):
        results = to_results(whose, ONTOLOGY, where)
        received = from_results(results, of, whose.text_sha256, where, ONTOLOGY)
        assert received.quarantined == ()
        assert received.annotation.spans == whose.spans
        assert received.annotation.relations == whose.relations
        assert received.comment == whose.comment
        assert received.trimmed == 0


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
    assert chosen.count(UNSURE_VALUE) == sum(s.unsure for s in annotation.spans)


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
    received = from_results(
        _results(**changes), made.text, made.text_sha256, whole(made.text), ONTOLOGY
    )
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
    received = from_results(
        [*_results(), result], made.text, made.text_sha256, whole(made.text), ONTOLOGY
    )
    assert len(received.quarantined) == 1
    assert received.quarantined[0].item == item
    assert reason in received.quarantined[0].reason
    assert len(received.annotation.spans) == len(predicted(made, ONTOLOGY).spans)


def test_a_relation_drawn_backwards_goes_from_event_to_entity() -> None:
    made = article(1)
    drawn = {"type": "relation", "from_id": "T3", "to_id": "E2", "labels": ["TIME"]}
    received = from_results(
        [*_results(), drawn], made.text, made.text_sha256, whole(made.text), ONTOLOGY
    )
    assert Relation("E2", "T3", "TIME") in received.annotation.relations
    assert received.quarantined == ()


def test_a_region_without_choices_has_the_defaults() -> None:
    made = article(1)
    received = from_results(_results(), made.text, made.text_sha256, whole(made.text), ONTOLOGY)
    by_id = {s.id: s for s in received.annotation.spans}
    assert by_id["E1"].attributes == (("polarity", "POSITIVE"), ("modality", "ASSERTED"))
    assert by_id["E3"].attribute("modality") == "OTHER"
    assert by_id["T1"].attributes == ()


def test_task_carries_text_identity_and_prediction() -> None:
    made = replace(article(1), outlet="صحيفة", published="2024-12-07T10:00:00", source="a.txt")
    prediction = predicted(made, ONTOLOGY)
    task = to_task(made, whole(made.text), prediction, "h-1", ONTOLOGY)
    assert task["data"]["text"] == made.text
    assert task["data"]["doc_id"] == made.doc_id
    assert task["data"]["text_sha256"] == made.text_sha256
    assert task["data"]["about"] == "صحيفة · 2024-12-07 · a.txt"
    assert task["predictions"][0]["model_version"] == "h-1"
    assert task["predictions"][0]["score"] == 0.5
    assert "predictions" not in to_task(made, whole(made.text), None, "h-1", ONTOLOGY)


def test_a_task_shows_its_part_with_offsets_of_its_own() -> None:
    made = article(1)
    cut = made.text.index("وقال")
    first, second = Part(1, 2, 0, cut - 1), Part(2, 2, cut, len(made.text))
    prediction = predicted(made, ONTOLOGY)
    tasks = [to_task(made, part, prediction, "h-1", ONTOLOGY) for part in (first, second)]
    assert [task["data"]["text"] for task in tasks] == [made.text[: cut - 1], made.text[cut:]]
    assert [(t["data"]["part"], t["data"]["parts"]) for t in tasks] == [(1, 2), (2, 2)]
    assert [(t["data"]["start"], t["data"]["end"]) for t in tasks] == [
        (0, cut - 1),
        (cut, len(made.text)),
    ]
    assert tasks[1]["data"]["text_sha256"] == made.text_sha256
    assert tasks[1]["data"]["about"].endswith("2/2")
    received = [
        from_results(
            task["predictions"][0]["result"], made.text, made.text_sha256, part, ONTOLOGY
        ).annotation
        for task, part in zip(tasks, (first, second), strict=True)
    ]
    ids = [[s.id for s in one.spans] for one in received]
    assert ids == [["E1", "T1", "T2", "T3"], ["E2", "E3"]]
    assert [s.key for one in received for s in one.spans] == [s.key for s in prediction.spans]
    assert received[0].relations == prediction.relations
    assert received[1].relations == ()


def test_offsets_beyond_the_part_do_not_hold_though_the_article_goes_on() -> None:
    made = article(1)
    part = Part(1, 2, 0, len("هاجم الجيش"))
    results = [r for r in _results() if r.get("id") == "T2"]
    received = from_results(results, made.text, made.text_sha256, part, ONTOLOGY)
    assert "not inside the text" in received.quarantined[0].reason


def test_a_blank_task_shows_nothing_and_an_entities_task_no_events() -> None:
    made = article(1)
    prediction, part = predicted(made, ONTOLOGY), whole(made.text)
    blank = to_task(made, part, prediction, "h-1", ONTOLOGY, blank=True)
    assert "predictions" not in blank
    assert blank["data"]["blank"] is True
    entities = to_task(made, part, prediction, "h-1", ONTOLOGY, layers="entities")
    assert entities["data"]["layers"] == "entities"
    (shown,) = entities["predictions"]
    assert {(r["type"], r["id"]) for r in shown["result"]} == {
        ("labels", "T1"),
        ("labels", "T2"),
        ("labels", "T3"),
    }


def test_unsure_note_comment_and_skip_reason_are_read() -> None:
    made = article(1)
    region: dict[str, Any] = {"start": 0, "end": 4, "text": "هاجم"}
    said = [
        {"id": "E1", "from_name": UNSURE, "type": "choices", "value": {"choices": [UNSURE_VALUE]}},
        {"id": "E1", "from_name": NOTE, "type": "textarea", "value": {"text": ["أ", " ", "ب"]}},
        {"id": "T1", "from_name": NOTE, "type": "textarea", "value": region | {"text": "ج"}},
        {"id": "x", "from_name": COMMENT, "type": "textarea", "value": {"text": ["نصّ سيّئ"]}},
        {"id": "y", "from_name": SKIP_REASON, "type": "choices", "value": {"choices": ["OTHER"]}},
    ]
    results = _results()
    for result in results:
        if result.get("id") == "T2":
            result["meta"] = {"text": ["كتبه المحرّر"]}
    received = from_results(
        [*results, *said], made.text, made.text_sha256, whole(made.text), ONTOLOGY
    )
    assert received.quarantined == ()
    assert received.comment == received.annotation.comment == "نصّ سيّئ"
    assert received.skip_reason == "OTHER"
    spans = {s.id: s for s in received.annotation.spans}
    assert {s.id for s in spans.values() if s.unsure} == {"E1"}
    assert {s.id: s.note for s in spans.values() if s.note} == {
        "E1": "أ\nب",
        "T1": "ج",
        "T2": "كتبه المحرّر",
    }


@pytest.mark.parametrize(
    ("name", "kind", "value"),
    [
        (UNSURE, "choices", {"choices": [UNSURE_VALUE]}),
        (NOTE, "textarea", {"text": ["?"]}),
    ],
)
def test_a_mark_or_a_note_of_no_region_is_said_out_loud(
    name: str, kind: str, value: dict[str, Any]
) -> None:
    made = article(1)
    said = {"id": "Z", "from_name": name, "type": kind, "value": value}
    received = from_results(
        [*_results(), said], made.text, made.text_sha256, whole(made.text), ONTOLOGY
    )
    assert [p.item for p in received.quarantined] == ["Z"]
    assert "not there" in received.quarantined[0].reason


def test_a_region_with_a_label_of_each_layer_is_two_spans() -> None:
    """What the editor makes of an event's key pressed on a selected entity."""
    made = article(1)
    place = {"start": 5, "end": 10, "text": "الجيش"}
    said: list[dict[str, Any]] = [
        {
            "id": "T1",
            "from_name": "event",
            "type": "labels",
            "value": place | {"labels": ["CLASH"]},
        },
        {
            "id": "T1",
            "from_name": "polarity",
            "type": "choices",
            "value": {"choices": ["NEGATIVE"]},
        },
        {"type": "relation", "from_id": "T1", "to_id": "T2", "labels": ["PLACE"]},
    ]
    received = from_results(
        [*_results(), *said], made.text, made.text_sha256, whole(made.text), ONTOLOGY
    )
    assert received.quarantined == ()
    spans = {s.id: s for s in received.annotation.spans}
    assert spans["T1"].key == ("entity", 5, 10, "ARM")
    assert spans["T1.event"].key == ("event", 5, 10, "CLASH")
    assert spans["T1.event"].attribute("polarity") == "NEGATIVE"
    assert set(received.annotation.relations) == {
        Relation("E1", "T1", "AGENT"),
        Relation("E1", "T2", "TARGET"),
        Relation("T1.event", "T2", "PLACE"),
    }


_ODD = st.sampled_from([None, "", -1, 0, 3, 10_000, True, "x", "entity", "event", "PER", "manual"])
_ODD_VALUES = _ODD | st.lists(_ODD, max_size=2) | st.dictionaries(_ODD.map(str), _ODD, max_size=1)


@given(made_annotations(), st.data())
def test_whatever_a_region_is_it_becomes_a_span_that_holds_or_is_quarantined(
    made: tuple[str, Annotation], data: st.DataObject
) -> None:
    text, annotation = made
    sent: list[Any] = to_results(replace(annotation, relations=(), comment=None), ONTOLOGY)
    for result in sent:
        result["value"] = dict(result["value"])
        for changed in (result, result["value"]):
            if data.draw(st.integers(0, 3)) == 0:
                changed[data.draw(st.sampled_from(sorted(changed)))] = data.draw(_ODD_VALUES)
    received = from_results(sent, text, annotation.text_sha256, whole(text), ONTOLOGY)
    assert problems(received.annotation, text, ONTOLOGY) == []
    said = {str(p.item) for p in received.quarantined} | {s.id for s in received.annotation.spans}
    regions = [r for r in sent if r["type"] == "labels" and isinstance(r["value"], dict)]
    assert {str(r["id"]) for r in regions} <= said


def _drawn(text: str, surface: str, origin: str | None) -> Any:
    """What is read of one region over a surface."""
    start = text.index(surface)
    value = {"start": start, "end": start + len(surface), "text": surface, "labels": ["PER"]}
    region = {"id": "r", "from_name": "entity", "type": "labels", "value": value, "origin": origin}
    return from_results([region], text, text_sha256(text), whole(text), ONTOLOGY)


@pytest.mark.parametrize(
    ("surface", "kept"),
    [
        ("سابق،", "سابق"),
        ("«سابق»", "سابق"),
        (' "سابق" ', "سابق"),
        ("(سابق).", "سابق"),
        ("#سابق_لاحق", "سابق_لاحق"),
        ("“إدارة” العمليات؟", "إدارة” العمليات"),
        ("سابقًا", "سابقًا"),
        ("ـسابقـ", "ـسابقـ"),
        ("50%", "50%"),
        ("٥٠٪؛", "٥٠٪"),
    ],
)
def test_a_persons_span_loses_what_stands_at_its_edges(surface: str, kept: str) -> None:
    text = f"في وقت{surface}قال"
    for origin in ("manual", "prediction-changed"):
        received = _drawn(text, surface, origin)
        (span,) = received.annotation.spans
        assert span.text == text[span.start : span.end] == kept
        assert received.trimmed == (surface != kept)
    for untouched in ("prediction", None):
        received = _drawn(text, surface, untouched)
        assert [s.text for s in received.annotation.spans] == [surface]
        assert received.trimmed == 0


def test_a_span_of_punctuation_alone_is_quarantined() -> None:
    received = _drawn("قال ، ثم", " ، ", "manual")
    assert received.annotation.spans == ()
    assert received.trimmed == 0
    assert "nothing but blanks and punctuation" in received.quarantined[0].reason


def test_a_role_that_the_ontology_does_not_admit_is_not_sent() -> None:
    made = article(1)
    good = predicted(made, ONTOLOGY)
    assert sendable_problems(good, made.text, ONTOLOGY) == []
    bad = replace(good, relations=(Relation("E1", "T3", "AGENT"),))
    assert "does not admit TIME as AGENT" in sendable_problems(bad, made.text, ONTOLOGY)[0].reason


def test_sentence_holds_what_the_builders_mark() -> None:
    assert SENTENCE.count("سرت") == 1
