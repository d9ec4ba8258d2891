"""What a backup says of itself: which files it holds, their sums, and how much work is in them.

A backup may come from anywhere: no path of it may lead out of the folder that it is restored to,
and nothing of it is written beyond the sizes that its manifest names.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Literal, get_args

from annotate.errors import WorkspaceError
from annotate.storage import canonical_json

FORMAT = 1
MANIFEST = "manifest.json"
LARGEST_MANIFEST = 64 << 20  # bytes
MOST_FILES = 1_000_000
Database = Literal["sqlite", "postgresql"]
Wrong = Callable[[str], WorkspaceError]  # makes the error of what is wrong
# What may stand at the top, and where it belongs: the first three are the workspace's own names.
TOP = ("server", "ledger.sqlite", "history", "settings")
_KIND = "backup of annotate"
_HEX = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Stored:
    """A file of a backup: its size, and the SHA-256 of its bytes."""

    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds.

    Attributes:
        made_at: when it was made (ISO 8601, UTC).
        annotate, label_studio: versions of what made it; None where there is no embedded server.
        database: what the embedded server's data are in; None where they are not in the backup.
        address: of the PostgreSQL database that was dumped.
        counts: how much there is of what people did, by name (see `backup_counts`).
        files: path (with /) -> what it is.
    """

    made_at: str
    annotate: str
    label_studio: str | None = None
    database: Database | None = None
    address: str | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    files: Mapping[str, Stored] = field(default_factory=dict)

    @property
    def bytes(self) -> int:
        """Size of all files."""
        return sum(stored.bytes for stored in self.files.values())


def manifest_bytes(manifest: Manifest) -> bytes:
    """The manifest as it stands in the archive."""
    text = canonical_json({"kind": _KIND, "format": FORMAT, **asdict(manifest)}, indent=1)
    return text.encode("utf-8") + b"\n"


def parse_manifest(raw: bytes, where: str) -> Manifest:
    """The manifest that stands in an archive.

    Raises:
        WorkspaceError: it is none, or one that must not be followed.
    """

    def wrong(what: str) -> WorkspaceError:
        return WorkspaceError(f"this is no sound backup: {what}", where=where)

    try:
        values = json.loads(raw.decode("utf-8"))
    except (ValueError, RecursionError):
        raise wrong("its manifest is no JSON") from None
    if not isinstance(values, dict) or values.pop("kind", None) != _KIND:
        raise wrong("its manifest is of something else")
    if values.pop("format", None) != FORMAT:
        raise WorkspaceError(
            "another version of annotate made this backup", where=where, fix="upgrade annotate"
        )
    files, counts = values.pop("files", None), values.pop("counts", None)
    if not isinstance(files, dict) or not isinstance(counts, dict):
        raise wrong("its manifest lists nothing")
    if len(files) > MOST_FILES:
        raise wrong(f"it lists more than {MOST_FILES} files")
    if not all(isinstance(n, int) and not isinstance(n, bool) for n in counts.values()):
        raise wrong("its counts are no numbers")
    names = ("made_at", "annotate", "label_studio", "database", "address")
    texts = {name: values.pop(name, None) for name in names}
    if values or not all(text is None or isinstance(text, str) for text in texts.values()):
        raise wrong("its manifest has other parts")
    if texts["database"] not in (None, *get_args(Database)):
        raise wrong(f"it is of the database {texts['database']!r}")
    stored = {path: _stored(path, entry, wrong) for path, entry in files.items()}
    _check_together(stored, wrong)
    return Manifest(
        made_at=texts["made_at"] or "",
        annotate=texts["annotate"] or "",
        label_studio=texts["label_studio"],
        database=texts["database"],
        address=texts["address"],
        counts=counts,
        files=stored,
    )


def path_problem(path: str) -> str | None:
    """Why a path must not be written below a folder; None if it may."""
    parts = path.split("/")
    if parts[0] not in TOP or (parts[0] == "ledger.sqlite") != (len(parts) == 1):
        return "is no part of a workspace"
    if any(part in ("", ".", "..") or len(part.encode("utf-8", "replace")) > 255 for part in parts):
        return "is no path inside of it"
    if len(parts) > 16 or not path.isprintable() or "\\" in path or ":" in path:
        return "is no path that can be written anywhere"
    return None


def _stored(path: str, entry: object, wrong: Wrong) -> Stored:
    problem = path_problem(path)
    if problem:
        raise wrong(f"{path[:80]!r} {problem}")
    size, sha256 = (
        (entry.get("bytes"), entry.get("sha256")) if isinstance(entry, dict) else (None, None)
    )
    if not isinstance(size, int) or isinstance(size, bool) or not 0 <= size < 1 << 50:
        raise wrong(f"{path} has no size")
    if not isinstance(sha256, str) or not _HEX.fullmatch(sha256):
        raise wrong(f"{path} has no SHA-256")
    return Stored(size, sha256)


def _check_together(files: Mapping[str, Stored], wrong: Wrong) -> None:
    """No two paths may be one file on any system, and no file may be a folder, too."""
    seen = {path.casefold() for path in files}
    if len(seen) != len(files):
        raise wrong("two of its files have one name")
    for path in seen:
        folders = path.split("/")[:-1]
        if any("/".join(folders[:depth]) in seen for depth in range(1, len(folders) + 1)):
            raise wrong("one of its files is a folder, too")
