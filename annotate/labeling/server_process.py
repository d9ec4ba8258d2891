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
        ServerError: it ended, it took too long, or it does not know our token.
    """
    begun = time.monotonic()
    while True:
        up = answers(state, token)
        waited = time.monotonic() - begun
        # Asked after the answer: the server of a copied workspace knows the token, too, and if it
        # took the port in the meantime, ours has ended.
        ended = process.poll() is not None if process else not is_alive(state)
        if up and not ended:
            return
        if ended or waited > START_SECONDS:
            what = "it ended" if ended else f"it did not answer within {START_SECONDS:.0f} s"
            log = log_of(workspace)
            raise ServerError(f"Label Studio did not start: {what}", where=str(log), fix=_tail(log))
        on_wait(waited)
        time.sleep(0.25)


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
