"""How a column is written down: its type, whether it may be null, and what it means.

The documentation is Arrow field metadata, so that it travels inside every Parquet file; the JSON
Schema, the data dictionary, the Croissant metadata and the features of Hugging Face are made of it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, TypeAlias

import pyarrow as pa

OFFSET_UNIT = "code points of text"

Field: TypeAlias = "pa.Field[Any]"  # the class itself takes no parameters when it runs


def column(
    name: str,
    kind: pa.DataType,
    description: str,
    *,
    unit: str | None = None,
    nullable: bool = False,
    classes: Sequence[str] | None = None,
    example: object = None,
) -> Field:
    """A documented column.

    `datasets` takes the class labels of a column only where column and items may be null by their
    Arrow type, as its own writer has them: then the documentation says that none ever is.

    Args:
        classes: the names of the classes, where the column is a list of class indices.
        example: a value that shows what the column holds.
    """
    metadata = {"description": description}
    if unit:
        metadata["unit"] = unit
    if classes is not None:
        metadata["classes"] = json.dumps(list(classes), ensure_ascii=False)
        metadata["nulls"] = "never"
        kind, nullable = pa.list_(pa.int64()), True
    if example is not None:
        metadata["example"] = json.dumps(example, ensure_ascii=False)
    return pa.field(name, kind, nullable=nullable, metadata=metadata)


def list_of(item: pa.DataType) -> pa.DataType:
    """A list without nulls."""
    return pa.list_(pa.field("item", item, nullable=False))


def struct_of(*parts: Field) -> pa.DataType:
    return pa.struct(list(parts))


def offsets(what: str) -> tuple[Field, Field]:
    """Columns `start` and `end`: offsets in the article's text, half open."""
    return (
        column("start", pa.int32(), f"where the {what} starts", unit=OFFSET_UNIT, example=15),
        column(
            "end", pa.int32(), f"where the {what} ends, half open", unit=OFFSET_UNIT, example=19
        ),
    )


def said(field: Field, key: str) -> str:
    """One part of a column's documentation, empty where there is none."""
    return (field.metadata or {}).get(key.encode(), b"").decode()


def is_nullable(field: Field) -> bool:
    """Whether a column may be null; not all that Arrow's type allows is ever written."""
    return field.nullable and said(field, "nulls") != "never"


def classes_of(field: Field) -> list[str] | None:
    """The names of the classes, where a column is a list of class indices; else None."""
    found = said(field, "classes")
    return [str(name) for name in json.loads(found)] if found else None
