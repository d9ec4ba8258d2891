"""The whole loop as a user runs it: quickstart, a correction in a real browser, pull, export."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest

from annotate.arabic.words import is_symbol, words
from annotate.cli.quickstart import TITLE
from annotate.heuristics.pipeline import VERSION
from annotate.labeling import server as embedded
from annotate.labeling.campaigns import project_id as project_id_of
from annotate.labeling.ledger import Ledger
from annotate.ontology import Ontology
from annotate.spans import Annotation, Span
from annotate.workspace import Workspace
from tests.browser import Annotator
from tests.conftest import copy_of

pytestmark = [pytest.mark.server, pytest.mark.browser]


@dataclass
class Home:
    """A workspace in which the commands run as a user would run them, in an empty folder."""

    workspace: Workspace
    folder: Path

    def run(self, *arguments: str, code: int = 0) -> subprocess.CompletedProcess[str]:
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith("LABEL_STUDIO")
        }
        done = subprocess.run(
            [sys.executable, "-m", "annotate", *arguments],
            cwd=self.folder,
            env=environment | {"ANNOTATE_HOME": str(self.workspace.home)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == code, done.stdout + done.stderr
        assert "Traceback" not in done.stdout + done.stderr
        return done

    def versions(self) -> dict[str, dict[str, bytes]]:
        """Bytes of every file of every version of the quickstart's dataset."""
        dataset = self.workspace.exports / "quickstart"
        return {
            version.name: {
                str(file.relative_to(version)): file.read_bytes()
                for file in sorted(version.rglob("*"))
                if file.is_file()
            }
            for version in sorted(dataset.iterdir())
            if version.is_dir()
        }

    def rows(self, version: str) -> dict[str, dict[str, Any]]:
        path = self.workspace.exports / "quickstart" / version / "data"
        return {row["doc_id"]: row for row in pq.read_table(path).to_pylist()}


