"""server start, stop and status; `backup` has the other two."""

from __future__ import annotations

import os

import click

from annotate.cli.output import (
    dry_run_option,
    examples,
    json_option,
    next_step,
    print_json,
    progress,
    say,
    settings_of,
)
from annotate.database import EXAMPLE, Postgres, parse_postgres
from annotate.errors import SettingsError
from annotate.labeling import server as embedded
from annotate.labeling.server_database import SQLITE, database_of, is_new, refuse_another, size
from annotate.labeling.server_process import environment_of
from annotate.workspace import Workspace


@click.group(epilog=examples("annotate server start", "annotate server stop"))
def server() -> None:
    """Run the embedded Label Studio, on 127.0.0.1 only.

    Its data are in the workspace (SQLite), or in a PostgreSQL database: see docs/server.md.
    """


def start_with_progress(
    workspace: Workspace, port: int | None, database: Postgres | None = None
) -> embedded.Running:
    """Starts the server with a bar that shows the seconds waited."""
    first = "; first: ~60" if database else "; first: ~30"
    what = f"starting Label Studio (s{first if is_new(workspace) else ''})"
    with progress(what) as advance:
        shown = 0

        def waited(seconds: float) -> None:
            nonlocal shown
            advance(int(seconds) - shown)
            shown = int(seconds)

        return embedded.start(workspace, port=port, database=database, on_wait=waited)


def postgres_address(_: click.Context, __: click.Parameter, given: str | None) -> Postgres | None:
    """Reads --database, whose value is in no message: it may hold a password."""
    try:
        return None if given is None else parse_postgres(given)
    except ValueError as problem:
        raise SettingsError(str(problem), where="--database") from None


@server.command(
    epilog=examples(
        "annotate server start",
        "annotate server start --port 8090",
        f"annotate server start --database {EXAMPLE}",
    )
)
@click.option("--port", type=click.IntRange(1, 65535), help="Port (default: 8080 or a free one).")
@click.option(
    "--database",
    metavar="ADDRESS",
    callback=postgres_address,
    help="PostgreSQL database in place of SQLite, without the password: set PGPASSWORD, or use "
    "~/.pgpass. The workspace keeps to it.",
)
@dry_run_option
@click.pass_context
def start(
    context: click.Context, port: int | None, database: Postgres | None, dry_run: bool
) -> None:
    """Start it in the background, and wait until it answers."""
    settings = settings_of(context)
    workspace = settings.workspace
    database = database or settings.server.database
    found = embedded.running(workspace)
    if dry_run:
        refuse_another(workspace, database)
        data = database or database_of(workspace) or workspace.server
        say(f"it runs at {found.url}" if found else f"it would start with {data}")
        next_step("annotate server start")
        return
    state = start_with_progress(workspace, port or settings.server.port, database)
    click.echo(state.url)
    say(f"log in as {embedded.credentials(workspace).email}")
    say(f"the password is in {workspace.server / 'credentials.json'}")
    next_step("annotate annotators add EMAIL", "annotate push", "annotate server stop")


@server.command(epilog=examples("annotate server stop"))
@dry_run_option
@click.pass_context
def stop(context: click.Context, dry_run: bool) -> None:
    """Stop the server that this workspace started; its data stay."""
    workspace = settings_of(context).workspace
    found = embedded.running(workspace)
    if not dry_run:
        embedded.stop(workspace)
    verb = "would be stopped" if dry_run else "stopped"
    say(f"{verb}: {found.url}" if found else "it is not running")
    next_step("annotate server start")


@server.command(epilog=examples("annotate server status", "annotate server status --json"))
@json_option
@click.pass_context
def status(context: click.Context, as_json: bool) -> None:
    """Say whether it runs, where, and with which database; exit code 1 if it does not run."""
    workspace = settings_of(context).workspace
    found = embedded.running(workspace)
    database = database_of(workspace)
    # What the server was started with, the password among it, may not be set here.
    taken = size(workspace, environment_of(found) if found else os.environ)
    if as_json:
        values = {"url": found.url, "pid": found.pid} if found else {}
        print_json(
            {
                "running": found is not None,
                **values,
                "data": str(workspace.server),
                "database": str(database) if database else SQLITE,
                "bytes": taken,
            }
        )
    else:
        if found:
            login = embedded.credentials(workspace)
            click.echo(f"running at {found.url} (process {found.pid})")
            click.echo(
                f"log in as {login.email}; the password is in {workspace.server}/credentials.json"
            )
        else:
            click.echo("not running; start it: annotate server start")
        amount = "" if taken is None else f", {taken / 1e6:.1f} MB"
        click.echo(f"database: {database or 'SQLite'}{amount}")
    if not found:
        context.exit(1)
