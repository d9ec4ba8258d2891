"""Chance-corrected coefficients: published examples, other people's code, and what must hold."""

from __future__ import annotations

import doctest

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from annotate.agreement import kappa
from annotate.agreement.kappa import (
    NO_PAIR,
    ONE_CLASS,
    Coefficients,
    NominalSums,
    cohen_kappa,
    fleiss_kappa,
    krippendorff_alpha,
)
from tests.support import PROPERTY

Ints = npt.NDArray[np.int64]

# Fleiss 1971, table 1: 30 patients, 6 psychiatrists, 5 diagnoses.
DIAGNOSES = [
    *("00060", "03003", "01401", "00006", "03030", "20400", "00402", "20310", "20040", "00006"),
    *("10050", "11040", "03300", "10050", "02031", "00501", "30012", "51000", "02040", "10203"),
    *("00006", "01050", "02013", "20040", "10041", "05010", "40002", "02040", "10500", "00006"),
]


@st.composite
def ratings(draw: st.DrawFn, *, missing: bool = False) -> Ints:
    """Shape (annotators, units): classes 0..3, or -1 for none."""
    annotators, units = draw(st.integers(2, 4)), draw(st.integers(1, 12))
    one = st.integers(-1 if missing else 0, 3)
    rows = draw(st.lists(one, min_size=annotators * units, max_size=annotators * units))
    return np.array(rows).reshape(annotators, units)


def counted(rows: Ints) -> Ints:
    """Shape (units, 4): how many annotators gave each class."""
    return np.array([[(unit == c).sum() for c in range(4)] for unit in rows.T])


# Published examples


def test_the_docstrings_hold() -> None:
    assert doctest.testmod(kappa).failed == 0


def test_fleiss_1971() -> None:
    counts = np.array([[int(digit) for digit in row] for row in DIAGNOSES])
    assert counts.shape == (30, 5)
    assert set(counts.sum(axis=1)) == {6}
    assert fleiss_kappa(counts) == pytest.approx(0.430, abs=0.0005)
    sums = NominalSums(5)
    sums.add_counts(counts)
    # By diagnosis, as the paper's table of category-wise kappas has them.
    by_class = [sums.fleiss(number) for number in range(5)]
    assert by_class == pytest.approx([0.245, 0.245, 0.520, 0.471, 0.566], abs=0.0005)


def test_krippendorff_2011() -> None:
    """Computing Krippendorff's alpha-reliability, example C: 4 observers, 12 units, 0 missing."""
    rows = np.array(
        [
            [1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0],
            [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3],
            [0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0],
            [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0],
        ]
    )
    counts = np.array([[(unit == c).sum() for c in range(1, 6)] for unit in rows.T])
    assert krippendorff_alpha(counts) == pytest.approx(0.743, abs=0.0005)


def test_krippendorff_1995() -> None:
    """On the reliability of unitizing contiguous data: two records as zeros and ones."""
    one = np.array([int(c) for c in "001111111100001111110000"])
    other = np.array([int(c) for c in "000011110000000110000000"])
    sums = NominalSums(2)
    sums.add(["Bertha", "Bill"], np.array([one, other]))
    found = sums.coefficients(None)
    assert found.cohen == pytest.approx(0.385, abs=0.0005)
    assert found.alpha == pytest.approx(0.329, abs=0.0005)
    assert found.fleiss == pytest.approx(0.314, abs=0.0005)  # of two: Scott's pi


# Other people's code


@PROPERTY
@given(ratings())
def test_cohen_is_that_of_scikit_learn(rows: Ints) -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    table = np.zeros((4, 4), dtype=int)
    np.add.at(table, (rows[0], rows[1]), 1)
    found = cohen_kappa(table)
    if len(set(rows[0]) | set(rows[1])) == 1:
        assert found is None
    else:
        assert found == pytest.approx(metrics.cohen_kappa_score(rows[0], rows[1]))


