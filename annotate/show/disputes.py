"""The disagreements as a page shows them: a sentence with every reading underlined. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal
from urllib.parse import urlsplit

from annotate.show.charts import short_names
from annotate.show.faces import Face, Faces
from annotate.show.findings import KINDS, labels_of
from annotate.show.page import direction

LETTERS = "ABCDEFGH"
AROUND = 220  # characters of a long sentence that are shown on each side


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of the sentence; `css` says which readings cover it (r0, r1, ...)."""

    text: str
    css: str


@dataclass(frozen=True, slots=True)
class View:
    """One way to read the place.

    Attributes:
        letter: A, B, ...; `css` is the class of its colour.
        who: names.
        face: of the label, role or value; None where nothing was marked.
        surface: what is marked; empty where texts are left out; where nothing is marked, that.
        place: offsets in the text.
    """

    letter: str
    css: str
    who: str
    face: Face | None
    surface: str
    place: str


@dataclass(frozen=True, slots=True)
class Dispute:
    """One disagreement.

    Attributes:
        id: of its element.
        kind, sort: as data, and in words.
        labels: all of them, apart by one space.
        direction: of the sentence.
        links: addresses of tasks.
    """

    id: str
    kind: str
    sort: str
    labels: str
    times: int
    doc_id: str
    direction: Literal["rtl", "ltr"]
    runs: tuple[Run, ...]
    views: tuple[View, ...]
    links: tuple[str, ...]


def disputes(figures: Mapping[str, Any], faces: Faces) -> list[Dispute]:
    """All disagreements that the figures hold, in their order."""
    names = short_names(figures["annotators"])
    return [
        _dispute(one, number, names, faces)
        for number, one in enumerate(figures["disagreements"], start=1)
    ]


def _dispute(
    one: Mapping[str, Any], number: int, names: Mapping[str, str], faces: Faces
) -> Dispute:
    marked = [view for view in one["readings"] if view is not None]
    views = [_view(view, place, one, names, faces) for place, view in enumerate(marked)]
    if one["without"]:
        who = ", ".join(names.get(name, name) for name in one["without"])
        nothing = "no role" if one["kind"] == "role" else "not marked"
        views.append(View(_letter(len(views)), _css(len(views)), who, None, nothing, ""))
    return Dispute(
        f"d{number}",
        one["kind"],
        KINDS.get(one["kind"], one["kind"]),
        " ".join(labels_of(one)),
        one["times"],
        one["doc_id"],
        direction(one["sentence"]["text"] or ""),
        tuple(_runs(one, marked)),
        tuple(views),
        tuple(link for link in one["links"] if urlsplit(link).scheme in ("http", "https")),
    )


def _view(
    view: Mapping[str, Any],
    place: int,
    one: Mapping[str, Any],
    names: Mapping[str, str],
    faces: Faces,
) -> View:
    if one["kind"] == "role":
        face = faces.role(view["label"])
    else:
        face = faces.label(one["layer"], view["label"])
    who = ", ".join(names.get(name, name) for name in view["annotators"])
    where = f"{view['start']}:{view['end']}"
    return View(_letter(place), _css(place), who, face, view["text"] or "", where)


def _letter(place: int) -> str:
    return LETTERS[min(place, len(LETTERS) - 1)]


def _css(place: int) -> str:
    return f"r{min(place, 3)}"


def _runs(one: Mapping[str, Any], marked: Sequence[Mapping[str, Any]]) -> list[Run]:
    """The sentence, cut wherever a reading begins or ends; its far ends are left out if it is long.

    Offsets are code points of the article, half open; the sentence begins at its own `start`.
    """
    text, origin = one["sentence"]["text"], one["sentence"]["start"]
    if not text:
        return []
    marks = [
        (view["start"] - origin, view["end"] - origin, _css(place))
        for place, view in enumerate(marked)
    ]
    trigger = one.get("trigger")
    if trigger:
        marks.append((trigger["start"] - origin, trigger["end"] - origin, "trigger"))
    left = max(0, min(start for start, _, _ in marks) - AROUND)
    right = min(len(text), max(end for _, end, _ in marks) + AROUND)
    left = 0 if left == 0 else max(text.rfind(" ", 0, left) + 1, 0)
    right = len(text) if right == len(text) else (text.find(" ", right) + 1 or len(text))
    borders = {left, right} | {at for start, end, _ in marks for at in (start, end)}
    cuts = sorted(at for at in borders if left <= at <= right)
    runs = [Run("… ", "")] if left else []
    for start, end in pairwise(cuts):
        css = [name for a, b, name in marks if a <= start and end <= b]
        runs.append(Run(text[start:end], " ".join(dict.fromkeys(css))))
    if right < len(text):
        runs.append(Run(" …", ""))
    return runs
