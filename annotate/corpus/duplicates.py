"""Story groups: articles that share much of their text, as reposts and agency copies do.

An article's signature is the MinHash of its word triples in the search form, so that spelling of
hamzas, diacritics, punctuation and line breaks do not count. Two articles are near when half of the
shorter one's triples are in the other one, too: another headline, added boilerplate, a cut, or a
longer story around an agency's report leave them near. A new article joins the group of the
earliest article that it is near to; groups never merge, for what they decide is fixed once an
article was pushed. So the order of arrival decides what a group is called, after its first
article, and which group an article joins that is near to two.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from annotate.arabic.normalize import search_text

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

# Of the shorter article's triples, this share (as estimated) is in the other one. Measured on pairs
# of newspaper articles: docs/design.md. A Jaccard index of 1/3 always comes with it.
SHARED = 0.5
# Below this Jaccard index the estimate, of a standard deviation of 0.03, is noise. So a report is
# not found in a story of ten times its length.
LEAST_JACCARD = 0.1
WORDS = 3  # in a row
PERMUTATIONS = 128
_BANDS = 64  # of two values: finds 99.8 % of the pairs of a Jaccard index of 0.3, 77 % at 0.15
SIGNATURE_BYTES = 4 * (1 + PERMUTATIONS)
_BASE = 0x9E3779B97F4A7C15  # of the polynomial that a word is; odd, else without special meaning
_DROPPED = 0xFFFF  # no character
_BLOCK = 4096  # triples at once
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


def signature(text: str) -> bytes:
    """516 bytes that name a text's story, the same on every machine and for ever.

    Layout, little-endian: the number of different word triples (uint32); then, for each of 128
    permutations of 32-bit numbers, the least one among the triples (uint32). A triple is the upper
    half of m1*w1 + m2*w2 + m3*w3 (mod 2 ** 64), a universal hash of its words' hashes (Lemire and
    Kaser 2014, Strongly universal string hashing is fast). A text of one or two words is filled up
    with zeros; one without words has no triple.
    """
    import numpy as np

    words = _words(text)
    if len(words):
        words = np.append(words, np.zeros(max(WORDS - len(words), 0), np.uint64))
    last = max(len(words) - WORDS + 1, 0)
    factors = _drawn(b"triples", "<u8", WORDS)
    mixed = np.zeros(last, np.uint64)
    for place in range(WORDS):
        mixed += factors[place] * words[place : place + last]
    triples = np.unique(mixed >> np.uint64(32)).astype(np.uint32)
    return len(triples).to_bytes(4, "little") + _least(triples).astype("<u4").tobytes()


def _least(values: Array) -> Array:
    """The MinHash: for each permutation, the least of all values; the largest number of none.

    As the scheme "affine32" of the library datasketch has it, to whose MinHash a test compares it.
    (To import that takes longer than the signatures of a thousand articles.) The values are mixed
    once by the finalizer of MurmurHash3; a permutation is then h -> a * h + b (mod 2 ** 32), a odd.
    """
    import numpy as np

    mixed = values ^ (values >> np.uint32(16))
    mixed *= np.uint32(0x85EBCA6B)
    mixed ^= mixed >> np.uint32(13)
    mixed *= np.uint32(0xC2B2AE35)
    mixed ^= mixed >> np.uint32(16)
    factors, summands = _permutations()
    least = np.full(PERMUTATIONS, 0xFFFFFFFF, np.uint32)
    for start in range(0, len(mixed), _BLOCK):
        block = mixed[start : start + _BLOCK, None] * factors + summands
        least = np.minimum(least, block.min(axis=0))
    return least


def _words(text: str) -> Array:
    """A 32-bit hash of each word of the search form, in order: letters and digits, no marks.

    A word is the upper half of the polynomial of its letters in an odd base (mod 2 ** 64), which
    is the difference of two sums from the text's begin on, divided by a power of the base. All
    are found at once: letter by letter, this would take most of the time.
    """
    import numpy as np

    codes = _letters()[np.frombuffer(text.encode("utf-16-le", "surrogatepass"), "<u2")]
    codes = codes[codes != _DROPPED]
    inside = np.concatenate(([False], codes > 0, [False]))
    starts = np.flatnonzero(inside[1:] & ~inside[:-1])
    ends = np.flatnonzero(inside[:-1] & ~inside[1:])
    powers = np.cumprod(np.full(len(codes), _BASE, np.uint64))
    sums = np.concatenate((np.zeros(1, np.uint64), np.cumsum(codes * powers)))
    roots = np.full(len(codes), pow(_BASE, -1, 1 << 64), np.uint64)
    roots[:1] = 1  # the first letter of a word is multiplied by the base, not by 1
    hashes: Array = (sums[ends] - sums[starts]) * np.cumprod(roots)[starts] >> np.uint64(32)
    return hashes


@cache
def _letters() -> Array:
    """UTF-16 code unit -> its search form; 0 between words, `_DROPPED` where nothing is left."""
    import numpy as np

    forms = [search_text(chr(code)) for code in range(0x10000)]
    kept = [
        (ord(form) if form.isalnum() else 0) if form else _DROPPED  # one letter stays one letter
        for form in forms
    ]
    return np.array(kept, np.uint64)


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

        count, *_ = row = np.frombuffer(found, "<u4")
        if not count:
            return ()
        bands = _bands(row[None, :])[0]
        first, after = (np.searchsorted(self._keys, bands, side) for side in ("left", "right"))
        hits = [self._rows[first[band] : after[band]] for band in np.flatnonzero(after > first)]
        hits += [np.array(self._fresh[key]) for key in bands.tolist() if key in self._fresh]
        if not hits:
            return ()
        rows = np.unique(np.concatenate(hits).astype(np.intp))
        others = self._table[rows]
        jaccard = (others[:, 1:] == row[1:]).mean(axis=1)
        counts = others[:, 0].astype(np.float64)
        common = jaccard / (1 + jaccard) * (counts + count)
        near = (jaccard >= LEAST_JACCARD) & (common >= SHARED * np.minimum(counts, count))
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
        for key in _bands(self._table[row : row + 1])[0].tolist():
            self._fresh.setdefault(key, []).append(row)
        if row - self._sorted >= max(_FRESH, self._sorted // 4):
            self._sort()

    def _sort(self) -> None:
        """Sorts all rows into the index."""
        import numpy as np

        count = len(self._groups)
        keys = _bands(self._table[:count]).ravel()
        order = np.argsort(keys, kind="stable")
        self._keys = keys[order]
        self._rows = (order // _BANDS).astype(np.uint32)
        self._fresh = {}
        self._sorted = count


def _bands(table: Array) -> Array:
    """The keys of each row's bands: two values next to each other, told apart by their place.

    A text without words has the largest values everywhere; it is near to nothing all the same.
    """
    import numpy as np

    pairs: Array = np.ascontiguousarray(table[:, 1:]).view("<u8")
    return pairs ^ _drawn(b"bands", "<u8", _BANDS)


@cache
def _permutations() -> Array:
    """Factors, which are odd, and summands; drawn here, for libraries draw others one day."""
    permutations = _drawn(b"permutations", "<u4", 2 * PERMUTATIONS).reshape(2, PERMUTATIONS).copy()
    permutations[0] |= 1
    return permutations


@cache
def _drawn(purpose: bytes, kind: str, count: int) -> Array:
    """Random numbers that are always the same ones."""
    import numpy as np

    return np.frombuffer(hashlib.shake_256(purpose).digest(count * np.dtype(kind).itemsize), kind)
