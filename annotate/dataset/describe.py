"""The schema for readers: a JSON Schema and a data dictionary, generated from the Arrow schema."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa


def json_schema(schema: pa.Schema) -> dict[str, Any]:
    """JSON Schema (2020-12) of one row as a JSON object."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "One article of a dataset",
        "schema_version": (schema.metadata or {})[b"schema_version"].decode(),
        **_object(list(schema)),
    }


def dictionary(schema: pa.Schema) -> str:
    """Data dictionary in Markdown: one line a column, nested ones below their parent."""
    lines = [
        "# Data dictionary",
        "",
        "Generated from the Arrow schema; the same words are in every file's field metadata.",
        "",
        "| column | type | null? | unit | meaning |",
        "|---|---|---|---|---|",
    ]
    for name, field in _walk(list(schema), ""):
        null = "yes" if field.nullable else "no"
        meaning = _said(field, "description").replace("|", "\\|")
        kind = _short(field.type)
        lines.append(f"| `{name}` | {kind} | {null} | {_said(field, 'unit') or '-'} | {meaning} |")
    return "\n".join(lines) + "\n"


def _said(field: pa.Field[Any], key: str) -> str:
    return (field.metadata or {}).get(key.encode(), b"").decode()


def _walk(fields: list[pa.Field[Any]], prefix: str) -> Iterator[tuple[str, pa.Field[Any]]]:
    for field in fields:
        name = f"{prefix}{field.name}"
        yield name, field
        inner = field.type.value_type if pa.types.is_list(field.type) else field.type
        if pa.types.is_struct(inner):
            yield from _walk(list(inner), f"{name}[].")


def _short(kind: pa.DataType) -> str:
    if pa.types.is_list(kind):
        return f"list of {_short(kind.value_type)}"
    return "struct" if pa.types.is_struct(kind) else str(kind)


def _object(fields: list[pa.Field[Any]]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {field.name: _described(field) for field in fields},
        "required": [field.name for field in fields],
        "additionalProperties": False,
    }


def _described(field: pa.Field[Any]) -> dict[str, Any]:
    described = _json_type(field.type)
    if field.nullable:
        described["type"] = [described["type"], "null"]
    described["description"] = _said(field, "description")
    if _said(field, "unit"):
        described["unit"] = _said(field, "unit")
    return described


def _json_type(kind: pa.DataType) -> dict[str, Any]:
    if pa.types.is_list(kind):
        return {"type": "array", "items": _json_type(kind.value_type)}
    if pa.types.is_struct(kind):
        return _object(list(kind))
    if pa.types.is_integer(kind):
        return {"type": "integer"}
    return {"type": "number" if pa.types.is_floating(kind) else "string"}
