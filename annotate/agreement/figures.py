"""Everything that is said about how far annotators agree, as one value.

The headline, and every figure beside it that says how far people agree, is over the `basis`: the
texts that were annotated blank, where there are any. Disagreements, confused labels and fought
words are over all texts: they are there to be talked about.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from annotate.agreement import trend
from annotate.agreement.bias import Basis, Rule, basis, changed, is_prelabelled, rules
from annotate.agreement.bias import with_prelabels as against_prelabels
from annotate.agreement.compared import Compared, by_group, comparisons
from annotate.agreement.confusion import Fought, Matrix, fought, matrix
from annotate.agreement.corrected import Corrected, corrected
from annotate.agreement.counting import HOWS, SPANS, CountTable, count
from annotate.agreement.disagreements import Disagreement, disagreements, top
from annotate.agreement.hits import ANY
from annotate.agreement.matching import Counts
from annotate.agreement.readings import Item, annotators
from annotate.agreement.resampling import SEED, Estimate, estimate, estimates, macro
from annotate.agreement.verdict import verdict
from annotate.ontology import Ontology
from annotate.spans import LAYERS, Layer

HEADLINE = ("spans", "strict")
MEASURES = ("spans", "entities", "triggers", "triggers_without_statement", "roles", "attributes")
_NO_PRELABELS = "no two annotators of a text began from pre-labels"
_GIVEN: Mapping[Layer, tuple[str, ...]] = {
    "entity": ("entities",),
    "event": ("triggers", "triggers_without_statement", "attributes"),
}


@dataclass(frozen=True, slots=True)
class Measured:
    """One measure, matched in one way: the F1 of all labels together, and the mean of theirs."""

    measure: str
    how: str
    estimate: Estimate
    macro: float | None


@dataclass(frozen=True, slots=True)
class OfPair:
    """How far two annotators agree (strict).

    Attributes:
        names: in order.
        articles: that both have annotated.
        spans: entities and triggers.
        by_measure: measure -> F1, None where undefined.
    """

    names: tuple[str, str]
    articles: int
    spans: Estimate
    by_measure: Mapping[str, float | None]


@dataclass(frozen=True, slots=True)
class Bias:
    """What pre-labels do: strict F1 of spans.

    Attributes:
        blank, prelabelled: on texts where both annotators began from nothing, or from pre-labels.
        changed: where they began from pre-labels, over the spans that one of them changed.
        with_prelabels: annotator -> how much of the pre-labels stays.
        rules: what was done with the spans of each rule.
    """

    blank: Estimate
    prelabelled: Estimate
    changed: Estimate
    with_prelabels: Mapping[str, Counts]
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Trend:
    """Strict F1 of spans as time goes by: see `annotate.agreement.trend`."""

    weeks: tuple[tuple[str, Estimate], ...]
    batches: tuple[tuple[str, Estimate], ...]
    drift: Mapping[str, Sequence[tuple[str, Counts]]]
    learning: tuple[tuple[int, Counts], ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """How far annotators agree.

    Attributes:
        articles, groups: with at least two readings: articles, and the stories that they tell.
        annotators: who made a reading of one of them.
        simulated: whether one of them is no person.
        basis: the texts that measures, labels, pairs, chance and trend are over.
        headline: strict F1 of entities and triggers together.
        verdict: what it means, in words; None with `reason`.
        measures: by measure and way to match.
        labels: (measure, label) -> strict F1.
        disagreements: all of them, ranked.
        left_out: texts with several readings that were not measured.
        progress: what each annotator has done, as the caller knows it (JSON values).
        pulled_at: when the newest of the work was pulled (ISO 8601, UTC), where that is known.
    """

    articles: int
    groups: int
    annotators: tuple[str, ...]
    simulated: bool
    basis: Basis
    headline: Estimate
    verdict: str | None
    reason: str | None
    measures: tuple[Measured, ...]
    labels: Mapping[tuple[str, str], Estimate]
    pairs: tuple[OfPair, ...]
    chance: tuple[Corrected, ...]
    bias: Bias
    trend: Trend
    confusion: Mapping[Layer, Matrix]
    disagreements: tuple[Disagreement, ...]
    fought: tuple[Fought, ...]
    left_out: int = 0
    progress: tuple[Mapping[str, Any], ...] | None = None
    pulled_at: str | None = None

    def to_json(self, *, quote: bool = True) -> dict[str, Any]:
        """As JSON values: the shape of agreement.json.

        Args:
            quote: whether words of the texts may stand in it.
        """
        from annotate.agreement.figures_json import figures_json

        return figures_json(self, quote=quote)

    def with_progress(
        self, progress: Iterable[Mapping[str, Any]], pulled_at: str | None = None
    ) -> Figures:
        return replace(self, progress=tuple(progress), pulled_at=pulled_at)


def measure(
    items: Iterable[Item],
    ontology: Ontology,
    *,
    simulated: Collection[str] = (),
    left_out: int = 0,
    gamma: bool = False,
    seed: int = SEED,
) -> Figures:
    """Measures the agreement of all readings.

    Args:
        items: texts with their readings, in any order; those with one reading are left out.
        simulated: names of annotators who are no people.
        left_out: how many more there are, which the caller did not take.
        gamma: whether to measure gamma, which takes long.
        seed: of the bootstrap and of gamma's random annotations.
    """
    doubled = sorted(
        (item for item in items if len(item.readings) > 1),
        key=lambda item: (item.doc_id, item.text_sha256, item.given),
    )
    names = annotators(doubled)
    base = basis(doubled)
    table = _without_given(count(base.items, ontology), base.items)
    everybody = comparisons(doubled)
    based = comparisons(base.items)
    found = disagreements(doubled)
    main = estimates(table.summed(measure="spans"), seed=seed).get(HEADLINE) or _undefined(table)
    no_people = sorted(set(names) & set(simulated))
    words, reason = verdict(main, base.kind, has_simulated=bool(no_people))
    return Figures(
        articles=len({item.doc_id for item in doubled}),
        groups=len({item.group for item in doubled}),
        annotators=tuple(names),
        simulated=bool(no_people),
        basis=base,
        headline=main,
        verdict=words,
        reason=reason,
        measures=_measures(table, seed),
        labels=_labels(table, seed),
        pairs=_pairs(table, seed),
        chance=corrected(base.items, ontology, gamma=gamma, seed=seed),
        bias=_bias(doubled, everybody, seed),
        trend=_trend(based, seed),
        confusion={layer: matrix(everybody, layer) for layer in LAYERS},
        disagreements=tuple(found),
        fought=tuple(fought(found, doubled)),
        left_out=left_out,
    )


def shown(figures: Figures) -> list[Disagreement]:
    """The disagreements that a report shows."""
    return top(figures.disagreements)


def _without_given(table: CountTable, items: Sequence[Item]) -> CountTable:
    """The table without the layers that annotators were given."""
    import numpy as np

    if not any(item.given for item in items):
        return table
    drop = np.zeros((len(items), len(table.keys)), dtype=bool)
    for number, item in enumerate(items):
        given = {name for layer in item.given for name in _GIVEN[layer]}
        drop[number] = [key.measure in given for key in table.keys]
    keep = ~drop[table.item[table.row], table.key]
    return replace(table, row=table.row[keep], key=table.key[keep], counts=table.counts[keep])


def _measures(table: CountTable, seed: int) -> tuple[Measured, ...]:
    totals = estimates(table.summed(), seed=seed)
    by_label = table.summed(("measure", "how", "label")).totals
    nothing = _undefined(table)
    found = []
    for name in MEASURES:
        parts = SPANS if name == "spans" else (name,)
        for how in HOWS:
            if name == "attributes" and how not in ("strict", "overlap"):
                continue  # an attribute has no borders of its own
            total = totals.get((name, how), nothing)
            own = {
                key: Estimate(counts, total.groups)
                for key, counts in by_label.items()
                if key[0] in parts and key[1] == how and key[2] != ANY
            }
            found.append(Measured(name, how, total, macro(own)))
    return tuple(found)


def _labels(table: CountTable, seed: int) -> dict[tuple[str, str], Estimate]:
    found = estimates(table.summed(("measure", "label"), how="strict"), seed=seed)
    kept = [(key, one) for key, one in found.items() if key[0] != "triggers_without_statement"]
    order = {name: number for number, name in enumerate(MEASURES)}
    ranked = sorted(kept, key=lambda item: (order[item[0][0]], -item[1].n, item[0][1]))
    return {(name, label): one for (name, label), one in ranked}


def _pairs(table: CountTable, seed: int) -> tuple[OfPair, ...]:
    found = []
    for names in table.pairs:
        own = table.only(pair=names)
        sums = estimates(own.summed(how="strict"), seed=seed)
        by_measure = {
            name: sums[name, "strict"].f1 if (name, "strict") in sums else None
            for name in ("entities", "triggers", "roles", "attributes")
        }
        articles = len({own.doc_ids[number] for number in own.item.tolist()})
        spans = sums.get(HEADLINE) or _undefined(own)
        found.append(OfPair(names, articles, spans, by_measure))
    return tuple(found)


def _bias(items: Sequence[Item], pairs: Sequence[Compared], seed: int) -> Bias:
    blank = [pair for pair in pairs if pair.one.blank is True and pair.other.blank is True]
    shown = [pair for pair in pairs if is_prelabelled(pair)]
    by_change = by_group((pair.item.group, changed(pair)) for pair in shown)
    changes = estimate(by_change, seed=seed)
    return Bias(
        _spans(blank, seed) if blank else _nothing("no text was annotated blank by two"),
        _spans(shown, seed) if shown else _nothing(_NO_PRELABELS),
        changes if shown else _nothing(_NO_PRELABELS),
        against_prelabels(items),
        tuple(rules(items)),
    )


def _undefined(table: CountTable) -> Estimate:
    """What a measure is of which the table has no counts."""
    return estimate([Counts()] if table.articles else [])


def _nothing(reason: str) -> Estimate:
    return Estimate(Counts(), 0, reason=reason)


def _trend(pairs: Sequence[Compared], seed: int) -> Trend:
    return Trend(
        tuple((week.name, _spans(week.pairs, seed)) for week in trend.by_week(pairs)),
        tuple((batch.name, _spans(batch.pairs, seed)) for batch in trend.by_batch(pairs)),
        trend.drift(pairs),
        tuple(trend.learning(pairs)),
    )


def _spans(pairs: Iterable[Compared], seed: int) -> Estimate:
    return estimate(by_group((pair.item.group, pair.strict) for pair in pairs), seed=seed)
