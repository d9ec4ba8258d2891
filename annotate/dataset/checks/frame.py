"""Some rows of a table, opened: every column as an array, lists as what is in them.

Whatever wrote a file, here strings are strings, integers int64 and lists lists, and what may not be
null is not: such a row is a fault of its own, and no other rule sees it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from annotate.dataset.checks.contract import Column, Columns
from annotate.dataset.checks.faults import Faults
from annotate.dataset.checks.reading import MOST_BYTES, TooMuch
from annotate.dataset.text_columns import Flags, Ints

Array: TypeAlias = Any  # the stubs of pyarrow lack much of what an array can
_PLAIN = {
    "string": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
}
_FURTHEST = 2**31 - 1  # offsets beyond are wrong anyway, and their sums stay numbers


class _Parts:
    """Columns, or parts of structs, by name."""

    parts: Mapping[str, Array | Many]

    def array(self, name: str) -> Array:
        found = self.parts[name]
        assert not isinstance(found, Many)  # noqa: S101 - the schema was checked
        return found

    def many(self, name: str) -> Many:
        found = self.parts[name]
        assert isinstance(found, Many)  # noqa: S101 - the schema was checked
        return found

    def ints(self, name: str) -> Ints:
        return ints(self.array(name))


@dataclass(frozen=True)
class Many(_Parts):
    """What is in the lists of some rows, one after the other.

    Attributes:
        counts: the number in each list.
        values: the items, where they are no structs.
        parts: else their parts.
    """

    counts: Ints
    values: Array | None
    parts: Mapping[str, Array | Many]

    @cached_property
    def rows(self) -> Ints:
        """The number of the list that each item is in."""
        return np.repeat(np.arange(len(self.counts)), self.counts)

    @cached_property
    def firsts(self) -> Ints:
        """The number of each list's first item."""
        return np.cumsum(self.counts) - self.counts

    @property
    def size(self) -> int:
        return int(self.counts.sum())

    @property
    def items(self) -> Array:
        assert self.values is not None  # noqa: S101 - the schema was checked
        return self.values

    def place(self, item: int) -> int:
        """The number of an item in its list."""
        return item - int(self.firsts[self.rows[item]])


@dataclass(frozen=True)
class Rows(_Parts):
    """Rows of a table.

    Attributes:
        file: where they are.
        split: by the name of the file.
        numbers: the number of each row in the file.
        broken: numbers of rows that are not here, for what is null in them.
        parts: the columns that there are, and that are sound.
        batch: the same as they were read.
    """

    file: str
    split: str
    numbers: Ints
    broken: Ints
    parts: Mapping[str, Array | Many]
    batch: pa.RecordBatch

    def __len__(self) -> int:
        return len(self.numbers)

    def has(self, *names: str) -> bool:
        """Whether there are these columns; `entities.id` is a part of one."""
        for name in names:
            parts: Mapping[str, Array | Many] = self.parts
            for word in name.split("."):
                if word not in parts:
                    return False
                found = parts[word]
                parts = found.parts if isinstance(found, Many) else {}
        return True


def ints(array: Array) -> Ints:
    """Whole numbers, cut to what an offset may be; -1 for null."""
    filled = array.fill_null(-1) if array.null_count else array
    found: Ints = np.clip(filled.to_numpy(zero_copy_only=False), -_FURTHEST, _FURTHEST)
    return found.astype(np.int64)


def nulls(array: Array) -> Flags:
    return np.asarray(array.is_null().to_numpy(zero_copy_only=False), bool)


def rows_of(
    file: str, split: str, first: int, batch: pa.RecordBatch, columns: Columns, faults: Faults
) -> Rows:
    """Opens a batch whose first row has the number `first` in its file.

    Raises:
        TooMuch: the strings take more memory than there may be.
    """
    columns = {name: columns[name] for name in batch.schema.names}
    numbers = np.arange(first, first + len(batch))
    bad = np.zeros(len(batch), bool)
    missing: list[tuple[str, Ints]] = []

    def note(path: str, rows: Ints) -> None:
        bad[rows] = True
        missing.append((path, np.unique(rows)))

    parts = _opened(batch, columns, note)
    if not bad.any():
        return Rows(file, split, numbers, numbers[:0], parts, batch)
    for path, rows in missing:
        faults.add_each(file, "nulls", numbers[rows], lambda _, path=path: f"{path} is null")  # type: ignore[misc]
    kept = batch.filter(pa.array(~bad))
    opened = _opened(kept, columns, lambda *_: None)
    return Rows(file, split, numbers[~bad], numbers[bad], opened, kept)


