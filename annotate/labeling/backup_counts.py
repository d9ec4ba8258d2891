"""How much of what people did is in a copy: the figures by which a backup is proved."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from annotate.errors import WorkspaceError

# What is counted in Label Studio's database -> its table.
SERVER_TABLES = {
    "projects": "project",
    "tasks": "task",
    "annotations": "task_completion",
    "drafts": "tasks_annotationdraft",
    "predictions": "prediction",
    "users": "htx_user",
}
LEDGER_TABLES = {"pushed_texts": "articles", "pushed_tasks": "tasks", "plans": "plans"}


def count_tables(tables: dict[str, str], rows_of: Callable[[str], int]) -> dict[str, int]:
    """The number of rows in each table; `rows_of` gives 0 for a table that is not there."""
    return {what: rows_of(table) for what, table in tables.items()}


def count_sqlite(path: Path, tables: dict[str, str]) -> dict[str, int]:
    """Counts in a SQLite file that nobody writes to, which is checked as a whole first.

    Raises:
        WorkspaceError: the file is damaged.
    """
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
            (said,) = database.execute("PRAGMA quick_check(1)").fetchone()
            if said != "ok":
                raise WorkspaceError(f"the database is damaged ({said})", where=path.name)
            there = {
                name for (name,) in database.execute("SELECT name FROM sqlite_master").fetchall()
            }

            def rows_of(table: str) -> int:
                if table not in there:
                    return 0
                query = f"SELECT COUNT(*) FROM {table}"  # noqa: S608 - one of the names above
                return int(database.execute(query).fetchone()[0])

            return count_tables(tables, rows_of)
    except sqlite3.Error as problem:
        raise WorkspaceError(f"the database is damaged ({problem})", where=path.name) from None


def count_history(folder: Path) -> dict[str, int]:
    """Files and entries of a history.

    Raises:
        WorkspaceError: a file of it is damaged.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    files = sorted(path for path in folder.glob("*.parquet") if path.stem.isdigit())
    entries = 0
    for path in files:
        try:
            entries += pq.read_metadata(path).num_rows
        except (pa.ArrowException, OSError) as problem:
            what = str(problem).partition("\n")[0]
            raise WorkspaceError(f"the history is damaged ({what})", where=path.name) from None
    return {"history_files": len(files), "history_entries": entries}
