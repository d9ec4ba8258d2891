"""The sampling plan: shares, independence, and what stays when something changes."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace
from itertools import combinations, pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.errors import SettingsError
from annotate.labeling.sampling import Placement, Plan, annotators_for, placement
from tests.support import PROPERTY

PLAN = Plan(
    test_share=0.1, validation_share=0.1, overlap=2, overlap_share=0.2, blank_share=0.5, seed=1
)
GROUPS = [f"{number:016x}" for number in range(20_000)]
PLACED = [placement(PLAN, group) for group in GROUPS]
PEOPLE = [f"{name}@example.org" for name in ("anna", "omar", "lina", "sami", "huda")]

shares = st.floats(0, 1)
names = st.text(min_size=1, max_size=20)
plans = st.builds(
    lambda seed, test, rest, overlap, share, blank: Plan(
        seed=seed,
        test_share=test,
        validation_share=(1 - test) * rest * 0.999,
        overlap=overlap,
        overlap_share=share,
        blank_share=blank,
    ),
    *(st.integers(0, 10**9), shares, shares, st.integers(1, 5), shares, shares),
)


def changed(plan: Plan, **values: Any) -> Plan:
    return Plan.model_validate(plan.model_dump() | values)


def assert_share(hits: int, of: int, share: float) -> None:
    """Within 4 standard deviations of a binomial; what is drawn is fixed, so it never flickers."""
    assert abs(hits - share * of) <= 4 * math.sqrt(of * share * (1 - share))


# Shares


@pytest.mark.parametrize(("split", "share"), [("test", 0.1), ("validation", 0.1), ("train", 0.8)])
def test_splits_have_their_shares(split: str, share: float) -> None:
    assert_share(sum(p.split == split for p in PLACED), len(PLACED), share)


@pytest.mark.parametrize("split", ["train", "validation"])
def test_a_share_of_the_rest_is_doubled_and_a_share_of_that_blank(split: str) -> None:
    rest = [p for p in PLACED if p.split == split]
    doubled = [p for p in rest if p.overlap == 2]
    assert_share(len(doubled), len(rest), 0.2)
    assert_share(sum(p.blank for p in doubled), len(doubled), 0.5)
    assert {(p.overlap, p.blank) for p in rest if p.overlap != 2} == {(1, False)}


@PROPERTY
@given(plans, names)
def test_test_articles_are_blank_and_for_two_at_least(plan: Plan, group: str) -> None:
    for split in ("test", None):
        placed = placement(plan, group, split)
        if placed.split == "test":
            assert placed.blank
            assert placed.overlap == max(2, plan.overlap)
        else:
            assert placed.overlap in {1, plan.overlap}


@PROPERTY
@given(names, st.integers(0, 10**6))
def test_shares_of_nothing_and_of_everything(group: str, seed: int) -> None:
    nothing = placement(Plan(seed=seed), group)
    assert (nothing.split, nothing.overlap, nothing.blank) == ("train", 1, False)
    assert placement(Plan(seed=seed, test_share=1), group).split == "test"
    assert placement(Plan(seed=seed, validation_share=1), group).split == "validation"
    everything = placement(Plan(seed=seed, overlap=3, overlap_share=1, blank_share=1), group)
    assert (everything.overlap, everything.blank) == (3, True)


# Independence


def test_draws_know_nothing_of_each_other() -> None:
    """Every combination is as frequent as the product of its shares says."""
    plan = Plan(validation_share=0.5, overlap=2, overlap_share=0.5, blank_share=0.5)
    placed = [placement(plan, group) for group in GROUPS]
    half = 2**52
    seen = Counter((p.split, p.overlap, p.blank, p.rank < half) for p in placed)
    assert len(seen) == 12
    for (_, overlap, _, _), count in seen.items():
        assert_share(count, len(placed), 1 / 8 if overlap == 1 else 1 / 16)


def test_each_kind_comes_evenly_in_the_order_of_pushing() -> None:
    first = sorted(PLACED, key=lambda p: p.rank)[:5_000]
    for kind in ("test", "validation"):
        share = sum(p.split == kind for p in PLACED) / len(PLACED)
        assert_share(sum(p.split == kind for p in first), len(first), share)
    share = sum(p.blank for p in PLACED) / len(PLACED)
    assert_share(sum(p.blank for p in first), len(first), share)


def test_ranks_are_random_and_hardly_ever_shared() -> None:
    ranks = [p.rank for p in PLACED]
    assert len(set(ranks)) == len(ranks)
    assert 0 <= min(ranks) <= max(ranks) < 2**53
    rising = sum(one < other for one, other in pairwise(ranks))
    assert_share(rising, len(ranks) - 1, 0.5)


def test_another_seed_draws_other_articles() -> None:
    other = [placement(changed(PLAN, seed=2), group) for group in GROUPS]
    both = sum(a.split == b.split == "test" for a, b in zip(PLACED, other, strict=True))
    assert_share(both, len(GROUPS), 0.01)


def test_what_was_drawn_once_is_drawn_always() -> None:
    """Written down, for a ledger outlives the release that wrote it."""
    assert placement(PLAN, "5") == Placement("train", 2, True, 1976663968565002)
    assert placement(PLAN, "4edc5058554e18b8") == Placement("train", 1, False, 6559051358721453)
    assert annotators_for(PLAN, "5", PEOPLE, 2) == (PEOPLE[4], PEOPLE[3])


# Stability


@pytest.mark.parametrize("key", ["test_share", "validation_share", "overlap_share", "blank_share"])
def test_a_larger_share_keeps_what_a_smaller_one_drew(key: str) -> None:
    smaller = changed(PLAN, **{key: getattr(PLAN, key) / 2})
    fewer = [placement(smaller, group) for group in GROUPS]
    assert [p.rank for p in fewer] == [p.rank for p in PLACED]
    for small, large in zip(fewer, PLACED, strict=True):
        if small == large:
            continue
        if key in {"test_share", "validation_share"}:
            assert (small.split, f"{large.split}_share") == ("train", key)
        elif key == "overlap_share":
            assert (small.split, small.overlap, large.overlap) == (large.split, 1, 2)
        else:
            assert (small.blank, large.blank) == (False, True)
            assert (small.split, small.overlap) == (large.split, large.overlap)
    assert fewer != PLACED


@PROPERTY
@given(plans, st.lists(names, min_size=2, max_size=6, unique=True))
def test_a_group_is_placed_alone(plan: Plan, groups: list[str]) -> None:
    forward = {group: placement(plan, group) for group in groups}
    assert forward == {group: placement(plan, group) for group in reversed(groups)}


def test_an_explicit_split_wins_and_moves_nothing_else() -> None:
    for group, placed in zip(GROUPS[:500], PLACED, strict=False):
        assert placement(PLAN, group, placed.split) == placed
        assert placement(PLAN, group, "test").split == "test"
        held = placement(PLAN, group, "validation")
        if placed.split != "test":
            assert held == replace(placed, split="validation")


def test_a_plan_survives_the_ledger() -> None:
    assert Plan.model_validate_json(PLAN.model_dump_json()) == PLAN


# Who gets what


@PROPERTY
@given(plans, names, st.permutations(PEOPLE), st.integers(0, 5))
def test_so_many_different_annotators_in_whatever_order_they_are_named(
    plan: Plan, group: str, people: list[str], count: int
) -> None:
    found = annotators_for(plan, group, people, count)
    assert len(set(found)) == len(found) == count
    assert set(found) <= set(PEOPLE)
    assert found == annotators_for(plan, group, PEOPLE, count)
    assert found == annotators_for(plan, group, PEOPLE, 5)[:count]


@PROPERTY
@given(names, st.lists(names, min_size=2, max_size=6, unique=True), st.data())
def test_a_new_annotator_takes_only_what_becomes_theirs(
    group: str, people: list[str], data: st.DataObject
) -> None:
    *others, new = people
    count = data.draw(st.integers(1, len(others)))
    before = set(annotators_for(PLAN, group, others, count))
    after = set(annotators_for(PLAN, group, people, count))
    assert after - before <= {new}
    assert len(before - after) == len(after - before)


def test_everybody_gets_as_much_and_a_newcomer_too() -> None:
    groups = GROUPS[:5_000]
    given = Counter(n for group in groups for n in annotators_for(PLAN, group, PEOPLE, 2))
    for name in PEOPLE:
        assert_share(given[name], len(groups), 2 / 5)
    moved = sum(
        annotators_for(PLAN, group, PEOPLE, 1) != annotators_for(PLAN, group, PEOPLE[:4], 1)
        for group in groups
    )
    assert_share(moved, len(groups), 1 / 5)


def test_every_pair_meets() -> None:
    """Agreement of pairs needs articles that both have."""
    groups = GROUPS[:5_000]
    pairs = Counter(frozenset(annotators_for(PLAN, group, PEOPLE, 2)) for group in groups)
    assert set(pairs) == {frozenset(pair) for pair in combinations(PEOPLE, 2)}
    for count in pairs.values():
        assert_share(count, len(groups), 1 / 10)


def test_too_few_annotators() -> None:
    with pytest.raises(SettingsError) as caught:
        annotators_for(PLAN, "a", PEOPLE[:1], 2)
    assert str(caught.value) == (
        "an article is for 2 annotators, and there are 1; name more of them in "
        "project.annotators, or lower sampling.overlap"
    )
