"""Where the rows' offsets lie: all texts one after the other, so that arrays do the work."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from annotate.dataset.checks.frame import Array, Rows, ints, nulls, plain, strings
from annotate.dataset.text_columns import Codes, Flags, Ints

UNKNOWN = 2**31 - 1  # length of a text that nothing tells


@dataclass(frozen=True)
class Place:
    """The texts of some rows.

    Attributes:
        texts: each text; None where the version has none.
        known: whether it has.
        lows, highs: the offsets that lie in the row: those of an article begin with 0.
        bases: added to an offset, it is unique among all rows.
        codes: the code points of the known texts.
        code_bases: added to an offset of a row with a text, its place in `codes`.
    """

    texts: list[str | None]
    known: Flags
    lows: Ints
    highs: Ints
    bases: Ints
    codes: Codes
    code_bases: Ints

    def inside(self, rows: Ints, starts: Ints, ends: Ints) -> Flags:
        """Which of the pieces are some characters of their rows' texts."""
        found: Flags = (self.lows[rows] <= starts) & (starts < ends) & (ends <= self.highs[rows])
        return found

    def differs(self, rows: Ints, starts: Ints, ends: Ints, surfaces: Array) -> Flags:
        """Which surfaces are not what the text has; all pieces have to be inside.

        Where there is no text, there must be no surface.
        """
        surfaces = plain(surfaces)
        none = nulls(surfaces)
        known = self.known[rows]
        wrong: Flags = known == none
        compared = known & ~none
        if not compared.any():
            return wrong
        there = surfaces.filter(pa.array(compared))
        sizes = pc.utf8_length(there).to_numpy(zero_copy_only=False).astype(np.int64)
        first = (starts + self.code_bases[rows])[compared]
        fits = sizes == (ends - starts)[compared]
        codes = codes_of(there if fits.all() else there.filter(pa.array(fits)))
        sizes, first = sizes[fits], first[fits]
        before = np.cumsum(sizes) - sizes
        unequal = self.codes[np.repeat(first - before, sizes) + np.arange(len(codes))] != codes
        differ = ~fits
        if unequal.any():
            numbers = np.flatnonzero(fits)
            differ[numbers[np.repeat(np.arange(len(sizes)), sizes)[unequal]]] = True
        wrong[np.flatnonzero(compared)[differ]] = True
        return wrong

    def cut(self, row: int, start: int, end: int) -> str:
        """What a row's text has there, as Python would read it but for offsets below 0."""
        text = self.texts[row] or ""
        low = int(self.lows[row])
        return text[max(0, start - low) : max(0, end - low)]


def codes_of(array: Array) -> Codes:
    """The code points of strings, one after the other; there are no nulls."""
    if not len(array):
        return np.zeros(0, np.uint32)
    text = array.cast(pa.string())
    _, offsets, data = text.buffers()
    assert offsets is not None  # noqa: S101 - an array of strings has them
    borders = np.frombuffer(offsets, np.int32)[text.offset : text.offset + len(text) + 1]
    if data is None:
        return np.zeros(0, np.uint32)
    part = bytes(memoryview(data)[int(borders[0]) : int(borders[-1])])
    return np.frombuffer(part.decode("utf-8").encode("utf-32-le"), np.uint32)


def place_of(texts: Array, lows: Ints, highs: Ints) -> Place:
    """`highs`: where each row ends, if it has no text."""
    texts = plain(texts)
    known = ~nulls(texts)
    filled = texts.fill_null("") if texts.null_count else texts
    sizes = pc.utf8_length(filled).to_numpy(zero_copy_only=False).astype(np.int64)
    highs = np.where(known, lows + sizes, highs)
    lengths = np.maximum(highs - lows, 0) + 1
    return Place(
        strings(texts),
        known,
        lows,
        highs,
        np.cumsum(lengths) - lengths - lows,
        codes_of(filled),
        np.cumsum(sizes) - sizes - lows,
    )


def no_texts(count: int) -> Array:
    return pa.nulls(count, pa.string())


def place_of_articles(rows: Rows) -> Place:
    """The places of articles, or of rows that only name one."""
    texts = rows.array("text") if rows.has("text") else no_texts(len(rows))
    highs = np.full(len(rows), UNKNOWN)
    if rows.has("token_ends"):  # a clean text ends with a token
        tokens = rows.many("token_ends")
        ends = np.zeros(len(rows), np.int64)
        np.maximum.at(ends, tokens.rows, ints(tokens.items))
        highs[tokens.counts > 0] = ends[tokens.counts > 0]
    return place_of(texts, np.zeros(len(rows), np.int64), highs)


def place_of_sentences(rows: Rows) -> Place:
    """The places of sentences, whose offsets are the article's."""
    texts = rows.array("text") if rows.has("text") else no_texts(len(rows))
    return place_of(texts, rows.ints("start"), rows.ints("end"))
