"""What is fetched ahead comes in order, and stops when nobody wants it any more."""

from __future__ import annotations

from collections.abc import Callable, Generator
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
        assert len(made) - len(used) <= 2, "two wait, or are being made"
    assert used == sorted(made) == list(range(50))
    assert list(ahead(iter(()))) == []


def test_an_error_comes_in_its_place_and_nothing_is_begun_after_it() -> None:
    called: list[str] = []

    def call(name: str) -> Callable[[], str]:
        def now() -> str:
            called.append(name)
            if name == "fails":
                raise ServerDown("no answer")
            return name

        return now

    results = ahead([call(name) for name in ("first", "fails", "beside", "after", "last")])
    assert next(results) == "first"
    with pytest.raises(ServerDown):
        next(results)
    with pytest.raises(StopIteration):
        next(results)
    assert {"first", "fails"} <= set(called) <= {"first", "fails", "beside"}


def test_an_error_waits_for_what_was_asked_before() -> None:
    failed = Event()

    def slow() -> str:
        assert failed.wait(20)
        return "first"

    def fails() -> str:
        failed.set()
        raise ServerDown("no answer")

    results = ahead([slow, fails])
    assert next(results) == "first"
    with pytest.raises(ServerDown):
        next(results)


def test_two_are_made_at_once_and_given_in_order() -> None:
    second = Event()

    def slow() -> str:
        assert second.wait(20)
        return "first"

    def quick() -> str:
        second.set()
        return "second"

    assert list(ahead([slow, quick])) == ["first", "second"]


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
    assert set(called) <= {0, 1, 2}
