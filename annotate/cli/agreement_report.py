"""The report on agreement as a page: written once, or served and drawn again as pulls come in."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from annotate.cli.connect import open_ledger
from annotate.cli.measured import measured
from annotate.cli.output import say
from annotate.cli.pseudonymous import names_for, pseudonymous
from annotate.ontology import Ontology
from annotate.settings import Settings
from annotate.storage import write_text

REFRESH = 30  # seconds after which a browser asks again


def write_report(
    values: dict[str, Any], settings: Settings, ontology: Ontology, path: Path
) -> None:
    """Writes the page of the figures' JSON values.

    Raises:
        WorkspaceError: Vega-Altair or vl-convert is missing.
    """
    write_text(path, _page(values, settings, ontology))
    say(f"drawn in {path}: open it in a browser")


def serve_report(
    settings: Settings, ontology: Ontology, *, gamma: bool, port: int, names: bool
) -> None:
    """Serves the page on 127.0.0.1 until Ctrl-C, which is how this ends and no error.

    Args:
        names: whether annotators are named by their addresses.

    Raises:
        WorkspaceError: Vega-Altair or vl-convert is missing; nothing was pushed; the port is taken.
    """
    from annotate.show.serving import Page, server_of
    from annotate.show.svg import need_charts

    need_charts()

    def draw() -> str:
        with open_ledger(settings) as ledger:
            figures = measured(settings, ledger, ontology, gamma=gamma, progress=True)
        values = figures.to_json()
        if not names:
            values = pseudonymous(values, names_for(settings))
        return _page(values, settings, ontology, refresh=REFRESH)

    page = Page(
        draw, lambda: state_of(settings.workspace.history), lambda error: say(f"not drawn: {error}")
    )
    with server_of(page, port) as server:
        host, own = server.server_address[:2]
        click.echo(f"http://{host!s}:{own}/")
        say("the page follows the pulls (annotate pull --watch 30); Ctrl-C ends it")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            say("stopped")


def state_of(history: Path) -> list[tuple[str, int, int]]:
    """What a pull changes: name, size and time of the history's files."""
    files = sorted(history.iterdir()) if history.is_dir() else []
    found = ((path.name, path.stat()) for path in files if not path.name.startswith("."))
    return [(name, stat.st_size, stat.st_mtime_ns) for name, stat in found]


def _page(
    values: dict[str, Any], settings: Settings, ontology: Ontology, *, refresh: int | None = None
) -> str:
    from annotate.show.agreement_page import agreement_page

    now = datetime.now().astimezone().strftime("%Y-%m-%d %H:%M")
    title = settings.project.title
    return agreement_page(
        values, ontology, title=title, made=f"from the pulls until {now}", refresh=refresh
    )
