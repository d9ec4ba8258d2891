"""`annotate pull --watch` as a process: it follows the work, keeps a report, and Ctrl-C ends it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from annotate.labeling.campaigns import projects_of, remember
from annotate.labeling.ledger import Ledger
from annotate.labeling.wire import to_results
from tests.conftest import Live
from tests.labeling.bench import Bench
from tests.labeling.builders import article, predicted
from tests.support import clean_environment

pytestmark = pytest.mark.server


def until(found: Callable[[], Any], seconds: float = 120) -> Any:
    """What `found` gives, once it is true."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if result := found():
            return result
        time.sleep(0.1)
    raise AssertionError("it did not come")


def test_it_follows_the_work_and_ends_with_ctrl_c(bench: Bench, live: Live, tmp_path: Path) -> None:
    made = article(1)
    home = tmp_path / "home"
    url = live.running.url
    with Ledger(home / "ledger.sqlite") as ledger:
        here = replace(bench, ledger=ledger, target=replace(bench.target, server=url))
        here.push([made])
        (project,) = projects_of(ledger, url, here.target.title)
        (task,) = ledger.tasks(url, project.project_id)
        remember(ledger, replace(project, campaign="Arabic news"))
    report = tmp_path / "report.json"
    environment = {
        "ANNOTATE_HOME": str(home),
        "LABEL_STUDIO_URL": url,
        "LABEL_STUDIO_API_KEY": live.login.token,
    }
    command = [sys.executable, "-m", "annotate", "pull", "--watch", "1", "--report", str(report)]
    with subprocess.Popen(
        command,
        cwd=tmp_path,
        env=clean_environment(environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            until(report.exists)
            assert json.loads(report.read_text("utf-8"))["status"]["tasks_done"] == 0
            results = to_results(predicted(made, bench.ontology), bench.ontology)
            bench.client.create_annotation(task.task_id, results, bench.user_id)
            until(lambda: json.loads(report.read_text("utf-8"))["status"]["tasks_done"] == 1)
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=60)
        finally:
            process.kill()
    assert process.returncode == 0, err
    assert "annotations: 1 new" in out
    assert len(out.splitlines()) == 1, "one line a change"
    assert "stopped: 1 changes in" in err
    assert "Traceback" not in err
