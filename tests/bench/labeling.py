"""Measures labeling on real servers; `make bench-labeling`. Writes docs/benchmark-labeling.md.

Every measurement has a fresh copy of a migrated server (SQLite) of its own.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import json
import os
import platform
import re
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.metadata import version as version_of
from pathlib import Path

from annotate.corpus.article import Article
from annotate.corpus.duplicates import Groups
from annotate.labeling import server as embedded
from annotate.labeling.campaigns import projects_of
from annotate.labeling.client import Client
from annotate.labeling.client_tasks import as_json
from annotate.labeling.ledger import Ledger
from annotate.labeling.parts import whole
from annotate.labeling.projects import Target
from annotate.labeling.push import BATCH, push
from annotate.labeling.pushed import Pushed
from annotate.labeling.wire import to_results, to_task
from annotate.ontology import Ontology, load_ontology
from annotate.spans import Annotation
from annotate.workspace import Workspace
from tests.bench.labeling_made import REGIONS, VERSION, annotation, article
from tests.conftest import copy_of

ROOT = Path(__file__).parent.parent.parent
REPORT = ROOT / "docs" / "benchmark-labeling.md"
KEY = "bench"


@dataclass(frozen=True)
class Bed:
    """A server of its own, with an empty ledger and history."""

    url: str
    token: str
    client: Client
    ledger: Ledger
    folder: Path
    ontology: Ontology

    def push(self, count: int, *, version: str = VERSION) -> Pushed:
        """Pushes so many made articles, whose pre-annotations are there already."""
        articles = [article(number) for number in range(count)]
        made = {a.doc_id: annotation(a, self.ontology, version) for a in articles}
        return self.push_made(articles, made, version)

    def push_made(
        self, articles: list[Article], made: dict[str, Annotation], version: str = VERSION
    ) -> Pushed:
        """Pushes articles, with pre-annotations by doc_id."""
        return push(
            articles,
            lambda a: made[a.doc_id],
            version,
            target=Target(KEY, "bench"),
            client=self.client,
            ledger=self.ledger,
            ontology=self.ontology,
            grouping=Groups,
        )


@contextlib.contextmanager
def migrated_server() -> Iterator[Path]:
    """A server folder whose database is migrated (30 s): to be copied."""
    with tempfile.TemporaryDirectory(prefix="annotate-bench-") as home:
        workspace = Workspace(Path(home))
        embedded.start(workspace)
        embedded.stop(workspace)
        yield workspace.server


@contextlib.contextmanager
def bed(migrated: Path, ontology: Ontology) -> Iterator[Bed]:
    """A fresh copy of the server, running."""
    home = Path(tempfile.mkdtemp(prefix="annotate-bench-"))
    workspace = copy_of(migrated, home / "home")
    try:
        running = embedded.start(workspace)
        token = embedded.credentials(workspace).token
        with Client(running.url, token) as client, Ledger(home / "ledger.sqlite") as ledger:
            yield Bed(running.url, token, client, ledger, home / "history", ontology)
    finally:
        embedded.stop(workspace)
        shutil.rmtree(home, ignore_errors=True)


@dataclass
class Figures:
    """Lines of the report, in order."""

    rows: list[tuple[str, str]] = field(default_factory=list)

    def add(self, what: str, figure: str) -> None:
        self.rows.append((what, figure))
        print(f"{what}: {figure}", file=sys.stderr, flush=True)


def measure_push(migrated: Path, ontology: Ontology, count: int, figures: Figures) -> float:
    """`annotate push` beside the bare import endpoint, with the same JSON.

    Half of the bare requests come before the push and half after it: what else runs on the machine
    then hits both alike.
    """
    import httpx

    from annotate.labeling.interface import labeling_interface

    made = [article(number) for number in range(count)]
    ready = {a.doc_id: annotation(a, ontology, VERSION) for a in made}
    tasks = [to_task(a, whole(a.text), ready[a.doc_id], VERSION, ontology) for a in made]
    bodies = [as_json(tasks[start : start + BATCH]) for start in range(0, count, BATCH)]
    del tasks
    gc.collect()
    gc.freeze()  # what is only made for the measurement is not the push's to look through
    with bed(migrated, ontology) as one, bed(migrated, ontology) as other:
        project_id = one.client.create_project("bare", labeling_interface(ontology), "")
        address = f"{one.url}/api/projects/{project_id}/import?return_task_ids=true"
        headers = {"Authorization": f"Token {one.token}", "Content-Type": "application/json"}

        def bare(some: list[bytes]) -> float:
            with httpx.Client(headers=headers, timeout=300, trust_env=False) as http:
                begun = time.perf_counter()
                for body in some:
                    http.post(address, content=body).raise_for_status()
                return time.perf_counter() - begun

        half = len(bodies) // 2
        without = bare(bodies[:half])
        begun, worked = time.perf_counter(), time.process_time()
        other.push_made(made, ready)
        pushed, work = time.perf_counter() - begun, time.process_time() - worked
        without += bare(bodies[half:])
        assert one.client.project(project_id).tasks == count
        assert other.client.project(project_of(other)).tasks == count
    figures.add(
        f"JSON of {count:,} tasks of {REGIONS} regions", f"{sum(map(len, bodies)) / 1e6:.0f} MB"
    )
    figures.add(f"the bare import endpoint, {BATCH} tasks a request", f"{without:.1f} s")
    figures.add("push of the same", f"{pushed:.1f} s")
    figures.add("of which in our own process (CPU time)", f"{work:.1f} s")
    figures.add("push / bare", f"{pushed / without:.2f}")
    return pushed / without


def measure_upgrade(migrated: Path, ontology: Ontology, count: int, figures: Figures) -> None:
    """A new version of the heuristics for open tasks, while an annotator is submitting."""
    with bed(migrated, ontology) as there:
        there.push(count)
        project_id = project_of(there)
        submitted, seconds, upgraded = upgrade_under_work(there, count)
        assert upgraded + len(submitted) >= count
        figures.add(f"{count:,} tasks, new version of the heuristics", f"{seconds:.1f} s")
        figures.add("open tasks that got it", f"{upgraded:,}")
        figures.add("annotations submitted meanwhile", f"{len(submitted):,}")
        figures.add("of these lost or changed", str(lost_or_changed(there, project_id, submitted)))


def upgrade_under_work(there: Bed, count: int) -> tuple[dict[int, str], float, int]:
    """Upgrades all tasks while somebody submits.

    Returns:
        The results of each annotation by its id (JSON), seconds, number of tasks upgraded.
    """
    tasks = there.ledger.tasks(KEY, project_of(there))
    submitted: dict[int, str] = {}
    stop = threading.Event()
    failed: list[BaseException] = []

    def work() -> None:
        with Client(there.url, there.token) as client:
            for task in tasks:
                if stop.is_set():
                    return
                try:
                    article_ = by_id[task.doc_id]
                    results = to_results(annotation(article_, there.ontology), there.ontology)
                    number = client.create_annotation(task.task_id, results, 1)
                except BaseException as problem:
                    failed.append(problem)
                    return
                submitted[number] = json.dumps(results, ensure_ascii=False, sort_keys=True)

    by_id = {a.doc_id: a for a in (article(number) for number in range(count))}
    thread = threading.Thread(target=work)
    thread.start()
    try:
        begun = time.perf_counter()
        done = there.push(count, version="made-2")
        seconds = time.perf_counter() - begun
    finally:
        stop.set()
        thread.join()
    if failed:
        raise failed[0]
    return submitted, seconds, done.upgraded


def project_of(there: Bed) -> int:
    """Id of the project that was pushed to."""
    (project,) = projects_of(there.ledger, KEY, "bench")
    return project.project_id


def lost_or_changed(there: Bed, project_id: int, submitted: dict[int, str]) -> int:
    """How many of the annotations are not on the server, or not as they were submitted."""
    ids = [task.task_id for task in there.ledger.tasks(KEY, project_id)]
    found: dict[int, str] = {}
    for start in range(0, len(ids), BATCH):
        for task in there.client.export_tasks(project_id, ids[start : start + BATCH]):
            for made in task["annotations"]:
                found[int(made["id"])] = json.dumps(
                    made["result"], ensure_ascii=False, sort_keys=True
                )
    return sum(found.get(number) != results for number, results in submitted.items())


def report(figures: Figures, before: str = "") -> str:
    """The figures as a document; those that were not measured now are taken from the one before."""
    about = (
        f"Label Studio {version_of('label-studio')} on SQLite, Python {platform.python_version()}, "
        f"{os.cpu_count()} cores that other work shared; each measurement on a fresh copy of the "
        "server. The ratios carry over to other machines, the seconds do not."
    )
    rows = dict(re.findall(r"^\| ([^|]+) \| ([^|]+) \|$", before, re.MULTILINE)) | dict(
        figures.rows
    )
    lines = "\n".join(f"| {what} | {figure} |" for what, figure in rows.items() if what != "what")
    return (
        "# Labeling: how fast\n\n"
        f"`make bench-labeling` wrote this. {about}\n\n| what | figure |\n|---|---:|\n{lines}\n"
    )


def main() -> None:
    """Measures, and writes the report."""
    from tests.bench.labeling_pull import measure_pull

    parser = argparse.ArgumentParser(prog="make bench-labeling ARGS=")
    parser.add_argument("--tasks", type=int, default=10_000, help="tasks to push and to pull")
    parser.add_argument("--upgrade", type=int, default=1_000, help="tasks to upgrade")
    parser.add_argument("--only", choices=("push", "upgrade", "pull"), action="append")
    parser.add_argument("--report", type=Path, default=REPORT)
    given = parser.parse_args()
    parts = given.only or ("push", "upgrade", "pull")
    ontology, figures = load_ontology(), Figures()
    with migrated_server() as migrated:
        if "push" in parts:
            measure_push(migrated, ontology, given.tasks, figures)
        if "upgrade" in parts:
            measure_upgrade(migrated, ontology, given.upgrade, figures)
        if "pull" in parts:
            measure_pull(migrated, ontology, given.tasks, figures)
    before = given.report.read_text("utf-8") if given.report.exists() else ""
    given.report.write_text(report(figures, before), encoding="utf-8")


if __name__ == "__main__":
    main()
