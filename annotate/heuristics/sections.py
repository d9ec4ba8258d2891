"""Reads a lexicon file: YAML sections of words, each word with the line that it stands on."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple

import yaml

from annotate.arabic.normalize import search_text
from annotate.arabic.words import words
from annotate.errors import RulesError

# libyaml where it is there: it is ten times as fast, and a start reads all lexicons. As text: YAML
# would look at each word whether it is a number, a date or a truth value.
_LOADER: type = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_DEEPEST = 2  # a list of words, or of lists of words
_ARABIC_COMMAS = "،؛"
_FEW = 40  # names that a message lists


class Entry(NamedTuple):
    """A word or phrase of a lexicon.

    Attributes:
        text: as it is written in the file.
        form: its search form, words separated by one space.
        line: line in the file (1-based).
        root: what is written after the word and a colon: root and form of a lemma.
    """

    text: str
    form: str
    line: int
    root: str = ""


Sections = dict[str, tuple[Entry, ...]]


def search_phrase(text: str) -> str:
    """Search form of a phrase, its words (and marks: إف - 16) separated by one space."""
    form = " ".join(search_text(text).split())
    return form if _plain(form) else _with_marks(form)


def _plain(form: str) -> bool:
    return form.replace(" ", "").isalnum()


def _with_marks(form: str) -> str:
    return form if "*" in form else " ".join(word.text for word in words(form))


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
    except RecursionError:
        raise RulesError("not valid YAML: nested too deeply", where=str(path)) from None
    if not isinstance(node, yaml.MappingNode):
        raise RulesError("the file holds no sections", where=f"{path}:1")
    return node


def pairs(node: yaml.MappingNode, path: Path) -> Iterator[tuple[str, yaml.Node, str]]:
    """(key, value, file and line of the key) of a mapping whose keys are words.

    Raises:
        RulesError: a key is no word, or is there twice.
    """
    found: set[str] = set()
    for key, value in node.value:
        where = f"{path}:{key.start_mark.line + 1}"
        if not isinstance(key, yaml.ScalarNode):
            raise RulesError("a name was expected before the colon", where=where)
        if key.value in found:
            raise RulesError(f"section {key.value!r} is there twice", where=where)
        found.add(key.value)
        yield key.value, value, where


def choice(name: str, names: Collection[str]) -> str:
    """What to write instead of a name that is none of `names`."""
    if len(names) <= _FEW:
        return f"use one of {', '.join(names)}"
    near = get_close_matches(name, names, n=3)
    return f"did you mean {' or '.join(near)}?" if near else "see the file that ships with annotate"


def read_sections(path: Path, names: Collection[str] | None, *, whole: bool = True) -> Sections:
    """The sections of a file; `names` are those that it may have, None allows any.

    A `whole` file must have all of them.

    Raises:
        RulesError: with file and line, for an unknown, missing or repeated section, or an entry
            that is empty, no string, or twice in its section.
    """
    found: Sections = {}
    for name, value, where in pairs(compose(path), path):
        if names is not None and name not in names:
            raise RulesError(f"unknown section {name!r}", where=where, fix=choice(name, names))
        found[name] = tuple(entries(value, path))
    missing = [name for name in names or () if whole and name not in found]
    if missing:
        raise RulesError(f"section {missing[0]!r} is missing", where=str(path))
    return found


def entries(node: yaml.Node, path: Path, depth: int = 1, *, rooted: bool = False) -> list[Entry]:
    """The words of a list, or of a list of lists; `rooted` ones may have a root after a colon."""
    if not isinstance(node, yaml.SequenceNode) or depth > _DEEPEST:
        line = node.start_mark.line + 1
        raise RulesError("a list of words was expected", where=f"{path}:{line}")
    found: dict[tuple[str, str], Entry] = {}
    for item in node.value:
        if isinstance(item, yaml.SequenceNode):
            for entry in entries(item, path, depth + 1, rooted=rooted):
                _add(entry, found, path)
            continue
        line = item.start_mark.line + 1
        root = ""
        if rooted and isinstance(item, yaml.MappingNode):
            item, root = _rooted(item, f"{path}:{line}")
        if not isinstance(item, yaml.ScalarNode):
            raise RulesError("an entry is a word, not a mapping", where=f"{path}:{line}")
        text: str = item.value
        form = " ".join(search_text(text).split())
        if not _plain(form) or text == "null":
            _check(text, form, f"{path}:{line}")
            form = _with_marks(form)
        _add(Entry(text, form, line, root), found, path)
    return list(found.values())


def _rooted(node: yaml.MappingNode, where: str) -> tuple[yaml.Node, str]:
    """The word and the root of an entry `word: root`."""
    word, root = node.value[0] if len(node.value) == 1 else (node, None)
    if not isinstance(root, yaml.ScalarNode) or not root.value.strip():
        fix = "write 'word: root form'"
        raise RulesError("an entry is one word with its root and form", where=where, fix=fix)
    return word, str(root.value)


def _check(text: str, form: str, where: str) -> None:
    """Refuses an entry that is not only letters and digits where no text can match it."""
    if not form or text in ("null", "~"):
        raise RulesError("an entry is empty", where=where, fix="remove it")
    if any(mark in text for mark in _ARABIC_COMMAS):
        what = f"{text!r} holds an Arabic comma"
        raise RulesError(what, where=where, fix="separate entries by ','")
    if not any(char.isalnum() for char in form):
        raise RulesError(f"{text!r} holds no letter or digit", where=where)


def _add(entry: Entry, found: dict[tuple[str, str], Entry], path: Path) -> None:
    """Adds an entry; the same spelling twice is a mistake, two spellings of one form are not."""
    before = found.setdefault((entry.form, entry.root), entry)
    if before is not entry and before.text == entry.text:
        raise RulesError(
            f"{entry.text!r} is there twice (line {before.line})", where=f"{path}:{entry.line}"
        )
