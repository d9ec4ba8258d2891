"""export and verify."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import nullcontext
from pathlib import Path

import click

from annotate.annotation_files import read_annotations
from annotate.cli.connect import open_ledger, pushed_project, server_key
from annotate.cli.output import (
    dry_run_option,
    examples,
    json_option,
    next_step,
    print_json,
    project_option,
    say,
    settings_for,
)
from annotate.corpus.article import Article
from annotate.corpus.readers import read_articles
from annotate.corpus.rules import load_rules
from annotate.dataset.rows import Chosen, Status
from annotate.errors import DatasetError, InputError
from annotate.labeling import history
from annotate.labeling.entry import Entry
from annotate.labeling.ledger import Ledger
from annotate.ontology import Ontology, load_ontology
from annotate.settings import Settings


@click.command(
    epilog=examples(
        "annotate export",
        "annotate export --dry-run",
        "annotate export --annotations gold.jsonl --status gold",
    )
)
@click.option(
    "--annotations",
    type=click.Path(path_type=Path),
    help="Export this file in the annotation format instead of the pulled history; the texts come "
    "from the settings' sources.",
)
@click.option(
    "--status",
    type=click.Choice(["gold", "single"]),
    default="single",
    show_default=True,
    help="What --annotations holds.",
)
@click.option("--version", help="Version to publish (default: computed from what changed).")
@project_option
@dry_run_option
@json_option
@click.pass_context
def export(
    context: click.Context,
    project: str | None,
    annotations: Path | None,
    status: Status,
    version: str | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Build the next dataset version.

    Each article is exported with one annotation: the latest that a person submitted, else a
    simulated one. Nothing changed, no new version; a published version is never touched.
    """
    from annotate.dataset.build import build

    settings = settings_for(context, project)
    ontology = load_ontology(settings.ontology.path)
    if annotations is not None:
        chosen = chosen_from_file(settings, annotations, status, ontology)
    else:
        with open_ledger(settings) as ledger:
            project_id = pushed_project(settings, ledger)
            chosen = choose(settings, project_id, ledger, ontology)
    with nullcontext() if dry_run else settings.workspace.lock("export"):
        built = build(
            chosen,
            settings.dataset.name,
            settings.dataset.folder,
            ontology=ontology,
            splits=settings.dataset.splits,
            version=version,
            dry_run=dry_run,
        )
    if as_json:
        print_json(
            {
                "path": str(built.path),
                "version": built.version,
                "new": built.is_new,
                "counts": dict(built.counts),
            }
        )
    else:
        click.echo(str(built.path))
    unused = set(settings.dataset.splits) - {item.article.doc_id for item in chosen}
    if unused:
        say(f"splits name articles that are not exported: {', '.join(sorted(unused)[:5])}")
    counts = ", ".join(f"{count} {what}" for what, count in built.counts.items() if "_" not in what)
    verb = "would be published" if dry_run else "published"
    say(
        f"{built.version} {verb}: {counts}"
        if built.is_new
        else f"nothing changed since {built.version}"
    )
    next_step(f"annotate verify {built.path}")


def choose(settings: Settings, project_id: int, ledger: Ledger, ontology: Ontology) -> list[Chosen]:
    """For each article the one annotation that goes into the dataset.

    The latest that a person submitted; where there is none, the first simulated one by name.
    """
    names = pseudonyms(history.read(settings.workspace.history))
    best: dict[str, Entry] = {}
    for entry in sound_entries(settings, project_id):
        if entry.status != "submitted":
            continue
        before = best.get(entry.doc_id)
        if before is None or _rank(entry) > _rank(before):
            best[entry.doc_id] = entry
    held = sum(bool(entry.problems) for entry in best.values())
    if held:
        say(f"{held} articles are exported without what was quarantined in them (annotate pull)")
    chosen = []
    for doc_id, entry in sorted(best.items()):
        article = ledger.article(doc_id)
        if article is None:
            raise DatasetError(f"the ledger lacks the text of article {doc_id}")
        chosen.append(
            Chosen(
                article,
                entry.annotation(ontology),
                "single",
                (names[entry.annotator],),
                entry.prelabel_version,
            )
        )
    return chosen


