"""Tables of the articles, made beside the writing of others: the same, in the same order.

Threads and no processes: most of the time goes into numpy and Arrow, which do not hold the
interpreter, and to send an article to another process costs more than to make its rows.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from threading import local

from annotate.dataset.group import Options
from annotate.dataset.rows import Chosen, Split
from annotate.dataset.tables import TableMaker, Tables

Group = tuple[Split, list[Chosen]]
Made = tuple[Split, Tables]


def made(groups: Iterable[Group], options: Options, workers: int = 1) -> Iterator[Made]:
    """The tables of each group, in order.

    Args:
        groups: read a few ahead, if there are several workers.
        workers: 1: everything in this thread, one group after the other; else so many threads.

    Raises:
        SpanError: an annotation does not hold over its article's text.
    """
    if workers <= 1:
        maker = TableMaker(options)
        for split, items in groups:
            yield split, maker.tables(items)
        return
    mine = local()  # each thread remembers words of its own

    def make(items: list[Chosen]) -> Tables:
        if not hasattr(mine, "maker"):
            mine.maker = TableMaker(options)
        found: Tables = mine.maker.tables(items)
        return found

    todo = iter(groups)
    under_way: deque[tuple[Split, Future[Tables]]] = deque()
    pool = ThreadPoolExecutor(workers)
    try:
        for split, items in islice(todo, workers + 1):
            under_way.append((split, pool.submit(make, items)))
        while under_way:
            split, future = under_way.popleft()
            yield split, future.result()
            for next_split, items in islice(todo, 1):
                under_way.append((next_split, pool.submit(make, items)))
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
