"""One number for what an article says of itself in `data/`, to hold against the other tables.

The rows of `sentences/` and `spans/` are made of the article's. Each of them is mixed into a
number, and the sum over an article's rows does not depend on their order: so a million articles are
compared in a few megabytes, and only those that differ are looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from annotate.dataset.checks.frame import Array, Many, Rows, hashes, ints, mixed, nulls
from annotate.dataset.checks.place import Place
from annotate.dataset.checks.rules_spans import Roles
from annotate.dataset.schema import LAYERS
from annotate.dataset.text_columns import Flags, Ints, listed

SHARED_BY_SPANS = ("group_id", "status")
SHARED_BY_SENTENCES = (
    *("text_sha256", "group_id", "status", "prelabelled", "prelabel_version", "labels_covered"),
)
_NULL = -(2**62)
_KINDS = {"entity": 1, "event": 2}


@dataclass(frozen=True)
class Sentences:
    """In which sentence the spans of some articles are.

    Attributes:
        numbers: by layer, the number in the article; -1 outside of all.
        inside: by layer, which spans lie wholly in it.
        roles: which arguments are in the sentence of their event, with both spans.
    """

    numbers: Mapping[str, Ints]
    inside: Mapping[str, Flags]
    roles: Flags


def sentences_of(rows: Rows, place: Place, roles: Roles) -> Sentences:
    """Finds the sentences of spans; the articles' sentences have to be sound."""
    pieces = rows.many("sentences")
    lows = pieces.ints("start") + place.bases[pieces.rows]
    highs = np.append(pieces.ints("end") + place.bases[pieces.rows], -1)
    firsts = np.append(pieces.firsts, 0)
    order_is_sound = bool((lows[1:] >= lows[:-1]).all())
    numbers: dict[str, Ints] = {}
    inside: dict[str, Flags] = {}
    for layer, name, _ in LAYERS:
        many = rows.many(name)
        starts = many.ints("start") + place.bases[many.rows]
        ends = many.ints("end") + place.bases[many.rows]
        found = np.searchsorted(lows if order_is_sound else np.sort(lows), starts, "right") - 1
        within = (found >= 0) & (starts < highs[found])
        within &= np.append(pieces.rows, -1)[found] == many.rows
        numbers[layer] = np.where(within, found - firsts[many.rows], -1)
        inside[layer] = within & (ends <= highs[found])
    kept = roles.entities >= 0
    tails = np.where(kept, roles.entities, 0)
    if len(tails) and len(numbers["entity"]):
        kept = kept & (numbers["event"][roles.events] == numbers["entity"][tails])
        kept &= inside["event"][roles.events] & inside["entity"][tails]
    return Sentences(numbers, inside, kept)


def column_numbers(array: Array) -> Ints:
    """A number for each value of a column without lists."""
    none = nulls(array)
    if pa.types.is_string(array.type) or pa.types.is_dictionary(array.type):
        return hashes(array)
    if pa.types.is_boolean(array.type):
        found = array.fill_null(False).to_numpy(zero_copy_only=False).astype(np.int64)
    elif pa.types.is_floating(array.type):
        found = (
            array.fill_null(0.0).to_numpy(zero_copy_only=False).astype(np.float64).view(np.int64)
        )
    else:
        found = ints(array)
    return np.where(none, _NULL, found)


def _shared(rows: Rows, names: Iterable[str]) -> Ints:
    """One number for what all rows of an article have in common."""
    columns = []
    for name in names:
        if name == "labels_covered":
            many = rows.many(name)
            place = np.arange(many.size) - many.firsts[many.rows]
            total = np.zeros(len(rows), np.int64)
            np.add.at(total, many.rows, mixed(place, hashes(many.items)))
            columns.append(total)
        else:
            columns.append(column_numbers(rows.array(name)))
    return mixed(*columns)


def _columns(many: Many, names: Iterable[str]) -> list[Ints]:
    return [
        column_numbers(many.array(name)) if name in many.parts else np.full(many.size, hash(None))
        for name in names
    ]


