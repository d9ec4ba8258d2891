"""The highest Jaccard index across splits, against sets of words."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.arabic.likeness import triples
from annotate.dataset.leaks import highest_of, highest_of_all
from tests.support import PROPERTY

sets = st.lists(st.sets(st.integers(0, 12), max_size=6), max_size=6)


def jaccard(one: set[int], other: set[int]) -> float:
    return len(one & other) / len(one | other) if one | other else 0.0


@PROPERTY
@given(sets, st.data())
def test_it_is_the_highest_of_all_pairs_of_two_sides(
    given_: list[set[int]], data: st.DataObject
) -> None:
    sides = [data.draw(st.integers(-1, 2)) for _ in given_]
    pairs = {
        (one, other): jaccard(given_[one], given_[other])
        for one, other in combinations(range(len(given_)), 2)
        if sides[one] != sides[other] and min(sides[one], sides[other]) >= 0
    }
    arrays = [np.array(sorted(found), np.uint32) for found in given_]
    highest = max(pairs.values(), default=0.0)
    for found in (
        highest_of_all(arrays, np.array(sides, np.int64)),
        highest_of(pairs, dict(enumerate(arrays))),
    ):
        if not highest:
            assert found is None
        else:
            assert found is not None
            assert found.jaccard == pytest.approx(highest)
            assert pairs[found.one, found.other] == pytest.approx(highest)


def test_triples_are_counted_once_and_by_their_search_form() -> None:
    one, other = triples("أعلن الناطق أمس أعلن الناطق أمس"), triples("اعلن الناطق امس، ثم")
    found = highest_of_all([one, other], np.array([0, 1]))
    assert found is not None
    assert found.jaccard == 1 / 4
