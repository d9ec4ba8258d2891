"""The lines of a brat annotation file, checked one by one against the text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from annotate.errors import InputError

_LINE = re.compile(r"([TEAMRN#*])([^\t]*)\t(.*)", re.DOTALL)
_PLACES = re.compile(r"(\S+) (\d+ \d+(?:;\d+ \d+)*)(?:\t(.*))?", re.DOTALL)
_NAME = re.compile(r"\S[0-9]+\S*")
_MOST_DIGITS = 12  # of an offset


@dataclass(frozen=True, slots=True)
class Line:
    """One annotation of a file.

    Attributes:
        name: its id, such as T1.
        kind: type of the span, event or attribute.
        place: of a span its offsets, or None where it is in several pieces.
        target: of an event its trigger, of an attribute or a note what it belongs to.
        value: of an attribute or note.
        arguments: (role, id) of an event.
        where: file and line.
    """

    name: str
    kind: str
    where: str
    place: tuple[int, int] | None = None
    target: str = ""
    value: str | None = None
    arguments: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Standoff:
    """The annotations of one file, by sort, in its order."""

    spans: list[Line] = field(default_factory=list)
    events: list[Line] = field(default_factory=list)
    attributes: list[Line] = field(default_factory=list)
    notes: list[Line] = field(default_factory=list)
    others: list[Line] = field(default_factory=list)


def parse(content: str, text: str, path: str) -> Standoff:
    """The annotations of a file over its text.

    Raises:
        InputError: with file and line: a line is malformed, an id is there twice or points nowhere,
            or a span's text is another one than in the text.
    """
    found = Standoff()
    names: set[str] = set()
    for number, raw in enumerate(content.split("\n"), start=1):
        line = raw.rstrip("\r")
        if not line.strip():
            continue
        where = f"{path}:{number}"
        parts = _LINE.fullmatch(line)
        if not parts:
            raise InputError(
                "no line of brat's format, such as 'T1<tab>PER 0 5<tab>text'", where=where
            )
        sort, name, data = parts[1], parts[1] + parts[2], parts[3]
        if sort != "*":
            if not _NAME.fullmatch(name):
                raise InputError(f"{name!r} is no id such as {sort}1", where=where)
            if name in names:
                raise InputError(f"id {name} is there twice", where=where)
            names.add(name)
        if sort == "T":
            found.spans.append(_span(name, data, text, where))
        elif sort == "E":
            found.events.append(_event(name, data, where))
        elif sort in "AM":
            found.attributes.append(_attribute(name, data, where))
        elif sort == "#":
            found.notes.append(_note(name, data, where))
        else:
            found.others.append(Line(name, data.partition(" ")[0], where))
    _check(found, names)
    return found


def _span(name: str, data: str, text: str, where: str) -> Line:
    parts = _PLACES.fullmatch(data)
    if not parts:
        raise InputError(f"{name} is no span such as 'PER 0 5<tab>text'", where=where)
    pieces = []
    for piece in parts[2].split(";"):
        if any(len(number) > _MOST_DIGITS for number in piece.split(" ")):
            raise InputError(f"{name}: offsets {piece[:40]} are not inside the text", where=where)
        start, end = (int(number) for number in piece.split(" "))
        if not start < end <= len(text):
            raise InputError(
                f"{name}: offsets {start}:{end} are not inside the text (0:{len(text)})",
                where=where,
            )
        pieces.append((start, end))
    marked = " ".join(text[start:end] for start, end in pieces)
    given = parts[3] if parts[3] is not None else ""
    if _plain(given) != _plain(marked):
        raise InputError(
            f"{name} is {given!r}, the text has {marked!r} there",
            where=where,
            fix="offsets are code points of the .txt, from 0",
        )
    return Line(name, parts[1], where, place=_joined(pieces, text))


def _plain(surface: str) -> str:
    """Line breaks are written as blanks, as a line of the file has none."""
    return re.sub(r"[\n\r]", " ", surface)


def _joined(pieces: Sequence[tuple[int, int]], text: str) -> tuple[int, int] | None:
    """One place, where only line breaks stand between the pieces, as brat cuts spans at them."""
    for (_, end), (start, _) in pairwise(pieces):
        gap = text[end:start]
        if not gap or gap.strip() or len(f"x{gap}x".splitlines()) < 2:
            return None
    return pieces[0][0], pieces[-1][1]


def _event(name: str, data: str, where: str) -> Line:
    first, *others = data.split() or [""]
    kind, _, trigger = first.partition(":")
    arguments = []
    for part in others:
        role, colon, target = part.rpartition(":")
        if not (role and colon and target):
            raise InputError(f"{name}: {part!r} is no role such as Agent:T1", where=where)
        arguments.append((role, target))
    if not kind or not trigger:
        raise InputError(f"{name} is no event such as 'ATTACK:T1 AGENT:T2'", where=where)
    return Line(name, kind, where, target=trigger, arguments=tuple(arguments))


def _attribute(name: str, data: str, where: str) -> Line:
    parts = data.split(None, 2)
    if len(parts) < 2:
        raise InputError(f"{name} is no attribute such as 'polarity E1 NEGATIVE'", where=where)
    value = parts[2].strip() if len(parts) > 2 else None
    return Line(name, parts[0], where, target=parts[1], value=value)


def _note(name: str, data: str, where: str) -> Line:
    head, _, said = data.partition("\t")
    parts = head.split()
    if len(parts) != 2:
        raise InputError(f"{name} is no note such as 'AnnotatorNotes T1<tab>text'", where=where)
    return Line(name, parts[0], where, target=parts[1], value=said)


def _check(found: Standoff, names: set[str]) -> None:
    """Ids must lead to annotations that can be meant."""
    spans = {line.name for line in found.spans}
    events = {line.name for line in found.events}
    for line in found.events:
        if line.target not in spans:
            raise InputError(
                f"{line.name} has a trigger that is not there ({line.target})", where=line.where
            )
        for role, target in line.arguments:
            if target not in spans | events:
                raise InputError(f"{role} of {line.name} is not there ({target})", where=line.where)
    for line in (*found.attributes, *found.notes):
        if line.target not in names:
            raise InputError(
                f"{line.name} belongs to {line.target}, which is not there", where=line.where
            )
