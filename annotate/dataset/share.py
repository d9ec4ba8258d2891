"""Publishing versions to other places and fetching them: whole and as they were, or not at all."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annotate.dataset.manifest import MANIFEST, is_version, latest_version
from annotate.dataset.publishing import alone, point
from annotate.dataset.publishing import publish as put_in_place
from annotate.dataset.remotes import Advance, Sent, Store
from annotate.dataset.shipment import (
    LARGEST_MANIFEST,
    Shipment,
    is_name,
    is_whole,
    parse,
    read_local,
)
from annotate.errors import DatasetError
from annotate.storage import make_folders


@dataclass(frozen=True, slots=True)
class Listed:
    """A dataset of a place.

    Attributes:
        counts: of the latest version, as its manifest says.
    """

    name: str
    versions: tuple[str, ...]
    latest: str
    counts: dict[str, int]
    texts: bool


@dataclass(frozen=True, slots=True)
class Transfer:
    """What a publication or a fetch did.

    Attributes:
        where: the version's folder on the side that it went to.
        is_new: whether it was not there before.
        moved, kept: files that were sent, and files that an earlier try had brought.
        bytes: size of the version.
    """

    where: str
    is_new: bool
    moved: int
    kept: int
    bytes: int


def listed(store: Store) -> list[Listed]:
    """The datasets of a place, by name."""
    found = []
    for name in store.names():
        versions, latest = store.versions(name), store.latest(name)
        if latest is None:
            continue
        about = _shipment(store, name, latest).about
        counts = about.get("counts")
        whole = counts.items() if isinstance(counts, dict) else ()
        found.append(
            Listed(
                name,
                tuple(versions),
                latest,
                {key: n for key, n in whole if isinstance(n, int)},
                about.get("texts") is not False,
            )
        )
    return found


def to_publish(folder: Path, name: str, version: str | None) -> tuple[Path, Shipment]:
    """A local version, each of its files held to its sum.

    Args:
        folder: the folder of datasets.
        version: None is the latest one.

    Raises:
        DatasetError: there is no such version, or it is not as its manifest says.
    """
    if version is None:
        version = latest_version(folder / name)
        if version is None:
            raise DatasetError("there is no version", where=str(folder / name))
    path = folder / name / version
    return path, read_local(path, name=name, version=version)


def publish(path: Path, shipment: Shipment, store: Store, advance: Advance) -> Transfer:
    """Sends a version; one that is there is never changed.

    An interrupted publication is no version, for the manifest goes last; the next one sends only
    what is not there yet.

    Raises:
        DatasetError: another version of this number is there, or the place cannot be used.
    """
    where = f"{store.where.rstrip('/')}/{shipment.name}/{shipment.version}"
    there = store.manifest(shipment.name, shipment.version)
    if there is not None:
        if there != shipment.raw:
            raise DatasetError(
                "another version of this number is published there, and never changes",
                where=where,
                fix="publish under a new number",
            )
        sent = Sent(0, len(shipment.entries))
        store.point(shipment.name, shipment.version)
        advance(shipment.bytes)
    else:
        sent = store.send(path, shipment, advance)
    return Transfer(where, there is None, sent.sent, sent.kept, shipment.bytes)


def to_fetch(store: Store, name: str, version: str | None) -> Shipment:
    """A version of a place, as its checked manifest tells it; None is the latest.

    Raises:
        DatasetError: there is no such version, or its manifest is not sound.
    """
    if not is_name(name):
        raise DatasetError(f"{name!r} is no dataset's name")
    chosen = version or store.latest(name)
    if chosen is None or not is_version(chosen):
        raise DatasetError(f"there is no dataset {name}", where=store.where)
    return _shipment(store, name, chosen)


def fetch(shipment: Shipment, store: Store, folder: Path, advance: Advance) -> Transfer:
    """Brings a version into `folder/NAME/VERSION`; it is there when it is whole and verified.

    What an interrupted fetch brought is kept in a hidden folder, and not fetched again.

    Raises:
        DatasetError: another version of this number is there, a file is not as the manifest says,
            or there is not enough room.
    """
    target = folder / shipment.name / shipment.version
    if target.exists():
        mine = read_local(target, name=shipment.name, version=shipment.version)
        if mine.raw != shipment.raw:
            raise DatasetError(
                "another version of this number is here already",
                where=str(target),
                fix="fetch into another folder (--out)",
            )
        advance(shipment.bytes)
        return Transfer(str(target), False, 0, len(shipment.entries), shipment.bytes)
    make_folders(target.parent)
    room = shutil.disk_usage(target.parent).free
    if shipment.bytes > room:
        raise DatasetError(
            f"the version has {shipment.bytes:,} bytes, and there is room for {room:,}",
            where=str(folder),
        )
    work = target.parent / f".fetch-{shipment.version}"
    moved = 0
    for entry in shipment.entries:
        path = work / entry.name
        path.parent.mkdir(parents=True, exist_ok=True)
        if is_whole(path, entry):
            advance(entry.bytes)
            continue
        store.receive(shipment, entry, path, advance)
        moved += 1
        if not is_whole(path, entry):
            path.unlink()
            raise DatasetError(
                f"{entry.name} is not as the manifest says",
                where=store.where,
                fix="fetch again; if it stays so, the published version is damaged",
            )
    _finish(work, target, shipment)
    advance(len(shipment.raw))
    kept = len(shipment.entries) - moved
    return Transfer(str(target), True, moved, kept, shipment.bytes)


def _finish(work: Path, target: Path, shipment: Shipment) -> None:
    """The hidden folder becomes the version: nothing else is in it, and the manifest is last."""
    expected = {entry.name for entry in shipment.entries}
    for path in sorted(work.rglob("*"), reverse=True):
        if path.is_file() and path.relative_to(work).as_posix() not in expected:
            path.unlink()  # of a fetch that had another manifest
    (work / MANIFEST).write_bytes(shipment.raw)
    with alone(target.parent):
        put_in_place(work, target)
        point(target.parent)


def _shipment(store: Store, name: str, version: str) -> Shipment:
    where = f"{store.where.rstrip('/')}/{name}/{version}"
    raw = store.manifest(name, version)
    if raw is None:
        raise DatasetError("there is no such version", where=where)
    if len(raw) > LARGEST_MANIFEST:
        raise DatasetError("the manifest is too large", where=where)
    return parse(raw, f"{where}/{MANIFEST}", name=name, version=version)


def as_json(transfer: Transfer) -> dict[str, Any]:
    """For `--json`."""
    return {
        "where": transfer.where,
        "new": transfer.is_new,
        "moved": transfer.moved,
        "kept": transfer.kept,
        "bytes": transfer.bytes,
    }
