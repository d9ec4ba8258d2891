"""Draws the report on agreement of the seeds' two simulated passes: `make screenshot`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from annotate.show.agreement_page import agreement_page
from tests.agreement.example import simulated
from tests.show.conftest import chrome, look
from tests.support import ONTOLOGY

LAPTOP = (1366, 768)


def draw(path: Path) -> None:
    """Saves what a project lead sees first on a laptop screen (1366 x 768)."""
    page = agreement_page(
        simulated().to_json(), ONTOLOGY, title="seeds", made="two simulated passes"
    )
    with tempfile.TemporaryDirectory() as folder, chrome() as driver:
        report = Path(folder) / "report.html"
        report.write_text(page, encoding="utf-8")
        look(driver, LAPTOP, "light")
        driver.get(report.as_uri())
        driver.save_screenshot(str(path))


if __name__ == "__main__":
    draw(Path(sys.argv[1]))
