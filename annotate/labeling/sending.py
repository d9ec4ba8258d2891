"""Sends batches of tasks, so that each arrives once, whatever happens to the answers."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

from annotate.errors import ServerDown, ServerError
from annotate.labeling.checks import check_batch
from annotate.labeling.client import Client, Project
from annotate.labeling.ledger import Key, Ledger, Staged
from annotate.labeling.wire import Layers, shown_of, to_task
from annotate.ontology import Ontology


@dataclass(frozen=True, slots=True)
class Waiting:
    """How long is waited where the server may still be at work.

    Attributes:
        settle: seconds after which a request without an answer is taken not to have arrived.
        tries: how often one batch is sent at most.
        now, sleep: the clock (Unix time); tests pass another.
    """

    settle: float = 20.0
    tries: int = 4
    now: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep


@dataclass(frozen=True, slots=True)
class Place:
    """An open project, and what is needed to write to it.

    Attributes:
        server: what the ledger knows the server by.
        project: as it was when it was opened.
        layers: what its tasks are for.
    """

    server: str
    project: Project
    layers: Layers
    client: Client
    ledger: Ledger
    ontology: Ontology
    waiting: Waiting = field(default_factory=Waiting)

    @property
    def id(self) -> int:
        return self.project.id


@dataclass(frozen=True, slots=True)
class Ready:
    """A batch that holds: what is kept of each task, and what is sent of it."""

    staged: tuple[Staged, ...]
    tasks: tuple[dict[str, Any], ...]


def prepare(place: Place, staged: Sequence[Staged]) -> Ready:
    """Checks a batch and makes its tasks; nothing is sent, nothing is kept.

    Raises:
        SpanError: something does not hold.
    """
    check_batch(staged, place.ontology)
    # What is kept is what is shown: of the whole article's pre-annotation, the task's part.
    shown = [
        item
        if item.prediction is None
        else replace(item, prediction=shown_of(item.prediction, item.part, place.layers))
        for item in staged
    ]
    return _ready(place, shown)


def _ready(place: Place, staged: Sequence[Staged]) -> Ready:
    tasks = [
        to_task(
            *(item.article, item.part, item.prediction, item.version or "", place.ontology),
            blank=item.blank,
            layers=place.layers,
        )
        for item in staged
    ]
    return Ready(tuple(staged), tuple(tasks))


class Sender:
    """Sends batches to a project, one after the other, so that each task arrives once.

    A batch is kept in the ledger, sent in one request, which the server takes whole or not at all,
    and confirmed with the ids that it names. Without an answer the server is asked for the tasks
    until they are there or `waiting.settle` is over, and only what is missing is sent again.

    While the server works on a batch, the caller may prepare the next one: `start` returns at once,
    and `finish` waits. Use it in a `with` block; the ledger is written in the caller's thread only.
    """

    def __init__(self, place: Place) -> None:
        self._place = place
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="push")
        self._flight: tuple[Ready, Future[list[int]]] | None = None

    def __enter__(self) -> Sender:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        try:
            if self._flight is not None and kind is not KeyboardInterrupt:
                self.finish()  # also after an error in what came next: this batch holds
        finally:
            self._pool.shutdown(wait=False, cancel_futures=True)

    def start(self, ready: Ready) -> None:
        """Sends a batch; the one before must be finished."""
        assert self._flight is None  # noqa: S101 - one request at a time: the order is the plan's
        place = self._place
        place.ledger.stage(place.server, place.id, ready.staged, now=place.waiting.now())
        future = self._pool.submit(place.client.import_tasks, place.id, ready.tasks)
        self._flight = (ready, future)

    def finish(self) -> None:
        """Waits until the batch that was started is there; without one, does nothing.

        Raises:
            ServerError: the server refuses the batch; nothing of it is there.
            ServerDown: no answer, after several tries: the next push settles what arrived.
        """
        if self._flight is None:
            return
        (ready, future), self._flight = self._flight, None
        place = self._place
        for attempt in range(1, place.waiting.tries + 1):
            try:
                ids = future.result()
            except ServerDown:
                arrived = settle(place)
                left = [item for item in ready.staged if item.key not in arrived]
                if not left:
                    return
                if attempt == place.waiting.tries:
                    raise
                place.waiting.sleep(2.0**attempt)
                ready = _ready(place, left)
                place.ledger.stage(place.server, place.id, left, now=place.waiting.now())
                future = self._pool.submit(place.client.import_tasks, place.id, ready.tasks)
                continue
            except ServerError:
                place.ledger.drop_pending(place.server, place.id)
                raise
            keys = [item.key for item in ready.staged]
            place.ledger.confirm(place.server, place.id, list(zip(ids, keys, strict=True)))
            return


def settle(place: Place) -> set[Key]:
    """Finds out what of the pending tasks has arrived, and confirms it; the rest has not.

    The server may still be at work on a request whose answer was lost, or whose sender died: only
    when `waiting.settle` has passed since it was sent is "not there" taken for an answer.
    """
    ledger, waiting = place.ledger, place.waiting
    pending = ledger.pending(place.server, place.id)
    deadline = ledger.staged_at(place.server, place.id) + waiting.settle
    pause = 1.0
    while True:
        reached = _arrived(place, pending)
        left = deadline - waiting.now()
        if len(reached) == len(pending) or left <= 0:
            break
        waiting.sleep(min(pause, left))
        pause *= 2
    ledger.confirm(place.server, place.id, [(task_id, key) for key, task_id in reached.items()])
    ledger.drop_pending(place.server, place.id)
    return set(reached)


def _arrived(place: Place, pending: Collection[Key]) -> dict[Key, int]:
    """Those of the pending tasks that the server has, with their ids."""
    known = {task.task_id for task in place.ledger.tasks(place.server, place.id)}
    doc_ids = sorted({key.doc_id for key in pending})
    reached: dict[Key, int] = {}
    for found in place.client.find_tasks(place.id, doc_ids):
        key = Key(found.doc_id, found.text_sha256, found.part.number)
        if found.task_id not in known and key in pending:
            reached.setdefault(key, found.task_id)
    return reached
