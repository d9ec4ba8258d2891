"""What the figures say to a project lead, in words: can the labels be trusted, what is the problem,
is it getting better, what is there to talk about. Pure.

Nothing is claimed that the intervals do not carry: where they are too wide, that is what is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any, Literal
from urllib.parse import quote

from annotate.agreement.verdict import RELIABLE, TENTATIVE
from annotate.show.charts import FEW, points, short_names
from annotate.show.label_charts import confused, label_rows

Figures = Mapping[str, Any]
Level = Literal["good", "fair", "poor", "open"]
SIGNIFICANT = 1.96  # standard errors, as the 95 % intervals have
KINDS = {
    "label": "other label",
    "boundary": "other borders",
    "missed": "marked by some only",
    "role": "other role",
    "attribute": "other attribute",
}
TOPICS = 5
_WIDE = 2 * SIGNIFICANT
_MEASURES = ("entities", "triggers", "roles", "attributes")


@dataclass(frozen=True, slots=True)
class Trust:
    """The headline in words."""

    level: Level
    words: str
    why: str


@dataclass(frozen=True, slots=True)
class Problem:
    """What is weakest of one sort.

    Attributes:
        sort: "kind of work", "label", "confusion", "person".
        name: which one; `figure` how much, `words` what it means.
        level: how bad that is.
        target: of a link into the page, without "#"; empty where there is nothing to see.
    """

    sort: str
    name: str
    figure: str
    level: Level
    words: str
    target: str


@dataclass(frozen=True, slots=True)
class Topic:
    """Something to talk about: one confusion, with its first example.

    Attributes:
        question: in words, with the labels' codes.
        surfaces: words of the text that it is about.
        times: places at which it comes up.
        example: number of the disagreement in the list, from 1.
        kind, labels: what the list can be narrowed to.
    """

    question: str
    surfaces: tuple[str, ...]
    times: int
    example: int
    kind: str
    labels: tuple[str, ...]


def trust(figures: Figures) -> Trust:
    """What the headline means."""
    head = figures["headline"]
    words, low, high = head["verdict"], head["low"], head["high"]
    if words is None or low is None or high is None:
        return Trust("open", "no verdict", head["reason"] or "the interval is not known")
    level: Level = "open"
    if high < TENTATIVE:
        level = "poor"
    elif low >= RELIABLE:
        level = "good"
    elif low >= TENTATIVE:
        level = "fair"
    first, _, rest = str(words).partition(": ")
    return Trust(level, first, rest)


def trend_words(figures: Figures) -> tuple[Level, str]:
    """Whether it gets better: a weighted straight line through the steps of the trend."""
    steps = [row for row in points(figures) if row["n"] >= FEW]
    if len(steps) < 2:
        return "open", "too early to tell: it takes two weeks, or two batches"
    known = [(place, row["f1"], _error(row)) for place, row in enumerate(steps)]
    weights = [1 / error**2 for _, _, error in known]
    total = sum(weights)
    x = sum(w * place for w, (place, _, _) in zip(weights, known, strict=True)) / total
    y = sum(w * f1 for w, (_, f1, _) in zip(weights, known, strict=True)) / total
    spread = sum(w * (place - x) ** 2 for w, (place, _, _) in zip(weights, known, strict=True))
    slope = sum(w * (p - x) * (f1 - y) for w, (p, f1, _) in zip(weights, known, strict=True))
    slope /= spread
    rise = slope * (len(steps) - 1)
    span = f"from {steps[0]['name']} to {steps[-1]['name']}"
    if abs(slope) * sqrt(spread) < SIGNIFICANT:
        return "open", f"no clear change {span}"
    if slope > 0:
        return "good", f"yes: up by {rise:.2f} {span}"
    return "poor", f"no: down by {-rise:.2f} {span}"


def problems(figures: Figures) -> list[Problem]:
    """The weakest kind of work, label and person, and the commonest confusion."""
    found = [_of_work(figures), _of_label(figures), _of_confusion(figures), _of_person(figures)]
    return [one for one in found if one is not None]


def strict(figures: Figures) -> list[Mapping[str, Any]]:
    """The strict measures of entities, triggers, roles and attributes that are defined."""
    by_name = {row["measure"]: row for row in figures["measures"] if row["how"] == "strict"}
    return [by_name[n] for n in _MEASURES if n in by_name and by_name[n]["f1"] is not None]


def _of_work(figures: Figures) -> Problem | None:
    known = [row for row in strict(figures) if row["n"] >= FEW]
    if len(known) < 2:
        return None
    row = min(known, key=lambda row: row["f1"])
    others = ", ".join(f"{r['measure']} {r['f1']:.2f}" for r in known if r is not row)
    return Problem("kind of work", row["measure"], *_figure(row["f1"]), others, "measures")


def _of_label(figures: Figures) -> Problem | None:
    rows = [
        row
        for layer in ("entity", "event")
        for row in label_rows(figures, layer)
        if row["n"] >= FEW and row["f1"] < 1
    ]
    if not rows:
        return None
    row = min(rows, key=lambda row: (row["f1"], row["label"]))
    apart = round(row["n"] * 2 * (1 - row["f1"]) / (2 - row["f1"]))
    words = f"{apart:,} of {row['n']:,} are not the same"
    target = f"label={quote(row['label'])}"
    return Problem("label", row["label"], *_figure(row["f1"]), words, target)


def _of_confusion(figures: Figures) -> Problem | None:
    best: tuple[int, str, str] | None = None
    for matrix in figures["confusion"].values():
        names, counts = matrix["labels"], matrix["counts"]
        real = [i for i in confused(names, counts) if names[i] != "none"]
        for i in real:
            for j in (j for j in real if j < i):
                if counts[i][j] and (best is None or counts[i][j] > best[0]):
                    best = (counts[i][j], names[j], names[i])
    if best is None:
        return None
    times, one, other = best
    words = "the labels that two readings confuse most"
    target = f"kind=label&label={quote(f'{one},{other}')}"
    return Problem("confusion", f"{one} or {other}", f"{times:,}×", "open", words, target)


def _of_person(figures: Figures) -> Problem | None:
    people = figures["annotators"]
    if len(people) < 3:
        words = "of two annotators no figure tells which one is wrong"
        return Problem("person", "either one", "", "open", words, "disagreements")
    short = short_names(people)
    ranked = []
    for name in people:
        own = _pooled(pair for pair in figures["pairs"] if name in pair["annotators"])
        rest = _pooled(pair for pair in figures["pairs"] if name not in pair["annotators"])
        if own and rest:
            ranked.append((own[0] - rest[0], sqrt(own[1] ** 2 + rest[1] ** 2), name, own, rest))
    if not ranked:
        return None
    apart, error, name, own, rest = min(ranked)
    words = f"with the others; they have {rest[0]:.2f} among themselves"
    if apart > -SIGNIFICANT * error:
        words = "the differences between annotators may be chance"
        return Problem("person", "nobody stands out", "", "open", words, "pairs")
    return Problem("person", short[name], *_figure(own[0]), words, "pairs")


def _figure(f1: float) -> tuple[str, Level]:
    """An F1 in words, and where it lies."""
    level: Level = "poor" if f1 < TENTATIVE else "fair" if f1 < RELIABLE else "open"
    return f"{f1:.2f}", level


def _pooled(pairs: Iterable[Mapping[str, Any]]) -> tuple[float, float] | None:
    """Mean F1 of pairs and its standard error, weighted by the spans that they compared."""
    known = [pair for pair in pairs if pair["spans"] is not None and pair.get("n", 0) >= FEW]
    total = sum(pair["n"] for pair in known)
    if not total:
        return None
    mean = sum(pair["n"] * pair["spans"] for pair in known) / total
    squares = sum((pair["n"] * _error({**pair, "f1": pair["spans"]})) ** 2 for pair in known)
    return mean, sqrt(squares) / total


def _error(row: Mapping[str, Any]) -> float:
    """The standard error of an F1; of few stories a bootstrap says too little of it."""
    width = 0.0 if row["low"] is None else row["high"] - row["low"]
    f1, n = row["f1"], row["n"]
    return max(width / _WIDE, sqrt(f1 * (1 - f1) / n), 0.005)


def topics(figures: Figures, most: int = TOPICS) -> list[Topic]:
    """The confusions that come up most often, each once."""
    found: dict[tuple[object, ...], Topic] = {}
    for number, one in enumerate(figures["disagreements"], start=1):
        labels = labels_of(one)
        surfaces = _surfaces(one)
        shown = surfaces if one["kind"] in ("missed", "boundary") else ()
        key = (one["kind"], one["layer"], labels, one["times"], one.get("event"), shown)
        if key not in found and len(found) < most:
            question = _question(one, labels)
            topic = Topic(question, surfaces, one["times"], number, one["kind"], labels)
            found[key] = topic
    return list(found.values())


def labels_of(one: Mapping[str, Any]) -> tuple[str, ...]:
    """The labels (or roles, or values) that a disagreement is about, each once."""
    return tuple(sorted({view["label"] for view in one["readings"] if view is not None}))


def _question(one: Mapping[str, Any], labels: Sequence[str]) -> str:
    name, is_value, _ = labels[0].partition("=")
    either = " or ".join(label.partition("=")[2] if is_value else label for label in labels)
    match one["kind"]:
        case "boundary":
            return f"{either}: where does it begin and end?"
        case "missed":
            return f"{either}: to be marked, or not?"
        case "attribute":
            return f"{name}: {either}?"
        case "role":
            event = f" of {one['event']}" if one.get("event") else ""
            return f"{either}{event}{' or no role' if one['without'] else ''}?"
        case _:
            return f"{either}?"


def _surfaces(one: Mapping[str, Any]) -> tuple[str, ...]:
    """What is read differently, as it stands in the text; none where texts are left out."""
    found = [view["text"] for view in one["readings"] if view is not None and view["text"]]
    return tuple(dict.fromkeys(found))[:2]
