"""The split ledger of a dataset: where each article that was ever in it belongs, and since when.

`splits.jsonl` beside the versions has a line for each article, in the order of doc_id. The versions
are the truth: what the ledger lacks, because it was lost or a build was killed between publishing
and writing it, is taken from their files. An article that leaves the dataset keeps its line. A file
that was edited, so that it contradicts them, is refused: `[dataset.splits]` in the settings moves
articles.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from annotate.dataset.manifest import FOLDERS, order, read_manifest, versions
from annotate.dataset.rows import SPLITS
from annotate.errors import DatasetError
from annotate.storage import atomic_writer, canonical_json

Array = np.ndarray[Any, np.dtype[Any]]

FILE = "splits.jsonl"
PLACES = (*SPLITS, "held_out")  # by their codes
HELD_OUT = PLACES.index("held_out")
CODES: Mapping[str, int] = {name: code for code, name in enumerate(PLACES)}
_LINES = 10_000  # read or written at a time
_FIX = "put the file back, or delete it: it is made again from the versions"


@dataclass(frozen=True, slots=True)
class SplitLedger:
    """Arrays side by side, in the order of doc_id.

    Attributes:
        doc_ids, groups: ASCII.
        splits: codes (see `PLACES`).
        since: places in `versions`: the version that put the article there.
        versions: numbers, oldest first.
    """

    doc_ids: Array
    groups: Array
    splits: Array
    since: Array
    versions: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.doc_ids)

    def rows_of(self, doc_ids: Array) -> Array:
        """Where some articles stand; -1 for those that are not here."""
        places = np.searchsorted(self.doc_ids, doc_ids)
        if not len(self):
            return np.full(len(doc_ids), -1)
        inside = np.minimum(places, len(self) - 1)
        found: Array = np.where(self.doc_ids[inside] == doc_ids, inside, -1)
        return found

    def split_of_groups(self, groups: Array) -> Array:
        """The split that each of some groups has; -1 where none of its articles has one.

        That of the article that named the group, else that of the one that came first.
        """
        kept = np.flatnonzero(self.splits != HELD_OUT)
        named = self.groups[kept] == self.doc_ids[kept]
        ranked = kept[np.lexsort((self.since[kept], ~named, self.groups[kept]))]
        names, first = np.unique(self.groups[ranked], return_index=True)
        if not len(names):
            return np.full(len(groups), -1)
        places = np.minimum(np.searchsorted(names, groups), len(names) - 1)
        found: Array = np.where(names[places] == groups, self.splits[ranked[first]][places], -1)
        return found

    def updated(self, doc_ids: Array, groups: Array, splits: Array, version: str) -> SplitLedger:
        """With these articles in these places; who was there already keeps the version."""
        if version in self.versions:
            numbers, now = self.versions, self.versions.index(version)
        else:
            numbers, now = (*self.versions, version), len(self.versions)
        rows = self.rows_of(doc_ids)
        known = rows >= 0
        same = np.zeros(len(doc_ids), bool)
        same[known] = self.splits[rows[known]] == splits[known]
        since = np.full(len(doc_ids), now, np.int32)
        since[same] = self.since[rows[same]]
        others = np.ones(len(self), bool)
        others[rows[known]] = False
        merged = (
            np.concatenate((self.doc_ids[others], doc_ids)),
            np.concatenate((self.groups[others], groups)),
            np.concatenate((self.splits[others], splits.astype(np.int8))),
            np.concatenate((self.since[others], since)),
        )
        by_id = np.argsort(merged[0], kind="stable")
        ids, names, places, times = (column[by_id] for column in merged)
        return SplitLedger(ids, names, places, times, numbers)

    def lines(self) -> Iterator[bytes]:
        """The file, a line for each article."""
        columns = (self.doc_ids, self.groups, self.splits, self.since)
        for start in range(0, len(self), _LINES):
            part = (column[start : start + _LINES].tolist() for column in columns)
            for doc_id, group, split, since in zip(*part, strict=True):
                row = {
                    "doc_id": doc_id.decode("ascii"),
                    "group_id": group.decode("ascii"),
                    "split": PLACES[split],
                    "since": self.versions[since],
                }
                yield f"{canonical_json(row)}\n".encode("ascii")

    @property
    def sha256(self) -> str:
        """Of the file."""
        found = hashlib.sha256()
        for line in self.lines():
            found.update(line)
        return found.hexdigest()

    def write(self, folder: Path) -> None:
        """Puts it beside the versions, whole or not at all."""
        with atomic_writer(folder / FILE) as file:
            for line in self.lines():
                file.write(line)


def ids_of(names: Sequence[str]) -> Array:
    """Names of articles or groups as an array.

    Raises:
        DatasetError: one is not ASCII.
    """
    try:
        return np.array([name.encode("ascii") for name in names], "S")
    except UnicodeEncodeError as problem:
        raise DatasetError(f"{problem.object!r} is no doc_id: it is not ASCII") from None


def _empty() -> SplitLedger:
    none = ids_of(())
    return SplitLedger(none, none, np.zeros(0, np.int8), np.zeros(0, np.int32), ())


def read_ledger(folder: Path) -> SplitLedger:
    """The split ledger of the dataset in `folder`, completed from its versions where it is behind.

    Raises:
        DatasetError: a line of it, a manifest or a file of a version cannot be read; or the file
            was edited, and says of an article what no version says.
    """
    published = versions(folder)
    before, sha256 = _from_file(folder / FILE)
    if not published or (sha256 and sha256 == _sha256_said(folder / published[-1])):
        return before
    found = _from_versions(folder, published, before)
    if sha256 not in {_sha256_said(folder / number) for number in published[:-1]}:
        _refuse_edits(before, found, folder / FILE)
    return found


def _sha256_said(version: Path) -> str | None:
    """The hash of the ledger that was written with a version."""
    said = read_manifest(version).get("splits")
    return said.get("ledger_sha256") if isinstance(said, dict) else None


def _from_versions(folder: Path, published: Sequence[str], before: SplitLedger) -> SplitLedger:
    """What the versions hold, and what the file says since each; the later one wins."""
    found = _empty()
    for number in sorted({*published, *before.versions}, key=order):
        if number in before.versions:  # also of articles that are in no version: held out, or wait
            mine = before.since == before.versions.index(number)
            found = found.updated(
                before.doc_ids[mine], before.groups[mine], before.splits[mine], number
            )
        if number in published:
            found = found.updated(*_places(folder / number), number)
    return found


def _refuse_edits(said: SplitLedger, found: SplitLedger, path: Path) -> None:
    """A file that no version left has to agree with them.

    Raises:
        DatasetError: it says something else of an article that a later version has.
    """
    rows = found.rows_of(said.doc_ids)
    wrong = np.flatnonzero(
        (said.splits != found.splits[rows]) | (said.groups != found.groups[rows])
    )
    if not len(wrong):
        return
    first = int(wrong[0])
    sides = [
        f"{PLACES[ledger.splits[row]]} (story group {ledger.groups[row].decode('ascii')})"
        for ledger, row in ((said, first), (found, int(rows[first])))
    ]
    more = f" (and {len(wrong) - 1} more lines)" if len(wrong) > 1 else ""
    raise DatasetError(
        f"it says that {said.doc_ids[first].decode('ascii')} is {sides[0]}, and the published "
        f"versions have it as {sides[1]}{more}",
        where=str(path),
        fix=f"{_FIX}; what moves an article is [dataset.splits] in annotate.toml",
    )


def _places(version: Path) -> tuple[Array, Array, Array]:
    """doc_id, group and split of each article of a version."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns: list[tuple[Array, Array, Array]] = []
    for code, split in enumerate(SPLITS):
        for path in sorted((version / FOLDERS["articles"]).glob(f"{split}-*.parquet")):
            try:
                names = set(pq.read_schema(path).names)
                table = pq.read_table(path, columns=sorted(names & {"doc_id", "group_id"}))
                own: list[Any] = table["doc_id"].to_pylist()
                said: list[Any] = table["group_id"].to_pylist() if "group_id" in names else own
                doc_ids = ids_of(own)
                groups = ids_of([group or doc_id for group, doc_id in zip(said, own, strict=True)])
            except (OSError, pa.ArrowException, KeyError, AttributeError) as problem:
                raise DatasetError(
                    f"a published version cannot be read ({type(problem).__name__})",
                    where=str(path),
                    fix="see annotate verify; fetch or build it again",
                ) from None
            columns.append((doc_ids, groups, np.full(len(doc_ids), code, np.int8)))
    if not columns:
        return ids_of(()), ids_of(()), np.zeros(0, np.int8)
    doc_ids, groups, splits = (np.concatenate(parts) for parts in zip(*columns, strict=True))
    _, first = np.unique(doc_ids, return_index=True)
    return doc_ids[first], groups[first], splits[first]


