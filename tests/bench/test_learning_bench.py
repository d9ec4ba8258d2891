"""The benchmark of learning, made small."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench.corpora import varied
from tests.bench.learning import HALVES, halves, speed
from tests.bench.learning_made import write_made
from tests.generated import filled

pytestmark = pytest.mark.slow


def test_the_documented_command_and_the_page(tmp_path: Path) -> None:
    said = halves(tmp_path)
    assert f"$ {HALVES}\n" in said
    assert "edits saved: " in said
    assert "\n   PER" not in said
    page = filled("docs/learning.md", halves=said, plain="P", speed="S")
    assert said in page  # the figures are those of the page, if nothing was changed
    assert page.count("<!-- /") == 3


def test_speed_with_and_without(tmp_path: Path) -> None:
    said = speed(tmp_path, varied(size=4), 4, 1)
    assert "| without |" in said
    assert "| with a learned version |" in said


def test_the_parts_of_the_made_up_corpus_share_no_name(tmp_path: Path) -> None:
    names = []
    for path in write_made(tmp_path, 300, 100, 0.5):
        lines = [line.split() for line in path.read_text("utf-8").splitlines() if line]
        assert all(len(line) == 2 for line in lines)
        spans: list[str] = []
        for token, tag in lines:
            if tag.startswith("B-"):
                spans.append(token)
            elif tag.startswith("I-"):
                spans[-1] += f" {token}"
        names.append(set(spans))
    assert names[0] & names[1] == set()
    assert all(len(part) > 20 for part in names)
