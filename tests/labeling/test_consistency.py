"""The consistency list: what it finds, what it leaves alone, and how often it is wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import pytest

from annotate.labeling.consistency import findings
from annotate.labeling.finding import Done, Finding
from annotate.ontology import Ontology
from annotate.spans import Annotation, Relation, Span, ordered
from annotate.storage import text_sha256
from tests.labeling.forgotten import alarms, forgotten, reference
from tests.support import ONTOLOGY, mark

ANNA, OMAR = "anna@example.org", "omar@example.org"


def task(
    text: str,
    *spans: Span,
    number: int = 1,
    annotator: str = ANNA,
    relations: Sequence[Relation] = (),
    covered: tuple[str, ...] | None = None,
    part: tuple[int, int] | None = None,
    layers: str = "all",
) -> Done:
    annotation = Annotation(
        text_sha256(text),
        ordered(spans),
        tuple(relations),
        doc_id=f"{number:016}",
        labels_covered=covered,
    )
    start, end = part or (0, len(text))
    return Done(annotator, 1, number, annotation, text, start, end, layers)


def at(text: str, surface: str, label: str, which: int = 0, *, event: bool = False) -> Span:
    """The span of the n-th occurrence of a surface."""
    start = -1
    for _ in range(which + 1):
        start = text.index(surface, start + 1)
    span = mark(text, surface, label, layer="event" if event else "entity")
    end = start + len(surface)
    return replace(span, id=f"{label}-{start}", start=start, end=end)


def said(found: Sequence[Finding]) -> list[tuple[str, str, int, str]]:
    return [(f.kind, f.text, f.start, f.label) for f in found]


# Mentions left unmarked


def test_a_mention_with_clitics_that_was_left() -> None:
    text = "دخلوا دمشق صباحا . وبدمشق التقوا . وفي دمشق ناموا ."
    found = findings([task(text, at(text, "دمشق", "GPE"), at(text, "دمشق", "GPE", 2))], ONTOLOGY)
    assert said(found) == [("unmarked", "وبدمشق", text.index("وبدمشق"), "GPE")]
    (finding,) = found
    assert (finding.like, finding.unlike, finding.score) == (2, 1, 0.5)
    assert finding.sentence == "وبدمشق التقوا ."
    assert finding.layer == "entity"


def test_offsets_are_those_of_the_article() -> None:
    text = "حمص هنا .\nدمشق هنا .\nدمشق هناك .\nوحمص هناك ."
    start = text.index("دمشق")
    end = text.index("وحمص") - 1
    spans = (at(text, "دمشق", "GPE"),)
    (finding,) = findings([task(text, *spans, part=(start, end))], ONTOLOGY)
    assert text[finding.start : finding.end] == finding.text == "دمشق"
    assert finding.start == text.rindex("دمشق")


def test_elsewhere_is_in_the_same_task() -> None:
    text = "دمشق هنا ."
    other = "دمشق هناك ."
    assert findings([task(text, at(text, "دمشق", "GPE")), task(other, number=2)], ONTOLOGY) == []


def test_what_is_inside_of_a_name_was_not_forgotten() -> None:
    text = "مطار دمشق الدولي قرب دمشق ."
    spans = (at(text, "مطار دمشق الدولي", "FAC"), at(text, "دمشق", "GPE", 1))
    assert findings([task(text, *spans)], ONTOLOGY) == []


def test_a_trigger_that_was_left_and_one_inside_of_a_name() -> None:
    text = "بعد قصف حمص وقصف حلب في معركة قصف النار ."
    spans = (at(text, "قصف", "STRIKE", event=True), at(text, "معركة قصف النار", "CAMPAIGN"))
    found = findings([task(text, *spans)], ONTOLOGY)
    assert ("unmarked", "وقصف", text.index("وقصف"), "STRIKE") in said(found)
    assert len([f for f in found if f.kind == "unmarked"]) == 1
    assert found[0].layer == "event"


def test_entities_are_no_triggers_and_triggers_no_entities() -> None:
    text = "تقدم هنا وتقدم هناك ."
    spans = (at(text, "تقدم", "ADVANCE", event=True), at(text, "وتقدم", "ORG"))
    kinds = [f.kind for f in findings([task(text, *spans)], ONTOLOGY)]
    assert "unmarked" not in kinds


def test_what_is_mostly_marked_comes_first() -> None:
    text = "حمص وحلب . حمص هنا . حمص هناك . وحمص معا . حلب هنا ."
    spans = [at(text, "حمص", "GPE", n) for n in range(3)] + [at(text, "حلب", "GPE", 1)]
    found = findings([task(text, *spans)], ONTOLOGY)
    assert [(f.text, f.like, f.unlike) for f in found] == [("وحمص", 3, 1), ("وحلب", 1, 1)]


# One surface, several labels


def test_two_labels_in_one_article() -> None:
    text = "النظام قال . النظام قصف . والنظام فر ."
    spans = [at(text, "النظام", "ORG"), at(text, "النظام", "ORG", 1), at(text, "والنظام", "ARM")]
    (finding,) = findings([task(text, *spans)], ONTOLOGY)
    assert (finding.kind, finding.text, finding.label, finding.usual) == (
        *("label", "والنظام", "ARM", "ORG"),
    )
    assert (finding.like, finding.unlike, finding.everywhere) == (2, 1, False)


def test_of_a_tie_one_side_is_shown() -> None:
    text = "النظام قال . النظام قصف ."
    spans = [at(text, "النظام", "ORG"), at(text, "النظام", "ARM", 1)]
    assert [f.label for f in findings([task(text, *spans)], ONTOLOGY)] == ["ORG"]


@pytest.mark.parametrize(("usual", "listed"), [(3, False), (4, True), (9, True)])
def test_over_articles_only_what_is_rare_is_listed(usual: int, listed: bool) -> None:
    text = "قال النظام اليوم ."
    tasks = [task(text, at(text, "النظام", "ORG"), number=n) for n in range(usual)]
    tasks.append(task(text, at(text, "النظام", "ARM"), number=99))
    found = findings(tasks, ONTOLOGY)
    assert [f.task_id for f in found] == ([99] if listed else [])
    assert all(f.everywhere for f in found)


def test_annotators_are_looked_at_one_by_one() -> None:
    text = "قال النظام اليوم ."
    tasks = [
        task(text, at(text, "النظام", label), number=n, annotator=who)
        for who, label in ((ANNA, "ORG"), (OMAR, "ARM"))
        for n in range(9)
    ]
    assert findings(tasks, ONTOLOGY) == []


def test_a_label_that_was_not_there_to_choose_is_no_contradiction() -> None:
    text = "قال النظام اليوم ."
    tasks = [task(text, at(text, "النظام", "ORG"), number=n) for n in range(9)]
    span = at(text, "النظام", "ARM")
    assert findings([*tasks, task(text, span, number=99, covered=("ARM", "GPE"))], ONTOLOGY) == []
    assert findings([*tasks, task(text, span, number=99, covered=("ARM", "ORG"))], ONTOLOGY)


# Events without any role


def test_an_event_without_a_role_beside_an_entity_for_one() -> None:
    text = "هاجم الجيش حمص .\nهاجم الجيش حلب ."
    events = [at(text, "هاجم", "ATTACK", n, event=True) for n in range(2)]
    armies = [at(text, "الجيش", "ARM", n) for n in range(2)]
    relations = [Relation(events[0].id, armies[0].id, "AGENT")]
    (finding,) = findings([task(text, *events, *armies, relations=relations)], ONTOLOGY)
    assert (finding.kind, finding.start, finding.label) == ("no_role", events[1].start, "ATTACK")
    assert (finding.like, finding.unlike) == (1, 1)


def test_without_an_entity_that_fits_no_role_is_missing() -> None:
    text = "استمر الهجوم .\nالجيش هنا ."
    spans = [at(text, "الهجوم", "ATTACK", event=True), at(text, "الجيش", "ARM")]
    assert findings([task(text, *spans)], ONTOLOGY) == []  # another sentence
    text = "استمر اللقاء قرب دبابات ."
    spans = [at(text, "اللقاء", "MEET", event=True), at(text, "دبابات", "WEA")]
    assert findings([task(text, *spans)], ONTOLOGY) == []  # plays no role


def test_an_ontology_without_roles_misses_none(ontology: Ontology) -> None:
    text = "هاجم الجيش حمص ."
    spans = [at(text, "هاجم", "ATTACK", event=True), at(text, "الجيش", "ARM")]
    events = [event | {"roles": ()} for event in ontology.model_dump()["events"]]
    bare = Ontology.model_validate(ontology.model_dump() | {"roles": (), "events": events})
    assert len(findings([task(text, *spans)], ontology)) == 1
    assert findings([task(text, *spans)], bare) == []
    assert findings([task(text, *spans, layers="entities")], ontology) == []


def test_a_pass_is_about_its_own_layer() -> None:
    text = "تقدم الجيش في سرت . الجيش في سرت . وتقدم النظام . والنظام هنا ."
    spans = [
        *(at(text, "تقدم", "ADVANCE", event=True), at(text, "الجيش", "ARM")),
        *(at(text, "النظام", "ORG"), at(text, "والنظام", "ARM")),
    ]

    def texts(layers: str) -> set[str]:
        return {f.text for f in findings([task(text, *spans, layers=layers)], ONTOLOGY)}

    assert texts("entities") == {"الجيش", "النظام"}
    assert texts("events") == {"تقدم", "وتقدم"}
    assert texts("all") == texts("entities") | texts("events")


def test_kinds_that_are_mostly_errors_come_first() -> None:
    text = "هاجم الجيش حمص والجيش هنا .\nقال النظام . قال النظام ."
    spans = [
        *(at(text, "هاجم", "ATTACK", event=True), at(text, "الجيش", "ARM")),
        *(at(text, "النظام", "ORG"), at(text, "النظام", "ARM", 1)),
    ]
    found = findings([task(text, *spans)], ONTOLOGY)
    assert [f.kind for f in found] == ["unmarked", "label", "no_role"]


# How often it is wrong, measured on the seeds


def test_false_alarms_on_the_reference_are_few() -> None:
    counts = alarms(reference())
    spans = Counter(span.layer for one in reference() for span in one.annotation.spans)
    assert (spans["entity"], spans["event"]) == (605, 325)
    assert counts["unmarked", "entity"] == 0
    assert counts["unmarked", "event"] <= 4
    assert counts["label", "entity"] + counts["label", "event"] <= 7
    assert counts["no_role", "event"] <= 48


def test_most_listed_mentions_were_forgotten() -> None:
    for layer, least in (("entity", 0.75), ("event", 0.4)):
        _, listed, right = forgotten()[layer]
        assert right / listed > least
