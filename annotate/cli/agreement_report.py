"""The report on agreement as a page: written once, or served and drawn again as things change."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from annotate.cli.connect import open_ledger, server_url
from annotate.cli.measured import measured
from annotate.cli.output import say
from annotate.cli.pseudonyms import names_for, pseudonymous
from annotate.ontology import Ontology, load_ontology
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


def serve_report(read: Callable[[], Settings], *, gamma: bool, port: int, names: bool) -> None:
    """Serves the page on 127.0.0.1 until Ctrl-C, which is how this ends and no error.

    Args:
        read: the settings as they are now.
        names: whether annotators are named by their addresses.

    Raises:
        WorkspaceError: Vega-Altair or vl-convert is missing; nothing was pushed; the port is taken.
    """
    from annotate.show.serving import Page, server_of
    from annotate.show.svg import need_charts

    need_charts()

    def draw() -> str:
        settings = read()
        ontology = load_ontology(settings.ontology.path)
        with open_ledger(settings) as ledger:
            figures = measured(settings, ledger, ontology, gamma=gamma, progress=True)
        values = figures.to_json()
        if not names:
            values = pseudonymous(values, names_for(settings))
        return _page(values, settings, ontology, refresh=REFRESH)

    page = Page(draw, lambda: state_of(read()), lambda error: say(f"not drawn: {error}"))
    with server_of(page, port) as server:
        host, own = server.server_address[:2]
        click.echo(f"http://{host!s}:{own}/")
        say("the page follows the pulls (annotate pull --watch 30); Ctrl-C ends it")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            say("stopped")


def state_of(settings: Settings) -> tuple[object, ...]:
    """All that the page is drawn from: the settings, where its links lead, and name, size and time
    of the files of the history (what was pulled, labels that were migrated) and of the ledger."""
    history, ledger = settings.workspace.history, settings.workspace.ledger
    files = [*(sorted(history.iterdir()) if history.is_dir() else ()), ledger]
    stats = ((path.name, path.stat()) for path in files if path.exists() and path.name[0] != ".")
    found = ((name, stat.st_size, stat.st_mtime_ns) for name, stat in stats)
    return (settings, server_url(settings), *found)


def _page(
    values: dict[str, Any], settings: Settings, ontology: Ontology, *, refresh: int | None = None
) -> str:
    from annotate.show.agreement_page import agreement_page

    pulled = values.get("pulled_at")
    made = f"newest work pulled {_shown(datetime.fromisoformat(pulled))} · " if pulled else ""
    made += f"page drawn {_shown(datetime.now(UTC))}"
    return agreement_page(
        values, ontology, title=settings.project.title, made=made, refresh=refresh
    )


def _shown(moment: datetime) -> str:
    """A time in the zone that weeks, `status` and the history have."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
