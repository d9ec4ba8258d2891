"""The entry point: the group of verbs, and how errors end."""

from __future__ import annotations

import os
import sys

import click

from annotate import __version__
from annotate.cli import (
    adjudicate,
    agreement,
    annotators,
    corpus,
    dataset,
    datasets,
    diffing,
    importing,
    learn,
    ontology,
    project,
    pull,
    push,
    qualify,
    quickstart,
    server,
    show,
    status,
)
from annotate.cli.output import examples
from annotate.errors import AnnotateError


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=examples(
        "annotate quickstart                 the whole loop on the seed articles",
        "annotate init                       begin a project of your own",
        "annotate push                       send its articles to annotators",
        "annotate pull                       fetch what they did",
        "annotate export                     publish it as a dataset version",
    ),
)
@click.version_option(__version__, prog_name="annotate")
@click.option(
    "--settings",
    type=click.Path(),
    metavar="FILE",
    help="Settings file (default: annotate.toml in this folder).",
)
def cli(settings: str | None) -> None:
    """Annotate Arabic news: pre-annotate, correct in Label Studio, export Parquet datasets."""


for command in (
    quickstart.quickstart,
    project.init,
    project.doctor,
    server.server,
    annotators.annotators,
    ontology.ontology,
    corpus.preannotate,
    corpus.evaluate,
    learn.learn,
    show.show,
    push.push,
    pull.pull,
    status.status,
    agreement.agreement,
    adjudicate.adjudicate,
    dataset.export,
    dataset.verify,
    diffing.diff,
    datasets.datasets,
    importing.import_corpus,
):
    cli.add_command(command)
annotators.annotators.add_command(qualify.qualify)


def main() -> None:
    """Runs the command line: 0 is success, 1 an error with one line on stderr, 2 wrong usage."""
    try:
        # Without its standalone mode click returns the code of `context.exit(code)`.
        code = cli.main(standalone_mode=False)
        sys.exit(code if isinstance(code, int) else 0)
    except click.exceptions.Abort:
        click.echo("annotate: stopped", err=True)
        sys.exit(130)
    except click.ClickException as problem:
        problem.show()
        sys.exit(problem.exit_code)
    except AnnotateError as problem:
        click.echo(f"annotate: error: {problem}", err=True)
        sys.exit(1)
    except BrokenPipeError:
        # Whoever read us has seen enough; nothing more can be written.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except UnicodeError as problem:
        click.echo(f"annotate: error: the terminal cannot show this text ({problem})", err=True)
        sys.exit(1)
    except OSError as problem:
        where = f"{problem.filename}: " if problem.filename else ""
        click.echo(f"annotate: error: {where}{problem.strerror or problem}", err=True)
        sys.exit(1)
