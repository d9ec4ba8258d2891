"""Disagreements: which kind, who says what, how often, and in which order."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import permutations

import pytest

from annotate.agreement.disagreements import Disagreement, disagreements, top
from annotate.agreement.readings import Item
from annotate.spans import Annotation
from tests.agreement.items import TEXT, item, marked, seed_items, words

ALEPPO = words("حلب", "GPE")
CITY = words("مدينة حلب", "GPE")
FORCE = words("الجيش", "ARM")
SHELLED = words("قصف", "ATTACK", "event")


def said(found: Disagreement) -> list[tuple[tuple[str, ...], str, str]]:
    text = found.item.text
    return [(v.annotators, v.label, text[v.start : v.end]) for v in found.views]


def test_two_labels() -> None:
    (found,) = disagreements(
        [item(anna=marked(ALEPPO), lina=marked(words("حلب", "LOC")), omar=marked(ALEPPO))]
    )
    assert (found.kind, found.layer, found.confusion) == ("label", "entity", ("GPE", "LOC"))
    assert said(found) == [(("anna", "omar"), "GPE", "حلب"), (("lina",), "LOC", "حلب")]
    assert found.without == ()


def test_other_borders() -> None:
    (found,) = disagreements([item(anna=marked(ALEPPO), omar=marked(CITY))])
    assert (found.kind, found.confusion) == ("boundary", ("GPE", "مدينه"))
    assert said(found) == [(("omar",), "GPE", "مدينة حلب"), (("anna",), "GPE", "حلب")]
    assert TEXT[found.start : found.end] == "مدينة حلب"


def test_marked_by_some() -> None:
    (found,) = disagreements([item(anna=marked(FORCE), lina=marked(), omar=marked(FORCE))])
    assert (found.kind, found.without) == ("missed", ("lina",))
    assert said(found) == [(("anna", "omar"), "ARM", "الجيش")]


def test_two_labels_come_before_who_missed_it() -> None:
    (found,) = disagreements(
        [item(anna=marked(ALEPPO), lina=marked(), omar=marked(words("حلب", "LOC")))]
    )
    assert (found.kind, found.without) == ("label", ("lina",))


def test_a_label_that_was_no_choice_is_not_missed() -> None:
    events = marked(SHELLED, covered=("ATTACK",))
    assert disagreements([item(anna=marked(FORCE, SHELLED), omar=events)]) == []
    # Nor does what a reading holds beside its labels count, as the first pass's entities.
    shown = marked(FORCE, SHELLED, covered=("ATTACK",))
    assert disagreements([item(anna=marked(SHELLED), omar=shown)]) == []


def test_roles_where_both_spans_are_there() -> None:
    agent = marked(SHELLED, FORCE, ALEPPO, roles=[(SHELLED, FORCE, "AGENT")])
    target = marked(SHELLED, FORCE, ALEPPO, roles=[(SHELLED, FORCE, "TARGET")])
    nothing = marked(SHELLED, FORCE, ALEPPO)
    (found,) = disagreements([item(anna=agent, lina=nothing, omar=target)])
    assert (found.kind, found.layer, found.without) == ("role", "event", ("lina",))
    assert said(found) == [(("anna",), "AGENT", "الجيش"), (("omar",), "TARGET", "الجيش")]
    assert found.trigger == (SHELLED.start, SHELLED.end)
    # Who lacks the filler missed that, and not the role.
    (found,) = disagreements([item(anna=agent, omar=marked(SHELLED, ALEPPO))])
    assert found.kind == "missed"
    assert disagreements([item(anna=agent, omar=agent)]) == []


def test_entities_of_a_first_pass_are_no_disagreement_and_their_roles_are() -> None:
    agent = marked(SHELLED, FORCE, roles=[(SHELLED, FORCE, "AGENT")])
    there = item(anna=agent, omar=marked(SHELLED, FORCE, ALEPPO))
    (found,) = disagreements([replace(there, given=("entity",))])
    assert (found.kind, found.without) == ("role", ("omar",))


def test_values_of_attributes() -> None:
    denied = words("قصف", "ATTACK", "event", attributes=[("polarity", "NEGATIVE")])
    told = words("قصف", "ATTACK", "event", attributes=[("polarity", "POSITIVE")])
    (found,) = disagreements([item(anna=marked(told), omar=marked(denied))])
    assert (found.kind, found.confusion) == ("attribute", ("polarity", "NEGATIVE", "POSITIVE"))
    assert [view.label for view in found.views] == ["polarity=NEGATIVE", "polarity=POSITIVE"]


def test_the_commonest_confusion_comes_first() -> None:
    place = words("حلب", "LOC")
    items = [item(doc_id=f"{n:02}", anna=marked(ALEPPO), omar=marked(place)) for n in range(12)]
    items.append(item(doc_id="12", anna=marked(FORCE), omar=marked()))
    found = disagreements(items)
    assert [(one.item.doc_id, one.times) for one in found] == [
        *((f"{n:02}", 12) for n in range(12)),
        ("12", 1),
    ]
    assert [one.item.doc_id for one in top(found, alike=2)] == ["00", "01", "12"]
    assert len(top(found, most=1)) == 1


def test_as_json() -> None:
    found = item(anna=marked(ALEPPO), omar=marked())
    readings = [
        replace(reading, links=(f"u/{reading.annotator}/1", f"u/{reading.annotator}/2"))
        for reading in found.readings
    ]
    there = replace(found, readings=tuple(readings))
    (one,) = disagreements([there])
    values = json.loads(json.dumps(one.to_json()))
    assert values["sentence"] == {"text": "قصف الجيش مدينة حلب.", "start": 0, "end": 20}
    assert values["readings"] == [
        {"annotators": ["anna"], "start": 16, "end": 19, "label": "GPE", "text": "حلب"},
        None,
    ]
    assert values["links"] == ["u/anna/1", "u/anna/2", "u/omar/1", "u/omar/2"]
    # Where the parts are known, the one that shows the place.
    parted = [replace(reading, starts=(0, 21)) for reading in there.readings]
    (one,) = disagreements([replace(there, readings=tuple(parted))])
    assert one.to_json()["links"] == ["u/anna/1", "u/omar/1"]
    silent = json.dumps(one.to_json(quote=False), ensure_ascii=False)
    assert not any("\u0621" <= character <= "\u064a" for character in silent)


@pytest.mark.parametrize("order", list(permutations(("pass_a", "pass_b", "adjudicated"))))
def test_order_never_matters(order: tuple[str, ...]) -> None:
    def all_of(items: tuple[Item, ...]) -> set[object]:
        return {
            (d.kind, d.item.doc_id, frozenset(d.views), frozenset(d.without), d.times)
            for d in disagreements(items)
        }

    expected = all_of(seed_items("adjudicated", "pass_a", "pass_b"))
    assert expected
    assert all_of(seed_items(*order)[::-1]) == expected


def test_who_agrees_with_oneself_and_who_is_alone() -> None:
    (first, *_) = seed_items("pass_a")
    (reading,) = first.readings
    twin = replace(reading, annotator="twin")
    assert disagreements([replace(first, readings=(reading, twin))]) == []
    assert disagreements([first]) == []
    assert disagreements([item(anna=marked(FORCE))]) == []
    assert disagreements([]) == []


def test_one_mention_is_taken_for_two() -> None:
    left, right = words("مدينة", "GPE"), words("حلب", "GPE")
    found = disagreements([item(anna=marked(CITY), omar=marked(left, right))])
    # The longer overlap is the pair; the other word is marked by one alone.
    assert sorted((one.kind, TEXT[one.start : one.end]) for one in found) == [
        ("boundary", "مدينة حلب"),
        ("missed", "حلب"),
    ]


def test_an_annotation_without_spans_has_no_disagreement() -> None:
    empty = Annotation(marked().text_sha256)
    assert disagreements([item(anna=empty, omar=empty)]) == []
