"""Rules of a row's spans: offsets, surfaces, ids, cores, labels, attributes, roles and tags."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from annotate.dataset.checks.contract import Contract
from annotate.dataset.checks.faults import Faults
from annotate.dataset.checks.frame import Many, Rows, hashes, ints, mixed, nulls, strings
from annotate.dataset.checks.place import Place
from annotate.dataset.schema import LAYERS
from annotate.dataset.tagging import tags_of
from annotate.dataset.text_columns import Flags, Ints
from annotate.spans import DECISIONS

SPAN = ("id", "start", "end", "label", "text")


def check_places(rows: Rows, place: Place, name: str, faults: Faults) -> Flags:
    """Spans are pieces of the text, their surface is what it has there, and they are in order.

    Returns:
        The rows whose spans are.
    """
    many = rows.many(name)
    starts, ends, of = many.ints("start"), many.ints("end"), many.rows
    surfaces = many.array("text")
    outside = ~place.inside(of, starts, ends)
    wrong = outside.copy()
    inner = ~outside
    differs = place.differs(of[inner], starts[inner], ends[inner], surfaces.filter(pa.array(inner)))
    wrong[np.flatnonzero(inner)[differs]] = True

    def describe(item: int) -> str:
        row, start, end = int(of[item]), int(starts[item]), int(ends[item])
        said = _said(many, item)
        if not place.known[row]:
            return (
                f"{said} is at {start}:{end}"
                if outside[item]
                else (f"{said} has a surface, the row has no text")
            )
        return f"{said} is {surfaces[item].as_py()!r}, text has {place.cut(row, start, end)!r}"

    faults.add_where(rows.file, "spans", wrong, rows.numbers[of], describe)
    before = np.zeros(len(of), bool)
    same = of[1:] == of[:-1]
    before[1:] = same & (
        (starts[1:] < starts[:-1]) | ((starts[1:] == starts[:-1]) & (ends[1:] < ends[:-1]))
    )
    faults.add_where(
        rows.file,
        "order",
        before & ~wrong,
        rows.numbers[of],
        lambda item: f"{_said(many, item)} stands after one that begins or ends later",
    )
    sound = np.ones(len(rows), bool)
    sound[of[wrong]] = False
    return sound


def check_ids(rows: Rows, faults: Faults) -> None:
    """No two spans of a row have one id."""
    names = [name for _, name, _ in LAYERS if rows.has(f"{name}.id")]
    of = np.concatenate([rows.many(name).rows for name in names])
    parts = [rows.many(name).array("id") for name in names]
    keys = mixed(of, np.concatenate([hashes(part) for part in parts]))
    ids = [one for part in parts for one in strings(part)]
    _, first, counts = np.unique(keys, return_index=True, return_counts=True)
    doubled = np.zeros(len(keys), bool)
    doubled[first[counts > 1]] = True
    faults.add_where(
        rows.file,
        "ids",
        doubled,
        rows.numbers[of],
        lambda item: f"two spans have one id ({ids[item]})",
    )


def check_cores(rows: Rows, name: str, faults: Faults) -> None:
    """A core ends with its span and begins in it, or there is none."""
    many = rows.many(name)
    starts, ends = many.ints("start"), many.ints("end")
    no_start, no_end = nulls(many.array("core_start")), nulls(many.array("core_end"))
    lows, highs = many.ints("core_start"), many.ints("core_end")
    wrong = (no_start != no_end) | (
        ~no_start & ~no_end & ~((starts <= lows) & (lows < highs) & (highs == ends))
    )
    faults.add_where(
        rows.file,
        "cores",
        wrong,
        rows.numbers[many.rows],
        lambda item: (
            f"{_said(many, item)} ({starts[item]}:{ends[item]}) has the core "
            f"{many.array('core_start')[item].as_py()}:{many.array('core_end')[item].as_py()}"
        ),
    )


def check_labels(rows: Rows, layer: str, name: str, contract: Contract, faults: Faults) -> Ints:
    """Labels are those of the layer.

    Returns:
        The number of each span's label; -1 for what is none.
    """
    many = rows.many(name)
    known = contract.labels.get(layer, ())
    ranks = ranks_of(many.array("label"), known)
    if known:
        listed_in(rows, many, "label", known, "labels", faults)
    return ranks


def ranks_of(labels: Any, known: tuple[str, ...]) -> Ints:
    """The number of each label among the known ones; -1 for others."""
    coded = labels.dictionary_encode()
    ranks = {code: number for number, code in enumerate(known)}
    of = np.array([*(ranks.get(name, -1) for name in coded.dictionary.to_pylist()), -1], np.int64)
    found: Ints = of[coded.indices.fill_null(len(of) - 1).to_numpy(zero_copy_only=False)]
    return found


def listed_in(
    rows: Rows, many: Many, part: str, known: tuple[str, ...], rule: str, faults: Faults
) -> None:
    """A part of some items has only values that are known, or is null."""
    array = many.array(part)
    wrong = (ranks_of(array, known) < 0) & ~nulls(array)
    faults.add_where(
        rows.file,
        rule,
        wrong,
        rows.numbers[many.rows],
        lambda item: (
            f"{_said(many, item)} has the {part} {array[item].as_py()!r}; "
            f"there are {', '.join(known)}"
        ),
    )


def check_values(rows: Rows, layer: str, name: str, contract: Contract, faults: Faults) -> None:
    """Attributes, decisions and scores are what they may be."""
    many = rows.many(name)
    if layer == "event":
        for attribute, values in contract.attributes.items():
            if attribute in many.parts and values:
                listed_in(rows, many, attribute, values, "attributes", faults)
    if "decision" in many.parts:
        listed_in(rows, many, "decision", DECISIONS, "values", faults)
    if "score" in many.parts:
        scores = many.array("score")
        values_ = scores.fill_null(0.0).to_numpy(zero_copy_only=False)
        wrong = ~((values_ >= 0) & (values_ <= 1))
        faults.add_where(
            rows.file,
            "values",
            wrong,
            rows.numbers[many.rows],
            lambda item: f"{_said(many, item)} has the score {scores[item].as_py()}",
        )


@dataclass(frozen=True)
class Roles:
    """The arguments of the events of some rows.

    Attributes:
        events, entities: numbers of the event and of the entity; -1 where there is none.
        many: the arguments by event.
    """

    events: Ints
    entities: Ints
    many: Many


def check_roles(rows: Rows, contract: Contract, faults: Faults) -> Roles:
    """Roles are known ones of entities of the row, each at most once in an event."""
    entities, events = rows.many("entities"), rows.many("events")
    roles = events.many("roles")
    of = events.rows[roles.rows]
    asked = mixed(of, hashes(roles.array("entity_id")))
    there = mixed(entities.rows, hashes(entities.array("id")))
    order = np.argsort(there, kind="stable")
    found = np.searchsorted(there[order], asked)
    entity: Ints = np.full(len(asked), -1)
    if len(there):
        places = order[np.minimum(found, len(there) - 1)]
        entity = np.where(there[places] == asked, places, -1)
    names, ids = strings(roles.array("role")), roles.array("entity_id")

    def describe(item: int) -> str:
        event = _said(events, int(roles.rows[item]))
        return f"{names[item]} of {event} points to no entity ({ids[item].as_py()})"

    faults.add_where(rows.file, "roles", entity < 0, rows.numbers[of], describe)
    known = contract.roles
    if known:
        wrong = np.array([name not in known for name in names], bool)
        faults.add_where(
            rows.file,
            "roles",
            wrong,
            rows.numbers[of],
            lambda item: f"{names[item]!r} is no role; there are {', '.join(known)}",
        )
    keys = mixed(roles.rows, hashes(roles.array("role")), hashes(ids))
    _, first = np.unique(keys, return_index=True)
    again = np.ones(len(keys), bool)
    again[first] = False
    faults.add_where(
        rows.file,
        "roles",
        again,
        rows.numbers[of],
        lambda item: f"{names[item]} of {_said(events, int(roles.rows[item]))} is there twice",
    )
    return Roles(roles.rows, entity, roles)


@dataclass(frozen=True)
class _Tokens:
    token_starts: Ints
    token_ends: Ints


@dataclass(frozen=True)
class Lost:
    """Of some rows' spans in one layer, how many the tags lack or widen."""

    lost: int
    widened: int


