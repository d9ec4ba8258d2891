"""Builds a dataset version: all of it in a hidden folder, then one rename."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from annotate import __version__
from annotate.dataset.card import NO_LICENCES, Licences, Page, card
from annotate.dataset.contribution_columns import contributions_table
from annotate.dataset.counts import Tally
from annotate.dataset.croissant import croissant
from annotate.dataset.describe import dictionary, json_schema
from annotate.dataset.group import Known, Options
from annotate.dataset.manifest import (
    FOLDERS,
    MANIFEST,
    NAMING,
    file_entry,
    is_version,
    latest_version,
    memory,
    published,
    read_manifest,
)
from annotate.dataset.rows import Chosen, Contribution, Split
from annotate.dataset.schema import SCHEMA_VERSION, schemas
from annotate.dataset.tables import TableMaker
from annotate.dataset.workers import made
from annotate.dataset.writer import (
    LIMITS,
    NUMBERS,
    WRITER,
    Limits,
    ShardWriter,
    article_groups,
    contribution_groups,
)
from annotate.errors import DatasetError
from annotate.ontology import Ontology
from annotate.storage import (
    canonical_json,
    make_folders,
    remove_empty,
    sync_folder,
    write_text,
)

_NO_FIGURES = {"reason": "no agreement was measured for this version"}


def _unknown(_: str) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a version is made with, beside the articles.

    Attributes:
        is_known: whether a word in search form is known; the cores of spans depend on it.
        texts: whether the version holds the texts; without them it has offsets, URLs and hashes.
        agreement: the figures at this time; None if there are none.
        date: of publication, for Croissant (ISO 8601); None: of the last change of an annotation.
        settings: what made the choice of articles and annotations, for the manifest.
        workers: threads that make rows; the bytes are the same for any number.
    """

    ontology: Ontology
    is_known: Known = _unknown
    texts: bool = True
    licences: Licences = NO_LICENCES
    agreement: Mapping[str, Any] | None = None
    date: str | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    workers: int = 1
    limits: Limits = LIMITS


@dataclass(frozen=True, slots=True)
class Built:
    """What a build did.

    Attributes:
        path: the folder of the version (in a dry run, where it would be).
        version: its number; the latest one's where nothing changed.
        is_new: whether a version was (or would be) published.
        counts: what is in it (`annotate.dataset.counts`).
    """

    path: Path
    version: str
    is_new: bool
    counts: Mapping[str, Any]


def build(
    chosen: Iterable[Chosen],
    name: str,
    folder: Path,
    recipe: Recipe,
    *,
    contributions: Iterable[Contribution] = (),
    version: str | None = None,
    dry_run: bool = False,
) -> Built:
    """Publishes the articles as the next version of a dataset, unless nothing changed.

    Equal inputs give equal bytes: rows are ordered by doc_id and no clock is read. The version is
    written to a hidden folder, synced, and renamed; a reader sees all of it or nothing. A row group
    for each split is in memory at a time, and no more.

    Args:
        chosen: in the order of doc_id; a list may have any order.
        folder: the folder of datasets; the version becomes `folder/name/version`.
        contributions: every annotator's work, in the order of their keys; a list may have any.
        version: number to publish as; None computes it: the first is 1.0.0, other columns or
            another ontology give a new major number, anything else a new minor one.

    Raises:
        DatasetError: there are no articles, one is there twice or out of order, or the version
            exists already.
        SpanError: an annotation does not hold.
    """
    if version is not None and not is_version(version):
        raise DatasetError(f"{version!r} is no version such as 1.2.0")
    if isinstance(chosen, Sequence):
        chosen = sorted(chosen, key=lambda item: item.article.doc_id)
    if isinstance(contributions, Sequence):
        contributions = sorted(contributions, key=lambda item: item.key)
    target = folder / name
    new_folders = [] if dry_run else make_folders(target)
    if not dry_run:
        _remove_leftovers(target)
    work = Path(tempfile.mkdtemp(prefix=".build-", dir=None if dry_run else target))
    try:
        tally = _write_data(work, chosen, contributions, recipe)
        counts = tally.to_json(recipe.ontology)
        _write_schema(work, recipe)
        parent = latest_version(target)
        before = read_manifest(target / parent) if parent else None
        entries = _entries(work)
        if before and version in (None, parent) and _says_the_same(before, entries, recipe):
            return Built(target / str(parent), str(parent), False, counts)
        number = version or _next(parent, before, entries, recipe.ontology)
        path = target / number
        if path.exists():
            raise DatasetError(
                "this version is published and never changes", where=str(path), fix="name a new one"
            )
        date = recipe.date or tally.changed
        _write_about(work, name, number, replace(recipe, date=date), counts, entries)
        entries = _entries(work)
        manifest = _manifest(name, number, parent, recipe, entries, counts)
        write_text(work / MANIFEST, canonical_json(manifest, indent=2) + "\n")
        if not dry_run:
            for inner in {file.parent for _, file in _files(work)}:
                sync_folder(inner)
            work.chmod(0o755)
            published(work, path)
        return Built(path, number, True, counts)
    finally:
        shutil.rmtree(work, ignore_errors=True)
        remove_empty(new_folders)  # they are not empty if something was published


