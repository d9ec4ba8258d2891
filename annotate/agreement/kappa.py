"""Agreement beyond chance on units that each have one of several classes.

- Cohen 1960, A coefficient of agreement for nominal scales: two annotators, each with margins of
  their own; over several pairs the mean.
- Fleiss 1971, Measuring nominal scale agreement among many raters: margins of all together; here
  words may differ in how many annotators they have (at least two), each word counting alike.
- Krippendorff 2011, Computing Krippendorff's alpha-reliability: any number of annotators, corrected
  for small samples.

All three are 1 - disagreement observed / disagreement expected by chance, and undefined where
everybody uses one class only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

ONE_CLASS = "all units are of one class, so that chance agrees on everything, too"
NO_PAIR = "no unit has two annotators"


def cohen_kappa(table: npt.ArrayLike) -> float | None:
    """Cohen's kappa: (p_o - p_e) / (1 - p_e), p_e = sum of products of the margins.

    Args:
        table: shape (k, k): how often the first said i and the second j.

    >>> round(cohen_kappa([[88, 14, 18], [10, 40, 10], [2, 6, 12]]), 3)  # Cohen 1960, table 1
    0.492
    """
    counts = np.asarray(table, dtype=np.float64)
    n = counts.sum()
    chance = float(counts.sum(axis=0) @ counts.sum(axis=1))
    # In counts: 1 - p_e is exactly zero where everybody uses one class.
    return float((n * np.trace(counts) - chance) / (n * n - chance)) if n * n > chance else None


def fleiss_kappa(counts: npt.ArrayLike) -> float | None:
    """Fleiss' kappa; units with fewer than two ratings are left out.

    Args:
        counts: shape (units, k): how many annotators gave the unit each class.

    >>> fleiss_kappa([[2, 0], [0, 2]])
    1.0
    """
    found = NominalSums(np.asarray(counts).shape[1])
    found.add_counts(np.asarray(counts))
    return found.fleiss(None)


def krippendorff_alpha(counts: npt.ArrayLike) -> float | None:
    """Krippendorff's alpha with the nominal metric; units with one rating are left out.

    Args:
        counts: shape (units, k): how many annotators gave the unit each class.

    >>> krippendorff_alpha([[2, 0], [0, 2]])
    1.0
    """
    found = NominalSums(np.asarray(counts).shape[1])
    found.add_counts(np.asarray(counts))
    return found.alpha(None)


@dataclass(frozen=True, slots=True)
class Coefficients:
    """Chance-corrected agreement; None where undefined, for the reason given.

    Attributes:
        cohen: the mean over pairs of annotators in which it is defined.
        n: of a label: words to which at least one annotator gave it, counted once for each pair; of
            a layer: words with two annotators.
    """

    cohen: float | None = None
    fleiss: float | None = None
    alpha: float | None = None
    n: int = 0
    reason: str | None = None


class NominalSums:
    """What the coefficients are computed from, summed over texts.

    Attributes:
        pairs: for each two annotators how often the first said i and the second j, shape (k, k).
        used: how many ratings each class has.
    """

    def __init__(self, classes: int) -> None:
        self.pairs: dict[tuple[str, str], Ints] = {}
        self.used: Ints = np.zeros(classes, dtype=np.int64)
        self._units = 0
        self._coincidences: Floats = np.zeros((classes, classes))
        # By class: mean share of agreeing pairs of ratings, if it is told from the rest only.
        self._agreeing: Floats = np.zeros(classes)
        self._all_agreeing = 0.0

    def add(self, names: Sequence[str], classes: Ints) -> None:
        """Adds units that all of these annotators rated; classes: shape (annotators, units)."""
        k = len(self.used)
        for one, other in combinations(range(len(names)), 2):
            table = np.bincount(classes[one] * k + classes[other], minlength=k * k).reshape(k, k)
            pair = (names[one], names[other])
            self.pairs[pair] = self.pairs.get(pair, np.zeros((k, k), dtype=np.int64)) + table
        units = classes.shape[1]
        places = np.arange(units) * k + classes
        self.add_counts(np.bincount(places.ravel(), minlength=units * k).reshape(units, k))

    def add_counts(self, counts: Ints) -> None:
        """Adds units; counts: shape (units, classes), how many annotators said so."""
        ratings = counts.sum(axis=1)
        counts, ratings = counts[ratings > 1], ratings[ratings > 1]
        self._units += len(counts)
        self.used = self.used + counts.sum(axis=0)
        weights = 1 / (ratings - 1)
        weighted = counts * weights[:, None]
        self._coincidences += weighted.T @ counts - np.diag(weighted.sum(axis=0))
        pairs = (weights / ratings)[:, None]
        rest = ratings[:, None] - counts
        same = counts * (counts - 1)
        self._agreeing += ((same + rest * (rest - 1)) * pairs).sum(axis=0)
        self._all_agreeing += float((same * pairs).sum())

    def coefficients(self, one: int | None) -> Coefficients:
        """All coefficients, over all classes or for one class against the rest."""
        if not self._units:
            return Coefficients(reason=NO_PAIR)
        kappas = [cohen_kappa(_against_rest(table, one)) for table in self.pairs.values()]
        defined = [kappa for kappa in kappas if kappa is not None]
        fleiss, alpha = self.fleiss(one), self.alpha(one)
        n = self._units if one is None else self._marked(one)
        cohen = sum(defined) / len(defined) if defined else None
        reason = ONE_CLASS if None in (cohen, fleiss, alpha) else None
        return Coefficients(cohen, fleiss, alpha, n, reason)

    def _marked(self, one: int) -> int:
        return sum(int(t[one].sum() + t[:, one].sum() - t[one, one]) for t in self.pairs.values())

    def fleiss(self, one: int | None) -> float | None:
        """(P - P_e) / (1 - P_e): P the mean share of agreeing pairs, P_e the sum of squares of the
        shares of classes."""
        shares = _against_rest(np.diag(self.used), one).diagonal()
        if np.count_nonzero(shares) < 2:
            return None
        shares = shares / shares.sum()
        agreeing = self._all_agreeing if one is None else float(self._agreeing[one])
        chance = float(shares @ shares)
        return (agreeing / self._units - chance) / (1 - chance)

    def alpha(self, one: int | None) -> float | None:
        """1 - (n - 1) sum of o_ck (c != k) / sum of n_c n_k (c != k), o: the coincidences."""
        found = _against_rest(self._coincidences, one)
        margins = found.sum(axis=0)
        n = float(margins.sum())
        expected = n * n - float(margins @ margins)
        if np.count_nonzero(margins > 0) < 2:
            return None
        return 1 - (n - 1) * (n - float(np.trace(found))) / expected


def _against_rest(table: npt.NDArray[np.generic], one: int | None) -> Floats:
    """The table with all other classes taken together."""
    whole = np.asarray(table, dtype=np.float64)
    if one is None:
        return whole
    own, row, column = whole[one, one], whole[one].sum(), whole[:, one].sum()
    return np.array([[own, row - own], [column - own, whole.sum() - row - column + own]])
