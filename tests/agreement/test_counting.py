"""The table of counts: against the matching of one text at a time, and whatever the order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations, pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.agreement.counting import HOWS, CountTable, count
from annotate.agreement.matching import Counts, assign, count_roles, count_spans, overlapping
from annotate.agreement.readings import Item
from annotate.errors import InputError
from annotate.spans import Annotation, Span
from tests.agreement.builders import annotation, item, some_annotations, some_items, span
from tests.support import ONTOLOGY, PROPERTY, SLOW_PROPERTY


def totals(table: CountTable) -> dict[tuple[str, ...], Counts]:
    return table.summed().totals


def by_label(table: CountTable, measure: str, how: str) -> dict[str, Counts]:
    found = table.summed(["label"], measure=measure, how=how).totals
    return {key[0]: counts for key, counts in found.items()}


def one(first: Annotation, second: Annotation) -> CountTable:
    return count([item(first, second)], ONTOLOGY)


# One text at a time is the oracle


@pytest.mark.slow
@PROPERTY
@given(some_annotations(), some_annotations())
def test_one_comparison_is_what_matching_counts(left: Annotation, right: Annotation) -> None:
    table = one(left, right)
    for how in ("strict", "overlap"):
        assert by_label(table, "entities", how) == count_spans(left.entities, right.entities, how)
        assert by_label(table, "triggers", how) == count_spans(left.events, right.events, how)
        assert by_label(table, "roles", how) == count_roles(left, right, how)
    untyped = count_spans(left.entities, right.entities, "strict", typed=False)
    assert by_label(table, "entities", "boundary") == untyped


def same_labels(left: Sequence[Span], right: Sequence[Span]) -> tuple[int, int]:
    """Pairs, and those of one label, over every choice with the most pairs and overlap."""
    pairs = overlapping(left, right)
    most, weights = len(assign(pairs)), {(p.left, p.right): p.weight for p in pairs}
    found = []
    for chosen in combinations(weights, most):
        if len({a for a, _ in chosen}) == len({b for _, b in chosen}) == most:
            same = sum(left[a].label == right[b].label for a, b in chosen)
            found.append((round(sum(weights[c] for c in chosen), 9), same))
    return most, max(found)[1]


@PROPERTY
@given(some_annotations(), some_annotations())
def test_type_is_how_many_matched_pairs_have_one_label(left: Annotation, right: Annotation) -> None:
    pairs, same = same_labels(left.entities, right.entities)
    found = totals(one(left, right)).get(("entities", "type"), Counts())
    assert found == Counts(same, pairs - same, pairs - same)


@pytest.mark.slow
@SLOW_PROPERTY
@given(some_items(), st.randoms(use_true_random=False))
def test_texts_add_up_in_whatever_order_all_comes(items: list[Item], chance: Random) -> None:
    table = count(items, ONTOLOGY)
    expected: Counter[tuple[tuple[str, ...], str]] = Counter()
    for each in items:
        for first, second in each.pairs:
            pair = one(first.annotation, second.annotation)
            for key, counts in totals(pair).items():
                for field in ("tp", "fp", "fn"):
                    expected[key, field] += getattr(counts, field)
    found = {(k, f): getattr(c, f) for k, c in totals(table).items() for f in ("tp", "fp", "fn")}
    assert Counter({k: n for k, n in found.items() if n}) == +expected
    shuffled = [_shuffled(each, chance) for each in items]
    chance.shuffle(shuffled)
    assert totals(count(shuffled, ONTOLOGY)) == totals(table)


def _shuffled(found: Item, chance: Random) -> Item:
    readings = []
    for reading in found.readings:
        spans, relations = list(reading.annotation.spans), list(reading.annotation.relations)
        chance.shuffle(spans)
        chance.shuffle(relations)
        made = replace(reading.annotation, spans=tuple(spans), relations=tuple(relations))
        readings.append(replace(reading, annotation=made))
    return replace(found, readings=tuple(readings))


@SLOW_PROPERTY
@given(some_items())
def test_who_is_first_changes_no_f1(items: list[Item]) -> None:
    turned = [
        replace(
            each,
            readings=tuple(
                replace(reading, annotator=chr(ord("z") - number))
                for number, reading in enumerate(each.readings)
            )[::-1],
        )
        for each in items
    ]
    expected = {key: counts.f1 for key, counts in totals(count(items, ONTOLOGY)).items()}
    assert {k: c.f1 for k, c in totals(count(turned, ONTOLOGY)).items()} == pytest.approx(expected)


@pytest.mark.slow
@PROPERTY
@given(st.lists(some_annotations(), max_size=3))
def test_identical_readings_agree_fully(annotations: list[Annotation]) -> None:
    items = [item(found, found, found, number=n) for n, found in enumerate(annotations)]
    for counts in totals(count(items, ONTOLOGY)).values():
        assert (counts.fp, counts.fn) == (0, 0)
        assert counts.f1 in (None, 1.0)


# Examples


def test_each_way_to_match() -> None:
    left = annotation([span(0, 2, "PER"), span(4, 6, "ORG"), span(8, 9, "GPE")])
    right = annotation([span(0, 2, "PER"), span(4, 6, "GPE"), span(7, 9, "GPE")])
    found = totals(one(left, right))
    assert found["entities", "strict"] == Counts(1, 2, 2)
    assert found["entities", "overlap"] == Counts(2, 1, 1)
    assert found["entities", "boundary"] == Counts(2, 1, 1)
    assert found["entities", "type"] == Counts(2, 1, 1)
    assert found["spans", "type"] == Counts(2, 1, 1)
    assert by_label(one(left, right), "entities", "type") == {
        "PER": Counts(1, 0, 0),
        "ORG": Counts(0, 1, 0),
        "GPE": Counts(1, 0, 1),
    }


def test_triggers_without_the_frequent_one() -> None:
    left = annotation(events=[span(0, 2, "STATEMENT", "event"), span(4, 6, "ATTACK", "event")])
    right = annotation(events=[span(0, 2, "STATEMENT", "event"), span(4, 7, "ATTACK", "event")])
    found = totals(one(left, right))
    assert found["triggers", "strict"] == Counts(1, 1, 1)
    assert found["triggers_without_statement", "strict"] == Counts(0, 1, 1)
    assert found["triggers_without_statement", "overlap"] == Counts(1, 0, 0)
    assert found["spans", "strict"] == Counts(1, 1, 1)


def trigger(start: int, end: int, **attributes: str) -> Span:
    return replace(span(start, end, "ATTACK", "event"), attributes=tuple(attributes.items()))


def test_attributes_are_counted_where_they_are_not_the_default() -> None:
    left = annotation(
        events=[
            trigger(0, 2, polarity="NEGATIVE", modality="ASSERTED"),
            trigger(3, 5, polarity="NEGATIVE"),
            trigger(6, 8, modality="OTHER"),
            trigger(9, 10, polarity="NEGATIVE"),  # the other has no such trigger
        ]
    )
    right = annotation(
        events=[
            trigger(0, 2, polarity="NEGATIVE", modality="OTHER"),
            trigger(3, 5, polarity="POSITIVE"),
            trigger(6, 7, modality="OTHER"),
        ]
    )
    table = one(left, right)
    assert totals(table)["attributes", "strict"] == Counts(1, 1, 1)
    assert totals(table)["attributes", "overlap"] == Counts(2, 1, 1)
    assert by_label(table, "attributes", "strict") == {
        "polarity=NEGATIVE": Counts(1, 1, 0),
        "modality=OTHER": Counts(0, 0, 1),
    }


def test_a_role_needs_trigger_filler_and_role() -> None:
    entities, events = [span(0, 2), span(4, 6)], [span(8, 9, "ATTACK", "event")]
    filler, other, head = (found.id for found in (*entities, *events))
    left = annotation(entities, events, [(head, filler, "AGENT"), (head, other, "TARGET")])
    right = annotation(entities, events, [(head, filler, "AGENT"), (head, other, "AGENT")])
    found = totals(one(left, right))
    assert found["roles", "strict"] == Counts(1, 1, 1)
    assert found["roles", "boundary"] == Counts(2, 0, 0)
    assert found["roles", "type"] == Counts(1, 1, 1)


def test_labels_that_one_could_not_choose_are_left_out() -> None:
    entities = [span(0, 2, "PER"), span(4, 6, "ORG")]
    events = [span(8, 9, "ATTACK", "event")]
    left = annotation(entities, events, [(events[0].id, entities[1].id, "AGENT")])
    right = replace(annotation([span(0, 2, "PER")]), labels_covered=("PER", "GPE"))
    assert totals(one(left, right)) == {("entities", how): Counts(1, 0, 0) for how in HOWS} | {
        ("spans", how): Counts(1, 0, 0) for how in HOWS
    }


def test_parts_of_the_table() -> None:
    mine, theirs = annotation([span(0, 2)]), annotation([span(0, 3)])
    table = count(
        [item(mine, mine, theirs), item(mine, theirs, number=1, group="story0"), item(mine)],
        ONTOLOGY,
    )
    assert table.pairs == (("a", "b"), ("a", "c"), ("b", "c"))
    assert (table.articles, len(table.item)) == (2, 4)
    strict = ("entities", "strict")
    assert totals(table)[strict] == Counts(1, 3, 3)
    assert totals(table.only(pair=("a", "b")))[strict] == Counts(1, 1, 1)
    assert totals(table.only(annotator="c"))[strict] == Counts(0, 2, 2)
    assert table.only(annotator="c").articles == 1
    assert totals(table.only(doc_ids=["doc1"]))[strict] == Counts(0, 1, 1)
    sums = table.summed(measure="spans", how="strict")
    assert sums.keys == (("spans", "strict"),)
    assert (sums.counts.shape, sums.articles) == ((1, 1, 3), 2)


@pytest.mark.parametrize("items", [[], [item(annotation())], [item(annotation(), annotation())]])
def test_nothing_is_no_error(items: list[Item]) -> None:
    table = count(items, ONTOLOGY)
    assert totals(table) == {}
    assert table.summed().counts.shape == (len(items) and len(items[0].readings) - 1, 0, 3)


def test_more_noise_is_less_agreement() -> None:
    chance = Random(7)  # noqa: S311 - a test that repeats
    found: list[tuple[float, ...]] = []
    for noise in (0.0, 0.1, 0.3, 0.6):
        made = []
        for number in range(300):
            readings = []
            for _ in range(2):
                spans = [
                    span(
                        start,
                        start + (2 if chance.random() < noise else 3),
                        "ORG" if chance.random() < noise else "PER",
                    )
                    for start in (0, 4, 8)
                    if chance.random() >= noise
                ]
                readings.append(annotation(spans))
            made.append(item(*readings, number=number))
        sums = totals(count(made, ONTOLOGY))
        found.append(tuple(sums["entities", how].f1 or 0 for how in HOWS))
    assert found[0] == (1.0, 1.0, 1.0, 1.0)
    assert all(a > b for more, less in pairwise(found) for a, b in zip(more, less, strict=True))


def test_a_role_of_a_span_that_is_not_there_is_an_error() -> None:
    broken = annotation([span(0, 2)], relations=[("nobody", "entity:0:2:PER", "AGENT")])
    with pytest.raises(InputError, match=r"b's annotation of doc0.*nobody"):
        one(annotation(), broken)
