"""The compiled build (see hatch_build.py), made of the sources, in a folder of its own.

`python -m tests.bench.compiled`, or `make test-compiled`, runs the tests of pre-annotation on it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

from tests.support import ROOT, clean_environment


def build(folder: Path) -> float:
    """Unpacks a compiled wheel into a folder; the seconds on the clock that it took to build.

    Raises:
        RuntimeError: it cannot be built.
    """
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        env={**os.environ, "ANNOTATE_COMPILE": "1"},
        check=False,
        stdout=subprocess.PIPE,
    )
    if done.returncode:
        raise RuntimeError("the compiled build failed; benchmarks leave it out with --pure")
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


# What is compiled, and what calls it in all ways there are.
_TESTED = ("tests/arabic", "tests/heuristics", "tests/learning", "tests/test_public.py")
_WHERE = """\
import annotate.heuristics.document as document

def test_this_is_the_compiled_build():
    assert document.__file__.startswith({folder!r}) and not document.__file__.endswith(".py")
"""


def main() -> int:
    """Builds, and runs the tests on it; the exit code of pytest."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        print(f"compiled in {build(folder):.0f} s")
        where = folder / "test_where.py"
        where.write_text(_WHERE.format(folder=str(folder)), "utf-8")
        options = ("--import-mode=append", "--rootdir", str(ROOT), "-p", "no:cacheprovider")
        command = [sys.executable, "-P", "-m", "pytest", *options, "-m", "not server", "-n", "2"]
        done = subprocess.run(
            [*command, *_TESTED, str(where)], cwd=ROOT, env=environment(folder), check=False
        )
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
