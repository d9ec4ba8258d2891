"""Fixtures of the labeling tests."""

from __future__ import annotations

from tests.browser import browser, chromium
from tests.labeling.bench import bench

__all__ = ["bench", "browser", "chromium"]
