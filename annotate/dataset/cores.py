"""The core of a span: where its first word begins without the proclitics written onto it. Pure.

Spans hold whole words, so that `بدمشق` and `دمشق` are two surfaces of one city. Which letters are
clitics is decided by words that are known: `وليد` is a name, and و + `ليد` is none. Where both or
neither are known, nobody can tell from the spelling, and there is no core.
"""

from __future__ import annotations

from collections.abc import Callable

from annotate.arabic.clitics import readings
from annotate.arabic.normalize import search_form
from annotate.arabic.words import words

_LETTERS = frozenset("وفبلكس")  # what a proclitic begins with


def core(surface: str, is_known: Callable[[str], bool]) -> tuple[int, int] | None:
    """Offsets of a span's core in its surface (code points, half open), or None where unclear.

    Conjunctions, prepositions and the future س go; the article stays, for it belongs to names, but
    after ل, where its alef is not written (`للجيش`), it goes with it. Enclitics stay.

    Args:
        surface: the span's text.
        is_known: whether a word in search form is known, with or without its article.
    """
    tokens = words(surface)
    if not tokens:
        return None
    first = tokens[0]
    form = search_form(first.text)
    if form.text[:1] not in _LETTERS:
        return 0, len(surface)
    cuts = set()
    for reading in readings(form.text):
        taken = len(reading.conjunction) + len(reading.preposition)
        if not taken:
            if is_known(reading.name) and not reading.ending:
                cuts.add(0)
            continue
        if reading.ending:
            continue
        elided = reading.article and reading.preposition == "ل"
        if elided:
            taken += 1
        known = is_known(reading.stem) if elided else is_known(reading.name)
        if known or (reading.article and is_known(reading.stem)):
            cuts.add(taken)
    if len(cuts) != 1:
        return None
    (cut,) = cuts
    start, _ = form.span(cut, cut + 1)
    return first.start + start, len(surface)
