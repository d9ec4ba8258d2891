"""What stands where a file is to be written: links are followed, pipes and devices refused."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from annotate.storage import write_text


def test_a_link_stays_and_its_target_is_replaced(tmp_path: Path) -> None:
    target, link = tmp_path / "real" / "a.txt", tmp_path / "a.txt"
    target.parent.mkdir()
    target.write_text("old")
    link.symlink_to(target)
    write_text(link, "new")
    assert link.is_symlink()
    assert target.read_text() == "new"


def test_a_link_to_nothing_makes_its_target(tmp_path: Path) -> None:
    link = tmp_path / "a.txt"
    link.symlink_to(tmp_path / "b.txt")
    write_text(link, "new")
    assert (tmp_path / "b.txt").read_text() == "new"
    assert link.is_symlink()


def test_a_pipe_is_refused_and_stays(tmp_path: Path) -> None:
    path = tmp_path / "there"
    os.mkfifo(path)
    with pytest.raises(OSError, match="no file stands there"):
        write_text(path, "new")
    assert path.is_fifo()
    assert [entry.name for entry in tmp_path.iterdir()] == ["there"]
