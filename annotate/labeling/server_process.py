"""The embedded server as a process: a free port, the start, the wait until it answers, the end."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path

from annotate.errors import ServerError
from annotate.labeling.server_state import HOST, Running, is_alive, set_running, started
from annotate.workspace import Workspace

DEFAULT_PORT = 8080
# The first start migrates the database, on two cores: SQLite about 30 s, PostgreSQL about 60 s.
START_SECONDS = 300.0
STOP_SECONDS = 20.0
_OTHER_PORT = "choose another with --port, or leave it out to take a free one"


class PortTaken(ServerError):
    """Another server listens where ours was to listen: it was quicker."""


def choose_port(port: int | None) -> int:
    """The port to listen on: the given one, else 8080, else a free one.

    Raises:
        ServerError: the given port is busy.
    """
    if port is not None:
        if not _is_free(port):
            raise ServerError(
                f"port {port} is busy",
                where=HOST,
                fix=_OTHER_PORT,
            )
        return port
    return DEFAULT_PORT if _is_free(DEFAULT_PORT) else free_port()


def free_port() -> int:
    """A port at which nobody listens at the moment."""
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


def launch(
    workspace: Workspace,
    port: int,
    environment: Mapping[str, str],
    token: str,
    on_wait: Callable[[float], None],
) -> Running:
    """Starts the server and waits until it answers; after an error nothing is left running.

    No secret is among its arguments, which everybody on the machine can read.

    Raises:
        PortTaken: another server has the port by now.
        ServerError: it did not come up.
    """
    command = [sys.executable, "-m", "label_studio.server", "start", "--no-browser"]
    command += ["--internal-host", HOST, "--port", str(port), "--log-level", "WARNING"]
    with log_of(workspace).open("ab") as output:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter, no shell
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=dict(environment),
            cwd=workspace.server,
            start_new_session=True,
        )
    try:
        state = Running(process.pid, started(process.pid), port)
        set_running(workspace, state)
        wait(state, token, workspace, on_wait, process)
    except BaseException:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        set_running(workspace, None)
        raise
    process.returncode = 0  # it goes on without us: no warning about a child left behind
    return state


def end(state: Running) -> None:
    """Ends the process, by force if it does not go."""
    import psutil

    process = psutil.Process(state.pid)
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except psutil.TimeoutExpired:
        process.kill()
        process.wait(STOP_SECONDS)


def environment_of(state: Running) -> dict[str, str]:
    """What the server was started with: another process with it has the same database."""
    import psutil

    try:
        return psutil.Process(state.pid).environ()
    except psutil.Error as problem:
        raise ServerError(
            f"the running server cannot be asked for its settings ({type(problem).__name__})",
            where=state.url,
            fix="start it again: annotate server stop, annotate server start",
        ) from None


def wait(
    state: Running,
    token: str,
    workspace: Workspace,
    on_wait: Callable[[float], None],
    process: subprocess.Popen[bytes] | None = None,
) -> None:
    """Until /health answers and our token is known there.

    Raises:
        PortTaken: another server has the port.
        ServerError: it ended, it took too long, or it does not know our token.
    """
    begun = time.monotonic()
    while True:
        refused = None
        try:
            up = answers(state, token)
        except ServerError as problem:
            up, refused = True, problem
        waited = time.monotonic() - begun
        # Asked after the answer, which may be another server's: that of a copied workspace even
        # knows the token.
        ended = process.poll() is not None if process else not is_alive(state)
        if _is_elsewhere(state, answered=up, ended=ended):
            raise PortTaken(
                f"another server took port {state.port} while Label Studio was starting",
                where=HOST,
                fix=_OTHER_PORT if process else "run annotate server stop, and start it again",
            )
        if refused is not None:
            raise refused
        if up and not ended:
            return
        if ended or waited > START_SECONDS:
            what = "it ended" if ended else f"it did not answer within {START_SECONDS:.0f} s"
            log = log_of(workspace)
            raise ServerError(f"Label Studio did not start: {what}", where=str(log), fix=_tail(log))
        on_wait(waited)
        time.sleep(0.25)


def _is_elsewhere(state: Running, *, answered: bool, ended: bool) -> bool:
    """Whether somebody else has the port of our process.

    Label Studio moves to the next port without a word where it finds its own busy, and ends where
    that becomes busy a moment later.

    Args:
        answered: whether a Label Studio has answered at the port.
        ended: whether our process has.
    """
    if ended:
        return answered or not _is_free(state.port)
    ports = _listening(state)
    return ports is not None and state.port not in ports and (answered or bool(ports))


def _listening(state: Running) -> set[int] | None:
    """Ports at which our process listens; None where the system does not tell."""
    import psutil

    try:
        connections = psutil.Process(state.pid).net_connections("inet")
    except psutil.NoSuchProcess:
        return set()
    except psutil.AccessDenied:
        return None
    return {found.laddr.port for found in connections if found.status == psutil.CONN_LISTEN}


def answers(state: Running, token: str) -> bool:
    """Whether it is up and knows this token.

    Raises:
        ServerError: it is up and does not know the token: another server, or another database.
    """
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
        problem.close()
        if problem.code in (401, 403):
            raise ServerError(
                "the server at this address does not accept our token: its database was begun "
                "with other credentials",
                where=state.url,
                fix="copy server/credentials.json from the workspace that began it, or use another "
                "database",
            ) from None
        return False
    except (OSError, ValueError, AttributeError):
        return False


def log_of(workspace: Workspace) -> Path:
    """What the server writes; it grows until the workspace's owner removes it."""
    return workspace.server / "server.log"


def _tail(log: Path) -> str:
    try:
        lines = log.read_text("utf-8", errors="replace").strip().splitlines()
    except OSError:
        return "see its log"
    return f"its log ends: {lines[-1][:300]}" if lines else "its log is empty"
