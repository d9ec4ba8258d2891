"""Whether scores mean what they say: on each article, scores that have not seen its counts."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from annotate.heuristics.precision import STRENGTH, Key, Precision, Row, Scorer, Tally

# Lower ends of the bins; each goes to the next one, the last to 1.
BINS = (0.0, 0.8, 0.85, 0.875, 0.9, 0.925, 0.95, 0.975)
STRENGTHS = (1.0, 4.0, 16.0, 32.0, 64.0, 128.0)


class Scored(NamedTuple):
    """Some spans of one article that have one score.

    Attributes:
        score: what they were given.
        proposed, correct: how many they are, and how many of them are right.
    """

    score: float
    proposed: int
    correct: int


@dataclass(frozen=True, slots=True)
class Summary:
    """Scores and outcomes of some spans; ratios are None where there are no spans.

    Attributes:
        proposed, correct: spans, and how many of them are right.
        total_score: sum of the scores.
        squares: sum of (score - outcome)², where the outcome is 1 if the span is right, else 0.
    """

    proposed: int
    correct: int
    total_score: float
    squares: float

    @property
    def observed(self) -> float | None:
        """Precision: correct / proposed."""
        return self.correct / self.proposed if self.proposed else None

    @property
    def expected(self) -> float | None:
        """Mean score: what the precision would be if scores were right."""
        return self.total_score / self.proposed if self.proposed else None

    @property
    def brier(self) -> float | None:
        """Mean of (score - outcome)² (Brier 1950): 0 is best, 0.25 is what 1/2 always gets."""
        return self.squares / self.proposed if self.proposed else None


def summary(scored: Iterable[Scored]) -> Summary:
    """The sums over some spans."""
    proposed = correct = 0
    total = squares = 0.0
    for score, size, right in scored:
        proposed += size
        correct += right
        total += size * score
        squares += right * (1 - score) ** 2 + (size - right) * score**2
    return Summary(proposed, correct, total, squares)


def left_out(
    rows: Sequence[Row],
    strength: float = STRENGTH,
    key_of: Callable[[Row], Key] = lambda row: (row.layer, row.label, row.rule),
) -> list[Scored]:
    """Every row's spans with the score from all other articles; in the order of the rows.

    `key_of` chooses the level of the score: that of the rule, or only of its label or layer.
    """
    precision = Precision(rows, strength)
    scorers: dict[str, Scorer] = {row.article: precision.scorer(row.article) for row in rows}
    return [
        Scored(scorers[row.article].posterior(key_of(row)), row.proposed, row.correct)
        for row in rows
    ]


def log_likelihood(rows: Iterable[Row], strength: float) -> float:
    """How likely the counts of all rules are under a Beta prior of a strength around their layer.

    The sum over (layer, label, rule) of log B(c + s m, n - c + s (1 - m)) - log B(s m, s (1 - m)):
    the Beta-binomial log likelihood without its binomial coefficients, where c of n proposed spans
    are correct and m is the layer's precision (Gelman and others, section 5.3).
    """
    layers: defaultdict[str, Tally] = defaultdict(Tally)
    rules: defaultdict[Key, Tally] = defaultdict(Tally)
    for row in rows:
        counts = (row.proposed, row.correct)
        key = (row.layer, row.label, row.rule)
        layers[row.layer] = Tally(*map(sum, zip(layers[row.layer], counts, strict=True)))
        rules[key] = Tally(*map(sum, zip(rules[key], counts, strict=True)))
    total = 0.0
    for (layer, *_), (proposed, correct) in rules.items():
        pooled = layers[layer]
        mean = (pooled.correct + 1) / (pooled.proposed + 2)
        a, b = strength * mean, strength * (1 - mean)
        total += _log_beta(correct + a, proposed - correct + b) - _log_beta(a, b)
    return total


def _log_beta(a: float, b: float) -> float:
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)


def bins(scored: Iterable[Scored]) -> list[tuple[float, float, Summary]]:
    """(low, high, summary) of the spans with a score in low <= score < high, for each of `BINS`."""
    grouped: defaultdict[float, list[Scored]] = defaultdict(list)
    for item in scored:
        grouped[max(low for low in BINS if low <= item.score)].append(item)
    highs = (*BINS[1:], 1.0)
    return [(low, high, summary(grouped[low])) for low, high in zip(BINS, highs, strict=True)]


def report(rows: Sequence[Row]) -> str:
    """The check as Markdown: bins of scores, sources, coarser scores, and prior strengths."""
    scored = left_out(rows)
    parts = [
        _markdown(
            ("score", "spans", "mean score", "observed precision"),
            [
                (f"{low:.3f} to {high:.3f}", *_cells(found))
                for low, high, found in bins(scored)
                if found.proposed
            ],
        ),
        _markdown(
            ("reference", "spans", "mean score", "observed precision", "Brier score"),
            [_of_source(source, rows, scored) for source in sorted({row.source for row in rows})]
            + [("all", *_cells(summary(scored)), _figure(summary(scored).brier))],
        ),
        _markdown(
            ("what a score knows", "Brier score"),
            [
                ("the layer", _brier(left_out(rows, key_of=lambda row: (row.layer,)))),
                ("the label", _brier(left_out(rows, key_of=lambda row: (row.layer, row.label)))),
                ("the label and the rule", _brier(scored)),
            ],
        ),
        _markdown(
            ("strength of the prior", *(f"{s:g}" for s in STRENGTHS)),
            [
                ("Brier score", *(_brier(left_out(rows, s)) for s in STRENGTHS)),
                ("log likelihood", *(f"{log_likelihood(rows, s):.1f}" for s in STRENGTHS)),
            ],
        ),
    ]
    return "\n".join(parts)


def _of_source(source: str, rows: Sequence[Row], scored: Sequence[Scored]) -> tuple[str, ...]:
    found = summary(s for row, s in zip(rows, scored, strict=True) if row.source == source)
    return (source, *_cells(found), _figure(found.brier))


def _cells(found: Summary) -> tuple[str, str, str]:
    return (str(found.proposed), _figure(found.expected), _figure(found.observed))


def _brier(scored: Iterable[Scored]) -> str:
    return _figure(summary(scored).brier, 4)


def _figure(value: float | None, digits: int = 3) -> str:
    return "-" if value is None else f"{value:.{digits}f}"


def _markdown(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [headers, ["---"] * len(headers), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)
