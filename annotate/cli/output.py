"""What the verbs share: settings, progress, JSON, tables, and the line that says what is next."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from annotate.agreement.evaluate import Evaluation
from annotate.logfile import log
from annotate.settings import Settings, load_settings, with_title

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON on stdout.")
project_option = click.option(
    "--project", metavar="TITLE", help="The project (default: annotate.toml's project.title)."
)
dry_run_option = click.option(
    "--dry-run", is_flag=True, help="Say what would be done, and change nothing."
)


def settings_of(context: click.Context, *, again: bool = False) -> Settings:
    """The settings of this run, read once; `again`: as the file has them now."""
    root = context.find_root()
    if again or not isinstance(root.obj, Settings):
        path = root.params.get("settings")
        root.obj = load_settings(Path(path) if path else None)
    found: Settings = root.obj
    return found


def settings_for(context: click.Context, project: str | None, *, again: bool = False) -> Settings:
    """The settings of this run, for the project that `--project` names, if it does."""
    settings = settings_of(context, again=again)
    if project is None:
        return settings
    return settings.model_copy(update={"project": with_title(settings.project, project)})


def examples(*commands: str) -> str:
    """The epilog of a command's help."""
    return "\b\nExamples:\n" + "\n".join(f"  {command}" for command in commands)


def say(message: str) -> None:
    """A line for the person at the terminal, on stderr, and for the log."""
    log.info(message)
    click.echo(message, err=True)


def next_step(*commands: str) -> None:
    """The last line of a command that changes something: what to do now."""
    say(f"next: {'   or: '.join(commands)}")


def print_json(value: Any) -> None:
    """One JSON value on stdout."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False))


@contextlib.contextmanager
def progress(what: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
    """A progress bar on stderr; yields a function that advances it.

    Without a terminal one line says what was done, and none does after an error.
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    done = 0
    console = Console(stderr=True)
    bar: Progress | None = None
    if console.is_terminal:
        columns = [TextColumn("{task.description:<34}"), BarColumn(bar_width=30)]
        columns += [MofNCompleteColumn(), TimeElapsedColumn()]
        bar = Progress(*columns, console=console)
        task = bar.add_task(what, total=total)

    def advance(count: int) -> None:
        nonlocal done
        done += count
        if bar:
            bar.update(task, completed=done)

    with bar or contextlib.nullcontext():
        yield advance
        if bar:
            bar.update(task, total=total or done or 1, completed=total or done or 1)
    if bar is None:
        say(f"{what}: {done}" if total is None or done == total else f"{what}: {done} of {total}")


def table(
    title: str, headers: Sequence[str], rows: Iterable[Sequence[str]], *, texts: int = 1
) -> None:
    """A table on stdout; the first columns, `texts` of them, are text, the others are figures."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    # As Text: what looks like markup ([b]) in a path or a name is no markup.
    drawn = Table(
        title=Text(title) if title else None, title_justify="left", box=None, padding=(0, 1)
    )
    for index, header in enumerate(headers):
        drawn.add_column(header, justify="left" if index < texts else "right", overflow="fold")
    for row in rows:
        drawn.add_row(*(Text(cell) for cell in row))
    console = Console(file=sys.stdout)
    width = console.width if console.is_terminal else 500  # a pipe has no edge
    Console(file=sys.stdout, width=width, soft_wrap=True, highlight=False).print(drawn)


def figure(value: float | None) -> str:
    """A ratio with three digits, or a dash where it is undefined."""
    return "-" if value is None else f"{value:.3f}"


def evaluation_rows(evaluation: Evaluation, *, by_label: bool) -> Iterator[Sequence[str]]:
    """Rows of (measure, how, precision, recall, F1, matched, predicted, gold).

    Attributes come last, counted over the spans that both sides have.
    """
    for measure, by_how in evaluation.scores.items():
        for how, score in by_how.items():
            items = [(measure.replace("_", " "), score.total)]
            if by_label and how == "strict":
                items += [(f"  {label}", counts) for label, counts in score.by_label.items()]
            for name, counts in items:
                ratios = (counts.precision, counts.recall, counts.f1)
                sizes = (counts.tp, counts.tp + counts.fp, counts.tp + counts.fn)
                yield [name, how, *(figure(r) for r in ratios), *(str(size) for size in sizes)]
    for attribute, score in evaluation.attributes.items():
        items = [(attribute, score.total)]
        items += [(f"  {value}", counts) for value, counts in score.by_label.items() if by_label]
        for name, counts in items:
            ratios = (counts.precision, counts.recall, counts.f1)
            sizes = (counts.tp, counts.tp + counts.fp, counts.tp + counts.fn)
            yield [name, "both", *(figure(r) for r in ratios), *(str(size) for size in sizes)]


EVALUATION_HEADERS = ("", "match", "P", "R", "F1", "matched", "predicted", "gold")
