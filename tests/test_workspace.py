"""The workspace and its locks."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from annotate.errors import WorkspaceError
from annotate.workspace import Workspace


def test_everything_is_below_its_home(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "home")
    places = [workspace.server, workspace.ledger, workspace.history, workspace.exports]
    assert [place.parent for place in places] == [workspace.home] * 4
    assert len(set(places)) == 4
    assert list(tmp_path.iterdir()) == []


def test_create_makes_it_private_and_ignored_by_git(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "a" / "home")
    workspace.create()
    assert stat.S_IMODE(workspace.home.stat().st_mode) == 0o700
    assert (workspace.home / ".gitignore").read_text() == "*\n"


def test_create_again_changes_nothing(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    (tmp_path / ".gitignore").write_text("own\n")
    workspace.create()
    assert (tmp_path / ".gitignore").read_text() == "own\n"


def test_only_one_does_a_thing_at_a_time(tmp_path: Path) -> None:
    first, second = Workspace(tmp_path), Workspace(tmp_path)
    with first.lock("push"):
        with pytest.raises(WorkspaceError) as caught, second.lock("push"):
            pytest.fail("two processes push at once")
        assert str(caught.value) == (
            f"{tmp_path}: another annotate process is running: push; wait until it ends"
        )
        with second.lock("pull"):
            pass
    with second.lock("push"):
        pass


def test_a_lock_makes_the_workspace(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "home")
    with workspace.lock("push"):
        assert stat.S_IMODE(workspace.home.stat().st_mode) == 0o700
    assert (workspace.home / ".gitignore").exists()


def test_an_error_gives_the_lock_back(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    with pytest.raises(ValueError, match="stop"), workspace.lock("push"):
        raise ValueError("stop")
    with workspace.lock("push"):
        pass
