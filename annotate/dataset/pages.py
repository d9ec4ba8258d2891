"""The files of a version that tell of it: schema, figures, changes, card, Croissant, manifest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from annotate import __version__
from annotate.dataset.card import Page, card
from annotate.dataset.changes import CHANGES, page
from annotate.dataset.croissant import croissant
from annotate.dataset.describe import dictionary, json_schema
from annotate.dataset.diff import Difference
from annotate.dataset.manifest import MANIFEST, NAMING, file_entry, memory
from annotate.dataset.recipe import Recipe
from annotate.dataset.schema import SCHEMA_VERSION, schemas
from annotate.dataset.versions import Change, inventory
from annotate.dataset.writer import NUMBERS, WRITER, Limits
from annotate.ontology import Ontology
from annotate.storage import canonical_json, write_text

_NO_FIGURES = {"reason": "no agreement was measured for this version"}


@dataclass(frozen=True, slots=True)
class Release:
    """A version that is being made, and where it comes from.

    Attributes:
        parent: the folder of the version before; None if there is none.
        change, difference: what it is to that one.
        counts: what is in it.
    """

    name: str
    version: str
    parent: Path | None
    change: Change
    difference: Difference
    counts: Mapping[str, Any]


def write_schema(work: Path, ontology: Ontology, agreement: Mapping[str, Any] | None) -> None:
    """Schema, dictionary and figures: what does not name the version."""
    described = schemas(ontology)
    write_text(work / "schema.json", _json(json_schema(described)))
    write_text(work / "DICTIONARY.md", dictionary(described))
    write_text(work / "agreement.json", _json(_NO_FIGURES if agreement is None else agreement))


def write_about(
    work: Path,
    release: Release,
    recipe: Recipe,
    entries: Mapping[str, Mapping[str, Any]],
    date: str | None,
) -> None:
    """Card, Croissant, changes and manifest, which name the version.

    Args:
        entries: what the manifest says of all other files.
        date: of publication, for Croissant.
    """
    data = {key: entry for key, entry in entries.items() if key.endswith(".parquet")}
    sizes = {key: {**entry, "memory": memory(work / key)} for key, entry in data.items()}
    name, version, counts = release.name, release.version, release.counts
    licences = recipe.licences
    gold = recipe.settings.get("gold", {})
    leaks = recipe.splitting.leaks() if recipe.splitting else None
    about = Page(name, version, recipe.ontology, counts, sizes, licences, recipe.texts, gold, leaks)
    write_text(work / "README.md", card(about))
    rights = (licences.texts, licences.annotations)
    metadata = croissant(name, version, schemas(recipe.ontology), data, rights, date)
    write_text(work / "croissant.json", _json(metadata))
    write_text(work / CHANGES, _changes(release))
    every = {**entries, **{key: file_entry(work / key) for key in NAMING}}
    write_text(work / MANIFEST, _json(_manifest(release, recipe, every, leaks)))


def entries_of(work: Path) -> dict[str, dict[str, Any]]:
    """What a manifest says of the files that there are."""
    files = [(p.relative_to(work).as_posix(), p) for p in work.rglob("*") if p.is_file()]
    return {key: file_entry(path) for key, path in sorted(files)}


def _changes(release: Release) -> str:
    parent = release.parent
    before = None
    if parent is not None and (parent / CHANGES).is_file():
        before = (parent / CHANGES).read_text("utf-8", errors="replace")
    return page(
        release.name,
        release.version,
        release.counts,
        parent.name if parent else None,
        release.change,
        release.difference,
        before,
    )


def _manifest(
    release: Release,
    recipe: Recipe,
    entries: Mapping[str, Any],
    leaks: Mapping[str, Any] | None,
) -> dict[str, Any]:
    parent = release.parent
    ledger = recipe.splitting.ledger(release.version) if recipe.splitting else None
    return {
        "name": release.name,
        "version": release.version,
        "parent": parent
        and {"version": parent.name, "manifest": file_entry(parent / MANIFEST)["sha256"]},
        "change": release.change.to_json(),
        "schema_version": SCHEMA_VERSION,
        "ontology": inventory(recipe.ontology),
        "tool": {"annotate": __version__, "pyarrow": pa.__version__},
        "writer": {
            **WRITER,
            "numbers": NUMBERS,
            **{name: getattr(recipe.limits, name) for name in Limits.__slots__},
        },
        "licences": recipe.rights,
        "texts": recipe.texts,
        "counts": dict(release.counts),
        "leaks": leaks,
        "splits": {"ledger_sha256": ledger.sha256} if ledger else None,
        "settings": dict(recipe.settings),
        "files": dict(entries),
    }


def _json(value: Any) -> str:
    return canonical_json(value, indent=2) + "\n"
