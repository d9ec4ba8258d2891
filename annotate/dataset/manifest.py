"""Versions on disk: which there are, what a manifest says, and the rename that publishes one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from annotate.errors import DatasetError
from annotate.storage import file_sha256, sync_folder

MANIFEST = "manifest.json"
DATA = "data"


def file_entry(path: Path) -> dict[str, Any]:
    """What the manifest says of a file: SHA-256, bytes, and rows if it is Parquet."""
    import pyarrow.parquet as pq

    entry: dict[str, Any] = {"sha256": file_sha256(path), "bytes": path.stat().st_size}
    if path.suffix == ".parquet":
        entry["rows"] = pq.read_metadata(path).num_rows
    return entry


def versions(folder: Path) -> list[str]:
    """Published versions of the dataset in `folder`, oldest first by number."""
    numbers = []
    for path in folder.iterdir() if folder.is_dir() else ():
        parts = path.name.split(".")
        if len(parts) == 3 and all(p.isdigit() for p in parts) and (path / MANIFEST).is_file():
            numbers.append(tuple(int(part) for part in parts))
    return [".".join(str(part) for part in number) for number in sorted(numbers)]


def latest_version(folder: Path) -> str | None:
    """The highest published version, or None."""
    return next(reversed(versions(folder)), None)


def read_manifest(version: Path) -> dict[str, Any]:
    """The manifest in a version's folder.

    Raises:
        DatasetError: it is missing, is no JSON, or lacks a part.
    """
    path = version / MANIFEST
    try:
        manifest = json.loads(path.read_text("utf-8"))
    except OSError:
        raise DatasetError(
            "this is no dataset version: there is no manifest.json",
            where=str(version),
            fix="give a folder such as exports/NAME/1.0.0",
        ) from None
    except ValueError:
        raise DatasetError("the manifest is not valid JSON", where=str(path)) from None
    parts = ("name", "version", "ontology", "files", "counts")
    missing = [p for p in parts if not isinstance(manifest, dict) or p not in manifest]
    if missing:
        raise DatasetError(f"the manifest lacks {', '.join(missing)}", where=str(path))
    return dict(manifest)


def published(work: Path, path: Path) -> None:
    """Renames a finished folder to its place, durably; raises DatasetError if it is taken."""
    try:
        work.rename(path)
    except OSError:
        raise DatasetError("this version exists already", where=str(path)) from None
    sync_folder(path.parent)
