"""init and doctor."""

from __future__ import annotations

import sys
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

import click

from annotate.cli.heuristics import loader
from annotate.cli.output import (
    dry_run_option,
    examples,
    json_option,
    next_step,
    print_json,
    say,
    settings_of,
    table,
)
from annotate.corpus.rules import load_rules
from annotate.errors import AnnotateError, SettingsError
from annotate.ontology import load_ontology
from annotate.resources import resource
from annotate.settings import FILE, Settings
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


@click.command(epilog=examples("annotate doctor", "annotate doctor --json"))
@json_option
@click.pass_context
def doctor(context: click.Context, as_json: bool) -> None:
    """Check the installation and the settings, and say what to fix.

    Exit code 1 if something that is needed is wrong.
    """
    checks = [_python(), *_packages(), *_own_files(context)]
    if as_json:
        print_json([{"check": name, "ok": ok, "detail": detail} for name, ok, detail in checks])
    else:
        rows = [(name, "ok" if ok else "WRONG", detail) for name, ok, detail in checks]
        table("", ("check", "", "detail"), rows)
    if not all(ok for _, ok, _ in checks):
        context.exit(1)
    if not as_json:
        next_step("annotate quickstart", "annotate init")


Check = tuple[str, bool, str]


def _python() -> Check:
    version = ".".join(str(part) for part in sys.version_info[:3])
    return ("python", (3, 11) <= sys.version_info[:2] < (3, 14), f"{version}, needs 3.11 to 3.13")


def _packages() -> list[Check]:
    checks = []
    for name in ("label-studio-sdk", "pandas", "pyarrow", "camel-tools", "click"):
        try:
            checks.append((name, True, metadata.version(name)))
        except metadata.PackageNotFoundError:
            checks.append((name, False, "missing: pip install annotate"))
    there = find_spec("label_studio") is not None
    detail = (
        metadata.version("label-studio")
        if there
        else "missing: only an external server can be used; pip install 'annotate[server]'"
    )
    checks.append(("label-studio (embedded)", True, detail))
    try:
        driver = f"psycopg {metadata.version('psycopg')}"
    except metadata.PackageNotFoundError:
        driver = "no psycopg: SQLite only; it comes with pip install 'annotate[server]'"
    return [*checks, ("PostgreSQL driver", True, driver)]


def _own_files(context: click.Context) -> list[Check]:
    checks: list[Check] = []
    try:
        settings = settings_of(context)
    except AnnotateError as problem:
        return [("settings", False, str(problem))]
    found = Path(FILE).is_file() or context.find_root().params.get("settings")
    checks.append(("settings", True, "annotate.toml" if found else "none; defaults hold"))
    for name, load, path in (
        ("ontology", load_ontology, settings.ontology.path),
        ("cleaning rules", load_rules, settings.corpus.cleaning),
    ):
        try:
            checks.append((name, True, f"version {load(path).version}"))
        except AnnotateError as problem:
            checks.append((name, False, str(problem)))
    checks += _lexicons(settings)
    checks.append(("workspace", True, str(settings.home)))
    return checks


def _lexicons(settings: Settings) -> list[Check]:
    """The heuristics with the user's own lexicons; nothing where the ontology is wrong already."""
    from annotate.heuristics.forms import is_current
    from annotate.heuristics.lexicon import NAMES
    from annotate.heuristics.own import own_lexicons

    try:
        ontology = load_ontology(settings.ontology.path)
    except AnnotateError:
        return []
    try:
        own = own_lexicons(settings.preannotate.lexicons, ontology, NAMES)
        version = loader(settings, ontology)().version
    except AnnotateError as problem:
        return [("lexicons", False, str(problem))]
    files = ", ".join(f"{name}.yaml" for name, _ in own.files)
    table = is_current(resource("schemas", "lexicon"))
    made = "as made" if table else "not made from these lexicons (a slower start): make generate"
    return [
        ("lexicons", True, f"version {version}" + (f" ({files})" if files else "")),
        ("word forms", True, made),
    ]
