"""Optimal one-to-one matching of spans and of argument roles.

Greedy matching gives another F1 when predictions are re-ordered; here the number of matched pairs
is the largest possible, and among those the overlap is, so that order never matters.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from annotate.spans import Annotation, Span

How = Literal["strict", "overlap"]


@dataclass(frozen=True, slots=True)
class Counts:
    """Matches and misses; the ratios are derived and are None where they are undefined.

    Attributes:
        tp: matched pairs.
        fp: predicted items without a partner.
        fn: gold items without a partner.
    """

    tp: int = 0
    fp: int = 0
    fn: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.tp + other.tp, self.fp + other.fp, self.fn + other.fn)

    @property
    def precision(self) -> float | None:
        """tp / (tp + fp)."""
        return self.tp / (self.tp + self.fp) if self.tp + self.fp else None

    @property
    def recall(self) -> float | None:
        """tp / (tp + fn)."""
        return self.tp / (self.tp + self.fn) if self.tp + self.fn else None

    @property
    def f1(self) -> float | None:
        """2 tp / (2 tp + fp + fn), the harmonic mean of precision and recall."""
        total = 2 * self.tp + self.fp + self.fn
        return 2 * self.tp / total if total else None

    @property
    def reason(self) -> str | None:
        """Why some ratio is undefined, or None if all are defined."""
        if not self.tp + self.fp + self.fn:
            return "neither side has any"
        if not self.tp + self.fp:
            return "nothing was predicted"
        return None if self.tp + self.fn else "gold has none"


class Pair(NamedTuple):
    """A possible match of item `left` with item `right`, and its weight in (0, 1]."""

    left: int
    right: int
    weight: float


def assign(pairs: Sequence[Pair]) -> list[tuple[int, int]]:
    """The one-to-one choice among possible pairs with the most pairs, then the largest weight.

    Solved exactly with the Hungarian method (scipy), for each connected component by itself.
    Returns (left, right) pairs in ascending order.
    """
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    chosen: list[tuple[int, int]] = []
    for component in _components(pairs):
        if len(component) == 1:
            chosen.append(component[0][:2])
            continue
        lefts = sorted({pair.left for pair in component})
        rights = sorted({pair.right for pair in component})
        rows = {left: row for row, left in enumerate(lefts)}
        columns = {right: column for column, right in enumerate(rights)}
        weights = np.zeros((len(lefts), len(rights)))
        # One more pair always outweighs any gain in overlap: all bonuses together stay below 1.
        bonus = 1 / (min(weights.shape) + 1)
        for pair in component:
            weights[rows[pair.left], columns[pair.right]] = 1 + pair.weight * bonus
        for row, column in zip(*linear_sum_assignment(weights, maximize=True), strict=True):
            if weights[row, column] > 0:
                chosen.append((lefts[row], rights[column]))
    return sorted(chosen)


def _components(pairs: Sequence[Pair]) -> list[list[Pair]]:
    by_node: dict[tuple[str, int], list[Pair]] = defaultdict(list)
    for pair in sorted(pairs):
        by_node["left", pair.left].append(pair)
        by_node["right", pair.right].append(pair)
    components: list[list[Pair]] = []
    seen: set[tuple[str, int]] = set()
    for node in by_node:
        if node in seen:
            continue
        seen.add(node)
        found: set[Pair] = set()
        queue = [node]
        while queue:
            for pair in by_node[queue.pop()]:
                found.add(pair)
                for neighbour in (("left", pair.left), ("right", pair.right)):
                    if neighbour not in seen:
                        seen.add(neighbour)
                        queue.append(neighbour)
        components.append(sorted(found))
    return components


def overlap(a: Span, b: Span) -> float:
    """Jaccard index of two spans' characters: shared code points over all code points."""
    shared = min(a.end, b.end) - max(a.start, b.start)
    return max(0, shared) / (max(a.end, b.end) - min(a.start, b.start))


