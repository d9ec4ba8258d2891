"""The core of a span: where its first word begins without the proclitics written onto it. Pure.

Spans hold whole words, so that `بدمشق` and `دمشق` are two surfaces of one city. Which letters are
clitics is decided by words that are known: `وليد` is a name, and و + `ليد` is none. Where both or
neither are known, nobody can tell from the spelling, and there is no core.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from annotate.arabic.clitics import readings
from annotate.arabic.normalize import search_form
from annotate.arabic.words import words
from annotate.spans import Span

_LETTERS = frozenset("وفبلكس")  # what a proclitic begins with
# Letters that no other one stands for in the search form, and that no proclitic begins with.
_PLAIN = frozenset("ءآأإئابةتثجحخدذرزسشصضطظعغقمنهىي") - _LETTERS

# Enclitics that no letter of a word is easily taken for. They stay in the core.
_PRONOUNS = frozenset(("ها", "هم", "هما", "هن", "نا"))


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
    cuts = _cuts(form.text, is_known)
    if len(cuts) != 1:
        return None
    (cut,) = cuts
    start, _ = form.span(cut, cut + 1)
    return first.start + start, len(surface)


def _cuts(form: str, is_known: Callable[[str], bool]) -> set[int]:
    """How many letters of a word (search form) may be clitics, by the words that are known."""
    cuts = set()
    for reading in readings(form):
        taken = len(reading.conjunction) + len(reading.preposition)
        if reading.ending and reading.ending not in _PRONOUNS:
            continue
        if not taken:
            if is_known(reading.name):
                cuts.add(0)
            continue
        elided = reading.article and reading.preposition == "ل"
        if elided:
            taken += 1
        known = is_known(reading.stem) if elided else is_known(reading.name)
        if known or (reading.article and is_known(reading.stem)):
            cuts.add(taken)
    return cuts


def cores(spans: Sequence[Span], is_known: Callable[[str], bool]) -> list[tuple[int, int] | None]:
    """The core of each span of an article, as offsets in the article.

    Known is also what another span of the same label begins with in this article, unless `is_known`
    shows a clitic on it: after `كوباني` a `بكوباني` has a core, too.
    """
    found: list[tuple[int, int] | None] = []
    bare: dict[str, set[str]] | None = None
    for span in spans:
        if span.text[0] in _PLAIN:
            found.append((span.start, span.end))
            continue
        if bare is None:
            bare = _bare(spans, is_known)
        here = bare[span.label]
        own = _first(span.text)
        place = core(
            span.text,
            lambda word, here=here, own=own: is_known(word) or (word in here and word != own),  # type: ignore[misc]
        )
        found.append(None if place is None else (span.start + place[0], span.start + place[1]))
    return found


def _bare(spans: Iterable[Span], is_known: Callable[[str], bool]) -> dict[str, set[str]]:
    """By label: first words (search form) of spans, those that are known to have a clitic aside."""
    found: dict[str, set[str]] = defaultdict(set)
    for span in spans:
        form = _first(span.text)
        if form[:1] not in _LETTERS or not any(_cuts(form, is_known)):
            found[span.label].add(form)
    return found


def _first(surface: str) -> str:
    """The first word of a surface, in search form."""
    return search_form(next((word.text for word in words(surface)), "")).text
