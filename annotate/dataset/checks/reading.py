"""A Parquet file in batches of bounded size, and its columns against the schema."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from annotate.dataset.checks.contract import Column, Columns
from annotate.dataset.checks.faults import Faults
from annotate.dataset.features import KEY

ROWS = 500  # rows at a time; no more than a row group that we write
MOST_BYTES = 512 << 20  # that the strings of one column may take in a batch
_MOST_VALUES = 50_000_000  # of one column in a batch
_MOST_IN_ROW = 1_000_000  # values of one column in a row, on average
UNREADABLE = (pa.ArrowException, OSError, UnicodeDecodeError, MemoryError, OverflowError)
_LISTS = (
    pa.types.is_list,
    pa.types.is_large_list,
    pa.types.is_fixed_size_list,
)
_STRINGS = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)


class TooMuch(Exception):
    """A batch would take more memory than there may be."""


def first_line(problem: BaseException) -> str:
    return str(problem).partition("\n")[0] or type(problem).__name__


def is_list(kind: pa.DataType) -> bool:
    return any(test(kind) for test in _LISTS)


def kind_of(kind: pa.DataType) -> str:
    """The kind of an Arrow type, in the words of JSON Schema; else its own name."""
    if pa.types.is_dictionary(kind):
        return kind_of(kind.value_type)
    if is_list(kind):
        return "array"
    if pa.types.is_struct(kind):
        return "object"
    if any(test(kind) for test in _STRINGS):
        return "string"
    if pa.types.is_integer(kind):
        return "integer"
    if pa.types.is_floating(kind):
        return "number"
    return "boolean" if pa.types.is_boolean(kind) else str(kind)


def check_columns(
    file: str,
    schema: pa.Schema,
    columns: Columns,
    exact: pa.Schema | None,
    faults: Faults,
    *,
    strict: bool = True,
) -> frozenset[str]:
    """The columns whose rows can be checked; what is wrong with the others is added.

    Args:
        exact: the types that the columns have to have; None: the kind is enough.
        strict: all columns have to be there, and no others.
    """
    sound = set()
    for name in sorted(set(schema.names)):
        if schema.names.count(name) > 1:
            faults.add(file, None, "schema", f"column {name} is there twice")
        elif strict and name not in columns:
            faults.add(file, None, "schema", f"schema.json has no column {name}")
    for name, column in columns.items():
        number = schema.names.count(name)
        if number != 1:
            if strict and not number:
                faults.add(file, None, "schema", f"column {name} is missing")
            continue
        kind = schema.field(name).type
        wrong = list(_kinds(name, kind, column, strict))
        for what, _ in wrong:
            faults.add(file, None, "schema", what)
        if not all(usable for _, usable in wrong):
            continue
        sound.add(name)
        if not wrong and exact is not None and name in exact.names:
            asked = exact.field(name).type
            for what in _types(name, kind, asked):
                faults.add(file, None, "schema", what)
    return frozenset(sound)


def _kinds(
    path: str, kind: Any, column: Column, strict: bool, *, is_item: bool = False
) -> Iterator[tuple[str, bool]]:
    """Where a type is another than that of the column, and whether its values can be read."""
    found = kind_of(kind)
    if found == "null" and (is_item or (column.nullable and column.item is None)):
        return  # of nothing but nulls, or of empty lists, some writers know no more
    if found != column.kind:
        usable = (found, column.kind) == ("number", "integer")  # integers with nulls, of pandas
        yield f"column {path} is {found}, not {column.kind}", usable
    elif column.item is not None:
        yield from _kinds(f"{path}[]", kind.value_type, column.item, strict, is_item=True)
    elif column.parts:
        fields = [kind.field(number) for number in range(kind.num_fields)]
        names = [field.name for field in fields]
        for name, part in column.parts.items():
            if names.count(name) == 1:
                inner = fields[names.index(name)].type
                yield from _kinds(f"{path}.{name}", inner, part, strict)
            elif name in names or strict:
                what = "there twice" if name in names else "missing"
                yield f"column {path}.{name} is {what}", False
        for name in sorted(set(names) - column.parts.keys()) if strict else ():
            yield f"schema.json has no column {path}.{name}", True


def _types(path: str, kind: Any, asked: Any) -> Iterator[str]:
    """Where numbers are of another width; strings and lists are the same in Parquet."""
    if is_list(kind) and is_list(asked):
        yield from _types(f"{path}[]", kind.value_type, asked.value_type)
    elif pa.types.is_struct(kind) and pa.types.is_struct(asked):
        for part in asked:
            yield from _types(f"{path}.{part.name}", kind.field(part.name).type, part.type)
    elif kind != asked and kind_of(asked) in ("integer", "number"):
        yield f"column {path} is {kind}, not {asked}"


def check_features(file: str, schema: pa.Schema, columns: Columns, faults: Faults) -> None:
    """Class labels survive `load_dataset` only if the file's metadata name them."""
    classes = {name: column.classes for name, column in columns.items() if column.classes}
    if not classes:
        return
    try:
        features = json.loads((schema.metadata or {})[KEY])["info"]["features"]
    except (KeyError, ValueError, TypeError, RecursionError):
        faults.add(file, None, "features", "the metadata have no features for `datasets`")
        return
    for name, names in classes.items():
        try:
            found = features[name]["feature"]["names"]
        except (KeyError, TypeError):
            found = None
        if found != list(names):
            what = f"the metadata have no class labels, or others, for {name}"
            faults.add(file, None, "features", what)


