"""What is fetched ahead comes in order, and stops when nobody wants it any more."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from threading import Event

import pytest

from annotate.errors import ServerDown
from annotate.labeling.fetching import ahead


def test_results_come_in_order_and_few_at_a_time() -> None:
    made: list[int] = []

    def call(number: int) -> Callable[[], int]:
        def made_now() -> int:
            made.append(number)
            return number

        return made_now

    used = []
    for number in ahead(call(n) for n in range(50)):
        used.append(number)
        assert len(made) - len(used) <= 2, "one waits, and one is being made"
    assert used == made == list(range(50))
    assert list(ahead(iter(()))) == []


def test_an_error_comes_in_its_place_and_nothing_after_it() -> None:
    called: list[str] = []

    def fails() -> str:
        called.append("fails")
        raise ServerDown("no answer")

    def after() -> str:
        called.append("after")
        return "after"

    def calls() -> Iterator[Callable[[], str]]:
        yield lambda: "first"
        yield fails
        yield after

    results = ahead(calls())
    assert next(results) == "first"
    with pytest.raises(ServerDown):
        next(results)
    assert called == ["fails"]


def test_who_stops_early_leaves_no_call_behind() -> None:
    began = Event()
    called: list[int] = []

    def call(number: int) -> Callable[[], int]:
        def now() -> int:
            called.append(number)
            began.set()
            return number

        return now

    results = ahead(call(n) for n in range(1000))
    assert isinstance(results, Generator)
    first = next(results)
    results.close()
    assert first == 0
    assert began.is_set()
    assert len(called) < 10
