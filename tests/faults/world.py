"""A campaign whose way to the real server goes through the proxy; the server is asked directly."""

from __future__ import annotations

import contextlib
import io
import json
import os
import signal
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

import psutil

from annotate.cli import adjudicate_send, connect
from annotate.cli import push as push_command
from annotate.cli.main import cli
from annotate.errors import AnnotateError, ServerError
from annotate.labeling import adjudication, history
from annotate.labeling import server as embedded
from annotate.labeling.campaigns import KnownProject, projects_of
from annotate.labeling.client import Client
from annotate.labeling.entry import Entry
from annotate.labeling.ledger import Ledger, Task
from annotate.labeling.push import push
from annotate.labeling.sending import Waiting
from annotate.labeling.wire import to_results
from annotate.ontology import Ontology
from annotate.workspace import Workspace
from tests.faults.proxy import Harm, proxied

PEOPLE = ("anna", "omar", "salma")
MOST_RUNS = 200  # of one command, until it has come to its end


@dataclass
class Clock:
    """Time that passes only where somebody waits; then also the server comes to an end."""

    harm: Harm
    back: threading.Event
    time: float = 1_000.0

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.back.wait(120)
        self.harm.settled()
        self.time += seconds


@dataclass
class Runs:
    """How often commands were run, and what they ended with."""

    commands: int = 0
    errors: Counter[str] = field(default_factory=Counter)

    @property
    def runs(self) -> int:
        return self.commands + sum(self.errors.values())


@dataclass
class World:
    """A workspace, its settings, and the people who annotate."""

    folder: Path
    title: str
    url: str
    server: Workspace
    token: str
    direct: Client
    harm: Harm
    clock: Clock
    ontology: Ontology
    size: int
    runs: Runs = field(default_factory=Runs)
    people: dict[str, int] = field(default_factory=dict)
    killed: int = 0

    @property
    def workspace(self) -> Workspace:
        return Workspace(self.folder / "home")

    def run(self, *command: str) -> dict[str, Any]:
        """Runs a command once, in this process; what it prints as JSON.

        Raises:
            AnnotateError: as the command ends.
        """
        out = io.StringIO()
        settings = str(self.folder / "annotate.toml")
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
            cli.main(["--settings", settings, *command, "--json"], standalone_mode=False)
        found: dict[str, Any] = json.loads(out.getvalue())
        return found

    def until_done(self, *command: str) -> dict[str, Any]:
        """Runs a command until it comes to its end; each error before is a clear one."""
        for _ in range(MOST_RUNS):
            try:
                found = self.run(*command)
            except ServerError as problem:
                if "\n" in str(problem):
                    raise
                self.runs.errors[type(problem).__name__] += 1
                self.clock.sleep(1.0)
            else:
                self.runs.commands += 1
                return found
        raise AssertionError(f"{command} never ended: {self.runs.errors}")

    def kill_server(self) -> None:
        """SIGKILL, and a new start, maybe at another port; what comes meanwhile meets nobody."""
        state = embedded.running(self.server)
        assert state is not None
        self.clock.back.clear()
        os.kill(state.pid, signal.SIGKILL)

        psutil.Process(state.pid).wait(30)

        def again() -> None:
            try:
                found = embedded.start(self.server)
                self.harm.upstream = found.url
                self.direct.close()
                self.direct = Client(found.url, self.token)
                self.killed += 1
            finally:
                self.clock.back.set()

        threading.Thread(target=again).start()

    # What the server has, asked directly

    def projects(self, ledger: Ledger) -> list[KnownProject]:
        return [
            *projects_of(ledger, self.url, self.title),
            *adjudication.projects(ledger, self.url, self.title),
        ]

    def tasks(self) -> list[Task]:
        with Ledger(self.workspace.ledger) as ledger:
            found = projects_of(ledger, self.url, self.title)
            return [t for p in found for t in ledger.tasks(self.url, p.project_id)]

    def hire(self) -> None:
        """Makes the users, or finds them."""
        users = {email: number for number, email in self.direct.users().items()}
        for name in PEOPLE:
            email = f"{name}@faults.example.org"
            self.people[name] = users.get(email) or self.direct.create_user(email)

    def submit(self, task: Task, who: str, version: str, *, without: int | None = None) -> int:
        """Somebody submits what the task shows, but for one span; the annotation's id."""
        with Ledger(self.workspace.ledger) as ledger:
            place = (self.url, projects_of(ledger, self.url, self.title)[0].project_id)
            shown = ledger.prediction(*place, task.task_id, version, self.ontology)
            article = ledger.article(task.doc_id, task.text_sha256)
        assert article is not None
        results: list[Any] = (
            [marked("b1", "الجيش", task.part.of(article.text))]
            if shown is None
            else list(to_results(shown, self.ontology, task.part))
        )
        if without is not None and results:
            region = results[without % len(results)].get("id")
            ends = ("id", "from_id", "to_id")
            results = [r for r in results if region not in [r.get(name) for name in ends]]
        return self.direct.create_annotation(task.task_id, results, self.people[who])

    def entries(self) -> list[Entry]:
        return list(history.current(self.workspace.history).values())


def marked(region: str, surface: str, text: str) -> dict[str, Any]:
    """A force that a person marks where nothing was shown."""
    start = text.index(surface)
    value = {"start": start, "end": start + len(surface), "text": surface, "labels": ["ARM"]}
    return {
        "id": region,
        "from_name": "entity",
        "to_name": "text",
        "type": "labels",
        "value": value,
        "origin": "manual",
    }


@contextlib.contextmanager
def world(
    folder: Path,
    title: str,
    server: Workspace,
    token: str,
    ontology: Ontology,
    harm: Harm,
    size: int,
) -> Iterator[World]:
    """A campaign of this title on the server, through the proxy."""
    back = threading.Event()
    back.set()
    clock = Clock(harm, back)
    waiting = Waiting(now=clock.now, sleep=clock.sleep)

    def small(*given: Any, **options: Any) -> Any:
        return push(*given, **{"size": size, **options, "waiting": waiting})

    def quick(url: str, token: str, **options: Any) -> Client:
        return Client(url, token, **options, sleep=clock.sleep)

    with (
        proxied(harm) as url,
        Client(harm.upstream, token) as direct,
        patch.object(push_command, "push_to", small),
        patch.object(adjudicate_send, "push", small),
        patch.object(connect, "Client", quick),
        patch.dict(
            os.environ,
            {
                "LABEL_STUDIO_URL": url,
                "LABEL_STUDIO_API_KEY": token,
                "ANNOTATE_HOME": str(folder / "home"),
            },
        ),
    ):
        made = World(folder, title, url, server, token, direct, harm, clock, ontology, size)
        made.hire()
        try:
            yield made
        finally:
            made.direct.close()


__all__ = ["AnnotateError", "Clock", "Runs", "World", "world"]
