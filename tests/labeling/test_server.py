"""The embedded server: ours, private, and only ours is ended."""

from __future__ import annotations

import os
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from json import dumps
from pathlib import Path

import psutil
import pytest

from annotate.errors import AccessDenied, ServerDown, ServerError
from annotate.labeling import server as embedded
from annotate.labeling.client import Client
from annotate.labeling.server import Running
from annotate.labeling.server_process import PortTaken, wait
from annotate.labeling.server_state import is_alive, started
from annotate.workspace import Workspace
from tests.conftest import Live, copy_of
from tests.labeling.quick_server import seems_free


@pytest.fixture
def busy_port() -> Iterator[int]:
    """A port at which something else listens."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_a_busy_port_is_one_clear_error_and_leaves_nothing(tmp_path: Path, busy_port: int) -> None:
    workspace = Workspace(tmp_path / "home")
    with pytest.raises(ServerError, match=rf"port {busy_port} is busy; choose another"):
        embedded.start(workspace, port=busy_port)
    assert embedded.running(workspace) is None
    assert not (workspace.server / "running.json").exists()


def test_credentials_are_generated_once_and_private(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "home")
    first = embedded.credentials(workspace)
    assert embedded.credentials(workspace) == first
    assert embedded.credentials(Workspace(tmp_path / "other")) != first
    path = workspace.server / "credentials.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(workspace.server.stat().st_mode) == 0o700
    assert len(first.password) >= 12
    assert len(first.token) == 40


def test_a_process_that_is_not_ours_is_left_alone(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "home")
    embedded.credentials(workspace)
    stranger = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        # Its id is ours of long ago: the system has given it to somebody else since.
        stale = Running(stranger.pid, started(stranger.pid) - 1000, 1)
        (workspace.server / "running.json").write_text(dumps(asdict(stale)))
        assert embedded.running(workspace) is None
        assert embedded.stop(workspace) is False
        assert stranger.poll() is None
    finally:
        stranger.communicate(b"\n", timeout=20)


def test_nothing_runs_where_nothing_was_started(tmp_path: Path) -> None:
    assert embedded.running(Workspace(tmp_path / "none")) is None
    assert embedded.stop(Workspace(tmp_path / "none")) is False


def test_setting_the_clock_does_not_lose_the_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        state = Running(process.pid, started(process.pid), 1)
        born, boot = psutil.Process.create_time, psutil.boot_time()
        monkeypatch.setattr(psutil.Process, "create_time", lambda self: born(self) - 300.0)
        monkeypatch.setattr(psutil, "boot_time", lambda: boot - 300.0)
        assert is_alive(state)
    finally:
        process.communicate(b"\n", timeout=20)


@pytest.mark.server
def test_the_answer_of_a_server_with_the_same_token_is_not_ours(live: Live) -> None:
    """As when the server of a copied workspace took the port a moment before."""
    ours = subprocess.Popen([sys.executable, "-c", "pass"])
    ours.wait(20)
    state = Running(ours.pid, 1.0, live.running.port)
    with pytest.raises(PortTaken, match="another server took port"):
        wait(state, live.login.token, live.workspace, lambda _: None, ours)


@pytest.mark.server
def test_starting_twice_finds_the_same_server(live: Live) -> None:
    assert embedded.start(live.workspace) == live.running
    with pytest.raises(ServerError, match="already runs on port"):
        embedded.start(live.workspace, port=live.running.port + 1)


@pytest.mark.server
def test_it_listens_on_the_loopback_only(live: Live) -> None:
    process = psutil.Process(live.running.pid)
    listening = [c.laddr for c in process.net_connections("inet") if c.status == "LISTEN"]
    assert [(address.ip, address.port) for address in listening] == [
        ("127.0.0.1", live.running.port)
    ]


@pytest.mark.server
def test_secrets_are_in_no_argument_and_no_log(live: Live) -> None:
    arguments = " ".join(psutil.Process(live.running.pid).cmdline())
    log = (live.workspace.server / "server.log").read_text("utf-8", errors="replace")
    for secret in (live.login.token, live.login.password):
        assert secret not in arguments
        assert secret not in log


@pytest.mark.server
def test_stop_ends_it_and_the_data_stay(
    live: Live, migrated: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = copy_of(migrated, tmp_path / "home")
    # The session's server has the port, and the same token: it is not taken for this one.
    seems_free(live.running.port, monkeypatch)
    running = embedded.start(workspace)
    assert running.port != live.running.port
    with Client(running.url, embedded.credentials(workspace).token) as client:
        project_id = client.create_project("stays", "<View><Text name='t' value='$t'/></View>", "")
    assert embedded.stop(workspace) is True
    assert not psutil.pid_exists(running.pid)
    with pytest.raises(ServerDown), Client(running.url, "x" * 40) as client:
        client.check()
    again = embedded.start(workspace)
    try:
        with Client(again.url, embedded.credentials(workspace).token) as client:
            assert client.project(project_id).title == "stays"
    finally:
        embedded.stop(workspace)


@pytest.mark.server
def test_a_wrong_token_is_one_clear_error_without_the_token(live: Live) -> None:
    wrong = "0123456789abcdef" * 2 + "01234567"
    with Client(live.running.url, wrong) as client, pytest.raises(AccessDenied) as caught:
        client.check()
    assert str(caught.value).startswith(f"{live.running.url}: the server does not accept the token")
    assert wrong not in str(caught.value)


def test_a_server_that_is_down_is_one_clear_error() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
        with Client(url, "x" * 40) as client, pytest.raises(ServerDown) as caught:
            client.check()
    assert str(caught.value).startswith(f"{url}: no Label Studio answers")
    assert "annotate server start" in str(caught.value)


def test_a_proxy_in_the_environment_is_not_asked_for_the_loopback(
    monkeypatch: pytest.MonkeyPatch, busy_port: int
) -> None:
    monkeypatch.setitem(os.environ, "HTTP_PROXY", "http://127.0.0.1:1")
    with Client("http://127.0.0.1:9", "x" * 40) as client, pytest.raises(ServerDown):
        client.check()
    assert not client._http._mounts  # a proxy of the environment would be mounted
