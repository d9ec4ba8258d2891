"""pull: fetch what annotators did."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from annotate.cli.connect import connect, open_ledger, pushed_projects
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
from annotate.cli.pseudonyms import names_for, pseudonymous
from annotate.cli.watch import watch_campaign
from annotate.labeling.pull import Pulled
from annotate.labeling.pull import pull as pull_from
from annotate.ontology import Ontology, load_ontology
from annotate.settings import Settings


@click.command(
    epilog=examples(
        "annotate pull",
        "annotate pull --dry-run",
        "annotate pull --watch 60 --report progress.json",
    )
)
@click.option("--full", is_flag=True, help="Fetch every task, not only what changed.")
@click.option(
    "--watch",
    "seconds",
    type=click.FloatRange(min=1),
    metavar="SECONDS",
    help="Pull again every so often, until Ctrl-C.",
)
@click.option(
    "--report",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="With --watch: keep what `status` and `agreement` say in this file, as JSON.",
)
@dry_run_option
@json_option
@project_option
@click.pass_context
def pull(
    context: click.Context,
    project: str | None,
    full: bool,
    seconds: float | None,
    report: Path | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Fetch what annotators did into the local history.

    Only tasks that changed since the last pull are fetched; drafts come too. With --watch it goes
    on until Ctrl-C (exit code 0), also while the server restarts.
    """
    settings = settings_for(context, project)
    ontology = load_ontology(settings.ontology.path)
    if seconds is not None:
        if dry_run or as_json:
            raise click.UsageError("--watch goes with neither --dry-run nor --json.")
        everything = [full]  # the first time only

        def once() -> Pulled:
            done = _pull(settings, ontology, everything[0], False, lambda _: None)
            everything[0] = False
            return done

        watch_campaign(once, seconds, settings, ontology, report, summary)
        return
    if report is not None:
        raise click.UsageError("--report goes with --watch.")
    with progress("pulling tasks") as advance:
        done = _pull(settings, ontology, full, dry_run, advance)
    if as_json:
        print_json(pseudonymous(as_value(done), names_for(settings)))
    say_pulled(done)
    next_step("annotate status", "annotate export")


def _pull(
    settings: Settings,
    ontology: Ontology,
    full: bool,
    dry_run: bool,
    on_progress: Callable[[int], None],
) -> Pulled:
    with (
        open_ledger(settings) as ledger,
        settings.workspace.lock("pull"),
        connect(settings) as client,
    ):
        return pull_from(
            pushed_projects(settings, ledger),
            client=client,
            ledger=ledger,
            folder=settings.workspace.history,
            ontology=ontology,
            full=full,
            dry_run=dry_run,
            on_progress=on_progress,
        )


def as_value(done: Pulled) -> dict[str, object]:
    """What a pull found, as JSON."""
    numbers = (
        *("tasks", "fetched", "new", "changed", "deleted", "unchanged", "drafts", "new_drafts"),
        *("gone_drafts", "gone", "foreign", "unknown", "not_owner", "trimmed"),
    )
    found: dict[str, object] = {name: getattr(done, name) for name in numbers}
    found["quarantined"] = [
        {
            "project": one.project_id,
            "task": one.task_id,
            "annotation": one.annotation_id,
            "annotator": one.annotator,
            "item": one.problem.item,
            "reason": one.problem.reason,
        }
        for one in done.quarantined
    ]
    return found


def summary(done: Pulled) -> str:
    """What a pull found, in one line."""
    return (
        f"annotations: {done.new} new, {done.changed} changed, {done.deleted} deleted; "
        f"{done.drafts} tasks with a draft that is not submitted"
    )


def say_pulled(done: Pulled) -> None:
    """What a pull found, in words; quarantine is said out loud."""
    say(summary(done))
    if done.gone:
        say(f"{done.gone} tasks were deleted on the server")
    if done.foreign:
        say(f"{done.foreign} tasks on the server were not pushed from here; they are not pulled")
    if done.unknown:
        say(
            f"{done.unknown} tasks of the history are not in the ledger and were not asked about; "
            "push their sources again to find them"
        )
    if done.not_owner:
        say(f"{done.not_owner} annotations were made by somebody else than their project's owner")
    if done.trimmed:
        say(f"{done.trimmed} spans lost blanks or punctuation at an edge")
    for one in done.quarantined[:20]:
        item, reason = one.problem
        say(f"quarantined: annotation {one.annotation_id}, {item or 'as a whole'}: {reason}")
    if len(done.quarantined) > 20:
        say(f"quarantined: {len(done.quarantined) - 20} more (pull --json lists them)")
