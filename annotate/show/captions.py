"""What is said of a mark: the captions that stand at it, and what the pointer brings up. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from annotate.show.faces import STATUSES, Face, Faces
from annotate.show.view import Mark
from annotate.spans import Span


@dataclass(frozen=True, slots=True)
class Chip:
    """The caption of a mark: whose reading, the label, and attributes that are not the default."""

    side: str
    face: Face
    notes: tuple[str, ...]


def chips(mark: Mark, faces: Faces) -> tuple[Chip, ...]:
    """The captions of a mark: one, or A's and B's where they stand at the same offsets."""
    found = []
    for side, span in mark.readings:
        if mark.status == "attributes":  # what is alike need not be said twice
            other = mark.b if span is mark.a else mark.a
            theirs = dict(other.attributes) if other else {}
            notes = [faces.value(n, v) for n, v in span.attributes if theirs.get(n) != v]
        else:
            notes = [name for _, _, name in faces.unusual(span)]
        found.append(Chip(side, faces.label(span.layer, span.label), tuple(notes)))
    return tuple(found)


def title(mark: Mark, faces: Faces) -> str:
    """What is shown when the pointer rests on a mark."""
    lines = [" / ".join(STATUSES[mark.status])] if mark.status not in ("plain", "agreed") else []
    lines += [_about(side, span, faces) for side, span in mark.readings]
    return "\n".join(lines)


def _about(side: str, span: Span, faces: Faces) -> str:
    face = faces.label(span.layer, span.label)
    parts = [f"{face.code} {face.ar} ({face.en})", f"{span.start}:{span.end}"]
    parts += [f"{name}={value}" for name, value in span.attributes]
    if span.score is not None:
        parts.append(f"score {span.score:.2f}")
    if span.origin is not None:
        parts.append(f"origin {span.origin}")
    if span.decision is not None:
        parts.append(f"decision {span.decision}")
    return (f"{side}: " if side else "") + " · ".join(parts)
