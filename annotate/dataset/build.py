"""Builds a dataset version: all of it in a hidden folder, then one rename."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from annotate import __version__
from annotate.dataset.card import card
from annotate.dataset.describe import dictionary, json_schema
from annotate.dataset.manifest import (
    DATA,
    MANIFEST,
    file_entry,
    is_version,
    latest_version,
    published,
    read_manifest,
)
from annotate.dataset.rows import Chosen, article_row
from annotate.dataset.schema import article_schema
from annotate.errors import DatasetError
from annotate.ontology import Ontology
from annotate.storage import (
    canonical_json,
    make_folders,
    remove_empty,
    sync_folder,
    write_text,
)

SPLITS = ("train", "validation", "test")


@dataclass(frozen=True, slots=True)
class Built:
    """What a build did.

    Attributes:
        path: the folder of the version (in a dry run, where it would be).
        version: its number; the latest one's where nothing changed.
        is_new: whether a version was (or would be) published.
        counts: articles, entities, events and roles in it.
    """

    path: Path
    version: str
    is_new: bool
    counts: Mapping[str, int]


def build(
    chosen: Sequence[Chosen],
    name: str,
    folder: Path,
    *,
    ontology: Ontology,
    splits: Mapping[str, str],
    version: str | None = None,
    dry_run: bool = False,
) -> Built:
    """Publishes the articles as the next version of a dataset, unless nothing changed.

    Equal inputs give equal bytes: rows are ordered by doc_id and no clock is read. The version is
    written to a hidden folder, synced, and renamed; a reader sees all of it or nothing.

    Args:
        folder: the folder of datasets; the version becomes `folder/name/version`.
        splits: split of each doc_id; the others are train.
        version: number to publish as; None computes it: the first is 1.0.0, other columns or
            another ontology give a new major number, anything else a new minor one.

    Raises:
        DatasetError: there are no articles, one is there twice, or the version exists already.
        SpanError: an annotation does not hold.
    """
    if not chosen:
        raise DatasetError("there is no annotated article to export", fix="annotate, then pull")
    if version is not None and not is_version(version):
        raise DatasetError(f"{version!r} is no version such as 1.2.0")
    repeated = [d for d, n in Counter(c.article.doc_id for c in chosen).items() if n > 1]
    if repeated:
        raise DatasetError(f"article {repeated[0]} is there twice")
    target = folder / name
    made = [] if dry_run else make_folders(target)
    if not dry_run:
        _remove_leftovers(target)
    work = Path(tempfile.mkdtemp(prefix=".build-", dir=None if dry_run else target))
    try:
        counts = _write_files(work, chosen, name, ontology, splits)
        files = {str(path.relative_to(work)): path for path in _files(work)}
        entries = {key: file_entry(path) for key, path in sorted(files.items())}
        parent = latest_version(target)
        before = read_manifest(target / parent) if parent else None
        if before and before["files"] == entries and version in (None, parent):
            return Built(target / str(parent), str(parent), False, counts)
        number = version or _next(parent, before, entries, ontology)
        path = target / number
        if path.exists():
            raise DatasetError(
                "this version is published and never changes", where=str(path), fix="name a new one"
            )
        manifest = _manifest(name, number, parent, ontology, entries, counts, splits)
        write_text(work / MANIFEST, canonical_json(manifest, indent=2) + "\n")
        if not dry_run:
            for inner in {file.parent for file in files.values()} | {work}:
                sync_folder(inner)
            work.chmod(0o755)
            published(work, path)
        return Built(path, number, True, counts)
    finally:
        shutil.rmtree(work, ignore_errors=True)
        remove_empty(made)  # they are not empty if something was published


def _remove_leftovers(target: Path) -> None:
    """Removes hidden folders of builds that were killed; a running one is younger than a day."""
    for path in target.glob(".build-*"):
        if time.time() - path.stat().st_mtime > 86_400:
            shutil.rmtree(path, ignore_errors=True)


def _write_files(
    work: Path, chosen: Sequence[Chosen], name: str, ontology: Ontology, splits: Mapping[str, str]
) -> dict[str, int]:
    """Everything but the manifest; the counts of what was written."""
    schema = article_schema(ontology)
    counts: Counter[str] = Counter()
    rows: dict[str, list[dict[str, Any]]] = {split: [] for split in SPLITS}
    for item in sorted(chosen, key=lambda c: c.article.doc_id):
        row = article_row(item, ontology)
        rows[splits.get(item.article.doc_id, "train")].append(row)
        counts["articles"] += 1
        counts["entities"] += len(row["entities"])
        counts["events"] += len(row["events"])
        counts["roles"] += sum(len(event["roles"]) for event in row["events"])
    (work / DATA).mkdir()
    for split, split_rows in rows.items():
        if split_rows:  # an empty split gets no file
            table = pa.Table.from_pylist(split_rows, schema=schema)
            path = work / DATA / f"{split}-00000-of-00001.parquet"
            pq.write_table(table, path, compression="zstd", row_group_size=1000)
            counts[f"articles_{split}"] = len(split_rows)
    write_text(work / "schema.json", canonical_json(json_schema(schema), indent=2) + "\n")
    write_text(work / "DICTIONARY.md", dictionary(schema))
    statuses: Counter[str] = Counter(item.status for item in chosen)
    simulated = any("(simulated)" in who for item in chosen for who in item.annotators)
    write_text(work / "README.md", card(name, ontology, counts, statuses, simulated=simulated))
    return dict(counts)


def _manifest(
    name: str,
    version: str,
    parent: str | None,
    ontology: Ontology,
    entries: Mapping[str, Any],
    counts: Mapping[str, int],
    splits: Mapping[str, str],
) -> dict[str, Any]:
    return {
        "name": name,
        "version": version,
        "parent": parent,
        "ontology": {
            "name": ontology.name,
            "version": ontology.version,
            "guidelines_version": ontology.guidelines_version,
        },
        "tool": {"annotate": __version__, "pyarrow": pa.__version__},
        "counts": dict(counts),
        "settings": {"splits": dict(splits)},
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


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]
