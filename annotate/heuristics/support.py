"""How often spans were right where a tagger agreed with the rules, and where one of them was alone.

The counts come from annotated articles that the tagger which was asked had not seen (cross-fitting:
Chernozhukov and others 2018, Double/debiased machine learning, section 2), so that its scores do
not flatter it. Scores are posterior means as in precision.py, (correct + s m) / (proposed + s):

- plain, agreed: m is what the references of the package say of the rule for this label;
- rules (the tagger knows the label and has not found the span): by layer, label and rule in turn;
  the m of a layer is what those references say of the layer;
- tagger (no rule has the span): by tenth of the tagger's probability, then by label; the m of a
  tenth is its middle, as if the tagger were right about itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Literal, NamedTuple, get_args

from annotate.errors import InputError
from annotate.heuristics.precision import STRENGTH, Scorer, Tally

State = Literal["plain", "agreed", "rules", "tagger"]
STATES: tuple[State, ...] = get_args(State)
FILE = "support.tsv"
_TENTHS = 10

Key = tuple[str, ...]


class Class(NamedTuple):
    """Spans that are scored alike.

    Attributes:
        state: who found them.
        rule: the rule, or of the tagger's spans the tenth of the probability: `tagger:p9`.
    """

    state: State
    layer: str
    label: str
    rule: str


class Row(NamedTuple):
    """A class with what was counted of it."""

    state: State
    layer: str
    label: str
    rule: str
    proposed: int
    correct: int


class Support:
    """The counts, added up."""

    def __init__(self, rows: Iterable[Row] = (), strength: float = STRENGTH) -> None:
        self._strength = strength
        proposed: Counter[Key] = Counter()
        correct: Counter[Key] = Counter()
        for row in rows:
            for key in _levels(Class(*row[:4])):
                proposed[key] += row.proposed
                correct[key] += row.correct
        self._counts = {key: Tally(proposed[key], correct[key]) for key in proposed}

    def score(self, found: Class, scorer: Scorer) -> float:
        """The expected precision of a class; `scorer` knows what the references say.

        Not of plain spans without counts: that is the scorer's own figure.
        """
        state, layer, label, rule = found
        if state == "tagger":
            mean = (int(rule[-1]) + 0.5) / _TENTHS
        elif state == "rules":
            mean = scorer.posterior((layer,))
        else:
            mean = scorer.posterior((layer, label, rule))
        for key in _levels(found):
            proposed, correct = self._counts.get(key, Tally())
            mean = (correct + self._strength * mean) / (proposed + self._strength)
        return mean

    def tally(self, found: Class, scorer: Scorer) -> Tally:
        """What was counted of a class, with what the references say of its rule."""
        proposed, correct = self._counts.get(_levels(found)[-1], Tally())
        if found.state in ("plain", "agreed"):
            shipped = scorer.tally((found.layer, found.label, found.rule))
            proposed, correct = proposed + shipped.proposed, correct + shipped.correct
        return Tally(proposed, correct)


def _levels(found: Class) -> tuple[Key, ...]:
    """What a class is part of, coarse to fine."""
    state, layer, label, rule = found
    if state == "tagger":
        return ((state, layer, rule), (state, layer, rule, label))
    if state == "rules":
        return ((state, layer), (state, layer, label), (state, layer, label, rule))
    return ((state, layer, label, rule),)


def tenth(probability: float) -> str:
    """The name of a tagger's span by its probability: `tagger:p9` from 0.9 to 1."""
    return f"tagger:p{min(int(probability * _TENTHS), _TENTHS - 1)}"


def rows_of(outcomes: Iterable[tuple[Class, bool]]) -> list[Row]:
    """The rows of some spans, each with whether it is right; in order."""
    proposed: Counter[Class] = Counter()
    correct: Counter[Class] = Counter()
    for found, is_right in outcomes:
        proposed[found] += 1
        correct[found] += is_right
    return [Row(*found, proposed[found], correct[found]) for found in sorted(proposed)]


def table(rows: Iterable[Row]) -> str:
    """The rows as they are stored."""
    lines = ["\t".join(map(str, row)) for row in (Row._fields, *sorted(rows))]
    return "".join(f"{line}\n" for line in lines)


def read_rows(path: Path) -> list[Row]:
    """The rows of a table.

    Raises:
        InputError: with file and line of the first row that is wrong.
    """
    rows: list[Row] = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        cells = tuple(line.split("\t"))
        if cells == Row._fields:
            continue
        state = next((s for s in STATES if s == cells[0]), None)
        sound = state is not None and len(cells) == len(Row._fields)
        if state is None or not sound or not (cells[4].isdecimal() and cells[5].isdecimal()):
            raise InputError("this is no count", where=f"{path}:{number}")
        rows.append(Row(state, cells[1], cells[2], cells[3], int(cells[4]), int(cells[5])))
    return rows
