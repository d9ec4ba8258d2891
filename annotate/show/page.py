"""What the page shows, as values that its template only has to walk through. Pure."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from annotate.show.captions import Chip, chips, title
from annotate.show.faces import KIND_NAMES, SIDES, STATUSES, Face, Faces
from annotate.show.view import KINDS, Arrow, Drawing, Kind, Mark, Segment, Status, blocks


@dataclass(frozen=True, slots=True)
class Box:
    """A mark over one segment; `css` are its classes, `chips` are there where the mark ends."""

    id: str
    css: str
    title: str
    chips: tuple[Chip, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """A segment of the text in its boxes, the outermost first."""

    text: str
    boxes: tuple[Box, ...]

    @property
    def closing(self) -> tuple[Box, ...]:
        return self.boxes[::-1]


@dataclass(frozen=True, slots=True)
class RoleItem:
    """A role in the table; the script draws its arrow from `head` to `tail` (ids of boxes).

    `switches` are the ids of the check boxes that hide it.
    """

    css: str
    side: str
    face: Face
    head: str
    tail: str
    filler: str
    chips: tuple[Chip, ...]
    note: str
    switches: str


@dataclass(frozen=True, slots=True)
class Row:
    """An event in the table beside its paragraph."""

    id: str
    css: str
    trigger: str
    title: str
    chips: tuple[Chip, ...]
    note: str
    roles: tuple[RoleItem, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A line of the article and its events; `direction` is that of its first letter."""

    direction: Literal["rtl", "ltr"]
    pieces: tuple[Piece, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """Strict F1 of one kind, and the number of items in each status."""

    ar: str
    en: str
    f1: str
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One article.

    Attributes:
        id: of its element in the page.
        facts: (name, value) of where it is from.
        sizes: (Arabic, English name, number in each reading) of entities, triggers and roles.
        scores: of A against B; empty for one reading.
    """

    id: str
    title: str
    facts: tuple[tuple[str, str], ...]
    sizes: tuple[tuple[str, str, tuple[int, ...]], ...]
    scores: tuple[ScoreRow, ...]
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True)
class Switch:
    """A check box that shows or hides what has the class `key`; `counts` for each reading."""

    key: str
    ar: str
    en: str
    counts: tuple[int, ...]


def sheet(drawing: Drawing, faces: Faces, number: int) -> Sheet:
    """One article's part of the page; `number` tells the articles of a page apart."""
    prefix = f"a{number}"
    names = drawing.names
    return Sheet(
        prefix,
        drawing.title,
        tuple(_facts(drawing)),
        tuple((*KIND_NAMES[kind], _sizes(drawing, kind)) for kind in KINDS),
        score_rows([drawing]),
        tuple(
            Paragraph(
                direction(drawing.text[block.start : block.end]),
                tuple(_piece(segment, faces, prefix) for segment in block.segments),
                tuple(_row(m, arrows, names, faces, prefix) for m, arrows in block.events),
            )
            for block in blocks(drawing, "paragraph")
        ),
    )


def _sizes(drawing: Drawing, kind: Kind) -> tuple[int, ...]:
    parts = {"entities": "entities", "triggers": "events", "roles": "relations"}
    return tuple(len(getattr(reading, parts[kind])) for reading in drawing.readings)


def direction(text: str) -> Literal["rtl", "ltr"]:
    """The way a text runs: that of its first letter (Unicode's rule P2), else right to left."""
    kinds = (unicodedata.bidirectional(char) for char in text)
    return (
        "ltr" if next((kind for kind in kinds if kind in ("L", "R", "AL")), "R") == "L" else "rtl"
    )


def score_rows(drawings: Sequence[Drawing]) -> tuple[ScoreRow, ...]:
    """Strict F1 over articles together (counts are summed), and how often each status is there."""
    if not drawings or not all(drawing.scores for drawing in drawings):
        return ()
    rows = []
    for kind in KINDS:
        first, *others = (drawing.scores[kind] for drawing in drawings)
        f1 = sum(others, start=first).f1
        tally: Counter[Status] = Counter()
        for drawing in drawings:
            tally.update(drawing.tally(kind))
        counts = tuple(tally[status] for status in STATUSES)
        rows.append(ScoreRow(*KIND_NAMES[kind], "-" if f1 is None else f"{f1:.3f}", counts))
    return tuple(rows)


def switches(drawings: Iterable[Drawing], faces: Faces) -> dict[str, tuple[Switch, ...]]:
    """The check boxes by group: entities, triggers, roles, and statuses where two are compared."""
    groups: dict[str, dict[Face, list[int]]] = {kind: {} for kind in KINDS}
    statuses: Counter[Status] = Counter()
    for drawing in drawings:
        for side, reading in enumerate(drawing.readings):
            found = [("entities", faces.label("entity", span.label)) for span in reading.entities]
            found += [("triggers", faces.label("event", span.label)) for span in reading.events]
            found += [("roles", faces.role(relation.role)) for relation in reading.relations]
            for kind, face in found:
                counts = groups[kind].setdefault(_shared(face), [0] * len(drawing.readings))
                counts[side] += 1
        for name in KINDS:
            statuses.update(drawing.tally(name))
    made = {
        kind: tuple(
            Switch(face.key, face.ar, face.code, tuple(by_face[face]))
            for face in sorted(by_face, key=lambda face: (face.number is None, face.number))
        )
        for kind, by_face in groups.items()
    }
    made["statuses"] = tuple(
        Switch(f"s-{status}", *STATUSES[status], (statuses[status],))
        for status in STATUSES
        if statuses[status]
    )
    return made


def _shared(face: Face) -> Face:
    """What the ontology lacks shares one check box."""
    return (
        face if face.number is not None else replace(face, code="?", ar="غير معروف", en="unknown")
    )


def _facts(drawing: Drawing) -> Iterable[tuple[str, str]]:
    first = drawing.readings[0]
    for name in ("doc_id", "source", "source_id"):
        value = getattr(first, name)
        if value is not None:
            yield name, value
    for side, reading in zip(("A", "B"), drawing.readings, strict=False):
        name = "annotator" if len(drawing.readings) == 1 else side
        yield name, reading.annotator or "?"
    versions = {r.ontology_version for r in drawing.readings if r.ontology_version}
    if versions:
        yield "ontology", ", ".join(sorted(versions))
    yield "text_sha256", f"{first.text_sha256[:12]}…"


def _piece(segment: Segment, faces: Faces, prefix: str) -> Piece:
    return Piece(segment.text, tuple(_box(mark, segment, faces, prefix) for mark in segment.marks))


def _box(mark: Mark, segment: Segment, faces: Faces, prefix: str) -> Box:
    span = mark.span
    css = [_css(mark, faces), f"l{min(mark.level, 2)}"]
    css += ["open"] if span.start == segment.start else []
    closes = span.end == segment.end
    css += ["close"] if closes else []
    captions = chips(mark, faces) if closes else ()
    return Box(f"{prefix}{mark.id}", " ".join(css), title(mark, faces), captions)


def _css(mark: Mark, faces: Faces) -> str:
    layer = "ent" if mark.layer == "entity" else "evt"
    return f"{layer} {faces.label(mark.layer, mark.span.label).key} s-{mark.status} by-{mark.side}"


def _row(
    mark: Mark, arrows: Sequence[Arrow], names: dict[str, Mark], faces: Faces, prefix: str
) -> Row:
    differs = mark.status not in ("plain", "agreed")
    return Row(
        f"{prefix}{mark.id}",
        _css(mark, faces),
        mark.span.text,
        title(mark, faces),
        chips(mark, faces),
        STATUSES[mark.status][0] if differs else "",
        tuple(_role(arrow, names, faces, prefix) for arrow in arrows),
    )


def _role(arrow: Arrow, names: dict[str, Mark], faces: Faces, prefix: str) -> RoleItem:
    head, tail = names[arrow.head], names[arrow.tail]
    face = faces.role(arrow.role)
    keys = [face.key, f"s-{arrow.status}"] + [
        faces.label(mark.layer, mark.span.label).key for mark in (head, tail)
    ]
    keys += [f"s-{mark.status}" for mark in (head, tail)]
    return RoleItem(
        f"{face.key} s-{arrow.status} by-{arrow.side}",
        SIDES[arrow.side] if arrow.status not in ("plain", "agreed") else "",
        face,
        f"{prefix}{arrow.head}",
        f"{prefix}{arrow.tail}",
        tail.span.text,
        chips(tail, faces),
        STATUSES[arrow.status][0] if arrow.status == "boundary" else "",
        " ".join(f"t-{key}" for key in dict.fromkeys(keys) if key != "s-plain"),
    )
