"""adjudicate: what annotators saw differently becomes gold."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Literal

import click

from annotate.agreement.merging import Need, by_vote
from annotate.annotation_files import write_annotations
from annotate.cli.adjudicate_send import send
from annotate.cli.adjudicated import collected_by, print_report
from annotate.cli.adjudicating import Case, article_of, cases
from annotate.cli.connect import open_ledger
from annotate.cli.output import (
    examples,
    json_option,
    next_step,
    print_json,
    project_option,
    say,
    settings_for,
)
from annotate.ontology import load_ontology
from annotate.wording import counted


@click.group()
def adjudicate() -> None:
    """Settle what annotators saw differently: send it, collect gold; or settle it by vote."""


adjudicate.add_command(send)


@adjudicate.command(
    epilog=examples("annotate adjudicate collect", "annotate adjudicate collect --json")
)
@json_option
@project_option
@click.pass_context
def collect(context: click.Context, project: str | None, as_json: bool) -> None:
    """Fetch what was adjudicated; what is settled is gold from now on.

    An article is refused while two readings of one place are left of which neither is marked as to
    be kept: it is named, with a link to its task, and the exit code is 1. The others are collected.
    """
    settings = settings_for(context, project)
    report = collected_by(settings, load_ontology(settings.ontology.path))
    if as_json:
        print_json(report.to_json())
    else:
        print_report(report)
    if report.refused:
        context.exit(1)
    next_step("annotate export")


@adjudicate.command(
    epilog=examples(
        "annotate adjudicate auto majority --out auto.jsonl",
        "annotate adjudicate auto majority --k 2 --out auto.jsonl",
    )
)
@click.argument("rule", type=click.Choice(["majority", "union", "intersection"]))
@click.option("--k", type=click.IntRange(min=1), help="With majority: at least so many annotators.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    metavar="FILE",
    help="Annotation file to write (.jsonl or .parquet).",
)
@json_option
@project_option
@click.pass_context
def auto(
    context: click.Context,
    project: str | None,
    rule: Literal["majority", "union", "intersection"],
    k: int | None,
    out: Path,
    as_json: bool,
) -> None:
    """Settle doubly annotated articles by vote, without an adjudicator and without a server.

    majority takes what more than half of those say who looked for a label, union what anybody says,
    intersection what all say. It is no gold: export it with --status auto. Test articles are left
    out.
    """
    if k is not None and rule != "majority":
        raise click.UsageError("--k goes with majority.")
    settings = settings_for(context, project)
    ontology = load_ontology(settings.ontology.path)
    need = _need(rule, k)
    with open_ledger(settings) as ledger:
        latest: dict[str, Case] = {}
        for case in cases(settings, ledger, ontology):
            if case.is_full:
                latest.setdefault(case.key.doc_id, case)
        taken = [case for case in latest.values() if case.split != "test"]
        made = [
            replace(
                by_vote(case.readings, ontology, need),
                doc_id=case.key.doc_id,
                text=article_of(ledger, case.key).text,
                annotator=f"auto-{rule}",
            )
            for case in taken
        ]
    write_annotations(out, made)
    if as_json:
        print_json({"articles": len(made), "test": len(latest) - len(made), "path": str(out)})
    else:
        say(f"{counted(len(made), 'article')} settled by {rule} in {out}")
        if len(latest) > len(made):
            say(f"{len(latest) - len(made)} test articles are left out: test takes gold only")
    next_step(f"annotate export --annotations {out} --status auto")


def _need(rule: str, k: int | None) -> Need:
    def need(asked: int) -> int:
        if rule == "union":
            return 1
        if rule == "intersection":
            return asked
        return asked // 2 + 1 if k is None else k

    return need
