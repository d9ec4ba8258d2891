"""The public names of the package."""

from __future__ import annotations

import subprocess
import sys

import annotate


def test_every_public_name_is_there() -> None:
    assert sorted(annotate.__all__) == annotate.__all__
    for name in annotate.__all__:
        assert getattr(annotate, name) is not None
    assert set(annotate._HOMES) == set(annotate.__all__) - {"__version__"}


def test_an_unknown_name_is_an_attribute_error() -> None:
    assert not hasattr(annotate, "no_such_name")


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = "import sys, annotate; print(sorted(m for m in sys.modules if m.startswith('annotate')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['annotate']"
