"""push: send articles to annotators."""

from __future__ import annotations

from contextlib import nullcontext

import click

from annotate.cli.connect import connect, server_key
from annotate.cli.heuristics import loader
from annotate.cli.output import (
    dry_run_option,
    examples,
    next_step,
    progress,
    project_option,
    say,
    settings_for,
)
from annotate.corpus.readers import read_articles
from annotate.corpus.rules import load_rules
from annotate.errors import InputError
from annotate.labeling.ledger import Ledger
from annotate.labeling.projects import Target
from annotate.labeling.push import Pushed
from annotate.labeling.push import push as push_to
from annotate.ontology import load_ontology


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
