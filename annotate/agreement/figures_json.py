"""The figures as JSON values: what agreement.json, `--json` and the report are made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from annotate.agreement.bias import Basis, Rule
from annotate.agreement.confusion import Matrix
from annotate.agreement.corrected import Corrected
from annotate.agreement.figures import HEADLINE, Bias, Figures, Measured, OfPair, Trend, shown
from annotate.agreement.kappa import NAMES
from annotate.agreement.matching import Counts
from annotate.agreement.resampling import Estimate, Interval

LAYER_OF = {"entities": "entity", "triggers": "event", "roles": "role", "attributes": "attribute"}


def figures_json(figures: Figures, *, quote: bool = True) -> dict[str, Any]:
    """JSON values; what is undefined is null, with the reason.

    Args:
        quote: whether words of the texts may stand in it.
    """
    values: dict[str, Any] = {
        "articles": figures.articles,
        "groups": figures.groups,
        "left_out": figures.left_out,
        "annotators": list(figures.annotators),
        "simulated": figures.simulated,
        "basis": _basis(figures.basis),
        "headline": {
            "measure": HEADLINE[0],
            "how": HEADLINE[1],
            **_interval(figures.headline),
            "articles": len({item.doc_id for item in figures.basis.items}),
            "groups": len({item.group for item in figures.basis.items}),
            "verdict": figures.verdict,
            "reason": figures.reason,
        },
        "measures": [_measured(one) for one in figures.measures],
        "labels": [
            {
                "layer": LAYER_OF[measure],
                "label": label,
                "how": "strict",
                **_interval(one),
                "few": one.few,
            }
            for (measure, label), one in figures.labels.items()
        ],
        "pairs": [_pair(one) for one in figures.pairs],
        "chance": [_corrected(one) for one in figures.chance],
        "bias": _bias(figures.bias),
        "trend": _trend(figures.trend),
        "confusion": {
            "entities": _matrix(figures.confusion["entity"]),
            "triggers": _matrix(figures.confusion["event"]),
        },
        "disagreements_total": len(figures.disagreements),
        "disagreements": [one.to_json(quote=quote) for one in shown(figures)],
        "fought": [
            {"word": one.word, "times": one.times, "labels": list(one.labels)}
            for one in (figures.fought if quote else ())
        ],
    }
    if figures.pulled_at is not None:
        values["pulled_at"] = figures.pulled_at
    if figures.progress is not None:
        values["annotators_progress"] = [dict(row) for row in figures.progress]
    return values


def words_of(basis: Basis) -> str:
    """What the figures are over, in words."""
    count = len({item.doc_id for item in basis.items})
    articles = f"{count} article{'' if count == 1 else 's'}"
    if not count:
        return "no article has two annotators yet"
    if basis.kind == "blank":
        return f"on {articles} annotated blank"
    if basis.kind == "prelabelled":
        return f"upper bound: all {articles} were pre-labelled, and shared pre-labels agree"
    return f"upper bound: some of {articles} may have been pre-labelled"


def _basis(basis: Basis) -> dict[str, Any]:
    return {
        "kind": basis.kind,
        "articles": len({item.doc_id for item in basis.items}),
        "groups": len({item.group for item in basis.items}),
        "words": words_of(basis),
    }


def _interval(one: Estimate) -> dict[str, Any]:
    return {
        "f1": rounded(one.f1),
        "low": rounded(one.low),
        "high": rounded(one.high),
        "n": one.n,
    }


def _measured(one: Measured) -> dict[str, Any]:
    counts = one.estimate.counts
    return {
        "measure": one.measure,
        "how": one.how,
        **_interval(one.estimate),
        "macro_f1": rounded(one.macro),
        "tp": counts.tp,
        "fp": counts.fp,
        "fn": counts.fn,
        "reason": one.estimate.reason,
    }


def _pair(one: OfPair) -> dict[str, Any]:
    return {
        "annotators": list(one.names),
        "articles": one.articles,
        **{name: rounded(value) for name, value in one.by_measure.items()},
        "spans": rounded(one.spans.f1),
        "low": rounded(one.spans.low),
        "high": rounded(one.spans.high),
        "n": one.spans.n,
    }


def _corrected(one: Corrected) -> dict[str, Any]:
    return {
        "layer": one.layer,
        "cohen": rounded(one.cohen),
        "fleiss": rounded(one.fleiss),
        "alpha": rounded(one.alpha),
        "alpha_u": rounded(one.alpha_u),
        "gamma": rounded(one.gamma),
        "n": one.n,
        "labels": [
            {
                "label": label,
                "cohen": rounded(own.words.cohen),
                "fleiss": rounded(own.words.fleiss),
                "alpha": rounded(own.words.alpha),
                "alpha_u": rounded(own.alpha_u),
                "n": own.words.n,
                "intervals": _intervals(own.words.intervals),
            }
            for label, own in one.labels.items()
        ],
        "pairs": [
            {"annotators": list(names), "cohen": rounded(value)}
            for names, value in one.pairs.items()
        ],
        "intervals": _intervals(one.intervals),
        "reason": one.reason,
    }


def _intervals(found: Mapping[str, Interval | None]) -> dict[str, dict[str, float | None] | None]:
    """Of every coefficient; null where there is none."""
    known = {name: found.get(name) for name in NAMES}
    return {
        name: ends and {"low": rounded(ends[0]), "high": rounded(ends[1])}
        for name, ends in known.items()
    }


def _bias(bias: Bias) -> dict[str, Any]:
    parts = (("blank", bias.blank), ("prelabelled", bias.prelabelled), ("changed", bias.changed))
    return {
        **{name: {**_interval(one), "reason": one.reason} for name, one in parts},
        "with_prelabels": [
            {"annotator": name, "f1": rounded(counts.f1), "n": _n(counts)}
            for name, counts in bias.with_prelabels.items()
        ],
        "rules": [_rule(rule) for rule in bias.rules],
    }


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "origin": rule.origin,
        "proposed": rule.proposed,
        "accepted": rule.accepted,
        "relabelled": rule.relabelled,
        "resized": rule.resized,
        "deleted": rule.deleted,
        "rate": rounded(rule.rate),
    }


def _trend(trend: Trend) -> dict[str, Any]:
    return {
        "weeks": [{"week": name, **_interval(one)} for name, one in trend.weeks],
        "batches": [{"batch": name, **_interval(one)} for name, one in trend.batches],
        "drift": [
            {
                "annotator": name,
                "points": [
                    {"week": week, "f1": rounded(counts.f1), "n": _n(counts)}
                    for week, counts in points
                ],
            }
            for name, points in trend.drift.items()
        ],
        "learning": [
            {"articles": number, "f1": rounded(counts.f1)} for number, counts in trend.learning
        ],
    }


def _matrix(matrix: Matrix) -> Mapping[str, Any]:
    return {"labels": list(matrix.labels), "counts": [list(row) for row in matrix.counts]}


def _n(counts: Counts) -> int:
    return counts.tp + counts.fp + counts.fn


def rounded(value: float | None) -> float | None:
    """Six digits: more say nothing, and differ between machines."""
    return None if value is None else round(value, 6)
