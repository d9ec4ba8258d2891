"""The schema for readers: a JSON Schema and a data dictionary, generated from the Arrow schemas."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa

from annotate.dataset.columns import Field, classes_of, is_nullable, said

# Table -> where its files are, and what one row is.
TABLES: Mapping[str, tuple[str, str]] = {
    "articles": ("data/", "an article, with the annotation chosen for it"),
    "sentences": ("sentences/", "a sentence of such an article, for encoders with a short window"),
    "annotations": ("annotations/", "one annotator's work on one article, as it was left"),
    "spans": ("spans/", "a span of such an article, in long form, for SQL and pandas"),
}


def json_schema(schemas: Mapping[str, pa.Schema]) -> dict[str, Any]:
    """JSON Schema (2020-12) of a row of each table as a JSON object, below `$defs`.

    A row is valid where it is one of some table; `#/$defs/articles` is that of one table.
    """
    (version,) = {
        (schema.metadata or {})[b"schema_version"].decode() for schema in schemas.values()
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A row of a dataset",
        "schema_version": version,
        "anyOf": [{"$ref": f"#/$defs/{name}"} for name in schemas],
        "$defs": {
            name: {
                "title": f"{TABLES[name][0]}*.parquet: a row is {TABLES[name][1]}",
                **_object(list(schema)),
            }
            for name, schema in schemas.items()
        },
    }


def dictionary(schemas: Mapping[str, pa.Schema]) -> str:
    """Data dictionary in Markdown: one line a column, nested ones below their parent."""
    lines = [
        "# Data dictionary",
        "",
        "Generated from the Arrow schemas; the same words are in every file's field metadata.",
        "",
    ]
    for name, schema in schemas.items():
        folder, row = TABLES[name]
        lines += [
            f"## {name}: `{folder}*.parquet`",
            "",
            f"One row is {row}.",
            "",
            "| column | type | null? | unit | meaning | example |",
            "|---|---|---|---|---|---|",
            *(_line(path, field) for path, field in walk(list(schema))),
            "",
        ]
    classes = {
        field.name: found
        for schema in schemas.values()
        for field in schema
        if (found := classes_of(field)) is not None
    }
    for name, names in classes.items():
        numbered = ", ".join(f"{number} {tag}" for number, tag in enumerate(names))
        lines += [f"Classes of `{name}`: {numbered}.", ""]
    return "\n".join(lines)


def _line(path: str, field: Field) -> str:
    null = "yes" if is_nullable(field) else "no"
    shown = example(field)
    cells = (
        f"`{path}`",
        short(field.type),
        null,
        said(field, "unit") or "-",
        said(field, "description"),
        "" if _is_nested(field.type) else f"`{json.dumps(shown, ensure_ascii=False)}`",
    )
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def walk(fields: list[Field], prefix: str = "") -> Iterator[tuple[str, Field]]:
    """Every column by its path, nested ones after their parent."""
    for field in fields:
        name = f"{prefix}{field.name}"
        yield name, field
        inner = field.type.value_type if pa.types.is_list(field.type) else field.type
        if pa.types.is_struct(inner):
            yield from walk(list(inner), f"{name}[].")


def example(field: Field) -> Any:
    """A value of the column; of a nested one it is made of its parts'."""
    found = said(field, "example")
    if found:
        return json.loads(found)
    kind = field.type
    if pa.types.is_list(kind):
        inner = kind.value_type
        return [{part.name: example(part) for part in inner}] if pa.types.is_struct(inner) else []
    return None


def _is_nested(kind: pa.DataType) -> bool:
    return pa.types.is_list(kind) and pa.types.is_struct(kind.value_type)


def short(kind: pa.DataType) -> str:
    """The type as a reader writes it."""
    if pa.types.is_list(kind):
        return f"list of {short(kind.value_type)}"
    return "struct" if pa.types.is_struct(kind) else str(kind)


def _object(fields: list[Field]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {field.name: _described(field) for field in fields},
        "required": [field.name for field in fields],
        "additionalProperties": False,
    }


def _described(field: Field) -> dict[str, Any]:
    described = _json_type(field.type)
    if is_nullable(field):
        described["type"] = [described["type"], "null"]
    described["description"] = said(field, "description")
    if said(field, "unit"):
        described["unit"] = said(field, "unit")
    names = classes_of(field)
    if names is not None:
        described["items"] |= {"minimum": 0, "maximum": len(names) - 1}
        described["classes"] = names
    described["examples"] = [example(field)]
    return described


def _json_type(kind: pa.DataType) -> dict[str, Any]:
    if pa.types.is_list(kind):
        return {"type": "array", "items": _json_type(kind.value_type)}
    if pa.types.is_struct(kind):
        return _object(list(kind))
    if pa.types.is_boolean(kind):
        return {"type": "boolean"}
    if pa.types.is_integer(kind):
        return {"type": "integer"}
    return {"type": "number" if pa.types.is_floating(kind) else "string"}
