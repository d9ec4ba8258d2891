"""Sends batches of tasks, so that each arrives once, whatever happens to the answers."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import TypeVar

from annotate.errors import ServerDown, ServerError
from annotate.labeling.checks import check_batch
from annotate.labeling.client import Client, Project
from annotate.labeling.client_tasks import as_json
from annotate.labeling.extras import NOTHING, Extras
from annotate.labeling.ledger import Key, Ledger, Staged
from annotate.labeling.wire import Layers, shown_of, to_task
from annotate.ontology import Ontology

_Found = TypeVar("_Found")
LONGEST_PAUSE = 15.0  # seconds between two looks for what may have arrived


@dataclass(frozen=True, slots=True)
class Waiting:
    """How long is waited where the server may still be at work.

    Attributes:
        settle: seconds after which a request without an answer is taken not to have arrived.
        patience: a server that was silent for longer than `settle` may be at work still: it is
            given that many times as long again, and `longest` seconds at most.
        tries: how often one batch is sent at most.
        now, sleep: the clock (Unix time); tests pass another.
    """

    settle: float = 20.0
    patience: float = 3.0
    longest: float = 900.0
    tries: int = 4
    now: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep

    def until(self, since: float) -> float:
        """Till when what was sent at a time, and has failed now, may still arrive (Unix time).

        A gateway that gives up, or our own time limit, stops no server. A clock may have been set
        back meanwhile.
        """
        now = self.now()
        silent = now - since
        if silent <= self.settle:
            return min(since, now) + self.settle
        return now + min(self.patience * silent, self.longest)

    def look(
        self, find: Callable[[], _Found], enough: Callable[[_Found], bool], until: float
    ) -> _Found:
        """Looks again and again, at longer intervals; what was found when it was enough, or last.

        Args:
            until: when "not there" is an answer (Unix time).
        """
        pause = 1.0
        while True:
            found = find()
            left = until - self.now()
            if enough(found) or left <= 0:
                return found
            self.sleep(min(pause, left))
            pause = min(2 * pause, LONGEST_PAUSE)


@dataclass(frozen=True, slots=True)
class Place:
    """An open project, and what is needed to write to it.

    Attributes:
        server: what the ledger knows the server by.
        project: as it was when it was opened.
        layers: what its tasks are for.
        extras: what its tasks show beside text and pre-annotation.
    """

    server: str
    project: Project
    layers: Layers
    client: Client
    ledger: Ledger
    ontology: Ontology
    waiting: Waiting = field(default_factory=Waiting)
    extras: Extras = NOTHING

    @property
    def id(self) -> int:
        return self.project.id


@dataclass(frozen=True, slots=True)
class Ready:
    """A batch that holds: what is kept of each task, and what is sent of it (JSON)."""

    staged: tuple[Staged, ...]
    body: bytes

    @property
    def keys(self) -> list[Key]:
        return [item.key for item in self.staged]


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
            marked=place.extras.marked(item.article),
            more=place.extras.fields(item.article, item.part),
        )
        for item in staged
    ]
    return Ready(tuple(staged), as_json(tasks))


@dataclass(frozen=True, slots=True)
class _Flight:
    """A request on its way."""

    batch: Ready
    answer: Future[list[int]]
    since: float


class Sender:
    """Sends batches to a project, one after the other, so that each task arrives once.

    A batch is kept in the ledger, sent in one request, which the server takes whole or not at all,
    and confirmed with the ids that it names. Without an answer the server is asked for the tasks
    until they are there or `waiting.settle` is over, and only what is missing is sent again.

    While the server works on a batch, the caller prepares the next one, and what is to be written
    about the one before is written. Use it in a `with` block, and `finish` it. Only requests are
    made in another thread.
    """

    def __init__(self, place: Place, landed: Callable[[], None] = lambda: None) -> None:
        """
        Args:
            landed: called when further tasks are confirmed; it may ask the server for more.
        """
        self.place = place
        self._landed = landed
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="push")
        self._flight: _Flight | None = None
        self._any = False  # whether a batch has landed

    def __enter__(self) -> Sender:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        try:
            if kind is not None and kind is not KeyboardInterrupt:
                self.finish()  # there was an error in what came next: this batch holds
        finally:
            self._pool.shutdown(wait=False, cancel_futures=True)

    def send(self, batch: Ready) -> None:
        """Sends a batch as soon as the one before is there; returns while it is on its way.

        Raises:
            ServerError: the server refuses the batch before; nothing of it is there.
            ServerDown: no answer to it, after several tries: the next push settles what arrived.
        """
        place = self.place
        place.ledger.stage(place.server, place.id, batch.staged, now=place.waiting.now())
        try:
            before = self._wait()
        except BaseException:
            place.ledger.drop_pending(place.server, place.id, batch.keys)  # it was never sent
            raise
        # One thing at a time, where the server has more to do for the batch before.
        if before is not None and not self._is_done(before[0]):
            self._confirm(before)
            before = None
        self._submit(batch)
        if before is not None:
            self._confirm(before)

    def finish(self) -> None:
        """Waits until the last batch is there, and confirms it; raises as `send` does."""
        last = self._wait()
        if last is not None:
            self._confirm(last)

    def _submit(self, batch: Ready) -> None:
        place, now = self.place, self.place.waiting.now()
        # It was staged while the one before was on its way, which may have been long ago.
        place.ledger.sent(place.server, place.id, now=now)
        answer = self._pool.submit(
            place.client.import_json, place.id, batch.body, len(batch.staged)
        )
        self._flight = _Flight(batch, answer, now)

    def _wait(self) -> tuple[Ready, list[int]] | None:
        """The batch that is there now, with its ids; None if there is none to be confirmed."""
        place = self.place
        for attempt in range(1, place.waiting.tries + 1):
            if self._flight is None:
                return None
            flight, self._flight = self._flight, None
            try:
                return flight.batch, flight.answer.result()
            except ServerDown:
                until = place.waiting.until(flight.since)
                arrived = settle(place, flight.batch.keys, flight.since, until)
                self._any = True
                self._landed()
                left = [item for item in flight.batch.staged if item.key not in arrived]
                if left and attempt == place.waiting.tries:
                    raise
                if left:
                    place.waiting.sleep(2.0**attempt)
                    place.ledger.stage(place.server, place.id, left, now=place.waiting.now())
                    self._submit(_ready(place, left))
            except ServerError:
                place.ledger.drop_pending(place.server, place.id, flight.batch.keys)
                raise
        return None

    def _is_done(self, batch: Ready) -> bool:
        """Whether nothing more is to be asked of the server about a batch that is there."""
        overlap = self.place.project.overlap
        return self._any and all(item.overlap == overlap for item in batch.staged)

    def _confirm(self, there: tuple[Ready, list[int]]) -> None:
        place, (batch, ids) = self.place, there
        tasks = list(zip(ids, batch.keys, strict=True))
        place.ledger.confirm(place.server, place.id, tasks)
        self._any = True
        self._landed()


def settle(
    place: Place, keys: Collection[Key], since: float, until: float | None = None
) -> set[Key]:
    """Finds out which staged parts have arrived, and confirms them; the others have not.

    The server may still be at work on a request whose answer was lost, or whose sender died: only
    when `waiting.settle` has passed since it was sent is "not there" taken for an answer.

    Args:
        keys: of the parts.
        since: when they were sent (Unix time).
        until: when "not there" is an answer; by default `waiting.settle` after they were sent.
    """
    ledger, waiting = place.ledger, place.waiting
    wanted = set(keys)
    # A clock may have been set back.
    deadline = min(since, waiting.now()) + waiting.settle if until is None else until
    reached = waiting.look(
        lambda: _arrived(place, wanted), lambda found: len(found) == len(wanted), deadline
    )
    ledger.confirm(place.server, place.id, [(task_id, key) for key, task_id in reached.items()])
    ledger.drop_pending(place.server, place.id, wanted - set(reached))
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
