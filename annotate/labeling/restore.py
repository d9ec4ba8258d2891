"""A backup put back: proved first, then put in place by renames that can be undone.

What was there is moved aside and never deleted. A journal says what is being moved: a restore that
ends in between, also by the machine's power, is undone by the next one, and until then no other
command touches the workspace.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from annotate.database import Postgres, parse_postgres
from annotate.errors import WorkspaceError
from annotate.labeling.backup import DUMP, SQLITE_COPY
from annotate.labeling.backup_archive import extract, read_manifest
from annotate.labeling.backup_counts import (
    LEDGER_TABLES,
    SERVER_TABLES,
    count_history,
    count_sqlite,
)
from annotate.labeling.backup_manifest import Manifest
from annotate.labeling.server_database import remember
from annotate.labeling.server_dump import load, refuse_used
from annotate.labeling.server_state import running
from annotate.storage import sync_folder, write_text
from annotate.workspace import Workspace

FROM_BACKUP = "from-backup"  # settings and split ledgers, for who wants them
_PREFIX = ".restore-"
# The ledger's own side files belong to it: without them a ledger that was killed is another one.
_MOVED = ("server", "ledger.sqlite", "ledger.sqlite-journal", "ledger.sqlite-wal", "history")
_LOCKS = ("server", "logins", "push", "pull", "export", "backup")


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back.

    Attributes:
        manifest: of the backup; its counts were found again in what was put back.
        aside: the folder with what was there before; None where there was nothing.
        settings: the folder with settings and split ledgers of the backup; None where it has none.
    """

    manifest: Manifest
    aside: Path | None
    settings: Path | None


def restore(
    workspace: Workspace,
    archive: Path,
    *,
    environment: Mapping[str, str],
    database: Postgres | None = None,
    force: bool = False,
    dry_run: bool = False,
) -> Restored:
    """Puts a backup into a workspace whose server is stopped, all of it or nothing.

    Args:
        environment: has PostgreSQL's own variables, as PGPASSWORD.
        database: an empty PostgreSQL database; None takes the address in the backup.
        force: moves what is there aside, where there is something.
        dry_run: only proves the backup, and that it could be put back.

    Raises:
        WorkspaceError: it is no sound backup, something is there, or is running.
        ServerError: PostgreSQL, or its programs, cannot be used.
    """
    read_manifest(archive)  # before anything is made or locked
    with contextlib.ExitStack() as held:
        held.enter_context(workspace.lock("restore"))
        undo(workspace)
        for name in _LOCKS:
            held.enter_context(workspace.lock(name))
        _refuse_running(workspace)
        there = [name for name in _MOVED if _holds_something(workspace.home / name)]
        if there and not force and not dry_run:
            raise WorkspaceError(
                f"this workspace holds data already: {', '.join(there)}",
                where=str(workspace.home),
                fix="use another one (ANNOTATE_HOME); or --force, which moves them aside",
            )
        work = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=workspace.home))
        try:
            _refuse_full(work, read_manifest(archive))
            manifest = extract(archive, work)
            _prove(_counted(work), manifest, archive)
            if manifest.database == "postgresql":
                _fill(work, manifest, database, environment, archive, dry_run=dry_run)
            if dry_run:
                return Restored(manifest, None, None)
            settings = _keep_settings(workspace, work)
            return Restored(manifest, _swap(workspace, work), settings)
        finally:
            shutil.rmtree(work, ignore_errors=True)


def undo(workspace: Workspace) -> bool:
    """Puts back what a restore that was killed had moved aside; whether there was one."""
    journal = workspace.interrupted_restore
    try:
        noted = json.loads(journal.read_text("utf-8"))
        aside, had = workspace.home / Path(noted["aside"]).name, set(noted["had"])
    except FileNotFoundError:
        for left in workspace.home.glob(f"{_PREFIX}*"):
            shutil.rmtree(left, ignore_errors=True)
        return False
    except (OSError, ValueError, KeyError, TypeError):
        raise WorkspaceError(
            "the note on a restore that was killed cannot be read",
            where=str(journal),
            fix=f"put back by hand what is in {workspace.home}/before-restore-*, then remove it",
        ) from None
    for name in _MOVED:
        new, old = workspace.home / name, aside / name
        if old.exists() or (name not in had and new.exists()):
            _remove(new)
        if old.exists():
            old.rename(new)
    with contextlib.suppress(OSError):
        aside.rmdir()
    sync_folder(workspace.home)
    journal.unlink()
    return undo(workspace) or True


