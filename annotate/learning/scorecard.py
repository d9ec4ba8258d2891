"""Before and after on articles that were not learned from: F1 by label, and edits saved.

95 % intervals are by bootstrap over story groups, as in `agreement.resampling`. Before and after
are measured on the same articles: the difference is taken within each resample (paired).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from annotate.agreement.matching import Counts, count_roles, count_spans
from annotate.heuristics.calibration import Scored, Summary, summary
from annotate.learning.edits import Edits, edits
from annotate.learning.examples import Example, only
from annotate.spans import Annotation

RESAMPLES = 1000
SEED = 1
MEASURES = ("entities", "triggers", "roles")
ALL = "*"  # all labels of a measure, micro-averaged
BIASED = "biased: gold was corrected from pre-labels"
UNKNOWN = "perhaps biased: nothing says whether gold was corrected from pre-labels"


class Key(NamedTuple):
    """What a line of the card is about; strict: offsets and label are equal."""

    measure: str
    label: str


class HeldOut(NamedTuple):
    """A held-out article as it is proposed before and after, and as it is right."""

    example: Example
    before: Annotation
    after: Annotation
    covers: frozenset[str]


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure before and after, with the difference and its interval (None: one story)."""

    before: float | None
    after: float | None
    difference: float | None
    low: float | None
    high: float | None
    n: int

    def to_json(self) -> dict[str, Any]:
        values = {"before": self.before, "after": self.after, "difference": self.difference}
        values |= {"low": self.low, "high": self.high}
        return {k: None if v is None else round(v, 6) for k, v in values.items()} | {"n": self.n}


class Saved(NamedTuple):
    """Actions saved for each article, with the interval (None: one story)."""

    mean: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Scorecard:
    """What learning is worth.

    Attributes:
        f1: by measure and label; n is how many spans (or roles) the gold has.
        edits: actions for each article; n is the number of articles.
        before, after: all actions.
        scores: before and after, what the scores of spans promised, and what was right.
        stories: groups that are resampled.
        bias: why the figures are not to be taken as they are; None: gold was annotated blank.
        how: how articles were held out.
    """

    f1: Mapping[Key, Figure]
    edits: Figure
    before: Edits
    after: Edits
    scores: tuple[Summary, Summary]
    stories: int
    bias: str | None
    how: str

    @property
    def saved(self) -> int:
        """Actions of annotators that the new version would have saved on these articles."""
        return self.before.total - self.after.total

    @property
    def saved_each(self) -> Saved:
        """The actions saved for each article."""
        each = self.edits
        return Saved(
            *(None if v is None else 0.0 - v for v in (each.difference, each.high, each.low))
        )

    @property
    def is_worse(self) -> bool:
        """Whether it would have cost annotators more than it saved."""
        return self.saved < 0

    def to_json(self) -> dict[str, Any]:
        found: dict[str, dict[str, Any]] = {measure: {} for measure in MEASURES}
        for key, figure in self.f1.items():
            found[key.measure][key.label] = figure.to_json()
        return {
            "how": self.how,
            "bias": self.bias,
            "articles": self.edits.n,
            "stories": self.stories,
            "f1": found,
            "edits": {
                "before": self.before.total,
                "after": self.after.total,
                "saved": self.saved,
                "saved_each_article": {
                    name: None if value is None else round(value, 6)
                    for name, value in self.saved_each._asdict().items()
                },
                "each_article": self.edits.to_json(),
            },
            "scores": {
                side: {"mean": found.expected, "precision": found.observed, "brier": found.brier}
                for side, found in zip(("before", "after"), self.scores, strict=True)
            },
            "worse": self.is_worse,
        }


