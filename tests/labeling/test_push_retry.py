"""A server that is busy, cut off or spoils its answers: nothing is lost, and nothing sent twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pytest

from annotate.errors import ServerDown
from annotate.labeling.client import Client
from annotate.labeling.push import push
from annotate.labeling.pushed import Pushed
from annotate.labeling.sending import Waiting
from tests.conftest import Live
from tests.labeling.bench import KEY, VERSION, Bench
from tests.labeling.builders import article, predicted
from tests.labeling.flaky import Fault, Faults, flaky

pytestmark = pytest.mark.server
ARTICLES = [article(n) for n in range(4)]
IMPORT = "/import?"


@dataclass
class Clock:
    """Time that passes only where somebody waits."""

    time: float = 1000.0
    waits: list[float] = field(default_factory=list)

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.time += seconds


@dataclass
class Line:
    """A bench whose way to the server goes through the proxy."""

    bench: Bench
    faults: Faults
    clock: Clock

    def push(self, version: str = VERSION, size: int = 2) -> Pushed:
        return push(
            ARTICLES,
            lambda made: predicted(made, self.bench.ontology),
            version,
            target=self.bench.target,
            client=self.bench.client,
            ledger=self.bench.ledger,
            ontology=self.bench.ontology,
            size=size,
            waiting=Waiting(now=self.clock.now, sleep=self.clock.sleep),
        )

    def assert_each_is_there_once(self) -> None:
        found = self.bench.client.find_tasks(
            self.bench.project_id, [made.doc_id for made in ARTICLES]
        )
        assert sorted(task.doc_id for task in found) == sorted(made.doc_id for made in ARTICLES)
        tasks = self.bench.ledger.tasks(KEY, self.bench.project_id)
        assert {t.task_id for t in tasks} == {f.task_id for f in found}
        assert self.bench.ledger.pending(KEY, self.bench.project_id) == set()


@pytest.fixture
def line(bench: Bench, live: Live) -> Iterator[Line]:
    clock = Clock()
    with (
        flaky(live.running.url) as (url, faults),
        Client(url, live.login.token, sleep=clock.sleep) as client,
    ):
        yield Line(replace(bench, client=client), faults, clock)


@pytest.mark.parametrize("fault", ["lost", "cut", "502 after", "500 before", "429 before"])
def test_an_import_without_an_answer_is_settled_by_asking(line: Line, fault: Fault) -> None:
    line.faults.coming += [("POST", IMPORT, fault)]
    done = line.push()
    assert line.faults.coming == []
    assert (len(done.created), done.tasks) == (4, 4)
    line.assert_each_is_there_once()
    imports = [seen for seen in line.faults.seen if IMPORT in seen]
    # What arrived is not sent again; what did not is, after all the time that it might have taken.
    assert len(imports) == (2 if fault in ("cut", "502 after") else 3)
    assert (sum(line.clock.waits) >= Waiting().settle) == (len(imports) == 3)


def test_a_server_that_stays_away_is_said_and_settled_by_the_next_push(line: Line) -> None:
    faults: list[Fault] = ["cut", "lost", "lost", "lost", "lost"]
    line.faults.coming += [("POST", IMPORT, fault) for fault in faults]
    with pytest.raises(ServerDown, match="importing 2 tasks"):
        line.push()
    assert line.faults.coming == []
    done = line.push()
    assert (len(done.created), len(done.known)) == (2, 2)
    line.assert_each_is_there_once()


def test_what_is_safe_to_repeat_is_repeated_with_longer_and_longer_waits(line: Line) -> None:
    line.faults.coming += [("GET", "/api/projects/", fault) for fault in ("lost", "cut")]
    line.faults.coming += [("PATCH", "/api/projects/", "502 after")]
    line.push()
    assert line.faults.coming == []
    line.assert_each_is_there_once()
    assert line.clock.waits[:2] == [1.0, 2.0]
    line.clock.waits.clear()
    line.faults.coming += [("GET", "/api/projects/", "429 before")]
    line.push()
    assert line.clock.waits[0] == 7.0  # as the server asked


def test_a_project_is_never_made_twice(line: Line) -> None:
    line.faults.coming += [("POST", "/api/projects/", "cut")]
    with pytest.raises(ServerDown):
        line.push()
    line.push()
    titles = [p.title for p in line.bench.client._sdk.projects.list()]
    assert titles.count(line.bench.target.title) == 1


@pytest.mark.parametrize("fault", ["cut", "lost"])
def test_an_upgrade_without_an_answer_adds_nothing_twice(line: Line, fault: Fault) -> None:
    line.push()
    line.faults.coming += [("POST", "/import/predictions", fault)]
    done = line.push("test-2")
    assert line.faults.coming == []
    assert done.upgraded == 4
    for task in line.bench.ledger.tasks(KEY, line.bench.project_id):
        versions = [name for name, _ in line.bench.client.predictions(task.task_id)]
        assert sorted(versions) == [VERSION, "test-2"]


def test_tasks_whose_import_was_repeated_on_its_way_are_named_and_pulled(line: Line) -> None:
    line.faults.coming += [("POST", IMPORT, "twice")]
    done = line.push()
    assert line.faults.coming == []
    project_id = line.bench.project_id
    assert (done.tasks, len(done.doubled)) == (4, 2)
    assert line.bench.client.project(project_id).tasks == 6
    known = line.bench.ledger.tasks(KEY, project_id)
    assert {(project_id, task.task_id) for task in known} > set(done.doubled)
    assert len(known) == 6
    assert line.push().doubled == ()


def test_an_export_that_ends_in_the_middle_is_asked_for_again(line: Line) -> None:
    line.push()
    line.faults.coming += [("GET", "/export", fault) for fault in ("short", "cut", "429 before")]
    pulled = line.bench.pull()
    assert line.faults.coming == []
    assert pulled.fetched == 4
