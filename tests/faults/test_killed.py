"""What is kept is whole, old or new, wherever its writer is killed, or runs out of disk.

Here some of the writes; `make nightly` takes every one of them (tests/faults/nightly.py).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.faults import shim
from tests.faults.killed import OPERATIONS

# Of builds of versions, tests/dataset/test_interrupted.py tries every step.
QUICK = [name for name in OPERATIONS if name != "export"]
needs_compiler = pytest.mark.skipif(not shim.can_be_made(), reason="not installed: cc, on Linux")


def torment(folder: Path, mode: str, every: int) -> dict[str, dict[str, Any]]:
    printed = shim.run(
        folder, "tests.faults.killed", [str(folder), mode, *QUICK, "--every", str(every)], 300
    )
    found: dict[str, dict[str, Any]] = json.loads(printed)
    assert list(found) == QUICK
    return found


@pytest.mark.slow
@needs_compiler
def test_killed_at_some_writes(tmp_path: Path) -> None:
    found = torment(tmp_path, "kill", 13)
    for name, one in found.items():
        assert one["tried"] == one["killed"] > 0, name
        assert one["writes"] > 5, name
        assert one["old"], name
    assert sum(one["tried"] for one in found.values()) > 20


@pytest.mark.slow
@needs_compiler
def test_the_disk_is_full_from_some_write_on(tmp_path: Path) -> None:
    found = torment(tmp_path, "full", 17)
    for name, one in found.items():
        assert one["refused"], name
        assert one["refused"] + one["done"] == one["tried"], name


@pytest.mark.slow
@needs_compiler
def test_no_file_may_be_that_large(tmp_path: Path) -> None:
    found = torment(tmp_path, "small", 1)
    for name, one in found.items():
        assert one["refused"], name
        assert one["done"], name
        assert one["old"] >= 1, name