def overlapping(left: Sequence[Span], right: Sequence[Span]) -> list[Pair]:
    """All pairs of spans that share at least one character, by a sweep over the text."""
    events = sorted(
        [(span.start, 0, index) for index, span in enumerate(left)]
        + [(span.start, 1, index) for index, span in enumerate(right)]
    )
    sides = (left, right)
    active: tuple[list[int], list[int]] = ([], [])
    pairs: list[Pair] = []
    for start, side, index in events:
        other = 1 - side
        active[other][:] = [i for i in active[other] if sides[other][i].end > start]
        for partner in active[other]:
            a, b = (index, partner) if side == 0 else (partner, index)
            weight = overlap(left[a], right[b])
            if weight > 0:  # an empty span shares nothing
                pairs.append(Pair(a, b, weight))
        active[side].append(index)
    return pairs


def count_spans(
    predicted: Iterable[Span], gold: Iterable[Span], how: How, *, typed: bool = True
) -> dict[str, Counts]:
    """Counts by label; with `typed=False` labels are ignored and the one key is "*".

    strict: both offsets are equal. overlap: the spans share at least one character.
    """
    groups: dict[str, tuple[list[Span], list[Span]]] = defaultdict(lambda: ([], []))
    for side, spans in enumerate((predicted, gold)):
        for span in spans:
            groups[span.label if typed else "*"][side].append(span)
    counts = {}
    for label, (left, right) in sorted(groups.items()):
        if how == "strict":
            tp = _shared([(s.start, s.end) for s in left], [(s.start, s.end) for s in right])
        else:
            tp = len(assign(overlapping(left, right)))
        counts[label] = Counts(tp, len(left) - tp, len(right) - tp)
    return counts


class Argument(NamedTuple):
    """A role with the spans that it joins."""

    head: Span
    tail: Span
    role: str


def arguments(annotation: Annotation) -> list[Argument]:
    """The roles of an annotation, in its order; every span that they name must be there."""
    spans = {span.id: span for span in annotation.spans}
    return [Argument(spans[r.head], spans[r.tail], r.role) for r in annotation.relations]


def count_roles(predicted: Annotation, gold: Annotation, how: How) -> dict[str, Counts]:
    """Counts of argument roles by role: trigger, role and filler must match.

    strict: the offsets of trigger and filler are equal. overlap: both share a character with
    their partner. The labels of trigger and filler are scored as triggers and entities, not here.
    """
    groups: dict[str, tuple[list[Argument], list[Argument]]] = defaultdict(lambda: ([], []))
    for side, annotation in enumerate((predicted, gold)):
        for argument in arguments(annotation):
            groups[argument.role][side].append(argument)
    counts = {}
    for role, (left, right) in sorted(groups.items()):
        if how == "strict":
            tp = _shared([strict_key(a) for a in left], [strict_key(a) for a in right])
        else:
            tp = len(assign(_overlapping_arguments(left, right)))
        counts[role] = Counts(tp, len(left) - tp, len(right) - tp)
    return counts


def strict_key(argument: Argument) -> tuple[int, int, int, int]:
    """Offsets of trigger and filler: what two arguments of one role must share to match."""
    head, tail = argument.head, argument.tail
    return (head.start, head.end, tail.start, tail.end)


def _overlapping_arguments(left: Sequence[Argument], right: Sequence[Argument]) -> list[Pair]:
    heads = overlapping([a.head for a in left], [a.head for a in right])
    tails = overlapping([a.tail for a in left], [a.tail for a in right])
    weights = {(pair.left, pair.right): pair.weight for pair in tails}
    return [
        Pair(pair.left, pair.right, (pair.weight + weights[pair.left, pair.right]) / 2)
        for pair in heads
        if (pair.left, pair.right) in weights
    ]


def _shared(left: Iterable[Hashable], right: Iterable[Hashable]) -> int:
    return (Counter(left) & Counter(right)).total()
