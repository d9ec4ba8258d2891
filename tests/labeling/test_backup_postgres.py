"""Backups of a server whose data are in PostgreSQL: by its own programs, without the password."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from annotate.database import Postgres
from annotate.errors import ServerError, WorkspaceError
from annotate.labeling import server as embedded
from annotate.labeling.backup import DUMP, backup
from annotate.labeling.backup_counts import SERVER_TABLES
from annotate.labeling.restore import restore
from annotate.labeling.server_database import database_of, settle
from annotate.workspace import Workspace
from tests.postgres import USER, Cluster, cluster

pytestmark = pytest.mark.postgres


@pytest.fixture(scope="module")
def postgres() -> Iterator[Cluster]:
    with cluster() as made:
        yield made


@pytest.fixture(autouse=True)
def password(postgres: Cluster, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("PGPASSWORD", postgres.password)
    return postgres.password


def rows(postgres: Cluster, database: Postgres, command: str) -> list[tuple[object, ...]]:
    with psycopg.connect(
        host="127.0.0.1",
        port=postgres.port,
        user=USER,
        password=postgres.password,
        dbname=database.name,
    ) as connection:
        found = connection.execute(command.encode())
        return found.fetchall() if found.description else []


@pytest.fixture
def workspace(postgres: Cluster, tmp_path: Path) -> Workspace:
    """A workspace on a database with the server's tables; as many rows as letters in a name."""
    made = Workspace(tmp_path / "home")
    database = postgres.create(f"d{os.urandom(4).hex()}")
    settle(made, database)
    embedded.credentials(made)
    for what, table in SERVER_TABLES.items():
        rows(postgres, database, f"CREATE TABLE {table} (text text)")
        values = ", ".join(["('نص')"] * len(what))
        rows(postgres, database, f"INSERT INTO {table} VALUES {values}")  # noqa: S608 - our names
    return made


def test_there_and_back(postgres: Cluster, workspace: Workspace, tmp_path: Path) -> None:
    made = backup(workspace, tmp_path / "a.tar.gz", environment=os.environ, settings={})
    before = database_of(workspace)
    assert (made.manifest.database, made.manifest.address) == ("postgresql", str(before))
    assert made.manifest.counts == {what: len(what) for what in SERVER_TABLES}
    assert DUMP in made.manifest.files
    assert postgres.password.encode() not in made.path.read_bytes()

    other = Workspace(tmp_path / "other")
    used = "is not empty, and a backup replaces nothing"
    with pytest.raises(ServerError, match=used):  # its old address, where everything still is
        restore(other, made.path, environment=os.environ)
    with pytest.raises(ServerError, match=used):
        restore(other, made.path, environment=os.environ, dry_run=True)
    assert not other.server.exists()
    empty = postgres.create(f"d{os.urandom(4).hex()}")
    restore(other, made.path, environment=os.environ, database=empty, dry_run=True)
    restore(other, made.path, environment=os.environ, database=empty)
    assert database_of(other) == empty
    assert embedded.identity(other) == embedded.identity(workspace)
    assert embedded.credentials(other) == embedded.credentials(workspace)
    assert rows(postgres, empty, "SELECT DISTINCT text FROM task") == [("نص",)]
    assert not (other.home / DUMP).exists()
    settle(other, None)  # the server would start with it


def test_what_it_does_not_count_is_not_taken(
    postgres: Cluster, workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = backup(workspace, tmp_path / "a.tar.gz", environment=os.environ, settings={})
    empty = postgres.create(f"d{os.urandom(4).hex()}")
    monkeypatch.setattr("annotate.labeling.restore.load", lambda *_: {"tasks": 4})
    with pytest.raises(WorkspaceError, match=r"does not hold what it says .tasks: 4 in place of 5"):
        restore(Workspace(tmp_path / "b"), made.path, environment=os.environ, database=empty)
    assert not (tmp_path / "b" / "server").exists()


def test_without_its_programs_there_is_a_clear_refusal(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ServerError, match=r"pg_dump is not installed here; install PostgreSQL's"):
        backup(workspace, tmp_path / "a.tar.gz", environment=os.environ, settings={})
    assert not (tmp_path / "a.tar.gz").exists()


def test_a_wrong_password_is_one_clear_error(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = {**os.environ, "PGPASSWORD": "wrong-secret"}
    with pytest.raises(ServerError, match="password authentication failed") as caught:
        backup(workspace, tmp_path / "a.tar.gz", environment=wrong, settings={})
    assert "wrong-secret" not in str(caught.value)
