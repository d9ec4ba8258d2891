"""Intervals: the bootstrap done the long way, coverage of a known truth, and what is undefined."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.agreement.counting import Sums, count
from annotate.agreement.matching import Counts
from annotate.agreement.resampling import (
    LEAST_GROUPS,
    Estimate,
    estimate,
    estimates,
    intervals,
    macro,
)
from tests.agreement.builders import annotation, item, span
from tests.agreement.test_sample_size import articles, f1
from tests.support import ONTOLOGY, PROPERTY

some_counts = st.builds(Counts, st.integers(0, 9), st.integers(0, 9), st.integers(0, 9))


def test_the_interval_is_that_of_the_long_way() -> None:
    groups = articles(60)
    found = estimate(groups)
    chance = random.Random(3)  # noqa: S311 - a test that repeats
    values = sorted(f1(chance.choices(groups, k=len(groups))) for _ in range(4000))
    assert found.f1 == pytest.approx(f1(groups))
    assert (found.low, found.high) == pytest.approx((values[100], values[3899]), abs=0.004)
    assert estimate(groups) == found  # seeded
    assert estimate(groups, seed=2) != found


def test_about_95_of_100_intervals_hold_the_truth() -> None:
    truth = f1(articles(20_000, seed=99))
    found = [estimate(articles(50, seed), resamples=400) for seed in range(200)]
    inside = sum((one.low or 0) <= truth <= (one.high or 0) for one in found)
    assert 180 <= inside <= 198


@PROPERTY
@given(st.lists(some_counts, min_size=2, max_size=8), st.randoms(use_true_random=False))
def test_the_interval_lies_around_f1_and_knows_no_order(
    groups: list[Counts], chance: random.Random
) -> None:
    found = estimate(groups)
    if found.f1 is None:
        assert (found.low, found.high) == (None, None)
        assert found.reason == "neither annotator has marked any"
        return
    assert found.low is not None
    assert found.high is not None
    assert 0 <= found.low <= found.high <= 1
    values = [one.f1 for one in groups if one.f1 is not None]
    assert min(values) - 1e-9 <= found.low
    assert found.high <= max(values) + 1e-9
    mixed = groups.copy()
    chance.shuffle(mixed)
    # The order decides which group a draw meets, not how the interval is distributed.
    assert estimate(mixed).f1 == pytest.approx(found.f1)


def test_many_measures_at_once_are_each_alone() -> None:
    counts = np.array([[(g.tp, g.fp, g.fn), (g.tp, 0, g.fn)] for g in articles(30)], dtype=float)
    found = intervals(counts)
    assert found == [intervals(counts[:, [i]])[0] for i in range(2)]


def test_more_groups_than_fit_into_a_block(monkeypatch: pytest.MonkeyPatch) -> None:
    groups = articles(40)
    whole = estimate(groups)
    monkeypatch.setattr("annotate.agreement.resampling._BLOCK", 100)
    assert estimate(groups) == whole


def test_articles_of_one_story_are_drawn_together() -> None:
    same, other = annotation([span(0, 2)]), annotation([span(0, 3)])
    items = [
        item(same, same if n % 2 else other, number=n, group=f"story{n % 4}") for n in range(40)
    ]
    sums = count(items, ONTOLOGY).summed(how="strict", measure="entities")
    assert (sums.counts.shape, sums.articles) == ((4, 1, 3), 40)
    (found,) = estimates(sums).values()
    assert found.groups == 4
    assert found.low == 0.0
    assert found.high == 1.0


def test_few_groups_have_an_interval_but_no_verdict() -> None:
    few = estimate(articles(LEAST_GROUPS - 1))
    assert few.low is not None
    assert few.no_verdict == "19 stories; 20 are needed for a verdict"
    assert estimate(articles(LEAST_GROUPS)).no_verdict is None
    single = estimate([Counts(3, 1, 1)])
    assert (single.f1, single.low, single.high) == (0.75, None, None)
    assert single.reason == "one story: there is no telling how it varies"
    assert single.no_verdict == "1 story; 20 are needed for a verdict"


def test_undefined_is_none_with_a_reason() -> None:
    nothing = estimate([Counts()] * 30)
    assert (nothing.f1, nothing.low, nothing.high) == (None, None, None)
    assert nothing.no_verdict == nothing.reason == "neither annotator has marked any"
    assert estimate([]) == Estimate(Counts(), 0, reason="no text has two annotators")
    assert estimates(Sums((), np.zeros((0, 0, 3)), 0)) == {}


def test_macro_is_the_mean_of_labels() -> None:
    table = count(
        [
            item(
                annotation([span(0, 2, "PER"), span(4, 6, "ORG")]),
                annotation([span(0, 2, "PER"), span(4, 7, "ORG")]),
            )
        ],
        ONTOLOGY,
    )
    found = estimates(table.summed(["label"], measure="entities", how="strict"))
    assert {key: one.f1 for key, one in found.items()} == {("PER",): 1.0, ("ORG",): 0.0}
    assert macro(found) == 0.5
    assert macro({}) is None
    assert all(one.few for one in found.values())
    assert not estimate({"story": Counts(10, 0, 0)}).few