def _opened(batch: pa.RecordBatch, columns: Columns, note: Any) -> dict[str, Array | Many]:
    rows = np.arange(len(batch))
    return {
        name: _open(name, batch.column(place), columns[name], rows, note)
        for place, name in enumerate(batch.schema.names)
    }


def _open(path: str, array: Array, column: Column, rows: Ints, note: Any) -> Array | Many:
    """`rows`: the row of each value; `note` hears of nulls that may not be."""
    if pa.types.is_null(array.type):
        array = pa.nulls(len(array), _type_of(column))
    elif column.kind == "integer" and pa.types.is_floating(array.type):
        array = pc.if_else(pc.is_finite(array), array, None)
    if array.null_count and not column.nullable:
        note(path, rows[nulls(array)])
    if column.item is None:
        return _plain(path, array, column)
    counts = pc.list_value_length(array).fill_null(0).to_numpy(zero_copy_only=False)
    counts = counts.astype(np.int64)
    inner: Array = pc.list_flatten(array)
    if pa.types.is_null(inner.type):
        inner = pa.nulls(len(inner), _type_of(column.item))
    inner_rows = np.repeat(rows, counts)
    item = column.item
    if item.kind != "object":
        found = _open(f"{path}[]", inner, item, inner_rows, note)
        return Many(counts, None if isinstance(found, Many) else found, {})
    if inner.null_count:
        note(f"{path}[]", inner_rows[nulls(inner)])
    parts = {
        name: _open(f"{path}[].{name}", pc.struct_field(inner, [name]), part, inner_rows, note)
        for name, part in item.parts.items()
        if inner.type.get_field_index(name) >= 0
    }
    return Many(counts, None, parts)


def _type_of(column: Column) -> Any:
    if column.item is not None:
        return pa.list_(_type_of(column.item))
    if column.kind == "object":
        return pa.struct([pa.field(name, _type_of(part)) for name, part in column.parts.items()])
    return _PLAIN[column.kind]


def _plain(path: str, array: Array, column: Column) -> Array:
    """Strings with a dictionary stay so: rules look at each different value once."""
    kind = _PLAIN[column.kind]
    if pa.types.is_dictionary(array.type) and column.kind == "string":
        lengths = pc.binary_length(array.dictionary).to_numpy(zero_copy_only=False)
        used = array.indices.drop_null().to_numpy(zero_copy_only=False)
        if len(used) and int(np.nansum(lengths[used])) > MOST_BYTES:
            raise TooMuch(
                f"{path} takes more than {MOST_BYTES >> 20:,} MB in {len(array):,} values"
            )
        if array.type.value_type == kind:
            return array
    if array.type == kind:
        return array
    if kind == pa.int64():
        return array.cast(kind, safe=False)
    return array.cast(kind)


def plain(array: Array) -> Array:
    """Strings one by one, where they are indices into a dictionary."""
    return array.cast(pa.string()) if pa.types.is_dictionary(array.type) else array


def strings(array: Array) -> list[str | None]:
    found: list[str | None] = array.to_pylist()
    return found


def hashes(array: Array) -> Ints:
    """A number for each string, the same for the same string in this process."""
    coded = array.dictionary_encode()
    names = coded.dictionary.to_pylist()
    of = np.fromiter(map(hash, [*names, None]), np.int64, len(names) + 1)
    places = coded.indices.fill_null(len(names)).to_numpy(zero_copy_only=False)
    found: Ints = of[places]
    return found


def mixed(*columns: Ints) -> Ints:
    """One number for each row of some columns: as good as another for every change of a value."""
    total: np.ndarray[Any, np.dtype[np.uint64]] = np.zeros(len(columns[0]), np.uint64)
    for column in columns:
        total = (total ^ column.astype(np.int64).view(np.uint64)) + np.uint64(0x9E3779B97F4A7C15)
        total = (total ^ (total >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        total = (total ^ (total >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        total ^= total >> np.uint64(31)
    return total.view(np.int64)
