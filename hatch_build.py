"""Compiles what pre-annotation spends its time in, where ANNOTATE_COMPILE=1 asks for it.

The modules are compiled by mypyc, in a copy, so that no extension module is ever left beside the
sources; only a wheel holds them, beside the sources they were made of. Without a C
compiler, leave ANNOTATE_COMPILE unset: the wheel is then the same on every machine, and what it
does is the same, only slower. An editable install is never compiled.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_WANTED = os.environ.get("ANNOTATE_COMPILE") == "1"
# Read once, or only to build files of the package: to compile these would gain nothing.
_SLOW_ANYHOW = frozenset(
    (
        *("build_emoji", "build_forms", "build_lexicon", "calibration", "conjugate", "derive"),
        *("emoji", "engines", "expand", "explain", "forms", "morphology", "orthography"),
        *("roots", "rules", "sections", "__init__"),
    )
)
# What is named like a constant is one: said so, it is looked up once, else at each use.
_CONSTANT = re.compile(r"^(_?[A-Z][A-Z0-9_]*)(?:: (.+?))? = ", re.MULTILINE)
_FOLDERS = ("annotate/arabic", "annotate/heuristics")
# The project's own checks are strict; here only what mypyc itself needs must be known.
_SETUP = """\
import sys
from mypyc.build import mypycify
from setuptools import setup

files = sys.argv.pop().split(",")
lenient = ["--config-file=", "--ignore-missing-imports", "--disable-error-code=import-untyped"]
setup(name="annotate", packages=[], ext_modules=mypycify([*lenient, *files], opt_level="1"))
"""


class CompileHook(BuildHookInterface[Any]):
    """Adds the compiled modules to a wheel."""

    def dependencies(self) -> list[str]:
        """What the build needs beside hatchling."""
        return ["mypy>=2.4", "setuptools>=80"] if _WANTED else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compiles, before a wheel is put together."""
        if not _WANTED or self.target_name != "wheel" or version == "editable":
            return
        self._folder = Path(tempfile.mkdtemp(prefix="annotate-compile-"))
        root = Path(self.root)
        shutil.copytree(root / "annotate", self._folder / "annotate")
        files = [
            path.relative_to(root).as_posix()
            for folder in _FOLDERS
            for path in sorted((root / folder).glob("*.py"))
            if path.stem not in _SLOW_ANYHOW
        ]
        for file in files:
            source = self._folder / file
            source.write_text(_with_finals(source.read_text("utf-8")), "utf-8")
        (self._folder / "setup.py").write_text(_SETUP, "utf-8")
        command = [sys.executable, "setup.py", "build_ext", "--inplace", ",".join(files)]
        done = subprocess.run(  # noqa: S603 - our own script
            command, cwd=self._folder, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"the modules cannot be compiled:\n{done.stdout}\n{done.stderr}")
        suffixes = {".so", ".pyd"}
        made = [
            p for p in self._folder.rglob("*") if p.suffix in suffixes and "build" not in p.parts
        ]
        build_data["force_include"] |= {
            str(path): path.relative_to(self._folder).as_posix() for path in made
        }
        build_data["pure_python"] = False
        build_data["infer_tag"] = True

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Removes the copy."""
        if hasattr(self, "_folder"):
            shutil.rmtree(self._folder)


def _with_finals(source: str) -> str:
    """A module with its constants declared final."""
    start = "from __future__ import annotations\n"
    source = source.replace(start, f"{start}from typing import Final\n", 1)
    return _CONSTANT.sub(lambda m: f"{m[1]}: Final{f'[{m[2]}]' if m[2] else ''} = ", source)
