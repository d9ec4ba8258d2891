"""Measures pull beside one export of the whole project, on the same server."""

from __future__ import annotations

import json
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annotate.labeling.campaigns import KnownProject, projects_of, remember
from annotate.labeling.client import Client
from annotate.labeling.interface import labeling_interface
from annotate.labeling.ledger import Ledger, Staged
from annotate.labeling.parts import whole
from annotate.labeling.pull import pull
from annotate.labeling.push import BATCH
from annotate.labeling.wire import to_task
from annotate.ontology import Ontology, load_ontology
from tests.bench.labeling import Bed, Figures, bed
from tests.bench.labeling_made import REGIONS, VERSION, annotation, article
from tests.bench.spawn import cost_of
from tests.support import clean_environment

TITLE = "bench"
MEGABYTE = 1e6


@dataclass(frozen=True)
class Run:
    """What a pull cost: seconds of the pull, and wall time, CPU time and peak MB of its process."""

    seconds: float
    wall: float
    cpu: float
    peak: float


def measure_pull(migrated: Path, ontology: Ontology, count: int, figures: Figures) -> float:
    """The first pull of annotated tasks, a pull of nothing new, and the whole-project export.

    The export is measured before and after the pull, and the mean of both counts, so that what else
    the machine has to do weighs on all alike. The pull is a process of its own, so that its memory
    is its own; as for the export, the start of the program does not count, and is told apart.
    """
    with bed(migrated, ontology) as there:
        project_id = fill(there, count)
        before, size = export_all(there, project_id)
        first = run_pull(there)
        after, _ = export_all(there, project_id)
        quiet = run_pull(there)
        one = there.ledger.tasks(there.url, project_id)[count // 2]
        results = there.client.export_tasks(project_id, [one.task_id])[0]["annotations"][0]
        there.client._sdk.annotations.update(results["id"], result=results["result"][:-1])
        changed = run_pull(there)
    exported = (before + after) / 2
    start = first.wall - first.seconds
    figures.add(f"JSON of {count:,} annotated tasks of {REGIONS} regions", f"{size:.0f} MB")
    figures.add("one export of the whole project", f"{before:.1f} s, then {after:.1f} s")
    figures.add("first pull of the same", f"{first.seconds:.1f} s")
    figures.add("of which in our own process (CPU), with its start", f"{first.cpu:.1f} s")
    figures.add("pull / export", f"{first.seconds / exported:.2f}")
    figures.add("peak memory of the pull", f"{first.peak:.0f} MB")
    figures.add("a pull when nothing has changed", f"{quiet.seconds:.1f} s, {quiet.peak:.0f} MB")
    figures.add("a pull when one task has changed", f"{changed.seconds:.1f} s")
    figures.add("start and end of the program, not counted above", f"{start:.1f} s")
    return first.seconds / exported


def fill(there: Bed, count: int) -> int:
    """Makes a project of annotated tasks, and the ledger that knows them; its id."""
    client, ledger, ontology = there.client, there.ledger, there.ontology
    project_id = client.create_project(TITLE, labeling_interface(ontology), "")
    remember(ledger, KnownProject(there.url, project_id, TITLE, TITLE))
    for start in range(0, count, BATCH):
        staged, tasks = [], []
        for number in range(start, min(count, start + BATCH)):
            made = article(number)
            shown = annotation(made, ontology, VERSION)
            item = Staged(made, whole(made.text), VERSION, shown)
            staged.append(item)
            tasks.append(annotated(to_task(made, item.part, shown, VERSION, ontology), number))
        ledger.stage(there.url, project_id, staged)
        ids = client.import_tasks(project_id, tasks)
        ledger.confirm(there.url, project_id, zip(ids, (s.key for s in staged), strict=True))
    return project_id


def annotated(task: dict[str, Any], number: int) -> dict[str, Any]:
    """The task with a person's work: most accepted, three spans relabelled, one deleted."""
    results = json.loads(json.dumps(task["predictions"][0]["result"]))
    gone = f"S{number % REGIONS + 1}"
    kept = [
        item | {"origin": "prediction"}
        for item in results
        if gone not in (item.get("id"), item.get("from_id"), item.get("to_id"))
    ]
    for item in [item for item in kept if item.get("from_name") == "entity"][:3]:
        item["origin"] = "prediction-changed"
        item["value"]["labels"] = ["ORG"]
    return task | {"annotations": [{"result": kept, "ground_truth": False, "lead_time": 90.0}]}


def export_all(there: Bed, project_id: int) -> tuple[float, float]:
    """Seconds and megabytes of one JSON export of a whole project."""
    import httpx

    headers = {"Authorization": f"Token {there.token}"}
    address = f"{there.url}/api/projects/{project_id}/export"
    begun = time.perf_counter()
    with httpx.Client(headers=headers, timeout=3600, trust_env=False) as http:
        answer = http.get(address, params={"exportType": "JSON", "download_all_tasks": "true"})
        answer.raise_for_status()
    return time.perf_counter() - begun, len(answer.content) / MEGABYTE


def run_pull(there: Bed) -> Run:
    """A pull in a process of its own."""
    home = there.folder.parent
    found = home / "seconds.json"
    command = [sys.executable, "-m", "tests.bench.labeling_pull", str(home), there.url, str(found)]
    environment = clean_environment({"LABEL_STUDIO_API_KEY": there.token})
    cost = cost_of(command, Path(__file__).parent.parent.parent, environment)
    return Run(json.loads(found.read_text("utf-8")), cost.wall, cost.cpu, cost.peak)


def main(home: Path, url: str, found: Path) -> None:
    """One pull, and the seconds that it took once the program was there."""
    ontology = load_ontology()
    token = os.environ["LABEL_STUDIO_API_KEY"]
    with Client(url, token) as client, Ledger(home / "ledger.sqlite") as ledger:
        client.check()
        begun = time.perf_counter()
        pull(
            projects_of(ledger, url, TITLE),
            client=client,
            ledger=ledger,
            folder=home / "history",
            ontology=ontology,
        )
        found.write_text(json.dumps(time.perf_counter() - begun), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
