"""What a version consists of when it travels: its manifest, trusted no further than it is checked.

A manifest that comes from elsewhere is a stranger's word: names of files must not lead out of the
version's folder, and sizes and sums are promises that what arrives is held to.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annotate.dataset.manifest import MANIFEST, is_version
from annotate.errors import DatasetError
from annotate.storage import file_sha256

LARGEST_MANIFEST = 64 << 20  # bytes
MOST_FILES = 100_000
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
_HEX = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of a version: its path in it (with /), the SHA-256 of its bytes, and their number."""

    name: str
    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Shipment:
    """A version as its manifest tells it.

    Attributes:
        raw: the manifest's bytes.
        entries: every other file.
        about: the whole manifest.
    """

    name: str
    version: str
    raw: bytes
    entries: tuple[Entry, ...]
    about: Mapping[str, Any]

    @property
    def bytes(self) -> int:
        """Size of all files."""
        return len(self.raw) + sum(entry.bytes for entry in self.entries)


def is_name(name: str) -> bool:
    """Whether this can be a dataset's name: it becomes a folder's."""
    return _NAME.fullmatch(name) is not None


def split_reference(reference: str) -> tuple[str, str | None]:
    """Name and version of `NAME@VERSION` or `NAME`.

    Raises:
        DatasetError: it is neither.
    """
    if not is_reference(reference):
        raise DatasetError(f"{reference!r} is no version such as news@1.2.0, and no dataset's name")
    name, _, version = reference.partition("@")
    return name, version or None


def is_reference(text: str) -> bool:
    """Whether this is `NAME@VERSION` or `NAME`."""
    name, at, version = text.partition("@")
    return is_name(name) and (not at or is_version(version))


def parse(raw: bytes, where: str, *, name: str, version: str) -> Shipment:
    """The version that a manifest describes.

    Args:
        where: for messages.
        name, version: what it must be of.

    Raises:
        DatasetError: it is no sound manifest, or of another version.
    """

    def wrong(what: str) -> DatasetError:
        return DatasetError(f"the manifest is not sound: {what}", where=where)

    if len(raw) > LARGEST_MANIFEST:
        raise wrong(f"it has more than {LARGEST_MANIFEST >> 20} MB")
    try:
        about = json.loads(raw.decode("utf-8"))
    except (ValueError, RecursionError):
        raise wrong("it is no JSON") from None
    files = about.get("files") if isinstance(about, dict) else None
    if not isinstance(files, dict):
        raise wrong("it lists no files")
    if (about.get("name"), about.get("version")) != (name, version):
        raise wrong(f"it is not of {name}@{version}")
    if len(files) > MOST_FILES:
        raise wrong(f"it lists more than {MOST_FILES} files")
    entries = []
    for file, entry in sorted(files.items()):
        reason = _name_problem(file)
        if reason:
            raise wrong(f"file {file[:80]!r} {reason}")
        sha256, size = (
            entry.get(k) if isinstance(entry, dict) else None for k in ("sha256", "bytes")
        )
        if not isinstance(sha256, str) or not _HEX.fullmatch(sha256):
            raise wrong(f"{file} has no SHA-256")
        if not isinstance(size, int) or isinstance(size, bool) or not 0 <= size < 1 << 50:
            raise wrong(f"{file} has no size")
        entries.append(Entry(file, sha256, size))
    _check_together(entries, wrong)
    return Shipment(name, version, raw, tuple(entries), about)


def _name_problem(name: str) -> str | None:
    parts = name.split("/")
    if len(parts) > 4 or not all(_PART.fullmatch(part) for part in parts):
        return "is no name of a file inside of the version"
    if name.casefold() == MANIFEST:
        return "is the manifest itself"
    return None


def _check_together(entries: list[Entry], wrong: Any) -> None:
    """No name may be another's in other capitals, or the folder of another."""
    seen: set[str] = set()
    folders: set[str] = set()
    for entry in entries:
        name = entry.name.casefold()
        if name in seen:
            raise wrong(f"{entry.name} is there twice")
        seen.add(name)
        parts = name.split("/")
        folders |= {"/".join(parts[:n]) for n in range(1, len(parts))}
    if seen & folders:
        raise wrong(f"{min(seen & folders)} is a file and a folder")


def read_local(folder: Path, *, name: str, version: str) -> Shipment:
    """The version in a folder, each file held to its sum.

    Raises:
        DatasetError: the version is not there, or not as its manifest says.
    """
    try:
        raw = (folder / MANIFEST).read_bytes()
    except OSError:
        raise DatasetError("there is no such version", where=str(folder)) from None
    shipment = parse(raw, str(folder / MANIFEST), name=name, version=version)
    for entry in shipment.entries:
        if not is_whole(folder / entry.name, entry):
            raise DatasetError(
                f"{entry.name} is not as the manifest says",
                where=str(folder),
                fix=f"see: annotate verify {folder}",
            )
    return shipment


def is_whole(path: Path, entry: Entry) -> bool:
    """Whether a file has the size and sum that the manifest says."""
    return (
        path.is_file() and path.stat().st_size == entry.bytes and file_sha256(path) == entry.sha256
    )
