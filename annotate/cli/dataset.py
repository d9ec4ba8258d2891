"""export and verify."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import get_args

import click

from annotate.cli.connect import open_ledger
from annotate.cli.content import content_of_files, pulled_content, recipe_for
from annotate.cli.output import (
    dry_run_option,
    examples,
    json_option,
    next_step,
    print_json,
    project_option,
    say,
    settings_for,
    settings_of,
)
from annotate.dataset.gold import Policy
from annotate.dataset.rows import Chosen, Status
from annotate.errors import DatasetError
from annotate.ontology import load_ontology
from annotate.settings_values import Lowest
from annotate.wording import THINGS, counted, listed


@click.command(
    epilog=examples(
        "annotate export",
        "annotate export --dry-run",
        "annotate export --policy agreed",
        "annotate export --text none",
        "annotate export --annotations gold.jsonl --status gold",
        "annotate export --annotations gold.jsonl --work anna.jsonl --work omar.jsonl",
    )
)
@click.option(
    "--annotations",
    type=click.Path(path_type=Path),
    help="Export this file in the annotation format instead of the pulled history; the texts come "
    "from the settings' sources.",
)
@click.option(
    "--status",
    type=click.Choice(["gold", "agreed", "auto", "single"]),
    default="single",
    show_default=True,
    help="What --annotations holds: adjudicated, agreed by several, settled by rule, or one "
    "annotator's work.",
)
@click.option(
    "--policy",
    "lowest",
    type=click.Choice(get_args(Lowest)),
    help="The least that training and validation data take (default: dataset.policy, else single); "
    "test takes adjudicated articles only.",
)
@click.option(
    "--k",
    type=click.IntRange(2),
    help="How many annotators must share what is agreed (default: dataset.k, else 2).",
)
@click.option(
    "--include-silver",
    "silver",
    is_flag=True,
    help="Take articles that nobody finished as the heuristics proposed them, never in test.",
)
@click.option(
    "--work",
    type=click.Path(path_type=Path),
    multiple=True,
    help="With --annotations: what annotators made, for annotations/ and agreement.json.",
)
@click.option(
    "--text",
    type=click.Choice(["full", "none"]),
    default="full",
    show_default=True,
    help="none: leave texts, tokens and surfaces out for their rights; offsets, URLs and hashes "
    "stay, and whoever has the articles puts the texts back (annotate datasets rehydrate).",
)
@click.option("--version", help="Version to publish (default: computed from what changed).")
@click.option(
    "--workers",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    help="Threads that make the rows; the files are the same for any number.",
)
@project_option
@dry_run_option
@json_option
@click.pass_context
def export(
    context: click.Context,
    project: str | None,
    annotations: Path | None,
    status: Status,
    lowest: Lowest | None,
    k: int | None,
    silver: bool,
    work: tuple[Path, ...],
    text: str,
    version: str | None,
    workers: int,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Build the next dataset version.

    Each article is exported with the best annotation that there is of it: what was adjudicated,
    else what --k annotators share (agreed), else the latest that one submitted (single). Test takes
    adjudicated articles only. Nothing changed, no new version; what is published never changes.
    """
    from annotate.dataset.build import build

    if work and annotations is None:
        raise click.UsageError("--work goes with --annotations")
    if silver and annotations is not None:
        raise click.UsageError("--include-silver is for what was pushed, not for --annotations")
    settings = settings_for(context, project)
    policy = Policy(lowest or settings.dataset.policy, k or settings.dataset.k, silver)
    ontology = load_ontology(settings.ontology.path)
    named = set(settings.dataset.splits)
    unnamed = 0  # articles without a URL

    def noted(chosen: Iterable[Chosen]) -> Iterator[Chosen]:
        nonlocal unnamed
        for item in chosen:
            named.discard(item.article.doc_id)
            unnamed += item.article.url is None
            yield item

    with ExitStack() as stack:
        if annotations is not None:
            content = content_of_files(settings, annotations, status, work, ontology, policy)
        else:
            ledger = stack.enter_context(open_ledger(settings))
            content = pulled_content(settings, ledger, ontology, policy)
        if not dry_run:
            stack.enter_context(settings.workspace.lock("export"))
        try:
            built = build(
                noted(content.chosen),
                settings.dataset.name,
                settings.dataset.folder,
                replace(recipe_for(settings, ontology, content, workers), texts=text == "full"),
                contributions=content.contributions,
                version=version,
                dry_run=dry_run,
            )
        except DatasetError:
            for line in content.left_out.lines():  # if nothing is left, they say why
                say(line)
            raise
    for line in (*content.left_out.lines(), *content.chosen.lines()):
        say(line)
    if as_json:
        print_json(
            {
                "path": str(built.path),
                "version": built.version,
                "new": built.is_new,
                "change": built.change.to_json(),
                "counts": dict(built.counts),
                "left_out": content.left_out.to_json(),
                "leaks": content.chosen.leaks(),
            }
        )
    else:
        click.echo(str(built.path))
    if named:
        say(f"splits name articles that are not exported: {', '.join(sorted(named)[:5])}")
    if text == "none" and unnamed:
        who = counted(unnamed, "article has", "articles have")
        say(f"{who} no URL: others cannot look up which text it is")
    disputed = listed({what: n for what, n in built.counts["disputed"].items() if n})
    if disputed:
        say(f"disputed, in annotations/ only: {disputed}")
    counts = listed({what: built.counts[what] for what in THINGS})
    verb = "would be published" if dry_run else "published"
    if built.change.level:
        verb += f" ({built.change.why})"
    say(
        f"{built.version} {verb}: {counts}"
        if built.is_new
        else f"nothing changed since {built.version}"
    )
    next_step(f"annotate verify {built.path}")


@click.command(
    epilog=examples(
        "annotate verify exports/news/1.2.0",
        "annotate verify news@1.2.0",
        "annotate verify exports/news --json",
    )
)
@click.argument("reference", metavar="VERSION")
@click.option(
    "--max-faults",
    type=click.IntRange(0),
    default=1_000,
    show_default=True,
    help="List no more than these; the others are counted.",
)
@json_option
@click.pass_context
def verify(context: click.Context, reference: str, max_faults: int, as_json: bool) -> None:
    """Check a version, ours or edited: a folder, NAME@VERSION, or NAME (its latest).

    Exit code 1 if anything is wrong.

    Every problem is listed with file, row and rule: files and sums, columns, texts and offsets,
    spans, roles, tags, labels, splits, whether the tables agree, and the counts of the manifest.
    What could not be checked is said.
    """
    from annotate.dataset.check import check
    from annotate.dataset.reference import version_at

    report = check(version_at(reference, settings_of(context).dataset.folder), max_faults)
    if as_json:
        print_json(report.to_json())
    else:
        for fault in report.faults:
            click.echo(str(fault))
        for what in report.unchecked:
            click.echo(f"not checked: {what}")
        click.echo(report.summary())
    if report.total:
        context.exit(1)
