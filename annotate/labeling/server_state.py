"""The embedded server's folder: how to get in, which process it is, whose database it has."""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from annotate.errors import ServerError
from annotate.logfile import keep_out_of_logs
from annotate.storage import write_text
from annotate.workspace import Workspace

HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Credentials:
    """How to get into the embedded server; kept in a file that only the user can read."""

    email: str
    password: str
    token: str


@dataclass(frozen=True, slots=True)
class Running:
    """The process that we started.

    Attributes:
        pid: its process id.
        started: seconds between the machine's start and its own, so that a later process with the
            same id is never taken for it. (Not the time of day: that clock can be set.)
        port: where it listens on 127.0.0.1.
    """

    pid: int
    started: float
    port: int

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"


def data_folder(workspace: Workspace) -> Path:
    """Where the server keeps its files: the SQLite database, uploads, its secret key."""
    return workspace.server / "data"


def credentials(workspace: Workspace) -> Credentials:
    """The embedded server's credentials, generated at the first call (mode 0600)."""
    path = workspace.server / "credentials.json"
    if path.exists():
        try:
            found = Credentials(**json.loads(path.read_text("utf-8")))
            keep_out_of_logs(found.password, found.token)
            return found
        except (ValueError, TypeError, OSError):
            raise ServerError("the credentials cannot be read", where=str(path)) from None
    made = Credentials("admin@example.com", secrets.token_urlsafe(12), secrets.token_hex(20))
    keep_out_of_logs(made.password, made.token)
    workspace.create()
    workspace.server.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_text(path, json.dumps(asdict(made), indent=2) + "\n", mode=0o600)
    return made


def identity(workspace: Workspace) -> str:
    """What the ledger knows the embedded server by: its port may change, its database may not.

    The name is in the database itself (see `server_database`); what is read here, without any
    connection, is the copy that the last start left.
    """
    name = identity_file(workspace)
    return "embedded" if name is None else f"embedded-{name}"


def identity_file(workspace: Workspace) -> str | None:
    """The database's own name as it was at the last start; None before the first one."""
    try:
        return (data_folder(workspace) / "annotate-id").read_text("ascii").strip() or None
    except (OSError, UnicodeDecodeError):
        return None


def set_identity(workspace: Workspace, name: str) -> None:
    """Keeps the database's own name."""
    if identity_file(workspace) != name:
        write_text(data_folder(workspace) / "annotate-id", f"{name}\n")


def running(workspace: Workspace) -> Running | None:
    """The server that this workspace started, if it still runs."""
    path = workspace.server / "running.json"
    try:
        state = Running(**json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    return state if is_alive(state) else None


def set_running(workspace: Workspace, state: Running | None) -> None:
    """Remembers the process that was started, or that there is none."""
    path = workspace.server / "running.json"
    if state is None:
        path.unlink(missing_ok=True)
    else:
        write_text(path, json.dumps(asdict(state)) + "\n", mode=0o600)


def started(pid: int) -> float:
    """When a process began, in seconds since the machine's start.

    Raises:
        psutil.Error: there is no such process.
    """
    import psutil

    # The system gives both by the clock of this moment: only their difference stays what it is.
    return float(psutil.Process(pid).create_time() - psutil.boot_time())


def is_alive(state: Running) -> bool:
    """Whether this very process still runs."""
    import psutil

    try:
        same = abs(started(state.pid) - state.started) < 2.0
        return same and psutil.Process(state.pid).status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False
