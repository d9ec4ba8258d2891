"""annotate init."""

from __future__ import annotations

from pathlib import Path

import click

from annotate.cli.output import (
    dry_run_option,
    examples,
    next_step,
    say,
)
from annotate.errors import SettingsError
from annotate.settings import FILE
from annotate.settings_template import TEMPLATE
from annotate.storage import write_text


@click.command(epilog=examples("annotate init", "annotate init --dry-run"))
@dry_run_option
def init(dry_run: bool) -> None:
    """Write a commented annotate.toml into this folder."""
    path = Path(FILE)
    if path.exists():
        raise SettingsError("it exists already", where=str(path), fix="edit it, or move it away")
    if dry_run:
        click.echo(TEMPLATE, nl=False)
    else:
        write_text(path, TEMPLATE)
        say(f"written: {path}")
    next_step("name your articles in annotate.toml, then: annotate push --dry-run")
