"""What two versions of a dataset differ in: articles, spans, roles, splits and everyone's work.

Both are read side by side in the order of doc_id, so that memory does not grow with them. Columns
are compared where both versions have them; texts are compared by their hashes, so that versions
without texts can be compared, too.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from annotate.dataset.manifest import files_of
from annotate.dataset.merging import Rows, Stream, differing, schema_of, windows
from annotate.dataset.span_diff import (
    AttributeChange,
    Change,
    MarkChange,
    RoleChange,
    SpanChange,
    changes,
)

_SHOWN = 20  # examples in all
_OF_A_KIND = 4
_ARTICLE = ("doc_id",)
_WORK = ("doc_id", "annotator", "layers", "text_sha256")
_UNREAD = frozenset(("text", "tokens"))  # their hash and offsets say the same
_ANNOTATED = ("entities", "events")
_DERIVED = frozenset((*_ANNOTATED, "entity_tags", "trigger_tags"))
_NONE = "-"  # no decision, no origin


@dataclass(frozen=True, slots=True)
class Example:
    """One of the changes, for people: `what` of which span or article; offsets are code points."""

    what: str
    doc_id: str
    detail: str
    start: int | None = None
    end: int | None = None
    text: str | None = None


@dataclass(slots=True)
class Difference:
    """What changed, counted.

    Attributes:
        articles: by what (added, removed, moved, text, status, annotation, other) and split; what
            is gone counts where it was, everything else where it is.
        moved, statuses: articles by what it was, and what it is.
        touched: articles of each split that are there, gone, or come, and differ in anything.
        spans: by what, layer, label, split and what the annotator did (`decision`).
        origins: spans by what, and by the rule that proposed them.
        attributes: events by attribute, values (old -> new) and split.
        roles: by what, role, label of the event, and split.
        marks: spans that are otherwise the same by what else differs (score, core ...), and layer.
        columns: articles by another column that differs.
        work: rows of `annotations` by what: added, removed, changed.
    """

    articles: Counter[tuple[str, str]] = field(default_factory=Counter)
    moved: Counter[tuple[str, str]] = field(default_factory=Counter)
    statuses: Counter[tuple[str, str]] = field(default_factory=Counter)
    touched: Counter[str] = field(default_factory=Counter)
    spans: Counter[tuple[str, str, str, str, str]] = field(default_factory=Counter)
    origins: Counter[tuple[str, str]] = field(default_factory=Counter)
    attributes: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    roles: Counter[tuple[str, str, str, str]] = field(default_factory=Counter)
    marks: Counter[tuple[str, str]] = field(default_factory=Counter)
    columns: Counter[str] = field(default_factory=Counter)
    work: Counter[str] = field(default_factory=Counter)
    examples: list[Example] = field(default_factory=list)

    def total(self, what: str) -> int:
        """Articles in all splits: added, removed, moved, text, status, annotation or other."""
        return sum(count for (found, _), count in self.articles.items() if found == what)

    def show(self, example: Example) -> None:
        """Keeps an example, unless there are enough of its kind."""
        alike = sum(shown.what == example.what for shown in self.examples)
        if alike < _OF_A_KIND and len(self.examples) < _SHOWN:
            self.examples.append(example)


def difference(before: Path, after: Path) -> Difference:
    """What changed from one version's folder to another's.

    Raises:
        DatasetError: a file cannot be read, or its rows are not in order.
    """
    found = Difference()
    _compare_articles(before, after, found)
    _compare_work(before, after, found)
    # Without zeros.
    found.articles, found.touched, found.work = +found.articles, +found.touched, +found.work
    return found


def _compare_articles(before: Path, after: Path, found: Difference) -> None:
    sides = [files_of(folder, "articles") for folder in (before, after)]
    names = [(side, split) for side, files in enumerate(sides) for split in files]
    common = _common([paths for files in sides for paths in files.values()])
    streams = [Stream(sides[side][split], _ARTICLE, common) for side, split in names]
    for window in windows(streams):
        places: list[dict[str, tuple[str, Rows, int]]] = [{}, {}]
        for (side, split), rows in zip(names, window, strict=True):
            if rows is not None:
                for number, key in enumerate(rows.keys):
                    places[side][key[0]] = (split, rows, number)
        _compare_window(places[0], places[1], found)


def _common(files: Sequence[Sequence[Path]]) -> list[str]:
    """Columns to compare: what all files have, but for what is not read."""
    schemas = [schema_of(paths) for paths in files]
    names = [schema.names for schema in schemas if schema is not None]
    shared = set(names[0]).intersection(*names[1:]) - _UNREAD if names else set()
    return sorted(shared)


def _compare_window(
    before: Mapping[str, tuple[str, Rows, int]],
    after: Mapping[str, tuple[str, Rows, int]],
    found: Difference,
) -> None:
    pairs: dict[tuple[str, str], list[str]] = defaultdict(list)
    for doc_id in sorted(before.keys() | after.keys()):
        if doc_id not in after or doc_id not in before:
            what, side = ("removed", before) if doc_id in before else ("added", after)
            split = side[doc_id][0]
            found.articles[what, split] += 1
            found.touched[split] += 1
            found.show(Example(f"article {what}", doc_id, split))
            continue
        pairs[before[doc_id][0], after[doc_id][0]].append(doc_id)
    for (old, new), doc_ids in pairs.items():
        if old != new:
            found.moved[old, new] += len(doc_ids)
            found.articles["moved", new] += len(doc_ids)
            for doc_id in doc_ids:
                found.show(Example("article moved", doc_id, f"{old} -> {new}"))
        changed = _differing_rows(
            _taken([before[d] for d in doc_ids]), _taken([after[d] for d in doc_ids])
        )
        count = sum(
            _compare_article(doc_ids[number], new, names, rows, found)
            for number, (names, rows) in changed.items()
        )
        for split in {old, new}:
            found.touched[split] += count if old == new else len(doc_ids)


def _taken(places: Sequence[tuple[str, Rows, int]]) -> pa.Table:
    """Rows of one stream: a slice, where they follow one another."""
    rows, numbers = places[0][1], [number for _, _, number in places]
    if numbers[-1] - numbers[0] == len(numbers) - 1:
        return rows.table.slice(numbers[0], len(numbers))
    return rows.table.take(pa.array(numbers))


_Pair = tuple[Mapping[str, Any], Mapping[str, Any]]


def _differing_rows(before: pa.Table, after: pa.Table) -> dict[int, tuple[set[str], _Pair]]:
    """Rows that differ: in which columns, and both of them; only what changes are told by."""
    columns: dict[int, set[str]] = defaultdict(set)
    for name in before.column_names:
        for number in differing(before.column(name), after.column(name)):
            columns[number].add(name)
    told = [name for name in ("status", *_ANNOTATED) if name in before.column_names]
    numbers = sorted(columns)
    pairs = zip(_listed(before, told, numbers), _listed(after, told, numbers), strict=True)
    return {number: (columns[number], pair) for number, pair in zip(numbers, pairs, strict=True)}


def _listed(table: pa.Table, columns: Sequence[str], numbers: Sequence[int]) -> list[Any]:
    """Some rows as dicts: all at once, for each by itself is slow."""
    return table.select(list(columns)).take(pa.array(numbers, pa.int64())).to_pylist()


def _compare_article(
    doc_id: str, split: str, names: set[str], rows: _Pair, found: Difference
) -> bool:
    """Counts what changed in one article; whether anything did that is told."""
    if "status" in names:
        found.articles["status", split] += 1
        found.statuses[rows[0]["status"], rows[1]["status"]] += 1
    if "text_sha256" in names:
        found.articles["text", split] += 1
        found.show(Example("text changed", doc_id, split))
        return True  # offsets in another text are no change of a span
    made = [] if names.isdisjoint(_ANNOTATED) else list(changes(*rows))
    for each in made:
        _count(each, doc_id, split, found)
    annotated = not all(isinstance(each, MarkChange) for each in made)
    others = names - {"status", *(_DERIVED if annotated else _ANNOTATED)}
    found.columns.update(others)
    found.articles["annotation", split] += annotated
    found.articles["other", split] += bool(others or made) and not annotated
    return bool(made or others or "status" in names)


def _count(change: Change, doc_id: str, split: str, found: Difference) -> None:
    if isinstance(change, SpanChange):
        span = change.span
        decision, origin = (span.get(name) or _NONE for name in ("decision", "origin"))
        found.spans[change.what, change.layer, change.label, split, decision] += 1
        found.origins[change.what, origin] += 1
        what = f"{change.layer} {change.what}"
        found.show(_example(what, doc_id, change.label, span))
    elif isinstance(change, AttributeChange):
        values = f"{change.before} -> {change.after}"
        found.attributes[change.name, values, split] += 1
        detail = f"{change.event['label']}: {values}"
        found.show(_example(f"{change.name} changed", doc_id, detail, change.event))
    elif isinstance(change, RoleChange):
        found.roles[change.what, change.role, change.event["label"], split] += 1
        detail = f"{change.role} of {change.event['label']}"
        found.show(_example(f"role {change.what}", doc_id, detail, change.entity or change.event))
    elif isinstance(change, MarkChange):
        found.marks[change.name, change.layer] += 1


def _example(what: str, doc_id: str, detail: str, span: Mapping[str, Any]) -> Example:
    return Example(what, doc_id, detail, span["start"], span["end"], span.get("text"))


def _compare_work(before: Path, after: Path, found: Difference) -> None:
    """The rows of `annotations`; what texts and surfaces say is not looked at."""
    sides = [files_of(folder, "annotations").get("annotations", []) for folder in (before, after)]
    names = _common([paths for paths in sides if paths])
    for old, new in windows([Stream(paths, _WORK, names) for paths in sides]):
        here = [{} if rows is None else dict(_numbered(rows)) for rows in (old, new)]
        found.work["removed"] += len(here[0].keys() - here[1].keys())
        found.work["added"] += len(here[1].keys() - here[0].keys())
        common = sorted(here[0].keys() & here[1].keys())
        if common and old is not None and new is not None:
            one, two = (
                _taken([("", rows, places[key]) for key in common])
                for rows, places in zip((old, new), here, strict=True)
            )
            shared = [name for name in one.column_names if name in two.column_names]
            numbers = sorted(
                {n for name in shared for n in differing(one.column(name), two.column(name))}
            )
            pairs = zip(_listed(one, shared, numbers), _listed(two, shared, numbers), strict=True)
            found.work["changed"] += sum(
                _without_texts(before) != _without_texts(after) for before, after in pairs
            )


def _numbered(rows: Rows) -> Iterator[tuple[tuple[str, ...], int]]:
    return ((key, number) for number, key in enumerate(rows.keys))


def _without_texts(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_texts(part) for name, part in value.items() if name != "text"}
    return [_without_texts(part) for part in value] if isinstance(value, list) else value
