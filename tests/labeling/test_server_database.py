"""Which database a workspace has; PostgreSQL itself is in test_postgres."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from annotate.database import Postgres
from annotate.errors import ServerError, WorkspaceError
from annotate.labeling.server_database import (
    database_of,
    is_new,
    refuse_another,
    settle,
    size,
    sqlite_file,
)
from annotate.labeling.server_state import data_folder, identity
from annotate.workspace import Workspace

ELSEWHERE = Postgres("me", "127.0.0.1", 1, "labels")  # nothing listens at port 1


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "home")


def test_sqlite_is_what_a_workspace_begins_with(workspace: Workspace) -> None:
    assert is_new(workspace)
    assert identity(workspace) == "embedded"
    assert size(workspace, {}) is None
    assert settle(workspace, None) is None
    assert not is_new(workspace)
    assert database_of(workspace) is None
    assert identity(workspace).startswith("embedded-")
    assert size(workspace, {}) == sqlite_file(workspace).stat().st_size
    assert stat.S_IMODE((workspace.server / "database.json").stat().st_mode) == 0o600
    assert stat.S_IMODE(data_folder(workspace).stat().st_mode) == 0o700


def test_the_name_is_in_the_database(workspace: Workspace, tmp_path: Path) -> None:
    settle(workspace, None)
    name = identity(workspace)
    settle(workspace, None)
    assert identity(workspace) == name
    # The file alone is put back from a backup, elsewhere: the same database.
    other = Workspace(tmp_path / "other")
    data_folder(other).mkdir(parents=True)
    sqlite_file(workspace).rename(sqlite_file(other))
    settle(other, None)
    assert identity(other) == name
    # It is gone, and a new one takes its place: another database.
    settle(workspace, None)
    assert identity(workspace) != name


def test_a_database_of_an_older_version_keeps_its_name(workspace: Workspace) -> None:
    data_folder(workspace).mkdir(parents=True)
    sqlite_file(workspace).touch()
    (data_folder(workspace) / "annotate-id").write_text("0123abcd\n")
    assert not is_new(workspace)
    settle(workspace, None)
    assert identity(workspace) == "embedded-0123abcd"
    (data_folder(workspace) / "annotate-id").unlink()
    settle(workspace, None)
    assert identity(workspace) == "embedded-0123abcd"


def test_another_database_is_refused_without_asking_it(workspace: Workspace) -> None:
    settle(workspace, None)
    with pytest.raises(WorkspaceError, match="its own SQLite database, not in postgresql://me@"):
        refuse_another(workspace, ELSEWHERE)
    with pytest.raises(WorkspaceError, match="or use another workspace"):
        settle(workspace, ELSEWHERE)


def test_a_database_that_is_down_is_not_remembered(workspace: Workspace) -> None:
    with pytest.raises(ServerError, match=r"^postgresql://me@127.0.0.1:1/labels: PostgreSQL"):
        settle(workspace, ELSEWHERE)
    assert is_new(workspace)


def test_damage_is_one_clear_error(workspace: Workspace) -> None:
    settle(workspace, None)
    (workspace.server / "database.json").write_text("[1]")
    with pytest.raises(WorkspaceError, match="the database's name cannot be read"):
        settle(workspace, None)
    (workspace.server / "database.json").unlink()
    sqlite_file(workspace).write_bytes(b"this is no database" * 100)
    with pytest.raises(ServerError, match="cannot be used: file is not a database"):
        settle(workspace, None)
