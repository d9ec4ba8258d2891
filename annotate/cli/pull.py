"""pull: fetch what annotators did."""

from __future__ import annotations

import click

from annotate.cli.connect import connect, open_ledger, pushed_project, server_key
from annotate.cli.output import (
    dry_run_option,
    examples,
    json_option,
    next_step,
    print_json,
    progress,
    project_option,
    say,
    settings_for,
)
from annotate.labeling.pull import Pulled
from annotate.labeling.pull import pull as pull_from
from annotate.ontology import load_ontology


@click.command(epilog=examples("annotate pull", "annotate pull --dry-run"))
@dry_run_option
@json_option
@project_option
@click.pass_context
def pull(context: click.Context, project: str | None, dry_run: bool, as_json: bool) -> None:
    """Fetch what annotators did into the local history."""
    settings = settings_for(context, project)
    ontology = load_ontology(settings.ontology.path)
    with (
        open_ledger(settings) as ledger,
        settings.workspace.lock("pull"),
        connect(settings) as client,
    ):
        project_id = pushed_project(settings, ledger)
        total = len(ledger.tasks(server_key(settings), project_id))
        with progress("pulling", total) as advance:
            done = pull_from(
                server_key(settings),
                project_id,
                client=client,
                ledger=ledger,
                folder=settings.workspace.history,
                ontology=ontology,
                dry_run=dry_run,
                on_progress=advance,
            )
    if as_json:
        print_json(
            {
                "tasks": done.tasks,
                "new": done.new,
                "changed": done.changed,
                "deleted": done.deleted,
                "unchanged": done.unchanged,
                "drafts": done.drafts,
                "unknown": done.unknown,
                "quarantined": [
                    {"annotation": number, "item": item, "reason": reason}
                    for number, (item, reason) in done.quarantined
                ],
            }
        )
    say_pulled(done)
    next_step("annotate status", "annotate export")


def say_pulled(done: Pulled) -> None:
    """What a pull found, in words; quarantine is said out loud."""
    say(
        f"annotations: {done.new} new, {done.changed} changed, {done.deleted} deleted, "
        f"{done.unchanged} unchanged; {done.drafts} tasks with a draft that is not submitted"
    )
    if done.unknown:
        say(
            f"{done.unknown} tasks of the history are not in the ledger and were not asked about; "
            "push their sources again to find them"
        )
    for number, (item, reason) in done.quarantined[:20]:
        say(f"quarantined: annotation {number}, {item or 'as a whole'}: {reason}")
    if len(done.quarantined) > 20:
        say(f"quarantined: {len(done.quarantined) - 20} more (pull --json lists them)")
