"""A backup while people work: one archive with all that cannot be made again.

The order makes the copy consistent without stopping anybody: the ledger first, then the history,
the server's database last, so that whatever the earlier ones know of is in the later ones. What a
later one knows more is what the next push or pull finds by itself. (The other way round the history
would hold annotations that the restored server lacks, and the next pull would take them for
deleted.)
"""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from annotate import __version__
from annotate.errors import WorkspaceError
from annotate.labeling.backup_archive import extract, stored, write_archive
from annotate.labeling.backup_counts import (
    LEDGER_TABLES,
    SERVER_TABLES,
    count_history,
    count_sqlite,
)
from annotate.labeling.backup_manifest import Database, Manifest, Stored, path_problem
from annotate.labeling.server_database import database_of, sqlite_file
from annotate.labeling.server_dump import dump
from annotate.labeling.server_state import data_folder
from annotate.storage import make_private
from annotate.workspace import Workspace

DUMP = "server/postgresql.dump"
SQLITE_COPY = "server/data/label_studio.sqlite3"
_PREFIX = ".backup-"
_LEAST_FREE = 100 << 20  # bytes that a running server should always have


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was made.

    Attributes:
        path: of the archive.
        bytes: its size.
        manifest: what it holds.
    """

    path: Path
    bytes: int
    manifest: Manifest


def proposed_name(workspace: Workspace, now: datetime) -> Path:
    """Where a backup goes that nobody named a place for: in the workspace, which git ignores."""
    return workspace.home / "backups" / f"annotate-{now:%Y%m%dT%H%M%SZ}.tar.gz"


def backup(
    workspace: Workspace,
    target: Path,
    *,
    environment: Mapping[str, str],
    settings: Mapping[str, Path],
) -> Backup:
    """Copies everything into one archive (mode 0600), and reads it again to prove it.

    The secrets of the embedded server are in it, too: without them nobody could log in, and its
    database holds tokens anyway.

    Args:
        target: the archive, which must not be there.
        environment: has PostgreSQL's own variables, as PGPASSWORD.
        settings: other files to keep: path below `settings/` -> where it is.

    Raises:
        WorkspaceError: there is nothing to keep, no room, or something that cannot be read.
        ServerError: PostgreSQL, or its programs, cannot be used.
    """
    if target.exists():
        raise WorkspaceError("this file exists", where=str(target), fix="name another one")
    with workspace.lock("backup"), _work_folder(workspace) as work:
        _refuse_full(workspace, target)
        counts = _copy_local(workspace, work)
        database = _copy_server(workspace, work, environment, counts)
        if not any(work.iterdir()):
            raise WorkspaceError(
                "there is nothing to back up here yet",
                where=str(workspace.home),
                fix="run: annotate push, or name another workspace with ANNOTATE_HOME",
            )
        for name, path in settings.items():
            _copy(path, work / "settings" / name)
        address = database_of(workspace) if database == "postgresql" else None
        manifest = Manifest(
            made_at=datetime.now(UTC).isoformat(timespec="seconds"),
            annotate=__version__,
            label_studio=_label_studio() if database else None,
            database=database,
            address=str(address) if address else None,
            counts=counts,
            files=_listed(work),
        )
        write_archive(target, manifest, work)
        try:
            extract(target, None)
        except WorkspaceError:
            target.unlink(missing_ok=True)
            raise
        return Backup(target, target.stat().st_size, manifest)


def _copy_local(workspace: Workspace, work: Path) -> dict[str, int]:
    """Ledger, then history: what the ledger says was pulled is there."""
    counts: dict[str, int] = {}
    if workspace.ledger.exists():
        copy_sqlite(workspace.ledger, work / "ledger.sqlite")
        counts |= count_sqlite(work / "ledger.sqlite", LEDGER_TABLES)
    # Each file of the history takes its place when it is whole, and is never changed.
    for path in sorted(workspace.history.glob("*")) if workspace.history.is_dir() else []:
        if path.is_file() and not path.name.startswith("."):
            _copy(path, work / "history" / path.name)
    if (work / "history").is_dir():
        counts |= count_history(work / "history")
    return counts


def _copy_server(
    workspace: Workspace, work: Path, environment: Mapping[str, str], counts: dict[str, int]
) -> Database | None:
    """The embedded server's database, then the files beside it; None where there is no server."""
    database = database_of(workspace)
    if database is not None:
        make_private((work / DUMP).parent)
        counts |= dump(database, environment, work / DUMP)
    elif sqlite_file(workspace).exists():
        copy_sqlite(sqlite_file(workspace), work / SQLITE_COPY)
        counts |= count_sqlite(work / SQLITE_COPY, SERVER_TABLES)
    else:
        return None
    data = data_folder(workspace)
    beside = [data / ".env", data / "annotate-id"]
    beside += [workspace.server / f"{name}.json" for name in ("credentials", "logins", "database")]
    beside += sorted(path for path in (data / "media").rglob("*") if path.is_file())
    for path in beside:
        if path.is_file() and not path.is_symlink():
            _copy(path, work / "server" / path.relative_to(workspace.server))
    return "sqlite" if database is None else "postgresql"


