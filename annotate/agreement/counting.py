"""Matches and misses of every two readings of every text, by measure and label, as one table.

Everything that is summed later (by pair, by label, over a bootstrap's resample) is a sum of its
rows; ratios are taken of sums, never averaged.

Measures: `entities`, `triggers`, `triggers_without_statement`; `roles` (trigger, filler and role;
Automatic Content Extraction's argument scoring, with the trigger's own label scored as a trigger);
`attributes` (of triggers that both have: values other than the default). Ways to match:

- strict: offsets and label are equal;
- overlap: the label is equal, and a character is shared;
- boundary: offsets are equal, labels are ignored (the one label is "*");
- type: of spans that share a character, whatever their labels, how many have one label; unmatched
  spans are left out, so that F1 is the share of matched pairs whose labels agree.

For roles both ends must match in this way, and the role is the label. Attributes are those of
triggers matched by offsets (strict) or by overlap.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from annotate.agreement.hits import Key, Part, Sides, attribute_hits, hits
from annotate.agreement.matching import Counts
from annotate.agreement.overlaps import Ints
from annotate.agreement.readings import Item
from annotate.agreement.rows import arguments_of, flat
from annotate.ontology import Ontology

How = Literal["strict", "overlap", "boundary", "type"]
HOWS: tuple[How, ...] = ("strict", "overlap", "boundary", "type")
SPANS = ("entities", "triggers")  # what the measure "spans" adds up
FREQUENT = "STATEMENT"  # saying is a third of what happens in news


class Sums(NamedTuple):
    """Counts by story group.

    Attributes:
        keys: what the columns are about, in order.
        counts: float64, shape (groups, keys, 3): tp, fp, fn.
        articles: texts with two readings.
    """

    keys: tuple[tuple[str, ...], ...]
    counts: np.ndarray[tuple[int, int, int], np.dtype[np.float64]]
    articles: int

    @property
    def totals(self) -> dict[tuple[str, ...], Counts]:
        """The counts of all groups together."""
        sums = self.counts.sum(axis=0).round().astype(int).tolist()
        return {key: Counts(*row) for key, row in zip(self.keys, sums, strict=True)}


@dataclass(frozen=True, slots=True, eq=False)
class CountTable:
    """Counts in long form: a row for each (text, pair of annotators, key) that has any.

    Attributes:
        doc_ids, groups: of the texts, by number.
        pairs: two names each, in order, by number.
        item, pair: for each comparison (two readings of a text) the text and the pair.
        keys: by number.
        row, key: for each row the comparison and the key.
        counts: int64, shape (rows, 3): tp, fp, fn. The first of two names is the predicted side.
    """

    doc_ids: tuple[str, ...]
    groups: tuple[str, ...]
    pairs: tuple[tuple[str, str], ...]
    item: Ints
    pair: Ints
    keys: tuple[Key, ...]
    row: Ints
    key: Ints
    counts: Ints

    def only(
        self,
        *,
        doc_ids: Collection[str] | None = None,
        pair: tuple[str, str] | None = None,
        annotator: str | None = None,
    ) -> CountTable:
        """The comparisons of these texts, of this pair, or with this annotator."""
        keep = np.ones(len(self.item), dtype=bool)
        if doc_ids is not None:
            wanted = set(doc_ids)
            keep &= np.array([d in wanted for d in self.doc_ids], dtype=bool)[self.item]
        if pair is not None:
            keep &= np.array([p == pair for p in self.pairs], dtype=bool)[self.pair]
        if annotator is not None:
            keep &= np.array([annotator in p for p in self.pairs], dtype=bool)[self.pair]
        number = np.cumsum(keep) - 1
        rows = keep[self.row]
        return CountTable(
            self.doc_ids,
            self.groups,
            self.pairs,
            self.item[keep],
            self.pair[keep],
            self.keys,
            number[self.row[rows]],
            self.key[rows],
            self.counts[rows],
        )

    @property
    def articles(self) -> int:
        """Texts with two readings."""
        return len(np.unique(self.item))

    def summed(
        self,
        by: Collection[Literal["measure", "how", "label"]] = ("measure", "how"),
        *,
        measure: str | None = None,
        how: str | None = None,
    ) -> Sums:
        """Counts by story group and by these parts of the key, in the table's order of keys.

        Unless `by` has the label, the measure "spans" (entities and triggers) is there, too.

        Args:
            measure, how: only of this measure, matched in this way.
        """
        fields = [field for field in Key._fields if field in by]
        names: dict[tuple[str, ...], int] = {}
        column_of: list[list[int]] = []
        for key in self.keys:
            also = [key._replace(measure="spans")] if key.measure in SPANS else []
            wanted = [
                one
                for one in (key, *(also if "label" not in by else ()))
                if measure in (None, one.measure) and how in (None, one.how)
            ]
            column_of.append(
                [
                    names.setdefault(tuple(getattr(one, f) for f in fields), len(names))
                    for one in wanted
                ]
            )
        texts, text = np.unique(self.item, return_inverse=True)
        codes = _codes([self.groups[number] for number in texts.tolist()])
        group = codes[text]
        sums = np.zeros((len(set(codes.tolist())), len(names), 3))
        for turn in range(2):
            column = np.array([c[turn] if len(c) > turn else -1 for c in column_of], dtype=np.int64)
            if len(column):
                at = column[self.key]
                use = at >= 0
                np.add.at(sums, (group[self.row[use]], at[use]), self.counts[use])
        return Sums(tuple(names), sums, self.articles)


def count(items: Sequence[Item], ontology: Ontology, *, frequent: str = FREQUENT) -> CountTable:
    """Compares every two readings of every text.

    A span whose label one of the two annotators could not choose is left out for that pair, and so
    is a role of which that holds for an end.

    Args:
        frequent: the event label that `triggers_without_statement` leaves out.

    Raises:
        InputError: two spans of a reading have one id, or a relation points to none of its spans.
    """
    rows = flat(items)
    keys: dict[Key, int] = {}
    defaults = {attribute.code: attribute.default for attribute in ontology.attributes}
    number = rows.labels.index(frequent) if frequent in rows.labels else -1
    triggers = [spans.of_layer("event") for spans in rows.sides]
    by_measure = {
        "entities": [spans.of_layer("entity") for spans in rows.sides],
        "triggers": triggers,
        "triggers_without_statement": [side.only(side.label != number) for side in triggers],
    }
    parts: list[Part] = []
    for measure, (left, right) in by_measure.items():
        parts += hits(measure, Sides.of_spans(left, right), rows.labels, keys)
    one, other = (arguments_of(spans, rows, side) for side, spans in enumerate(rows.sides))
    parts += hits("roles", Sides.of_arguments(one, other), rows.roles, keys)
    parts += attribute_hits(triggers[0], triggers[1], rows, defaults, keys)
    none = np.zeros(0, dtype=np.int64)
    return CountTable(
        tuple(item.doc_id for item in items),
        tuple(item.group for item in items),
        rows.pairs,
        rows.item,
        rows.pair,
        tuple(keys),
        np.concatenate([none, *(part.row for part in parts)]),
        np.concatenate([none, *(part.key for part in parts)]),
        np.concatenate([none.reshape(0, 3), *(part.counts for part in parts)]),
    )


def _codes(names: Sequence[str]) -> Ints:
    """Equal numbers for equal names, in order of the names."""
    order = {name: number for number, name in enumerate(sorted(set(names)))}
    return np.array([order[name] for name in names], dtype=np.int64)
