"""When a request went out, and how long is waited for what it made, whatever the clocks do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from threading import Event
from typing import Any, cast

import pytest

from annotate.corpus.article import Article
from annotate.errors import ServerDown
from annotate.labeling.client import Client, FoundTask, Project, TaskState
from annotate.labeling.ledger import Ledger, Staged
from annotate.labeling.parts import whole
from annotate.labeling.sending import Place, Sender, Waiting, prepare, settle
from annotate.labeling.upgrade import upgrade
from annotate.ontology import Ontology
from tests.labeling.builders import article, predicted

KEY = "a server"
HOUR = 3600.0


class Clock:
    """Time that passes where somebody waits, or a server is slow."""

    def __init__(self) -> None:
        self.time = 1_000_000.0
        self.waited = 0.0

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.waited += seconds
        self.time += seconds


class SlowClient:
    """Takes an hour for each request, and has nothing when it is asked."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.last = 0
        self.may_answer = Event()

    def import_json(self, project_id: int, tasks: bytes, count: int) -> list[int]:
        assert self.may_answer.wait(20)
        self.clock.time += HOUR
        first, self.last = self.last + 1, self.last + count
        return list(range(first, self.last + 1))

    def find_tasks(self, project_id: int, doc_ids: Sequence[str]) -> list[FoundTask]:
        return []

    def task_states(self, project_id: int) -> Iterator[TaskState]:
        return iter(())


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def place(clock: Clock, ontology: Ontology) -> Iterator[Place]:
    project = Project(1, "slow", 0, "v1", True, 1, "")
    client: Any = SlowClient(clock)
    waiting = Waiting(now=clock.now, sleep=clock.sleep)
    with Ledger(None) as ledger:
        yield Place(KEY, project, "all", cast(Client, client), ledger, ontology, waiting)


def staged(made: Article, ontology: Ontology) -> Staged:
    return Staged(made, whole(made.text), "v1", predicted(made, ontology))


def test_the_time_that_is_kept_is_when_a_batch_went_out(
    place: Place, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was staged an hour before: who goes on after a crash has to wait for it all the same."""
    batches = [prepare(place, [staged(article(n), place.ontology)]) for n in range(2)]
    begun, stage = clock.now(), place.ledger.stage

    def staging(server: str, project_id: int, items: Sequence[Staged], *, now: float) -> None:
        stage(server, project_id, items, now=now)
        if items[0].article == article(1):
            assert place.ledger.staged_at(server, project_id) == begun
            cast(Any, place.client).may_answer.set()

    monkeypatch.setattr(place.ledger, "stage", staging)
    with Sender(place) as sender:
        sender.send(batches[0])
        sender.send(batches[1])  # returns once the first is there: an hour later
        assert place.ledger.staged_at(KEY, place.id) >= begun + HOUR
        sender.finish()
    assert place.ledger.pending(KEY, place.id) == set()


def test_a_clock_that_was_set_back_makes_nobody_wait_for_hours(place: Place, clock: Clock) -> None:
    items = [staged(article(1), place.ontology)]
    place.ledger.stage(KEY, place.id, items, now=clock.now() + HOUR)
    pending = place.ledger.pending(KEY, place.id)
    assert settle(place, pending, place.ledger.staged_at(KEY, place.id)) == set()
    assert clock.waited == place.waiting.settle
    assert place.ledger.pending(KEY, place.id) == set()


class BusyClient:
    """Gives no answer in time to the first import, and is at work on it for `busy` seconds more."""

    def __init__(self, clock: Clock, given_up: float, busy: float) -> None:
        self.clock, self.given_up = clock, given_up
        self.done_at = clock.time + given_up + busy
        self.imports: list[int] = []

    def import_json(self, project_id: int, tasks: bytes, count: int) -> list[int]:
        self.imports.append(count)
        if len(self.imports) == 1:
            self.clock.time += self.given_up
            raise ServerDown("no answer in time", where=KEY)
        return [100 + number for number in range(count)]

    def find_tasks(self, project_id: int, doc_ids: Sequence[str]) -> list[FoundTask]:
        if self.clock.time < self.done_at:
            return []
        part = whole(article(1).text)
        return [FoundTask(7, article(1).doc_id, article(1).text_sha256, part)]


@pytest.mark.parametrize(
    ("given_up", "busy", "imports"),
    [
        (300, 720, 1),  # our own time limit; the server takes twelve minutes more
        (60, 170, 1),  # a gateway's
        (60, 200, 2),
        (300, 1000, 2),  # at most a quarter of an hour
        (0, 19, 1),  # the line was cut at once
        (0, 21, 2),
    ],
)
def test_a_server_that_was_silent_for_long_is_given_longer(
    place: Place, clock: Clock, given_up: float, busy: float, imports: int
) -> None:
    client: Any = BusyClient(clock, given_up, busy)
    place = replace(place, client=cast(Client, client))
    with Sender(place) as sender:
        sender.send(prepare(place, [staged(article(1), place.ontology)]))
        sender.finish()
    assert client.imports == [1] * imports
    assert [task.task_id for task in place.ledger.tasks(KEY, 1)] == [7 if imports == 1 else 100]
    assert place.ledger.pending(KEY, place.id) == set()


class BusyWithPredictions:
    """Gives up on an answer after five minutes; the server is at work for twelve more."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.done_at = clock.time + 300 + 720
        self.imports = 0

    def import_predictions(self, project_id: int, predictions: Sequence[Any]) -> None:
        self.imports += 1
        self.clock.time += 300
        raise ServerDown("no answer in time", where=KEY)

    def task_states(self, project_id: int) -> Iterator[TaskState]:
        there = ("v1", "v2") if self.clock.time >= self.done_at else ("v1",)
        yield TaskState(7, 1, 0, False, frozenset(there))


def test_so_it_is_where_predictions_are_added(place: Place, clock: Clock) -> None:
    items = [staged(article(1), place.ontology)]
    place.ledger.stage(KEY, place.id, items)
    place.ledger.confirm(KEY, place.id, [(7, items[0].key)])
    client: Any = BusyWithPredictions(clock)
    place = replace(place, client=cast(Client, client))
    upgrade(place, lambda made: predicted(made, place.ontology), "v2", size=10)
    assert client.imports == 1


def test_nor_does_it_where_predictions_were_under_way(place: Place, clock: Clock) -> None:
    items = [staged(article(1), place.ontology)]
    place.ledger.stage(KEY, place.id, items)
    place.ledger.confirm(KEY, place.id, [(7, items[0].key)])
    with place.ledger.database as database:
        row = (KEY, place.id, "v2", clock.now() + HOUR)
        database.execute("INSERT INTO upgrades VALUES (?, ?, ?, ?)", row)
    upgrade(place, lambda made: predicted(made, place.ontology), "v2", size=10)
    assert clock.waited == place.waiting.settle
