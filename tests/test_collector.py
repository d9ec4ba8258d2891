"""How often the garbage collector looks, and that it looks as before afterwards."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from annotate.collector import rarely


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)


def test_it_looks_rarely_and_as_before_afterwards() -> None:
    gc.set_threshold(700, 11, 12)
    with rarely():
        assert gc.get_threshold()[0] > 10_000
        assert gc.get_threshold()[1:] == (11, 12)
        with rarely():
            pass
        assert gc.get_threshold()[0] > 10_000
    assert gc.get_threshold() == (700, 11, 12)
    with pytest.raises(ZeroDivisionError), rarely():
        _ = 1 // 0
    assert gc.get_threshold() == (700, 11, 12)


@pytest.mark.parametrize("often", [0, 1_000_000])
def test_whoever_wants_less_of_it_keeps_that(often: int) -> None:
    gc.set_threshold(often, 10, 10)
    with rarely():
        assert gc.get_threshold()[0] == often


def test_cycles_still_go() -> None:
    class Node:
        alive = 0

        def __init__(self) -> None:
            self.me = self
            Node.alive += 1

        def __del__(self) -> None:
            Node.alive -= 1

    @rarely()
    def many() -> int:
        most = 0
        for _ in range(300_000):
            Node()
            most = max(most, Node.alive)
        return most

    assert many() < 150_000
