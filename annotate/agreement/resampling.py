"""How well an F1 is known: 95 % intervals by bootstrap over story groups.

Percentile bootstrap (Efron and Tibshirani 1993, An Introduction to the Bootstrap, chapter 13): as
many groups as there are drawn with replacement, a thousand times; counts are summed over each
resample, F1 is taken of the sums, and the interval goes from the 2.5th to the 97.5th percentile.
Articles of one story are no independent evidence, so whole groups are drawn.

Drawing n of n groups is a multinomial draw of how often each one comes, so that all resamples of
all measures are one product of matrices: weights (resamples, groups) by counts (groups, measures).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from annotate.agreement.counting import Sums
from annotate.agreement.matching import Counts

RESAMPLES = 1000
LEAST_GROUPS = 20  # below this a bootstrap says too little for a verdict in words
FEW = 10  # spans, below which a label's F1 is not worth much
SEED = 1
_BLOCK = 2_000_000  # weights in memory at a time

Floats = npt.NDArray[np.float64]
Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Estimate:
    """An F1 and how well it is known.

    Attributes:
        counts: summed over all groups.
        groups: story groups with a comparison: what is resampled.
        low, high: the 95 % interval; None with a reason.
        reason: why f1, or its interval, is None.
    """

    counts: Counts
    groups: int
    low: float | None = None
    high: float | None = None
    reason: str | None = None

    @property
    def f1(self) -> float | None:
        return self.counts.f1

    @property
    def n(self) -> int:
        """What was compared: matched pairs, and whatever only one of two annotators has."""
        return self.counts.tp + self.counts.fp + self.counts.fn

    @property
    def few(self) -> bool:
        """Whether it is a figure of so few that it should be drawn in grey."""
        return self.n < FEW

    @property
    def no_verdict(self) -> str | None:
        """Why there is nothing to be said in words; None if there is."""
        if self.f1 is None:
            return self.reason
        if self.groups < LEAST_GROUPS:
            stories = "1 story" if self.groups == 1 else f"{self.groups} stories"
            return f"{stories}; {LEAST_GROUPS} are needed for a verdict"
        return None


def estimates(
    sums: Sums, *, resamples: int = RESAMPLES, seed: int = SEED
) -> dict[tuple[str, ...], Estimate]:
    """F1 with its interval for each key of a table's sums, in their order."""
    found = intervals(sums.counts, resamples=resamples, seed=seed)
    totals = sums.totals.items()
    groups = len(sums.counts)
    return {
        key: _estimate(counts, groups, interval)
        for (key, counts), interval in zip(totals, found, strict=True)
    }


def estimate(
    groups: Sequence[Counts] | Mapping[str, Counts],
    *,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> Estimate:
    """F1 with its interval, of counts by story group."""
    rows = list(groups.values() if isinstance(groups, Mapping) else groups)
    counts = np.array([(c.tp, c.fp, c.fn) for c in rows], dtype=np.float64).reshape(-1, 1, 3)
    (found,) = intervals(counts, resamples=resamples, seed=seed)
    return _estimate(sum(rows, start=Counts()), len(rows), found)


def macro(found: Mapping[tuple[str, ...], Estimate]) -> float | None:
    """The mean F1 of labels, each counting alike; None if none is defined."""
    values = [one.f1 for one in found.values() if one.f1 is not None]
    return sum(values) / len(values) if values else None


def intervals(
    counts: npt.NDArray[np.float64], *, resamples: int = RESAMPLES, seed: int = SEED
) -> list[Interval | None]:
    """95 % intervals of F1, one for each measure; None where no resample has any.

    Args:
        counts: shape (groups, measures, 3): tp, fp, fn. Resamples in which a measure has nothing
            are left out for it, as its F1 is not defined there.
    """
    both = np.ascontiguousarray(2 * counts[:, :, 0])
    total = both + counts[:, :, 1] + counts[:, :, 2]
    values = [np.empty((0, counts.shape[1]))]
    for weights in drawn(len(counts), resamples=resamples, seed=seed):
        below, above = weights @ total, weights @ both
        values.append(np.divide(above, below, out=np.full(above.shape, np.nan), where=below > 0))
    return percentiles(np.concatenate(values))


def drawn(groups: int, *, resamples: int = RESAMPLES, seed: int = SEED) -> Iterator[Floats]:
    """How often each group comes in each resample, shape (some resamples, groups), block by block.

    The same for all figures that are of as many groups; nothing of a single group, which does not
    tell how anything varies.
    """
    if groups < 2:
        return
    generator = np.random.default_rng(seed)
    rows = max(1, _BLOCK // groups)
    for start in range(0, resamples, rows):
        size = min(rows, resamples - start)
        yield generator.multinomial(groups, np.full(groups, 1 / groups), size).astype(float)


def percentiles(values: Floats) -> list[Interval | None]:
    """The 2.5th and the 97.5th percentile of each column; None where a column has no figure.

    Args:
        values: shape (resamples, figures); NaN, where a resample leaves a figure undefined, does
            not count.
    """
    found: list[Interval | None] = []
    for column in values.T:
        defined = column[~np.isnan(column)]
        if len(defined):
            low, high = np.percentile(defined, [2.5, 97.5])
            found.append((float(low), float(high)))
        else:
            found.append(None)
    return found


def _estimate(counts: Counts, groups: int, interval: Interval | None) -> Estimate:
    if counts.f1 is None:
        reason = "neither annotator has marked any" if groups else "no text has two annotators"
        return Estimate(counts, groups, reason=reason)
    if interval is None:
        return Estimate(counts, groups, reason="one story: there is no telling how it varies")
    return Estimate(counts, groups, *interval)
