"""An article as lines of plain or coloured text: a line for each sentence, marks in brackets.

An entity stands in square brackets, a trigger in braces, each closed with its label after a slash:
`{سيطرتها/TAKEOVER} على [دمشق/GPE]`. In a comparison a bare label is agreed, `A:` and `B:` say whose
reading it is. Pure; whoever prints chooses whether there are colours.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from annotate.show.captions import chips
from annotate.show.faces import COLOR_A, COLOR_B, SIDES, STATUSES, Faces
from annotate.show.view import Drawing, Mark, Status, blocks, visible

_PLACEHOLDER = str.maketrans({"\n": "\N{SYMBOL FOR LINE FEED}", "\t": " "})
_BETWEEN = " \N{NO-BREAK SPACE}\N{SYMBOL FOR LINE FEED}"  # what may stand between two sentences
ROLE_HEADERS = ("trigger", "event", "role", "filler", "entity")
DIFFERENCE_HEADERS = ("what", "A", "B", "difference")


@dataclass(frozen=True, slots=True)
class Ink:
    """A run of characters in one style.

    Attributes:
        is_text: whether it is the article's own text, and no bracket or label.
        background: "#rrggbb", or None.
    """

    text: str
    is_text: bool = False
    background: str | None = None
    bold: bool = False


def lines(drawing: Drawing, faces: Faces) -> Iterator[list[Ink]]:
    """The sentences of an article in order; the white space between them is left out."""
    for block in blocks(drawing, "sentence"):
        line: list[Ink] = []
        for segment in block.segments:
            for mark in segment.marks:
                if mark.span.start == segment.start:
                    line.append(Ink("[" if mark.layer == "entity" else "{", bold=True))
            text = plain(segment.text)
            if segment is block.segments[-1] and not segment.marks:
                text = text.rstrip(_BETWEEN)
            if segment is block.segments[0] and not segment.marks:
                text = text.lstrip(_BETWEEN)
            is_trigger = any(mark.layer == "event" for mark in segment.marks)
            if text:
                line.append(Ink(text, is_text=True, bold=is_trigger))
            for mark in segment.closing:
                line += _closed(mark, faces)
        if line:
            yield line


def _closed(mark: Mark, faces: Faces) -> Iterator[Ink]:
    yield Ink("/")
    for number, chip in enumerate(chips(mark, faces)):
        span = mark.readings[number][1]
        values = "".join(f" {value}" for _, value, _ in faces.unusual(span))
        color = {"": chip.face.color, "A": COLOR_A, "B": COLOR_B}[chip.side]
        code = f"{chip.side}:{chip.face.code}" if chip.side else chip.face.code
        yield Ink((" " if number else "") + plain(code + values), background=color)
    yield Ink("]" if mark.layer == "entity" else "}", bold=True)


def role_rows(drawing: Drawing) -> Iterator[Sequence[str]]:
    """Rows of (trigger, event type, role, filler, entity type).

    In a comparison only the roles that differ, and how: with the readings that have them.
    """
    names = drawing.names
    for arrow in drawing.arrows:
        if arrow.status == "agreed":
            continue
        head, tail = names[arrow.head], names[arrow.tail]
        row = [head.span.text, _labels(head), arrow.role, tail.span.text, _labels(tail)]
        if drawing.scores:
            side = f" ({SIDES[arrow.side]})" if arrow.status == "boundary" else ""
            row.append(f"{STATUSES[arrow.status][1]}{side}")
        yield [plain(cell) for cell in row]


def difference_rows(drawing: Drawing, faces: Faces) -> Iterator[Sequence[str]]:
    """Rows of (layer, A's reading, B's reading, difference), in the order of the text."""
    ignored: tuple[Status, ...] = ("plain", "agreed")
    for mark in drawing.marks:
        if mark.status in ignored or (mark.side == "b" and mark.status != "only_b"):
            continue
        sides = [
            "-"
            if span is None
            else " ".join(
                [f"{span.text} {span.label} {span.start}:{span.end}"]
                + [f"{name}={value}" for name, value, _ in faces.unusual(span)]
            )
            for span in (mark.a, mark.b)
        ]
        what = "entity" if mark.layer == "entity" else "trigger"
        yield [plain(cell) for cell in (what, *sides, STATUSES[mark.status][1])]


def _labels(mark: Mark) -> str:
    if mark.status == "attributes":
        return mark.span.label
    return " ".join(f"{side}:{span.label}" if side else span.label for side, span in mark.readings)


def plain(text: str) -> str:
    """A text on one line, in which no character does anything to the terminal."""
    return visible(text).translate(_PLACEHOLDER)
