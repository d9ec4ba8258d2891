"""Sends one batch of tasks, so that each arrives once, whatever happens to the answer."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace

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


def send(place: Place, staged: Sequence[Staged]) -> None:
    """Makes each of these a task.

    The batch is kept in the ledger, sent in one request, which the server takes whole or not at
    all, and confirmed with the ids that it names. Without an answer the server is asked for the
    tasks until they are there or `waiting.settle` is over, and only what is missing is sent again.

    Raises:
        SpanError: something does not hold; nothing is sent.
        ServerError: the server refuses the batch; nothing of it is there.
        ServerDown: no answer, after several tries: the next push settles what arrived.
    """
    check_batch(staged, place.ontology)
    # What is kept is what is shown: of the whole article's pre-annotation, the task's part.
    left = [
        item
        if item.prediction is None
        else replace(item, prediction=shown_of(item.prediction, item.part, place.layers))
        for item in staged
    ]
    for attempt in range(1, place.waiting.tries + 1):
        place.ledger.stage(place.server, place.id, left, now=place.waiting.now())
        tasks = [
            to_task(
                *(item.article, item.part, item.prediction, item.version or "", place.ontology),
                blank=item.blank,
                layers=place.layers,
            )
            for item in left
        ]
        try:
            ids = place.client.import_tasks(place.id, tasks)
        except ServerDown:
            arrived = settle(place)
            left = [item for item in left if item.key not in arrived]
            if left and attempt == place.waiting.tries:
                raise
            if left:
                place.waiting.sleep(2.0**attempt)
                continue
            return
        except ServerError:
            place.ledger.drop_pending(place.server, place.id)
            raise
        confirmed = [(task_id, item.key) for task_id, item in zip(ids, left, strict=True)]
        place.ledger.confirm(place.server, place.id, confirmed)
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