def _from_file(path: Path) -> tuple[SplitLedger, str | None]:
    """The ledger as it stands in its file, and the file's hash; an empty one if there is none."""
    numbers: dict[str, int] = {}
    sha256 = hashlib.sha256()
    parts: list[tuple[Array, ...]] = [
        (ids_of(()), ids_of(()), np.zeros(0, np.int8), np.zeros(0, np.int32))
    ]
    try:
        with path.open("rb") as file:
            lines = enumerate(file, start=1)
            while some := list(islice(lines, _LINES)):
                rows = []
                for place, line in some:
                    sha256.update(line)
                    doc_id, group, split, since = _row(line, f"{path}:{place}")
                    number = numbers.setdefault(since, len(numbers))
                    rows.append((doc_id, group, split, number))
                ids, groups, splits, times = zip(*rows, strict=True)
                codes = (np.array(splits, np.int8), np.array(times, np.int32))
                parts.append((ids_of(ids), ids_of(groups), *codes))
    except FileNotFoundError:
        return _empty(), None
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    _, first = np.unique(columns[0], return_index=True)
    if len(first) < len(columns[0]):
        raise DatasetError("an article is there twice", where=str(path), fix=_FIX)
    # By number, so that the place says which version is older.
    known = sorted(numbers, key=order)
    place_of = np.empty(len(known), np.int32)
    for place, name in enumerate(known):
        place_of[numbers[name]] = place
    ids, groups, splits, times = (column[first] for column in columns)
    return SplitLedger(ids, groups, splits, place_of[times], tuple(known)), sha256.hexdigest()


def _row(line: bytes, where: str) -> tuple[str, str, int, str]:
    try:
        row = json.loads(line)
        names = [row[name] for name in ("doc_id", "group_id", "since")]
        if not all(isinstance(name, str) and name.isascii() for name in names):
            raise ValueError
        order(row["since"])
        return names[0], names[1], CODES[row["split"]], names[2]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise DatasetError("this is no line of a split ledger", where=where, fix=_FIX) from None
