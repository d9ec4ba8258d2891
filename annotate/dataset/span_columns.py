"""Spans of many articles as Arrow columns: each column is filled as a whole, which is quick."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any

import pyarrow as pa

from annotate.ontology import Ontology
from annotate.spans import Annotation, Layer, Span, with_defaults

Core = tuple[int, int] | None
Columns = dict[str, list[Any]]
Role = tuple[str, str]  # role, id of the entity
# Columns that are there in every span as they are.
PLAIN = ("id", "start", "end", "label", "text", "score", "origin", "decision", "unsure")
_PLAIN = [(name, attrgetter(name)) for name in PLAIN]


class SpanColumns:
    """The spans of one layer, one after the other."""

    def __init__(self, layer: Layer, ontology: Ontology) -> None:
        self.layer = layer
        self.values: dict[str, list[Any]] = {
            name: [] for name in (*PLAIN, "core_start", "core_end")
        }
        self.attributes: dict[str, list[str]] = {}
        self.roles: dict[str, list[str]] = {"role": [], "entity_id": []}
        self.role_ends = [0]  # of each event
        self._ontology = ontology
        self._with_defaults: dict[tuple[tuple[str, str], ...], tuple[str, ...]] = {}
        if layer == "event":
            self.attributes = {attribute.code: [] for attribute in ontology.attributes}

    def add(
        self,
        spans: Sequence[Span],
        cores: Iterable[Core],
        roles: Mapping[str, Sequence[Role]],
        *,
        texts: bool = True,
    ) -> None:
        """Adds the spans of one article or sentence.

        Args:
            cores: offsets in the article, one for each span.
            roles: arguments of each event by its id, in the order to be written.
            texts: write the surfaces.
        """
        values = self.values
        for name, of in _PLAIN:
            values[name] += map(of, spans)
        if not texts:
            values["text"][len(values["text"]) - len(spans) :] = [None] * len(spans)
        for core in cores:
            values["core_start"].append(None if core is None else core[0])
            values["core_end"].append(None if core is None else core[1])
        if self.layer == "entity":
            return
        for span in spans:
            for column, value in zip(
                self.attributes.values(), self._filled(span.attributes), strict=True
            ):
                column.append(value)
            for role, entity in roles.get(span.id, ()):
                self.roles["role"].append(role)
                self.roles["entity_id"].append(entity)
            self.role_ends.append(len(self.roles["role"]))

    def _filled(self, attributes: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
        found = self._with_defaults.get(attributes)
        if found is None:
            filled = dict(with_defaults(dict(attributes), self._ontology))
            found = tuple(filled[name] for name in self.attributes)
            self._with_defaults[attributes] = found
        return found

    def __len__(self) -> int:
        return len(self.values["id"])

    def array(self, kind: pa.DataType) -> pa.StructArray:
        """One struct a span, of the fields of `kind`."""
        fields = [kind.field(index) for index in range(kind.num_fields)]
        return pa.StructArray.from_arrays([self._column(field) for field in fields], fields=fields)

    def _column(self, field: pa.Field[Any]) -> pa.Array[Any]:
        if field.name == "roles":
            return lists(
                self.role_ends, struct_array(self.roles, field.type.value_type), field.type
            )
        values = self.attributes.get(field.name)
        made: pa.Array[Any] = pa.array(
            self.values[field.name] if values is None else values, field.type
        )
        return made


def struct_array(values: Mapping[str, Sequence[Any]], kind: pa.DataType) -> pa.StructArray:
    """Structs of columns, each as a sequence of values."""
    fields = [kind.field(index) for index in range(kind.num_fields)]
    arrays = [pa.array(values[field.name], field.type) for field in fields]
    return pa.StructArray.from_arrays(arrays, fields=fields)


def lists(ends: Sequence[int], items: pa.Array[Any], kind: pa.DataType) -> pa.Array[Any]:
    """Lists of what stands between the `ends`, the first of which is 0."""
    made: pa.Array[Any] = pa.ListArray.from_arrays(pa.array(ends, pa.int32()), items, type=kind)
    return made


def roles_of(annotation: Annotation) -> dict[str, list[Role]]:
    """Arguments of each event by its id, by role and entity."""
    roles: dict[str, list[Role]] = defaultdict(list)
    for relation in annotation.relations:
        roles[relation.head].append((relation.role, relation.tail))
    return {head: sorted(pairs) for head, pairs in roles.items()}


def table_of(schema: pa.Schema, columns: Columns, arrays: Mapping[str, Any]) -> pa.Table:
    """A table of columns: as Arrow arrays, or as sequences of values."""
    return pa.Table.from_arrays(
        [
            arrays[field.name]
            if field.name in arrays
            else pa.array(columns[field.name], field.type)
            for field in schema
        ],
        schema=schema,
    )
