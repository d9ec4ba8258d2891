"""The next version's number, from what changed: major, minor or patch, and why.

major: whoever reads the old columns or labels may fail or read wrongly. minor: there is more, or a
test score is another. patch: corrections outside of the test split.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple

from annotate.dataset.columns import classes_of, is_nullable
from annotate.dataset.describe import TABLES, short, walk
from annotate.dataset.diff import Difference
from annotate.dataset.manifest import files_of, order
from annotate.dataset.merging import same_rows, schema_of
from annotate.errors import DatasetError
from annotate.ontology import Ontology
from annotate.wording import counted

Level = Literal["major", "minor", "patch"]
_LEVELS: tuple[Level, ...] = ("major", "minor", "patch")
_NAMED = 5  # of many columns or labels
Reason = tuple[Level, str]


@dataclass(frozen=True, slots=True)
class Change:
    """How far a version is from its parent.

    Attributes:
        level: None where there is no parent, or nothing changed.
        reasons: what changed, in words, the weightiest first, each with its level.
    """

    level: Level | None
    reasons: tuple[Reason, ...] = ()

    @property
    def why(self) -> str:
        """The level, and what makes it so."""
        words = ", ".join(what for level, what in self.reasons if level == self.level)
        return f"{self.level}: {words}" if self.level else "nothing changed"

    def to_json(self) -> dict[str, Any]:
        """As the manifest has it."""
        return {
            "level": self.level,
            "reasons": [{"level": level, "what": what} for level, what in self.reasons],
        }


class Column(NamedTuple):
    """What readers rely on in a column; `classes` are the names of class indices."""

    kind: str
    nullable: bool
    classes: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Side:
    """What the number depends on in one of two versions, beside its rows.

    Attributes:
        columns: by table and path, of the tables that there are.
        about: the manifest, as far as it is known: ontology, licences, texts, files.
    """

    folder: Path
    columns: Mapping[str, Mapping[str, Column]]
    about: Mapping[str, Any]


def side(folder: Path, about: Mapping[str, Any]) -> Side:
    """A version's folder, with what its manifest says.

    Raises:
        DatasetError: a file cannot be read.
    """
    columns = {}
    for table in TABLES:
        paths = [path for files in files_of(folder, table).values() for path in files]
        schema = schema_of(paths)
        if schema is not None:
            columns[table] = {
                path: Column(
                    short(field.type),
                    is_nullable(field),
                    None if (names := classes_of(field)) is None else tuple(names),
                )
                for path, field in walk(list(schema))
            }
    return Side(folder, columns, about)


def inventory(ontology: Ontology) -> dict[str, Any]:
    """An ontology as the manifest has it: its versions and all codes, in order."""
    return {
        "name": ontology.name,
        "version": ontology.version,
        "guidelines_version": ontology.guidelines_version,
        "entities": list(ontology.entity_codes),
        "events": list(ontology.event_codes),
        "roles": list(ontology.role_codes),
        "attributes": {a.code: list(ontology.values(a.code)) for a in ontology.attributes},
    }


def change(before: Side, after: Side, found: Difference) -> Change:
    """What a version is to its parent.

    Raises:
        DatasetError: a file cannot be read.
    """
    reasons = [
        *_of_columns(before.columns, after.columns),
        *_of_ontology(before.about["ontology"], after.about["ontology"]),
        *_of_rows(found),
        *_of_rights(before.about, after.about),
    ]
    if not reasons:
        reasons = [*_of_files(before, after)]
    reasons.sort(key=lambda reason: _LEVELS.index(reason[0]))
    return Change(reasons[0][0] if reasons else None, tuple(reasons))


def next_number(parent: str | None, level: Level | None) -> str:
    """The number after `parent`; 1.0.0 where there is none. No level gives the same number."""
    if parent is None:
        return "1.0.0"
    major, minor, patch = order(parent)
    return {
        "major": f"{major + 1}.0.0",
        "minor": f"{major}.{minor + 1}.0",
        "patch": f"{major}.{minor}.{patch + 1}",
        None: parent,
    }[level]


def check_number(version: str, parent: str | None, found: Change) -> None:
    """Whether the number that somebody wants says enough.

    Raises:
        DatasetError: it is lower than what changed asks for.
    """
    least = next_number(parent, found.level or "patch")
    if parent is not None and order(version) < order(least):
        raise DatasetError(
            f"{version} is too low after {parent} ({found.why})",
            fix=f"leave the version out, or name {least} or a higher one",
        )


def _of_columns(
    before: Mapping[str, Mapping[str, Column]], after: Mapping[str, Mapping[str, Column]]
) -> Iterator[Reason]:
    gone = [table for table in before if table not in after]
    come = [table for table in after if table not in before]
    if gone:
        yield "minor", f"no rows of {', '.join(gone)} any more"
    if come:
        yield "minor", f"now with {', '.join(come)}"
    kinds: dict[tuple[Level, str], list[str]] = {}
    for table, old in before.items():
        new = after.get(table, old)
        for path in [*old, *(path for path in new if path not in old)]:
            what = _of_column(old.get(path), new.get(path))
            if what is not None:
                kinds.setdefault(what, []).append(f"{table}.{path}")
    for (level, words), paths in kinds.items():
        yield level, f"{words}: {_listed(paths)}"


def _of_column(old: Column | None, new: Column | None) -> Reason | None:
    if old is None:
        return "minor", "columns added"
    if new is None:
        return "major", "columns removed"
    if old.kind != new.kind:
        return "major", "columns of another type"
    if new.nullable and not old.nullable:
        return "major", "columns may be null now"
    if old.classes != new.classes:
        if old.classes is not None and (new.classes or ())[: len(old.classes)] == old.classes:
            return "minor", "classes added at the end"
        return "major", "class indices mean something else"
    return None


def _of_ontology(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Reason]:
    old, new = (str(about.get("version", "")) for about in (before, after))
    if before.get("name") != after.get("name"):
        yield "major", f"ontology {after.get('name')} in place of {before.get('name')}"
    elif old != new:
        same = old.partition(".")[0] == new.partition(".")[0]
        yield "minor" if same else "major", f"ontology {new} after {old}"
    if before.get("guidelines_version") != after.get("guidelines_version"):
        yield "minor", f"guidelines {after.get('guidelines_version')}"
    for name in ("entities", "events", "roles"):
        if name in before and name in after:
            yield from _of_codes(name, before[name], after[name], ordered=name != "roles")
    values = (before.get("attributes", {}), after.get("attributes", {}))
    for name in values[0].keys() & values[1].keys():
        yield from _of_codes(f"values of {name}", values[0][name], values[1][name], ordered=False)


def _of_codes(
    what: str, before: Sequence[str], after: Sequence[str], *, ordered: bool
) -> Iterator[Reason]:
    gone = [code for code in before if code not in after]
    come = [code for code in after if code not in before]
    if gone:
        yield "major", f"{what} removed: {_listed(gone)}"
    if come:
        yield "minor", f"{what} added: {_listed(come)}"
    if ordered and not gone and list(after[: len(before)]) != list(before):
        yield "major", f"{what} in another order"


_ROWS: tuple[tuple[str, Level, str], ...] = (
    ("added", "minor", "added"),
    ("removed", "minor", "removed"),
    ("moved", "minor", "moved to another split"),
    ("text", "minor", "with another text"),
    ("annotation", "patch", "annotated otherwise"),
    ("status", "patch", "of another status"),
    ("other", "patch", "with other details"),
)


def _of_rows(found: Difference) -> Iterator[Reason]:
    for what, level, words in _ROWS:
        if found.total(what):
            yield level, f"{counted(found.total(what), 'article')} {words}"
    if found.touched["test"]:
        yield "minor", f"{counted(found.touched['test'], 'article')} of the test split changed"
    if found.work:
        yield "patch", f"work of annotators ({counted(sum(found.work.values()), 'row')})"


def _of_rights(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Reason]:
    if before.get("licences") != after.get("licences"):
        yield "minor", "other licences"
    if before.get("texts", True) != after.get("texts", True):
        yield "minor", "now with texts" if after.get("texts", True) else "now without texts"


def _of_files(before: Side, after: Side) -> Iterator[Reason]:
    """What differs where neither columns nor articles tell: figures, words, tables made of them."""
    files = before.about["files"], after.about["files"]
    for name, what in (
        ("agreement.json", "agreement measured again"),
        ("schema.json", "columns described otherwise"),
    ):
        if files[0].get(name) != files[1].get(name):
            yield "patch", what
    for table in TABLES:
        old, new = (files_of(each.folder, table) for each in (before, after))
        if old.keys() != new.keys() or not all(
            _same_bytes(files, TABLES[table][0], split) or same_rows(old[split], new[split])
            for split in old
        ):
            yield "patch", f"rows of {table} made otherwise"


def _same_bytes(files: tuple[Mapping[str, Any], ...], folder: str, split: str) -> bool:
    one, two = (
        {name: entry for name, entry in side.items() if name.startswith(f"{folder}{split}-")}
        for side in files
    )
    return one == two


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
