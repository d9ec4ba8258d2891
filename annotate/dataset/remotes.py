"""Places that versions are published to: folders, S3 and Google buckets, and the Hugging Face Hub.

Keys come from the environment or the SDKs' own files, never from an address, and are in no message.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import SplitResult, urlsplit

from annotate.dataset.manifest import LATEST, MANIFEST, is_version, order
from annotate.dataset.shipment import Entry, Shipment, is_name
from annotate.errors import DatasetError

Advance = Callable[[int], None]
_CHUNK = 1 << 20
_SECRETS = (
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "HF_TOKEN",
    "HUGGING_FACE_HUB_TOKEN",
)


@dataclass(frozen=True, slots=True)
class Sent:
    """How many files were sent, and how many were there already with the right sum."""

    sent: int
    kept: int


class Store(Protocol):
    """A place with datasets. `where` is its address, for messages."""

    where: str

    def names(self) -> list[str]:
        """Datasets that have a version."""

    def versions(self, name: str) -> list[str]:
        """Published versions of a dataset, oldest first."""

    def latest(self, name: str) -> str | None:
        """The version that the pointer names, else the highest one."""

    def manifest(self, name: str, version: str) -> bytes | None:
        """A version's manifest (cut off where it is too large), or None where there is none."""

    def send(self, folder: Path, shipment: Shipment, advance: Advance) -> Sent:
        """Publishes a version: files, held to their sums, then the manifest, then the pointer."""

    def point(self, name: str, version: str) -> None:
        """Moves the pointer to a version, unless it is at a later one."""

    def receive(self, shipment: Shipment, entry: Entry, target: Path, advance: Advance) -> None:
        """Writes one file of a version to `target`, and at most as many bytes as it should have."""


def open_store(address: str, environment: Mapping[str, str] | None = None) -> Store:
    """The place that an address names: `s3://bucket/path`, `gs://bucket/path`, `file:///path` or a
    path, `hf://datasets/OWNER/NAME`.

    Raises:
        DatasetError: there is no such kind of address, or it holds keys.
    """
    environment = os.environ if environment is None else environment
    scheme, colon, rest = address.partition("://")
    if not colon:
        return _local(Path(address).absolute(), address)
    scheme = scheme.lower()
    parts = split_address(address)
    path = rest.strip("/")
    if any(part in ("", ".", "..") for part in path.split("/")) and scheme != "file":
        raise DatasetError("this is no address of a place for datasets", where=address)
    if scheme == "file":
        if parts.netloc not in ("", "localhost"):
            raise DatasetError("a file's address has three slashes", where=address)
        return _local(Path(parts.path), address)
    if scheme == "s3":
        return FolderStore(s3_files(environment), path, address)
    if scheme == "gs":
        from pyarrow.fs import GcsFileSystem

        return FolderStore(GcsFileSystem(retry_time_limit=timedelta(minutes=1)), path, address)
    if scheme == "hf":
        from annotate.dataset.hub import open_hub

        return open_hub(path, address)
    raise DatasetError(
        f"there is no way to {scheme}://", where=address, fix="use s3://, gs://, hf:// or a folder"
    )


def split_address(address: str) -> SplitResult:
    """The parts of an address with a scheme.

    Raises:
        DatasetError: it holds keys.
    """
    parts = urlsplit(address)
    if "@" in parts.netloc or parts.query or parts.fragment:
        # The address itself is in no message: it may hold a key.
        raise DatasetError(
            "the address may hold no user, key or password, and nothing after ? or #",
            where=f"{parts.scheme}://",
            fix="keys come from the environment or the SDK's own files",
        )
    return parts


def _local(path: Path, address: str) -> FolderStore:
    from pyarrow.fs import LocalFileSystem

    return FolderStore(LocalFileSystem(), str(path), address)


def s3_files(environment: Mapping[str, str]) -> Any:
    """The file system of S3, or of what the environment names instead of it."""
    from pyarrow.fs import S3FileSystem

    options: dict[str, Any] = {}
    endpoint = environment.get("AWS_ENDPOINT_URL_S3") or environment.get("AWS_ENDPOINT_URL")
    if endpoint:
        parts = urlsplit(endpoint)
        options = {"endpoint_override": parts.netloc, "scheme": parts.scheme}
    region = environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION")
    if region:
        options["region"] = region
    return S3FileSystem(**options)


@contextmanager
def told(where: str) -> Iterator[None]:
    """Turns what a library says into one error, without the keys that the environment holds."""
    import pyarrow as pa

    try:
        yield
    except (OSError, pa.ArrowException) as problem:
        said = str(problem).partition("\n")[0][:300]
        raise DatasetError(without_keys(said), where=where) from None


def without_keys(said: str) -> str:
    """A message without the values of variables that hold keys."""
    for name in _SECRETS:
        value = os.environ.get(name, "")
        if len(value) > 3:
            said = said.replace(value, "...")
    return said