@pytest.fixture(scope="module")
def home(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    folder = tmp_path_factory.mktemp("loop")
    workspace = copy_of(migrated, folder / "home")
    try:
        yield Home(workspace, folder)
    finally:
        embedded.stop(workspace)


@pytest.fixture(scope="module")
def first_run(home: Home) -> subprocess.CompletedProcess[str]:
    return home.run("quickstart")


def test_quickstart_says_where_everything_is(
    home: Home, first_run: subprocess.CompletedProcess[str]
) -> None:
    running = embedded.running(home.workspace)
    assert running is not None
    for told in (running.url, "admin@example.com", str(home.workspace.home), "simulated"):
        assert told in first_run.stdout
    assert first_run.stderr.strip().splitlines()[-1].startswith("next: ")
    token = embedded.credentials(home.workspace).token
    assert token not in first_run.stdout + first_run.stderr
    assert set(home.versions()) == {"1.0.0"}
    rows = home.rows("1.0.0").values()
    assert len(rows) == 7
    # What the two share; nothing is test, so nothing waits for adjudication.
    assert {row["status"] for row in rows} == {"agreed"}
    assert "wait" not in first_run.stdout + first_run.stderr


def test_running_it_again_changes_nothing(
    home: Home, first_run: subprocess.CompletedProcess[str]
) -> None:
    tasks, versions = _tasks(home), home.versions()
    history = {p.name: p.read_bytes() for p in home.workspace.history.iterdir()}
    again = home.run("quickstart")
    assert _tasks(home) == tasks
    assert home.versions() == versions
    assert {p.name: p.read_bytes() for p in home.workspace.history.iterdir()} == history
    assert _agreement(again.stdout) == _agreement(first_run.stdout)


def test_a_correction_in_the_browser_is_exactly_what_the_dataset_holds(
    home: Home, first_run: subprocess.CompletedProcess[str], ontology: Ontology
) -> None:
    running = embedded.running(home.workspace)
    assert running is not None
    login = embedded.credentials(home.workspace)
    server = embedded.identity(home.workspace)
    with Ledger(home.workspace.ledger) as ledger:
        project_id = project_id_of(ledger, server, TITLE)
        assert project_id is not None
        tasks = ledger.tasks(server, project_id)
        task, *rest = [t for t in tasks if t.doc_id == tasks[0].doc_id]
        shown = {
            t.task_id: ledger.prediction(server, project_id, t.task_id, VERSION, ontology)
            for t in (task, *rest)
        }
        article = ledger.article(task.doc_id)
    assert article is not None
    assert rest, "an article of several parts"
    assert task.part.start == 0  # so that the task's offsets are those of the article
    proposed = shown[task.task_id]
    assert proposed is not None
    plan = _plan(task.part.of(article.text), proposed)

    annotator = Annotator(running.url, login.email, login.password)
    try:
        drawn = {(s.start, s.end) for s in proposed.spans}
        assert annotator.open_label_stream(project_id, len(drawn)) == task.task_id
        assert annotator.regions() == drawn
        assert annotator.find(".lsf-htx-richtext").value_of_css_property("direction") == "rtl"
        annotator.relabel(plan.relabel.start, plan.relabel.end, "2", "ORG")
        annotator.delete(plan.delete.start, plan.delete.end)
        added = annotator.mark(plan.surface, "6")
        annotator.relate(plan.event, added, "PLACE")
        annotator.submit()
        annotator.until(lambda: _is_submitted(home, task.task_id, project_id))
        for other in rest:  # the other parts are right as they are
            there = shown[other.task_id]
            assert there is not None
            found = {(s.start - other.part.start, s.end - other.part.start) for s in there.spans}
            assert annotator.open_label_stream(project_id, len(found)) == other.task_id
            assert annotator.regions() == found
            annotator.submit()
            annotator.until(partial(_is_submitted, home, other.task_id, project_id))
    finally:
        annotator.close()

    home.run("quickstart")
    versions = home.versions()
    assert set(versions) == {"1.0.0", "1.0.1"}
    row = home.rows("1.0.1")[task.doc_id]
    assert (row["status"], row["annotators"]) == ("single", ["annotator-1"])
    text = row["text"]
    entities = {(e["start"], e["end"], e["label"]): e for e in row["entities"]}
    events = {(e["start"], e["end"], e["label"]): e for e in row["events"]}
    for span in [*row["entities"], *row["events"]]:
        assert text[span["start"] : span["end"]] == span["text"]

    everything = [span for there in shown.values() if there for span in there.spans]
    expected = {s.key for s in everything} - {plan.relabel.key, plan.delete.key}
    expected |= {("entity", plan.relabel.start, plan.relabel.end, "ORG")}
    expected |= {("entity", *added, "FAC")}
    assert {("entity", *key) for key in entities} | {("event", *key) for key in events} == expected
    assert text[slice(*added)] == plan.surface
    assert entities[*added, "FAC"]["decision"] == "added"
    assert entities[plan.relabel.start, plan.relabel.end, "ORG"]["decision"] == "relabelled"
    others = [
        span["decision"]
        for key, span in [*entities.items(), *events.items()]
        if key[:2] not in (added, (plan.relabel.start, plan.relabel.end))
    ]
    assert set(others) == {"accepted"}

    ids = {s.id: s for s in everything}
    kept = {
        (ids[r.head].start, ids[r.tail].start, r.role)
        for there in shown.values()
        if there
        for r in there.relations
        if plan.delete.id not in (r.head, r.tail)
    }
    starts = {e["id"]: e["start"] for e in row["entities"]}
    roles = {
        (event["start"], starts[role["entity_id"]], role["role"])
        for event in row["events"]
        for role in event["roles"]
    }
    assert roles == kept | {(plan.event[0], added[0], "PLACE")}

    # The others are as they were, and once more nothing changes.
    untouched = set(home.rows("1.0.0")) - {task.doc_id}
    assert {d: home.rows("1.0.1")[d] for d in untouched} == {
        d: home.rows("1.0.0")[d] for d in untouched
    }
    home.run("quickstart")
    assert home.versions() == versions
    home.run("verify", str(home.workspace.exports / "quickstart" / "1.0.1"))
    frame = pd.read_parquet(home.workspace.exports / "quickstart" / "1.0.1" / "data")
    assert len(frame) == 7


@dataclass
class Plan:
    """What the annotator will do: chosen from the pre-annotation, whatever that is."""

    relabel: Span
    delete: Span
    surface: str
    event: tuple[int, int]


def _plan(text: str, proposed: Annotation) -> Plan:
    places = [(s.start, s.end) for s in proposed.spans]
    alone = [
        s
        for s in proposed.spans
        if sum(s.start < end and start < s.end for start, end in places) == 1
    ]
    entities = [s for s in alone if s.layer == "entity" and s.label != "ORG"]
    events = [s for s in alone if s.layer == "event"]
    covered = {offset for start, end in places for offset in range(start, end)}
    free = [
        word
        for word in words(text)
        if not is_symbol(word.text)
        and len(word.text) > 4
        and covered.isdisjoint(range(word.start, word.end))
        and text.index(word.text) == word.start
    ]
    return Plan(entities[0], entities[1], free[0].text, (events[0].start, events[0].end))


def _tasks(home: Home) -> list[tuple[int, str]]:
    server = embedded.identity(home.workspace)
    with Ledger(home.workspace.ledger) as ledger:
        project_id = project_id_of(ledger, server, TITLE)
        assert project_id is not None
        return [(task.task_id, task.doc_id) for task in ledger.tasks(server, project_id)]


def _is_submitted(home: Home, task_id: int, project_id: int) -> bool:
    from annotate.labeling.client import Client

    running = embedded.running(home.workspace)
    assert running is not None
    with Client(running.url, embedded.credentials(home.workspace).token) as client:
        (task,) = client.export_tasks(project_id, [task_id])
        return len(task["annotations"]) == 3


def _agreement(output: str) -> list[str]:
    figures = ("strict F1", "spans", "entities", "triggers", "roles", "attributes")
    return [line for line in output.splitlines() if line.strip().startswith(figures)]


def test_the_commands_beside_it_work_on_what_is_there(home: Home, first_run: object) -> None:
    status = json.loads(home.run("server", "status", "--json").stdout)
    assert status["running"] is True
    home.run("server", "stop")
    assert json.loads(home.run("server", "status", "--json", code=1).stdout)["running"] is False
