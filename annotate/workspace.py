"""The workspace: where a project's state lives (`.annotate/`, ignored by git)."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from annotate.errors import WorkspaceError
from annotate.storage import write_text


@dataclass(frozen=True, slots=True)
class Workspace:
    """Paths of the local state below one folder.

    Attributes:
        home: the folder, `.annotate/` beside annotate.toml unless ANNOTATE_HOME names another.
    """

    home: Path

    @property
    def server(self) -> Path:
        """The embedded server's data, credentials and log."""
        return self.home / "server"

    @property
    def ledger(self) -> Path:
        """What was pushed: frozen texts, tasks, pre-annotations."""
        return self.home / "ledger.sqlite"

    @property
    def history(self) -> Path:
        """What was pulled, append-only."""
        return self.home / "history"

    @property
    def exports(self) -> Path:
        """Datasets of the quickstart."""
        return self.home / "exports"

    @property
    def interrupted_restore(self) -> Path:
        """Is there while a backup is put in place (see `labeling.restore`)."""
        return self.home / "restore.json"

    def refuse_half_restored(self) -> None:
        """Refuses to work with what a restore that was killed left.

        Raises:
            WorkspaceError: it did.
        """
        if self.interrupted_restore.exists():
            raise WorkspaceError(
                "a backup was being put in place here, and that was killed",
                where=str(self.home),
                fix="run it again, which puts back what was there before: annotate server restore",
            )

    def create(self) -> None:
        """Makes the folder, private to the user and ignored by git."""
        self.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        ignore = self.home / ".gitignore"
        if not ignore.exists():
            write_text(ignore, "*\n")

    @contextlib.contextmanager
    def lock(self, name: str) -> Iterator[None]:
        """Only one process at a time does `name` (push, pull, export, server) in this workspace.

        Raises:
            WorkspaceError: another process is doing it, or the workspace is only half restored.
        """
        from filelock import FileLock, Timeout

        if name != "restore":
            self.refuse_half_restored()
        self.create()
        lock = FileLock(self.home / f"{name}.lock", timeout=0)
        try:
            lock.acquire()
        except Timeout:
            raise WorkspaceError(
                f"another annotate process is running: {name}",
                where=str(self.home),
                fix="wait until it ends",
            ) from None
        try:
            yield
        finally:
            lock.release()
