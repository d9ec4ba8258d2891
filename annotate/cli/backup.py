"""server backup and restore."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import click

from annotate.cli.output import (
    dry_run_option,
    examples,
    json_option,
    next_step,
    print_json,
    say,
    settings_of,
)
from annotate.cli.server import postgres_address
from annotate.database import Postgres
from annotate.dataset.shipment import is_name
from annotate.labeling import backup as backups
from annotate.labeling import restore as restoring
from annotate.labeling.backup_manifest import Manifest
from annotate.labeling.server_process import environment_of
from annotate.labeling.server_state import running
from annotate.settings import FILE, Settings
from annotate.storage import file_sha256

SPLITS = "splits.jsonl"


@click.command(
    epilog=examples("annotate server backup", "annotate server backup /mnt/safe/labels.tar.gz")
)
@click.argument("file", required=False, type=click.Path(path_type=Path))
@json_option
@click.pass_context
def backup(context: click.Context, file: Path | None, as_json: bool) -> None:
    """Copy the server's data, the ledger and the history into one archive, while people work.

    FILE is a .tar.gz; without it the archive goes to backups/ in the workspace. It is read again
    before it counts as made. It holds the passwords and tokens of the embedded server, too
    (mode 0600): keep it as you keep those. Of a server of your own (server.url) it holds what is
    here, not what is there.
    """
    settings = settings_of(context)
    workspace = settings.workspace
    target = file or backups.proposed_name(workspace, datetime.now(UTC))
    state = running(workspace)
    made = backups.backup(
        workspace,
        target,
        environment=environment_of(state) if state else os.environ,
        settings=_settings_files(context, settings),
    )
    if as_json:
        print_json({"path": str(made.path), "bytes": made.bytes, **_told(made.manifest)})
    else:
        click.echo(str(made.path))
        say(f"{made.bytes / 1e6:.1f} MB, {len(made.manifest.files)} files, mode 0600")
        say(_amounts(made.manifest))
        if settings.server.url:
            say(f"what is on {settings.server.url} is not in it: back it up there (docs/server.md)")
        elif made.manifest.database is None:
            say("there is no embedded server here, so none is in it")
        next_step("copy it to another machine", f"annotate server restore {made.path} --dry-run")


@click.command(
    epilog=examples(
        "annotate server restore labels.tar.gz --dry-run",
        "annotate server restore labels.tar.gz",
        "annotate server restore labels.tar.gz --force",
    )
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Where there are data already, move them aside first.")
@click.option(
    "--database",
    metavar="ADDRESS",
    callback=postgres_address,
    help="An empty PostgreSQL database for a backup of one (default: the address it had).",
)
@dry_run_option
@json_option
@click.pass_context
def restore(
    context: click.Context,
    file: Path,
    force: bool,
    database: Postgres | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Put a backup back into this workspace, whose server is stopped: all of it, or nothing.

    Every file is held to its sum, and what is in the databases and in the history is counted,
    before anything is moved. Data that are here already are never deleted: without --force they
    are left as they are, with it they are moved aside. A restore that was killed is undone by the
    next one.
    """
    settings = settings_of(context)
    workspace = settings.workspace
    done = restoring.restore(
        workspace,
        file,
        environment=os.environ,
        database=database or settings.server.database,
        force=force,
        dry_run=dry_run,
    )
    placed = (
        []
        if done.settings is None
        else _place_settings(done.settings, settings, _settings_file(context))
    )
    if as_json:
        aside = str(done.aside) if done.aside else None
        print_json({"restored": not dry_run, "aside": aside, **_told(done.manifest)})
        return
    say(f"{'proved' if dry_run else 'restored'}: the backup of {done.manifest.made_at}")
    say(_amounts(done.manifest))
    for line in placed:
        say(line)
    if done.aside:
        say(f"what was here before is in {done.aside}")
    if dry_run:
        next_step(f"annotate server restore {file}")
    else:
        next_step("annotate server start", "annotate pull", "annotate doctor")


def _told(manifest: Manifest) -> dict[str, object]:
    return {
        "made_at": manifest.made_at,
        "database": manifest.database,
        "files": len(manifest.files),
        "counts": dict(manifest.counts),
    }


def _amounts(manifest: Manifest) -> str:
    """What is in it, in words: "14 tasks, 21 annotations, ..."."""
    counted = [f"{n} {what.replace('_', ' ')}" for what, n in manifest.counts.items()]
    return ", ".join(counted) or "nothing but settings"


def _settings_files(context: click.Context, settings: Settings) -> dict[str, Path]:
    """The settings, and the split ledgers of the datasets: nothing else says who is in which."""
    file = _settings_file(context)
    found = {FILE: file} if file.is_file() else {}
    for path in sorted(settings.dataset.folder.glob(f"*/{SPLITS}")):
        if is_name(path.parent.name):
            found[f"splits/{path.parent.name}.jsonl"] = path
    return found


def _settings_file(context: click.Context) -> Path:
    return Path(context.find_root().params.get("settings") or FILE)


def _place_settings(kept: Path | None, settings: Settings, file: Path) -> list[str]:
    """Copies what is nowhere to where it belongs, and says what there is another one of."""
    if kept is None:
        return []
    wanted = {kept / FILE: file}
    for path in sorted(kept.glob("splits/*.jsonl")):
        if is_name(path.stem):
            wanted[path] = settings.dataset.folder / path.stem / SPLITS
    said = []
    for source, target in wanted.items():
        if not source.is_file():
            continue
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(source.read_bytes())
            said.append(f"put back: {target}")
        elif file_sha256(source) != file_sha256(target):
            said.append(f"{target} is another one, and was left; the backup's is {source}")
    return said
