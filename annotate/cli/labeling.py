"""push, pull, status and agreement."""

from __future__ import annotations

from collections import Counter
from contextlib import nullcontext
from dataclasses import replace

import click

from annotate.agreement.report import Agreement
from annotate.agreement.report import agreement as measure
from annotate.cli.connect import connect, open_ledger, pushed_project, server_key
from annotate.cli.heuristics import loader
from annotate.cli.output import (
    dry_run_option,
    examples,
    figure,
    json_option,
    next_step,
    print_json,
    progress,
    project_option,
    say,
    settings_for,
    table,
)
from annotate.corpus.readers import read_articles
from annotate.corpus.rules import load_rules
from annotate.errors import InputError
from annotate.labeling import history
from annotate.labeling.ledger import Ledger
from annotate.labeling.projects import Target
from annotate.labeling.pull import Pulled
from annotate.labeling.pull import pull as pull_from
from annotate.labeling.push import Pushed
from annotate.labeling.push import push as push_to
from annotate.ontology import load_ontology
from annotate.settings import Settings
from annotate.spans import Annotation


@click.command(
    epilog=examples(
        "annotate push", "annotate push articles/*.jsonl --dry-run", "annotate push --blank"
    )
)
@click.argument("sources", nargs=-1, metavar="[SOURCE]...")
@click.option("--blank", is_flag=True, help="Push without pre-annotation.")
@dry_run_option
@project_option
@click.pass_context
def push(
    context: click.Context,
    project: str | None,
    sources: tuple[str, ...],
    blank: bool,
    dry_run: bool,
) -> None:
    """Send articles to annotators, with their pre-annotation.

    Articles that are tasks already are not sent again; a text that changed since is reported and
    left as it was.
    """
    from annotate.heuristics.pipeline import preannotate_article

    settings = settings_for(context, project)
    chosen = sources or settings.corpus.sources
    if not chosen:
        raise InputError("no source was given", fix="name files, or set corpus.sources")
    ontology = load_ontology(settings.ontology.path)
    heuristics = loader(settings, ontology)()
    articles = list(read_articles(chosen, load_rules(settings.corpus.cleaning)))
    path = settings.workspace.ledger
    target = Target(server_key(settings), settings.project.title, settings.sampling.overlap)
    with (
        connect(settings) as client,
        nullcontext() if dry_run else settings.workspace.lock("push"),
        Ledger(None if dry_run and not path.exists() else path) as ledger,
        progress("pushing", len(articles)) as advance,
    ):
        done = push_to(
            articles,
            None if blank else lambda article: preannotate_article(article, heuristics),
            heuristics.version,
            target=target,
            client=client,
            ledger=ledger,
            ontology=ontology,
            dry_run=dry_run,
            on_progress=advance,
        )
        url = client.project_url(done.project_id) if done.project_id is not None else None
    say_pushed(done, dry_run=dry_run)
    if url:
        click.echo(url)
    next_step("correct the spans in the browser, then: annotate pull")


def say_pushed(done: Pushed, *, dry_run: bool = False) -> None:
    """What a push did, in words."""
    verb = "would be created" if dry_run else "created"
    known = len(done.known)
    recovered = f" ({len(done.recovered)} found on the server again)" if done.recovered else ""
    say(f"tasks: {len(done.created)} {verb}, {known} there already{recovered}")
    if done.gone:
        say(f"{done.gone} tasks were deleted on the server; articles given now are sent again")
    if done.hidden:
        say(
            f"{done.hidden} tasks have a pre-annotation of another version of the heuristics, "
            "which annotators do not see: Label Studio shows one version at a time"
        )
    if done.changed:
        named = ", ".join(done.changed[:5]) + (" …" if len(done.changed) > 5 else "")
        say(
            f"{len(done.changed)} articles have another clean text than when they were pushed; the "
            f"pushed text stays: {named}"
        )


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
    entries = [e for e in entries_of(settings, project_id) if e.status != "deleted"]
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


def entries_of(settings: Settings, project_id: int) -> list[history.Entry]:
    """The current state of the project's annotations, tombstones included."""
    key = (server_key(settings), project_id)
    state = history.current(settings.workspace.history)
    return [entry for entry in state.values() if entry.key[:2] == key]


def submitted_annotations(settings: Settings, project_id: int) -> list[Annotation]:
    """Submitted annotations by the names that tables show, oldest first."""
    ontology = load_ontology(settings.ontology.path)
    entries = [e for e in entries_of(settings, project_id) if e.status == "submitted"]
    entries.sort(key=lambda entry: (entry.updated_at, entry.annotation_id))
    return [replace(e.annotation(ontology), annotator=e.annotator_name) for e in entries]


@click.command(epilog=examples("annotate agreement", "annotate agreement --json"))
@json_option
@project_option
@click.pass_context
def agreement(context: click.Context, project: str | None, as_json: bool) -> None:
    """Measure how far annotators agree, from the last pull (no network).

    Pairwise F1 on the articles that two annotators share. Spans that both took over from one
    pre-annotation agree by that alone: read the figures as an upper bound.
    """
    settings = settings_for(context, project)
    with open_ledger(settings) as ledger:
        project_id = pushed_project(settings, ledger)
    result = measure(submitted_annotations(settings, project_id))
    if as_json:
        print_json(result.to_json())
    else:
        print_agreement(result)


def print_agreement(result: Agreement) -> None:
    """The table of pairs."""
    if result.total is None:
        click.echo("no article has two annotators yet: agreement is undefined")
        return
    rows = []
    for names, evaluation in [*result.pairs.items(), (("all pairs",), result.total)]:
        if len(result.pairs) == 1 and len(names) == 1:
            continue
        for how in ("strict", "overlap"):
            scores = [evaluation.scores[m][how].total.f1 for m in ("entities", "triggers", "roles")]
            count = str(evaluation.matched)
            rows.append((" / ".join(names), how, count, *(figure(score) for score in scores)))
    headers = ("F1 of", "match", "articles", "entities", "triggers", "roles")
    table(f"agreement on {result.articles} articles", headers, rows)
    if any("(simulated)" in name for names in result.pairs for name in names):
        click.echo("simulated annotators stand for no person; they agree more than people do")
