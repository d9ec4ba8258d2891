"""Restores that end anywhere: `python -m tests.labeling.kill_restore HOME ARCHIVE`.

Each runs in a process of its own, forked with everything loaded, and is killed before its n-th
rename or removal in the workspace; n goes on until one ends by itself. After each, what was there
before is there again. Prints how many were killed.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

from annotate.errors import WorkspaceError
from annotate.labeling.restore import restore, undo
from annotate.workspace import Workspace
from tests.labeling.kept import kept

EVENTS = ("os.rename", "os.remove", "os.rmdir", "shutil.rmtree")


def killed(home: Path, archive: Path, number: int) -> bool:
    """Whether a restore was killed at this step; else it ended by itself."""
    child = os.fork()
    if child == 0:
        left = number

        def hook(event: str, arguments: tuple[Any, ...]) -> None:
            nonlocal left
            if event in EVENTS and str(home) in str(arguments[0]):
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)
                left -= 1

        sys.addaudithook(hook)
        restore(Workspace(home), archive, environment={}, force=True)
        os._exit(0)
    return os.waitpid(child, 0)[1] != 0


def main(home: Path, archive: Path) -> None:
    workspace = Workspace(home)
    old = kept(workspace)
    number = halves = 0
    while killed(home, archive, number):
        if workspace.interrupted_restore.exists():
            halves += 1
            try:
                workspace.refuse_half_restored()
            except WorkspaceError:
                pass
            else:
                raise AssertionError(f"killed at {number}: nobody is warned")
        elif kept(workspace) != old:
            break  # it was done, and only cleaned up behind itself
        undo(workspace)
        assert kept(workspace) == old, f"killed at {number}: not the old"
        assert not list(home.glob(".restore-*"))
        assert not workspace.interrupted_restore.exists()
        number += 1
    print(number, halves)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
