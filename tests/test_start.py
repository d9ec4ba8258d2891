"""What a fresh process loads before it helps: nothing that is slow to import."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.support import ROOT, clean_environment

SLOW = {"torch", "transformers", "camel_tools", "emoji", "pandas", "pyarrow", "numpy", "scipy"}
SLOW |= {"label_studio_sdk", "label_studio", "django", "sklearn", "httpx", "jinja2"}
PREANNOTATE = """
import annotate
(found,) = annotate.preannotate(["قصف الطيران مدينة حلب 👍🏽"])
assert [span.text for span in found.spans if span.layer == "event"] == ["قصف"]
"""
HELP = """
import contextlib, sys
from annotate.cli.main import main
sys.argv = ["annotate", "--help"]
with contextlib.suppress(SystemExit):
    main()
"""


def slow_modules_after(code: str) -> set[str]:
    """Slow modules that are there after a piece of code ran in a fresh process."""
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys\nprint(*sys.modules)"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env=clean_environment() | {"PYTHONIOENCODING": "utf-8"},
        check=True,
        timeout=60,
    )
    return SLOW.intersection(done.stdout.splitlines()[-1].split())


@pytest.mark.parametrize("code", [PREANNOTATE, HELP], ids=["preannotate", "help"])
def test_starts_without_slow_modules(code: str) -> None:
    assert slow_modules_after(code) == set()


def test_a_slow_module_would_be_seen() -> None:
    assert "camel_tools" in slow_modules_after("import camel_tools.utils.charsets")
