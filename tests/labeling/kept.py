"""What a person would miss of a workspace, in a form that can be compared."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from annotate.workspace import Workspace
from tests.support import tree

_IDLE = ("server.log", "running.json", ".gitignore", ".lock")
_PARTS = ("server", "history", "ledger")


def kept(workspace: Workspace) -> dict[str, object]:
    """All but logs, locks and the state of a process; a database by what it holds."""
    found: dict[str, object] = {}
    for name, data in tree(workspace.home).items():
        if data is None or not name.startswith(_PARTS) or name.endswith(_IDLE):
            continue
        is_database = data.startswith(b"SQLite format 3\0")
        found[name] = rows(workspace.home / name) if is_database else data
    return found


def rows(path: Path) -> list[str]:
    """Everything in a SQLite database, as statements; nothing of the file is changed."""
    source = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    with closing(sqlite3.connect(source, uri=True)) as database:
        return list(database.iterdump())
