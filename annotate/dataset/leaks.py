"""How like two articles of different splits are at most: exact Jaccard indices of word triples."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, slots=True)
class Likeness:
    """Two articles by number, and the Jaccard index of their triples."""

    jaccard: float
    one: int
    other: int


def highest_of_all(triples: Sequence[Array], sides: Array) -> Likeness | None:
    """The likest two articles of different sides, of all pairs; None if no two share a triple.

    Args:
        triples: of each article, distinct.
        sides: below 0: the article does not count.
    """
    counted = np.flatnonzero(sides >= 0)
    if not len(counted):
        return None
    sizes = np.array([len(triples[number]) for number in counted.tolist()])
    owners = np.repeat(np.arange(len(counted)), sizes)
    values = np.concatenate([triples[number] for number in counted.tolist()])
    order = np.argsort(values, kind="stable")
    owners, values = owners[order], values[order]
    starts = np.flatnonzero(np.append(True, values[1:] != values[:-1])[: len(values)])
    ends = np.append(starts, len(values))[1:]
    common = np.zeros((len(counted), len(counted)), np.int32)
    for start, end in zip(starts[ends - starts > 1], ends[ends - starts > 1], strict=True):
        members = owners[start:end]
        common[np.ix_(members, members)] += 1
    mine = sides[counted]
    common[mine[:, None] == mine[None, :]] = 0
    either = sizes[:, None] + sizes[None, :] - common
    jaccard = common / np.maximum(either, 1)
    one, other = np.unravel_index(int(jaccard.argmax()), jaccard.shape)
    if not jaccard[one, other]:
        return None
    pair = sorted((int(counted[one]), int(counted[other])))
    return Likeness(float(jaccard[one, other]), *pair)


def highest_of(pairs: Iterable[tuple[int, int]], triples: Mapping[int, Array]) -> Likeness | None:
    """The likest of some pairs; None if none of them shares a triple."""
    found = [Likeness(_jaccard(triples[one], triples[other]), one, other) for one, other in pairs]
    best = max(found, key=lambda pair: (pair.jaccard, -pair.one, -pair.other), default=None)
    return best if best is not None and best.jaccard else None


def _jaccard(one: Array, other: Array) -> float:
    common = len(np.intersect1d(one, other, assume_unique=True))
    either = len(one) + len(other) - common
    return common / either if either else 0.0