def check_tags(
    rows: Rows,
    place: Place,
    column: str,
    name: str,
    ranks: Ints,
    sound: Flags,
    classes: tuple[str, ...],
    faults: Faults,
) -> Lost:
    """Tags are those of the row's spans.

    Args:
        ranks: of the labels of spans.
        sound: rows whose tokens and spans are; the others cannot be told.
        classes: the names of the tags.
    """
    many, spans = rows.many(column), rows.many(name)
    starts, ends = rows.many("token_starts"), rows.many("token_ends")
    alike = many.counts == starts.counts
    what = f"{column} and tokens differ in number"
    faults.add_where(rows.file, "tags", ~alike & sound, rows.numbers, lambda _: what)
    bad_label = np.zeros(len(rows), bool)
    bad_label[spans.rows[ranks < 0]] = True
    sound = sound & alike & ~bad_label
    bases = place.bases
    kept = sound[starts.rows]
    of = starts.rows[kept]
    tokens = _Tokens(
        ints(starts.items)[kept] + bases[of], ints(ends.items)[sound[ends.rows]] + bases[of]
    )
    held = sound[spans.rows]
    firsts = (spans.ints("start") + bases[spans.rows])[held]
    lasts = (spans.ints("end") + bases[spans.rows])[held]
    ids = [str(one) for one in strings(spans.array("id").filter(pa.array(held)))]
    order = np.lexsort((lasts, firsts))
    made = tags_of(
        tokens, firsts[order], lasts[order], ranks[held][order], [ids[n] for n in order.tolist()]
    )
    given = ints(many.items)[sound[many.rows]]
    wrong = given != made.tags
    number = (np.arange(many.size) - many.firsts[many.rows])[sound[many.rows]]
    counts = np.bincount(of[wrong], minlength=len(rows))
    first = np.full(len(rows), -1)
    items = np.flatnonzero(wrong)[::-1]
    first[of[items]] = items

    def named(tag: int) -> str:
        return classes[tag] if 0 <= tag < len(classes) else f"{tag}, which is no class"

    def describe(row: int) -> str:
        item = int(first[row])
        more = f" (and {counts[row] - 1} more)" if counts[row] > 1 else ""
        return (
            f"token {number[item]} is {named(int(given[item]))} in {column}, "
            f"{name} give {named(int(made.tags[item]))}{more}"
        )

    faults.add_where(rows.file, "tags", counts > 0, rows.numbers, describe)
    return Lost(int(made.lost.sum()), int(made.widened.sum()))


def _said(many: Many, item: int) -> str:
    """How a fault names a span."""
    if "id" in many.parts:
        return str(many.array("id")[item].as_py())
    return f"span {many.place(item)}"