def _remove_leftovers(target: Path) -> None:
    """Removes hidden folders of builds that were killed; a running one is younger than a day."""
    for path in target.glob(".build-*"):
        if time.time() - path.stat().st_mtime > 86_400:
            shutil.rmtree(path, ignore_errors=True)


def _write_data(
    work: Path, chosen: Iterable[Chosen], contributions: Iterable[Contribution], recipe: Recipe
) -> Tally:
    """All Parquet files; what was counted on the way."""
    tally = Tally()
    options = Options(recipe.ontology, recipe.is_known, recipe.texts)
    writers: dict[tuple[str, str], ShardWriter] = {}

    def writer(table: str, stem: str) -> ShardWriter:
        if (table, stem) not in writers:
            writers[table, stem] = ShardWriter(work / FOLDERS[table], stem, recipe.limits)
        return writers[table, stem]

    def seen() -> Iterator[tuple[Split, list[Chosen]]]:
        for split, items in article_groups(chosen, recipe.limits):
            tally.saw(items)
            yield split, items

    try:
        for split, group in made(seen(), options, recipe.workers):
            tally.by_split[split].update(group.counts)
            for table, rows in group.tables.items():
                writer(table, split).write(rows)
        if not tally.by_split:
            raise DatasetError("there is no annotated article to export", fix="annotate, then pull")
        maker = TableMaker(options)
        for items in contribution_groups(contributions, recipe.limits):
            rows, counts = contributions_table(items, maker)
            tally.annotations.update(counts)
            tally.saw_work(items)
            writer("annotations", "annotations").write(rows)
        for each in writers.values():
            each.close()
    except BaseException:
        for each in writers.values():
            each.abandon()
        raise
    return tally


def _write_schema(work: Path, recipe: Recipe) -> None:
    """Schema, dictionary and figures."""
    described = schemas(recipe.ontology)
    write_text(work / "schema.json", canonical_json(json_schema(described), indent=2) + "\n")
    write_text(work / "DICTIONARY.md", dictionary(described))
    figures = _NO_FIGURES if recipe.agreement is None else recipe.agreement
    write_text(work / "agreement.json", canonical_json(figures, indent=2) + "\n")


def _write_about(
    work: Path,
    name: str,
    version: str,
    recipe: Recipe,
    counts: Mapping[str, Any],
    entries: Mapping[str, Mapping[str, Any]],
) -> None:
    """Card and Croissant, which name the version."""
    data = {key: entry for key, entry in entries.items() if key.endswith(".parquet")}
    sizes = {key: {**entry, "memory": memory(work / key)} for key, entry in data.items()}
    licences = recipe.licences
    gold = recipe.settings.get("gold", {})
    page = Page(name, version, recipe.ontology, counts, sizes, licences, recipe.texts, gold)
    write_text(work / "README.md", card(page))
    rights = (licences.texts, licences.annotations)
    metadata = croissant(name, version, schemas(recipe.ontology), data, rights, recipe.date)
    write_text(work / "croissant.json", canonical_json(metadata, indent=2) + "\n")


def _entries(work: Path) -> dict[str, dict[str, Any]]:
    return {key: file_entry(path) for key, path in sorted(_files(work))}


def _says_the_same(before: Mapping[str, Any], entries: Mapping[str, Any], recipe: Recipe) -> bool:
    """Whether a version would differ from `before` in nothing but the pages that name it."""
    kept = {key: entry for key, entry in before["files"].items() if key not in NAMING}
    return kept == entries and before.get("licences") == _rights(recipe)


def _rights(recipe: Recipe) -> dict[str, str]:
    return {"texts": recipe.licences.texts, "annotations": recipe.licences.annotations}


def _manifest(
    name: str,
    version: str,
    parent: str | None,
    recipe: Recipe,
    entries: Mapping[str, Any],
    counts: Mapping[str, Any],
) -> dict[str, Any]:
    ontology, limits = recipe.ontology, recipe.limits
    return {
        "name": name,
        "version": version,
        "parent": parent,
        "schema_version": SCHEMA_VERSION,
        "ontology": {
            "name": ontology.name,
            "version": ontology.version,
            "guidelines_version": ontology.guidelines_version,
        },
        "tool": {"annotate": __version__, "pyarrow": pa.__version__},
        "writer": {
            **WRITER,
            "numbers": NUMBERS,
            **{name: getattr(limits, name) for name in Limits.__slots__},
        },
        "licences": _rights(recipe),
        "texts": recipe.texts,
        "counts": dict(counts),
        "settings": dict(recipe.settings),
        "files": dict(entries),
    }


def _next(
    parent: str | None,
    before: Mapping[str, Any] | None,
    entries: Mapping[str, Any],
    ontology: Ontology,
) -> str:
    if parent is None or before is None:
        return "1.0.0"
    major, minor, _ = (int(part) for part in parent.split("."))
    same_columns = before["files"].get("schema.json") == entries["schema.json"]
    same_ontology = all(
        before["ontology"].get(key) == value
        for key, value in (("name", ontology.name), ("version", ontology.version))
    )
    if not same_columns or not same_ontology:
        return f"{major + 1}.0.0"
    return f"{major}.{minor + 1}.0"


def _files(folder: Path) -> list[tuple[str, Path]]:
    return [(p.relative_to(folder).as_posix(), p) for p in folder.rglob("*") if p.is_file()]
