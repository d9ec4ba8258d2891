"""Dataset repositories of the Hugging Face Hub: a version is one commit and a tag of its number.

The files stand at the root, where the Hub looks for the card and the data, so that
`load_dataset("OWNER/NAME", revision="1.2.0")` finds a version. The branch main holds the latest.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from annotate.dataset.manifest import MANIFEST, is_version, order
from annotate.dataset.remotes import Advance, Sent, without_keys
from annotate.dataset.shipment import LARGEST_MANIFEST, Entry, Shipment, is_name
from annotate.errors import DatasetError

_CHUNK = 1 << 20
_KIND = "dataset"


def open_hub(path: str, address: str) -> HubStore:
    """The repository of `hf://datasets/OWNER/NAME`.

    Raises:
        DatasetError: it is no such address, or huggingface_hub is not installed.
    """
    parts = path.split("/")
    if len(parts) != 3 or parts[0] != "datasets":
        raise DatasetError("an address of the Hub is hf://datasets/OWNER/NAME", where=address)
    try:
        from huggingface_hub import HfApi
    except ImportError:
        raise DatasetError(
            "this address needs huggingface_hub", fix="install it: pip install 'annotate[hub]'"
        ) from None
    return HubStore(HfApi(), "/".join(parts[1:]), address)


class HubStore:
    """A repository of the Hub, which holds one dataset."""

    def __init__(self, api: Any, repository: str, where: str) -> None:
        self.where = where
        self._api = api
        self._repository = repository

    def names(self) -> list[str]:
        raw = self._raw("main")
        if raw is None:
            return []
        try:
            name = json.loads(raw)["name"]
        except (ValueError, KeyError, TypeError, RecursionError):
            raise DatasetError("main has no sound manifest", where=self.where) from None
        return [name] if isinstance(name, str) and is_name(name) else []

    def versions(self, name: str) -> list[str]:
        with self._told():
            refs = self._api.list_repo_refs(self._repository, repo_type=_KIND)
        return sorted((tag.name for tag in refs.tags if is_version(tag.name)), key=order)

    def latest(self, name: str) -> str | None:
        return next(reversed(self.versions(name)), None)

    def manifest(self, name: str, version: str) -> bytes | None:
        return self._raw(version)

    def send(self, folder: Path, shipment: Shipment, advance: Advance) -> Sent:
        """One commit, in which what the Hub has already is not sent again; then the tag."""
        with self._told():
            self._api.create_repo(self._repository, repo_type=_KIND, exist_ok=True)
        there = self.versions(shipment.name)
        if there and order(there[-1]) > order(shipment.version):
            raise DatasetError(
                f"main holds a later version, {there[-1]}", where=self.where, fix="publish that one"
            )
        files = [MANIFEST, *(entry.name for entry in shipment.entries)]
        with self._told():
            commit = self._api.upload_folder(
                repo_id=self._repository,
                repo_type=_KIND,
                folder_path=str(folder),
                allow_patterns=files,
                delete_patterns="*",
                commit_message=f"{shipment.name} {shipment.version}",
            )
            infos = self._api.get_paths_info(
                self._repository, files, revision=commit.oid, repo_type=_KIND
            )
        found = {info.path: info for info in infos}
        for name in files:
            if name not in found or not _is_same(folder / name, found[name]):
                raise DatasetError(f"{name} did not arrive as it was sent", where=self.where)
        with self._told():
            self._api.create_tag(
                self._repository, tag=shipment.version, revision=commit.oid, repo_type=_KIND
            )
        advance(shipment.bytes)
        return Sent(len(shipment.entries), 0)

    def point(self, name: str, version: str) -> None:
        """Nothing to do: the branch main is the pointer."""

    def receive(self, shipment: Shipment, entry: Entry, target: Path, advance: Advance) -> None:
        with self._told():
            infos = self._api.get_paths_info(
                self._repository, [entry.name], revision=shipment.version, repo_type=_KIND
            )
            if not infos or infos[0].size != entry.bytes:
                raise DatasetError(
                    f"{entry.name} has another size than the manifest says", where=self.where
                )
            cached = self._download(entry.name, shipment.version)
        with Path(cached).open("rb") as source, target.open("wb") as file:
            while chunk := source.read(_CHUNK):
                file.write(chunk)
                advance(len(chunk))

    def _raw(self, revision: str) -> bytes | None:
        with self._told():
            there = self._api.file_exists(
                self._repository, MANIFEST, revision=revision, repo_type=_KIND
            )
            if not there:
                return None
            cached = self._download(MANIFEST, revision)
        with Path(cached).open("rb") as file:
            return file.read(LARGEST_MANIFEST + 1)

    def _download(self, name: str, revision: str) -> str:
        found: str = self._api.hf_hub_download(
            self._repository, name, revision=revision, repo_type=_KIND
        )
        return found

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turns what the library says into one error; its errors of HTTP are no OSErrors."""
        try:
            yield
        except DatasetError:
            raise
        except Exception as problem:
            said = str(problem).strip().partition("\n")[0][:300] or type(problem).__name__
            raise DatasetError(without_keys(said), where=self.where) from None


def _is_same(path: Path, info: Any) -> bool:
    """Whether the Hub's sum of a file (of Git, or of its large files) is this one's."""
    data = path.read_bytes()
    if info.lfs is not None:
        return bool(info.lfs.sha256 == hashlib.sha256(data).hexdigest())
    framed = b"blob %d\0" % len(data) + data
    return bool(info.blob_id == hashlib.sha1(framed, usedforsecurity=False).hexdigest())
