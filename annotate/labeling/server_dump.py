"""The embedded server's PostgreSQL database as one file, by PostgreSQL's own programs.

`pg_dump` reads one moment of the database while people work, and the rows are counted in the same
moment (an exported snapshot). The password is in no argument: the programs take it from the
environment or from PostgreSQL's password file, as the server does.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from annotate.database import Postgres
from annotate.errors import ServerError
from annotate.labeling.backup_counts import SERVER_TABLES, count_tables
from annotate.labeling.server_database import connected

if TYPE_CHECKING:
    import psycopg

_SECONDS = 6 * 3600


def dump(database: Postgres, environment: Mapping[str, str], target: Path) -> dict[str, int]:
    """Writes the database to a file (pg_dump's custom format); what is counted in it.

    Args:
        environment: has PostgreSQL's own variables, as PGPASSWORD.

    Raises:
        ServerDown, ServerError: the database, or pg_dump, cannot be used.
    """
    program = _program("pg_dump", database)
    with connected(database, environment) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        row = connection.execute("SELECT pg_export_snapshot()").fetchone()
        assert row is not None  # noqa: S101 - the function gives one value
        options = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={row[0]}"]
        _run([program, *options, f"--file={target}", *_where(database)], database, environment)
        target.chmod(0o600)
        return _counts(connection)


def load(database: Postgres, environment: Mapping[str, str], source: Path) -> dict[str, int]:
    """Fills an empty database from a dump, all or nothing; what is counted in it then.

    Raises:
        ServerDown, ServerError: the database is not empty, or it or pg_restore cannot be used.
    """
    program = _program("pg_restore", database)
    refuse_used(database, environment)
    options = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"]
    _run([program, *options, *_where(database), str(source)], database, environment)
    with connected(database, environment) as connection:
        return _counts(connection)


def refuse_used(database: Postgres, environment: Mapping[str, str]) -> None:
    """Refuses a database that has tables: nothing of what is there is ever replaced.

    Raises:
        ServerDown, ServerError: it has, or it cannot be used.
    """
    with connected(database, environment) as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_catalog.pg_tables"
            " WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        ).fetchone()
    if row is None or row[0]:
        raise ServerError(
            "this database is not empty, and a backup replaces nothing in it",
            where=str(database),
            fix="create an empty one (createdb --encoding UTF8 NAME), and name it with --database",
        )


def _counts(connection: psycopg.Connection[tuple[Any, ...]]) -> dict[str, int]:
    def rows_of(table: str) -> int:
        there = connection.execute("SELECT to_regclass(%s)", (table,)).fetchone()
        if there is None or there[0] is None:
            return 0
        query = f"SELECT count(*) FROM {table}"  # noqa: S608 - one of our own names
        row = connection.execute(query.encode()).fetchone()
        return int(row[0]) if row else 0

    return count_tables(SERVER_TABLES, rows_of)


def _program(name: str, database: Postgres) -> str:
    found = shutil.which(name)
    if found is None:
        raise ServerError(
            f"the server's data are in PostgreSQL, and its program {name} is not installed here",
            where=str(database),
            fix="install PostgreSQL's client programs, of the server's version or newer; or use "
            f"{name} where the database runs (docs/server.md)",
        )
    return found


def _where(database: Postgres) -> list[str]:
    return [
        f"--host={database.host}",
        f"--port={database.port}",
        f"--username={database.user}",
        f"--dbname={database.name}",
        "--no-password",
    ]


def _run(command: list[str], database: Postgres, environment: Mapping[str, str]) -> None:
    variables = {name: value for name, value in environment.items() if name.startswith("PG")}
    name = Path(command[0]).name
    try:
        done = subprocess.run(  # noqa: S603 - PostgreSQL's own program, no shell
            command,
            env={**os.environ, **variables},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise ServerError(f"{name} took more than {_SECONDS} s", where=str(database)) from None
    if done.returncode:
        said = " ".join(done.stderr.split())[:300] or f"exit code {done.returncode}"
        raise ServerError(f"{name} failed: {said}", where=str(database))
