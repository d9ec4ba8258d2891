"""server start, stop and status."""

from __future__ import annotations

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
from annotate.labeling import server as embedded
from annotate.workspace import Workspace


@click.group(epilog=examples("annotate server start", "annotate server stop"))
def server() -> None:
    """Run the embedded Label Studio (SQLite in the workspace, on 127.0.0.1 only)."""


def start_with_progress(workspace: Workspace, port: int | None) -> embedded.Running:
    """Starts the server with a bar that shows the seconds waited."""
    first = not (workspace.server / "data" / "label_studio.sqlite3").exists()
    what = "starting Label Studio (s; first: ~30)" if first else "starting Label Studio (s)"
    with progress(what) as advance:
        shown = 0

        def waited(seconds: float) -> None:
            nonlocal shown
            advance(int(seconds) - shown)
            shown = int(seconds)

        return embedded.start(workspace, port=port, on_wait=waited)


@server.command(epilog=examples("annotate server start", "annotate server start --port 8090"))
@click.option("--port", type=click.IntRange(1, 65535), help="Port (default: 8080 or a free one).")
@dry_run_option
@click.pass_context
def start(context: click.Context, port: int | None, dry_run: bool) -> None:
    """Start it in the background, and wait until it answers."""
    settings = settings_of(context)
    workspace = settings.workspace
    found = embedded.running(workspace)
    if dry_run:
        say(f"it runs at {found.url}" if found else f"it would start with {workspace.server}")
        next_step("annotate server start")
        return
    state = start_with_progress(workspace, port or settings.server.port)
    click.echo(state.url)
    say(f"log in as {embedded.credentials(workspace).email}")
    say(f"the password is in {workspace.server / 'credentials.json'}")
    next_step("annotate push", "annotate server stop")


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
    """Say whether it runs, and where; exit code 1 if it does not."""
    workspace = settings_of(context).workspace
    found = embedded.running(workspace)
    if as_json:
        values = {"url": found.url, "pid": found.pid} if found else {}
        print_json({"running": found is not None, **values, "data": str(workspace.server)})
    elif found:
        login = embedded.credentials(workspace)
        click.echo(f"running at {found.url} (process {found.pid})")
        click.echo(
            f"log in as {login.email}; the password is in {workspace.server}/credentials.json"
        )
    else:
        click.echo("not running; start it: annotate server start")
    if not found:
        context.exit(1)
