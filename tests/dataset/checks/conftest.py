"""A version to change."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.dataset.checks.editing import seeds


@pytest.fixture
def version(tmp_path: Path) -> Path:
    """A copy of the latest version of the seeds."""
    return shutil.copytree(seeds(), tmp_path / seeds().name)