def _swap(workspace: Workspace, work: Path) -> Path | None:
    """Moves the old aside and the new in place; the folder with the old, if there was any."""
    had = [name for name in _MOVED if (workspace.home / name).exists()]
    aside = _new_folder(workspace.home, f"before-restore-{datetime.now(UTC):%Y%m%dT%H%M%SZ}")
    noted = json.dumps({"aside": aside.name, "had": had})
    write_text(workspace.interrupted_restore, noted + "\n", mode=0o600)
    try:
        for name in had:
            (workspace.home / name).rename(aside / name)
        for name in _MOVED:
            if (work / name).exists():
                (work / name).rename(workspace.home / name)
        sync_folder(aside)
        sync_folder(workspace.home)
    except BaseException:
        undo(workspace)
        raise
    workspace.interrupted_restore.unlink()  # from here on it is done
    sync_folder(workspace.home)
    kept = [name for name in had if _holds_something(aside / name)]
    if kept:
        return aside
    shutil.rmtree(aside, ignore_errors=True)
    return None


def _fill(
    work: Path,
    manifest: Manifest,
    database: Postgres | None,
    environment: Mapping[str, str],
    archive: Path,
    *,
    dry_run: bool,
) -> None:
    """Fills the PostgreSQL database, and lets the copy in `work` name it."""
    try:
        target = database or parse_postgres(manifest.address or "")
    except ValueError:
        raise WorkspaceError(
            "the backup names no PostgreSQL database", where=str(archive), fix="use --database"
        ) from None
    if dry_run:
        refuse_used(target, environment)
        return
    found = load(target, environment, work / DUMP)
    _prove(found, manifest, archive)
    (work / DUMP).unlink()
    remember(Workspace(work), target)


def _counted(work: Path) -> dict[str, int]:
    counts: dict[str, int] = {}
    if (work / "ledger.sqlite").exists():
        counts |= count_sqlite(work / "ledger.sqlite", LEDGER_TABLES)
    if (work / "history").is_dir():
        counts |= count_history(work / "history")
    if (work / SQLITE_COPY).exists():
        counts |= count_sqlite(work / SQLITE_COPY, SERVER_TABLES)
    return counts


def _prove(found: Mapping[str, int], manifest: Manifest, archive: Path) -> None:
    """Holds what was counted to what the backup says it holds."""
    wrong = [
        f"{what}: {number} in place of {manifest.counts.get(what)}"
        for what, number in found.items()
        if manifest.counts.get(what) != number
    ]
    if wrong:
        raise WorkspaceError(
            f"the backup does not hold what it says ({'; '.join(wrong)})",
            where=str(archive),
            fix="take another one",
        )


def _keep_settings(workspace: Workspace, work: Path) -> Path | None:
    kept = workspace.home / FROM_BACKUP
    if not (work / "settings").is_dir():
        return None
    shutil.rmtree(kept, ignore_errors=True)
    (work / "settings").rename(kept)
    return kept


def _refuse_running(workspace: Workspace) -> None:
    found = running(workspace)
    if found:
        raise WorkspaceError(
            "the embedded server is running, and would go on with the old data",
            where=found.url,
            fix="stop it: annotate server stop",
        )


def _refuse_full(work: Path, manifest: Manifest) -> None:
    free = shutil.disk_usage(work).free
    if free < manifest.bytes + (100 << 20):
        raise WorkspaceError(
            f"there is no room: the backup takes {manifest.bytes >> 20} MB, and {free >> 20} MB "
            "are free",
            where=str(work.parent),
            fix="make room",
        )


def _new_folder(parent: Path, name: str) -> Path:
    number = 1
    while True:
        path = parent / (name if number == 1 else f"{name}-{number}")
        try:
            path.mkdir(mode=0o700)
        except FileExistsError:
            number += 1
        else:
            return path


def _holds_something(path: Path) -> bool:
    return any(path.iterdir()) if path.is_dir() else path.exists()


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
