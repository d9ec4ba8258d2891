"""The embedded Label Studio: SQLite in the workspace, bound to 127.0.0.1, no outbound calls."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path

from annotate.errors import ServerError
from annotate.storage import write_text
from annotate.workspace import Workspace

HOST = "127.0.0.1"
DEFAULT_PORT = 8080
START_SECONDS = 300.0  # the first start migrates the database: about 30 s on two cores
STOP_SECONDS = 20.0


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
        started: when the system says that it began (seconds since 1970), so that a later process
            with the same id is never taken for it.
        port: where it listens on 127.0.0.1.
    """

    pid: int
    started: float
    port: int

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"


def credentials(workspace: Workspace) -> Credentials:
    """The embedded server's credentials, generated at the first call (mode 0600)."""
    path = workspace.server / "credentials.json"
    if path.exists():
        try:
            return Credentials(**json.loads(path.read_text("utf-8")))
        except (ValueError, TypeError, OSError):
            raise ServerError("the credentials cannot be read", where=str(path)) from None
    made = Credentials("admin@example.com", secrets.token_urlsafe(12), secrets.token_hex(20))
    workspace.create()
    workspace.server.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_text(path, json.dumps(asdict(made), indent=2) + "\n", mode=0o600)
    return made


def identity(workspace: Workspace) -> str:
    """What the ledger knows the embedded server by: its port may change, its database may not.

    A new database gets a new name, so that its ids are never taken for those of the old one.
    """
    path = workspace.server / "data" / "annotate-id"
    try:
        return f"embedded-{path.read_text('ascii').strip()}"
    except OSError:
        return "embedded"


def running(workspace: Workspace) -> Running | None:
    """The server that this workspace started, if it still runs."""
    path = workspace.server / "running.json"
    try:
        state = Running(**json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    return state if _is_alive(state) else None


def start(
    workspace: Workspace,
    *,
    port: int | None = None,
    on_wait: Callable[[float], None] = lambda _: None,
) -> Running:
    """Starts the embedded server, or finds it running, and waits until it answers.

    Args:
        port: where to listen; None takes 8080, or a free port if that is busy.
        on_wait: called with the seconds waited so far.

    Raises:
        ServerError: label-studio is not installed, the port is busy, or it did not come up (then
            nothing is left running).
    """
    with workspace.lock("server"):
        found = running(workspace)
        if found:
            if port is not None and port != found.port:
                raise ServerError(
                    f"it already runs on port {found.port}",
                    where=found.url,
                    fix="stop it first: annotate server stop",
                )
            _wait(found, None, workspace, on_wait)
            return found
        if find_spec("label_studio") is None:
            raise ServerError(
                "the embedded server needs the package label-studio",
                fix="install it: pip install 'annotate[server]'",
            )
        chosen = _choose_port(port)
        return _launch(workspace, chosen, on_wait)


def _launch(workspace: Workspace, port: int, on_wait: Callable[[float], None]) -> Running:
    import psutil

    environment = _environment(workspace, credentials(workspace))
    data = workspace.server / "data"
    data.mkdir(mode=0o700, exist_ok=True)
    if not (data / "annotate-id").exists():
        write_text(data / "annotate-id", f"{secrets.token_hex(4)}\n")
    log = workspace.server / "server.log"
    command = [sys.executable, "-m", "label_studio.server", "start", "--no-browser"]
    command += ["--internal-host", HOST, "--port", str(port), "--log-level", "WARNING"]
    with log.open("ab") as output:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter, no shell
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=environment,
            cwd=workspace.server,
            start_new_session=True,
        )
    try:
        state = Running(process.pid, psutil.Process(process.pid).create_time(), port)
        write_text(workspace.server / "running.json", json.dumps(asdict(state)) + "\n", mode=0o600)
        _wait(state, process, workspace, on_wait)
    except BaseException:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        (workspace.server / "running.json").unlink(missing_ok=True)
        raise
    process.returncode = 0  # it goes on without us: no warning about a child left behind
    return state


