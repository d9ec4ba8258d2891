"""pull --watch: what it says, and the report that it keeps up to date."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from annotate.cli.connect import open_ledger, pushed_projects
from annotate.cli.measured import measured, progress_of
from annotate.cli.output import say
from annotate.cli.pseudonyms import names_for, pseudonymous
from annotate.cli.pulled import entries_of
from annotate.errors import AnnotateError
from annotate.labeling.pull import Pulled
from annotate.labeling.watch import watch
from annotate.ontology import Ontology
from annotate.settings import Settings
from annotate.storage import canonical_json, write_text


def watch_campaign(
    pull: Callable[[], Pulled],
    seconds: float,
    settings: Settings,
    ontology: Ontology,
    report: Path | None,
    line: Callable[[Pulled], str],
) -> None:
    """Pulls until Ctrl-C, which is how this ends and no error; one line for each change.

    Args:
        report: a file that holds what `status` and `agreement` would say, as JSON.
        line: a pull in words.
    """
    state = {"pulls": 0, "changes": 0, "trouble": 0}

    def on_pull(done: Pulled) -> None:
        first = not state["pulls"]
        state["pulls"] += 1
        if state["trouble"]:
            click.echo(f"{_now()} the server answers again")
            state["trouble"] = 0
        if done.anything or done.gone:
            state["changes"] += 1
            click.echo(f"{_now()} {line(done)}")
            for one in done.quarantined:
                item, reason = one.problem
                say(f"quarantined: annotation {one.annotation_id}, {item or 'all of it'}: {reason}")
        if report and (first or done.anything or done.gone):
            write_text(report, canonical_json(report_of(settings, ontology), indent=2) + "\n")

    def on_trouble(problem: AnnotateError, wait: float) -> None:
        if not state["trouble"]:
            say(f"{_now()} {problem}; trying again until it works")
        state["trouble"] += 1

    say(f"pulling every {seconds:g} s; Ctrl-C ends it")
    try:
        watch(pull, seconds, on_pull=on_pull, on_trouble=on_trouble)
    except KeyboardInterrupt:
        say(f"stopped: {state['changes']} changes in {state['pulls']} pulls")


def report_of(settings: Settings, ontology: Ontology) -> dict[str, Any]:
    """What `status --json` and `agreement --json` say, from the ledger and the history.

    Annotators have pseudonyms: a file is passed on.
    """
    with open_ledger(settings) as ledger:
        progress = progress_of(settings, ledger, ontology, entries_of(settings, ledger))
        figures = measured(settings, ledger, ontology)
        owners = [p.owner for p in pushed_projects(settings, ledger) if p.owner]
    values = {
        "project": settings.project.title,
        "updated_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "status": progress,
        "agreement": figures.to_json(),
    }
    found: dict[str, Any] = pseudonymous(values, names_for(settings, owners))
    return found


def _now() -> str:
    return datetime.now().astimezone().strftime("%H:%M:%S")
