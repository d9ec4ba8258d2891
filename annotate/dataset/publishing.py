"""How a version comes to its place: made in a hidden folder, on the disk, then one rename.

What a reader finds is whole at any instant. `latest` is a hint for those who only look at files:
it is written after the version, and whoever reads it here takes the highest published version.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from annotate.dataset.manifest import LATEST, latest_version, published
from annotate.errors import DatasetError
from annotate.storage import make_folders, remove_empty, sync_folder, write_text

_PREFIX = ".build-"
_A_DAY = 86_400


@contextlib.contextmanager
def workplace(target: Path, *, dry_run: bool = False) -> Iterator[Path]:
    """A hidden folder beside the versions of a dataset; what is left in it goes at the end.

    One build of a dataset at a time has it, so that whatever else is hidden there was left by one
    that was killed, and goes too. In a dry run it is elsewhere, and nothing of the dataset changes.

    Raises:
        DatasetError: another process is making a version of this dataset.
    """
    new_folders = [] if dry_run else make_folders(target)
    work: Path | None = None
    try:
        with contextlib.nullcontext() if dry_run else alone(target):
            try:
                work = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=None if dry_run else target))
                yield work
            finally:
                if work is not None:
                    shutil.rmtree(work, ignore_errors=True)
    finally:
        remove_empty(new_folders)  # they are not empty if something was published


def publish(work: Path, path: Path) -> None:
    """Makes a finished folder a version: everything in it is on the disk before it has its name.

    Raises:
        DatasetError: there is such a version.
    """
    folders = {work}
    for file in work.rglob("*"):
        if file.is_dir():
            folders.add(file)
        else:
            _sync_file(file)
    for folder in sorted(folders):
        sync_folder(folder)
    work.chmod(0o755)
    published(work, path)


def point(target: Path) -> None:
    """Lets `latest` name the highest version of a dataset's folder, if it does not already."""
    version = latest_version(target)
    pointer = target / LATEST
    said = f"{version}\n".encode()
    with contextlib.suppress(FileNotFoundError):
        if pointer.read_bytes() == said:
            return
    if version is not None:
        write_text(pointer, f"{version}\n")


def _sync_file(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


@contextlib.contextmanager
def alone(target: Path) -> Iterator[None]:
    """Holds the dataset's folder, and clears away what killed builds left in it.

    The folder itself is locked: no file stays, and the lock of a process that dies is gone.
    """
    handle = _locked(target)
    try:
        for path in target.glob(f"{_PREFIX}*"):
            if handle is not None or _is_old(path):
                shutil.rmtree(path, ignore_errors=True)
        for path in target.glob(".*.part"):  # of a file that is replaced as a whole
            if handle is not None or _is_old(path):
                path.unlink(missing_ok=True)
        yield
    finally:
        if handle is not None:
            os.close(handle)


def _locked(target: Path) -> int | None:
    """An open handle that holds the lock; None where folders cannot be locked."""
    try:
        import fcntl
    except ImportError:  # Windows
        return None
    try:
        handle = os.open(target, os.O_RDONLY)
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise DatasetError(
            "another process is making a version of this dataset",
            where=str(target),
            fix="wait until it ends",
        ) from None
    except OSError:  # a network's file system
        os.close(handle)
        return None
    return handle


def _is_old(path: Path) -> bool:
    """Whether it is older than any build takes."""
    return time.time() - path.stat().st_mtime > _A_DAY