def check_metadata(
    file: str, schema: pa.Schema, manifest: Mapping[str, Any], faults: Faults
) -> None:
    """What a file says of schema and ontology is what the manifest says."""
    ontology = manifest["ontology"]
    asked = {
        "schema_version": manifest.get("schema_version"),
        "ontology": f"{ontology.get('name')} {ontology.get('version')}",
    }
    for key, value in asked.items():
        found = (schema.metadata or {}).get(key.encode())
        if found is not None and value is not None and found != str(value).encode():
            said = found.decode("utf-8", "replace")
            faults.add(file, None, "schema", f"{key} is {said}, the manifest has {value}")


def batches(path: Path, names: frozenset[str]) -> Iterator[pa.RecordBatch]:
    """The rows of some columns, a few hundred at a time.

    Raises:
        TooMuch: a batch would take more memory than there may be.
        ArrowException, OSError, UnicodeDecodeError: the file is damaged.
    """
    checked: Any = {"page_checksum_verification": True}
    with pq.ParquetFile(path) as file:
        metadata = file.metadata
        chosen = [name for name in file.schema_arrow.names if name in names]
        rows = _rows(metadata, names)
    coded = pq.ParquetFile(path, read_dictionary=list(_repeated(metadata)), **checked)
    plain = pq.ParquetFile(path, **checked)
    with coded, plain:
        for number in range(metadata.num_row_groups):
            options: Any = {
                "batch_size": rows,
                "row_groups": [number],
                "columns": chosen,
                "use_threads": False,
            }
            done = 0
            try:
                for batch in coded.iter_batches(**options):
                    batch.validate(full=True)
                    done += len(batch)
                    yield batch
            except pa.ArrowNotImplementedError:  # a list of strings with more than one dictionary
                for batch in plain.iter_batches(**options):
                    skipped = min(done, len(batch))
                    done -= skipped
                    batch.validate(full=True)
                    if skipped < len(batch):
                        yield batch.slice(skipped)


def _rows(metadata: pq.FileMetaData, names: frozenset[str]) -> int:
    """How many rows to read at a time, so that no column has too many values."""
    rows = ROWS
    for number in range(metadata.num_row_groups):
        group = metadata.row_group(number)
        for place in range(group.num_columns):
            chunk = group.column(place)
            if chunk.path_in_schema.partition(".")[0] not in names:
                continue
            in_row = chunk.num_values / max(1, group.num_rows)
            if in_row > _MOST_IN_ROW:
                raise TooMuch(f"{chunk.path_in_schema} has {in_row:,.0f} values in a row")
            rows = max(1, min(rows, int(_MOST_VALUES / max(1.0, in_row))))
    return rows


def _repeated(metadata: pq.FileMetaData) -> Iterator[str]:
    """Columns with dictionaries: read as such, a huge string takes its memory once."""
    found: dict[str, None] = {}
    for number in range(metadata.num_row_groups):
        group = metadata.row_group(number)
        for place in range(group.num_columns):
            chunk = group.column(place)
            if chunk.physical_type == "BYTE_ARRAY" and any("DICT" in e for e in chunk.encodings):
                found[chunk.path_in_schema] = None
    yield from found
