"""Reads brat standoff: a .txt and a .ann file an article, with entities, events and attributes.

Offsets are code points of the .txt as it is, so its text is kept to the character.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from annotate.corpus.brat_lines import Line, Standoff, parse
from annotate.corpus.foreign import (
    LEFT_OUT,
    Imported,
    LabelMap,
    Names,
    annotation,
    decoded,
    finished,
)
from annotate.errors import InputError
from annotate.spans import Annotation, Relation, Span, with_defaults

DISCONTINUOUS = "spans in several pieces"
ROLES_GONE = "roles of spans that are left out, or that are left out themselves"
ROLES_OF_EVENTS = "roles that an event plays"
REPEATED = "roles that are there twice"
ATTRIBUTES = "attributes that the ontology lacks"
OTHERS = {"R": "relations", "*": "relations", "N": "links to databases"}
UNSURE = "unsure"
_CONFIGURATION = "annotation.conf"
_TYPE = re.compile(r"[^\s<!#|-][^\s|]*")


def read_brat(paths: Sequence[Path], labels: LabelMap, *, annotator: str | None = None) -> Imported:
    """The articles of .ann files (or the .txt beside them), or of all in a folder and below.

    An event becomes a span of its trigger. What the corpus looked for is what `annotation.conf`
    lists; where there is none, the labels that it uses.

    Raises:
        InputError: with file and line, for the first thing that cannot be read.
    """
    lost: Counter[str] = Counter()
    seen: dict[str, None] = {}
    names = Names()
    found: list[Annotation] = []
    for path, name in _files(paths):
        text = decoded(path.with_suffix(".txt"))
        if not text.strip():
            raise InputError("the article has no text", where=str(path.with_suffix(".txt")))
        standoff = parse(decoded(path), text, str(path))
        spans, relations = _said(standoff, text, labels, lost)
        seen.update(dict.fromkeys(line.kind for line in (*standoff.spans, *standoff.events)))
        seen.update(dict.fromkeys(_configured(path.parent)))
        found.append(
            annotation(
                names.given(name, str(path)),
                text,
                spans,
                relations,
                source=path.with_suffix(".txt").name,
                source_id=name,
                annotator=annotator,
                ontology=labels.ontology,
            )
        )
    return finished(found, labels.covered(seen), lost)


def _files(paths: Sequence[Path]) -> Iterator[tuple[Path, str]]:
    """The .ann files, each with the name of its article."""
    given: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            inside = sorted(path.rglob("*.ann"))
            if not inside:
                raise InputError("the folder holds no .ann file", where=str(path))
            given.update(dict.fromkeys(inside))
        elif path.suffix in (".ann", ".txt"):
            given.setdefault(path.with_suffix(".ann"))
        else:
            raise InputError("not a .ann file", where=str(path), fix="name .ann files or a folder")
    for path in given:
        for needed in (path, path.with_suffix(".txt")):
            if not needed.is_file():
                raise InputError(
                    "no such file", where=str(needed), fix="a text has both, .txt and .ann"
                )
        yield path, path.stem


def _configured(folder: Path) -> Iterator[str]:
    """Types that the folder's annotation.conf lists for spans and events."""
    path = folder / _CONFIGURATION
    if not path.is_file():
        return
    section = ""
    for line in decoded(path).splitlines():
        stripped = line.strip()
        if stripped.startswith("[") and stripped.endswith("]"):
            section = stripped[1:-1]
        elif section in ("entities", "events") and (found := _TYPE.match(stripped)):
            yield found[0]


def _said(
    standoff: Standoff, text: str, labels: LabelMap, lost: Counter[str]
) -> tuple[list[Span], list[Relation]]:
    for line in standoff.others:
        lost[OTHERS[line.name[0]]] += 1
    triggers = {event.target for event in standoff.events}
    spans: dict[str, Span] = {}
    for line in standoff.spans:
        if line.name in triggers:
            if line.place is None:
                lost[DISCONTINUOUS] += 1
            continue
        span = _span(line, line.name, line.place, text, labels, lost)
        if span is not None:
            spans[line.name] = span
    places = {line.name: line.place for line in standoff.spans}
    for line in standoff.events:
        span = _span(line, line.name, places[line.target], text, labels, lost, counted=True)
        if span is None:
            continue
        if span.layer != "event":
            raise InputError(
                f"{line.kind} is an entity's label ({span.label}), and here an event's",
                where=line.where,
                fix="see --labels",
            )
        spans[line.name] = span
    return _with_attributes(spans, standoff, labels, lost), _relations(
        spans, standoff, labels, lost
    )


def _span(
    line: Line,
    name: str,
    place: tuple[int, int] | None,
    text: str,
    labels: LabelMap,
    lost: Counter[str],
    *,
    counted: bool = False,
) -> Span | None:
    """The span of a line, or None where it is left out, which is counted unless it was before."""
    ours = labels.label(line.kind, line.where)
    if ours is None:
        lost[LEFT_OUT] += 1
        return None
    if place is None:
        lost[DISCONTINUOUS] += not counted
        return None
    layer, label = ours
    attributes = with_defaults({}, labels.ontology) if layer == "event" else ()
    return Span(name, layer, *place, label, text[slice(*place)], attributes)


def _with_attributes(
    spans: dict[str, Span], standoff: Standoff, labels: LabelMap, lost: Counter[str]
) -> list[Span]:
    found = dict(spans)
    for line in standoff.attributes:
        span = found.get(line.target)
        ours = labels.attribute(line.kind, line.value)
        if span is not None and line.kind == UNSURE and line.value is None:
            found[line.target] = replace(span, unsure=True)
        elif span is not None and span.layer == "event" and ours is not None:
            values = dict(span.attributes) | dict([ours])
            found[line.target] = replace(span, attributes=with_defaults(values, labels.ontology))
        else:
            lost[ATTRIBUTES] += 1
    for line in standoff.notes:
        span = found.get(line.target)
        if span is None:
            lost["notes"] += 1
        else:
            said = line.value or ""
            note = said if span.note is None else f"{span.note}\n{said}"
            found[line.target] = replace(span, note=note)
    return list(found.values())


def _relations(
    spans: dict[str, Span], standoff: Standoff, labels: LabelMap, lost: Counter[str]
) -> list[Relation]:
    events = {event.name for event in standoff.events} | {e.target for e in standoff.events}
    found: dict[Relation, None] = {}
    for line in standoff.events:
        for theirs, target in line.arguments:
            if target in events or (target in spans and spans[target].layer == "event"):
                lost[ROLES_OF_EVENTS] += 1
                continue
            role = labels.role(theirs, line.where)
            if role is None or line.name not in spans or target not in spans:
                lost[ROLES_GONE] += 1
                continue
            relation = Relation(line.name, target, role)
            lost[REPEATED] += relation in found
            found.setdefault(relation)
    return list(found)
