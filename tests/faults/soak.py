"""Three people submit at once while everything else runs; `make soak`. Writes docs/reliability.md.

python -m tests.faults.soak [--write FILE] [--annotations N] [--people N] [--minutes N]

The people are threads that submit through the API. Meanwhile `pull --watch` runs as a process of
its own, and one command after the other is run as a user runs it: pushes of further articles,
upgrades of the heuristics, exports. At the end the history holds exactly what was submitted.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import psutil

from annotate.dataset.check import verify
from annotate.dataset.manifest import versions
from annotate.labeling import history
from annotate.labeling import server as embedded
from annotate.labeling.campaigns import projects_of
from annotate.labeling.client import Client
from annotate.labeling.ledger import Ledger
from annotate.workspace import Workspace
from tests.bench.labeling import migrated_server
from tests.conftest import copy_of
from tests.faults import report
from tests.faults.story import BEGIN, WORDS
from tests.faults.world import marked
from tests.support import clean_environment

ANNOTATIONS, PEOPLE, MINUTES = 2_000, 3, 60.0
WATCHED = 2  # seconds between two pulls
ARTICLES = 60  # a push
# Seconds between two tasks of one person, who is still hundreds of times as fast as anybody. With
# none at all an import waits as long as they go on: writers of SQLite do not queue.
PAUSE = 0.5
WARM = 60.0  # seconds until what is loaded once is loaded
TITLE = "soak"
SETTINGS = f"""[project]
title = "{TITLE}"
[dataset]
name = "soak"
folder = "exports"
"""


@dataclass
class Work:
    """What people have done: the annotation's id -> the surfaces that it has (in order).

    Attributes:
        left: how many annotations are still to be submitted.
    """

    left: int
    submitted: dict[int, str] = field(default_factory=dict)
    failed: list[BaseException] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    over: threading.Event = field(default_factory=threading.Event)

    def take(self) -> bool:
        """Whether there is another one to be submitted."""
        with self.lock:
            self.left -= 1
            return self.left >= 0 and not self.over.is_set()


@dataclass(frozen=True)
class Place:
    """Where it happens."""

    folder: Path
    url: str
    token: str

    @property
    def workspace(self) -> Workspace:
        return Workspace(self.folder / "home")

    @property
    def environment(self) -> dict[str, str]:
        return {
            "ANNOTATE_HOME": str(self.folder / "home"),
            "LABEL_STUDIO_URL": self.url,
            "LABEL_STUDIO_API_KEY": self.token,
        }

    def run(self, *command: str) -> dict[str, Any]:
        """A command, as a user runs it.

        Raises:
            AssertionError: it did not end well.
        """
        ran = subprocess.run(
            [sys.executable, "-m", "annotate", *command, "--json"],
            cwd=self.folder,
            env=clean_environment(self.environment),
            capture_output=True,
            encoding="utf-8",
            timeout=900,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr
        found: dict[str, Any] = json.loads(ran.stdout)
        return found

    def tasks(self) -> list[tuple[int, str]]:
        """Task ids, and what they show."""
        with Ledger(self.workspace.ledger) as ledger:
            found = []
            for project in projects_of(ledger, self.url, TITLE):
                for task in ledger.tasks(self.url, project.project_id):
                    article = ledger.article(task.doc_id, task.text_sha256)
                    assert article is not None
                    found.append((task.task_id, task.part.of(article.text)))
            return found


def people(place: Place, work: Work, number: int) -> None:
    """One person: task after task, each with marks of its own."""
    draw = random.Random(number)  # noqa: S311 - no secret
    try:
        with Client(place.url, place.token) as client:
            user = client.create_user(f"person-{number}@soak.example.org")
            while work.take() and not work.over.wait(PAUSE):
                tasks = place.tasks()
                task_id, text = draw.choice(tasks)
                surface = draw.choice(["الجيش", *text.split()[7:20]])
                results = [marked(f"p{number}", surface, text)]
                made = client.create_annotation(task_id, results, user)
                with work.lock:
                    work.submitted[made] = surface
                if draw.random() < 0.1:  # and changed once more
                    surface = draw.choice(text.split()[7:20])
                    changed = [marked(f"p{number}", surface, text)]
                    client._sdk.annotations.update(made, result=changed)
                    with work.lock:
                        work.submitted[made] = surface
    except BaseException as problem:
        work.failed.append(problem)
        work.over.set()


def articles(place: Place, first: int) -> str:
    """A file of further articles."""
    lines = []
    for number in range(first, first + ARTICLES):
        draw = random.Random(number)  # noqa: S311 - no secret
        text = " ".join([BEGIN, *draw.choices(WORDS, k=60), "."])
        lines.append(
            json.dumps({"id": f"s{number}", "url": f"https://s.example/{number}", "text": text})
        )
    path = place.folder / f"articles-{first}.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return str(path)


def upgrade(place: Place, number: int) -> None:
    """Another version of the heuristics, by a lexicon."""
    name = WORDS[number % len(WORDS)]
    lexicon = place.folder / "entities.yaml"
    lexicon.write_text(f"PER: [{name} الزرنوقي]\n", encoding="utf-8")
    settings = SETTINGS + '[preannotate]\nlexicons = ["entities.yaml"]\n'
    (place.folder / "annotate.toml").write_text(settings, encoding="utf-8")


@dataclass
class Memory:
    """The watching pull's memory over time: (seconds, MB)."""

    seen: list[tuple[float, float]] = field(default_factory=list)

    def follow(self, process: psutil.Process, over: threading.Event) -> None:
        begun = time.monotonic()
        while not over.wait(1.0):
            try:
                now = process.memory_info().rss / 1e6
            except psutil.Error:
                return
            self.seen.append((time.monotonic() - begun, now))


