"""Draws what an adjudicator sees of a seed article: `make screenshot-adjudication`.

In a workspace of its own, with a server of its own, so that nothing of yours changes.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from annotate.cli.quickstart import TITLE
from annotate.labeling import adjudication
from annotate.labeling import server as embedded
from annotate.labeling.ledger import Ledger
from annotate.workspace import Workspace
from tests.browser import Annotator
from tests.support import clean_environment


def draw(path: Path) -> None:
    """Saves what an adjudicator of the two reference passes sees on a laptop (1366 x 768)."""
    with tempfile.TemporaryDirectory() as home:
        workspace = Workspace(Path(home))
        try:
            with socket.socket() as free:  # 8080 may be another server's at any moment
                free.bind(("127.0.0.1", 0))
                port = free.getsockname()[1]
            _run(home, "quickstart", "--port", str(port))
            _run(home, "adjudicate", "send", "--project", TITLE)
            _photograph(workspace, path)
        finally:
            embedded.stop(workspace)


def _run(home: str, *command: str) -> None:
    environment = clean_environment() | {"ANNOTATE_HOME": home}
    annotate = Path(sys.executable).with_name("annotate")
    subprocess.run([annotate, *command], check=True, env=environment, cwd=home)


def _photograph(workspace: Workspace, path: Path) -> None:
    running, login = embedded.running(workspace), embedded.credentials(workspace)
    assert running is not None
    with Ledger(workspace.ledger) as ledger:
        server = embedded.identity(workspace)
        (project,) = adjudication.projects(ledger, server, TITLE)
        asked = adjudication.asked_of(ledger, server, TITLE)
        tasks = {task.task_id: task for task in ledger.tasks(server, project.project_id)}
    annotator = Annotator(running.url, login.email, login.password)
    try:
        annotator.resize(1366, 768)
        annotator.driver.get(f"{running.url}/projects/{project.project_id}/data?labeling=1")
        annotator.until(lambda: len(annotator.regions()) > 10)
        task = tasks[annotator.task_id()]
        (questions,) = asked[adjudication.TextKey(*task.key[:2])].values()
        disputes = [q["spans"][0] for q in questions.questions if q["kind"] == "span"]
        part = task.part
        start, end = next((s, e) for _, s, e, _ in disputes if part.start <= s and e <= part.end)
        annotator.select(start - part.start, end - part.start)
        annotator.driver.save_screenshot(str(path))
    finally:
        annotator.close()


if __name__ == "__main__":
    draw(Path(sys.argv[1]).resolve())