@PROPERTY
@given(ratings(missing=True))
def test_alpha_is_that_of_the_package_krippendorff(rows: Ints) -> None:
    oracle = pytest.importorskip("krippendorff", reason="the extra `oracle` is not installed")
    counts = counted(rows)
    found = krippendorff_alpha(counts)
    paired = counts[counts.sum(axis=1) > 1]
    if np.count_nonzero(paired.sum(axis=0)) < 2:
        assert found is None
    else:
        expected = oracle.alpha(value_counts=counts, level_of_measurement="nominal")
        assert found == pytest.approx(expected)


def fleiss_the_long_way(rows: Ints) -> float:
    """Over every two ratings of every unit."""
    n, units = rows.shape
    agreeing = [
        np.mean([rows[i, u] == rows[j, u] for i in range(n) for j in range(n) if i != j])
        for u in range(units)
    ]
    shares = [np.mean(rows == c) for c in range(4)]
    chance = sum(share**2 for share in shares)
    return float((np.mean(agreeing) - chance) / (1 - chance))


@PROPERTY
@given(ratings())
def test_fleiss_is_that_of_the_long_way(rows: Ints) -> None:
    found = fleiss_kappa(counted(rows))
    if len(set(rows.ravel())) == 1:
        assert found is None
    else:
        assert found == pytest.approx(fleiss_the_long_way(rows))


# What must hold


@PROPERTY
@given(ratings())
def test_one_label_against_the_rest_and_whatever_order(rows: Ints) -> None:
    names = [str(number) for number in range(len(rows))]
    sums = NominalSums(4)
    half = rows.shape[1] // 2
    sums.add(names, rows[:, half:])
    sums.add(names, rows[:, :half])  # texts in another order
    for number in range(4):
        alone = NominalSums(2)
        alone.add(names[::-1], (rows[::-1] == number).astype(int))  # annotators in another order
        found, expected = sums.coefficients(number), alone.coefficients(None)
        for name in ("cohen", "fleiss", "alpha"):
            assert getattr(found, name) == pytest.approx(getattr(expected, name))


@PROPERTY
@given(ratings())
def test_identical_ratings_agree_fully(rows: Ints) -> None:
    assume(len(set(rows[0])) > 1)
    same = np.array([rows[0]] * 3)
    sums = NominalSums(4)
    sums.add(["a", "b", "c"], same)
    found = sums.coefficients(None)
    assert (found.cohen, found.fleiss, found.alpha) == pytest.approx((1, 1, 1))
    assert found.reason is None


def test_more_noise_is_less_agreement() -> None:
    generator = np.random.default_rng(4)
    truth = generator.integers(0, 4, 20_000)
    found = []
    for noise in (0.0, 0.1, 0.3, 0.6, 1.0):
        rows = np.where(
            generator.random((3, len(truth))) < noise,
            generator.integers(0, 4, (3, len(truth))),
            truth,
        )
        sums = NominalSums(4)
        sums.add(["a", "b", "c"], rows)
        values = sums.coefficients(None)
        found.append((values.cohen or 0, values.fleiss or 0, values.alpha or 0))
    assert found == sorted(found, reverse=True)
    # (1 - noise)^2 of the pairs agree by more than chance; at last nothing is left but chance.
    assert found[2] == pytest.approx((0.49, 0.49, 0.49), abs=0.02)
    assert found[-1] == pytest.approx((0, 0, 0), abs=0.02)


def test_undefined_is_none_with_a_reason() -> None:
    assert NominalSums(3).coefficients(None) == Coefficients(reason=NO_PAIR)
    one_class = NominalSums(3)
    one_class.add(["a", "b"], np.zeros((2, 9), dtype=int))
    assert one_class.coefficients(None) == Coefficients(n=9, reason=ONE_CLASS)
    assert cohen_kappa(np.zeros((3, 3))) is None
    assert fleiss_kappa(np.zeros((3, 3))) is None
    assert krippendorff_alpha([[1, 0], [0, 1]]) is None  # no unit has two ratings