@dataclass(frozen=True)
class Digester:
    """Makes the numbers.

    Attributes:
        spans: the columns of a span that both tables have, with the attributes of events.
    """

    spans: tuple[str, ...]

    def of_spans_in_articles(self, rows: Rows, found: Sentences, roles: Roles) -> Ints:
        """What `spans/` has to have of each article."""
        shared = _shared(rows, SHARED_BY_SPANS)
        total = np.zeros(len(rows), np.int64)
        for layer, name, _ in LAYERS:
            many = rows.many(name)
            counted = roles.events if layer == "event" else roles.entities[roles.entities >= 0]
            numbers = mixed(
                np.full(many.size, _KINDS[layer]),
                *_columns(many, self.spans),
                np.where(found.numbers[layer] < 0, _NULL, found.numbers[layer]),
                np.bincount(counted, minlength=many.size),
                shared[many.rows],
            )
            np.add.at(total, many.rows, numbers)
        return total

    def of_span_rows(self, rows: Rows) -> Ints:
        """What each row of `spans/` has."""
        layers = [_KINDS.get(str(layer), 0) for layer in rows.array("layer").to_pylist()]
        return mixed(
            np.array(layers, np.int64),
            *(column_numbers(rows.array(name)) for name in self.spans),
            column_numbers(rows.array("sentence")),
            column_numbers(rows.array("roles")),
            _shared(rows, SHARED_BY_SPANS),
        )

    def of_sentences_in_articles(
        self, rows: Rows, place: Place, found: Sentences, roles: Roles
    ) -> Ints:
        """What `sentences/` has to have of each article."""
        shared = _shared(rows, SHARED_BY_SENTENCES)
        pieces = rows.many("sentences")
        starts, ends, of = pieces.ints("start"), pieces.ints("end"), pieces.rows
        number = np.arange(pieces.size) - pieces.firsts[of]
        texts = [
            hash(place.cut(row, start, end) if known else None)
            for row, start, end, known in zip(
                listed(of), listed(starts), listed(ends), place.known[of], strict=True
            )
        ]
        total = np.zeros(len(rows), np.int64)
        np.add.at(total, of, _piece(number, starts, ends, np.array(texts, np.int64), shared[of]))
        tokens = rows.many("token_starts")
        lows = starts + place.bases[of]
        firsts = ints(tokens.items)
        inner = np.searchsorted(lows, firsts + place.bases[tokens.rows], "right") - 1
        inner = inner - np.append(pieces.firsts, 0)[tokens.rows]
        lasts = ints(rows.many("token_ends").items)
        if len(lasts) == len(firsts):
            np.add.at(total, tokens.rows, _token(inner, firsts, lasts))
        for layer, name, _ in LAYERS:
            many = rows.many(name)
            kept = found.inside[layer]
            numbers = _span(layer, found.numbers[layer], _columns(many, self.spans))
            np.add.at(total, many.rows[kept], numbers[kept])
        events = rows.many("events")
        where = found.numbers["event"][roles.events]
        numbers = _role(where, events, roles.many)[found.roles]
        np.add.at(total, events.rows[roles.events][found.roles], numbers)
        return total

    def of_sentence_rows(self, rows: Rows) -> Ints:
        """What each row of `sentences/` has."""
        number = rows.ints("sentence")
        total = _piece(
            number,
            rows.ints("start"),
            rows.ints("end"),
            hashes(rows.array("text")),
            _shared(rows, SHARED_BY_SENTENCES),
        )
        tokens, ends = rows.many("token_starts"), rows.many("token_ends")
        if tokens.size == ends.size:
            numbers = _token(number[tokens.rows], ints(tokens.items), ints(ends.items))
            np.add.at(total, tokens.rows, numbers)
        for layer, name, _ in LAYERS:
            many = rows.many(name)
            columns = _columns(many, self.spans)
            np.add.at(total, many.rows, _span(layer, number[many.rows], columns))
        events = rows.many("events")
        roles = events.many("roles")
        of = events.rows[roles.rows]
        np.add.at(total, of, _role(number[of], events, roles))
        return total


def _piece(number: Ints, starts: Ints, ends: Ints, texts: Ints, shared: Ints) -> Ints:
    return mixed(np.full(len(number), 10), number, starts, ends, texts, shared)


def _token(number: Ints, starts: Ints, ends: Ints) -> Ints:
    return mixed(np.full(len(starts), 11), number, starts, ends)


def _span(layer: str, number: Ints, columns: list[Ints]) -> Ints:
    return mixed(np.full(len(number), 12 + _KINDS[layer]), number, *columns)


def _role(number: Ints, events: Many, roles: Many) -> Ints:
    event = hashes(events.array("id"))[roles.rows]
    names = (hashes(roles.array(name)) for name in ("role", "entity_id"))
    return mixed(np.full(len(event), 15), number, event, *names)
