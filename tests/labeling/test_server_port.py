"""Somebody takes the port while the embedded server starts: neither is taken for the other."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotate.errors import ServerError
from annotate.labeling import server as embedded
from annotate.labeling.server_process import PortTaken, answers
from annotate.workspace import Workspace
from tests.labeling.quick_server import install, other_server, seems_free

# Another workspace's server, a copied workspace's, and something else.
OTHERS = [("another", True), ("ours", True), ("another", False)]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "home")


@pytest.mark.parametrize(("token", "is_label_studio"), OTHERS)
@pytest.mark.parametrize("moves", [True, False])
def test_a_free_port_is_taken_in_its_place(
    workspace: Workspace,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    token: str,
    is_label_studio: bool,
    moves: bool,
) -> None:
    install(tmp_path / "installed", monkeypatch, moves=moves)
    ours = embedded.credentials(workspace).token
    known = ours if token == "ours" else token
    with other_server(known, is_label_studio=is_label_studio) as port:
        seems_free(port, monkeypatch)
        running = embedded.start(workspace)
        try:
            assert running.port != port
            assert answers(running, ours)
            assert embedded.running(workspace) == running
        finally:
            assert embedded.stop(workspace)


def test_a_port_that_was_asked_for_is_one_clear_error_and_leaves_nothing(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path / "installed", monkeypatch, moves=True)
    with other_server("another", is_label_studio=True) as port:
        seems_free(port, monkeypatch)
        with pytest.raises(PortTaken, match=rf"took port {port} while .*; choose another with --p"):
            embedded.start(workspace, port=port)
    assert embedded.running(workspace) is None
    assert not (workspace.server / "running.json").exists()


def test_our_own_server_that_refuses_our_token_has_another_database(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path / "installed", monkeypatch, moves=True)
    monkeypatch.setattr(
        "annotate.labeling.server.own_variables",
        lambda *_: {"LABEL_STUDIO_USER_TOKEN": "of those who began it"},
    )
    with pytest.raises(ServerError, match="does not accept our token: its database was begun"):
        embedded.start(workspace)
    assert embedded.running(workspace) is None
