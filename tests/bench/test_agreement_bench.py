"""The benchmark of agreement, made small: what it writes, with the peer and without it."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.bench import agreement
from tests.bench.agreement_made import items
from tests.support import ONTOLOGY

SMALL = ["--articles", "3", "--spans", "6", "--units", "9", "--rounds", "2"]


@pytest.mark.parametrize("theirs", [None, 0.5])
def test_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, theirs: float | None) -> None:
    work = None if theirs is None else lambda: theirs
    monkeypatch.setattr(agreement, "_peer", lambda continuum: work)
    path = tmp_path / "page.md"
    done = CliRunner().invoke(agreement.main, [*SMALL, "--write", str(path)])
    assert done.exit_code == 0, done.output
    page = path.read_text("utf-8")
    assert page.strip() in done.output
    assert "## 3 articles x 3 annotators x 6 spans" in page
    assert "| **all F1 measures** |" in page
    assert ("| **times as fast** |" in page) == (theirs is not None)
    assert ("pygamma-agreement is not installed" in page) == (theirs is None)


def test_the_readings_are_the_same_each_time_and_of_their_texts() -> None:
    made = items(2, 3, 8, ONTOLOGY)
    assert made == items(2, 3, 8, ONTOLOGY)
    assert made != items(2, 3, 8, ONTOLOGY, seed=2)
    for item in made:
        for reading in item.readings:
            assert reading.annotation.spans
            for span in reading.annotation.spans:
                assert item.text[span.start : span.end] == span.text
