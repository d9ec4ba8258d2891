"""What kappa and nominal alpha are computed from, as rows of numbers that add up over texts.

So a resample of the bootstrap (annotate.agreement.resampling) is a product of matrices. A row of
units has the ratings of each class, and a table of four rows: units, ratings, units' mean share of
agreeing pairs of ratings, and the coincidences of unlike ratings. Figures, and the rows of that
table, have a column for all classes together, and then one for each class against the rest.

The formulas' sources are named in annotate.agreement.kappa.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

_UNITS, _RATINGS, _AGREEING, _APART = range(4)


def width(k: int) -> int:
    """Numbers of a row of `of_units`, of so many classes."""
    return k + 4 * (k + 1)


def units(sums: Floats, k: int) -> Floats:
    """How many units there are, of all classes and of each."""
    found: Floats = _table(sums, k)[_UNITS]
    return found


def _table(sums: Floats, k: int) -> Floats:
    """The table, shape (4, ..., k + 1)."""
    found = sums[..., k:].reshape(*sums.shape[:-1], 4, k + 1)
    return np.moveaxis(found, -2, 0)


def of_units(counts: Ints, known: Bools) -> Floats:
    """The row of units with two ratings or more.

    Args:
        counts: shape (units, classes): how many annotators said so.
        known: which classes all of them could choose.
    """
    ratings = counts.sum(axis=1)
    same = counts * (counts - 1)
    others = ratings[:, None] - counts
    pairs = (ratings * (ratings - 1))[:, None]
    agreeing = np.concatenate(
        [[(same / pairs).sum()], ((same + others * (others - 1)) / pairs).sum(axis=0)]
    )
    split = ((counts * others) / (ratings - 1)[:, None]).sum(axis=0)  # o_ck of a class and the rest
    apart = np.concatenate([[split.sum()], 2 * split])
    size = np.ones(len(known) + 1)
    table = np.stack([len(counts) * size, ratings.sum() * size, agreeing, apart])
    table[:, 1:] *= known
    return np.concatenate([counts.sum(axis=0), table.ravel()])


def _squares(sums: Floats, k: int) -> tuple[Floats, Floats]:
    """Sums of squares of the classes' ratings, and the square of the sum of all."""
    used, ratings = sums[..., :k], _table(sums, k)[_RATINGS]
    alone = used**2 + (ratings[..., 1:] - used) ** 2
    whole = (used**2).sum(axis=-1, keepdims=True)
    return np.concatenate([whole, alone], axis=-1), ratings**2


def fleiss(sums: Floats, k: int) -> Floats:
    """(P - P_e) / (1 - P_e): P the mean share of agreeing pairs, P_e the sum of squares of the
    shares of classes; NaN where undefined."""
    table = _table(sums, k)
    squares, every = _squares(sums, k)
    is_known = squares < every  # in counts: exactly equal where everybody uses one class
    observed = ratio(table[_AGREEING], table[_UNITS], is_known)
    chance = ratio(squares, every, is_known)
    return ratio(observed - chance, 1 - chance, is_known)


def alpha(sums: Floats, k: int) -> Floats:
    """1 - (n - 1) sum of o_ck (c != k) / sum of n_c n_k (c != k); NaN where undefined."""
    table = _table(sums, k)
    squares, every = _squares(sums, k)
    above = (table[_RATINGS] - 1) * table[_APART]
    found: Floats = 1 - ratio(above, every - squares, squares < every)
    return found


def of_pair(table: Floats, known: Bools) -> Floats:
    """The row of two annotators: how often, by class, both, the first, the second said so; then
    units, of all classes and of each.

    Args:
        table: shape (k, k): how often the first said i and the second j.
    """
    units = table.sum() * np.concatenate([[1], known])
    return np.concatenate([table.diagonal(), table.sum(axis=1), table.sum(axis=0), units])


def marked(row: Floats) -> Floats:
    """Units to which one of the two, or both, gave each class."""
    k = (len(row) - 1) // 4
    found: Floats = row[k : 2 * k] + row[2 * k : 3 * k] - row[:k]
    return found


def cohen(sums: Floats) -> Floats:
    """Cohen's kappa, of rows of `of_pair`; NaN where undefined."""
    k = (sums.shape[-1] - 1) // 4
    both, one, other = (sums[..., i * k : (i + 1) * k] for i in range(3))
    n = sums[..., 3 * k :]
    own = n[..., 1:]
    same = np.concatenate([both.sum(axis=-1, keepdims=True), own - one - other + 2 * both], axis=-1)
    alone = one * other + (own - one) * (own - other)
    chance = np.concatenate([(one * other).sum(axis=-1, keepdims=True), alone], axis=-1)
    # In counts: 1 - p_e is exactly zero where everybody uses one class.
    return ratio(n * same - chance, n * n - chance, n * n > chance)


def ratio(above: Floats, below: Floats, where: Bools) -> Floats:
    """One through the other; NaN elsewhere."""
    found: Floats = np.divide(above, below, out=np.full(np.shape(above), np.nan), where=where)
    return found


def value_of(found: float) -> float | None:
    """None for NaN."""
    return None if np.isnan(found) else float(found)
