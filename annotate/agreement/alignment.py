"""The best alignment of several annotators' units, for many continua at once.

Mathet, Widlöcher and Métivier 2015, The unified and holistic method gamma for inter-annotator
agreement measure and alignment (Computational Linguistics 41:3), sections 4 and 5.

A unitary alignment takes one unit, or none, of each of n annotators; its disorder is the mean, over
the C = n (n - 1) / 2 pairs of annotators, of the two units' dissimilarity, or of delta where one is
missing. An alignment has each unit in exactly one unitary alignment; its disorder is the sum of
theirs over the mean number of units of an annotator. The best alignment has the least disorder.

Dissimilarity of units u and v (b, e: begin, end; l: length; c: category):

    d(u, v) = alpha delta ((|b_u - b_v| + |e_u - e_v|) / (l_u + l_v))^2 + beta delta [c_u != c_v]

Exact, and quick because little is left to solve. A unit alone costs delta, so what k units gain by
being together is k delta - disorder. Being together must gain more than being apart: against the
others of its unitary alignment a unit's dissimilarities must add up to less than (k - 1 + C) delta.
The few unitary alignments for which that holds are the columns of a set packing problem. Its linear
relaxation is solved for all continua together; where that gives fractions, and only in those
connected parts, the integer program is solved (HiGHS).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from annotate.agreement.overlaps import ranges

if TYPE_CHECKING:
    from scipy.sparse import csc_array

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Continuum = Sequence[Floats]  # for each annotator (units, 3): begin, end, number of the category

_BLOCK = 4_000  # columns in one linear program, about; it costs more than in proportion
_FEW = 14  # columns that are tried one by one
_WHOLE = 1e-6


@dataclass(frozen=True, slots=True)
class Dissimilarity:
    """Weights of position (alpha) and category (beta), and the cost of a missing unit (delta)."""

    alpha: float = 3.0
    beta: float = 1.0
    delta: float = 1.0

    def between(self, one: Floats, other: Floats) -> Floats:
        """Dissimilarities of units, shapes (..., 3) each, of which the first axes go together."""
        moved = np.abs(one[..., :2] - other[..., :2]).sum(axis=-1)
        sizes = one[..., 1] - one[..., 0] + other[..., 1] - other[..., 0]
        differ = one[..., 2] != other[..., 2]
        found: Floats = self.delta * (self.alpha * (moved / sizes) ** 2 + self.beta * differ)
        return found


@dataclass(frozen=True, slots=True)
class Alignment:
    """A best alignment.

    Attributes:
        disorder: over the mean number of units of an annotator.
        cost: the sum of its unitary alignments' disorders.
        units: unitary alignments.
    """

    disorder: float
    cost: float
    units: int


@dataclass(frozen=True, slots=True, eq=False)
class _Columns:
    """Unitary alignments of two and more units that may gain something.

    Attributes:
        gain: what each saves against its units alone.
        unit: shape (columns, annotators): the unit's number in the continuum, or -1.
        size: units of the continuum.
    """

    gain: Floats
    unit: Ints
    size: int


def best(continua: Sequence[Continuum], how: Dissimilarity) -> list[Alignment]:
    """The best alignment of each continuum, of two or more annotators and one or more units."""
    found: list[Alignment] = []
    block: list[tuple[int, _Columns]] = []
    for number, continuum in enumerate(continua):
        block.append((len(continuum), _columns(continuum, how)))
        if number + 1 == len(continua) or sum(len(part.gain) for _, part in block) > _BLOCK:
            chosen = _chosen([part for _, part in block])
            found += [
                _alignment(annotators, part, one, how)
                for (annotators, part), one in zip(block, chosen, strict=True)
            ]
            block.clear()
    return found


def _alignment(
    annotators: int, part: _Columns, chosen: npt.NDArray[np.bool_], how: Dissimilarity
) -> Alignment:
    cost = part.size * how.delta - float(part.gain[chosen].sum())
    together = int((part.unit[chosen] >= 0).sum())
    units = part.size - together + int(chosen.sum())
    return Alignment(cost * annotators / part.size, cost, units)


def _columns(continuum: Continuum, how: Dissimilarity) -> _Columns:
    n = len(continuum)
    pairs = n * (n - 1) / 2
    sizes = [len(units) for units in continuum]
    first = np.cumsum([0, *sizes])
    units = np.concatenate(list(continuum))
    limit = (n - 1 + pairs) * how.delta
    gains, members = [], []
    for start in range(n - 1):
        # Tuples whose first unit is one of annotator `start`; they grow by an annotator at a time.
        own = np.arange(first[start], first[start + 1])
        found: Ints = np.full((len(own), n), -1, dtype=np.int64)
        found[:, start] = own
        sums: Floats = np.zeros((len(own), n))  # of each unit's dissimilarities to the others
        for annotator in range(start + 1, n):
            more, further = _extended(found, sums, start, annotator, units, first, how, limit)
            found, sums = np.concatenate([found, more]), np.concatenate([sums, further])
        k = (found >= 0).sum(axis=1)
        worth = (k > 1) & (sums < ((k - 1 + pairs) * how.delta)[:, None]).all(axis=1)
        found, sums, k = found[worth], sums[worth], k[worth]
        missing = pairs - k * (k - 1) / 2
        gain = k * how.delta - (sums.sum(axis=1) / 2 + missing * how.delta) / pairs
        gains.append(gain[gain > 0])
        members.append(found[gain > 0])
    return _Columns(np.concatenate(gains), np.concatenate(members), len(units))


def _extended(
    found: Ints,
    sums: Floats,
    start: int,
    annotator: int,
    units: Floats,
    first: Ints,
    how: Dissimilarity,
    limit: float,
) -> tuple[Ints, Floats]:
    """The tuples with one more unit, of this annotator, that may still be worth it."""
    mine, theirs = (
        units[first[start] : first[start + 1]],
        units[first[annotator] : first[annotator + 1]],
    )
    near_mine, near_theirs = np.nonzero(how.between(mine[:, None], theirs[None]) < limit)
    count = np.bincount(near_mine, minlength=len(mine))
    begin = np.cumsum(count) - count
    of = found[:, start] - first[start]
    rows = np.repeat(np.arange(len(found)), count[of])
    added = first[annotator] + near_theirs[ranges(begin[of], count[of])]
    more, further = found[rows], sums[rows]
    for other in range(start, annotator):
        there = more[:, other] >= 0
        d = np.zeros(len(more))
        d[there] = how.between(units[more[there, other]], units[added[there]])
        further[:, other] += d
        further[:, annotator] += d
    more[:, annotator] = added
    keep = (further < limit).all(axis=1)
    return more[keep], further[keep]


def _chosen(parts: Sequence[_Columns]) -> list[npt.NDArray[np.bool_]]:
    """Which columns the best alignment of each continuum has."""
    from scipy.optimize import linprog

    gain = np.concatenate([part.gain for part in parts])
    edges = np.cumsum([len(part.gain) for part in parts])[:-1]
    if not len(gain):
        return [np.zeros(0, dtype=bool) for _ in parts]
    matrix = _matrix(parts)
    relaxed = linprog(
        -gain, A_ub=matrix, b_ub=np.ones(matrix.shape[0]), bounds=(0, None), method="highs-ds"
    )
    if relaxed.status:
        raise RuntimeError(f"no alignment was found: {relaxed.message}")
    values = np.asarray(relaxed.x)
    fractions = (values > _WHOLE) & (values < 1 - _WHOLE)
    chosen = values > 0.5
    if fractions.any():
        for part in _connected(matrix, fractions):
            chosen[part] = _integer(gain[part], matrix[:, part])
    return np.split(chosen, edges)


def _matrix(parts: Sequence[_Columns]) -> csc_array:
    """Shape (units, columns): 1 where a column has a unit."""
    from scipy.sparse import csc_array

    offset = np.cumsum([0, *(part.size for part in parts)])
    members = [np.where(p.unit < 0, -1, p.unit + o) for p, o in zip(parts, offset, strict=False)]
    column = np.concatenate([[0], np.cumsum([len(m) for m in members])])
    rows, columns = [], []
    for number, member in enumerate(members):
        there = member >= 0
        rows.append(member[there])
        columns.append(np.nonzero(there)[0] + column[number])
    row, at = np.concatenate(rows), np.concatenate(columns)
    return csc_array((np.ones(len(row)), (row, at)), shape=(int(offset[-1]), int(column[-1])))


def _connected(matrix: csc_array, marked: npt.NDArray[np.bool_]) -> list[Ints]:
    """The columns of each part, connected by units in common, that has a marked one."""
    from scipy.sparse.csgraph import connected_components

    _, component = connected_components(matrix.T @ matrix, directed=False)
    wanted = np.flatnonzero(np.isin(component, component[marked]))
    wanted = wanted[np.argsort(component[wanted], kind="stable")]
    return np.split(wanted, np.flatnonzero(np.diff(component[wanted])) + 1)


def _integer(gain: Floats, matrix: csc_array) -> npt.NDArray[np.bool_]:
    """The columns of the set packing that gains most."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    if len(gain) <= _FEW:
        return _searched(gain, matrix)
    used = np.unique(matrix.indices)
    found = milp(
        -gain,
        constraints=LinearConstraint(matrix.tocsr()[used], -np.inf, 1),
        bounds=Bounds(0, 1),
        integrality=np.ones(len(gain)),
        options={"mip_rel_gap": 0},
    )
    if found.x is None:
        raise RuntimeError(f"no alignment was found: {found.message}")
    chosen: npt.NDArray[np.bool_] = np.asarray(found.x) > 0.5
    return chosen


def _searched(gain: Floats, matrix: csc_array) -> npt.NDArray[np.bool_]:
    """The same by trying: quicker than to set up a program of a few columns."""
    order = np.argsort(-gain, kind="stable")
    units = [frozenset(matrix.indices[matrix.indptr[i] : matrix.indptr[i + 1]]) for i in order]
    values = gain[order].tolist()
    left = np.append(np.cumsum(gain[order][::-1])[::-1], 0).tolist()
    most = 0.0
    chosen: tuple[int, ...] = ()

    def search(at: int, taken: frozenset[int], gained: float, picked: tuple[int, ...]) -> None:
        nonlocal most, chosen
        if gained > most:
            most, chosen = gained, picked
        if at == len(values) or gained + left[at] <= most:
            return
        if not taken & units[at]:
            search(at + 1, taken | units[at], gained + values[at], (*picked, at))
        search(at + 1, taken, gained, picked)

    search(0, frozenset(), 0.0, ())
    found = np.zeros(len(gain), dtype=bool)
    found[order[list(chosen)]] = True
    return found
