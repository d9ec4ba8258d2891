"""`annotate push`, killed again and again: in the end no task is missing, and none there twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from subprocess import PIPE
from typing import Any

import pytest

from annotate.corpus.article import make_doc_id
from annotate.labeling.campaigns import project_id as project_id_of
from annotate.labeling.ledger import Ledger
from tests.conftest import Live
from tests.labeling.builders import SENTENCE
from tests.labeling.kill_push import SIZE
from tests.support import ROOT

pytestmark = pytest.mark.server
ARTICLES = 24
# Each kills one run; the next one goes on from there. Together: every border of the batches, and
# all states that one batch goes through.
KILLS = ["before", "middle", "border", "after", "border", "middle"]


def test_a_push_that_is_killed_anywhere_loses_and_doubles_nothing(
    live: Live, tmp_path: Path
) -> None:
    title = "killed"
    (tmp_path / "annotate.toml").write_text(f'[project]\ntitle = "{title}"\nmax_words = 50\n')
    paragraph = " ".join([SENTENCE] * 4)
    lines = [
        json.dumps({"id": f"k{n}", "text": "\n".join([paragraph] * (1 + n % 3)) + f"\nخبر {n}"})
        for n in range(ARTICLES)
    ]
    (tmp_path / "a.jsonl").write_text("\n".join(lines))
    environment = os.environ | {
        "LABEL_STUDIO_URL": live.running.url,
        "LABEL_STUDIO_API_KEY": live.login.token,
        "ANNOTATE_HOME": str(tmp_path / "home"),
        "PYTHONPATH": str(ROOT),
    }

    where: dict[str, Any] = {"cwd": tmp_path, "env": environment, "text": True}
    killed = [sys.executable, "-m", "tests.labeling.kill_push", "a.jsonl"]
    said = tmp_path / "said"
    with (
        live.client() as client,
        said.open("w") as out,
        subprocess.Popen(killed, stdin=PIPE, stdout=PIPE, stderr=out, **where) as pushes,
    ):
        assert pushes.stdin is not None
        assert pushes.stdout is not None
        sizes = []
        for point in KILLS:
            print(point, file=pushes.stdin, flush=True)
            assert pushes.stdout.readline().strip() == str(int(signal.SIGKILL)), said.read_text()
            project = client.find_project(title)
            sizes.append(project.tasks if project else 0)
        pushes.stdin.close()
        # "before" had sent nothing; each "border" and "after" has added a batch.
        assert sizes[0] == 0
        assert sizes[2] < sizes[3] < sizes[4]
        last = subprocess.run(
            [sys.executable, "-m", "annotate", "push", "a.jsonl", "--json"],
            **where,
            capture_output=True,
            timeout=120,
        )
        assert last.returncode == 0, last.stdout + last.stderr
        done = json.loads(last.stdout)

        project = client.find_project(title)
        assert project is not None
        doc_ids = [make_doc_id(0, given_id=f"k{n}") for n in range(ARTICLES)]
        found = client.find_tasks(project.id, doc_ids)
        there = Counter((task.doc_id, task.part.number) for task in found)
        wanted = {(d, part + 1) for n, d in enumerate(doc_ids) for part in range(1 + n % 3)}
        assert set(there) == wanted
        assert set(there.values()) == {1}
        assert project.tasks == len(wanted) > len(KILLS) * SIZE / 2
        assert done["tasks"] <= len(wanted) - sizes[-1]
        states = list(client.task_states(project.id))
        assert {len(state.versions) for state in states} == {1}
    with Ledger(tmp_path / "home" / "ledger.sqlite") as ledger:
        project_id = project_id_of(ledger, live.running.url, title)
        assert project_id == project.id
        tasks = ledger.tasks(live.running.url, project_id)
        assert {(t.task_id, t.doc_id, t.part) for t in tasks} == {
            (f.task_id, f.doc_id, f.part) for f in found
        }
        assert ledger.pending(live.running.url, project_id) == set()
