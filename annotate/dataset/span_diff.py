"""What became of the spans and roles of one article, between two rows of it over the same text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from annotate.spans import Layer

Row = Mapping[str, Any]
What = Literal["added", "removed", "relabelled", "resized"]
COLUMNS: tuple[tuple[Layer, str], ...] = (("entity", "entities"), ("event", "events"))
# What a span has beside its place, label and attributes; ids are names within a row only.
MARKS = ("core_start", "core_end", "score", "origin", "decision", "unsure")
_OWN = frozenset(("id", "start", "end", "label", "text", "roles", "note", *MARKS))


@dataclass(frozen=True, slots=True)
class SpanChange:
    """A span that is not as it was; `before` or `after` is None where there is none."""

    what: What
    layer: Layer
    before: Row | None
    after: Row | None

    @property
    def span(self) -> Row:
        """The span as it is now, or as it was last."""
        found = self.before if self.after is None else self.after
        return found or {}

    @property
    def label(self) -> str:
        """Its label; of a relabelled one both."""
        if self.what == "relabelled" and self.before is not None:
            return f"{self.before['label']} -> {self.span['label']}"
        return str(self.span["label"])


@dataclass(frozen=True, slots=True)
class AttributeChange:
    """An attribute of an event that is there in both."""

    name: str
    before: str | None
    after: str | None
    event: Row


@dataclass(frozen=True, slots=True)
class RoleChange:
    """A role that an entity has in an event in one of the two only."""

    what: Literal["added", "removed"]
    role: str
    event: Row
    entity: Row | None


@dataclass(frozen=True, slots=True)
class MarkChange:
    """Something else that a span bears, and that is in both: a core, a score, a decision ..."""

    name: str
    layer: Layer


Change = SpanChange | AttributeChange | RoleChange | MarkChange
_Pair = tuple[Row, Row]


def changes(before: Row, after: Row) -> Iterator[Change]:
    """All changes between two rows of one article: entities, events, attributes, roles, marks.

    A span at the same place with another label is relabelled; one of the same label that overlaps
    is resized, the largest overlap first.
    """
    same: dict[Layer, list[_Pair]] = {}
    for layer, column in COLUMNS:
        same[layer] = []
        yield from _spans(layer, before.get(column) or (), after.get(column) or (), same[layer])
    for old, new in same["event"]:
        names = [name for name in new if name not in _OWN and name in old]
        for name in names:
            if old[name] != new[name]:
                yield AttributeChange(name, old[name], new[name], new)
    for layer, pairs in same.items():
        for old, new in pairs:
            for name in MARKS:
                if name in old and name in new and old[name] != new[name]:
                    yield MarkChange(name, layer)
    yield from _roles(before, after, same)


def _spans(
    layer: Layer, before: Sequence[Row], after: Sequence[Row], same: list[_Pair]
) -> Iterator[SpanChange]:
    """The changed spans of one layer; all pairs of a span before and after go to `same`."""
    old, new = _paired(list(before), list(after), ("start", "end", "label"), same)
    relabelled: list[_Pair] = []
    old, new = _paired(old, new, ("start", "end"), relabelled)
    for pair in relabelled:
        yield SpanChange("relabelled", layer, *pair)
    resized = _overlapping(old, new)
    for pair in resized:
        yield SpanChange("resized", layer, *pair)
    same += [*relabelled, *resized]
    taken = {id(span) for pair in resized for span in pair}
    for span in old:
        if id(span) not in taken:
            yield SpanChange("removed", layer, span, None)
    for span in new:
        if id(span) not in taken:
            yield SpanChange("added", layer, None, span)


def _paired(
    before: list[Row], after: list[Row], by: Sequence[str], pairs: list[_Pair]
) -> tuple[list[Row], list[Row]]:
    """Pairs spans that are equal in some columns, one to one; those that remain of each side."""
    waiting: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for span in before:
        waiting[tuple(span[name] for name in by)].append(span)
    alone = []
    taken = set()
    for span in after:
        there = waiting.get(tuple(span[name] for name in by))
        if there:
            found = there.pop(0)
            taken.add(id(found))
            pairs.append((found, span))
        else:
            alone.append(span)
    return [span for span in before if id(span) not in taken], alone


def _overlapping(before: list[Row], after: list[Row]) -> list[_Pair]:
    """Pairs of spans of one label that overlap, each span once, the largest overlaps first."""
    candidates = sorted(
        (-shared, old["start"], new["start"], old["end"], new["end"], i, j)
        for i, old in enumerate(before)
        for j, new in enumerate(after)
        if old["label"] == new["label"]
        and (shared := min(old["end"], new["end"]) - max(old["start"], new["start"])) > 0
    )
    pairs, old_taken, new_taken = [], set(), set()
    for *_, i, j in candidates:
        if i not in old_taken and j not in new_taken:
            old_taken.add(i)
            new_taken.add(j)
            pairs.append((before[i], after[j]))
    return sorted(pairs, key=lambda pair: (pair[1]["start"], pair[1]["end"]))


def _roles(before: Row, after: Row, same: Mapping[Layer, list[_Pair]]) -> Iterator[RoleChange]:
    """Roles that only one of the two has; spans that became others are followed."""
    names = {old["id"]: new["id"] for pairs in same.values() for old, new in pairs}
    old_roles, new_roles = _by_ids(before), _by_ids(after)
    kept = set()
    for (event, role, entity), spans in old_roles.items():
        now = (names.get(event), role, names.get(entity))
        if now in new_roles:
            kept.add(now)
        else:
            yield RoleChange("removed", role, *spans)
    for key, spans in new_roles.items():
        if key not in kept:
            yield RoleChange("added", key[1], *spans)


def _by_ids(row: Row) -> dict[tuple[str | None, str, str | None], tuple[Row, Row | None]]:
    entities = {entity["id"]: entity for entity in row.get("entities") or ()}
    return {
        (event["id"], role["role"], role["entity_id"]): (event, entities.get(role["entity_id"]))
        for event in row.get("events") or ()
        for role in event.get("roles") or ()
    }
