"""Shards in processes of this machine; a process that dies takes no other shard with it."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from itertools import islice
from multiprocessing.connection import wait as wait_for

from annotate.scale.plan import Task
from annotate.scale.shard import TRIES, Make, Shard, Work, loaded, lost, make

DIED = "the process that made this shard died each time; if memory is short, use fewer --workers"


def in_processes(
    work: Work, tasks: Iterable[Task], workers: int = 1, make: Make = make
) -> Iterator[Shard]:
    """The shards of some tasks, as they are done.

    Args:
        workers: processes; 1 is this process alone.
        make: makes a shard (picklable).
    """
    if workers <= 1:
        for task in tasks:
            yield make(work, task)
        return
    todo = iter(tasks)
    while True:
        broken: list[Task] = []
        yield from _until_broken(work, todo, workers, make, broken)
        if not broken:
            return
        # One of these ended its process: each alone, to find out which.
        for task in broken:
            yield _alone(work, task, make)


def _pool(work: Work, workers: int) -> ProcessPoolExecutor:
    # A fork of a process with threads (a progress bar has one) may hang: start afresh instead.
    methods = multiprocessing.get_all_start_methods()
    method = "forkserver" if "forkserver" in methods else "spawn"
    context = multiprocessing.get_context(method)
    return ProcessPoolExecutor(workers, context, initializer=_start, initargs=(work,))


def _until_broken(
    work: Work, todo: Iterator[Task], workers: int, make: Make, broken: list[Task]
) -> Iterator[Shard]:
    """The shards until all are done or a process has died; `broken`: what was under way then."""
    under_way: dict[Future[Shard], Task] = {}
    pool = _pool(work, workers)
    try:
        while not broken:
            for task in islice(todo, workers - len(under_way)):
                under_way[pool.submit(make, work, task)] = task
            if not under_way:
                return
            for future in wait(under_way, return_when=FIRST_COMPLETED).done:
                task = under_way.pop(future)
                try:
                    yield future.result()
                except BrokenProcessPool:
                    broken.append(task)
    except BrokenProcessPool:  # before the task was taken: `todo` has given it already
        broken.append(task)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
    # All that was under way broke with it, or was done at the same moment.
    for future, task in under_way.items():
        if not future.cancelled() and future.exception() is None:
            yield future.result()
        else:
            broken.append(task)


def _alone(work: Work, task: Task, make: Make) -> Shard:
    for _ in range(TRIES - 1):
        with _pool(work, 1) as pool:
            try:
                return pool.submit(make, work, task).result()
            except BrokenProcessPool:
                continue
    return lost(task, DIED)


def _start(work: Work) -> None:
    """Makes a process ready; it is its parent that a keyboard interrupt ends."""
    with suppress(ValueError):
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    loaded(work)
    gc.freeze()  # the lexicons stay: the collector need not visit them


def _end_with_parent() -> None:
    """A parent that was killed cannot tell its processes to end, and they would wait for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait_for([parent.sentinel])
        os.kill(os.getpid(), signal.SIGTERM)
