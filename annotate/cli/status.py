"""status: progress, from the ledger and the last pull."""

from __future__ import annotations

from collections import Counter

import click

from annotate.cli.connect import open_ledger, pushed_project, server_key
from annotate.cli.output import (
    examples,
    json_option,
    print_json,
    project_option,
    settings_for,
    table,
)
from annotate.cli.pulled import entries_of


@click.command(epilog=examples("annotate status", "annotate status --json"))
@json_option
@project_option
@click.pass_context
def status(context: click.Context, project: str | None, as_json: bool) -> None:
    """Show progress, from the ledger and the last pull (no network)."""
    settings = settings_for(context, project)
    with open_ledger(settings) as ledger:
        project_id = pushed_project(settings, ledger)
        tasks = ledger.tasks(server_key(settings), project_id)
        entries = [e for e in entries_of(settings, ledger) if e.status != "deleted"]
    done = {e.task_id for e in entries if e.status == "submitted" and not e.is_simulated}
    counts = Counter((entry.annotator_name, entry.status) for entry in entries)
    names = sorted({name for name, _ in counts})
    if as_json:
        print_json(
            {
                "project": settings.project.title,
                "tasks": len(tasks),
                "tasks_done": len(done),
                "annotators": [
                    {
                        "annotator": name,
                        "submitted": counts[name, "submitted"],
                        "skipped": counts[name, "skipped"],
                    }
                    for name in names
                ],
            }
        )
        return
    title = f"{settings.project.title}: {len(done)} of {len(tasks)} tasks done by people"
    rows = [(n, str(counts[n, "submitted"]), str(counts[n, "skipped"])) for n in names]
    table(title, ("annotator", "submitted", "skipped"), rows)
