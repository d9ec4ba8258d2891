"""The compiled build (see hatch_build.py), made of the sources, in a folder of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import zipfile
from pathlib import Path

from tests.support import ROOT, clean_environment


def build(folder: Path) -> float:
    """Unpacks a compiled wheel into a folder; the seconds on the clock that it took to build."""
    start = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        env={**os.environ, "ANNOTATE_COMPILE": "1"},
        check=True,
        stdout=subprocess.PIPE,
    )
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    wheel.unlink()
    return time.perf_counter() - start


def environment(folder: Path | None) -> dict[str, str]:
    """Where a process finds the package: in the folder, or else in the sources.

    It must be started with -P, or else it imports the package from where it stands.
    """
    found = [str(folder), str(ROOT)] if folder else [str(ROOT)]
    return clean_environment({"PYTHONPATH": os.pathsep.join(found)})
