"""An external Label Studio, on PostgreSQL, used by its URL and a token."""

from __future__ import annotations

import json
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from annotate.labeling.client import Client
from annotate.labeling.server import Credentials, Running
from annotate.labeling.server_process import answers
from annotate.labeling.wire import to_results
from annotate.ontology import Ontology
from tests.labeling.builders import SENTENCE, annotate, article, span

pytestmark = [pytest.mark.server, pytest.mark.postgres]
LOGIN = Credentials("admin@example.com", "a-long-password", "0123456789abcdef" * 2 + "76543210")
ROOT = Path(__file__).parent.parent.parent


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def postgres() -> Iterator[int]:
    """Port of a PostgreSQL of our own; it refuses to run as root, so that root lends it a user."""
    folder = Path(tempfile.mkdtemp(prefix="annotate-postgres-"))
    user = pwd.getpwnam("nobody").pw_name if os.getuid() == 0 else None
    if user:
        shutil.chown(folder, user)
    data, port = folder / "data", free_port()
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
    as_user = {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []} if user else {}

    def run(*command: str) -> None:
        done = subprocess.run(  # type: ignore[call-overload]
            command, env=environment, cwd=folder, capture_output=True, text=True, **as_user
        )
        assert done.returncode == 0, done.stdout + done.stderr

    try:
        run("initdb", "-D", str(data), "-U", "labels", "-A", "trust", "-E", "UTF8")
        options = f"-c listen_addresses=127.0.0.1 -p {port} -k {folder}"
        run("pg_ctl", "-D", str(data), "-l", str(folder / "log"), "-o", options, "-w", "start")
        yield port
    finally:
        if data.exists():
            run("pg_ctl", "-D", str(data), "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def external(postgres: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of a Label Studio that this project did not start."""
    folder = tmp_path_factory.mktemp("external")
    running = Running(0, 0.0, free_port())
    environment = os.environ | {
        "LABEL_STUDIO_BASE_DATA_DIR": str(folder),
        "DJANGO_DB": "default",
        "POSTGRE_NAME": "postgres",
        "POSTGRE_USER": "labels",
        "POSTGRE_PASSWORD": "unused",
        "POSTGRE_HOST": "127.0.0.1",
        "POSTGRE_PORT": str(postgres),
        "LABEL_STUDIO_USERNAME": LOGIN.email,
        "LABEL_STUDIO_PASSWORD": LOGIN.password,
        "LABEL_STUDIO_USER_TOKEN": LOGIN.token,
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
        while not answers(running, LOGIN.token):
            assert process.poll() is None, (folder / "log").read_text(errors="replace")[-2000:]
            assert time.monotonic() - begun < 240
            time.sleep(0.25)
        yield running.url
    finally:
        process.terminate()
        process.wait(30)


def test_the_loop_works_on_it(external: str, tmp_path: Path, ontology: Ontology) -> None:
    def run(*arguments: str, token: str = LOGIN.token, code: int = 0) -> str:
        environment = os.environ | {
            "LABEL_STUDIO_URL": external,
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
        assert LOGIN.token not in done.stdout + done.stderr
        return done.stdout if code == 0 else done.stderr

    made = article(1)
    line = json.dumps({"id": made.source_id, "text": f"{SENTENCE}\nخبر\0 رقم 1"})
    (tmp_path / "articles.jsonl").write_text(f"{line}\n")
    denied = run("push", "articles.jsonl", token="f" * 40, code=1)
    assert denied.count("\n") == 1 + denied.count("pushing")
    assert f"{external}: the server does not accept the token" in denied

    url = run("push", "articles.jsonl").strip()
    assert run("push", "articles.jsonl").strip() == url
    project_id = int(url.split("/projects/")[1].split("/")[0])
    with Client(external, LOGIN.token) as client:
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
