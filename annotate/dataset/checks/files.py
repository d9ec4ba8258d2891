"""Rules of a version's files: all are there, none is added, and each has its sum."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from annotate.dataset.checks.faults import Faults
from annotate.dataset.checks.reading import UNREADABLE, first_line
from annotate.dataset.manifest import FOLDERS, MANIFEST, file_entry, is_version
from annotate.dataset.rows import SPLITS

_SHARD = re.compile(r"([a-z]+)-(\d{5,})-of-(\d{5,})\.parquet")


def check_files(version: Path, manifest: Mapping[str, Any], faults: Faults) -> frozenset[str]:
    """Files against the manifest.

    Returns:
        Files that cannot be read, which is said here: nobody needs to try them again.
    """
    unread = set()
    number = manifest["version"]
    if is_version(version.name) and version.name != number:
        faults.add(MANIFEST, None, "version", f"says {number}, the folder is {version.name}")
    if not is_version(number):
        faults.add(MANIFEST, None, "version", f"{number!r} is no version such as 1.2.0")
    found = {
        path.relative_to(version).as_posix(): path
        for path in sorted(version.rglob("*"))
        if path.is_file() and path != version / MANIFEST
    }
    entries: Mapping[str, Mapping[str, Any]] = manifest["files"]
    for name, entry in entries.items():
        if name not in found:
            faults.add(name, None, "present", "the file is missing")
            continue
        try:
            actual = file_entry(found[name])
        except UNREADABLE as problem:
            faults.add(name, None, "readable", first_line(problem))
            unread.add(name)
            continue
        for key in dict.fromkeys([*actual, *entry]):
            if key not in entry:
                faults.add(MANIFEST, None, "manifest", f"does not say the {key} of {name}")
            elif actual.get(key) != entry[key]:
                faults.add(name, None, key, f"is {actual.get(key)}, not {entry[key]}")
    for name in sorted(found.keys() - entries.keys()):
        faults.add(name, None, "listed", "the manifest does not list this file")
    _check_shards(found, faults)
    return frozenset(unread)


def _check_shards(found: Mapping[str, Path], faults: Faults) -> None:
    """Files of a table are numbered without gaps, and named by a split."""
    shards: dict[tuple[str, str, str], set[int]] = defaultdict(set)
    for name in found:
        folder, _, file = name.rpartition("/")
        if folder not in FOLDERS.values():
            continue
        match = _SHARD.fullmatch(file)
        split = match[1] if match else ""
        if match is None or split not in (("annotations",) if folder == "annotations" else SPLITS):
            faults.add(name, None, "named", "is no name such as train-00000-of-00001.parquet")
            continue
        shards[folder, split, match[3]].add(int(match[2]))
    for (folder, split, count), numbers in shards.items():
        for number in sorted(set(range(min(int(count), 10_000))) - numbers):
            name = f"{folder}/{split}-{number:05}-of-{count}.parquet"
            faults.add(
                name, None, "shards", f"is not there; others say that there are {int(count)}"
            )
        if max(numbers) >= int(count):
            name = f"{folder}/{split}-{max(numbers):05}-of-{count}.parquet"
            faults.add(name, None, "shards", f"is beyond the last of {int(count)}")
    for folder, split in {(f, s) for f, s, _ in shards}:
        counts = [count for f, s, count in shards if (f, s) == (folder, split)]
        if len(counts) > 1:
            faults.add(
                folder, None, "shards", f"files of {split} are numbered in {len(counts)} ways"
            )


def split_of(name: str) -> str:
    """The split that a file's name says."""
    return name.rpartition("/")[2].partition("-")[0]
