"""What is kept is whole, old or new, wherever its writer is killed, or runs out of disk.

Here some of the writes; `make nightly` takes every one of them (tests/faults/nightly.py).
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.faults import shim
from tests.faults.killed import OPERATIONS

# Of builds of versions, tests/dataset/test_interrupted.py tries every step.
QUICK = [name for name in OPERATIONS if name != "export"]
needs_compiler = pytest.mark.skipif(not shim.can_be_made(), reason="not installed: cc, on Linux")


@pytest.mark.slow
@needs_compiler
def test_killed_at_some_writes_or_without_space(tmp_path: Path) -> None:
    given = [str(tmp_path), "kill,full,small", *QUICK, "--every", "29"]
    found = json.loads(shim.run(tmp_path, "tests.faults.killed", given, 300))
    assert list(found) == ["kill", "full", "small"]
    assert all(list(operations) == QUICK for operations in found.values())
    for name in QUICK:
        killed, full, small = (found[mode][name] for mode in found)
        assert killed["tried"] == killed["killed"] > 0, name
        assert killed["writes"] > 5, name
        assert killed["old"], name
        assert full["refused"] > 0, name
        assert full["refused"] + full["done"] == full["tried"], name
        assert small["refused"] > 0, name
        assert small["done"] > 0, name
        assert small["old"] > 0, name
    assert sum(one["killed"] for one in found["kill"].values()) >= 14
