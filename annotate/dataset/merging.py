"""Files that are sorted by a key, read side by side: a window at a time, so that memory is bounded.

A window has, of every stream, all rows up to one key: what has that key anywhere is in it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from annotate.errors import DatasetError

Key = tuple[str, ...]
_BATCH = 256  # rows that are read at a time


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of one stream; `keys` are theirs, rising."""

    keys: Sequence[Key]
    table: pa.Table


class Stream:
    """The rows of some files, one after the other.

    Args:
        paths: Parquet files of one schema, in order.
        key: the columns, strings, that rise from row to row.
        columns: what else to read; None is all.
    """

    def __init__(
        self, paths: Sequence[Path], key: Sequence[str], columns: Sequence[str] | None = None
    ) -> None:
        self.schema = schema_of(paths)
        self._key = key
        self._columns = (
            None if columns is None else [*key, *(name for name in columns if name not in key)]
        )
        self._batches = self._read(paths)
        self._last: Key = ()
        self._keys: list[Key] = []
        self._table: pa.Table | None = None
        self._taken = 0

    def last(self) -> Key | None:
        """The key of the last row that was read and not taken; None at the end."""
        while self._taken == len(self._keys):
            found = next(self._batches, None)
            if found is None:
                return None
            self._keys, self._table = found
            self._taken = 0
        return self._keys[-1]

    def take(self, limit: Key) -> Rows | None:
        """The rows, of those that were read, up to this key; None if there are none."""
        first = self._taken
        self._taken = bisect_right(self._keys, limit, lo=first)
        if self._table is None or self._taken == first:
            return None
        count = self._taken - first
        return Rows(self._keys[first : self._taken], self._table.slice(first, count))

    def _read(self, paths: Sequence[Path]) -> Iterator[tuple[list[Key], pa.Table]]:
        for path in paths:
            for table in tables(path, self._columns):
                keys = self._keys_of(table, path)
                yield keys, table

    def _keys_of(self, table: pa.Table, path: Path) -> list[Key]:
        """The keys of some rows.

        Raises:
            DatasetError: they do not rise.
        """
        missing = [name for name in self._key if name not in table.column_names]
        if missing:
            raise DatasetError(f"there is no column {missing[0]}", where=str(path))
        keys = list(zip(*(table.column(name).to_pylist() for name in self._key), strict=True))
        for key in keys:
            if not all(isinstance(part, str) for part in key) or key <= self._last:
                raise DatasetError(
                    f"the rows are not in the order of {', '.join(self._key)}, or one is twice",
                    where=str(path),
                    fix="annotate verify says more",
                )
            self._last = key
        return keys


def windows(streams: Sequence[Stream]) -> Iterator[list[Rows | None]]:
    """What the streams have in windows of keys, in the order of the streams.

    Raises:
        DatasetError: a file cannot be read, or its rows are not in order.
    """
    while True:
        lasts = [last for stream in streams if (last := stream.last()) is not None]
        if not lasts:
            return
        limit = min(lasts)
        yield [stream.take(limit) for stream in streams]


def tables(path: Path, columns: Sequence[str] | None = None) -> Iterator[pa.Table]:
    """The rows of a Parquet file, some at a time.

    Raises:
        DatasetError: it cannot be read.
    """
    try:
        with pq.ParquetFile(path) as file:
            known = file.schema_arrow.names
            wanted = None if columns is None else [name for name in columns if name in known]
            for batch in file.iter_batches(batch_size=_BATCH, columns=wanted):
                yield pa.Table.from_batches([batch])
    except (pa.ArrowException, OSError, UnicodeDecodeError) as problem:
        raise unreadable(path, problem) from None


def schema_of(paths: Sequence[Path]) -> pa.Schema | None:
    """The schema of the first file, or None if there is none.

    Raises:
        DatasetError: it cannot be read.
    """
    if not paths:
        return None
    try:
        return pq.read_schema(paths[0])
    except (pa.ArrowException, OSError) as problem:
        raise unreadable(paths[0], problem) from None


def unreadable(path: Path, problem: Exception) -> DatasetError:
    """The error for a file of a version that pyarrow or the system cannot read."""
    return DatasetError(
        f"not readable ({problem!s:.200})", where=str(path), fix="annotate verify says more"
    )


def differing(before: pa.ChunkedArray[Any], after: pa.ChunkedArray[Any]) -> Iterator[int]:
    """Where two columns of the same length differ: halves that are equal are not looked into."""
    if before.type != after.type:  # of two schemas
        values = zip(before.to_pylist(), after.to_pylist(), strict=True)
        yield from (number for number, (old, new) in enumerate(values) if old != new)
        return
    todo = [(0, len(before))]
    while todo:
        first, last = todo.pop()
        if first == last or before.slice(first, last - first).equals(
            after.slice(first, last - first)
        ):
            continue
        if last - first == 1:
            yield first
            continue
        middle = (first + last) // 2
        todo += [(middle, last), (first, middle)]


def same_rows(before: Sequence[Path], after: Sequence[Path]) -> bool:
    """Whether files have the same rows in the same order, however they are written.

    Raises:
        DatasetError: a file cannot be read.
    """
    sides = [_rows(before), _rows(after)]
    waiting: list[pa.Table | None] = [None, None]
    while True:
        for number, side in enumerate(sides):
            if waiting[number] is None:
                waiting[number] = next(side, None)
        one, two = waiting
        if one is None or two is None:
            return one is two
        count = min(len(one), len(two))
        if not one.slice(0, count).equals(two.slice(0, count)):
            return False
        waiting = [rest if len(rest := t.slice(count)) else None for t in (one, two)]


def _rows(paths: Sequence[Path]) -> Iterator[pa.Table]:
    for path in paths:
        yield from (table for table in tables(path) if len(table))
