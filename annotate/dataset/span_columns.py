"""Spans of many annotations as columns: each is made as a whole, which is quick."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import attrgetter
from typing import Any

import numpy as np
import pyarrow as pa

from annotate.dataset.text_columns import Flags, Ints, listed
from annotate.ontology import Ontology
from annotate.spans import Annotation, Layer, Span, ordered, with_defaults

Arrays = dict[str, "pa.Array[Any]"]
# Columns that a span has as they are, and their types.
PLAIN = {
    "id": pa.string(),
    "start": pa.int32(),
    "end": pa.int32(),
    "label": pa.string(),
    "text": pa.string(),
    "score": pa.float64(),
    "origin": pa.string(),
    "decision": pa.string(),
    "unsure": pa.bool_(),
}
NO_LABEL = -1
Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class SpanColumns:
    """The spans of one layer of some annotations, one after the other.

    Attributes:
        numbers: which annotation each belongs to.
        starts, ends: as in the annotation.
        ranks: the labels' numbers in the ontology; `NO_LABEL` for what it lacks.
        ids, surfaces, labels: as in the annotation.
        arrays: all columns but the cores.
        bad: whether a span has attributes that it may not have.
    """

    numbers: Ints
    starts: Ints
    ends: Ints
    ranks: Ints
    ids: list[str]
    surfaces: list[str]
    labels: list[str]
    arrays: Arrays
    bad: Flags

    def __len__(self) -> int:
        return len(self.ids)

    def list_ends(self, count: int) -> Ints:
        """Where the spans of each of `count` annotations end, after a 0."""
        return ends_of(self.numbers, count)

    def structs(self, kind: pa.DataType, more: Arrays, kept: Flags | None = None) -> pa.StructArray:
        """One struct a span, of the fields of `kind`; `kept`: of these spans only."""
        fields = [kind.field(index) for index in range(kind.num_fields)]
        arrays = [more[f.name] if f.name in more else self.arrays[f.name] for f in fields]
        if kept is not None:
            chosen = pa.array(kept)
            # What is in `more` for the kept ones only has their length already.
            arrays = [a.filter(chosen) if len(a) == len(kept) else a for a in arrays]
        return pa.StructArray.from_arrays(arrays, fields=fields)


class SpanReader:
    """Makes columns of annotations; remembers which attributes an event may have."""

    def __init__(self, ontology: Ontology) -> None:
        self._ontology = ontology
        self._names = tuple(attribute.code for attribute in ontology.attributes)
        self._ranks: Mapping[Layer, Mapping[str, int]] = {
            "entity": {code: rank for rank, code in enumerate(ontology.entity_codes)},
            "event": {code: rank for rank, code in enumerate(ontology.event_codes)},
        }
        self._filled: dict[Pairs, tuple[str, ...] | None] = {}

    def columns(self, spans: Sequence[Sequence[Span]], layer: Layer, texts: bool) -> SpanColumns:
        """The columns of one layer.

        Args:
            spans: the spans of each annotation, all of this layer.
            texts: write the surfaces.
        """
        flat = list(chain.from_iterable(spans))
        counts = np.fromiter(map(len, spans), np.int64, len(spans))
        values = {name: list(map(attrgetter(name), flat)) for name in PLAIN}
        surfaces = values["text"]
        if not texts:
            values["text"] = [None] * len(flat)
        arrays: Arrays = {name: pa.array(values[name], kind) for name, kind in PLAIN.items()}
        if layer == "event":
            filled = [self._attributes(span.attributes) for span in flat]
            bad = np.array([one is None for one in filled], bool)
            none = ("",) * len(self._names)
            columns = list(zip(*(one or none for one in filled), strict=True))
            for index, name in enumerate(self._names):
                arrays[name] = pa.array(columns[index] if flat else [], pa.string())
        else:
            bad = np.array([bool(span.attributes) for span in flat], bool)
        ranks = self._ranks[layer]
        return SpanColumns(
            np.repeat(np.arange(len(spans)), counts),
            np.array(values["start"], np.int64),
            np.array(values["end"], np.int64),
            np.array([ranks.get(code, NO_LABEL) for code in values["label"]], np.int64),
            values["id"],
            surfaces,
            values["label"],
            arrays,
            bad,
        )

    def _attributes(self, pairs: Pairs) -> tuple[str, ...] | None:
        """The values of all attributes, or None where one may not be."""
        if pairs not in self._filled:
            filled = dict(with_defaults(dict(pairs), self._ontology))
            sound = filled.keys() == set(self._names) and all(
                value in self._ontology.values(name) for name, value in filled.items()
            )
            self._filled[pairs] = tuple(filled[n] for n in self._names) if sound else None
        return self._filled[pairs]


@dataclass(frozen=True, slots=True)
class RoleColumns:
    """Arguments by event, role and entity.

    Attributes:
        heads, tails: numbers of the event among all events, and of the entity among all entities.
        roles, entities: the role's code, and the entity's id.
        bad: numbers of annotations in which an id is there twice, or a relation does not hold.
    """

    heads: Ints
    tails: Ints
    roles: list[str]
    entities: list[str]
    bad: set[int]

    def lists(self, kind: Any, events: int, kept: Flags | None = None) -> pa.Array[Any]:
        """The arguments of each event; `kept`: these arguments only."""
        heads = self.heads if kept is None else self.heads[kept]
        structs = struct_array({"role": self.roles, "entity_id": self.entities}, kind.value_type)
        if kept is not None:
            structs = structs.filter(pa.array(kept))
        return lists(ends_of(heads, events), structs, kind)


def roles_of(
    annotations: Sequence[Annotation], spans: Mapping[Layer, SpanColumns], codes: Iterable[str]
) -> RoleColumns:
    """The arguments of all events of some annotations."""
    entities, events = spans["entity"], spans["event"]
    known = frozenset(codes)
    found: list[tuple[int, str, str, int]] = []
    bad = set()
    entity_ends = listed(entities.list_ends(len(annotations)))
    event_ends = listed(events.list_ends(len(annotations)))
    for number, annotation in enumerate(annotations):
        first, last = entity_ends[number : number + 2]
        first_event, last_event = event_ends[number : number + 2]
        tails = dict(zip(entities.ids[first:last], range(first, last), strict=True))
        heads = dict(
            zip(events.ids[first_event:last_event], range(first_event, last_event), strict=True)
        )
        relations = annotation.relations
        sound = (
            len(tails) == last - first
            and len(heads) == last_event - first_event
            and tails.keys().isdisjoint(heads)
            and len(set(relations)) == len(relations)
            and all(r.head in heads and r.tail in tails and r.role in known for r in relations)
        )
        if not sound:
            bad.add(number)
            continue
        found += sorted((heads[r.head], r.role, r.tail, tails[r.tail]) for r in relations)
    return RoleColumns(
        np.array([head for head, _, _, _ in found], np.int64),
        np.array([tail for _, _, _, tail in found], np.int64),
        [role for _, role, _, _ in found],
        [entity for _, _, entity, _ in found],
        bad,
    )


def in_order(annotation: Annotation) -> tuple[Span, ...]:
    """The spans in the order that is stored, which nearly all have already."""
    spans = annotation.spans
    starts = [span.start for span in spans]
    if starts == sorted(set(starts)):
        return spans
    return ordered(spans)


def ends_of(numbers: Ints, count: int) -> Ints:
    """Where the items of each of `count` lists end, after a 0; `numbers`: the list of each item."""
    return np.concatenate(([0], np.cumsum(np.bincount(numbers, minlength=count))))


def struct_array(values: Mapping[str, Any], kind: pa.DataType) -> pa.StructArray:
    """Structs of columns, each as a sequence of values."""
    fields = [kind.field(index) for index in range(kind.num_fields)]
    arrays = [pa.array(values[field.name], field.type) for field in fields]
    return pa.StructArray.from_arrays(arrays, fields=fields)


def lists(ends: Ints, items: pa.Array[Any], kind: pa.DataType) -> pa.Array[Any]:
    """Lists of what stands between the `ends`, the first of which is 0."""
    offsets: Any = pa.array(ends.astype(np.int32))
    made: pa.Array[Any] = pa.ListArray.from_arrays(offsets, items, type=kind)
    return made


def table_of(schema: pa.Schema, columns: Mapping[str, Any]) -> pa.Table:
    """A table of columns: as Arrow arrays, or as sequences of values."""
    arrays = [
        found if isinstance(found := columns[field.name], pa.Array) else pa.array(found, field.type)
        for field in schema
    ]
    return pa.Table.from_arrays(arrays, schema=schema)
