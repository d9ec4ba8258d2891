"""Pre-annotation of many articles on all cores: the same bytes in the same order as on one.

Articles go through in batches whose borders depend on the input alone. Each process loads the
lexicons once and makes a batch's result whole, encoded by the caller's function, so that little
travels between processes. A few batches are under way at a time: memory does not grow with the
corpus.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from itertools import chain, islice
from typing import TypeVar

from annotate.corpus.article import Article
from annotate.errors import InputError
from annotate.heuristics.pipeline import Heuristics, preannotate_article
from annotate.spans import Annotation

Result = TypeVar("Result")
BATCH = 64  # articles
_BATCH_LENGTH = 500_000  # code points: long articles make smaller batches
_AHEAD = 2  # batches for each process that are under way or wait to be taken

_heuristics: Heuristics | None = None  # of a worker process


def usable_cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def batches(articles: Iterable[Article]) -> Iterator[list[Article]]:
    """Articles in order, at most `BATCH` together."""
    batch: list[Article] = []
    length = 0
    for article in articles:
        batch.append(article)
        length += len(article.text)
        if len(batch) == BATCH or length >= _BATCH_LENGTH:
            yield batch
            batch, length = [], 0
    if batch:
        yield batch


def preannotate_batches(
    articles: Iterable[Article],
    load: Callable[[], Heuristics],
    encode: Callable[[Sequence[Annotation]], Result],
    workers: int = 1,
) -> Iterator[Result]:
    """`encode(annotations)` for each batch of articles, in order.

    Args:
        articles: read one batch at a time, a few batches ahead.
        load: makes the heuristics, once in each process (picklable).
        encode: what is made of a batch's annotations, in the process that made them (picklable).
        workers: processes; one batch alone, or one worker, needs no further process.

    Raises:
        InputError: a process ended before its work was done.
    """
    todo = batches(articles)
    first = list(islice(todo, 2))
    if workers <= 1 or len(first) < 2:
        heuristics = load()
        for batch in chain(first, todo):
            yield encode([preannotate_article(article, heuristics) for article in batch])
        return
    yield from _in_processes(chain(first, todo), load, encode, workers)


def _in_processes(
    todo: Iterator[list[Article]],
    load: Callable[[], Heuristics],
    encode: Callable[[Sequence[Annotation]], Result],
    workers: int,
) -> Iterator[Result]:
    # A fork of a process with threads (a progress bar has one) may hang: start afresh instead.
    methods = multiprocessing.get_all_start_methods()
    method = "forkserver" if "forkserver" in methods else "spawn"
    pool = ProcessPoolExecutor(
        workers, multiprocessing.get_context(method), initializer=_start, initargs=(load,)
    )
    under_way: deque[Future[Result]] = deque()
    try:
        for batch in islice(todo, workers * _AHEAD):
            under_way.append(pool.submit(_annotate, batch, encode))
        while under_way:
            yield under_way.popleft().result()
            for batch in islice(todo, 1):
                under_way.append(pool.submit(_annotate, batch, encode))
    except BrokenProcessPool:
        raise InputError(
            "a worker process ended before its work was done",
            fix="use fewer --workers if memory is short",
        ) from None
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _start(load: Callable[[], Heuristics]) -> None:
    """Makes a process ready; it is its parent that a keyboard interrupt ends."""
    global _heuristics
    with suppress(ValueError):
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    _heuristics = load()


def _annotate(batch: list[Article], encode: Callable[[Sequence[Annotation]], Result]) -> Result:
    if _heuristics is None:
        raise RuntimeError("this process has not been started by preannotate_batches")
    heuristics = _heuristics
    return encode([preannotate_article(article, heuristics) for article in batch])
