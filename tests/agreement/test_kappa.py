"""Chance-corrected coefficients: published examples, other people's code, and what must hold."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from annotate.agreement.kappa import NAMES, NO_PAIR, ONE_CLASS, Coefficients, NominalSums
from annotate.agreement.resampling import drawn
from tests.support import PROPERTY, SLOW_PROPERTY

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


def of_counts(counts: npt.ArrayLike) -> Coefficients:
    """Of units, of which it is known how many annotators gave each class."""
    table = np.asarray(counts)
    sums = NominalSums(table.shape[1])
    sums.add_counts(table)
    return sums.coefficients()[0]


def of_ratings(rows: Ints) -> Coefficients:
    sums = NominalSums(4)
    sums.add([str(number) for number in range(len(rows))], rows)
    return sums.coefficients()[0]


# Published examples


def test_cohen_1960() -> None:
    """Table 1: two clinical psychologists, 200 patients, three diagnoses."""
    table = np.array([[88, 14, 18], [10, 40, 10], [2, 6, 12]])
    one, other = np.repeat(np.indices(table.shape).reshape(2, -1), table.ravel(), axis=1)
    assert of_ratings(np.array([one, other])).cohen == pytest.approx(0.492, abs=0.0005)


def test_fleiss_1971() -> None:
    counts = np.array([[int(digit) for digit in row] for row in DIAGNOSES])
    assert counts.shape == (30, 5)
    assert set(counts.sum(axis=1)) == {6}
    assert of_counts(counts).fleiss == pytest.approx(0.430, abs=0.0005)
    sums = NominalSums(5)
    sums.add_counts(counts)
    # By diagnosis, as the paper's table of category-wise kappas has them.
    by_class = [one.fleiss for one in sums.coefficients()[1:]]
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
    assert of_counts(counts).alpha == pytest.approx(0.743, abs=0.0005)


def test_krippendorff_1995() -> None:
    """On the reliability of unitizing contiguous data: two records as zeros and ones."""
    one = np.array([int(c) for c in "001111111100001111110000"])
    other = np.array([int(c) for c in "000011110000000110000000"])
    sums = NominalSums(2)
    sums.add(["Bertha", "Bill"], np.array([one, other]))
    found = sums.coefficients()[0]
    assert found.cohen == pytest.approx(0.385, abs=0.0005)
    assert found.alpha == pytest.approx(0.329, abs=0.0005)
    assert found.fleiss == pytest.approx(0.314, abs=0.0005)  # of two: Scott's pi


# Other people's code


@PROPERTY
@given(ratings())
def test_cohen_is_that_of_scikit_learn(rows: Ints) -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    found = of_ratings(rows[:2]).cohen
    if len(set(rows[0]) | set(rows[1])) == 1:
        assert found is None
    else:
        assert found == pytest.approx(metrics.cohen_kappa_score(rows[0], rows[1]))


@PROPERTY
@given(ratings(missing=True))
def test_alpha_is_that_of_the_package_krippendorff(rows: Ints) -> None:
    oracle = pytest.importorskip("krippendorff", reason="the extra `oracle` is not installed")
    counts = counted(rows)
    found = of_counts(counts).alpha
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
    found = of_counts(counted(rows)).fleiss
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
        found, expected = sums.coefficients()[number + 1], alone.coefficients()[0]
        for name in ("cohen", "fleiss", "alpha"):
            assert getattr(found, name) == pytest.approx(getattr(expected, name))


@PROPERTY
@given(ratings())
def test_identical_ratings_agree_fully(rows: Ints) -> None:
    assume(len(set(rows[0])) > 1)
    same = np.array([rows[0]] * 3)
    sums = NominalSums(4)
    sums.add(["a", "b", "c"], same)
    found = sums.coefficients()[0]
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
        values = sums.coefficients()[0]
        found.append((values.cohen or 0, values.fleiss or 0, values.alpha or 0))
    assert found == sorted(found, reverse=True)
    # (1 - noise)^2 of the pairs agree by more than chance; at last nothing is left but chance.
    assert found[2] == pytest.approx((0.49, 0.49, 0.49), abs=0.02)
    assert found[-1] == pytest.approx((0, 0, 0), abs=0.02)


def test_undefined_is_none_with_a_reason() -> None:
    assert NominalSums(3).coefficients(["a", "b"]) == [Coefficients(reason=NO_PAIR)] * 4
    one_class = NominalSums(3)
    one_class.add(["a", "b"], np.zeros((2, 9), dtype=int))
    assert one_class.coefficients()[0] == Coefficients(n=9, reason=ONE_CLASS)
    assert of_counts([[1, 0], [0, 1]]) == Coefficients(reason=NO_PAIR)


# Intervals


def alpha_the_long_way(rows: Ints) -> float:
    """Disagreeing pairs of ratings of one unit, over those of all ratings, whatever the unit."""
    every = rows.ravel()
    observed = sum((unit[:, None] != unit).sum() / (len(unit) - 1) for unit in rows.T)
    expected = (every[:, None] != every).sum() / (len(every) - 1)
    return float(1 - observed / expected)


@settings(SLOW_PROPERTY, max_examples=10)
@given(st.lists(ratings(), min_size=2, max_size=6), st.integers(0, 99))
def test_intervals_are_those_of_resampling_the_units_themselves(
    texts: list[Ints], seed: int
) -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    texts = [rows[:2] for rows in texts]  # as many annotators in all: the long ways need that
    assume(len({int(one) for rows in texts for one in rows.ravel()}) > 1)
    sums = NominalSums(4)
    groups = [f"story {number}" for number in range(len(texts))]
    for group, rows in zip(groups, texts, strict=True):
        sums.add(["a", "b"], rows, group=group)
    found = sums.coefficients(groups, resamples=20, seed=seed)
    (weights,) = drawn(len(texts), resamples=20, seed=seed)
    for column, of in ((0, None), (2, 1)):
        values: dict[str, list[float]] = {name: [] for name in NAMES}
        for often in weights.astype(int):
            parts = [rows for rows, n in zip(texts, often, strict=True) for _ in range(n)]
            rows = np.concatenate(parts, axis=1)
            rows = rows if of is None else (rows == of).astype(int)
            if len(set(rows.ravel())) > 1:
                values["cohen"].append(metrics.cohen_kappa_score(*rows))
                values["fleiss"].append(fleiss_the_long_way(rows))
                values["alpha"].append(alpha_the_long_way(rows))
        for name in NAMES:
            interval = found[column].intervals.get(name)
            if values[name]:
                assert interval == pytest.approx(np.percentile(values[name], [2.5, 97.5]))
            else:
                assert interval is None


def test_of_several_annotators_the_pairs_are_drawn_together() -> None:
    generator = np.random.default_rng(3)
    groups = [f"story {number}" for number in range(25)]
    whole, alone = NominalSums(4), {pair: NominalSums(4) for pair in combinations("abc", 2)}
    for group in groups:
        truth = generator.integers(0, 4, 30)
        rows = np.where(generator.random((3, 30)) < 0.3, generator.integers(0, 4, (3, 30)), truth)
        whole.add("abc", rows, group=group)
        for (one, other), sums in alone.items():
            sums.add([one, other], rows[["abc".index(one), "abc".index(other)]], group=group)
    found = whole.coefficients(groups)[0]
    for name in NAMES:
        interval = found.intervals[name]
        assert interval is not None
        assert interval[0] < getattr(found, name) < interval[1]
    # The mean of three is known better than each of them.
    widths = [np.ptp(s.coefficients(groups)[0].intervals["cohen"] or ()) for s in alone.values()]
    assert np.ptp(found.intervals["cohen"] or ()) < min(widths)


def test_one_story_does_not_tell_how_it_varies() -> None:
    sums = NominalSums(2)
    sums.add("ab", np.array([[0, 1, 1], [0, 1, 0]]), group="story")
    (found, *_) = sums.coefficients(["story"])
    assert found.alpha is not None
    assert found.intervals == dict.fromkeys(NAMES)
