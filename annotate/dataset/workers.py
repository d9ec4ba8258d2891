"""Tables of the articles, made here or in other processes: the same, in the same order."""

from __future__ import annotations

import multiprocessing
import signal
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from itertools import chain, islice

from annotate.dataset.group import Options
from annotate.dataset.rows import Chosen, Split
from annotate.dataset.tables import TableMaker, Tables
from annotate.errors import DatasetError

_AHEAD = 2  # groups under way for each process: what is in memory at a time
_maker: TableMaker | None = None  # of a worker process

Group = tuple[Split, list[Chosen]]
Made = tuple[Split, Tables]


def made(groups: Iterable[Group], options: Options, workers: int = 1) -> Iterator[Made]:
    """The tables of each group, in order.

    Args:
        groups: read a few ahead.
        options: sent once to each process (picklable, if there are any).
        workers: processes; one needs no further process.

    Raises:
        SpanError: an annotation does not hold over its article's text.
        DatasetError: a process ended before its work was done.
    """
    todo = iter(groups)
    first = list(islice(todo, 2))
    if workers <= 1 or len(first) < 2:
        maker = TableMaker(options)
        for split, items in chain(first, todo):
            yield split, maker.tables(items)
        return
    # A fork of a process with threads may hang: start afresh instead.
    methods = multiprocessing.get_all_start_methods()
    method = "forkserver" if "forkserver" in methods else "spawn"
    pool = ProcessPoolExecutor(
        workers, multiprocessing.get_context(method), initializer=_start, initargs=(options,)
    )
    under_way: deque[tuple[Split, Future[Tables]]] = deque()
    try:
        for split, items in [*first, *islice(todo, workers * _AHEAD - 2)]:
            under_way.append((split, pool.submit(_make, items)))
        while under_way:
            split, future = under_way.popleft()
            yield split, future.result()
            for next_split, items in islice(todo, 1):
                under_way.append((next_split, pool.submit(_make, items)))
    except BrokenProcessPool:
        raise DatasetError(
            "a worker process ended before its work was done",
            fix="use fewer --workers if memory is short",
        ) from None
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _start(options: Options) -> None:
    """Makes a process ready; it is its parent that a keyboard interrupt ends."""
    global _maker
    with suppress(ValueError):
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    _maker = TableMaker(options)


def _make(items: list[Chosen]) -> Tables:
    if _maker is None:
        raise RuntimeError("this process has not been started by made")
    return _maker.tables(items)