def scorecard(tested: Sequence[HeldOut], how: str) -> Scorecard:
    """The card of held-out articles; of those annotated blank alone, where there are such.

    Gold that began from pre-labels favours whatever made them.
    """
    blank = [item for item in tested if item.example.corrected is False]
    bias = None
    if blank:
        tested = blank
    else:
        bias = BIASED if any(item.example.corrected for item in tested) else UNKNOWN
    groups = sorted({item.example.group for item in tested})
    number = {group: place for place, group in enumerate(groups)}
    counts: dict[Key, list[list[Counts]]] = {}
    actions = [[0.0, 0.0, 0.0] for _ in groups]  # before, after, articles
    totals = [Edits(), Edits()]
    scores: tuple[list[Scored], list[Scored]] = ([], [])
    for item in tested:
        place = number[item.example.group]
        gold = only(item.example.gold, item.covers)
        actions[place][2] += 1
        for side, annotation in enumerate((item.before, item.after)):
            proposed = only(annotation, item.covers)
            made = edits(proposed, gold)
            totals[side] += made
            actions[place][side] += made.total
            scores[side].extend(_scored(proposed, gold))
            for key, counted in _counts(proposed, gold):
                cells = counts.setdefault(key, [[Counts()] * 2 for _ in groups])
                cells[place][side] += counted
    return Scorecard(
        f1={key: _f1(counts[key]) for key in sorted(counts, key=_order)},
        edits=_each_article(actions),
        before=totals[0],
        after=totals[1],
        scores=(summary(scores[0]), summary(scores[1])),
        stories=len(groups),
        bias=bias,
        how=how,
    )


def _scored(proposed: Annotation, gold: Annotation) -> Iterable[Scored]:
    right = {span.key for span in gold.spans}
    for span in proposed.spans:
        if span.score is not None:
            yield Scored(span.score, 1, int(span.key in right))


def _counts(proposed: Annotation, gold: Annotation) -> Iterable[tuple[Key, Counts]]:
    for measure, by_label in (
        ("entities", count_spans(proposed.entities, gold.entities, "strict")),
        ("triggers", count_spans(proposed.events, gold.events, "strict")),
        ("roles", count_roles(proposed, gold, "strict")),
    ):
        for label, counted in by_label.items():
            yield Key(measure, label), counted
            yield Key(measure, ALL), counted


def _order(key: Key) -> tuple[int, bool, str]:
    return (MEASURES.index(key.measure), key.label != ALL, key.label)


def _f1(cells: Sequence[Sequence[Counts]]) -> Figure:
    """F1 = 2 tp / (2 tp + fp + fn) of the sums over groups."""
    sums = [sum((pair[side] for pair in cells), start=Counts()) for side in (0, 1)]

    def ratios(weights: Any) -> Any:
        import numpy as np

        table = np.array([[(2 * c.tp, 2 * c.tp + c.fp + c.fn) for c in pair] for pair in cells])
        above, below = (np.tensordot(weights, table[:, :, part], 1) for part in (0, 1))
        return np.divide(above, below, out=np.full(above.shape, np.nan), where=below > 0)

    gold = sums[0].tp + sums[0].fn
    return _figure(sums[0].f1, sums[1].f1, ratios, len(cells), gold)


def _each_article(actions: Sequence[Sequence[float]]) -> Figure:
    """Actions by article, over groups of unequal size: a ratio of sums."""

    def ratios(weights: Any) -> Any:
        import numpy as np

        sums = weights @ np.array(actions)
        return sums[:, :2] / sums[:, 2:]

    articles = int(sum(row[2] for row in actions))
    means = [sum(row[side] for row in actions) / articles for side in (0, 1)]
    return _figure(means[0], means[1], ratios, len(actions), articles)


def _figure(
    before: float | None,
    after: float | None,
    ratios: Callable[[Any], Any],
    groups: int,
    n: int,
) -> Figure:
    """Percentile bootstrap (Efron and Tibshirani 1993, chapter 13) of the paired difference."""
    import numpy as np

    if before is None or after is None or groups < 2:
        difference = None if before is None or after is None else after - before
        return Figure(before, after, difference, None, None, n)
    weights = np.random.default_rng(SEED).multinomial(groups, [1 / groups] * groups, RESAMPLES)
    values = ratios(weights.astype(float))
    differences = values[:, 1] - values[:, 0]
    defined = differences[~np.isnan(differences)]
    low, high = np.percentile(defined, [2.5, 97.5])
    return Figure(before, after, after - before, float(low), float(high), n)
