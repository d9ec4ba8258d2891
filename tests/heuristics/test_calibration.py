"""Whether scores hold: the check adds up, and the strength of the prior is a likely one."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from scipy.stats import betabinom

from annotate.heuristics.calibration import (
    BINS,
    STRENGTHS,
    Scored,
    bins,
    left_out,
    log_likelihood,
    report,
    summary,
)
from annotate.heuristics.precision import STRENGTH, Row, read_rows
from tests.heuristics.test_precision import TABLE, brute_force, tables


def test_the_check_adds_up() -> None:
    scored = [Scored(0.9, 4, 3), Scored(0.5, 2, 2), Scored(1.0, 1, 1)]
    outcomes = [(0.9, 1)] * 3 + [(0.9, 0)] + [(0.5, 1)] * 2 + [(1.0, 1)]
    found = summary(scored)
    assert found.observed == pytest.approx(6 / 7)
    assert found.expected == pytest.approx(sum(score for score, _ in outcomes) / 7)
    assert found.brier == pytest.approx(sum((s - o) ** 2 for s, o in outcomes) / 7)
    in_bins = bins(scored)
    assert [low for low, _, _ in in_bins] == list(BINS)
    assert sum(part.proposed for _, _, part in in_bins) == 7
    assert next(p for low, high, p in in_bins if low <= 0.9 < high) == summary(scored[:1])
    empty = summary([])
    assert (empty.observed, empty.expected, empty.brier) == (None, None, None)


@settings(max_examples=20, deadline=None)
@given(tables())
def test_every_row_is_checked_by_the_other_articles(rows: list[Row]) -> None:
    expected = [float(brute_force(rows, row[2:5], row.article)) for row in rows]
    scored = left_out(rows)
    assert [item.score for item in scored] == pytest.approx(expected, rel=1e-12)
    assert [item[1:] for item in scored] == [row[5:] for row in rows]


def test_the_likelihood_is_the_beta_binomials() -> None:
    rows = read_rows(TABLE)
    counts: dict[tuple[str, ...], list[int]] = {}
    for row in rows:
        keys: tuple[tuple[str, ...], ...] = (row[2:5], row[2:3])
        for key in keys:
            before = counts.setdefault(key, [0, 0])
            before[0] += row.proposed
            before[1] += row.correct
    for strength in STRENGTHS:
        expected = 0.0
        for key, (n, c) in counts.items():
            if len(key) == 3:
                mean = (counts[key[:1]][1] + 1) / (counts[key[:1]][0] + 2)
                a, b = strength * mean, strength * (1 - mean)
                ways = math.lgamma(n + 1) - math.lgamma(c + 1) - math.lgamma(n - c + 1)
                expected += float(betabinom.logpmf(c, n, a, b)) - ways
        assert log_likelihood(rows, strength) == pytest.approx(expected, rel=1e-6)


def test_the_strength_is_about_as_likely_as_any() -> None:
    rows = read_rows(TABLE)
    assert log_likelihood(rows, STRENGTH) > max(log_likelihood(rows, s) for s in STRENGTHS) - 3
    assert STRENGTH in STRENGTHS


def test_scores_are_about_what_is_observed() -> None:
    """On the whole table, article by article from the others: within three points."""
    found = summary(left_out(read_rows(TABLE)))
    assert found.expected is not None
    assert found.observed is not None
    assert abs(found.expected - found.observed) < 0.03
    assert f"| all | {found.proposed} | {found.expected:.3f} |" in report(read_rows(TABLE))
