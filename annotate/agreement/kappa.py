"""Agreement beyond chance on units that each have one of several classes.

- Cohen 1960, A coefficient of agreement for nominal scales: two annotators, each with margins of
  their own; over several pairs the mean.
- Fleiss 1971, Measuring nominal scale agreement among many raters: margins of all together; here
  words may differ in how many annotators they have (at least two), each word counting alike.
- Krippendorff 2011, Computing Krippendorff's alpha-reliability: any number of annotators, corrected
  for small samples.

All three are 1 - disagreement observed / disagreement expected by chance, and undefined where
everybody uses one class only.

What they are computed from (annotate.agreement.nominal) adds up over texts, and is kept by story
group for the bootstrap's resamples.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np

from annotate.agreement import nominal
from annotate.agreement.nominal import Bools, Floats, Ints
from annotate.agreement.resampling import RESAMPLES, SEED, Interval, drawn, percentiles

ONE_CLASS = "all units are of one class, so that chance agrees on everything, too"
NO_PAIR = "no unit has two annotators"
NAMES = ("cohen", "fleiss", "alpha")


@dataclass(frozen=True, slots=True)
class Coefficients:
    """Chance-corrected agreement; None where undefined, for the reason given.

    Attributes:
        cohen: the mean over pairs of annotators in which it is defined.
        n: of a label: words to which at least one annotator gave it, counted once for each pair; of
            a layer: words with two annotators.
        intervals: of 95 %, by the names in `NAMES`; empty where they were not asked for.
    """

    cohen: float | None = None
    fleiss: float | None = None
    alpha: float | None = None
    n: int = 0
    reason: str | None = None
    intervals: Mapping[str, Interval | None] = field(default_factory=dict)


class NominalSums:
    """What the coefficients are computed from, summed over texts, by story group."""

    def __init__(self, classes: int) -> None:
        self._size = classes
        self._groups: dict[str, Floats] = {}
        self._pairs: dict[tuple[str, str], dict[str, Floats]] = {}

    def add(
        self,
        names: Sequence[str],
        classes: Ints,
        *,
        group: str = "",
        known: Bools | None = None,
    ) -> None:
        """Adds units that all of these annotators rated.

        Args:
            classes: shape (annotators, units).
            group: the story that they are of.
            known: which classes all of them could choose; what the others are against the rest is
                not told by these units. None: all.
        """
        k = self._size
        mask = np.ones(k, dtype=bool) if known is None else known
        for one, other in combinations(range(len(names)), 2):
            table = np.bincount(classes[one] * k + classes[other], minlength=k * k).reshape(k, k)
            own = self._pairs.setdefault((names[one], names[other]), {})
            own[group] = own.get(group, 0) + nominal.of_pair(table.astype(float), mask)
        units = classes.shape[1]
        places = np.arange(units) * k + classes
        counts = np.bincount(places.ravel(), minlength=units * k).reshape(units, k)
        self.add_counts(counts, group=group, known=mask)

    def add_counts(self, counts: Ints, *, group: str = "", known: Bools | None = None) -> None:
        """Adds units; counts: shape (units, classes), how many annotators said so."""
        mask = np.ones(self._size, dtype=bool) if known is None else known
        ratings = counts.sum(axis=1)
        found = nominal.of_units(counts[ratings > 1], mask)
        self._groups[group] = self._groups.get(group, 0) + found

    @property
    def used(self) -> Floats:
        """How many ratings each class has."""
        return self._total()[: self._size]

    def coefficients(
        self, groups: Sequence[str] = (), *, resamples: int = RESAMPLES, seed: int = SEED
    ) -> list[Coefficients]:
        """All coefficients: over all classes, then of each class against the rest.

        Args:
            groups: as `intervals` has them; without them there are no intervals.
        """
        k = self._size
        total, pairs = self._total(), list(self._summed().values())
        units = nominal.units(total, k)
        cohens = np.array([nominal.cohen(own) for own in pairs]).reshape(-1, k + 1)
        known = ~np.isnan(cohens)
        count = known.sum(axis=0)
        cohen = nominal.ratio(np.where(known, cohens, 0).sum(axis=0), count, count > 0)
        fleiss, alpha = nominal.fleiss(total, k), nominal.alpha(total, k)
        marked = sum((nominal.marked(own) for own in pairs), start=np.zeros(k))
        n = np.concatenate([units[:1], marked])
        ends = self.intervals(groups, resamples=resamples, seed=seed) if groups else None
        found = []
        for column in range(k + 1):
            if not units[column]:
                found.append(Coefficients(reason=NO_PAIR))
                continue
            one, two, three = (nominal.value_of(row[column]) for row in (cohen, fleiss, alpha))
            reason = ONE_CLASS if None in (one, two, three) else None
            interval = ends[column] if ends else {}
            found.append(Coefficients(one, two, three, int(n[column]), reason, interval))
        return found

    def by_pair(self) -> dict[tuple[str, str], float | None]:
        """Cohen's kappa of each pair of annotators, over all classes."""
        return {
            pair: nominal.value_of(nominal.cohen(own)[0])
            for pair, own in sorted(self._summed().items())
        }

    def intervals(
        self, groups: Sequence[str], *, resamples: int = RESAMPLES, seed: int = SEED
    ) -> list[dict[str, Interval | None]]:
        """95 % intervals by the name of the coefficient: of all classes, then of each class.

        Args:
            groups: all that are drawn from, those included of which nothing was added, in the order
                in which other figures have them: then all come of the same resamples.
        """
        k = self._size
        none = np.zeros(nominal.width(k))
        whole = np.stack([self._groups.get(group, none) for group in groups] or [none])
        place = {group: number for number, group in enumerate(groups)}
        pairs = [
            (np.array([place[group] for group in own]), np.stack(list(own.values())))
            for own in self._pairs.values()
        ]
        values: dict[str, list[Floats]] = {name: [] for name in NAMES}
        for weights in drawn(len(groups), resamples=resamples, seed=seed):
            sums = weights @ whole
            values["fleiss"].append(nominal.fleiss(sums, k))
            values["alpha"].append(nominal.alpha(sums, k))
            total, count = np.zeros((len(weights), k + 1)), np.zeros((len(weights), k + 1))
            for at, own in pairs:
                found = nominal.cohen(weights[:, at] @ own)
                total += np.nan_to_num(found)
                count += ~np.isnan(found)
            values["cohen"].append(nominal.ratio(total, count, count > 0))
        ends = {
            name: percentiles(np.concatenate([np.zeros((0, k + 1)), *values[name]]))
            for name in NAMES
        }
        return [{name: ends[name][column] for name in NAMES} for column in range(k + 1)]

    def _total(self) -> Floats:
        every = [np.zeros(nominal.width(self._size)), *self._groups.values()]
        return np.asarray(np.sum(every, axis=0))

    def _summed(self) -> dict[tuple[str, str], Floats]:
        return {pair: np.sum(list(own.values()), axis=0) for pair, own in self._pairs.items()}
