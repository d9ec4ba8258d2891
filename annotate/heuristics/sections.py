"""Reads a lexicon file: YAML sections of words, each word with the line that it stands on."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple

import yaml

from annotate.arabic.normalize import search_text
from annotate.errors import RulesError

# libyaml where it is there: it is ten times as fast, and a start reads all lexicons.
_LOADER: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Entry(NamedTuple):
    """A word or phrase of a lexicon.

    Attributes:
        text: as it is written in the file.
        form: its search form, words separated by one space.
        line: line in the file (1-based).
    """

    text: str
    form: str
    line: int


Sections = dict[str, tuple[Entry, ...]]


def search_phrase(text: str) -> str:
    """Search form of a phrase, words separated by one space."""
    return " ".join(search_text(text).split())


def compose(path: Path) -> yaml.MappingNode:
    """The YAML mapping that a file holds.

    Raises:
        RulesError: the file is missing, not UTF-8, not YAML, or no mapping.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
        node = yaml.compose(text, Loader=_LOADER)
    except FileNotFoundError:
        raise RulesError("the lexicon is not there", where=str(path)) from None
    except OSError as problem:
        raise RulesError(f"cannot be read ({problem.strerror})", where=str(path)) from None
    except UnicodeDecodeError as problem:
        raise RulesError(f"not UTF-8 at byte {problem.start}", where=str(path)) from None
    except yaml.YAMLError as problem:
        mark = getattr(problem, "problem_mark", None)
        where = f"{path}:{mark.line + 1}" if mark else str(path)
        what = getattr(problem, "problem", None) or str(problem)
        raise RulesError(f"not valid YAML: {what}", where=where) from None
    if not isinstance(node, yaml.MappingNode):
        raise RulesError("the file holds no sections", where=f"{path}:1")
    return node


def read_sections(path: Path, names: Collection[str] | None) -> Sections:
    """The sections of a file; `names` are those that it must have, None allows any.

    Raises:
        RulesError: with file and line, for an unknown, missing or repeated section, or an entry
            that is empty, no string, or twice in its section.
    """
    found: Sections = {}
    for key, value in compose(path).value:
        where = f"{path}:{key.start_mark.line + 1}"
        if names is not None and key.value not in names:
            raise RulesError(
                f"unknown section {key.value!r}", where=where, fix=f"use one of {', '.join(names)}"
            )
        if key.value in found:
            raise RulesError(f"section {key.value!r} is there twice", where=where)
        found[key.value] = tuple(entries(value, path))
    missing = [name for name in names or () if name not in found]
    if missing:
        raise RulesError(f"section {missing[0]!r} is missing", where=str(path))
    return found


def entries(node: yaml.Node, path: Path) -> list[Entry]:
    """The words of a list, or of a list of lists."""
    if not isinstance(node, yaml.SequenceNode):
        line = node.start_mark.line + 1
        raise RulesError("a list of words was expected", where=f"{path}:{line}")
    found: dict[str, Entry] = {}
    for item in node.value:
        if isinstance(item, yaml.SequenceNode):
            for entry in entries(item, path):
                _add(entry, found, path)
            continue
        line = item.start_mark.line + 1
        if not isinstance(item, yaml.ScalarNode):
            raise RulesError("an entry is a word, not a mapping", where=f"{path}:{line}")
        form = search_phrase(item.value)
        if not form or item.value in ("null", "~"):
            raise RulesError("an entry is empty", where=f"{path}:{line}", fix="remove it")
        if not any(char.isalnum() for char in form):
            raise RulesError(f"{item.value!r} holds no letter or digit", where=f"{path}:{line}")
        _add(Entry(item.value, form, line), found, path)
    return list(found.values())


def _add(entry: Entry, found: dict[str, Entry], path: Path) -> None:
    """Adds an entry; the same spelling twice is a mistake, two spellings of one form are not."""
    before = found.setdefault(entry.form, entry)
    if before is not entry and before.text == entry.text:
        raise RulesError(
            f"{entry.text!r} is there twice (line {before.line})", where=f"{path}:{entry.line}"
        )
