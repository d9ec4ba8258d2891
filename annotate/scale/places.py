"""Folders and files at an address: of this machine, in buckets, and wherever fsspec leads.

Keys come from the environment or the SDKs' own files, never from an address.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from secrets import token_hex
from typing import IO, Any

from annotate.dataset.remotes import s3_files, split_address, told
from annotate.errors import InputError

_CHUNK = 1 << 20
PART = ".part"


@dataclass(frozen=True, slots=True)
class Place:
    """A path of a file system of pyarrow; `where` is its address, for messages."""

    files: Any
    path: str
    where: str

    def below(self, name: str) -> Place:
        """A file in this folder."""
        return Place(self.files, f"{self.path.rstrip('/')}/{name}", f"{self.where}/{name}")

    @property
    def _is_local(self) -> bool:
        return self.files.type_name == "local" or "'local'" in self.files.type_name

    def read(self, most: int = -1) -> bytes | None:
        """The bytes of a file, or None where there is no such file."""
        with told(self.where):
            if not self.files.get_file_info(self.path).is_file:
                return None
            with self.files.open_input_stream(self.path) as source:
                return bytes(source.read(None if most < 0 else most))

    def sizes(self) -> dict[str, int]:
        """The files directly in this folder, and how many bytes they have."""
        from pyarrow.fs import FileSelector, FileType

        with told(self.where):
            chosen = FileSelector(self.path, recursive=False, allow_not_found=True)
            found = self.files.get_file_info(chosen)
        return {info.base_name: info.size for info in found if info.type == FileType.File}

    def names(self) -> set[str]:
        """What is directly in this folder."""
        from pyarrow.fs import FileSelector

        with told(self.where):
            chosen = FileSelector(self.path, recursive=False, allow_not_found=True)
            return {info.base_name for info in self.files.get_file_info(chosen)}

    def write(self, source: IO[bytes]) -> None:
        """Writes a file, which takes its place when it is whole (objects in buckets always do)."""
        with told(self.where):
            # Two that write the same shard must not write into the same part.
            target = f"{self.path}.{token_hex(4)}{PART}" if self._is_local else self.path
            if self._is_local:
                self.files.create_dir(str(Path(self.path).parent), recursive=True)
            try:
                with self.files.open_output_stream(target) as sink:
                    while chunk := source.read(_CHUNK):
                        sink.write(chunk)
                if self._is_local:
                    _sync(target)
                    self.files.move(target, self.path)
            except BaseException:
                if self._is_local:
                    with contextlib.suppress(OSError):
                        self.files.delete_file(target)
                raise

    def sweep(self) -> None:
        """Removes what writers that were killed have left in this folder."""
        for name in self.sizes():
            if name.endswith(PART):
                self.below(name).remove()

    def remove(self) -> None:
        """Removes a file, if it is there."""
        with told(self.where):
            if self.files.get_file_info(self.path).is_file:
                self.files.delete_file(self.path)

    @contextlib.contextmanager
    def opened(self) -> Iterator[Any]:
        """A file to read from, at any position."""
        with told(self.where), self.files.open_input_file(self.path) as source:
            yield source


def _sync(path: str) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def place(address: str) -> Place:
    """What an address names: a path, `s3://`, `gs://`, or any scheme that fsspec knows.

    Raises:
        DatasetError: it holds keys.
        InputError: there is no way to it.
    """
    from pyarrow.fs import FSSpecHandler, GcsFileSystem, LocalFileSystem, PyFileSystem

    scheme, colon, rest = address.partition("://")
    if not colon:
        return Place(LocalFileSystem(), os.path.abspath(address), address.rstrip("/"))  # noqa: PTH100 - `a/..` goes
    parts = split_address(address)
    where = address.rstrip("/")
    if scheme == "file":
        return Place(LocalFileSystem(), parts.path.rstrip("/"), where)
    if scheme == "s3":
        return Place(s3_files(os.environ), rest.rstrip("/"), where)
    if scheme == "gs":
        files = GcsFileSystem(retry_time_limit=timedelta(minutes=1))
        return Place(files, rest.rstrip("/"), where)
    from fsspec.core import url_to_fs

    try:
        found, path = url_to_fs(address)
    except (ImportError, ValueError, OSError) as problem:
        said = str(problem).partition("\n")[0][:200]
        raise InputError(f"there is no way to {scheme}:// ({said})", where=where) from None
    handler: Any = FSSpecHandler  # its stub does not know that it is made of a file system
    return Place(PyFileSystem(handler(found)), path.rstrip("/"), where)


def is_address(text: str) -> bool:
    """Whether a text names a place that is no path of this machine."""
    return "://" in text


def found_at(address: str, suffixes: tuple[str, ...]) -> list[str]:
    """Files that an address names, in order: a file, those directly in a folder, or a glob's.

    Raises:
        InputError: it names none.
    """
    from pyarrow.fs import FileSelector, FileType

    plain, star, _ = address.partition("*")
    folder = plain.rpartition("/")[0] if star else address
    start = place(folder)
    with told(start.where):
        if not star and start.files.get_file_info(start.path).is_file:
            return [address]
        chosen = FileSelector(start.path, recursive=bool(star), allow_not_found=True)
        infos = start.files.get_file_info(chosen)
    paths = [info.path for info in infos if info.type == FileType.File]
    if star:
        pattern = start.path + address[len(folder) :]
        paths = [path for path in paths if Path(path).match(pattern)]
    paths = sorted(path for path in paths if path.endswith(suffixes))
    if not paths:
        raise InputError(
            f"there is no {', '.join(suffixes)}", where=address, fix="check the address"
        )
    # The part before the folder's path stays as it was given: fsspec's paths have no scheme.
    return [f"{folder.rstrip('/')}{path[len(start.path) :]}" for path in paths]
