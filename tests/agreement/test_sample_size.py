"""Articles that agreement needs: known populations, and the bootstrap done the long way."""

from __future__ import annotations

import random

import pytest

from annotate.agreement.matching import Counts
from annotate.agreement.sample_size import LEAST, TARGET, need


def articles(number: int, seed: int = 1) -> list[Counts]:
    """Articles of 10 to 40 spans, of which each annotator finds most."""
    chance = random.Random(seed)  # noqa: S311 - a test that repeats
    found = []
    for _ in range(number):
        rate, size = chance.uniform(0.6, 1.0), chance.randint(10, 40)
        shared = sum(chance.random() < rate for _ in range(size))
        found.append(Counts(shared, size - shared, size - shared))
    return found


def f1(groups: list[Counts]) -> float:
    tp, fp, fn = sum(g.tp for g in groups), sum(g.fp for g in groups), sum(g.fn for g in groups)
    return 2 * tp / (2 * tp + fp + fn)


def test_the_half_width_is_that_of_the_long_way() -> None:
    groups = articles(60)
    found = need(groups)
    chance = random.Random(3)  # noqa: S311 - a test that repeats
    values = sorted(f1(chance.choices(groups, k=len(groups))) for _ in range(4000))
    expected = (values[3899] - values[100]) / 2
    assert found.f1 == pytest.approx(f1(groups))
    assert found.half_width == pytest.approx(expected, rel=0.08)
    assert found.half_width is not None
    assert found.needed == -(-len(groups) * found.half_width**2 // TARGET**2)
    assert need(groups) == found  # seeded


def test_with_so_many_articles_the_interval_is_as_wide_as_wanted() -> None:
    found = need(articles(40))
    assert found.needed is not None
    assert found.missing == max(0, found.needed - 40)
    widths = [need(articles(found.needed, seed)).half_width or 0 for seed in range(5, 25)]
    assert sum(widths) / len(widths) == pytest.approx(TARGET, rel=0.25)


def test_a_wider_target_needs_fewer() -> None:
    groups = articles(30)
    needed = [need(groups, target=target).needed or 0 for target in (0.01, 0.03, 0.1)]
    assert needed == sorted(needed, reverse=True)
    assert need(groups, target=0.1).missing == 0
    assert needed[0] == pytest.approx(9 * needed[1], rel=0.01, abs=9)


def test_below_twenty_articles_nothing_is_said() -> None:
    few = need(articles(LEAST - 1))
    assert (few.groups, few.half_width, few.needed, few.missing) == (19, None, None, None)
    assert few.reason == "19 articles have several annotators; 20 are needed to say"
    assert few.f1 is not None
    assert need(articles(LEAST)).reason is None
    assert need([]).f1 is None


def test_nothing_marked_is_undefined_and_not_zero() -> None:
    found = need([Counts()] * 30)
    assert (found.f1, found.half_width, found.needed) == (None, None, None)
    assert found.reason == "neither annotator has marked any"


def test_articles_that_agree_alike_need_no_more() -> None:
    found = need([Counts(10, 1, 1)] * 25)
    assert (found.half_width, found.needed, found.missing) == (0.0, LEAST, 0)


def test_rare_labels_leave_resamples_without_any() -> None:
    found = need([Counts(5, 1, 1)] + [Counts()] * 29)
    assert found.f1 == pytest.approx(10 / 12)
    assert found.half_width == pytest.approx(0.0)
