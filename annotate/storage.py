"""Files that are whole or absent: canonical bytes, hashes, and atomic writes."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any


def canonical_json(value: Any, *, indent: int | None = None) -> str:
    """JSON with sorted keys and no NaN, so that equal values have equal bytes."""
    separators = (",", ": ") if indent else (",", ":")
    return json.dumps(
        value,
        ensure_ascii=False,
        sort_keys=True,
        allow_nan=False,
        indent=indent,
        separators=separators,
    )


def text_sha256(text: str) -> str:
    """SHA-256 (64 hex digits) of a text's UTF-8: the name of the text that offsets refer to."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def lone_surrogate(text: str) -> int | None:
    """Where a text has half a surrogate pair: no character, and nothing that UTF-8 can hold."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as problem:
        return problem.start
    return None


def file_sha256(path: Path) -> str:
    """SHA-256 (64 hex digits) of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sync_folder(folder: Path) -> None:
    """Makes renames inside a folder durable, where the system can."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def make_folders(folder: Path) -> list[Path]:
    """Makes a folder and its parents; those that were not there before, innermost first."""
    made = [path for path in (folder, *folder.parents) if not path.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    return made


def make_private(folder: Path) -> None:
    """Makes a folder and those above it that are not there, for the user alone (mode 0700)."""
    for path in reversed([path for path in (folder, *folder.parents) if not path.exists()]):
        path.mkdir(mode=0o700, exist_ok=True)


def remove_empty(folders: Iterable[Path]) -> None:
    """Removes those of the folders, innermost first, that hold nothing."""
    for folder in folders:
        with contextlib.suppress(OSError):
            folder.rmdir()


@contextlib.contextmanager
def atomic_writer(path: Path, *, mode: int = 0o644) -> Iterator[IO[bytes]]:
    """A binary file that takes its place only when the block ends without an error.

    The bytes go to a hidden file in the same folder, are flushed to the disk, and are renamed;
    an error leaves what was there before. `mode` holds from the first byte on. A link stays, and
    what it points to is replaced.

    Raises:
        OSError: something that is no file stands there: a pipe, a device, a folder.
    """
    path = Path(os.path.realpath(path))
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if path.exists() and not path.is_file():
        raise OSError(errno.EINVAL, "no file stands there, and none can take its place", str(path))
    made = make_folders(path.parent)
    part: Path | None = None
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
        part = Path(name)
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.chmod(mode)
        part.replace(path)
        sync_folder(path.parent)
    except BaseException:
        if part is not None:
            part.unlink(missing_ok=True)
        remove_empty(made)
        raise


def write_text(path: Path, text: str, *, mode: int = 0o644) -> None:
    """Writes a small UTF-8 text file atomically."""
    with atomic_writer(path, mode=mode) as file:
        file.write(text.encode("utf-8"))
