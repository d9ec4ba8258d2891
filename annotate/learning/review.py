"""What reviewers take out of a learned lexicon stays out when it is learned again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from annotate.errors import InputError
from annotate.heuristics.learned import DEMOTED, LEXICON, read_demoted, read_manifest

Entry = tuple[str, str, str]  # layer, label, form
ENTITIES = f"{LEXICON}/entities.yaml"
TRIGGERS = f"{LEXICON}/triggers.yaml"
_FILES = {"entity": ENTITIES, "event": TRIGGERS}


@dataclass(frozen=True, slots=True)
class Refused:
    """What reviewers refused: names and trigger words, and demotions."""

    added: frozenset[Entry] = frozenset()
    demoted: frozenset[Entry] = frozenset()

    def to_json(self) -> dict[str, list[list[str]]]:
        return {"added": rows(self.added), "demoted": rows(self.demoted)}


NOTHING = Refused()


def rows(entries: Iterable[Entry]) -> list[list[str]]:
    """Entries as JSON, in order."""
    return [list(entry) for entry in sorted(entries)]


def refused(folder: Path) -> Refused:
    """What somebody deleted from the files of a learned version, and what was refused before it.

    The manifest says what was written; what is no more in the files was deleted.

    Raises:
        InputError: a file is not what it was made as.
    """
    said = read_manifest(folder)["lexicon"]
    there = {
        (layer, label, form)
        for layer, name in _FILES.items()
        for label, form in _forms(folder / name)
    }
    demoted = read_demoted(folder / DEMOTED)
    try:
        added, was_demoted = (_entries(said[part]) for part in ("added", "demoted"))
        before = Refused(*(_entries(said["refused"][part]) for part in ("added", "demoted")))
    except (KeyError, TypeError, ValueError):
        raise InputError(
            "it does not say which lexicon was learned",
            where=str(folder),
            fix="do without it: annotate learn --use none",
        ) from None
    # Who writes an entry back into the file has it again.
    return Refused(
        (added | before.added) - there,
        (was_demoted | before.demoted) - demoted,
    )


def _entries(found: Iterable[Any]) -> frozenset[Entry]:
    return frozenset((str(layer), str(label), str(form)) for layer, label, form in found)


def _forms(path: Path) -> Iterator[tuple[str, str]]:
    """(label, form) of a lexicon file, whatever conditions were written to it."""
    if not path.is_file():
        return
    try:
        sections = yaml.safe_load(path.read_text("utf-8"))
    except (ValueError, yaml.YAMLError) as problem:
        raise InputError(f"is no YAML ({problem})", where=str(path)) from None
    if isinstance(sections, dict):
        for label, value in sections.items():
            yield from ((str(label), form) for form in _strings(value))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _strings(item)
