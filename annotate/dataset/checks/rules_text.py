"""Rules of a row's own text: its hash, and the tokens, sentences and segments in it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import pyarrow as pa

from annotate.corpus.article import KEPT_KINDS
from annotate.dataset.checks.faults import Faults
from annotate.dataset.checks.frame import Many, Rows, ints, strings
from annotate.dataset.checks.place import Place
from annotate.dataset.text_columns import Flags, Ints
from annotate.storage import text_sha256

TOKENS = ("tokens", "token_starts", "token_ends")
_PLANE = 1 << 16


def check_hashes(rows: Rows, place: Place, faults: Faults) -> None:
    """`text_sha256` is that of the text."""
    asked = strings(rows.array("text_sha256"))
    wrong = np.fromiter(
        (t is not None and text_sha256(t) != a for t, a in zip(place.texts, asked, strict=True)),
        bool,
        len(rows),
    )
    what = "names another text"
    faults.add_where(rows.file, "text_sha256", wrong, rows.numbers, lambda _: what)


def check_presence(rows: Rows, place: Place, texts: bool, some: bool, faults: Faults) -> None:
    """Texts are there as the manifest says: all, none, or some of them put back."""
    wrong = place.known != texts if not some else np.zeros(len(rows), bool)
    what = (
        "is null; the manifest says that texts are in"
        if texts
        else ("is there; the manifest says that texts are left out")
    )
    faults.add_where(rows.file, "text", wrong, rows.numbers, lambda _: what)


def check_tokens(rows: Rows, place: Place, faults: Faults) -> Flags:
    """Tokens are what the text has at their offsets, in order, and leave nothing out.

    Returns:
        The rows whose tokens are sound.
    """
    tokens, starts, ends = (rows.many(name) for name in TOKENS)
    alike = starts.counts == ends.counts
    alike &= np.where(place.known, tokens.counts == starts.counts, tokens.counts == 0)
    what = "tokens and their offsets differ in number"
    faults.add_where(rows.file, "tokens", ~alike, rows.numbers, lambda _: what)
    of = starts.rows
    kept = alike[of]
    firsts, lasts = ints(starts.items)[kept], ints(ends.items)[alike[ends.rows]]
    of = of[kept]
    number = (np.arange(starts.size) - starts.firsts[starts.rows])[kept]
    wrong = ~place.inside(of, firsts, lasts)
    after = np.zeros(len(of), bool)
    after[1:] = (of[1:] == of[:-1]) & (firsts[1:] < lasts[:-1])
    sound: Flags = alike.copy()
    sound[of[wrong | after]] = False

    def describe(item: int) -> str:
        row, start, end = int(of[item]), int(firsts[item]), int(lasts[item])
        named = f"token {number[item]}"
        if place.known[row]:
            token = tokens.items[int(tokens.firsts[row]) + int(number[item])].as_py()
            named = f"{named} is {token!r}, text has {place.cut(row, start, end)!r}"
        else:
            named = f"{named} is at {start}:{end}"
        return f"{named}: it begins before the one before it ends" if after[item] else named

    shown = place.known[of]
    fit = ~wrong & shown
    if fit.any():
        surfaces = tokens.items.filter(pa.array((alike & place.known)[tokens.rows]))
        surfaces = surfaces.filter(pa.array(fit[shown]))
        differs = place.differs(of[fit], firsts[fit], lasts[fit], surfaces)
        wrong[np.flatnonzero(fit)[differs]] = True
    sound[of[wrong]] = False
    faults.add_where(rows.file, "tokens", wrong | after, rows.numbers[of], describe)
    _check_nothing_left(rows, place, sound, of, lasts - firsts, faults)
    return sound


def _check_nothing_left(
    rows: Rows, place: Place, sound: Flags, of: Ints, lengths: Ints, faults: Faults
) -> None:
    """Every character but white space is in a token."""
    taken = np.bincount(of, weights=lengths, minlength=len(rows)).astype(np.int64)
    is_space: Flags = _spaces()[np.minimum(place.codes, _PLANE)]
    before = np.concatenate(([0], np.cumsum(~is_space)))
    low = place.code_bases + place.lows
    there = before[low + np.where(place.known, place.highs - place.lows, 0)] - before[low]
    wrong = sound & place.known & (taken != there)
    faults.add_where(
        rows.file,
        "tokens",
        wrong,
        rows.numbers,
        lambda row: f"{there[row] - taken[row]} characters of the text are in no token",
    )
    sound &= ~wrong


@cache
def _spaces() -> Flags:
    found: Flags = np.zeros(_PLANE + 1, bool)
    found[[code for code in range(_PLANE) if chr(code).isspace()]] = True
    return found


def check_pieces(rows: Rows, place: Place, name: str, faults: Faults) -> Flags:
    """Sentences or segments are inside of the text, one after the other.

    Returns:
        The rows where they are.
    """
    many = rows.many(name)
    starts, ends, of = many.ints("start"), many.ints("end"), many.rows
    wrong = ~place.inside(of, starts, ends)
    wrong[1:] |= (of[1:] == of[:-1]) & (starts[1:] < ends[:-1])
    sound = np.ones(len(rows), bool)
    sound[of[wrong]] = False
    faults.add_where(
        rows.file,
        name,
        wrong,
        rows.numbers[of],
        lambda item: (
            f"{name[:-1]} {many.place(item)} ({starts[item]}:{ends[item]}) is not inside "
            "the text and after the one before it"
        ),
    )
    if "kind" in many.parts:
        _check_kinds(rows, many, name, faults)
    return sound


def _check_kinds(rows: Rows, many: Many, name: str, faults: Faults) -> None:
    kinds = strings(many.array("kind"))
    wrong = np.array([kind not in KEPT_KINDS for kind in kinds], bool)
    faults.add_where(
        rows.file,
        name,
        wrong,
        rows.numbers[many.rows],
        lambda item: f"{kinds[item]!r} is none of {', '.join(KEPT_KINDS)}",
    )


def check_tokens_in_sentences(rows: Rows, place: Place, sound: Flags, faults: Faults) -> None:
    """Every token of an article lies in one of its sentences, and each sentence has some."""
    pieces, tokens = rows.many("sentences"), rows.many("token_starts")
    if not sound.any():
        return
    kept = sound[pieces.rows]
    of = pieces.rows[kept]
    lows = pieces.ints("start")[kept] + place.bases[of]
    highs = pieces.ints("end")[kept] + place.bases[of]
    kept = sound[tokens.rows]
    rows_of_tokens = tokens.rows[kept]
    bases = place.bases[rows_of_tokens]
    starts = ints(tokens.items)[kept] + bases
    ends = ints(rows.many("token_ends").items)[sound[rows.many("token_ends").rows]] + bases
    number = np.searchsorted(lows, starts, "right") - 1
    inside = number >= 0
    if len(highs):
        inside &= ends <= highs[number]
    wrong = np.bincount(rows_of_tokens[~inside], minlength=len(rows))
    describe: Callable[[int], str] = lambda row: f"{wrong[row]} tokens are in no sentence"  # noqa: E731
    faults.add_where(rows.file, "sentences", wrong > 0, rows.numbers, describe)
    filled = np.bincount(number[inside], minlength=len(lows)) if len(lows) else lows
    empty = np.bincount(of[filled == 0], minlength=len(rows))
    faults.add_where(
        rows.file,
        "sentences",
        empty > 0,
        rows.numbers,
        lambda row: f"{empty[row]} sentences hold no token",
    )
