"""Builds that are killed, or run out of disk, at any step: a version is whole or absent."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.dataset.interrupted import LAST
from tests.support import ROOT, clean_environment

KILLED, REFUSED = 9, 1 << 8  # as os.waitpid has them


def interrupted(folder: Path, mode: str) -> dict[str, Any]:
    ran = subprocess.run(
        [sys.executable, "-m", "tests.dataset.interrupted", str(folder), mode],
        cwd=ROOT,
        env=clean_environment(),
        capture_output=True,
        text=True,
        timeout=500,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


@pytest.mark.slow
def test_killed_at_any_step(tmp_path: Path) -> None:
    found = interrupted(tmp_path, "kill")
    assert found["steps"] > 50
    assert len(found["ends"]) > 20
    assert set(found["ends"]) == {KILLED}
    # The version is there from its rename on: the last steps are the pointer's.
    assert 2 <= found["published"] < LAST


@pytest.mark.slow
def test_the_disk_is_full_at_any_step(tmp_path: Path) -> None:
    found = interrupted(tmp_path, "full")
    assert set(found["ends"]) == {0, REFUSED}
    assert found["steps"] > 40
    assert found["ends"].count(REFUSED) > 10


@pytest.mark.slow
def test_no_file_may_be_that_large(tmp_path: Path) -> None:
    found = interrupted(tmp_path, "small")
    assert found["ends"][0] == REFUSED
    assert found["ends"][-1] == 0
    assert set(found["ends"]) == {0, REFUSED}
    assert found["published"] == found["ends"].count(0)
