"""Matching: exact, one to one, and the same in whatever order spans come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.agreement.matching import (
    Counts,
    How,
    Pair,
    assign,
    count_roles,
    count_spans,
    overlap,
    overlapping,
)
from annotate.spans import Annotation, Span
from tests.agreement.builders import annotation, some_annotations, some_spans, span
from tests.support import PROPERTY

HOWS: tuple[How, ...] = ("strict", "overlap")
hows = st.sampled_from(HOWS)
randoms = st.randoms(use_true_random=False)
pair_sets = st.dictionaries(
    st.tuples(st.integers(0, 4), st.integers(0, 4)),
    st.floats(0.01, 1).map(lambda weight: round(weight, 2)),
    max_size=12,
).map(lambda found: [Pair(left, right, weight) for (left, right), weight in found.items()])


# Oracles: all choices are tried


def best(pairs: Sequence[Pair]) -> tuple[int, float]:
    """Most pairs, then the largest weight, over every one-to-one choice."""
    if not pairs:
        return (0, 0.0)
    first, rest = pairs[0], pairs[1:]
    free = [p for p in rest if p.left != first.left and p.right != first.right]
    count, weight = best(free)
    return max((count + 1, weight + first.weight), best(rest))


def characters(found: Span) -> set[int]:
    return set(range(found.start, found.end))


def overlap_oracle(left: Sequence[Span], right: Sequence[Span]) -> int:
    pairs = [
        Pair(a, b, 1.0)
        for a, one in enumerate(left)
        for b, other in enumerate(right)
        if one.label == other.label and characters(one) & characters(other)
    ]
    return best(pairs)[0]


def roles_oracle(left: Annotation, right: Annotation, how: How) -> int:
    def arguments(side: Annotation) -> list[tuple[Span, Span, str]]:
        spans = {found.id: found for found in side.spans}
        return [(spans[r.head], spans[r.tail], r.role) for r in side.relations]

    def fits(one: Span, other: Span) -> bool:
        if how == "strict":
            return (one.start, one.end) == (other.start, other.end)
        return bool(characters(one) & characters(other))

    pairs = [
        Pair(a, b, 1.0)
        for a, one in enumerate(arguments(left))
        for b, other in enumerate(arguments(right))
        if one[2] == other[2] and fits(one[0], other[0]) and fits(one[1], other[1])
    ]
    return best(pairs)[0]


def total(counts: dict[str, Counts]) -> Counts:
    return sum(counts.values(), start=Counts())


# The choice among pairs


@given(pair_sets)
@PROPERTY
def test_assign_is_the_best_of_all_choices(pairs: list[Pair]) -> None:
    weights = {(pair.left, pair.right): pair.weight for pair in pairs}
    chosen = assign(pairs)
    assert len({left for left, _ in chosen}) == len({right for _, right in chosen}) == len(chosen)
    count, weight = best(pairs)
    assert len(chosen) == count
    assert sum(weights[pair] for pair in chosen) == pytest.approx(weight)
    assert chosen == sorted(chosen)


@given(pair_sets, randoms)
@PROPERTY
def test_assign_does_not_depend_on_order_or_repetition(pairs: list[Pair], random: Random) -> None:
    shuffled = [*pairs, *pairs[:2]]
    random.shuffle(shuffled)
    assert assign(shuffled) == assign(pairs)


def test_one_more_pair_outweighs_any_overlap() -> None:
    chain = [Pair(0, 0, 0.01), Pair(0, 1, 1.0), Pair(1, 1, 0.01)]
    assert assign(chain) == [(0, 0), (1, 1)]
    long = [p for n in range(40) for p in (Pair(n, n, 0.01), Pair(n, n + 1, 1.0))]
    long.append(Pair(40, 40, 0.01))
    assert assign(long) == [(n, n) for n in range(41)]


def test_nothing_to_choose_from() -> None:
    assert assign([]) == []


# Overlap


@given(some_spans(most=2), some_spans(most=2))
@PROPERTY
def test_overlap_is_the_jaccard_index_of_characters(left: list[Span], right: list[Span]) -> None:
    for one in left:
        for other in right:
            shared = characters(one) & characters(other)
            every = characters(one) | characters(other)
            apart = max(one.end, other.end) - min(one.start, other.start)
            expected = len(shared) / (len(every) if shared else apart)
            assert overlap(one, other) == overlap(other, one) == expected


@given(some_spans(most=6), some_spans(most=6), randoms)
@PROPERTY
def test_overlapping_finds_every_pair_once(
    left: list[Span], right: list[Span], random: Random
) -> None:
    random.shuffle(left)
    found = overlapping(left, right)
    expected = {
        (a, b)
        for a, one in enumerate(left)
        for b, other in enumerate(right)
        if characters(one) & characters(other)
    }
    assert sorted((pair.left, pair.right) for pair in found) == sorted(expected)
    assert all(0 < pair.weight <= 1 for pair in found)


def test_spans_that_only_touch_share_nothing() -> None:
    assert overlapping([span(0, 3)], [span(3, 5)]) == []
    assert overlap(span(0, 3), span(3, 5)) == 0


def test_an_empty_span_shares_nothing() -> None:
    empty = replace(span(4, 5), end=4)
    assert overlapping([empty], [span(2, 8)]) == overlapping([span(2, 8)], [empty]) == []


# Counts of spans


@given(some_spans(), some_spans())
@PROPERTY
def test_strict_counts_equal_a_counter_of_keys(left: list[Span], right: list[Span]) -> None:
    counts = count_spans(left, right, "strict")
    shared = Counter(s.key for s in left) & Counter(s.key for s in right)
    for label, found in counts.items():
        tp = sum(count for key, count in shared.items() if key[3] == label)
        assert found.tp == tp
        assert found.fp == sum(s.label == label for s in left) - tp
        assert found.fn == sum(s.label == label for s in right) - tp
    assert set(counts) == {s.label for s in [*left, *right]}


@given(some_spans(), some_spans())
@PROPERTY
def test_overlap_counts_are_the_largest_possible(left: list[Span], right: list[Span]) -> None:
    assert total(count_spans(left, right, "overlap")).tp == overlap_oracle(left, right)


@given(some_spans(), some_spans(), hows, st.booleans(), randoms)
@PROPERTY
def test_order_of_spans_never_matters(
    left: list[Span], right: list[Span], how: How, typed: bool, random: Random
) -> None:
    expected = count_spans(left, right, how, typed=typed)
    random.shuffle(left)
    random.shuffle(right)
    assert count_spans(left, right, how, typed=typed) == expected


@given(some_spans(), some_spans(), hows)
@PROPERTY
def test_swapping_the_sides_swaps_the_misses(left: list[Span], right: list[Span], how: How) -> None:
    there, back = count_spans(left, right, how), count_spans(right, left, how)
    assert {label: Counts(c.tp, c.fn, c.fp) for label, c in there.items()} == back
    assert total(there).f1 == total(back).f1
    assert total(there).precision == total(back).recall


@given(some_spans(), hows)
@PROPERTY
def test_identical_spans_all_match(spans: list[Span], how: How) -> None:
    assert total(count_spans(spans, spans, how)) == Counts(tp=len(spans))


@given(some_spans(), some_spans())
@PROPERTY
def test_strict_matches_are_overlap_matches(left: list[Span], right: list[Span]) -> None:
    strict, loose = (total(count_spans(left, right, how)).tp for how in HOWS)
    assert strict <= loose


@given(some_spans(), some_spans(), hows)
@PROPERTY
def test_untyped_is_typed_with_one_label(left: list[Span], right: list[Span], how: How) -> None:
    same = [[replace(s, label="*") for s in side] for side in (left, right)]
    assert count_spans(left, right, how, typed=False) == count_spans(same[0], same[1], how)


def test_greedy_first_overlap_would_find_less() -> None:
    """The first predicted span overlaps both gold ones, the second only the first of them."""
    predicted = [span(0, 10), span(0, 4)]
    gold = [span(0, 5), span(6, 10)]
    assert count_spans(predicted, gold, "overlap") == {"PER": Counts(tp=2)}


def test_another_label_does_not_match() -> None:
    counts = count_spans([span(0, 3, "PER")], [span(0, 3, "ORG")], "overlap")
    assert counts == {"ORG": Counts(fn=1), "PER": Counts(fp=1)}


def test_one_span_matches_once() -> None:
    assert count_spans([span(0, 3)] * 3, [span(0, 3)], "strict") == {"PER": Counts(1, 2, 0)}
    assert count_spans([span(0, 9)], [span(0, 3), span(4, 9)], "overlap") == {
        "PER": Counts(1, 0, 1)
    }


def test_many_spans_in_one_component() -> None:
    left = [span(start, start + 3) for start in range(300)]
    right = [span(start + 1, start + 4) for start in range(300)]
    assert count_spans(left, right, "overlap") == {"PER": Counts(tp=300)}
    assert count_spans(left, right, "strict") == {"PER": Counts(tp=299, fp=1, fn=1)}


# Counts of roles


@given(some_annotations(), some_annotations(), hows)
@PROPERTY
def test_role_counts_are_the_largest_possible(
    left: Annotation, right: Annotation, how: How
) -> None:
    counts = total(count_roles(left, right, how))
    assert counts.tp == roles_oracle(left, right, how)
    assert counts.tp + counts.fp == len(left.relations)
    assert counts.tp + counts.fn == len(right.relations)


@given(some_annotations(), some_annotations(), hows, randoms)
@PROPERTY
def test_order_never_matters_for_roles(
    left: Annotation, right: Annotation, how: How, random: Random
) -> None:
    def shuffled(side: Annotation) -> Annotation:
        spans, relations = list(side.spans), list(side.relations)
        random.shuffle(spans)
        random.shuffle(relations)
        return replace(side, spans=tuple(spans), relations=tuple(relations))

    expected = count_roles(left, right, how)
    assert count_roles(shuffled(left), shuffled(right), how) == expected
    back = {role: Counts(c.tp, c.fn, c.fp) for role, c in expected.items()}
    assert count_roles(right, left, how) == back


@given(some_annotations(), hows)
@PROPERTY
def test_identical_roles_all_match(found: Annotation, how: How) -> None:
    assert total(count_roles(found, found, how)) == Counts(tp=len(found.relations))


def test_ids_and_labels_do_not_matter_for_roles_but_offsets_and_roles_do() -> None:
    entity, event = span(0, 3, name="e"), span(5, 8, "ATTACK", "event", name="t")
    gold = annotation([entity], [event], [("t", "e", "AGENT")])
    other_ids = annotation(
        [replace(entity, id="x", label="ORG")],
        [replace(event, id="y", label="KILL")],
        [("y", "x", "AGENT")],
    )
    assert count_roles(other_ids, gold, "strict") == {"AGENT": Counts(tp=1)}
    other_role = replace(gold, relations=(replace(gold.relations[0], role="TARGET"),))
    assert count_roles(other_role, gold, "overlap") == {
        "AGENT": Counts(fn=1),
        "TARGET": Counts(fp=1),
    }
    moved = annotation([span(2, 4, name="e")], [event], [("t", "e", "AGENT")])
    assert count_roles(moved, gold, "strict") == {"AGENT": Counts(0, 1, 1)}
    assert count_roles(moved, gold, "overlap") == {"AGENT": Counts(tp=1)}


# Ratios


def test_ratios_are_derived() -> None:
    counts = Counts(tp=6, fp=2, fn=4)
    assert (counts.precision, counts.recall) == (6 / 8, 6 / 10)
    assert counts.f1 == pytest.approx(2 * (6 / 8) * (6 / 10) / (6 / 8 + 6 / 10))
    assert counts.reason is None


@pytest.mark.parametrize(
    ("counts", "ratios", "reason"),
    [
        (Counts(), (None, None, None), "neither side has any"),
        (Counts(fn=2), (None, 0.0, 0.0), "nothing was predicted"),
        (Counts(fp=2), (0.0, None, 0.0), "gold has none"),
        (Counts(fp=1, fn=1), (0.0, 0.0, 0.0), None),
        (Counts(tp=1), (1.0, 1.0, 1.0), None),
    ],
)
def test_what_is_undefined_is_none_with_a_reason(
    counts: Counts, ratios: tuple[float | None, ...], reason: str | None
) -> None:
    assert (counts.precision, counts.recall, counts.f1) == ratios
    assert counts.reason == reason


def test_counts_add_up() -> None:
    assert Counts(1, 2, 3) + Counts(10, 20, 30) == Counts(11, 22, 33)
