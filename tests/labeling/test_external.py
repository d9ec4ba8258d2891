"""An external Label Studio, on PostgreSQL, used by its URL and a token."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from annotate.labeling.client import Client
from annotate.labeling.server import Running
from annotate.labeling.server_process import answers, free_port
from annotate.labeling.wire import to_results
from annotate.ontology import Ontology
from tests.labeling.builders import SENTENCE, annotate, article, span
from tests.postgres import Cluster, Migrated

pytestmark = [pytest.mark.server, pytest.mark.postgres]


@pytest.fixture(scope="module")
def external(
    postgres: Cluster, migrated_postgres: Migrated, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, str]]:
    """URL and token of a Label Studio that this project did not start."""
    folder = tmp_path_factory.mktemp("external")
    database, login = postgres.restore("external", migrated_postgres.dump), migrated_postgres.login
    running = Running(0, 0.0, free_port())
    environment = os.environ | {
        "LABEL_STUDIO_BASE_DATA_DIR": str(folder),
        "DJANGO_DB": "default",
        "POSTGRE_NAME": database.name,
        "POSTGRE_USER": database.user,
        "POSTGRE_PASSWORD": postgres.password,
        "POSTGRE_HOST": database.host,
        "POSTGRE_PORT": str(database.port),
        "LABEL_STUDIO_ENABLE_LEGACY_API_TOKEN": "true",
        "COLLECT_ANALYTICS": "false",
        "LATEST_VERSION_CHECK": "false",
        "SENTRY_DSN": "",
        "FRONTEND_SENTRY_DSN": "",
    }
    command = [sys.executable, "-m", "label_studio.server", "start", "--no-browser"]
    command += ["--internal-host", "127.0.0.1", "--port", str(running.port)]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            command, env=environment, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
    try:
        begun = time.monotonic()
        while not answers(running, login.token):
            assert process.poll() is None, (folder / "log").read_text(errors="replace")[-2000:]
            assert time.monotonic() - begun < 240
            time.sleep(0.25)
        yield running.url, login.token
    finally:
        process.terminate()
        process.wait(30)


def test_the_loop_works_on_it(
    external: tuple[str, str], tmp_path: Path, ontology: Ontology
) -> None:
    url, known = external

    def run(*arguments: str, token: str = known, code: int = 0) -> str:
        environment = os.environ | {
            "LABEL_STUDIO_URL": url,
            "LABEL_STUDIO_API_KEY": token,
            "ANNOTATE_HOME": str(tmp_path / "home"),
        }
        done = subprocess.run(
            [sys.executable, "-m", "annotate", *arguments],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, done.stdout + done.stderr
        assert known not in done.stdout + done.stderr
        return done.stdout if code == 0 else done.stderr

    made = article(1)
    line = json.dumps({"id": made.source_id, "text": f"{SENTENCE}\nخبر\0 رقم 1"})
    (tmp_path / "articles.jsonl").write_text(f"{line}\n")
    denied = run("push", "articles.jsonl", token="f" * 40, code=1)
    assert denied.count("\n") == 1 + denied.count("pushing")
    assert f"{url}: the server does not accept the token" in denied

    project = run("push", "articles.jsonl").strip()
    assert run("push", "articles.jsonl").strip() == project
    project_id = int(project.split("/projects/")[1].split("/")[0])
    with Client(url, known) as client:
        assert client.project(project_id).tasks == 1
        (found,) = client.find_tasks(project_id, [made.doc_id])
        assert (found.doc_id, found.text_sha256) == (made.doc_id, made.text_sha256)
        spans = [span(made.text, "سرت", "GPE", ontology, "T1")]
        results = to_results(annotate(made, ontology, spans), ontology)
        client.create_annotation(found.task_id, results, 1)
    assert json.loads(run("pull", "--json"))["new"] == 1
    built = json.loads(run("export", "--json"))
    counts = built["counts"]
    assert (counts["articles"], counts["entities"], counts["events"]) == (1, 1, 0)
    assert run("verify", built["path"]) == "ok\n"
