"""All readings as columns of numbers, once for each comparison of two of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from annotate.agreement.evaluate import check_ids
from annotate.agreement.overlaps import Bools, Ints, ranges
from annotate.agreement.readings import Item
from annotate.spans import LAYERS, Annotation, Layer


@dataclass(frozen=True, slots=True, eq=False)
class Spans:
    """One side of all comparisons.

    Attributes:
        text: number of the comparison (two readings of one text).
        start, end: offsets, code points, half open.
        label, layer: numbers in `Rows.labels` and in LAYERS.
        source: number of the span among all spans of all readings.
    """

    text: Ints
    start: Ints
    end: Ints
    label: Ints
    layer: Ints
    source: Ints

    def only(self, keep: Bools) -> Spans:
        return Spans(
            self.text[keep],
            self.start[keep],
            self.end[keep],
            self.label[keep],
            self.layer[keep],
            self.source[keep],
        )

    def of_layer(self, layer: Layer) -> Spans:
        return self.only(self.layer == LAYERS.index(layer))


class Arguments(NamedTuple):
    """Roles of one side of all comparisons, with the offsets of trigger and filler."""

    text: Ints
    role: Ints
    head_start: Ints
    head_end: Ints
    tail_start: Ints
    tail_end: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """All comparisons.

    Attributes:
        pairs: names, two each, in order.
        item, pair: of each comparison, the numbers of text and pair.
        labels, roles: codes, by number.
        attributes: of each span of all readings.
        relations: shape (n, 4): reading, role, and the spans' numbers among all spans.
        readings: shape (comparisons, 2): numbers of the two readings.
        sides: the spans of either side that both annotators could choose.
    """

    pairs: tuple[tuple[str, str], ...]
    item: Ints
    pair: Ints
    labels: tuple[str, ...]
    roles: tuple[str, ...]
    attributes: tuple[tuple[tuple[str, str], ...], ...]
    relations: Ints
    readings: Ints
    sides: tuple[Spans, Spans]


def flat(items: Sequence[Item]) -> Rows:
    """The comparisons of every two readings of each text.

    Raises:
        InputError: two spans of a reading have one id, or a relation points to none of its spans.
    """
    pairs: dict[tuple[str, str], int] = {}
    compared: list[tuple[int, int, int, int]] = []
    annotations: list[Annotation] = []
    for number, item in enumerate(items):
        index = {id(reading): len(annotations) + i for i, reading in enumerate(item.readings)}
        for one, other in item.pairs:
            pair = pairs.setdefault((one.annotator, other.annotator), len(pairs))
            compared.append((number, pair, index[id(one)], index[id(other)]))
        for reading in item.readings:
            check_ids(reading.annotation, f"{reading.annotator}'s annotation of {item.doc_id}")
            annotations.append(reading.annotation)
    ordered = tuple(sorted(pairs))
    place = np.array([ordered.index(pair) for pair in pairs], dtype=np.int64)
    table = np.array(compared, dtype=np.int64).reshape(-1, 4)
    labels: dict[str, int] = {}
    roles: dict[str, int] = {}
    columns: list[tuple[int, int, int, int]] = []
    attributes: list[tuple[tuple[str, str], ...]] = []
    relations: list[tuple[int, int, int, int]] = []
    first = [0]
    for number, annotation in enumerate(annotations):
        ids = {}
        for span in annotation.spans:
            ids[span.id] = len(columns)
            label = labels.setdefault(span.label, len(labels))
            columns.append((span.start, span.end, label, LAYERS.index(span.layer)))
            attributes.append(span.attributes)
        for relation in annotation.relations:
            role = roles.setdefault(relation.role, len(roles))
            relations.append((number, role, ids[relation.head], ids[relation.tail]))
        first.append(len(columns))
    values = np.array(columns, dtype=np.int64).reshape(-1, 4)
    allowed, coverage = _coverages(annotations, tuple(labels))
    starts = np.array(first, dtype=np.int64)
    sides = []
    for mine, theirs in ((table[:, 2], table[:, 3]), (table[:, 3], table[:, 2])):
        size = starts[mine + 1] - starts[mine]
        source = ranges(starts[mine], size)
        text = np.repeat(np.arange(len(table)), size)
        start, end, label, layer = values[source].T
        keep = allowed[coverage[mine][text], label] & allowed[coverage[theirs][text], label]
        sides.append(Spans(text, start, end, label, layer, source).only(keep))
    return Rows(
        ordered,
        table[:, 0],
        place[table[:, 1]] if len(place) else table[:, 1],
        tuple(labels),
        tuple(roles),
        tuple(attributes),
        np.array(relations, dtype=np.int64).reshape(-1, 4),
        table[:, 2:],
        (sides[0], sides[1]),
    )


def _coverages(annotations: Sequence[Annotation], labels: Sequence[str]) -> tuple[Bools, Ints]:
    """Which labels each kind of work covers, (kinds, labels), and the kind of each reading."""
    kinds: dict[tuple[str, ...] | None, int] = {}
    kind = [kinds.setdefault(a.labels_covered, len(kinds)) for a in annotations]
    allowed = np.ones((len(kinds), len(labels)), dtype=bool)
    for covered, number in kinds.items():
        if covered is not None:
            allowed[number] = [label in covered for label in labels]
    return allowed, np.array(kind, dtype=np.int64)


def arguments_of(spans: Spans, rows: Rows, side: int) -> Arguments:
    """The roles of one side (0 or 1) whose trigger and filler are both among its spans."""
    order = np.argsort(rows.relations[:, 0], kind="stable")
    relations = rows.relations[order]
    count = int(rows.readings.max()) + 1 if len(rows.readings) else 0
    size = np.bincount(relations[:, 0], minlength=count)
    first = np.cumsum(size) - size
    mine = rows.readings[:, side]
    text = np.repeat(np.arange(len(mine)), size[mine])
    _, role, head, tail = relations[ranges(first[mine], size[mine])].T
    # A side's spans are in order of (comparison, number), so a search finds them.
    total = len(rows.attributes) + 1
    known = spans.text * total + spans.source
    ends = []
    keep = np.ones(len(text), dtype=bool)
    for end in (head, tail):
        wanted = text * total + end
        at = np.searchsorted(known, wanted)
        inside = at < len(known)
        keep &= inside
        keep[inside] &= known[at[inside]] == wanted[inside]
        ends.append(at)
    heads, tails = ends[0][keep], ends[1][keep]
    return Arguments(
        text[keep],
        role[keep],
        spans.start[heads],
        spans.end[heads],
        spans.start[tails],
        spans.end[tails],
    )
