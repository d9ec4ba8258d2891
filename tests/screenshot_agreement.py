"""Draws the report on agreement: of the seeds' two simulated passes, and of a made-up team."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from selenium import webdriver

from annotate.show.agreement_page import agreement_page
from tests.agreement.example import simulated
from tests.show import team
from tests.show.conftest import chrome, look
from tests.support import ONTOLOGY

LAPTOP = (1366, 768)


def draw(folder: Path) -> None:
    """Saves what a project lead sees first on a laptop screen (1366 x 768)."""
    with chrome() as driver:
        look(driver, LAPTOP, "light")
        seeds = simulated().to_json()
        _save(driver, folder / "agreement.png", seeds, "seeds", "two simulated passes")
        made = {**team.figures(), "simulated": True}
        _save(driver, folder / "agreement-team.png", made, "a made-up team", "paragraphs of seeds")


def _save(
    driver: webdriver.Chrome, path: Path, figures: dict[str, Any], title: str, made: str
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.html"
        page = agreement_page(figures, ONTOLOGY, title=title, made=made)
        report.write_text(page, encoding="utf-8")
        driver.get(report.as_uri())
        driver.save_screenshot(str(path))


if __name__ == "__main__":
    draw(Path(sys.argv[1]))
