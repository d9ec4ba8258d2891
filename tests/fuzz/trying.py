"""Runs bad input against one part of the tool: only its own errors, and in time."""

from __future__ import annotations

import contextlib
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from annotate.errors import AnnotateError

# Time of this process, so that a busy machine is no slow reader: what the slowest part takes for
# an input of this kind, many times over. What costs the square of the size does not stay below it.
SECONDS, SECONDS_A_BYTE = 4.0, 0.0005


class TooSlow(BaseException):
    """An input took longer than its size allows."""


@dataclass(frozen=True, slots=True)
class Target:
    """One part of the tool, and what it is given.

    Attributes:
        inputs: of any kind, which `attempt` takes.
        attempt: reads the input; raises AnnotateError where it refuses it, and AssertionError
            where what it made of it does not hold.
        weight: its share of all inputs.
    """

    name: str
    inputs: st.SearchStrategy[Any]
    attempt: Callable[[Any], None]
    weight: float = 1.0


@dataclass
class Tried:
    """What came of it.

    Attributes:
        inputs: how many there were; `refused` of them with an error of the tool's own.
        slowest: seconds of this process that the slowest took.
    """

    inputs: int = 0
    refused: int = 0
    slowest: float = 0.0
    errors: Counter[str] = field(default_factory=Counter)


@contextlib.contextmanager
def bounded(seconds: float) -> Iterator[None]:
    """Stops what takes longer, in time of this process."""

    def stop(_: int, __: FrameType | None) -> None:
        raise TooSlow(f"more than {seconds:.1f} s")

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def size_of(value: Any) -> int:
    """About how many bytes an input has."""
    return len(value) if isinstance(value, bytes | str) else len(repr(value))


def attempt(target: Target, value: Any, tried: Tried) -> None:
    """One input. Whatever is raised here is a mistake of the tool's."""
    tried.inputs += 1
    begun = time.process_time()
    try:
        with bounded(SECONDS + SECONDS_A_BYTE * size_of(value)):
            target.attempt(value)
    except AnnotateError as problem:
        tried.refused += 1
        tried.errors[type(problem).__name__] += 1
        line = str(problem)
        assert line.strip(), "an error without words"
        assert "\n" not in line
    tried.slowest = max(tried.slowest, time.process_time() - begun)


def search(target: Target, count: int, seed: int | None = None) -> Tried:
    """Tries so many inputs; the same ones each time where a seed is given.

    Raises:
        BaseException: what an input broke, with the smallest such input in its notes.
    """
    tried = Tried()
    phases = (Phase.generate, Phase.shrink)

    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        derandomize=seed is None,
        phases=phases,
        suppress_health_check=list(HealthCheck),
    )
    @given(target.inputs)
    def one(value: Any) -> None:
        attempt(target, value, tried)

    if seed is not None:
        from hypothesis import seed as seeded

        one = seeded(seed)(one)
    one()
    return tried
