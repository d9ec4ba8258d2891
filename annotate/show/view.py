"""What is drawn of one article: marks over its text, arrows between marks, pieces of text. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, Literal

from annotate.agreement.matching import Counts
from annotate.arabic.words import sentences
from annotate.records import span_record
from annotate.spans import Annotation, Layer, Span

Side = Literal["both", "a", "b"]
Status = Literal[
    "plain", "agreed", "attributes", "label", "boundary", "label_boundary", "only_a", "only_b"
]
Unit = Literal["paragraph", "sentence"]
Kind = Literal["entities", "triggers", "roles"]
KINDS: tuple[Kind, ...] = ("entities", "triggers", "roles")

# Characters that no page and no terminal may be given, each drawn as one other: control characters
# as their pictures (U+2400 on), the control characters of 8 bits and DEL as U+FFFD.
_VISIBLE = {
    **{code: 0x2400 + code for code in range(0x20) if chr(code) not in "\t\n"},
    **dict.fromkeys(range(0x7F, 0xA0), 0xFFFD),
}


@dataclass(frozen=True, slots=True)
class Mark:
    """A span as it is drawn.

    Attributes:
        id: unique in its drawing, in the order of the text.
        side: whose reading it draws; "both" if it stands at the same offsets in both.
        status: how the two readings differ here; "plain" where there is one reading.
        a, b: what each reading has here; where they differ in their borders, both marks know both.
        level: from 0; marks of one layer that overlap have different ones.
    """

    id: str
    side: Side
    status: Status
    a: Span | None
    b: Span | None = None
    level: int = 0

    @property
    def span(self) -> Span:
        """The span at whose offsets the mark is drawn."""
        found = self.b if self.side == "b" else self.a
        assert found is not None  # noqa: S101 - a side is drawn from its own span
        return found

    @property
    def layer(self) -> Layer:
        return self.span.layer

    @property
    def readings(self) -> tuple[tuple[Literal["", "A", "B"], Span], ...]:
        """(side, span) of what is to be said of the mark; no side where both say the same."""
        if self.status in ("plain", "agreed"):
            return (("", self.span),)
        if self.side == "both":
            return tuple((s, x) for s, x in (("A", self.a), ("B", self.b)) if x is not None)  # type: ignore[misc]
        return (("A" if self.side == "a" else "B", self.span),)


@dataclass(frozen=True, slots=True)
class Arrow:
    """A role as it is drawn, from the mark of the trigger to the mark of the filler.

    Attributes:
        head, tail: ids of the marks.
        status: "boundary" if the other reading has the role too, between spans with other borders.
    """

    head: str
    tail: str
    role: str
    side: Side = "a"
    status: Status = "plain"


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of text over which nothing begins or ends.

    Attributes:
        start, end: code points of the text, half open.
        marks: what covers it, the widest first.
    """

    start: int
    end: int
    text: str
    marks: tuple[Mark, ...]

    @property
    def closing(self) -> tuple[Mark, ...]:
        """The marks that end with this segment, the innermost first."""
        return tuple(mark for mark in reversed(self.marks) if mark.span.end == self.end)


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph or sentence, with the white space after it; blocks tile the text.

    Attributes:
        events: the triggers that begin in it, each with the arrows that leave it.
    """

    start: int
    end: int
    segments: tuple[Segment, ...]
    events: tuple[tuple[Mark, tuple[Arrow, ...]], ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """An annotated article, or two annotations of one.

    Attributes:
        text: the clean text that all offsets refer to.
        readings: the annotation, or the two that are compared (A and B).
        marks: in the order of the text.
        arrows: in the order of trigger, filler, role and side.
        scores: measure -> strict counts of A against B; empty for one reading.
    """

    text: str
    readings: tuple[Annotation, ...]
    marks: tuple[Mark, ...]
    arrows: tuple[Arrow, ...]
    scores: Mapping[Kind, Counts] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """The first line, at most 120 characters."""
        line = self.text.strip().partition("\n")[0]
        return line if len(line) <= 120 else f"{line[:119]}…"

    @property
    def names(self) -> dict[str, Mark]:
        """Id -> mark."""
        return {mark.id: mark for mark in self.marks}

    def of(self, kind: Kind) -> tuple[Mark, ...] | tuple[Arrow, ...]:
        """The marks of one layer, or the arrows."""
        if kind == "roles":
            return self.arrows
        layer = "entity" if kind == "entities" else "event"
        return tuple(mark for mark in self.marks if mark.layer == layer)

    def tally(self, kind: Kind) -> dict[Status, int]:
        """Status -> number; what both readings have with other borders counts once, as A's."""
        counts: dict[Status, int] = defaultdict(int)
        for item in self.of(kind):
            if item.side != "b" or item.status == "only_b":
                counts[item.status] += 1
        return dict(counts)


