"""The entry point: the group of verbs, and how errors end."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import click

from annotate import __version__
from annotate.cli import (
    adjudicate,
    agreement,
    annotators,
    backup,
    corpus,
    dataset,
    datasets,
    diffing,
    doctor,
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
from annotate.logfile import log, logging_to


class Logged(click.Group):
    """A group whose whole run is logged, where `--log-file` names a file."""

    def invoke(self, ctx: click.Context) -> object:
        """Runs a command; how it ends is the log's last line."""
        path = ctx.params.get("log_file")
        if path is None:
            return super().invoke(ctx)
        with logging_to(Path(path), os.environ):
            begun = time.monotonic()
            about = {"version": __version__, "pid": os.getpid(), "folder": str(Path.cwd())}
            log.info("begun: annotate %s", " ".join(sys.argv[1:]), extra=about)
            try:
                answer = super().invoke(ctx)
            except BaseException as problem:
                _log_end(problem, time.monotonic() - begun)
                raise
            _log_end(None, time.monotonic() - begun)
            return answer


def _log_end(problem: BaseException | None, seconds: float) -> None:
    """The last line: ended, or why not; a traceback only for what nobody foresaw."""
    about = {"seconds": round(seconds, 3)}
    if problem is None or isinstance(problem, click.exceptions.Exit):
        code = problem.exit_code if isinstance(problem, click.exceptions.Exit) else 0
        log.info("ended", extra={**about, "exit_code": code})
    elif isinstance(problem, AnnotateError | click.ClickException | click.exceptions.Abort):
        log.error("failed: %s", problem, extra={**about, "error": type(problem).__name__})
    else:
        log.error("failed: %s", problem, exc_info=problem, extra=about)


@click.group(
    cls=Logged,
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
@click.option(
    "--log-file",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="Add what happens to this file (JSON lines, mode 0600); no token is in it.",
)
def cli(settings: str | None, log_file: str | None) -> None:
    """Annotate Arabic news: pre-annotate, correct in Label Studio, export Parquet datasets."""


for command in (
    quickstart.quickstart,
    project.init,
    doctor.doctor,
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
server.server.add_command(backup.backup)
server.server.add_command(backup.restore)


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
