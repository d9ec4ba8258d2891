"""The first table of agreement: how far each pair of annotators agrees."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from annotate.agreement.evaluate import Evaluation, Score, score_pairs
from annotate.agreement.matching import Counts
from annotate.spans import Annotation


@dataclass(frozen=True, slots=True)
class Agreement:
    """Agreement over the articles that two annotators share.

    Attributes:
        pairs: (annotator, annotator), in order of their names -> their evaluation. F1 is the same
            whichever of the two is taken for gold.
        total: all pairs together (micro: counts are summed); None if no article has two annotators.
        articles: number of articles with at least two annotators.
    """

    pairs: Mapping[tuple[str, str], Evaluation]
    total: Evaluation | None
    articles: int

    def to_json(self) -> dict[str, Any]:
        values: dict[str, Any] = {
            "articles": self.articles,
            "pairs": [
                {"annotators": list(names), **evaluation.to_json()}
                for names, evaluation in self.pairs.items()
            ],
            "total": self.total.to_json() if self.total else None,
        }
        if self.total is None:
            values["reason"] = "no article has two annotators"
        return values


def agreement(annotations: Iterable[Annotation]) -> Agreement:
    """Pairwise agreement of all annotators, by their names, on the texts that they share.

    Of two annotations of one text by one annotator the later one in `annotations` counts.
    """
    by_text: dict[str, dict[str, Annotation]] = defaultdict(dict)
    for annotation in annotations:
        by_text[annotation.text_sha256][annotation.annotator or "?"] = annotation
    shared: dict[tuple[str, str], list[tuple[Annotation, Annotation]]] = defaultdict(list)
    for sha256 in sorted(by_text):
        for first, second in combinations(sorted(by_text[sha256]), 2):
            pair = (by_text[sha256][first], by_text[sha256][second])
            shared[first, second].append(pair)
    pairs = {
        names: Evaluation(score_pairs(found), len(found)) for names, found in sorted(shared.items())
    }
    together = [pair for names in sorted(shared) for pair in shared[names]]
    doubled = sum(len(annotators) > 1 for annotators in by_text.values())
    total = Evaluation(score_pairs(together), len(together)) if together else None
    return Agreement(pairs, total, doubled)


def summed(parts: Iterable[Agreement]) -> Agreement:
    """The agreement on all articles, of that on some of them at a time."""
    pairs: dict[tuple[str, str], Evaluation] = {}
    articles = 0
    for part in parts:
        articles += part.articles
        for names, found in part.pairs.items():
            before = pairs.get(names)
            pairs[names] = found if before is None else _sum(before, found)
    ordered = dict(sorted(pairs.items()))
    evaluations = iter(ordered.values())
    total = next(evaluations, None)
    for found in evaluations:
        total = None if total is None else _sum(total, found)
    return Agreement(ordered, total, articles)


def _sum(first: Evaluation, second: Evaluation) -> Evaluation:
    return Evaluation(
        {
            measure: {
                how: _sum_of_scores(score, second.scores[measure][how])
                for how, score in by_how.items()
            }
            for measure, by_how in first.scores.items()
        },
        first.matched + second.matched,
    )


def _sum_of_scores(first: Score, second: Score) -> Score:
    labels = sorted({*first.by_label, *second.by_label})
    return Score(
        first.total + second.total,
        {
            label: first.by_label.get(label, Counts()) + second.by_label.get(label, Counts())
            for label in labels
        },
    )
