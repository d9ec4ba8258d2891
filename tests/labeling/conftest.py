"""Fixtures of the labeling tests."""

from __future__ import annotations

from tests.labeling.bench import bench

__all__ = ["bench"]
