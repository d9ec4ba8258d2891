"""annotate doctor: what is there, what is wrong with it, and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import click

from annotate.cli.doctor_machine import installation, machine
from annotate.cli.doctor_server import server_findings
from annotate.cli.findings import Finding, of_error
from annotate.cli.heuristics import loader
from annotate.cli.output import examples, json_option, next_step, print_json, settings_of, table
from annotate.corpus.rules import load_rules
from annotate.errors import AnnotateError
from annotate.ontology import load_ontology
from annotate.resources import resource
from annotate.settings import FILE, Settings

_SHOWN = {"ok": "ok", "warning": "warning", "broken": "BROKEN"}


@click.command(epilog=examples("annotate doctor", "annotate doctor --json"))
@json_option
@click.pass_context
def doctor(context: click.Context, as_json: bool) -> None:
    """Check everything this project needs, and say what to do about each finding.

    Versions, settings, ontology, lexicons, the server and its advisories, the token, whether the
    projects show the ontology and hold the tasks that were pushed, room on the disk, fonts, and who
    can read the secrets. Nothing is changed. Exit code 1 if something is broken; warnings leave it
    0.
    """
    found = list(_findings(context))
    if as_json:
        print_json([{"ok": f.state != "broken", **asdict(f)} for f in found])
    else:
        rows = [
            (f.check, _SHOWN[f.state], f"{f.detail}; {f.fix}" if f.fix else f.detail) for f in found
        ]
        table("", ("check", "", "detail"), rows, texts=3)
    if any(f.state == "broken" for f in found):
        context.exit(1)
    if not as_json:
        next_step("annotate quickstart", "annotate init")


def _findings(context: click.Context) -> Iterator[Finding]:
    yield from installation()
    try:
        settings = settings_of(context)
    except AnnotateError as problem:
        yield of_error("settings", problem)
        return
    yield from _own_files(context, settings)
    yield from machine(settings)
    try:
        yield from server_findings(settings)
    except AnnotateError as problem:
        yield of_error("server", problem)


def _own_files(context: click.Context, settings: Settings) -> Iterator[Finding]:
    found = Path(FILE).is_file() or context.find_root().params.get("settings")
    yield Finding("settings", "ok", "annotate.toml" if found else "none; defaults hold")
    for name, load, path in (
        ("ontology", load_ontology, settings.ontology.path),
        ("cleaning rules", load_rules, settings.corpus.cleaning),
    ):
        try:
            yield Finding(name, "ok", f"version {load(path).version}")
        except AnnotateError as problem:
            yield of_error(name, problem)
    yield from _lexicons(settings)


def _lexicons(settings: Settings) -> Iterator[Finding]:
    """The heuristics with the user's own lexicons; nothing where the ontology is wrong already."""
    from annotate.heuristics.forms import is_current
    from annotate.heuristics.lexicon import NAMES
    from annotate.heuristics.own import own_lexicons

    try:
        ontology = load_ontology(settings.ontology.path)
    except AnnotateError:
        return
    try:
        own = own_lexicons(settings.preannotate.lexicons, ontology, NAMES)
        version = loader(settings, ontology)().version
    except AnnotateError as problem:
        yield of_error("lexicons", problem)
        return
    files = ", ".join(f"{name}.yaml" for name, _ in own.files)
    yield Finding("lexicons", "ok", f"version {version}" + (f" ({files})" if files else ""))
    if is_current(resource("schemas", "lexicon")):
        yield Finding("word forms", "ok", "as made")
    else:
        detail = "not made from these lexicons (a slower start)"
        yield Finding("word forms", "ok", detail, "make generate")
