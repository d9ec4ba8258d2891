"""Near pairs out of sorted bands, against all pairs."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import combinations

import numpy as np
import pytest

from annotate.arabic.likeness import SIGNATURE_BYTES, estimates, signature
from annotate.dataset import similar
from annotate.dataset.similar import Search, Signatures
from tests.dataset.stories import invented


def corpus(count: int, seed: int) -> list[str]:
    """Stories of three articles, two of them copies with many other words."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    texts = []
    for number in range(count):
        words = invented(number // 3)
        for _ in range(chance.randint(0, 30)):
            words[chance.randrange(120)] = f"بدل{chance.randrange(10**6)}"
        texts.append(" ".join(words))
    chance.shuffle(texts)
    return [*texts, "", "!"]


@contextmanager
def searching(texts: list[str]) -> Iterator[Search]:
    with Signatures() as signatures:
        for text in texts:
            signatures.add(signature(text))
        yield Search(signatures)


def near_pairs(texts: list[str]) -> dict[tuple[int, int], float]:
    """All that are near, by number, with their estimated index."""
    rows = [np.frombuffer(signature(text), "<u4") for text in texts]
    found = {}
    for one, other in combinations(range(len(texts)), 2):
        jaccard, near = estimates(rows[one], rows[other])
        if near:
            found[one, other] = float(jaccard)
    return found


@pytest.fixture(params=[0, 1])
def blocks(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """As it is, and in many small pieces."""
    if request.param:
        for name, value in (("_CHUNK", 7), ("_BLOCK", 3), ("_FRESH", 1)):
            monkeypatch.setattr(similar, name, value)


@pytest.mark.usefixtures("blocks")
@pytest.mark.parametrize("seed", [1, 2])
def test_pairs_across_are_all_that_are_near(seed: int) -> None:
    texts = corpus(45, seed)
    sides = np.array([number % 4 - 1 for number in range(len(texts))], np.int8)
    wanted = {
        (one, other)
        for one, other in near_pairs(texts)
        if min(sides[one], sides[other]) >= 0 and sides[one] != sides[other]
    }
    with searching(texts) as search:
        found = search.across(np.arange(len(texts)), sides)
        assert search.is_complete
        assert {(one, other) for one, other in found.tolist()} == wanted != set()
        assert search.across(np.arange(0), sides).tolist() == []


@pytest.mark.usefixtures("blocks")
def test_heads_are_the_earliest_near_ones_in_any_order() -> None:
    texts = corpus(45, 3)
    pairs = near_pairs(texts)
    order = np.array(random.Random(3).sample(range(len(texts)), len(texts)))  # noqa: S311 - no secret
    places = {number: place for place, number in enumerate(order.tolist())}
    with searching(texts) as search:
        heads = search.heads(order).tolist()
    for number, head in enumerate(heads):
        near = [
            places[one if other == number else other]
            for one, other in pairs
            if number in (one, other)
        ]
        assert head == min([*near, places[number]])


def test_the_likest_are_the_likest_of_those_that_are_not_near(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Texts that share a fifth of the words: some have a band in common, and none is near."""
    common = invented(99, 40)
    texts = [" ".join([*invented(number, 120), *common]) for number in range(30)]
    sides = np.array([number % 2 for number in range(30)], np.int8)
    with searching(texts) as search:
        assert len(search.across(np.arange(30), sides)) == 0
        every = search.likest
    assert len(every) > 20
    assert every == sorted(every, key=lambda found: (-found[0], found[1:]))
    assert all(sides[one] != sides[other] for _, one, other in every)
    monkeypatch.setattr(similar, "_TOP", 5)
    with searching(texts) as search:
        search.across(np.arange(30), sides)
        assert search.likest[:5] == every[:5]


def test_where_many_share_a_band_it_says_that_not_all_were_compared(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    texts = [" ".join(invented(1))] * 12
    sides = np.array([number % 2 for number in range(12)], np.int8)
    monkeypatch.setattr(similar, "FEW", 3)
    monkeypatch.setattr(similar, "MOST", 2)
    with searching(texts) as search:
        found = search.across(np.arange(12), sides)
        assert not search.is_complete
        # With the first two of the other side.
        assert {tuple(pair) for pair in found.tolist()} == {
            (one, other)
            for one, other in combinations(range(12), 2)
            if sides[one] != sides[other] and one < 4
        }


def test_a_damaged_signature_is_refused() -> None:
    with Signatures() as signatures, pytest.raises(ValueError, match=f"{SIGNATURE_BYTES} bytes"):
        signatures.add(b"123")
