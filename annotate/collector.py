"""Python's garbage collector, told to look rarely while values are made by the million.

Annotations, JSON and rows refer to each other in no cycles: they go when nothing names them any
more, without the collector. It would visit all that are alive again and again, for a third of the
time of a pull or a build. It is not switched off, so that cycles of anything else do not add up.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_YOUNG = 100_000  # new objects before the first look at them; Python's own number is 700


@contextmanager
def rarely() -> Iterator[None]:
    """Lets the collector look rarely, in all threads; also a decorator of a function."""
    before = gc.get_threshold()
    if not 0 < before[0] < _YOUNG:  # it is off, or rarer already
        yield
        return
    gc.set_threshold(_YOUNG, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
