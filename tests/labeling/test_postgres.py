"""The embedded server on a real PostgreSQL: the small loop, and where the password is not."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest

from annotate.database import Postgres
from annotate.errors import ServerDown, ServerError, WorkspaceError
from annotate.labeling import history
from annotate.labeling import server as embedded
from annotate.labeling.client import Client
from annotate.labeling.logins import passwords
from annotate.labeling.server_database import database_of, refuse_another, settle, size
from annotate.ontology import Ontology
from annotate.workspace import Workspace
from tests.labeling.session import log_in
from tests.postgres import USER, Cluster, Migrated

pytestmark = pytest.mark.postgres

# Emoji beyond the first plane, and a flag of two: offsets count code points, not UTF-16.
TEXTS = {
    "one": "🚨 هاجم الجيش مدينة سرت 🇱🇾 يوم الثلاثاء 😀 وقال المتحدث إن القوات تتقدم.",
    "two": "أعلنت الحكومة يوم الأحد أن وزير الخارجية وصل إلى دمشق.",
}


@pytest.fixture
def password(postgres: Cluster, monkeypatch: pytest.MonkeyPatch) -> str:
    """The password is in the environment, as a user would set it."""
    monkeypatch.setenv("PGPASSWORD", postgres.password)
    return postgres.password


def test_a_database_of_its_own_has_a_name_of_its_own(
    postgres: Cluster, password: str, tmp_path: Path
) -> None:
    workspace = Workspace(tmp_path / "home")
    database = postgres.create("named")
    assert settle(workspace, database) == database
    name = embedded.identity(workspace)
    assert name.startswith("embedded-")
    assert settle(workspace, None) == database == database_of(workspace)
    assert embedded.identity(workspace) == name
    other = Workspace(tmp_path / "other")
    settle(other, database)
    assert embedded.identity(other) == name
    # The same name and address, but all is lost and begun anew: not the old one.
    postgres.run("DROP DATABASE named")
    postgres.create("named")
    settle(workspace, None)
    assert embedded.identity(workspace) != name
    path = workspace.server / "database.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert json.loads(path.read_text()) == {"database": str(database)}


def test_another_database_is_refused_and_a_moved_one_is_not(
    postgres: Cluster, password: str, tmp_path: Path
) -> None:
    workspace = Workspace(tmp_path / "home")
    first, second = postgres.create("first"), postgres.create("second")
    settle(workspace, first)
    name = embedded.identity(workspace)
    with pytest.raises(WorkspaceError, match=r"keeps its annotations in the PostgreSQL .*/first"):
        settle(workspace, second)
    assert database_of(workspace) == first
    postgres.run("ALTER DATABASE first RENAME TO moved")
    moved = postgres.database("moved")
    assert settle(workspace, moved) == moved == database_of(workspace)
    assert embedded.identity(workspace) == name
    assert (size(workspace, os.environ) or 0) > 1_000_000


def test_what_postgres_refuses_is_one_clear_error_without_the_password(
    postgres: Cluster, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    workspace = Workspace(tmp_path / "home")
    good, odd = postgres.create("good"), postgres.create("odd", "SQL_ASCII")
    monkeypatch.delenv("PGPASSWORD", raising=False)
    monkeypatch.setenv("PGPASSFILE", str(tmp_path / "none"))
    with pytest.raises(ServerDown, match=r"no password supplied; the password comes from PGPASS"):
        settle(workspace, good)
    monkeypatch.setenv("PGPASSWORD", "wrong-secret")
    with pytest.raises(ServerDown, match="password authentication failed") as caught:
        settle(workspace, good)
    assert "wrong-secret" not in str(caught.value)
    monkeypatch.setenv("PGPASSWORD", postgres.password)
    with pytest.raises(ServerDown, match='database "nowhere" does not exist'):
        settle(workspace, postgres.database("nowhere"))
    with pytest.raises(ServerError, match="encoding SQL_ASCII, which cannot hold every text"):
        settle(workspace, odd)
    with pytest.raises(ServerDown, match="Connection refused"):
        settle(workspace, Postgres(USER, "127.0.0.1", 1, "good"))
    # None of them was remembered: the next one may be another.
    assert settle(workspace, good) == good
    # A password file serves as well as the variable, if nobody else can read it.
    monkeypatch.delenv("PGPASSWORD")
    secret = tmp_path / "pgpass"
    secret.write_text(f"127.0.0.1:{postgres.port}:*:{USER}:{postgres.password}\n")
    secret.chmod(0o600)
    monkeypatch.setenv("PGPASSFILE", str(secret))
    assert settle(workspace, None) == good


def test_a_workspace_with_sqlite_keeps_it(postgres: Cluster, password: str, tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "home")
    assert settle(workspace, None) is None
    with pytest.raises(WorkspaceError, match="in its own SQLite database, not in postgresql://"):
        refuse_another(workspace, postgres.create("late"))


@dataclass
class Commands:
    """The commands as a user runs them, and all that they ever said."""

    folder: Path
    workspace: Workspace
    said: list[str] = field(default_factory=list)

    def run(self, *words: str, code: int = 0, **variables: str) -> subprocess.CompletedProcess[str]:
        kept: Mapping[str, str] = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("LABEL_STUDIO", "PG"))
        }
        home = {"ANNOTATE_HOME": str(self.workspace.home), "PGPASSFILE": "/nowhere"}
        done = subprocess.run(
            [sys.executable, "-m", "annotate", *words],
            cwd=self.folder,
            env={**kept, **home, **variables},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=400,
            check=False,
        )
        self.said += [done.stdout, done.stderr]
        assert done.returncode == code, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return done


@pytest.fixture
def commands(tmp_path: Path) -> Iterator[Commands]:
    made = Commands(tmp_path, Workspace(tmp_path / "home"))
    try:
        yield made
    finally:
        embedded.stop(made.workspace)


def _labels(text: str, surface: str, label: str) -> dict[str, Any]:
    start = text.index(surface)
    return {
        "id": label,
        "from_name": "entity",
        "to_name": "text",
        "type": "labels",
        "value": {
            "start": start,
            "end": start + len(surface),
            "text": surface,
            "labels": [label],
        },
    }


@pytest.mark.server
@pytest.mark.slow
def test_the_small_loop(
    commands: Commands, postgres: Cluster, migrated_postgres: Migrated, ontology: Ontology
) -> None:
    migrated_postgres.copy_to(commands.workspace.home)
    database, secret = postgres.restore("labels", migrated_postgres.dump), postgres.password
    lines = [json.dumps({"id": name, "text": text}) for name, text in TEXTS.items()]
    (commands.folder / "articles.jsonl").write_text("\n".join(lines), encoding="utf-8")
    toml = f'[corpus]\nsources = ["articles.jsonl"]\n[server]\ndatabase = "{database}"\n'
    (commands.folder / "annotate.toml").write_text(toml, encoding="utf-8")

    refused = commands.run("server", "start", code=1)
    assert f"{database}: PostgreSQL cannot be used: " in refused.stderr
    commands.run("server", "start", PGPASSWORD=secret)
    running = embedded.running(commands.workspace)
    assert running is not None
    login = embedded.credentials(commands.workspace)

    commands.run("push")
    # The password is the running server's alone: this command was not told it.
    commands.run("annotators", "add", "anna@example.org")
    anna = passwords(commands.workspace)["anna@example.org"]
    assert log_in(running.url, "anna@example.org", anna) is not None
    with Client(running.url, login.token) as client:
        (user_id,) = (i for i, email in client.users().items() if email == "anna@example.org")
        project_id = client.find_project("Arabic news")
        assert project_id is not None
        # The ids of the first tasks in a new database.
        tasks = {t["data"]["text"]: t["id"] for t in client.export_tasks(project_id.id, [1, 2])}
        assert set(tasks) == set(TEXTS.values())
        for text, surface in ((TEXTS["one"], "سرت"), (TEXTS["two"], "دمشق")):
            client.create_annotation(tasks[text], [_labels(text, surface, "GPE")], user_id)
    pulled = json.loads(commands.run("pull", "--json").stdout)
    assert (pulled["new"], pulled["quarantined"]) == (2, [])
    entries = history.current(commands.workspace.history).values()
    spans = {span for entry in entries for span in entry.annotation(ontology).spans}
    assert {(span.text, span.label, span.start, span.end) for span in spans} == {
        (surface, "GPE", TEXTS[name].index(surface), TEXTS[name].index(surface) + len(surface))
        for name, surface in (("one", "سرت"), ("two", "دمشق"))
    }
    assert {entry.annotator for entry in entries} == {"anna@example.org"}
    with psycopg.connect(
        host="127.0.0.1", port=postgres.port, user=USER, password=secret, dbname="labels"
    ) as connection:
        assert connection.execute("SELECT count(*) FROM task_completion").fetchone() == (2,)

    status = json.loads(commands.run("server", "status", "--json").stdout)
    assert status["database"] == str(database)
    assert status["bytes"] > 10_000_000
    other = postgres.create("other")
    refused = commands.run("server", "start", "--database", str(other), code=1, PGPASSWORD=secret)
    assert "keeps its annotations in the PostgreSQL database" in refused.stderr

    # Stopped and started again without naming it: the same database and the same work.
    name = embedded.identity(commands.workspace)
    commands.run("server", "stop")
    (commands.folder / "annotate.toml").write_text('[corpus]\nsources = ["articles.jsonl"]\n')
    assert "no password supplied" in commands.run("server", "start", code=1).stderr
    commands.run("server", "start", PGPASSWORD=secret)
    assert embedded.identity(commands.workspace) == name
    again_pulled = json.loads(commands.run("pull", "--json").stdout)
    assert {again_pulled[what] for what in ("new", "changed", "deleted")} == {0}
    listed = json.loads(commands.run("annotators", "list", "--json").stdout)
    assert {e["email"]: e["annotations"] for e in listed}["anna@example.org"] == 2
    assert "0 new, 2 there already" in commands.run("push").stderr

    again = embedded.running(commands.workspace)
    assert again is not None
    assert secret not in " ".join(psutil.Process(again.pid).cmdline())
    assert secret not in "".join(commands.said)
    for path in commands.folder.rglob("*"):
        if path.is_file():
            assert secret.encode() not in path.read_bytes(), path
    assert "anna@example.org" in "".join(commands.said)  # what was said was looked through


def test_an_address_with_a_password_is_refused_and_not_repeated(commands: Commands) -> None:
    done = commands.run(
        "server", "start", "--database", "postgresql://labels:hunter2@127.0.0.1/labels", code=1
    )
    assert "--database: the address must hold no password: set PGPASSWORD" in done.stderr
    assert "hunter2" not in done.stderr + done.stdout
    assert not commands.workspace.home.exists()
