"""agreement: how far annotators agree."""

from __future__ import annotations

import click

from annotate.agreement.report import Agreement
from annotate.agreement.report import agreement as measure
from annotate.cli.connect import open_ledger
from annotate.cli.output import (
    examples,
    figure,
    json_option,
    print_json,
    project_option,
    settings_for,
    table,
)
from annotate.cli.pulled import submitted_annotations
from annotate.ontology import load_ontology


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
        annotations = submitted_annotations(settings, ledger, load_ontology(settings.ontology.path))
    result = measure(annotations)
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