def draw(annotation: Annotation, text: str) -> Drawing:
    """One annotation over its text."""
    marks = arranged(Mark("", "a", "plain", span) for span in annotation.spans)
    ids = mark_ids(marks, "a")
    arrows = [Arrow(ids[r.head], ids[r.tail], r.role) for r in annotation.relations]
    return Drawing(text, (annotation,), marks, in_order(arrows, marks))


def arranged(marks: Iterable[Mark]) -> tuple[Mark, ...]:
    """Marks in the order of the text, each with an id, and with a level that no overlap shares."""
    found: list[Mark] = []
    ends: dict[Layer, list[int]] = {"entity": [], "event": []}  # level -> where it is free again
    for number, mark in enumerate(sorted(marks, key=_widest_first), start=1):
        levels = ends[mark.layer]
        free = (level for level, end in enumerate(levels) if end <= mark.span.start)
        level = next(free, len(levels))
        levels[level : level + 1] = [mark.span.end]
        found.append(replace(mark, id=f"m{number}", level=level))
    return tuple(found)


def mark_ids(marks: Iterable[Mark], side: Literal["a", "b"]) -> dict[str, str]:
    """Id of a span in one reading -> id of the mark that draws it."""
    spans = ((mark, mark.a if side == "a" else mark.b) for mark in marks)
    return {span.id: mark.id for mark, span in spans if span and mark.side in ("both", side)}


def in_order(arrows: Iterable[Arrow], marks: Sequence[Mark]) -> tuple[Arrow, ...]:
    """Arrows in the order of their triggers, then of their fillers."""
    place = {mark.id: number for number, mark in enumerate(marks)}
    return tuple(
        sorted(arrows, key=lambda arrow: (place[arrow.head], place[arrow.tail], arrow.role))
    )


def _widest_first(mark: Mark) -> tuple[int, int, str, str, str]:
    span = mark.span
    return (span.start, -span.end, span.layer, mark.side, span.label)


def segments(text: str, marks: Iterable[Mark], cuts: Iterable[int] = ()) -> Iterator[Segment]:
    """The text cut at every border of a mark, and at `cuts` (code points); nothing is left out."""
    starting: dict[int, list[Mark]] = defaultdict(list)
    borders = {0, len(text), *cuts}
    for mark in marks:
        starting[mark.span.start].append(mark)
        borders |= {mark.span.start, mark.span.end}
    active: list[Mark] = []
    for start, end in pairwise(sorted(borders)):
        active = [mark for mark in active if mark.span.end > start] + starting[start]
        active.sort(key=lambda mark: (mark.span.start - mark.span.end, mark.layer, mark.id))
        yield Segment(start, end, text[start:end], tuple(active))


def blocks(drawing: Drawing, unit: Unit) -> list[Block]:
    """The paragraphs or sentences of a drawing, in order."""
    text = drawing.text
    if unit == "sentence":
        starts = [start for start, _ in sentences(text)][1:]
    else:
        starts = [at + 1 for at, char in enumerate(text[:-1]) if char == "\n"]
    starts = [0, *starts] if text else []
    leaving: dict[str, list[Arrow]] = defaultdict(list)
    for arrow in drawing.arrows:
        leaving[arrow.head].append(arrow)
    pieces: list[list[Segment]] = [[] for _ in starts]
    for segment in segments(text, drawing.marks, starts):
        pieces[bisect_right(starts, segment.start) - 1].append(segment)
    events: list[list[tuple[Mark, tuple[Arrow, ...]]]] = [[] for _ in starts]
    for mark in drawing.marks:
        if mark.layer == "event":
            row = (mark, tuple(leaving[mark.id]))
            events[bisect_right(starts, mark.span.start) - 1].append(row)
    return [
        Block(start, end, tuple(pieces[n]), tuple(events[n]))
        for n, (start, end) in enumerate(pairwise([*starts, len(text)]))
    ]


def visible(text: str) -> str:
    """A text in which control characters are drawn, each as one character, and do nothing."""
    return text.translate(_VISIBLE)


def to_json(drawing: Drawing) -> dict[str, Any]:
    """A drawing as JSON values: marks with their status, and roles by the ids of the marks."""
    first = drawing.readings[0]
    return {
        "doc_id": first.doc_id,
        "source": first.source,
        "source_id": first.source_id,
        "text_sha256": first.text_sha256,
        "annotators": [reading.annotator for reading in drawing.readings],
        "text": drawing.text,
        "counts": {kind: drawing.tally(kind) for kind in KINDS},
        "strict": {
            kind: {"tp": c.tp, "only_a": c.fp, "only_b": c.fn, "f1": c.f1}
            for kind, c in drawing.scores.items()
        },
        "marks": [
            {
                "id": mark.id,
                "side": mark.side,
                "status": mark.status,
                "a": span_record(mark.a) if mark.a else None,
                "b": span_record(mark.b) if mark.b else None,
            }
            for mark in drawing.marks
        ],
        "roles": [
            {"head": a.head, "tail": a.tail, "role": a.role, "side": a.side, "status": a.status}
            for a in drawing.arrows
        ],
    }
