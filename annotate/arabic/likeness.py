"""How much of a text is in another one: signatures of word triples.

A signature is the MinHash of a text's word triples in the search form, so that spelling of hamzas,
diacritics, punctuation and line breaks do not count. Two texts are near when half of the shorter
one's triples are in the other one, too: another headline, added boilerplate, a cut, or a longer
story around an agency's report leave them near.
"""

from __future__ import annotations

import hashlib
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
BANDS = 64  # of two values: finds 99.8 % of the pairs of a Jaccard index of 0.3, 77 % at 0.15
SIGNATURE_BYTES = 4 * (1 + PERMUTATIONS)
_BASE = 0x9E3779B97F4A7C15  # of the polynomial that a word is; odd, else without special meaning
_DROPPED = 0xFFFF  # no character
_BLOCK = 4096  # triples at once


def signature(text: str) -> bytes:
    """516 bytes that name a text's story, the same on every machine and for ever.

    Layout, little-endian: the number of different word triples (uint32); then, for each of 128
    permutations of 32-bit numbers, the least one among the triples (uint32). A triple is the upper
    half of m1*w1 + m2*w2 + m3*w3 (mod 2 ** 64), a universal hash of its words' hashes (Lemire and
    Kaser 2014, Strongly universal string hashing is fast). A text of one or two words is filled up
    with zeros; one without words has no triple.
    """
    return signature_of(triples(text))


def signature_of(found: Array) -> bytes:
    """The signature of a text with these triples (see `triples`)."""
    return len(found).to_bytes(4, "little") + _least(found).astype("<u4").tobytes()


def triples(text: str) -> Array:
    """The different word triples of a text, each as 32 bits (see `signature`), in order."""
    import numpy as np

    words = _words(text)
    if len(words):
        words = np.append(words, np.zeros(max(WORDS - len(words), 0), np.uint64))
    last = max(len(words) - WORDS + 1, 0)
    factors = _drawn(b"triples", "<u8", WORDS)
    mixed = np.zeros(last, np.uint64)
    for place in range(WORDS):
        mixed += factors[place] * words[place : place + last]
    found: Array = np.unique(mixed >> np.uint64(32)).astype(np.uint32)
    return found


def estimates(ones: Array, others: Array) -> tuple[Array, Array]:
    """Of signatures side by side, as rows of uint32: the Jaccard index, and which are near."""
    import numpy as np

    jaccard = (ones[..., 1:] == others[..., 1:]).mean(axis=-1)
    one, other = ones[..., 0].astype(np.float64), others[..., 0].astype(np.float64)
    common = jaccard / (1 + jaccard) * (one + other)
    least = np.minimum(one, other)
    return jaccard, (jaccard >= LEAST_JACCARD) & (common >= SHARED * least) & (least > 0)


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


def bands(table: Array) -> Array:
    """The keys of each row's bands: two values next to each other, told apart by their place.

    A text without words has the largest values everywhere; it is near to nothing all the same.
    """
    import numpy as np

    pairs: Array = np.ascontiguousarray(table[:, 1:]).view("<u8")
    return pairs ^ _drawn(b"bands", "<u8", BANDS)


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
