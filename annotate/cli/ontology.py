"""ontology check, guide, upgrade and migrate."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from annotate.cli.connect import connect, open_ledger, pushed_projects
from annotate.cli.output import (
    dry_run_option,
    examples,
    json_option,
    next_step,
    print_json,
    project_option,
    say,
    settings_for,
    settings_of,
    table,
)
from annotate.errors import OntologyError
from annotate.labeling.changing import Upgraded, migrate, upgrade
from annotate.labeling.guide import guidelines_page, guidelines_text
from annotate.ontology import load_ontology
from annotate.storage import write_text


@click.group(
    epilog=examples(
        "annotate ontology check",
        "annotate ontology guide --lang en",
        "annotate ontology upgrade --dry-run",
        "annotate ontology migrate OLD=NEW",
    )
)
def ontology() -> None:
    """Check labels, print the guidelines, and change labels while people annotate."""


@ontology.command(epilog=examples("annotate ontology check", "annotate ontology check my.yaml"))
@click.argument("path", type=click.Path(path_type=Path), required=False)
@json_option
@click.pass_context
def check(context: click.Context, path: Path | None, as_json: bool) -> None:
    """Check an ontology file (default: the project's) and list its labels."""
    found = load_ontology(path or settings_of(context).ontology.path)
    if as_json:
        print_json(found.model_dump(mode="json"))
        return
    rows = [(e.code, "entity", e.en, e.ar, e.hotkey or "-") for e in found.entities]
    rows += [(e.code, "event", e.en, e.ar, e.hotkey or "-") for e in found.events]
    rows += [(r.code, "role", r.en, r.ar, "-") for r in found.roles]
    for a in found.attributes:
        rows.append((a.code, "attribute", a.en, a.ar, "-"))
    table(f"{found.name} {found.version}", ("code", "kind", "English", "Arabic", "key"), rows)


@ontology.command(
    epilog=examples("annotate ontology guide", "annotate ontology guide --html guide.html")
)
@click.option(
    "--lang",
    "language",
    type=click.Choice(["ar", "en"]),
    default="ar",
    show_default=True,
    help="Language of the printed guidelines; the page has both.",
)
@click.option(
    "--html", "page", type=click.Path(path_type=Path), help="Write them as one page to this file."
)
@json_option
@click.pass_context
def guide(context: click.Context, language: str, page: Path | None, as_json: bool) -> None:
    """Print the guidelines: what each label is for, with examples."""
    found = load_ontology(settings_of(context).ontology.path)
    text = guidelines_text(found, "ar" if language == "ar" else "en")
    if page is not None:
        write_text(page, guidelines_page(found))
        say(f"written: {page}")
    if as_json:
        about = {"name": found.name, "version": found.version}
        print_json(about | {"guidelines_version": found.guidelines_version, "text": text})
    elif page is None:
        click.echo(text, nl=False)


@ontology.command(
    name="upgrade",
    epilog=examples("annotate ontology upgrade --dry-run", "annotate ontology upgrade"),
)
@dry_run_option
@json_option
@project_option
@click.pass_context
def upgrade_interfaces(
    context: click.Context, project: str | None, dry_run: bool, as_json: bool
) -> None:
    """Give the projects on the server the labels of the ontology, in place.

    A push does so too. Labels may be added; one that is in use is never taken away.
    """
    settings = settings_for(context, project)
    found = load_ontology(settings.ontology.path)
    with (
        open_ledger(settings) as ledger,
        settings.workspace.lock("push"),
        connect(settings) as client,
    ):
        done = [
            upgrade(one, client, ledger, found, settings.workspace.history, dry_run=dry_run)
            for one in pushed_projects(settings, ledger)
        ]
    if as_json:
        print_json([_as_value(one) for one in done])
    else:
        _say_upgraded(done, dry_run=dry_run)
    next_step("annotators reload the page; then: annotate pull")


@ontology.command(
    name="migrate",
    epilog=examples(
        "annotate ontology migrate WEAPON=ARMAMENT --dry-run",
        "annotate ontology migrate OLD=NEW OTHER=NEW",
    ),
)
@click.argument("pairs", nargs=-1, required=True, metavar="OLD=NEW...")
@dry_run_option
@json_option
@project_option
@click.pass_context
def migrate_labels(
    context: click.Context,
    project: str | None,
    pairs: tuple[str, ...],
    dry_run: bool,
    as_json: bool,
) -> None:
    """Rename a label that is in use, or make it a part of another one.

    Take OLD out of the ontology and put NEW into it first. Nothing that people did is rewritten:
    from now on OLD is read as NEW, and stays in the interface, hidden, so that what was marked
    with it can still be opened and saved.
    """
    settings = settings_for(context, project)
    found = load_ontology(settings.ontology.path)
    wanted = _pairs(pairs)
    folder = settings.workspace.history
    with (
        open_ledger(settings) as ledger,
        settings.workspace.lock("push"),
        settings.workspace.lock("pull"),
        connect(settings) as client,
    ):
        projects = pushed_projects(settings, ledger)
        made = migrate(wanted, projects, client, ledger, found, folder, dry_run=dry_run)
        done = [] if dry_run else [upgrade(one, client, ledger, found, folder) for one in projects]
    if as_json:
        print_json(
            {
                "migrations": [
                    {
                        "layer": one.layer,
                        "old": one.old,
                        "new": one.new,
                        "spans_on_server": used.server,
                        "spans_in_history": used.history,
                        "spans_in_pre_annotations": used.proposed,
                    }
                    for one, used in made
                ],
                "projects": [_as_value(one) for one in done],
            }
        )
    else:
        verb = "would be read" if dry_run else "is read"
        for one, used in made:
            click.echo(f"{one.layer} {one.old} {verb} as {one.new}: {used}")
        _say_upgraded(done)
    next_step("annotators reload the page; then: annotate pull")


def _pairs(given: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for pair in given:
        old, sign, new = (part.strip() for part in pair.partition("="))
        if not (old and sign and new) or old == new or found.get(old, new) != new:
            raise OntologyError(f"{pair!r} is not OLD=NEW", fix="name two labels, as in WEAPON=ARM")
        found[old] = new
    return found


def _as_value(done: Upgraded) -> dict[str, object]:
    return {
        "project": done.project.title,
        "added": [name.code for name in done.added],
        "removed": [name.code for name in done.removed],
        "hidden": list(done.hidden),
    }


def _say_upgraded(upgraded: Sequence[Upgraded], *, dry_run: bool = False) -> None:
    would = "would be " if dry_run else ""
    for done in upgraded:
        parts = [
            f"{len(names)} {would}{verb} ({', '.join(names)})"
            for verb, names in (
                ("added", [name.code for name in done.added]),
                ("removed", [name.code for name in done.removed]),
                ("hidden", list(done.hidden)),
            )
            if names
        ]
        say(f"{done.project.title}: {'; '.join(parts) or 'nothing to change'}")
