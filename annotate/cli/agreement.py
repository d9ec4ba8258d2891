"""agreement: how far annotators agree."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from annotate.cli.agreement_report import serve_report, write_report
from annotate.cli.agreement_table import print_agreement
from annotate.cli.connect import open_ledger
from annotate.cli.measured import measured
from annotate.cli.output import (
    examples,
    json_option,
    print_json,
    project_option,
    say,
    settings_for,
)
from annotate.cli.pseudonyms import names_for, names_option, pseudonymous
from annotate.errors import InputError
from annotate.ontology import load_ontology


@click.command(
    epilog=examples(
        "annotate agreement",
        "annotate agreement --fail-under 0.75",
        "annotate agreement --json",
        "annotate agreement --html report.html",
        "annotate agreement --serve",
    )
)
@click.option(
    "--fail-under",
    type=click.FloatRange(0, 1),
    metavar="F1",
    help="End with exit code 1 if the headline is lower, or nothing can be measured.",
)
@click.option("--gamma", is_flag=True, help="Add gamma (Mathet 2015), which takes long.")
@click.option(
    "--html",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the report for a project lead: one page that needs no network.",
)
@click.option(
    "--serve",
    is_flag=True,
    help="Serve that page on 127.0.0.1, and draw it again as things change.",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8765,
    show_default=True,
    help="Of --serve; 0 for any that is free.",
)
@names_option
@json_option
@project_option
@click.pass_context
def agreement(
    context: click.Context,
    project: str | None,
    fail_under: float | None,
    gamma: bool,
    html: Path | None,
    serve: bool,
    port: int,
    names: bool,
    as_json: bool,
) -> None:
    """Measure how far annotators agree, from the last pull (no network).

    The headline is the strict F1 of all spans on articles that were annotated blank. Where there
    are none it is an upper bound: spans that both took over from one pre-annotation agree by that
    alone. What each figure means: docs/agreement.md.

    The page (--html, --serve) needs Vega-Altair: pip install 'annotate[report]'.
    """
    if serve:
        if as_json or html or fail_under is not None:
            raise InputError("--serve goes on until Ctrl-C", fix="ask for the rest without it")
        read = partial(settings_for, context, project, again=True)
        serve_report(read, gamma=gamma, port=port, names=names)
        return
    if context.get_parameter_source("port") is ParameterSource.COMMANDLINE:
        raise click.UsageError("--port goes with --serve.")
    settings = settings_for(context, project)
    ontology = load_ontology(settings.ontology.path)
    with open_ledger(settings) as ledger:
        figures = measured(
            settings, ledger, ontology, gamma=gamma, progress=as_json or html is not None
        )
    values = figures.to_json()
    if not names:
        values = pseudonymous(values, names_for(settings))
    if html:
        write_report(values, settings, ontology, html)
    if as_json:
        print_json(values)
    else:
        print_agreement(values)
    if fail_under is not None:
        passed, words = judged(values, fail_under)
        say(words)
        if not passed:
            context.exit(1)


def judged(values: dict[str, Any], least: float) -> tuple[bool, str]:
    """Whether the headline is high enough, and what to say of it.

    Args:
        values: the figures as JSON values.
    """
    headline, basis = values["headline"], values["basis"]
    if headline["f1"] is None:
        return False, f"--fail-under {least:g}: agreement is undefined: {headline['reason']}"
    interval = ""
    if headline["low"] is not None:
        interval = f", 95 % interval {headline['low']:.3f} to {headline['high']:.3f}"
    said = f"{headline['f1']:.3f} ({headline['n']} spans{interval}; {basis['words']})"
    if headline["f1"] < least:
        return False, f"--fail-under {least:g}: the headline is below: {said}"
    return True, f"--fail-under {least:g}: passed: {said}"
