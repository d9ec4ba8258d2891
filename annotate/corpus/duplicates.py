"""Story groups: articles that share much of their text, as reposts and agency copies do.

Which two are near: `annotate.arabic.likeness`. A new article joins the group of the earliest
article that it is near to; groups never merge, for what they decide is fixed once an article was
pushed. So the order of arrival decides what a group is called, after its first article, and which
group an article joins that is near to two.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from annotate.arabic.likeness import (
    BANDS,
    PERMUTATIONS,
    SIGNATURE_BYTES,
    bands,
    estimates,
    signature,
)

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

_FRESH = 4096  # signatures that wait to be sorted into the index, at least


@dataclass(frozen=True, slots=True)
class Assigned:
    """Where an article belongs.

    Attributes:
        group_id: the doc_id of the group's first article.
        signature: to be kept beside the group, for the articles to come (see `signature`).
        bridges: other groups that the article is near to, in order of their first article.
    """

    group_id: str
    signature: bytes
    bridges: tuple[str, ...] = ()


class Groups:
    """The story groups of all articles so far.

    A signature takes 1.3 KB of memory: all lie in one array, and their bands in another, sorted.
    (The index of datasketch, a dictionary of sets for each band, takes 20 KB.)
    """

    def __init__(self, known: Iterable[tuple[str, str, bytes]] = ()) -> None:
        """From (doc_id, group_id, signature) of articles, in the order in which they came.

        Raises:
            ValueError: a signature has another length.
        """
        import numpy as np

        members = list(known)
        if any(len(found) != SIGNATURE_BYTES for _, _, found in members):
            raise ValueError(f"a signature has {SIGNATURE_BYTES} bytes")
        joined = b"".join(found for _, _, found in members)
        # One row an article: its triples, and the least values; with room for more at the end.
        self._table: Array = np.frombuffer(joined, "<u4").reshape(-1, PERMUTATIONS + 1)
        self._groups = [group for _, group, _ in members]
        self._row_of = {doc_id: row for row, (doc_id, _, _) in enumerate(members)}
        self._keys: Array = np.empty(0, np.uint64)  # bands in order, and the row of each
        self._rows: Array = np.empty(0, np.uint32)
        self._fresh: dict[int, list[int]] = {}  # band -> rows, of those not sorted in yet
        self._sorted = 0  # number of rows that are
        self._sort()

    def assign(self, doc_id: str, text: str) -> Assigned:
        """The group of an article, which is then one of the known ones.

        One that is known already stays where it is, whatever its text is now.
        """
        known = self._row_of.get(doc_id)
        if known is not None:
            return Assigned(self._groups[known], self._table[known].tobytes())
        found = signature(text)
        near = self._near(found)
        group = near[0] if near else doc_id
        self._add(doc_id, group, found)
        return Assigned(group, found, near[1:])

    def _near(self, found: bytes) -> tuple[str, ...]:
        """Groups of the articles near to a signature, in order of their first such article."""
        import numpy as np

        row = np.frombuffer(found, "<u4")
        if not row[0]:
            return ()
        mine = bands(row[None, :])[0]
        first, after = (np.searchsorted(self._keys, mine, side) for side in ("left", "right"))
        hits = [self._rows[first[band] : after[band]] for band in np.flatnonzero(after > first)]
        hits += [np.array(self._fresh[key]) for key in mine.tolist() if key in self._fresh]
        if not hits:
            return ()
        rows = np.unique(np.concatenate(hits).astype(np.intp))
        _, near = estimates(self._table[rows], row)
        return tuple(dict.fromkeys(self._groups[index] for index in rows[near].tolist()))

    def _add(self, doc_id: str, group: str, found: bytes) -> None:
        import numpy as np

        row = self._row_of[doc_id] = len(self._groups)
        self._groups.append(group)
        if row == len(self._table):
            bigger = np.zeros((max(2 * row, 64), PERMUTATIONS + 1), "<u4")
            bigger[:row] = self._table
            self._table = bigger
        self._table[row] = np.frombuffer(found, "<u4")
        for key in bands(self._table[row : row + 1])[0].tolist():
            self._fresh.setdefault(key, []).append(row)
        if row - self._sorted >= max(_FRESH, self._sorted // 4):
            self._sort()

    def _sort(self) -> None:
        """Sorts all rows into the index."""
        import numpy as np

        count = len(self._groups)
        keys = bands(self._table[:count]).ravel()
        order = np.argsort(keys, kind="stable")
        self._keys = keys[order]
        self._rows = (order // BANDS).astype(np.uint32)
        self._fresh = {}
        self._sorted = count