def soak(place: Place, annotations: int, persons: int, minutes: float) -> dict[str, Any]:
    """All of it.

    Raises:
        AssertionError: something was lost, doubled, or ended with an error.
    """
    begun = time.monotonic()
    (place.folder / "annotate.toml").write_text(SETTINGS, encoding="utf-8")
    place.run("push", articles(place, 0))
    work = Work(annotations)
    log = place.folder / "watch.log"
    command = [sys.executable, "-m", "annotate", "pull", "--watch", str(WATCHED)]
    command += ["--report", str(place.folder / "report.json")]
    done: Counter[str] = Counter()
    with log.open("wb") as output:
        watching = subprocess.Popen(
            command,
            cwd=place.folder,
            env=clean_environment(place.environment),
            stdout=output,
            stderr=output,
        )
    memory = Memory()
    over = threading.Event()
    threads = [
        threading.Thread(target=people, args=(place, work, number)) for number in range(persons)
    ]
    follower = threading.Thread(target=memory.follow, args=(psutil.Process(watching.pid), over))
    try:
        for thread in [*threads, follower]:
            thread.start()
        for number in count(1):
            if not any(thread.is_alive() for thread in threads):
                break
            if time.monotonic() - begun > minutes * 60:
                work.over.set()
                break
            if number % 3 == 1:
                done["tasks"] += int(place.run("push", articles(place, number * ARTICLES))["tasks"])
                done["pushes"] += 1
            elif number % 3 == 2:
                upgrade(place, number)
                place.run("push", articles(place, 0))
                done["upgrades"] += 1
            elif work.submitted and history.newest(place.workspace.history):
                place.run("export")
                done["exports"] += 1
        for thread in threads:
            thread.join(120)
        assert not work.failed, work.failed
        wait_for(place, work)
    finally:
        work.over.set()
        over.set()
        watching.send_signal(signal.SIGINT)
        try:
            code = watching.wait(60)
        except subprocess.TimeoutExpired:
            watching.kill()
            code = watching.wait()
        follower.join()
    assert code == 0, log.read_text("utf-8")[-2_000:]
    pulled = compare(place, work)
    for version in versions(place.folder / "exports" / "soak"):
        assert verify(place.folder / "exports" / "soak" / version) == []
    return figures(memory, time.monotonic() - begun) | {
        "people": persons,
        "submitted": len(work.submitted),
        "pulled": pulled,
        **{name: done[name] for name in ("tasks", "pushes", "upgrades", "exports")},
    }


def wait_for(place: Place, work: Work, seconds: float = 300.0) -> None:
    """Until the watching pull has seen all that is there."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            compare(place, work)
        except AssertionError:
            time.sleep(1.0)
        else:
            return
    compare(place, work)


def compare(place: Place, work: Work) -> int:
    """How many annotations the history holds: exactly those that were submitted, as they are now.

    Raises:
        AssertionError: it holds others.
    """
    current = history.current(place.workspace.history).values()
    found = {
        entry.annotation_id: [result["value"]["text"] for result in json.loads(entry.raw)]
        for entry in current
        if entry.status != "deleted"
    }
    assert len(found) == len([entry for entry in current if entry.status != "deleted"])
    assert found == {number: [surface] for number, surface in work.submitted.items()}
    return len(found)


def figures(memory: Memory, seconds: float) -> dict[str, Any]:
    """Memory once all is loaded, at the end, and at most."""
    warm = [mb for second, mb in memory.seen if second > WARM] or [mb for _, mb in memory.seen]
    return {
        "seconds": seconds,
        "warm": WARM,
        "first": warm[0],
        "last": warm[-1],
        "most": max(warm),
        "over time": [round(mb) for mb in warm[:: max(1, len(warm) // 20)]],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", type=Path, help="the page that the figures are put into")
    parser.add_argument("--annotations", type=int, default=ANNOTATIONS)
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--minutes", type=float, default=MINUTES, help="it ends by then")
    given = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="annotate-soak-"))
    with migrated_server() as migrated:
        workspace = copy_of(migrated, home / "server")
        running = embedded.start(workspace)
        try:
            place = Place(home, running.url, embedded.credentials(workspace).token)
            found = soak(place, given.annotations, given.people, given.minutes)
        finally:
            embedded.stop(workspace)
            shutil.rmtree(home, ignore_errors=True)
    lines = report.LINES["soak"](found)
    print("\n".join(lines))
    print(json.dumps(found), file=sys.stderr)
    if given.write:
        report.put(given.write, "soak", lines)
    sys.exit(os.EX_OK)


if __name__ == "__main__":
    main()
