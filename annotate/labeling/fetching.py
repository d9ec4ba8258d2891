"""Tasks in full, some at a time: while one answer is read, the server works on the next."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from queue import Empty, Queue
from threading import Event, Thread
from typing import Any, TypeVar

from annotate.errors import ServerError
from annotate.labeling.client import Client
from annotate.labeling.ledger import Task

CHUNK = 250  # tasks a request: bounded memory on both sides
Result = TypeVar("Result")


def fetch(
    client: Client, project_id: int, tasks: Sequence[Task], size: int = CHUNK
) -> Iterator[tuple[Sequence[Task], list[dict[str, Any]]]]:
    """(tasks asked for, tasks that came) for each request, in order.

    What did not come is gone on the server.

    Raises:
        ServerError: the server cannot be asked, or does not give what it has.
    """
    chunks = [tasks[start : start + size] for start in range(0, len(tasks), size)]
    calls = (_call(client, project_id, chunk) for chunk in chunks)
    for chunk, body in zip(chunks, ahead(calls), strict=True):
        # Read here and not where it is fetched: meanwhile the server works on the next one.
        exported = client.read_export(body, [task.task_id for task in chunk])
        there = {task.get("id") for task in exported}
        absent = [task.task_id for task in chunk if task.task_id not in there]
        if absent and (lost := set(absent) - client.missing(project_id, absent)):
            raise ServerError(
                f"the export lacks tasks that are there: {sorted(lost)}", fix="run the pull again"
            )
        yield chunk, exported


def _call(client: Client, project_id: int, chunk: Sequence[Task]) -> Callable[[], bytes]:
    task_ids = [task.task_id for task in chunk]
    return lambda: client.export(project_id, task_ids)


def ahead(calls: Iterable[Callable[[], Result]]) -> Iterator[Result]:
    """The results in order, each made while the one before is used; at most two are waiting.

    Raises:
        BaseException: what a call raised, in its place.
    """
    results: Queue[tuple[Result | None, BaseException | None, bool]] = Queue(maxsize=1)
    stopped = Event()

    def work() -> None:
        for call in calls:
            if stopped.is_set():
                return
            try:
                results.put((call(), None, False))
            except BaseException as problem:
                results.put((None, problem, False))
                return
        results.put((None, None, True))

    # A daemon: who stops the command need not wait for the answer of a server.
    Thread(target=work, daemon=True, name="fetch").start()
    try:
        while True:
            result, problem, ended = results.get()
            if problem is not None:
                raise problem
            if ended:
                return
            yield result  # type: ignore[misc]
    finally:
        stopped.set()
        while True:
            try:
                results.get_nowait()
            except Empty:
                break
