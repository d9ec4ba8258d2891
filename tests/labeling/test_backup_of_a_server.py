"""A backup of a real server while somebody annotates; what was saved before it is in it."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from annotate.labeling import server as embedded
from annotate.labeling.backup import backup
from annotate.labeling.client import Client
from annotate.labeling.restore import restore
from annotate.workspace import Workspace
from tests.conftest import Live

pytestmark = pytest.mark.server

INTERFACE = """<View><Labels name="entity" toName="text"><Label value="GPE"/></Labels>
<Text name="text" value="$text"/></View>"""
TEXT = "وصل الوزير إلى دمشق"
RESULT = {
    "id": "r1",
    "from_name": "entity",
    "to_name": "text",
    "type": "labels",
    "value": {
        "start": TEXT.index("دمشق"),
        "end": len(TEXT),
        "text": "دمشق",
        "labels": ["GPE"],
    },
}


class Annotator(threading.Thread):
    """Saves one annotation after the other; `saved` has those that the server confirmed."""

    def __init__(self, live: Live, tasks: list[int]) -> None:
        super().__init__()
        self.saved: list[int] = []
        self.begun, self.stop = threading.Event(), threading.Event()
        self._live, self._tasks = live, tasks

    def run(self) -> None:
        with self._live.client() as client:
            user = client.users()
            me = next(number for number, email in user.items() if email == self._live.login.email)
            while not self.stop.is_set():
                task = self._tasks[len(self.saved) % len(self._tasks)]
                self.saved.append(client.create_annotation(task, [RESULT], me))
                if len(self.saved) == 5:
                    self.begun.set()


def test_what_was_saved_before_it_is_in_it(live: Live, tmp_path: Path) -> None:
    with live.client() as client:
        project = client.create_project("backed up", INTERFACE, "")
        tasks = client.import_tasks(project, [{"data": {"text": TEXT}} for _ in range(10)])
    annotator = Annotator(live, tasks)
    annotator.start()
    try:
        assert annotator.begun.wait(60)
        before = set(annotator.saved)
        made = backup(live.workspace, tmp_path / "a.tar.gz", environment=os.environ, settings={})
        after = set(annotator.saved)
    finally:
        annotator.stop.set()
        annotator.join(60)
    assert len(annotator.saved) > len(before)  # it was never stopped

    other = Workspace(tmp_path / "home")
    restore(other, made.path, environment=os.environ)
    assert embedded.identity(other) == embedded.identity(live.workspace)
    assert embedded.credentials(other) == live.login
    running = embedded.start(other)
    try:
        with Client(running.url, live.login.token) as client:
            found = client.export_tasks(project, tasks)
            assert client.project(project).tasks == 10
    finally:
        embedded.stop(other)
    assert {task["data"]["text"] for task in found} == {TEXT}
    saved = {annotation["id"] for task in found for annotation in task["annotations"]}
    assert before <= saved
    # What came while it was made is whole or absent: at most the one on its way more than known.
    assert len(saved - after) <= 1
    values = [a["result"][0]["value"] for task in found for a in task["annotations"]]
    assert values == [RESULT["value"]] * len(saved)
    assert made.manifest.counts["annotations"] >= len(saved)