def stop(workspace: Workspace) -> bool:
    """Stops the server that this workspace started; whether there was one."""
    import psutil

    if running(workspace) is None:
        return False
    with workspace.lock("server"):
        found = running(workspace)
        if found:
            process = psutil.Process(found.pid)
            process.terminate()
            try:
                process.wait(STOP_SECONDS)
            except psutil.TimeoutExpired:
                process.kill()
                process.wait(STOP_SECONDS)
        (workspace.server / "running.json").unlink(missing_ok=True)
        return found is not None


def _environment(workspace: Workspace, login: Credentials) -> dict[str, str]:
    """Ours decides: whatever the user's environment says of Label Studio does not count."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("LABEL_STUDIO_", "DJANGO_", "POSTGRE_", "SENTRY_"))
    }
    return kept | {
        "LABEL_STUDIO_BASE_DATA_DIR": str((workspace.server / "data").resolve()),
        "DJANGO_DB": "sqlite",
        "LABEL_STUDIO_USERNAME": login.email,
        "LABEL_STUDIO_PASSWORD": login.password,
        "LABEL_STUDIO_USER_TOKEN": login.token,
        "LABEL_STUDIO_ENABLE_LEGACY_API_TOKEN": "true",
        "LABEL_STUDIO_DISABLE_SIGNUP_WITHOUT_LINK": "true",
        # No outbound calls: telemetry, version check, error reports.
        "COLLECT_ANALYTICS": "false",
        "LATEST_VERSION_CHECK": "false",
        "SENTRY_DSN": "",
        "FRONTEND_SENTRY_DSN": "",
        "PYTHONWARNINGS": "ignore",
    }


def _choose_port(port: int | None) -> int:
    if port is not None:
        if not _is_free(port):
            raise ServerError(
                f"port {port} is busy",
                where=HOST,
                fix="choose another with --port, or leave it out to take a free one",
            )
        return port
    if _is_free(DEFAULT_PORT):
        return DEFAULT_PORT
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        if os.name == "posix":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


def _is_alive(state: Running) -> bool:
    import psutil

    try:
        process = psutil.Process(state.pid)
        same = abs(process.create_time() - state.started) < 2.0
        return same and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def _wait(
    state: Running,
    process: subprocess.Popen[bytes] | None,
    workspace: Workspace,
    on_wait: Callable[[float], None],
) -> None:
    """Until /health answers and our token is known there, which no other server would know."""
    begun = time.monotonic()
    while not _answers(state, credentials(workspace).token):
        waited = time.monotonic() - begun
        ended = process.poll() is not None if process else not _is_alive(state)
        if ended or waited > START_SECONDS:
            what = "it ended" if ended else f"it did not answer within {START_SECONDS:.0f} s"
            log = workspace.server / "server.log"
            raise ServerError(f"Label Studio did not start: {what}", where=str(log), fix=_tail(log))
        on_wait(waited)
        time.sleep(0.25)


def _answers(state: Running, token: str) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    headers = {"Authorization": f"Token {token}"}
    try:
        with opener.open(f"{state.url}/health", timeout=5) as answer:
            if json.load(answer).get("status") != "UP":
                return False
        request = urllib.request.Request(  # noqa: S310 - always http on the loopback
            f"{state.url}/api/current-user/whoami", headers=headers
        )
        with opener.open(request, timeout=10):
            return True
    except urllib.error.HTTPError as problem:
        if problem.code in (401, 403):
            raise ServerError(
                "the server at this address does not accept our token",
                where=state.url,
                fix="restore credentials.json, or move the workspace's server folder away",
            ) from None
        return False
    except (OSError, ValueError, AttributeError):
        return False


def _tail(log: Path) -> str:
    try:
        lines = log.read_text("utf-8", errors="replace").strip().splitlines()
    except OSError:
        return "see its log"
    return f"its log ends: {lines[-1][:300]}" if lines else "its log is empty"
