"""Tasks in full, some at a time: while one answer is read, the server works on the next two."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from itertools import islice
from threading import Thread
from typing import Any, TypeVar

from annotate.errors import ServerError
from annotate.labeling.client import Client
from annotate.labeling.ledger import Task

CHUNK = 250  # tasks a request: bounded memory on both sides
_AT_ONCE = 2  # requests
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
        # Read here and not where it is fetched: meanwhile the server works on the next ones.
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
    """The results in order, each made while those before are used: two at a time.

    The server's threads share one processor, but not the disk nor what is hashed and packed: two
    requests at a time keep it busy. One result is used while at most two wait or are being made.

    Raises:
        BaseException: what a call raised, in its place; no further call is begun then.
    """
    todo = iter(calls)
    begun = deque(_begun(call) for call in islice(todo, _AT_ONCE))
    while begun:
        result = begun.popleft().result()
        begun.extend(_begun(call) for call in islice(todo, 1))
        yield result


def _begun(call: Callable[[], Result]) -> Future[Result]:
    """What a call will give; it is made in a thread of its own.

    A daemon, as those of an executor are not: who stops the command need not wait for the answer
    of a server.
    """
    future: Future[Result] = Future()

    def work() -> None:
        try:
            future.set_result(call())
        except BaseException as problem:
            future.set_exception(problem)

    Thread(target=work, daemon=True, name="fetch").start()
    return future
