"""Generated files are what their generators would write now."""

from __future__ import annotations

from tests.generated import ROOT, generated


def test_generated_files_are_up_to_date() -> None:
    expected = generated()
    stale = [str(p) for p, text in expected.items() if (ROOT / p).read_text("utf-8") != text]
    assert stale == [], "run: make generate"
    assert len(expected) >= 3