def sound_entries(settings: Settings, project_id: int) -> list[Entry]:
    """The latest state of each annotation of the project that could be read over its text.

    An annotation that is quarantined as a whole is no empty work: its last sound state counts.
    """
    key = (server_key(settings), project_id)
    state: dict[tuple[str, int, int], Entry] = {}
    skipped = set()
    for entry in history.read(settings.workspace.history):
        if entry.key[:2] != key:
            continue
        if entry.is_sound:
            state[entry.key] = entry
        else:
            skipped.add(entry.annotation_id)
    if skipped:
        numbers = ", ".join(str(number) for number in sorted(skipped)[:10])
        say(f"quarantined as a whole, their last sound state is taken: annotations {numbers}")
    return list(state.values())


def _rank(entry: Entry) -> tuple[bool, str, str, int]:
    """People before simulated annotators; of people the latest, of the others the first by name."""
    if entry.is_simulated:
        reversed_name = "".join(chr(0x10FFFF - ord(char)) for char in entry.annotator)
        return (False, reversed_name, entry.updated_at, entry.annotation_id)
    return (True, entry.updated_at, "", entry.annotation_id)


def pseudonyms(entries: Iterable[Entry]) -> dict[str, str]:
    """Stable names without addresses: people are numbered as they first appear in the history."""
    names: dict[str, str] = {}
    people = 0
    for entry in entries:
        if entry.annotator in names:
            continue
        if entry.is_simulated:
            names[entry.annotator] = entry.annotator_name
        else:
            people += 1
            names[entry.annotator] = f"annotator-{people}"
    return names


def chosen_from_file(
    settings: Settings, path: Path, status: Status, ontology: Ontology
) -> list[Chosen]:
    """Annotations of a file, joined to the settings' articles by the hash of their text."""
    if not settings.corpus.sources:
        raise InputError("there are no articles", fix="set corpus.sources in annotate.toml")
    rules = load_rules(settings.corpus.cleaning)
    articles: dict[tuple[str | None, str], Article] = {}
    for article in read_articles(settings.corpus.sources, rules):
        articles[article.doc_id, article.text_sha256] = article
        articles.setdefault((None, article.text_sha256), article)
    chosen = []
    people: dict[str, str] = {}
    for annotation in read_annotations(path, ontology):
        # Reposts share a text: the identity tells them apart where the file gives it.
        found = articles.get((annotation.doc_id, annotation.text_sha256))
        if found is None and annotation.doc_id is None:
            found = articles.get((None, annotation.text_sha256))
        if found is None:
            raise InputError(
                f"no source holds the text {annotation.text_sha256[:12]}… "
                f"of article {annotation.doc_id or annotation.source_id or 'unnamed'}",
                where=str(path),
                fix="check corpus.sources and the cleaning rules",
            )
        name = annotation.annotator
        if name and "@" in name:
            name = people.setdefault(name, f"annotator-{len(people) + 1}")
        chosen.append(Chosen(found, annotation, status, (name,) if name else ()))
    return chosen


@click.command(epilog=examples("annotate verify exports/seeds/1.0.0"))
@click.argument("path", type=click.Path(path_type=Path))
@json_option
@click.pass_context
def verify(context: click.Context, path: Path, as_json: bool) -> None:
    """Check a version's sums, files, spans and roles; exit code 1 if anything is wrong."""
    from annotate.dataset.check import verify as find_faults

    faults = find_faults(path)
    if as_json:
        print_json(
            {
                "ok": not faults,
                "faults": [
                    {"file": f.file, "row": f.row, "rule": f.rule, "what": f.what} for f in faults
                ],
            }
        )
    else:
        for fault in faults:
            click.echo(str(fault))
        click.echo(f"{len(faults)} problems" if faults else "ok")
    if faults:
        context.exit(1)
