"""A backup as a file: a tar archive, gzipped, with the manifest in front.

Written as GNU tar, so that `tar xzf` opens it where annotate is not at hand. Read here by its
headers alone, and never extracted by a library: only plain files, only those that the manifest
names, each with the size and the sum that it says, so that neither a path nor a bomb gets through.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO, cast

from annotate.errors import WorkspaceError
from annotate.labeling.backup_manifest import (
    LARGEST_MANIFEST,
    MANIFEST,
    Manifest,
    Stored,
    manifest_bytes,
    parse_manifest,
)
from annotate.storage import atomic_writer, make_private

_BLOCK = tarfile.BLOCKSIZE
_CHUNK = 1 << 20
_LONGEST_NAME = 4096  # bytes of a long name's record
_LEVEL = 3  # of gzip: further ones cost more time than they save space


def stored(path: Path) -> Stored:
    """Size and sum of a file, from one reading."""
    hashed, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            hashed.update(chunk)
            size += len(chunk)
    return Stored(size, hashed.hexdigest())


def write_archive(target: Path, manifest: Manifest, folder: Path) -> None:
    """Writes a backup (mode 0600), which takes its place when it is whole.

    Args:
        folder: holds the files that the manifest names.

    Raises:
        WorkspaceError: a file is not as the manifest says.
    """
    with (
        atomic_writer(target, mode=0o600) as file,
        gzip.GzipFile(
            filename="", mode="wb", fileobj=file, compresslevel=_LEVEL, mtime=0
        ) as packed,
        tarfile.open(fileobj=packed, mode="w|", format=tarfile.GNU_FORMAT) as tar,
    ):
        _add(tar, MANIFEST, io.BytesIO(raw := manifest_bytes(manifest)), len(raw))
        for path, entry in sorted(manifest.files.items()):
            with (folder / path).open("rb") as source:
                _add(tar, path, source, entry.bytes)


def _add(tar: tarfile.TarFile, name: str, source: IO[bytes], size: int) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    try:
        tar.addfile(member, source)
    except OSError as problem:
        if problem.errno is not None:
            raise
        raise WorkspaceError("the file became shorter while it was read", where=name) from None


def read_manifest(archive: Path) -> Manifest:
    """The manifest of a backup; the rest is not read.

    Raises:
        WorkspaceError: it is no backup.
    """
    with _opened(archive) as packed:
        return _manifest(packed, archive)


def extract(archive: Path, folder: Path | None) -> Manifest:
    """Reads a whole backup, holds it to its manifest, and writes its files (mode 0600).

    Args:
        folder: where they go, which is empty; None writes nothing and only proves the archive.

    Raises:
        WorkspaceError: it is no backup, or not as its manifest says; what was written remains.
    """
    with _opened(archive) as packed:
        manifest = _manifest(packed, archive)
        missing = dict(manifest.files)
        while (header := _member(packed, archive)) is not None:
            name, size = header
            entry = missing.pop(name, None)
            if entry is None or entry.bytes != size:
                raise _damaged(archive, f"{name[:80]!r} is not in its manifest")
            _copy(packed, archive, name, entry, folder)
        if missing:
            raise _damaged(archive, f"it lacks {next(iter(missing))}")
    return manifest


def _copy(packed: BinaryIO, archive: Path, name: str, entry: Stored, folder: Path | None) -> None:
    hashed, left = hashlib.sha256(), entry.bytes
    target = folder / name if folder else None
    if target:
        make_private(target.parent)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    with open(os.open(target, flags, 0o600) if target else os.devnull, "wb") as file:  # noqa: PTH123 - a handle
        while left:
            chunk = packed.read(min(_CHUNK, left))
            if not chunk:
                raise _damaged(archive, "it ends too early")
            hashed.update(chunk)
            file.write(chunk)
            left -= len(chunk)
        if target:
            file.flush()
            os.fsync(file.fileno())
    if hashed.hexdigest() != entry.sha256:
        raise _damaged(archive, f"{name} has another sum")
    _skip(packed, archive, entry.bytes)


def _manifest(packed: BinaryIO, archive: Path) -> Manifest:
    header = _member(packed, archive)
    if header is None or header[0] != MANIFEST or header[1] > LARGEST_MANIFEST:
        raise _damaged(archive, "it does not begin with a manifest")
    raw = _exactly(packed, archive, header[1])
    _skip(packed, archive, header[1])
    return parse_manifest(raw, str(archive))


def _member(packed: BinaryIO, archive: Path) -> tuple[str, int] | None:
    """Name and size of the next plain file, whose bytes come next; None at the end."""
    long_name: str | None = None
    while True:
        block = _exactly(packed, archive, _BLOCK)
        if not any(block):
            return None
        try:
            found = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
        except tarfile.HeaderError:
            raise _damaged(archive, "it is no tar archive") from None
        if found.type == tarfile.GNUTYPE_LONGNAME and long_name is None:
            if not 0 < found.size <= _LONGEST_NAME:
                raise _damaged(archive, "a name in it is too long")
            raw = _exactly(packed, archive, found.size)
            _skip(packed, archive, found.size)
            long_name = raw.rstrip(b"\0").decode("utf-8", "surrogateescape")
            continue
        if found.type not in (tarfile.REGTYPE, tarfile.AREGTYPE) or found.size < 0:
            raise _damaged(archive, "it holds something else than files")
        return found.name if long_name is None else long_name, found.size


def _exactly(packed: BinaryIO, archive: Path, size: int) -> bytes:
    """So many bytes; `size` is bounded by the caller."""
    data = packed.read(size)
    if len(data) != size:
        raise _damaged(archive, "it ends too early")
    return data


def _skip(packed: BinaryIO, archive: Path, size: int) -> None:
    """What fills the last block of a file."""
    _exactly(packed, archive, -size % _BLOCK)


@contextmanager
def _opened(archive: Path) -> Iterator[BinaryIO]:
    """The archive, unpacked as it is read."""
    try:
        with archive.open("rb") as file, gzip.GzipFile(fileobj=file) as packed:
            yield cast(BinaryIO, packed)
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise _damaged(archive, "it is no gzip file, or damaged") from None
    except (FileNotFoundError, IsADirectoryError):
        if archive.is_file():
            raise
        raise WorkspaceError("there is no such backup", where=str(archive)) from None


def _damaged(archive: Path, what: str) -> WorkspaceError:
    return WorkspaceError(
        f"this is no sound backup: {what}", where=str(archive), fix="take another one"
    )
