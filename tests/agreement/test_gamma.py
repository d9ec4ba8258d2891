"""Gamma: alignments by trying all, published values, pygamma-agreement, and what must hold."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotate.agreement import alignment
from annotate.agreement.alignment import Dissimilarity, best
from annotate.agreement.gamma import (
    MOST_ITEMS,
    NO_UNITS,
    ONE_ANNOTATOR,
    Gamma,
    gamma,
    gamma_of,
)
from annotate.agreement.readings import Item
from tests.agreement.builders import annotation, item, span
from tests.support import ONTOLOGY, PROPERTY, SLOW_PROPERTY

Floats = npt.NDArray[np.float64]
Unit = tuple[int, int, int]
HOW = Dissimilarity()

# Example of pygamma-agreement 0.5.9 (tests/data/AlexPaulSuzan.csv, MIT), after the paper's figures.
ALEX = [(2, 9, 1), (11, 17, 2), (24, 30, 5), (32, 36, 6), (36, 44, 6), (44, 60, 7)]
PAUL = [(2, 9, 1), (11, 17, 3), (19, 25, 5), (32, 44, 6)]
SUZAN = [(2, 9, 1), (11, 17, 4), (21, 27, 5), (32, 36, 6), (36, 40, 6), (40, 44, 6)]


def units(found: Sequence[Unit]) -> Floats:
    return np.array(found, dtype=np.float64).reshape(-1, 3)


def continuum(annotators: int, size: int, noise: float, seed: int) -> list[Floats]:
    """So many units in a row, of which each annotator misses, moves and calls otherwise some."""
    generator = np.random.default_rng(seed)
    gaps, lengths = generator.integers(1, 25, size), generator.integers(2, 15, size)
    end = np.cumsum(gaps + lengths)
    category = generator.integers(0, 5, size)
    found = []
    for _ in range(annotators):
        moved = [np.where(generator.random(size) < noise, generator.integers(-6, 7, size), 0)] * 2
        other = np.where(generator.random(size) < noise, generator.integers(0, 5, size), category)
        there = generator.random(size) >= noise / 2
        made = np.stack([end - lengths + moved[0], end + moved[1], other], axis=1)
        found.append(made[there].astype(float))
    return found


# The alignment


def partitions(left: list[tuple[int, int]]) -> Iterator[list[list[tuple[int, int]]]]:
    """All ways to put units (annotator, number) into unitary alignments."""
    if not left:
        yield []
        return
    first, rest = left[0], left[1:]
    for size in range(len(rest) + 1):
        for others in combinations(rest, size):
            names = [name for name, _ in (first, *others)]
            if len(set(names)) == len(names):
                for more in partitions([unit for unit in rest if unit not in others]):
                    yield [[first, *others], *more]


def disorder(parts: list[list[tuple[int, int]]], made: list[Floats], how: Dissimilarity) -> float:
    n = len(made)
    total = 0.0
    for part in parts:
        pairs = list(combinations(part, 2))
        apart = n * (n - 1) / 2 - len(pairs)
        d = [float(how.between(made[a][i], made[b][j])) for (a, i), (b, j) in pairs]
        total += (sum(d) + apart * how.delta) / (n * (n - 1) / 2)
    return total * n / sum(map(len, made))


unit = st.tuples(st.integers(0, 12), st.integers(1, 6), st.integers(0, 1)).map(
    lambda found: (found[0], found[0] + found[1], found[2])
)
weights = st.sampled_from([HOW, Dissimilarity(alpha=1), Dissimilarity(1.0, 0.0, 0.5)])


@st.composite
def small(draw: st.DrawFn) -> list[Floats]:
    annotators = draw(st.integers(2, 4))
    most = {2: 4, 3: 2, 4: 2}[annotators]
    made = [draw(st.lists(unit, max_size=most, unique=True)) for _ in range(annotators)]
    return [units(one) for one in (made if any(made) else [[(0, 1, 0)], *made[1:]])]


@PROPERTY
@given(small(), weights)
def test_no_alignment_is_better(made: list[Floats], how: Dissimilarity) -> None:
    left = [(name, number) for name, one in enumerate(made) for number in range(len(one))]
    expected = min(disorder(parts, made, how) for parts in partitions(left))
    (found,) = best([made], how)
    assert found.disorder == pytest.approx(expected)
    assert found.units >= max(map(len, made))


def test_searching_and_programming_find_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    made = [continuum(annotators, 40, 0.9, seed) for annotators in (2, 3, 4) for seed in range(4)]
    searched = best(made, HOW)
    monkeypatch.setattr(alignment, "_FEW", 0)
    monkeypatch.setattr(alignment, "_BLOCK", 100)
    assert [one.disorder for one in best(made, HOW)] == pytest.approx(
        [one.disorder for one in searched]
    )


def test_dissimilarity() -> None:
    """The paper, section 4.1: none for equal units, alpha for touching ones of equal length."""
    here = np.array([10.0, 14.0, 1.0])
    assert HOW.between(here, here) == 0
    assert HOW.between(here, np.array([14.0, 18.0, 1.0])) == 3
    assert HOW.between(here, np.array([10.0, 14.0, 2.0])) == 1
    assert HOW.between(here, np.array([10.0, 12.0, 1.0])) == pytest.approx(3 / 9)


# Published values, and other people's code


def test_the_example_of_pygamma_agreement() -> None:
    """Its own tests expect a disorder of 0.96, within 1 %.

    Gamma was printed by its version 0.5.9, for these units: `compute_gamma(how,
    precision_level=0.01)` with its combined dissimilarity, alpha=3, beta=1, delta_empty=1.
    """
    made = [units(one) for one in (ALEX, PAUL, SUZAN)]
    (found,) = best([made], HOW)
    assert found.disorder == pytest.approx(0.96062, abs=0.00001)
    assert found.units in (6, 7)  # of equal disorder
    whole = gamma(made, precision=0.01)
    assert whole.value == pytest.approx(0.4286, abs=0.015)
    assert whole.samples > 30


@pytest.fixture(scope="module")
def theirs() -> Any:
    """pygamma-agreement (MIT; cvxopt, which it needs, is GPL-3: for tests only)."""
    return pytest.importorskip("pygamma_agreement", reason="the extra `oracle` is not installed")


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """It says for each alignment that it uses GLPK."""
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)


def theirs_of(made: Sequence[Floats], package: Any) -> Any:
    segment = pytest.importorskip("pyannote.core").Segment
    found = package.Continuum()
    for number, one in enumerate(made):
        found.add_annotator(f"annotator{number}")
        for start, end, category in one.tolist():
            found.add(f"annotator{number}", segment(start, end), f"category{category}")
    return found


@pytest.mark.slow
@settings(SLOW_PROPERTY, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(made=st.lists(st.lists(unit, min_size=1, max_size=8, unique=True), min_size=2, max_size=3))
def test_alignments_are_as_good_as_theirs(theirs: Any, made: list[list[Unit]]) -> None:
    how = theirs.CombinedCategoricalDissimilarity(alpha=3, beta=1, delta_empty=1)
    expected = theirs_of([units(one) for one in made], theirs).get_best_alignment(how).disorder
    (found,) = best([[units(one) for one in made]], HOW)
    assert found.disorder == pytest.approx(float(expected), rel=1e-4, abs=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("annotators", "size", "noise"), [(2, 60, 0.5), (3, 40, 0.3), (3, 40, 0.8)]
)
def test_gamma_is_within_a_hundredth_of_theirs(
    theirs: Any, annotators: int, size: int, noise: float
) -> None:
    made = continuum(annotators, size, noise, seed=3)
    how = theirs.CombinedCategoricalDissimilarity(alpha=3, beta=1, delta_empty=1)
    np.random.seed(4)
    expected = theirs_of(made, theirs).compute_gamma(how, n_samples=100, precision_level=0.01)
    found = gamma(made, samples=100, precision=0.01)
    assert found.observed == pytest.approx(float(expected.observed_disorder), rel=1e-4)
    assert found.value == pytest.approx(float(expected.gamma), abs=0.01)


# What must hold


@SLOW_PROPERTY
@given(small(), st.randoms(use_true_random=False))
def test_order_changes_nothing(made: list[Floats], chance: Random) -> None:
    turned = [one[::-1] for one in made]
    chance.shuffle(turned)
    assert gamma(turned, samples=4) == gamma(made, samples=4)


@SLOW_PROPERTY
@given(small())
def test_identical_units_agree_fully(made: list[Floats]) -> None:
    whole = next(one for one in made if len(one))
    assert gamma([whole] * 3, samples=4).value == 1.0


def test_more_noise_is_less_agreement() -> None:
    found = [
        np.mean([gamma(continuum(3, 25, noise, seed), samples=10).value or 0 for seed in range(6)])
        for noise in (0.0, 0.2, 0.4, 0.7, 1.0)
    ]
    assert found == sorted(found, reverse=True)
    assert found[0] == 1.0
    assert found[-1] < 0.6


def test_random_units_agree_by_chance_only() -> None:
    made = [continuum(3, 40, 0.0, seed) for seed in range(3)]
    strangers = [one[0] for one in made]  # each of another text
    found = gamma(strangers, precision=0.01)
    assert found.value == pytest.approx(0, abs=0.15)


def test_undefined_is_none_with_a_reason() -> None:
    assert gamma([units(ALEX)]) == Gamma(units=6, reason=ONE_ANNOTATOR)
    assert gamma([units([]), units([])]) == Gamma(reason=NO_UNITS)
    one = gamma([units(PAUL), units([])], samples=5)
    assert one.value is not None
    assert one.observed == 2.0  # all alone: 4 units over a mean of 2


# Readings


def texts(count: int) -> list[Item]:
    found = []
    for number in range(count):
        first = [span(2 * i, 2 * i + 1, "PER") for i in range(6)]
        second = [
            span(2 * i, 2 * i + 1 + i % 2, "PER" if i % 3 else "ORG") for i in range(number % 6)
        ]
        found.append(item(annotation(first), annotation(second), number=number))
    return found


def test_readings_add_up_whatever_their_order() -> None:
    items = texts(9)
    found = gamma_of(items, "entity", ONTOLOGY, samples=5)
    assert (found.articles, found.samples) == (9, 5)
    assert found.value is not None
    assert 0 < found.value < 1
    turned = [replace(one, readings=one.readings[::-1]) for one in reversed(items)]
    assert gamma_of(turned, "entity", ONTOLOGY, samples=5) == found
    alone = [gamma_of([one], "entity", ONTOLOGY, samples=5) for one in items]
    assert found.observed == pytest.approx(sum(one.observed or 0 for one in alone))
    assert found.expected == pytest.approx(sum(one.expected or 0 for one in alone))


def test_no_more_texts_than_asked_for() -> None:
    items = texts(9)
    found = gamma_of(items, "entity", ONTOLOGY, samples=3, most=4)
    assert found.articles == 4
    assert found == gamma_of(items[::-1], "entity", ONTOLOGY, samples=3, most=4)


def test_the_docs_say_how_many_texts_are_taken() -> None:
    docs = Path(__file__).parents[2] / "docs" / "agreement.md"
    assert f"on {MOST_ITEMS} articles at most" in docs.read_text("utf-8")


def test_readings_that_say_nothing() -> None:
    assert gamma_of([], "entity", ONTOLOGY).reason == ONE_ANNOTATOR
    assert gamma_of([item(annotation())], "entity", ONTOLOGY).reason == ONE_ANNOTATOR
    nothing = item(annotation(), annotation())
    assert gamma_of([nothing], "entity", ONTOLOGY) == Gamma(reason=NO_UNITS)
    looked = item(annotation([span(0, 1)]), replace(annotation(), labels_covered=("ATTACK",)))
    assert gamma_of([looked], "entity", ONTOLOGY).reason == ONE_ANNOTATOR
