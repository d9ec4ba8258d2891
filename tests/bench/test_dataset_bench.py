"""The page of the benchmark of datasets, from figures that were measured."""

from __future__ import annotations

from typing import Any

import pytest

from tests.bench.dataset import _scale_lines
from tests.bench.spawn import Cost

ONE: dict[str, Any] = {
    "articles": 100,
    "workers": 1,
    "spans": 4_000,
    "tokens": 37_000,
    "files": 10,
    "bytes": 3 << 20,
    "wall": 2.0,
    "cpu": 1.0,
    "peak": 300.0,
    "verify": None,
}


@pytest.mark.parametrize("verified", [0, 1])
def test_a_table_for_what_was_measured_only(verified: int) -> None:
    checked = {**ONE, "articles": 50, "verify": Cost(4.0, 3.0, 200.0)}
    lines = list(_scale_lines([ONE, *[checked] * verified]))
    assert "| 100 | 4,000 | 37,000 | 10 | 3 MB | 1 | 2 s | 1 s | 50 | 300 MB |" in lines
    assert any(line.startswith("`annotate verify`") for line in lines) == bool(verified)
    rows = [line for line in lines if line == "| 50 | 4 s | 3 s | 12 | 200 MB |"]
    assert len(rows) == verified
    assert lines[-1].endswith(" MB |")
