"""`writes.c`, compiled and loaded before everything else."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.support import ROOT, clean_environment

SOURCE = Path(__file__).with_name("writes.c")
ENVIRONMENT = "LD_PRELOAD"


def can_be_made() -> bool:
    """Whether there is a C compiler, and a system whose libraries can be loaded before others."""
    return sys.platform == "linux" and shutil.which("cc") is not None


def compiled(folder: Path) -> Path:
    """The library, in a folder."""
    library = folder / "writes.so"
    command = ["cc", "-shared", "-fPIC", "-O1", "-o", str(library), str(SOURCE), "-ldl"]
    subprocess.run(command, check=True, capture_output=True)
    return library


def shim() -> Any:
    """The library that this process was started with.

    Raises:
        RuntimeError: it was started without it.
    """
    if "writes.so" not in os.environ.get(ENVIRONMENT, ""):
        raise RuntimeError("start this with tests.faults.shim.run")
    found = ctypes.CDLL(None)
    found.writes_arm.argtypes = [ctypes.c_char_p, ctypes.c_int, ctypes.c_long]
    found.writes_seen.restype = ctypes.c_long
    return found


def run(folder: Path, module: str, arguments: Sequence[str], timeout: float) -> str:
    """Runs a module of the tests with the library; what it prints."""
    environment = clean_environment({ENVIRONMENT: str(compiled(folder))})
    ran = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-4000:]
    return ran.stdout
