"""Which labels are confused with which, and the words that annotators fight over most."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from annotate.agreement.compared import Compared, aligned
from annotate.agreement.disagreements import NONE, Disagreement, form_of
from annotate.agreement.readings import Item
from annotate.arabic.clitics import FUTURE, readings
from annotate.arabic.words import is_symbol, words
from annotate.spans import Layer

FOUGHT = 50  # words in a report
SHORTEST = 3  # letters of a word that a clitic is taken off


@dataclass(frozen=True, slots=True)
class Matrix:
    """How often two annotators gave these two labels to one mention.

    Attributes:
        labels: in order of the alphabet; the last one is `NONE`: one of the two marked nothing.
        counts: symmetric, labels x labels; [i][j] counts the matched spans of every two readings
            of which one is labelled i and the other j; the diagonal, where they agree.
    """

    labels: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]


def matrix(pairs: Iterable[Compared], layer: Layer) -> Matrix:
    """The confusion matrix of one layer: spans are matched by overlap, whatever their labels."""
    found: Counter[tuple[str, str]] = Counter()
    for pair in pairs:
        lefts, rights = ([s for s in side if s.layer == layer] for side in pair.sides)
        for left, right in aligned(lefts, rights):
            one = NONE if left is None else left.label
            other = NONE if right is None else right.label
            found[min(one, other), max(one, other)] += 1
    labels = [*sorted({label for both in found for label in both} - {NONE}), NONE]
    if len(labels) == 1:
        return Matrix((), ())
    rows = [[found[min(a, b), max(a, b)] for b in labels] for a in labels]
    return Matrix(tuple(labels), tuple(tuple(row) for row in rows))


@dataclass(frozen=True, slots=True)
class Fought:
    """A word, or a few, that annotators do not treat alike.

    Attributes:
        word: its commonest spelling.
        times: disagreements about it.
        labels: what it was taken for, in order of the alphabet; `NONE` where somebody left it.
    """

    word: str
    times: int
    labels: tuple[str, ...]


def fought(
    found: Iterable[Disagreement], items: Sequence[Item], most: int = FOUGHT
) -> list[Fought]:
    """The words most fought over: what to add to the guidelines.

    Of a mention that is labelled in several ways, or left by some, all its words; of one with
    several borders, the words that are in some of the spans only. Words count as one whatever the
    spelling of hamza and alef; with a conjunction or a preposition before it, a word is the same
    as without, if it was marked without as well.
    """
    known = {
        form_of(span.text)
        for item in items
        for reading in item.readings
        for span in reading.annotation.spans
    }
    times: Counter[str] = Counter()
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    labels: dict[str, set[str]] = defaultdict(set)
    for one in found:
        if one.kind in ("role", "attribute"):
            continue
        for surface in _surfaces(one):
            if is_symbol(surface):
                continue
            name = _bare(form_of(surface), known)
            times[name] += 1
            spellings[name][surface] += 1
            labels[name].update(view.label for view in one.views)
            if one.without or one.kind == "boundary":
                labels[name].add(NONE)
    ranked = sorted(times.items(), key=lambda word: (-word[1], word[0]))
    return [
        Fought(_commonest(spellings[name]), count, tuple(sorted(labels[name])))
        for name, count in ranked[:most]
    ]


def _surfaces(one: Disagreement) -> set[str]:
    text = one.item.text
    if one.kind != "boundary":
        return {text[view.start : view.end] for view in one.views[:1]}
    ranges = [set(range(view.start, view.end)) for view in one.views]
    shared = set.intersection(*ranges)
    return {
        word.text
        for word in words(text[one.start : one.end])
        if one.start + word.start not in shared
    }


def _bare(form: str, known: set[str]) -> str:
    """The form without the clitics before it, where it was marked without them."""
    first, *rest = form.split(" ")
    for reading in readings(first):
        if reading.ending or reading.preposition == FUTURE or len(reading.stem) < SHORTEST:
            continue
        bare = " ".join([reading.name, *rest])
        if (reading.conjunction or reading.preposition) and bare in known:
            return bare
    return form


def _commonest(spellings: Counter[str]) -> str:
    """The commonest spelling; of equals the shortest, which has the fewest clitics."""
    return min(spellings.items(), key=lambda item: (-item[1], len(item[0]), item[0]))[0]
