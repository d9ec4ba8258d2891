"""The database of the embedded server: which one, that it can be used, its own name, its size.

A workspace keeps to the database that it began with. Each database holds a name of its own, so
that a new one is never taken for the old, and one that was moved to another machine is known again.
"""

from __future__ import annotations

import contextlib
import json
import secrets
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from annotate.database import Postgres, parse_postgres
from annotate.errors import ServerDown, ServerError, WorkspaceError
from annotate.labeling.server_state import data_folder, identity_file, set_identity
from annotate.storage import write_text
from annotate.workspace import Workspace

if TYPE_CHECKING:
    import psycopg

SQLITE = "sqlite"
OLDEST_POSTGRES = 14  # what the server's own library, Django 5.2, can talk to
_PASSWORD = "the password comes from PGPASSWORD or from PostgreSQL's password file ~/.pgpass"  # noqa: S105 - none
_TABLE = (
    "CREATE TABLE IF NOT EXISTS annotate_identity "
    "(one integer PRIMARY KEY CHECK (one = 1), name varchar(64) NOT NULL)"
)
_INSERT = "INSERT INTO annotate_identity VALUES (1, {}) ON CONFLICT DO NOTHING"
_SELECT = "SELECT name FROM annotate_identity"
# How PostgreSQL's own variables are called as arguments.
_OPTIONS = {
    "PGPASSWORD": "password",
    "PGPASSFILE": "passfile",
    "PGSSLMODE": "sslmode",
    "PGSSLROOTCERT": "sslrootcert",
}


def sqlite_file(workspace: Workspace) -> Path:
    """Where the SQLite database is, or would be."""
    return data_folder(workspace) / "label_studio.sqlite3"


def database_of(workspace: Workspace) -> Postgres | None:
    """The workspace's PostgreSQL database; None is SQLite, also where nothing was started yet."""
    path = _remembered_in(workspace)
    try:
        address = json.loads(path.read_text("utf-8"))["database"]
        return None if address == SQLITE else parse_postgres(address)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise WorkspaceError("the database's name cannot be read", where=str(path)) from None


def is_new(workspace: Workspace) -> bool:
    """Whether no database was chosen yet."""
    return not _remembered_in(workspace).exists() and not sqlite_file(workspace).exists()


def refuse_another(workspace: Workspace, wanted: Postgres | None) -> None:
    """Refuses to leave the database that the workspace has; None asks for no certain one.

    Raises:
        WorkspaceError: the workspace has another.
    """
    known = database_of(workspace)
    if wanted is None or wanted == known or is_new(workspace):
        return
    name = identity_file(workspace)
    if known is not None and name is not None and _name_in(wanted) == name:
        return  # the same one at a new address
    has = f"the PostgreSQL database {known}" if known else "its own SQLite database"
    raise WorkspaceError(
        f"this workspace keeps its annotations in {has}, not in {wanted}",
        where=str(workspace.home),
        fix="leave --database and server.database out, or use another workspace (ANNOTATE_HOME)",
    )


def settle(workspace: Workspace, wanted: Postgres | None) -> Postgres | None:
    """The database to start with: found usable, named, and remembered from now on (mode 0600).

    Raises:
        WorkspaceError: the workspace has another.
        ServerDown: PostgreSQL does not answer or does not let us in.
        ServerError: its version or the database's encoding will not do.
    """
    refuse_another(workspace, wanted)
    database = wanted or database_of(workspace)
    data_folder(workspace).mkdir(mode=0o700, parents=True, exist_ok=True)
    name = _named_postgres(database) if database else _named_sqlite(workspace)
    set_identity(workspace, name)
    remember(workspace, database)
    return database


def size(workspace: Workspace, environment: Mapping[str, str]) -> int | None:
    """Bytes of the database; None where it cannot be asked.

    Args:
        environment: has PostgreSQL's own variables, as PGPASSWORD.
    """
    database = database_of(workspace)
    if database is None:
        path = sqlite_file(workspace)
        return path.stat().st_size if path.exists() else None
    try:
        with connected(database, environment) as connection:
            row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
    except ServerError:
        return None
    return int(row[0]) if row else None


def remember(workspace: Workspace, database: Postgres | None) -> None:
    """Keeps which database the workspace has (mode 0600)."""
    write_text(
        _remembered_in(workspace),
        json.dumps({"database": SQLITE if database is None else str(database)}) + "\n",
        mode=0o600,
    )


def _remembered_in(workspace: Workspace) -> Path:
    return workspace.server / "database.json"


def _named_sqlite(workspace: Workspace) -> str:
    path = sqlite_file(workspace)
    # A database of before the name was in it is known by the file beside it.
    proposed = (identity_file(workspace) if path.exists() else None) or secrets.token_hex(4)
    try:
        with contextlib.closing(sqlite3.connect(path, timeout=30)) as connection, connection:
            connection.execute(_TABLE)
            connection.execute(_INSERT.format("?"), (proposed,))
            return str(connection.execute(_SELECT).fetchone()[0])
    except sqlite3.Error as problem:
        raise ServerError(f"the database cannot be used: {problem}", where=str(path)) from None


def _named_postgres(database: Postgres) -> str:
    with connected(database) as connection:
        version = connection.info.server_version // 10000
        if version < OLDEST_POSTGRES:
            raise ServerError(
                f"this is PostgreSQL {version}; {OLDEST_POSTGRES} or newer is needed",
                where=str(database),
            )
        encoding = connection.info.parameter_status("server_encoding")
        if encoding != "UTF8":
            raise ServerError(
                f"the database has the encoding {encoding}, which cannot hold every text",
                where=str(database),
                fix="create it anew with the encoding UTF8",
            )
        connection.execute(_TABLE)
        connection.execute(_INSERT.format("%s"), (secrets.token_hex(4),))
        row = connection.execute(_SELECT).fetchone()
    assert row is not None  # noqa: S101 - it was inserted, now or before
    return str(row[0])


def _name_in(database: Postgres) -> str | None:
    """The name that a database has; None where it has none, for nobody used it yet."""
    import psycopg

    with connected(database) as connection:
        try:
            row = connection.execute(_SELECT).fetchone()
        except psycopg.errors.UndefinedTable:
            connection.rollback()
            return None
    return str(row[0]) if row else None


@contextlib.contextmanager
def connected(
    database: Postgres, environment: Mapping[str, str] | None = None
) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    """A connection; what goes wrong is one clear error, which never holds the password.

    Args:
        environment: has PostgreSQL's own variables; None leaves them to its library.
    """
    try:
        import psycopg
    except ImportError:
        raise ServerError(
            "PostgreSQL needs the package psycopg", fix="install it: pip install 'annotate[server]'"
        ) from None
    options = {o: environment[v] for v, o in _OPTIONS.items() if environment and v in environment}
    try:
        with psycopg.connect(
            host=database.host,
            port=database.port,
            dbname=database.name,
            user=database.user,
            connect_timeout=10,
            **options,  # type: ignore[arg-type]
        ) as connection:
            yield connection
    except psycopg.OperationalError as problem:
        raise ServerDown(
            f"PostgreSQL cannot be used: {_words(problem)}", where=str(database), fix=_PASSWORD
        ) from None
    except psycopg.Error as problem:
        raise ServerError(f"PostgreSQL refuses: {_words(problem)}", where=str(database)) from None


def _words(problem: psycopg.Error) -> str:
    """What the server says, without the library's words around it."""
    text = " ".join(str(problem).split())
    return text.rpartition("failed: ")[2].removeprefix("FATAL: ").strip()[:300]
