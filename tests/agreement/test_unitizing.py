"""alpha_U: published examples, the definition taken literally, and what must hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.agreement.readings import Item
from annotate.agreement.unitizing import (
    NO_CHANCE,
    NO_PAIR,
    NO_UNIT,
    disagreement,
    joined,
    unitizing,
)
from tests.agreement.builders import annotation, item, some_items, span
from tests.support import ONTOLOGY, PROPERTY, SLOW_PROPERTY

Units = npt.NDArray[np.int64]


def units(*found: tuple[int, int]) -> Units:
    return np.array(found, dtype=np.int64).reshape(-1, 2)


# Krippendorff 2004, Content Analysis, 2nd edition, p. 254: observers i and j, L = 300 from 150 on.
CATEGORY_C = (units((75, 145), (220, 250)), units((70, 150), (205, 225), (250, 270)))
CATEGORY_K = (units((30, 90), (150, 200)), units((30, 90), (150, 200)))

# Krippendorff 1995, On the reliability of unitizing contiguous data, p. 57: L = 24.
BY_TWO = {
    "A": (units((2, 10), (14, 20)), units((4, 8), (15, 17))),
    "B": (
        units((0, 18)),
        units((0, 2), (2, 3), (3, 4), (4, 5), (5, 6), (6, 9), (9, 10)),
    ),
    "C": (
        units((2, 8), (10, 12), (14, 18), (20, 22)),
        units((0, 2), (4, 8), (10, 14), (16, 18), (20, 22)),
    ),
    "D": (
        units((0, 2), (2, 10), (10, 14), (14, 20), (20, 24)),
        units((0, 4), (4, 8), (8, 15), (15, 17), (17, 24)),
    ),
}


def test_krippendorff_2004() -> None:
    c, k = disagreement(CATEGORY_C, 300), disagreement(CATEGORY_K, 300)
    assert c == pytest.approx((0.0144, 0.0532), abs=0.00005)
    assert k == pytest.approx((0, 0.0490), abs=0.00005)
    assert 1 - c[0] / c[1] == pytest.approx(0.7286, abs=0.00005)
    # Printed as 0.8591, from values rounded to four places.
    assert 1 - (c[0] + k[0]) / (c[1] + k[1]) == pytest.approx(0.8591, abs=0.0005)


@pytest.mark.parametrize(
    ("example", "observed", "alpha"),
    [("A", 0.03125, 0.553), ("B", 2.26736, -0.926), ("C", 0.02777, 0.679), ("D", 0.38715, 0.066)],
)
def test_krippendorff_1995(example: str, observed: float, alpha: float) -> None:
    """With many small characters, as there; its D_e has a sign that was corrected in 2004."""
    scale = 50_000
    found = disagreement([one * scale for one in BY_TWO[example]], 24 * scale)
    assert found[0] == pytest.approx(observed, abs=0.00001)
    assert 1 - found[0] / found[1] == pytest.approx(alpha, abs=0.02)


def test_krippendorff_1995_on_twelve_characters() -> None:
    found = disagreement([one // 2 for one in BY_TWO["C"]], 12)
    assert found == pytest.approx((0.02777, 0.05494), abs=0.00001)


def literally(observers: Sequence[Units], length: int) -> tuple[Fraction, Fraction]:
    """The definition, section by section (unit or gap), in fractions."""
    sections = []
    for one in observers:
        found, at = [], 0
        for start, end in one.tolist():
            found += [(at, start, 0), (start, end, 1)] if start > at else [(start, end, 1)]
            at = end
        sections.append([*found, (at, length, 0)] if at < length else found)
    m, total = len(observers), 0
    for i in range(m):
        for j in range(m):
            for b, e, v in sections[i] if i != j else []:
                for b2, e2, v2 in sections[j]:
                    if v and v2 and b < e2 and b2 < e:
                        total += (b - b2) ** 2 + (e - e2) ** 2
                    elif v and not v2 and b2 <= b and e <= e2:
                        total += (e - b) ** 2
                    elif v2 and not v and b <= b2 and e2 <= e:
                        total += (e2 - b2) ** 2
    every = [(e - b, v) for one in sections for b, e, v in one]
    n = sum(v for _, v in every)
    above = Fraction(0)
    for size, v in every:
        if v:
            above += Fraction((n - 1) * (2 * size**3 - 3 * size**2 + size), 3)
            above += sum(size**2 * (g - size + 1) for g, w in every if not w and g >= size)
    below = m * length * (m * length - 1) - sum(v * s * (s - 1) for s, v in every)
    return (
        Fraction(total, m * (m - 1) * length**2),
        Fraction(2, length) * above / below if below else Fraction(0),
    )


@st.composite
def some_units(draw: st.DrawFn, length: int) -> Units:
    cuts = sorted(draw(st.sets(st.integers(0, length), max_size=8)))
    return units(*(pair for pair in pairwise(cuts) if draw(st.booleans())))


@PROPERTY
@given(st.lists(some_units(20), min_size=2, max_size=4))
def test_it_is_what_the_definition_says(observers: list[Units]) -> None:
    expected = literally(observers, 20)
    assert disagreement(observers, 20) == pytest.approx([float(value) for value in expected])


def test_a_gap_ends_at_a_border() -> None:
    observers = [units((2, 4), (12, 15)), units((2, 4))]
    whole, cut = disagreement(observers, 20), disagreement(observers, 20, [10])
    assert cut[0] == whole[0]
    # Of the gaps 2, 8, 5; 2, 16 two are cut: 8 into 6 and 2, 16 into 6 and 10.
    n, below = 3, 40 * 39 - (2 + 6 + 2)
    above = sum(
        (n - 1) / 3 * (2 * size**3 - 3 * size**2 + size)
        + size**2 * sum(gap - size + 1 for gap in (2, 6, 2, 5, 2, 6, 10) if gap >= size)
        for size in (2, 3, 2)
    )
    assert cut[1] == pytest.approx(2 / 20 * above / below)


# Readings


def test_spans_that_overlap_are_one_unit() -> None:
    assert joined([(4, 6), (0, 3), (2, 4), (5, 8)]).tolist() == [[0, 4], [4, 8]]
    assert joined([(0, 9), (1, 2), (1, 2)]).tolist() == [[0, 9]]


def test_texts_are_one_continuum_and_labels_add_up() -> None:
    left = annotation([span(0, 4, "PER"), span(6, 8, "ORG")])
    right = annotation([span(0, 5, "PER"), span(6, 8, "ORG"), span(10, 12, "ORG")])
    found = unitizing([item(left, right), item(right, left, number=1)], "entity", ONTOLOGY)
    person = [units((0, 4), (14, 19)), units((0, 5), (14, 18))]
    group = [units((6, 8), (20, 22), (24, 26)), units((6, 8), (10, 12), (20, 22))]
    by_label = {"PER": disagreement(person, 28, [14]), "ORG": disagreement(group, 28, [14])}
    assert {label: one.n for label, one in found.by_label.items()} == {"PER": 4, "ORG": 6}
    for label, (observed, expected) in by_label.items():
        assert found.by_label[label].value == pytest.approx(1 - observed / expected)
    observed, expected = (sum(pair[i] for pair in by_label.values()) for i in range(2))
    assert found.total.value == pytest.approx(1 - observed / expected)


def test_texts_of_two_and_of_three_readers_are_added() -> None:
    same, other = annotation([span(0, 4)]), annotation([span(9, 12)])
    two, three = item(same, same), item(same, other, other, number=1)
    found = unitizing([two, three], "entity", ONTOLOGY).total
    alone = [unitizing([one], "entity", ONTOLOGY).total for one in (two, three)]
    assert alone[0].value == 1.0
    assert found.observed == alone[0].observed + alone[1].observed
    assert alone[1].value is not None
    assert found.value is not None
    assert alone[1].value < found.value < 1


@SLOW_PROPERTY
@given(some_items())
def test_order_changes_nothing(items: list[Item]) -> None:
    turned = [
        replace(found, readings=found.readings[:: 1 if number % 2 else -1])
        for number, found in enumerate(reversed(items))
    ]
    one, other = (unitizing(found, "entity", ONTOLOGY) for found in (items, turned))
    assert list(one.by_label) == list(other.by_label)
    assert one.total.reason == other.total.reason
    assert one.total.value == pytest.approx(other.total.value)


@SLOW_PROPERTY
@given(some_items(readings=1))
def test_identical_readings_agree_fully(items: list[Item]) -> None:
    doubled = [replace(i, readings=item(*[i.readings[0].annotation] * 3).readings) for i in items]
    for found in (unitizing(doubled, "entity", ONTOLOGY), unitizing(doubled, "event", ONTOLOGY)):
        for one in (found.total, *found.by_label.values()):
            assert one.observed == 0
            assert one.value == 1.0 or one.reason


def test_further_off_is_less_agreement() -> None:
    values = [
        unitizing(
            [item(annotation([span(0, 4)]), annotation([span(n, n + 4)]))], "entity", ONTOLOGY
        )
        for n in range(5)
    ]
    found = [one.total.value or 0 for one in values]
    assert found == sorted(found, reverse=True)
    assert found[0] == 1
    assert found[4] < 0


def test_undefined_is_none_with_a_reason() -> None:
    assert unitizing([], "entity", ONTOLOGY).total.reason == NO_PAIR
    alone = item(annotation([span(0, 2)]))
    assert unitizing([alone], "entity", ONTOLOGY).total.reason == NO_PAIR
    nothing = unitizing([item(annotation(), annotation())], "entity", ONTOLOGY)
    assert (nothing.total.value, nothing.total.reason) == (None, NO_UNIT)
    assert nothing.by_label == {}
    short = replace(item(annotation([span(0, 1)]), annotation([span(0, 1)])), text="س")
    found = unitizing([short], "entity", ONTOLOGY)
    assert (found.total.value, found.total.reason) == (None, NO_CHANCE)
