"""The entries of a triggers.yaml in all their forms."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import get_args

import yaml

from annotate.errors import RulesError
from annotate.heuristics.conditions import Condition, read_condition, when_of
from annotate.heuristics.conjugate import participle_forms, verb_forms
from annotate.heuristics.forms import Kind, Row
from annotate.heuristics.roots import Derived, Source, resolved
from annotate.heuristics.sections import Entry, choice, compose, entries, pairs, search_phrase

LISTS: Mapping[str, Kind] = {
    "verbs": "verb",
    "nouns": "noun",
    "participles": "participle",
    "people": "people",
    "words": "word",
    "phrases": "phrase",
}
ROOTED: tuple[Derived, ...] = get_args(Derived)  # kinds of entries that may give a root


def expand(
    path: Path,
    classes: Collection[str],
    codes: Collection[str],
    types: Collection[str] | None = None,
) -> Iterator[Row]:
    """Each entry of a file with its forms; `types` are the event types it may have.

    `classes` are the word classes, `codes` the entity codes that conditions may name.

    Raises:
        RulesError: with file and line of the first thing that is wrong.
    """
    for type_, groups, where in pairs(compose(path), path):
        if types is not None and type_ not in types:
            raise RulesError(
                f"unknown event type {type_!r}",
                where=where,
                fix=f"{choice(type_, types)}, or add it to the ontology",
            )
        if not isinstance(groups, yaml.SequenceNode):
            line = groups.start_mark.line + 1
            raise RulesError("a list of groups was expected", where=f"{path}:{line}")
        for group in groups.value:
            for kind, entry, tests in _group(group, path, classes, codes):
                entry, source = _resolved(kind, entry, path)
                lemma = entry.form.replace("*", "").partition(" ")[0]
                root, form = (source.root, source.form) if source else ("", "")
                text = " ".join(entry.text.split())
                forms = tuple(sorted(_forms(kind, entry, path)))
                yield Row(type_, kind, lemma, root, form, text, when_of(tests), forms)


def _resolved(kind: Kind, entry: Entry, path: Path) -> tuple[Entry, Source | None]:
    """An entry, with its words derived where it gives a root and form."""
    return resolved(kind, entry, path) if kind in ROOTED else (entry, None)


def _group(
    node: yaml.Node, path: Path, classes: Collection[str], codes: Collection[str]
) -> Iterator[tuple[Kind, Entry, list[Condition]]]:
    """The entries of one group: its lists of words under its conditions."""
    if not isinstance(node, yaml.MappingNode):
        raise RulesError("a group holds lists of words", where=f"{path}:{node.start_mark.line + 1}")
    tests: list[Condition] = []
    lists: list[tuple[Kind, list[Entry]]] = []
    for name, value, where in pairs(node, path):
        if name == "when":
            tests = sorted(_tests(value, path, classes, codes))
        elif name in LISTS:
            kind = LISTS[name]
            lists.append((kind, entries(value, path, rooted=kind in ROOTED)))
        else:
            raise RulesError(
                f"unknown list {name!r}", where=where, fix=f"use one of {', '.join(LISTS)}, when"
            )
    for kind, listed in lists:
        for entry in listed:
            yield kind, entry, tests


def _tests(
    node: yaml.Node, path: Path, classes: Collection[str], codes: Collection[str]
) -> Iterator[Condition]:
    if not isinstance(node, yaml.SequenceNode):
        line = node.start_mark.line + 1
        raise RulesError("a list of conditions was expected", where=f"{path}:{line}")
    for item in node.value:
        where = f"{path}:{item.start_mark.line + 1}"
        yield read_condition(str(item.value), where, classes, codes)


def _forms(kind: Kind, entry: Entry, path: Path) -> set[str]:
    where = f"{path}:{entry.line}"
    parts = entry.form.split(" ")
    if kind == "verb":
        if len(parts) not in (2, 4):
            raise RulesError(f"{entry.text!r} is not a past and a present", where=where)
        found = verb_forms(parts[0], parts[1])
        return found | verb_forms(parts[2], parts[3]) if len(parts) == 4 else found
    if kind == "phrase":
        words = entry.text.split()
        if len(words) != 2:
            raise RulesError(f"{entry.text!r} is not two words", where=where)
        return {" ".join(search_phrase(word.rstrip("*")) for word in words)}
    if len(parts) != 1:
        raise RulesError(
            f"{entry.text!r} is not one word", where=where, fix="list it under phrases"
        )
    return participle_forms(entry.form) if kind == "participle" else {entry.form}
