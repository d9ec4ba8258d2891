"""What a pull has to ask for: only the tasks that changed since the last one.

The server moves a task's `updated_at` when one of its annotations is made, changed or deleted, and
not for drafts. So a pull asks for the tasks that were updated since the last pull, less a window
in which a slow transaction may end; for those with a draft now, and for those that had one; and
where the number of tasks or the newest id differs from the last time, which tasks are gone. What
was fetched is remembered by its `updated_at`, so that nothing in the window is fetched twice.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from annotate.labeling import history
from annotate.labeling.campaigns import KnownProject
from annotate.labeling.client import Client
from annotate.labeling.interfaces import moment
from annotate.labeling.ledger import Ledger, Task

# How late a transaction may show up under an earlier time: writers of SQLite wait for each other.
OVERLAP = timedelta(minutes=2)
# Naming what changed costs the server a third of fetching it. Where more than this share of the
# tasks has changed, and more than this number, all are fetched without asking which.
_SHARE = 0.3
LEAST = 1000
# `fetched`: the state in which each task was pulled last, and whether it had a draft then.
# `counted`: the size of each project at its last pull, and how much history there was.
_TABLES = """
CREATE TABLE IF NOT EXISTS fetched (
  server TEXT NOT NULL, project_id INTEGER NOT NULL, task_id INTEGER NOT NULL,
  updated_at TEXT NOT NULL, draft INTEGER NOT NULL, PRIMARY KEY (server, project_id, task_id));
CREATE TABLE IF NOT EXISTS counted (
  server TEXT NOT NULL, project_id INTEGER NOT NULL, tasks INTEGER NOT NULL,
  newest INTEGER NOT NULL, known INTEGER NOT NULL, history INTEGER NOT NULL,
  PRIMARY KEY (server, project_id));
"""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to fetch of one project.

    Attributes:
        tasks: to be fetched, in order of their id.
        gone: tasks that the server does not have any more.
        known: how many tasks of the project the ledger knows.
        foreign: how many tasks the server has that the ledger does not know.
        clock: the server's time before anything was asked.
        size: (tasks, newest id) on the server.
    """

    project: KnownProject
    tasks: tuple[Task, ...]
    gone: frozenset[int]
    known: int
    foreign: int
    clock: str
    size: tuple[int, int]


def plan(
    project: KnownProject, client: Client, ledger: Ledger, folder: Path, *, full: bool
) -> Plan:
    """Asks what changed in a project since its last pull.

    Args:
        folder: the history; where it has less than at the last pull, everything is asked for.
        full: everything is asked for.

    Raises:
        ServerError: the server cannot be asked.
    """
    prepare(ledger)
    place = (project.server, project.project_id)
    tasks = ledger.tasks(*place)
    size = client.size(project.project_id)
    since = None if full or not _history_is_whole(ledger, place, folder) else _since(ledger, place)
    gone = set[int]()
    # Where everything is fetched, it shows by itself what is gone.
    if since is not None and _counts(ledger, place) != (size.tasks, size.newest, len(tasks)):
        gone = client.missing(project.project_id, [task.task_id for task in tasks])
    there = [task for task in tasks if task.task_id not in gone]
    wanted = None if since is None else _changed(project, since, client, ledger, len(there))
    return Plan(
        project,
        tuple(t for t in there if wanted is None or t.task_id in wanted),
        frozenset(gone),
        known=len(tasks),
        foreign=max(0, size.tasks - len(there)),
        clock=size.clock,
        size=(size.tasks, size.newest),
    )


def _changed(
    project: KnownProject, since: str, client: Client, ledger: Ledger, tasks: int
) -> set[int] | None:
    """Ids of the tasks to fetch; None for all."""
    rows = ledger.database.execute(
        "SELECT task_id, updated_at, draft FROM fetched WHERE server = ? AND project_id = ?",
        (project.server, project.project_id),
    ).fetchall()
    states = {task_id: updated_at for task_id, updated_at, _ in rows}
    early = datetime.fromisoformat(since) - OVERLAP
    # Those in the window that were fetched already are named, too, and are no reason to fetch all.
    again = sum(moment(at) > early for at in states.values())
    most = again + max(LEAST, int(tasks * _SHARE))
    changed = client.changed_since(project.project_id, early.isoformat(), most)
    if changed.total > most:
        return None
    found = {task_id for task_id, at in changed.states.items() if states.get(task_id) != at}
    # A draft moves no clock, neither when it is made nor when it goes.
    found |= {task_id for task_id, _, draft in rows if draft}
    return found | client.with_drafts(project.project_id)


def finish(
    done: Plan,
    ledger: Ledger,
    folder: Path,
    *,
    fetched: Mapping[int, str],
    drafts: Collection[int],
    gone: Collection[int],
) -> None:
    """Remembers a pull, once what it found is in the history.

    Args:
        fetched: task id -> the `updated_at` that the fetched task had.
        drafts: of these, the tasks with a draft.
        gone: tasks that the server does not have any more.
    """
    place = (done.project.server, done.project.project_id)
    ledger.mark_gone(*place, gone)
    with ledger.database as database:
        database.executemany(
            "INSERT OR REPLACE INTO fetched VALUES (?, ?, ?, ?, ?)",
            [(*place, task_id, at, int(task_id in drafts)) for task_id, at in fetched.items()],
        )
        database.executemany(
            "DELETE FROM fetched WHERE server = ? AND project_id = ? AND task_id = ?",
            [(*place, task_id) for task_id in gone],
        )
        database.execute(
            "INSERT OR REPLACE INTO counted VALUES (?, ?, ?, ?, ?, ?)",
            (*place, *done.size, done.known - len(gone), history.newest(folder)),
        )
        database.execute("INSERT OR REPLACE INTO synced VALUES (?, ?, ?)", (*place, done.clock))


def prepare(ledger: Ledger) -> None:
    """Makes the tables of this module, where they are not there."""
    for statement in _TABLES.split(";\n"):
        if statement.strip():
            ledger.database.execute(statement)


def _since(ledger: Ledger, place: tuple[str, int]) -> str | None:
    row = ledger.database.execute(
        "SELECT updated_at FROM synced WHERE server = ? AND project_id = ?", place
    ).fetchone()
    return row[0] if row else None


def _counts(ledger: Ledger, place: tuple[str, int]) -> tuple[int, ...] | None:
    row = ledger.database.execute(
        "SELECT tasks, newest, known FROM counted WHERE server = ? AND project_id = ?", place
    ).fetchone()
    return tuple(row) if row else None


def _history_is_whole(ledger: Ledger, place: tuple[str, int], folder: Path) -> bool:
    """Whether the history has all that it had at the last pull: it may have been lost since."""
    row = ledger.database.execute(
        "SELECT history FROM counted WHERE server = ? AND project_id = ?", place
    ).fetchone()
    return row is not None and history.newest(folder) >= row[0]
