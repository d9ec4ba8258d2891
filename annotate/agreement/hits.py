"""Matches and misses of one measure, over all comparisons at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from annotate.agreement.overlaps import Edges, Ints, Places, edges, matched
from annotate.agreement.rows import Arguments, Rows, Spans

ANY = "*"  # the one label where labels are ignored


class Key(NamedTuple):
    """What a row of counts is about."""

    measure: str
    how: str
    label: str


class Part(NamedTuple):
    """Rows of a table of counts: comparison, number of the key, and (tp, fp, fn)."""

    row: Ints
    key: Ints
    counts: Ints


class Sides(NamedTuple):
    """Two sides of one measure, as columns: comparison, label, identity of the offsets."""

    text: tuple[Ints, Ints]
    label: tuple[Ints, Ints]
    offsets: tuple[Ints, Ints]
    edges: Callable[[Ints, Ints], Edges]

    @classmethod
    def of_spans(cls, left: Spans, right: Spans) -> Sides:
        def found(one: Ints, other: Ints) -> Edges:
            return edges(Places(one, left.start, left.end), Places(other, right.start, right.end))

        return cls(
            (left.text, right.text),
            (left.label, right.label),
            _identities((left.start, left.end), (right.start, right.end)),
            found,
        )

    @classmethod
    def of_arguments(cls, left: Arguments, right: Arguments) -> Sides:
        def found(one: Ints, other: Ints) -> Edges:
            heads = edges(
                Places(one, left.head_start, left.head_end),
                Places(other, right.head_start, right.head_end),
            )
            a, b = heads.left, heads.right
            shared = np.minimum(left.tail_end[a], right.tail_end[b]) - np.maximum(
                left.tail_start[a], right.tail_start[b]
            )
            union = np.maximum(left.tail_end[a], right.tail_end[b]) - np.minimum(
                left.tail_start[a], right.tail_start[b]
            )
            both = Edges(a, b, (heads.weight + np.maximum(shared, 0) / np.maximum(union, 1)) / 2)
            return both.only(shared > 0)

        return cls(
            (left.text, right.text),
            (left.role, right.role),
            _identities(
                (left.head_start, left.head_end, left.tail_start, left.tail_end),
                (right.head_start, right.head_end, right.tail_start, right.tail_end),
            ),
            found,
        )


def hits(measure: str, sides: Sides, labels: Sequence[str], keys: dict[Key, int]) -> list[Part]:
    size = len(labels) + 1
    one, other = (text * size + label for text, label in zip(sides.text, sides.label, strict=True))
    any_label = (*labels, ANY)
    texts = tuple(text * size + len(labels) for text in sides.text)
    parts = []
    for how, (a, b) in (("strict", (one, other)), ("boundary", texts)):
        places, tp = _shared(a, b, sides.offsets)
        parts.append(_part(measure, how, any_label, places, tp, (a, b), keys))
    chosen = matched(sides.edges(one, other))
    places, tp = np.unique(one[chosen.left], return_counts=True)
    parts.append(_part(measure, "overlap", any_label, places, tp, (one, other), keys))
    found = sides.edges(*sides.text)
    chosen = matched(found, sides.label[0][found.left] == sides.label[1][found.right])
    a, b = one[chosen.left], other[chosen.right]
    places, tp = np.unique(a[a == b], return_counts=True)
    parts.append(_part(measure, "type", any_label, places, tp, (a, b), keys))
    return parts


def attribute_hits(
    left: Spans,
    right: Spans,
    rows: Rows,
    defaults: Mapping[str, str],
    keys: dict[Key, int],
) -> list[Part]:
    """Values other than the default, of triggers that both have."""
    found = edges(
        Places(left.text, left.start, left.end), Places(right.text, right.start, right.end)
    )
    same = left.label[found.left] == right.label[found.right]
    equal = found.weight == 1.0
    names: dict[str, int] = {}
    parts = []
    for how, keep in (("strict", equal), ("overlap", np.ones(len(equal), dtype=bool))):
        chosen = matched(found.only(keep), same[keep])
        text: tuple[list[int], list[int]] = ([], [])
        value: tuple[list[int], list[int]] = ([], [])
        offsets: tuple[list[int], list[int]] = ([], [])
        values = [
            [_marked(rows.attributes[i], defaults) for i in spans.source[index].tolist()]
            for spans, index in ((left, chosen.left), (right, chosen.right))
        ]
        for number, (comparison, *both) in enumerate(
            zip(left.text[chosen.left].tolist(), *values, strict=True)
        ):
            for side, marked in enumerate(both):
                for name in marked:
                    text[side].append(comparison)
                    value[side].append(names.setdefault(name, len(names)))
                    offsets[side].append(number)
        parts.append((how, text, value, offsets))
    size = len(names) + 1
    found_parts = []
    for how, text, value, offsets in parts:
        one, other = (
            np.array(t, dtype=np.int64) * size + np.array(v, dtype=np.int64)
            for t, v in zip(text, value, strict=True)
        )
        numbers = (
            np.array(offsets[0], dtype=np.int64),
            np.array(offsets[1], dtype=np.int64),
        )
        places, tp = _shared(one, other, numbers)
        labels = (*names, ANY)
        found_parts.append(_part("attributes", how, labels, places, tp, (one, other), keys))
    return found_parts


def _marked(attributes: Iterable[tuple[str, str]], defaults: Mapping[str, str]) -> list[str]:
    """Values other than the default, as `polarity=NEGATIVE`."""
    return [f"{name}={value}" for name, value in attributes if defaults.get(name) != value]


def _shared(left: Ints, right: Ints, offsets: tuple[Ints, Ints]) -> tuple[Ints, Ints]:
    """How many both sides have, by place: each counts as often as the rarer side has it."""
    if not len(left) or not len(right):
        none = np.zeros(0, dtype=np.int64)
        return none, none
    size = int(max(offsets[0].max(), offsets[1].max())) + 1
    a, counts_a = np.unique(left * size + offsets[0], return_counts=True)
    b, counts_b = np.unique(right * size + offsets[1], return_counts=True)
    both, at_a, at_b = np.intersect1d(a, b, assume_unique=True, return_indices=True)
    shared = np.minimum(counts_a[at_a], counts_b[at_b])
    places, inverse = np.unique(both // size, return_inverse=True)
    return places, np.bincount(inverse, shared, len(places)).astype(np.int64)


def _identities(left: tuple[Ints, ...], right: tuple[Ints, ...]) -> tuple[Ints, Ints]:
    """Numbers that are equal where all columns are."""
    number = np.zeros(len(left[0]) + len(right[0]), dtype=np.int64)
    for one, other in zip(left, right, strict=True):
        column = np.concatenate([one, other])
        size = int(column.max()) + 1 if len(column) else 1
        _, number = np.unique(number * size + column, return_inverse=True)
    return number[: len(left[0])], number[len(left[0]) :]


def _part(
    measure: str,
    how: str,
    labels: Sequence[str],
    places: Ints,
    tp: Ints,
    sides: tuple[Ints, Ints],
    keys: dict[Key, int],
) -> Part:
    """Rows of counts by place (comparison and label): matches, and what is left on each side."""
    of_left, left = np.unique(sides[0], return_counts=True)
    of_right, right = np.unique(sides[1], return_counts=True)
    found = np.union1d(of_left, of_right)
    counts = np.zeros((len(found), 3), dtype=np.int64)
    counts[np.searchsorted(found, places), 0] = tp
    counts[np.searchsorted(found, of_left), 1] = left
    counts[np.searchsorted(found, of_right), 2] = right
    counts[:, 1:] -= counts[:, :1]
    row, label = np.divmod(found, len(labels))
    used, inverse = np.unique(label, return_inverse=True)
    numbers = [keys.setdefault(Key(measure, how, labels[i]), len(keys)) for i in used.tolist()]
    return Part(row, np.array(numbers, dtype=np.int64)[inverse], counts)
