"""What a version promises of its rows: the columns of its schema.json, and the labels in them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pyarrow as pa

from annotate.dataset.checks.faults import Faults
from annotate.dataset.describe import json_schema
from annotate.dataset.schema import SCHEMA_VERSION, schemas
from annotate.ontology import EVENT_COLUMNS, Ontology

SCHEMA = "schema.json"
_KINDS = frozenset(("string", "integer", "number", "boolean", "array", "object"))
_ONE_OF = re.compile(r"[Oo]ne of ([A-Za-z][\w, ]*)$")
_DEEPEST = 8


@dataclass(frozen=True, slots=True)
class Column:
    """A column as schema.json has it.

    Attributes:
        kind: string, integer, number, boolean, array or object.
        nullable: whether a value may be null.
        item: what an array holds.
        parts: what an object holds, by name.
        classes: the names of class indices.
        values: the only values that there may be, where the description lists them.
    """

    kind: str
    nullable: bool = False
    item: Column | None = None
    parts: Mapping[str, Column] = field(default_factory=dict)
    classes: tuple[str, ...] | None = None
    values: tuple[str, ...] | None = None

    def leaf(self, *names: str) -> Column | None:
        """What is inside, by the names of parts; arrays are passed through."""
        found: Column | None = self
        for name in names:
            while found is not None and found.item is not None:
                found = found.item
            found = None if found is None else found.parts.get(name)
        return found


Columns = Mapping[str, Column]


@dataclass(frozen=True, slots=True)
class Contract:
    """Columns by table, and the labels.

    Attributes:
        tables: what schema.json says; empty where there is none.
        arrow: the exact types, where this is the schema that is written today.
        labels: by layer, in the order of their class indices where there are some.
        attributes: values of each attribute of an event.
        roles: codes of roles.
        is_said: whether there is a schema.json: without it, columns may be missing.
    """

    tables: Mapping[str, Columns]
    arrow: Mapping[str, pa.Schema]
    labels: Mapping[str, tuple[str, ...]]
    attributes: Mapping[str, tuple[str, ...]]
    roles: tuple[str, ...]
    is_said: bool = True


def read_contract(version: Path, manifest: Mapping[str, Any], faults: Faults) -> Contract:
    """What schema.json promises; its own faults are added."""
    try:
        found = json.loads((version / SCHEMA).read_text("utf-8"))
        tables = dict(_tables(found))
    except OSError:
        faults.skipped("labels, class indices and missing columns: there is no schema.json")
        return Contract(_known(), {}, {}, {}, (), False)
    except (ValueError, RecursionError, LookupError, TypeError, AttributeError):
        faults.add(SCHEMA, None, "schema", "is no schema of tables")
        faults.skipped("labels, class indices and missing columns: schema.json cannot be read")
        return Contract(_known(), {}, {}, {}, (), False)
    contract = _labels_of(tables)
    said, named = found.get("schema_version"), manifest.get("schema_version")
    if named is not None and said != named:
        faults.add(SCHEMA, None, "schema", f"schema_version is {said}, the manifest has {named}")
    arrow: Mapping[str, pa.Schema] = {}
    if said == SCHEMA_VERSION:
        arrow = schemas(_ontology(contract))
        for what in _differences(dict(_tables(json_schema(arrow))), tables):
            faults.add(SCHEMA, None, "schema", what)
    else:
        faults.skipped(f"exact types of columns: they are known for schema {SCHEMA_VERSION} only")
    usable = dict(_usable(tables, said == SCHEMA_VERSION, faults))
    return Contract(usable, arrow, contract.labels, contract.attributes, contract.roles)


def _known() -> dict[str, Columns]:
    """The columns that the rules are written for."""
    none = Contract({}, {}, {"entity": (), "event": ()}, {}, ())
    return dict(_tables(json_schema(schemas(_ontology(none)))))


def _usable(
    tables: Mapping[str, Columns], is_ours: bool, faults: Faults
) -> Iterator[tuple[str, Columns]]:
    """The columns that the rules understand, and plain ones.

    Args:
        is_ours: what is wrong was added already.
    """
    for table, known in _known().items():
        if table not in tables:
            continue
        kept = {}
        for name, column in tables[table].items():
            asked = known.get(name)
            if asked is None:
                fits = column.kind != "object" and (
                    column.item is None or column.item.kind not in ("array", "object")
                )
            else:
                fits = _fits(asked, column)
            if fits:
                kept[name] = column
            elif not is_ours:
                faults.add(SCHEMA, None, "schema", f"{table}: {name} is of another kind")
        yield table, kept


def _fits(asked: Column, given: Column) -> bool:
    if asked.kind != given.kind or (asked.item is None) != (given.item is None):
        return False
    if asked.item is not None and given.item is not None and not _fits(asked.item, given.item):
        return False
    return all(
        _fits(part, given.parts[name]) if name in given.parts else True
        for name, part in asked.parts.items()
    ) and all(
        part.kind not in ("array", "object")
        for name, part in given.parts.items()
        if name not in asked.parts
    )


def _tables(found: Mapping[str, Any]) -> Iterator[tuple[str, Columns]]:
    """The columns of each table; the first versions had one table only.

    Raises:
        ValueError: this is no schema of tables.
        TypeError, AttributeError: so is this.
    """
    tables = found.get("$defs", {"articles": found})
    for name, table in tables.items():
        yield str(name), _column(table, 0).parts
    if not tables:
        raise ValueError("no tables")


def _column(found: Mapping[str, Any], depth: int) -> Column:
    kinds = found.get("type")
    given = kinds if isinstance(kinds, list) else [kinds]
    kind = next((one for one in given if one in _KINDS), None)
    if kind is None or depth > _DEEPEST:
        raise ValueError("no type of a column")
    parts = found.get("properties", {})
    listed = _ONE_OF.search(str(found.get("description", "")))
    classes = found.get("classes")
    return Column(
        kind,
        "null" in given,
        _column(found["items"], depth + 1) if isinstance(found.get("items"), dict) else None,
        {str(name): _column(part, depth + 1) for name, part in parts.items()},
        None if classes is None else tuple(map(str, classes)),
        tuple(listed[1].split(", ")) if listed and kind == "string" else None,
    )


def _labels_of(tables: Mapping[str, Columns]) -> Contract:
    """The labels, as the columns of articles list them."""
    articles = Column("object", parts=tables.get("articles", {}))

    def values(*names: str) -> tuple[str, ...]:
        found = articles.leaf(*names)
        return (found.values if found else None) or ()

    tags = {"entity": ("entity_tags", "entities"), "event": ("trigger_tags", "events")}
    labels = {}
    for layer, (column, spans) in tags.items():
        found = articles.leaf(column)
        names = found.classes if found else None
        labels[layer] = (
            values(spans, "label")
            if names is None
            else tuple(name.removeprefix("B-") for name in names[1::2])
        )
    event = articles.leaf("events")
    parts = event.item.parts if event and event.item else {}
    attributes = {
        name: column.values or () for name, column in parts.items() if name not in EVENT_COLUMNS
    }
    return Contract(tables, {}, labels, attributes, values("events", "roles", "role"))


def _ontology(contract: Contract) -> Ontology:
    """Of the ontology as much as the schema depends on."""
    attributes = tuple(
        SimpleNamespace(code=code, definition_en="", default=next(iter(values), ""))
        for code, values in contract.attributes.items()
    )
    found = SimpleNamespace(
        name="",
        version="",
        entity_codes=contract.labels["entity"],
        event_codes=contract.labels["event"],
        role_codes=contract.roles,
        attributes=attributes,
        values=lambda code: contract.attributes[code],
    )
    return cast(Ontology, found)


def _differences(ours: Mapping[str, Columns], theirs: Mapping[str, Columns]) -> Iterator[str]:
    for table, columns in ours.items():
        if table not in theirs:
            yield f"table {table} is missing"
            continue
        yield from _between(columns, theirs[table], f"{table}: ")
    for table in theirs.keys() - ours.keys():
        yield f"table {table} is none of {', '.join(ours)}"


def _between(ours: Columns, theirs: Columns, path: str) -> Iterator[str]:
    for name, column in ours.items():
        other = theirs.get(name)
        if other is None:
            yield f"{path}{name} is missing"
            continue
        yield from _one(column, other, f"{path}{name}")
    for name in sorted(theirs.keys() - ours.keys()):
        yield f"{path}{name} is no column of schema {SCHEMA_VERSION}"


def _one(column: Column, other: Column, path: str) -> Iterator[str]:
    if (column.kind, column.nullable) != (other.kind, other.nullable):
        yield f"{path} is {_said(other)}, not {_said(column)}"
    elif column.classes != other.classes:
        yield f"{path} has other classes than B and I of each label"
    elif column.item is not None and other.item is not None:
        yield from _one(column.item, other.item, f"{path}[]")
    elif column.item is not None:
        yield f"{path} does not say what it holds"
    yield from _between(column.parts, other.parts, f"{path}.")


def _said(column: Column) -> str:
    return f"{column.kind} or null" if column.nullable else column.kind