def copy_sqlite(source: Path, target: Path) -> None:
    """A consistent copy of a SQLite database that others may be writing to.

    In one step, for which writers wait: in several, each write of theirs would begin it anew.

    Raises:
        WorkspaceError: it cannot be read.
    """
    make_private(target.parent)
    try:
        with (
            contextlib.closing(sqlite3.connect(source, timeout=60)) as reader,
            contextlib.closing(sqlite3.connect(target)) as writer,
        ):
            reader.backup(writer, pages=-1)
    except sqlite3.Error as problem:
        raise WorkspaceError(f"it cannot be copied ({problem})", where=str(source)) from None
    target.chmod(0o600)


def _copy(source: Path, target: Path) -> None:
    make_private(target.parent)
    shutil.copyfile(source, target)
    target.chmod(0o600)


def _listed(work: Path) -> dict[str, Stored]:
    files = {}
    for path in sorted(path for path in work.rglob("*") if path.is_file()):
        name = path.relative_to(work).as_posix()
        problem = path_problem(name)
        if problem:
            raise WorkspaceError(
                f"its name cannot be kept: it {problem}", where=name, fix="rename the file"
            )
        files[name] = stored(path)
    return files


def _label_studio() -> str | None:
    try:
        return metadata.version("label-studio")
    except metadata.PackageNotFoundError:
        return None


def _refuse_full(workspace: Workspace, target: Path) -> None:
    """A disk that fills up stops the server that people work with: better no backup than that.

    Raises:
        WorkspaceError: there is no room for a copy and the archive of it.
    """
    sources = [sqlite_file(workspace), workspace.ledger]
    folders = [workspace.history, data_folder(workspace) / "media"]
    sources += [path for folder in folders if folder.is_dir() for path in folder.rglob("*")]
    size = sum(path.stat().st_size for path in sources if path.is_file())
    there = next(path for path in target.absolute().parents if path.exists())
    for folder in (workspace.home, there):
        free = shutil.disk_usage(folder).free
        if free < 2 * size + _LEAST_FREE:
            raise WorkspaceError(
                f"there is no room for a backup: {free >> 20} MB are free, and up to "
                f"{(2 * size + _LEAST_FREE) >> 20} MB are needed for a while",
                where=str(folder),
                fix="make room, or name a file on another disk",
            )


@contextlib.contextmanager
def _work_folder(workspace: Workspace) -> Iterator[Path]:
    """A hidden folder for the copies; what is left of a backup that was killed goes, too."""
    for left in workspace.home.glob(f"{_PREFIX}*"):
        shutil.rmtree(left, ignore_errors=True)
    work = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=workspace.home))
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)
