"""Articles that are near to each other, found among a million in little memory.

Signatures (`annotate.arabic.likeness`) lie in a temporary file. Articles that are near have a band
of their signatures in common: bands are taken from the file a few at a time and sorted, equal ones
stand together then, and the signatures of those pairs are compared.
"""

from __future__ import annotations

import mmap
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Self

import numpy as np

from annotate.arabic.likeness import BANDS, SIGNATURE_BYTES, bands, estimates

Array = np.ndarray[Any, np.dtype[Any]]

MOST = 16  # articles of a side that each of the other sides is compared with, for one band ...
FEW = 2_000  # ... if there are more than so many; else with all
_WIDTH = BANDS // 8  # bands that are read at a time
_CHUNK = 1 << 15  # signatures that are read at a time
_BLOCK = 1 << 9  # pairs whose signatures are compared at a time: each may take 64 KB of the file
_FRESH = 10_000  # near pairs that wait to be sorted in, at least
_TOP = 1_000  # pairs that are not near, of which the likest are kept


class Signatures:
    """Signatures in a temporary file, by number; use it in a `with` block."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as this
        self._map: mmap.mmap | None = None
        self._count = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()  # the map goes when the last array over it does

    def __len__(self) -> int:
        return self._count

    def add(self, signature: bytes) -> None:
        """Keeps one more; not after others were read."""
        if len(signature) != SIGNATURE_BYTES:
            raise ValueError(f"a signature has {SIGNATURE_BYTES} bytes")
        self._file.write(signature)
        self._count += 1

    def rows(self, numbers: Array | slice) -> Array:
        """A copy of some signatures, as rows of uint32."""
        if self._map is None:
            self._file.flush()
            self._map = mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ)
        table = np.frombuffer(self._map, "<u4").reshape(self._count, -1)
        return np.array(table[numbers])

    def keys(self, first: int) -> Array:
        """The bands from `first` on, of all articles: one row an article."""
        found = np.empty((self._count, _WIDTH), np.uint64)
        for start in range(0, self._count, _CHUNK):
            part = bands(self.rows(slice(start, start + _CHUNK)))
            found[start : start + _CHUNK] = part[:, first : first + _WIDTH]
            self.release()
        return found

    def counts(self) -> Array:
        """How many triples each article has."""
        found = np.empty(self._count, np.uint32)
        for start in range(0, self._count, _CHUNK):
            found[start : start + _CHUNK] = self.rows(slice(start, start + _CHUNK))[:, 0]
            self.release()
        return found

    def release(self) -> None:
        """Gives the memory back: what was read is in the file, and counts as used otherwise."""
        with suppress(AttributeError, OSError):  # not every system can
            if self._map is not None:
                self._map.madvise(mmap.MADV_DONTNEED)


class Search:
    """Pairs of articles that are near.

    Attributes:
        is_complete: whether every pair with a band in common was compared in the last search.
        likest: of the pairs that were compared and are not near, the likest: (estimated Jaccard
            index, one, other), numbers of the articles, the likest first.
    """

    def __init__(self, signatures: Signatures) -> None:
        self._signatures = signatures
        self._has_words = signatures.counts() > 0 if len(signatures) else np.zeros(0, bool)
        self.is_complete = True
        self._most = MOST if len(signatures) > FEW else FEW
        self._likest: dict[tuple[int, int], float] = {}

    @property
    def likest(self) -> list[tuple[float, int, int]]:
        return sorted(
            ((value, *pair) for pair, value in self._likest.items()),
            key=lambda found: (-found[0], found[1:]),
        )

    def heads(self, order: Array) -> Array:
        """For each article the place in `order` of the earliest one near to it, or its own.

        Args:
            order: numbers of all articles; who comes first is found by those who come later.
        """
        places = np.empty(len(order), np.int64)
        places[order] = np.arange(len(order))
        found = places.copy()
        for one, other in self._candidates(order, np.zeros(len(order), np.int8), within=True):
            swap = places[one] > places[other]
            one, other = np.where(swap, other, one), np.where(swap, one, other)
            new = found[other] > places[one]  # of all others it is known that they are not first
            for earlier, later in self._checked(one[new], other[new]):
                np.minimum.at(found, later, places[earlier])
        return found

    def across(self, order: Array, sides: Array) -> Array:
        """The pairs of articles of two sides that are near: rows, the lesser number first.

        Args:
            order: numbers of the articles that count.
            sides: of every article, from 0; below 0: it does not count.
        """
        self._likest = {}
        count = len(self._signatures)
        known: Array = np.empty(0, np.int64)  # pairs as numbers, in order
        fresh: list[Array] = []
        for one, other in self._candidates(order[sides[order] >= 0], sides, within=False):
            pairs = np.unique(one * count + other)
            if len(known):
                pairs = pairs[
                    known[np.minimum(np.searchsorted(known, pairs), len(known) - 1)] != pairs
                ]
            fresh += [a * count + b for a, b in self._checked(pairs // count, pairs % count)]
            if sum(map(len, fresh)) > len(known) // 4 + _FRESH:
                known, fresh = np.unique(np.concatenate([known, *fresh])), []
        known = np.unique(np.concatenate([known, *fresh]))
        return np.stack((known // max(count, 1), known % max(count, 1)), 1)

    def _candidates(
        self, order: Array, sides: Array, *, within: bool
    ) -> Iterator[tuple[Array, Array]]:
        """Pairs with a band in common, for one band after the other."""
        self.is_complete = True
        order = order[self._has_words[order]]
        order = order[np.argsort(sides[order], kind="stable")]
        for first in range(0, BANDS, _WIDTH):
            keys = self._signatures.keys(first)
            for place in range(_WIDTH):
                mine = keys[order, place]
                by_key = np.argsort(mine, kind="stable")
                yield from self._pairs(order[by_key], mine[by_key], sides, within=within)

    def _pairs(
        self, numbers: Array, keys: Array, sides: Array, *, within: bool
    ) -> Iterator[tuple[Array, Array]]:
        """Pairs that share a key, of each side with the first ones of each other one.

        Args:
            numbers, keys: by key, then by side, then in order.
            within: of one side, not of two.
        """
        new = np.append(True, keys[1:] != keys[:-1])[: len(keys)]
        runs = np.cumsum(new) - 1
        side = sides[numbers].astype(np.int64)
        starts = np.flatnonzero(new)
        several = np.diff(np.append(starts, len(keys))) > 1
        if not within and len(keys):
            several &= np.minimum.reduceat(side, starts) != np.maximum.reduceat(side, starts)
        kept = several[runs] if len(keys) else several
        numbers, runs, side = numbers[kept], runs[kept], side[kept]
        for which in np.unique(side).tolist():
            members = np.flatnonzero(side == which)  # stands by run, then in order
            first, after = (np.searchsorted(runs[members], runs, at) for at in ("left", "right"))
            for nth in range(int((after - first).max(initial=0))):
                chosen = first + nth
                there = chosen < after
                partner = members[np.minimum(chosen, len(members) - 1)]
                if within:
                    there &= partner < np.arange(len(runs))
                else:
                    there &= side != which
                if nth == self._most:
                    self.is_complete &= not there.any()
                    break
                if not there.any():
                    continue
                pairs = np.sort(np.stack((numbers[partner[there]], numbers[there]), 1), axis=1)
                yield pairs[:, 0], pairs[:, 1]

    def _checked(self, one: Array, other: Array) -> Iterator[tuple[Array, Array]]:
        """Those of the pairs that are near."""
        for start in range(0, len(one), _BLOCK):
            a, b = one[start : start + _BLOCK], other[start : start + _BLOCK]
            jaccard, near = estimates(self._signatures.rows(a), self._signatures.rows(b))
            self._signatures.release()
            self._remember(jaccard[~near], a[~near], b[~near])
            if near.any():
                yield a[near], b[near]

    def _remember(self, jaccard: Array, one: Array, other: Array) -> None:
        least = min(self._likest.values()) if len(self._likest) >= _TOP else -1.0
        above = np.flatnonzero(jaccard > least)
        above = above[np.argsort(-jaccard[above], kind="stable")][:_TOP]
        found = zip(one[above].tolist(), other[above].tolist(), strict=True)
        self._likest |= dict(zip(found, jaccard[above].tolist(), strict=True))
        if len(self._likest) > 2 * _TOP:
            self._likest = {(a, b): value for value, a, b in self.likest[:_TOP]}
