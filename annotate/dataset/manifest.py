"""Versions on disk: which there are, what a manifest says, and the rename that publishes one."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from annotate.errors import DatasetError
from annotate.settings_values import SPLITS
from annotate.storage import file_sha256, sync_folder

MANIFEST = "manifest.json"
LATEST = "latest"  # beside the versions: one line, the number of the highest
NAMING = ("README.md", "croissant.json", "CHANGES.md")  # files that name their version
# Table -> its folder in a version.
FOLDERS = {
    "articles": "data",
    "sentences": "sentences",
    "annotations": "annotations",
    "spans": "spans",
}
_NUMBER = r"(?:0|[1-9][0-9]*)"
_VERSION = re.compile(rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}")


_PARTS = {"name": str, "version": str, "ontology": dict, "files": dict, "counts": dict}


def file_entry(path: Path) -> dict[str, Any]:
    """What the manifest says of a file: SHA-256, bytes, and rows if it is Parquet."""
    import pyarrow.parquet as pq

    entry: dict[str, Any] = {"sha256": file_sha256(path), "bytes": path.stat().st_size}
    if path.suffix == ".parquet":
        entry["rows"] = pq.read_metadata(path).num_rows
    return entry


def memory(path: Path) -> int:
    """Uncompressed bytes of a Parquet file's columns."""
    import pyarrow.parquet as pq

    metadata = pq.read_metadata(path)
    return sum(
        metadata.row_group(number).total_byte_size for number in range(metadata.num_row_groups)
    )


def is_version(name: str) -> bool:
    """Whether this is a version's number, such as 1.2.0: only then its folder is a version."""
    return _VERSION.fullmatch(name) is not None


def order(version: str) -> tuple[int, ...]:
    """What versions are compared by."""
    return tuple(int(part) for part in version.split("."))


def versions(folder: Path) -> list[str]:
    """Published versions of the dataset in `folder`, oldest first by number."""
    paths = folder.iterdir() if folder.is_dir() else ()
    names = [p.name for p in paths if is_version(p.name) and (p / MANIFEST).is_file()]
    return sorted(names, key=order)


def latest_version(folder: Path) -> str | None:
    """The highest published version, or None."""
    return next(reversed(versions(folder)), None)


def files_of(version: Path, table: str) -> dict[str, list[Path]]:
    """The files of a table by the first word of their names: splits, in their order, or others."""
    found: dict[str, list[Path]] = {split: [] for split in SPLITS}
    for path in sorted((version / FOLDERS[table]).glob("*.parquet")):
        found.setdefault(path.name.partition("-")[0], []).append(path)
    return {name: paths for name, paths in found.items() if paths}


def read_manifest(version: Path) -> dict[str, Any]:
    """The manifest in a version's folder.

    Raises:
        DatasetError: it is missing, is no JSON, or a part is missing or is no object.
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
    except (ValueError, RecursionError):
        raise DatasetError("the manifest is not valid JSON", where=str(path)) from None
    values = manifest if isinstance(manifest, dict) else {}
    missing = [part for part in _PARTS if not isinstance(values.get(part), _PARTS[part])]
    if missing:
        raise DatasetError(f"the manifest lacks {', '.join(missing)}", where=str(path))
    if not all(isinstance(entry, dict) for entry in values["files"].values()):
        raise DatasetError("the manifest says nothing of some file", where=str(path))
    return values


def published(work: Path, path: Path) -> None:
    """Renames a finished folder to its place, durably; raises DatasetError if it is taken."""
    try:
        work.rename(path)
    except OSError:
        if not path.exists():
            raise
        raise DatasetError("this version exists already", where=str(path)) from None
    sync_folder(path.parent)
