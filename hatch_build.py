"""Compiles what pre-annotation spends its time in, where there is a C compiler.

The modules are compiled by mypyc, in a copy, so that no extension module is ever left beside the
sources; only a wheel holds them, beside the sources they were made of. Where it cannot be done,
the wheel has the sources alone, which do the same, only slower. ANNOTATE_COMPILE=0 leaves it out
(such a wheel is the same on every machine), ANNOTATE_COMPILE=1 makes it an error not to be able to.
An editable install is never compiled.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_ASKED = os.environ.get("ANNOTATE_COMPILE", "")
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
        return ["mypy>=2.4", "setuptools>=80"] if _wanted() else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compiles, before a wheel is put together."""
        if self.target_name != "wheel" or version == "editable" or not _wanted():
            return
        self._folder = Path(tempfile.mkdtemp(prefix="annotate-compile-"))
        self.app.display_info("compiling pre-annotation: about 3 minutes")
        problem = _compiled(Path(self.root), self._folder)
        if problem and _ASKED == "1":
            raise RuntimeError(f"pre-annotation cannot be compiled:\n{problem}")
        if problem:
            self.app.display_warning(f"pre-annotation is not compiled:\n{problem}")
            return
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


def _wanted() -> bool:
    """Whether to compile: as asked, or else where it looks as if it could be done."""
    if _ASKED in ("0", "1"):
        return _ASKED == "1"
    compiler = (sysconfig.get_config_var("CC") or "cl").split()[0]
    headers = Path(sysconfig.get_path("include"), "Python.h")
    return shutil.which(compiler) is not None and headers.exists()


def _compiled(root: Path, folder: Path) -> str:
    """Compiles the modules in a copy of the package in a folder; what went wrong, or nothing."""
    shutil.copytree(root / "annotate", folder / "annotate")
    files = [
        path.relative_to(root).as_posix()
        for part in _FOLDERS
        for path in sorted((root / part).glob("*.py"))
        if path.stem not in _SLOW_ANYHOW
    ]
    for file in files:
        source = folder / file
        source.write_text(_with_finals(source.read_text("utf-8")), "utf-8")
    (folder / "setup.py").write_text(_SETUP, "utf-8")
    command = [sys.executable, "setup.py", "build_ext", "--inplace", ",".join(files)]
    done = subprocess.run(  # noqa: S603 - our own script
        command, cwd=folder, capture_output=True, text=True, check=False
    )
    return f"{done.stdout}\n{done.stderr}"[-2000:] if done.returncode else ""


def _with_finals(source: str) -> str:
    """A module with its constants declared final."""
    start = "from __future__ import annotations\n"
    source = source.replace(start, f"{start}from typing import Final\n", 1)
    return _CONSTANT.sub(lambda m: f"{m[1]}: Final{f'[{m[2]}]' if m[2] else ''} = ", source)
