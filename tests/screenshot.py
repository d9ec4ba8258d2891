"""Draws the first task of the running quickstart: `make screenshot`."""

from __future__ import annotations

import sys
from pathlib import Path

from annotate.cli.quickstart import TITLE
from annotate.labeling import server as embedded
from annotate.labeling.campaigns import project_id as project_id_of
from annotate.labeling.ledger import Ledger
from annotate.ontology import load_ontology
from annotate.settings import load_settings
from tests.browser import Annotator


def draw(path: Path) -> None:
    """Saves what an annotator sees on a laptop screen (1366 x 768)."""
    workspace = load_settings().workspace
    running = embedded.running(workspace)
    assert running is not None, "start it first: make run"
    login = embedded.credentials(workspace)
    annotator = Annotator(running.url, login.email, login.password)
    try:
        with Ledger(workspace.ledger) as ledger:
            project_id = project_id_of(ledger, embedded.identity(workspace), TITLE)
        assert project_id is not None, "run it first: make run"
        annotator.resize(1366, 768)
        annotator.driver.get(f"{running.url}/projects/{project_id}/data?labeling=1")
        annotator.until(lambda: len(annotator.regions()) > 10)
        annotator.select(*_an_event(annotator))
        annotator.driver.save_screenshot(str(path))
    finally:
        annotator.close()


def _an_event(annotator: Annotator) -> tuple[int, int]:
    """The third event of the text: when it is selected, its details show."""
    events = load_ontology().event_codes
    return [at for at in sorted(annotator.regions()) if annotator.label_of(*at) in events][2]


if __name__ == "__main__":
    draw(Path(sys.argv[1]))