class FolderStore:
    """Datasets below a path of a file system of pyarrow: `NAME/VERSION/...` and `NAME/latest`."""

    def __init__(self, files: Any, base: str, where: str) -> None:
        self.where = where
        self._files = files
        self._base = base.rstrip("/")
        self._is_local = files.type_name == "local"

    def names(self) -> list[str]:
        with told(self.where):
            found = self._folders(self._base)
        return [name for name in found if is_name(name) and self.versions(name)]

    def versions(self, name: str) -> list[str]:
        with told(self.where):
            found = [v for v in self._folders(f"{self._base}/{name}") if is_version(v)]
            paths = [self._path(name, version, MANIFEST) for version in found]
            infos = self._files.get_file_info(paths) if paths else []
        there = [version for version, info in zip(found, infos, strict=True) if info.is_file]
        return sorted(there, key=order)

    def latest(self, name: str) -> str | None:
        # A publication that is killed before its end leaves the pointer behind.
        return next(reversed(self.versions(name)), None)

    def manifest(self, name: str, version: str) -> bytes | None:
        from annotate.dataset.shipment import LARGEST_MANIFEST

        with told(self.where):
            return self._read(self._path(name, version, MANIFEST), LARGEST_MANIFEST + 1)

    def send(self, folder: Path, shipment: Shipment, advance: Advance) -> Sent:
        sent = 0
        for entry in shipment.entries:
            path = self._path(shipment.name, shipment.version, entry.name)
            with told(self.where):
                if not self._is_there(path, entry):
                    self._write(path, folder / entry.name)
                    sent += 1
                    if not self._is_there(path, entry):
                        raise DatasetError(
                            f"{entry.name} did not arrive as it was sent",
                            where=self.where,
                            fix="publish again: what arrived is not sent again",
                        )
            advance(entry.bytes)
        with told(self.where):
            name, version = shipment.name, shipment.version
            self._write(self._path(name, version, MANIFEST), folder / MANIFEST)
            if (
                self._read(self._path(name, version, MANIFEST), len(shipment.raw) + 1)
                != shipment.raw
            ):
                raise DatasetError("the manifest did not arrive as it was sent", where=self.where)
        self.point(name, version)
        advance(len(shipment.raw))
        return Sent(sent, len(shipment.entries) - sent)

    def point(self, name: str, version: str) -> None:
        path = f"{self._base}/{name}/{LATEST}"
        with told(self.where):
            before = (self._read(path, 64) or b"").decode("ascii", "replace").strip()
            if not is_version(before) or order(before) < order(version):
                self._write(path, f"{version}\n".encode())

    def receive(self, shipment: Shipment, entry: Entry, target: Path, advance: Advance) -> None:
        path = self._path(shipment.name, shipment.version, entry.name)
        with (
            told(self.where),
            self._files.open_input_stream(path) as source,
            target.open("wb") as file,
        ):
            left = entry.bytes
            while chunk := source.read(min(_CHUNK, left + 1)):
                if len(chunk) > left:
                    raise DatasetError(
                        f"{entry.name} is larger than the manifest says", where=self.where
                    )
                left -= len(chunk)
                file.write(chunk)
                advance(len(chunk))
            file.flush()
            os.fsync(file.fileno())

    def _path(self, name: str, version: str, file: str) -> str:
        return f"{self._base}/{name}/{version}/{file}"

    def _folders(self, path: str) -> list[str]:
        from pyarrow.fs import FileSelector, FileType

        chosen = FileSelector(path, recursive=False, allow_not_found=True)
        infos = self._files.get_file_info(chosen)
        return sorted(i.base_name for i in infos if i.type == FileType.Directory)

    def _read(self, path: str, most: int) -> bytes | None:
        """The first bytes of a file, or None where there is no such file."""
        if not self._files.get_file_info(path).is_file:
            return None
        with self._files.open_input_stream(path) as source:
            return bytes(source.read(most))

    def _is_there(self, path: str, entry: Entry) -> bool:
        info = self._files.get_file_info(path)
        if not info.is_file or info.size != entry.bytes:
            return False
        hashed = hashlib.sha256()
        with self._files.open_input_stream(path) as source:
            while chunk := source.read(_CHUNK):
                hashed.update(chunk)
        return hashed.hexdigest() == entry.sha256

    def _write(self, path: str, data: Path | bytes) -> None:
        """Writes a file; in a folder it takes its place when it is whole, as objects always do."""
        target = f"{path}.part" if self._is_local else path
        if self._is_local:
            self._files.create_dir(str(Path(path).parent), recursive=True)
        with self._files.open_output_stream(target) as sink:
            if isinstance(data, bytes):
                sink.write(data)
            else:
                with data.open("rb") as file:
                    while chunk := file.read(_CHUNK):
                        sink.write(chunk)
        if self._is_local:
            self._files.move(target, path)
