"""Which spans of two readings share characters, and which belong together; for all texts at once.

The same choice as `annotate.agreement.matching` makes for one text: as many pairs as can be, among
those the largest overlap, and where that is equal, too, the most pairs of one label.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from annotate.agreement.matching import Pair, assign

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

_LABEL_BONUS = 1e-7  # below any difference of two sums of overlaps that the texts allow


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Spans as columns.

    Attributes:
        place: what a span must have in common with its partner: the text, or text and label.
        start, end: offsets in the text (code points, half open).
    """

    place: Ints
    start: Ints
    end: Ints

    def __len__(self) -> int:
        return len(self.place)


@dataclass(frozen=True, slots=True, eq=False)
class Edges:
    """Possible pairs: row `left` of one side, row `right` of the other, and the overlap, (0, 1]."""

    left: Ints
    right: Ints
    weight: Floats

    def only(self, keep: Bools) -> Edges:
        return Edges(self.left[keep], self.right[keep], self.weight[keep])


def edges(left: Places, right: Places) -> Edges:
    """All pairs that share a character; the weight is the Jaccard index of their characters."""
    if not len(left) or not len(right):
        none = np.zeros(0, dtype=np.int64)
        return Edges(none, none, np.zeros(0))
    longest = int(max((right.end - right.start).max(), 1))
    # Each place has a stretch of its own on one line, with a gap that no span bridges.
    stride = int(max(left.end.max(), right.end.max())) + longest + 1
    begin = right.place * stride + right.start
    order = np.argsort(begin, kind="stable")
    begin = begin[order]
    start, end = left.place * stride + left.start, left.place * stride + left.end
    low = np.searchsorted(begin, start - longest, side="right")
    high = np.searchsorted(begin, end, side="left")
    # An empty span at the very start of the line can leave high below low.
    size = np.maximum(high - low, 0)
    a = np.repeat(np.arange(len(left)), size)
    b = order[ranges(low, size)]
    shared = np.minimum(left.end[a], right.end[b]) - np.maximum(left.start[a], right.start[b])
    a, b, shared = a[shared > 0], b[shared > 0], shared[shared > 0]
    union = np.maximum(left.end[a], right.end[b]) - np.minimum(left.start[a], right.start[b])
    return Edges(a, b, shared / union)


def ranges(start: Ints, size: Ints) -> Ints:
    """start[0], start[0] + 1, ... (size[0] of them), start[1], ...: many ranges in one array."""
    first = np.cumsum(size) - size
    found: Ints = np.arange(int(size.sum())) + np.repeat(start - first, size)
    return found


def matched(found: Edges, same: Bools | None = None) -> Edges:
    """The one-to-one choice among possible pairs.

    Args:
        same: for each edge, whether both have one label (decides between equal overlaps).
    """
    if not len(found.left):
        return found
    weight = found.weight if same is None else found.weight + _LABEL_BONUS * same
    weight = weight / (1 + _LABEL_BONUS)
    lefts, rights = _degree(found.left), _degree(found.right)
    chosen = (lefts == 1) & (rights == 1)
    rest = np.flatnonzero(~chosen)
    if len(rest):
        chosen[_of_components(found.left[rest], found.right[rest], weight[rest], rest)] = True
    return found.only(chosen)


def _degree(side: Ints) -> Ints:
    found: Ints = np.bincount(side)[side]
    return found


def _of_components(left: Ints, right: Ints, weight: Floats, edge: Ints) -> Ints:
    """The chosen ones of edges whose ends have other edges, too, one component at a time."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    _, a = np.unique(left, return_inverse=True)
    _, b = np.unique(right, return_inverse=True)
    size = int(a.max()) + int(b.max()) + 2
    graph = coo_array((np.ones(len(a)), (a, b + a.max() + 1)), shape=(size, size))
    component = connected_components(graph, directed=False)[1][a]
    # Of a star (one span that several of the other side touch) the heaviest edge is taken.
    a_count = _distinct(component, a)
    b_count = _distinct(component, b)
    star = (a_count == 1) | (b_count == 1)
    order = np.lexsort((b, a, -weight, component))
    order = order[star[order]]
    heaviest = order[np.unique(component[order], return_index=True)[1]]
    chosen = [edge[heaviest]]
    others = np.flatnonzero(~star)
    by_pair = {(int(left[i]), int(right[i])): int(edge[i]) for i in others}
    pairs = [Pair(int(left[i]), int(right[i]), float(weight[i])) for i in others]
    chosen.append(np.array([by_pair[pair] for pair in assign(pairs)], dtype=np.int64))
    return np.concatenate(chosen)


def _distinct(component: Ints, node: Ints) -> Ints:
    """For each edge, how many nodes of this side its component has; a node has one component."""
    first = np.unique(node, return_index=True)[1]
    return np.bincount(component[first], minlength=int(component.max()) + 1)[component]
