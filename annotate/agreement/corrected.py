"""Agreement beyond chance, by layer: what the figures show of kappa, alpha and gamma."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from annotate.agreement.chance import chance
from annotate.agreement.gamma import gamma_of
from annotate.agreement.kappa import Coefficients
from annotate.agreement.readings import Item
from annotate.agreement.resampling import Interval
from annotate.agreement.unitizing import unitizing
from annotate.ontology import Ontology
from annotate.spans import LAYERS, Layer

NOT_ASKED = "gamma takes long, and is measured when it is asked for"


@dataclass(frozen=True, slots=True)
class OfLabel:
    """One label: against the rest over words; by its units alone over characters."""

    words: Coefficients
    alpha_u: float | None


@dataclass(frozen=True, slots=True)
class Corrected:
    """Chance-corrected agreement on one layer.

    Attributes:
        cohen: mean of Cohen's kappa over pairs, over words.
        fleiss, alpha: Fleiss' kappa and Krippendorff's nominal alpha, over words.
        alpha_u: Krippendorff's unitizing alpha, over characters.
        gamma: of Mathet and others.
        n: words with two readings.
        pairs: Cohen's kappa of each two annotators; None where they use one class only.
        intervals: 95 % of cohen, fleiss and alpha, by bootstrap over the same stories as F1.
        reason: why one of them is None.
    """

    layer: Layer
    cohen: float | None = None
    fleiss: float | None = None
    alpha: float | None = None
    alpha_u: float | None = None
    gamma: float | None = None
    n: int = 0
    labels: Mapping[str, OfLabel] = field(default_factory=dict)
    reason: str | None = None
    pairs: Mapping[tuple[str, str], float | None] = field(default_factory=dict)
    intervals: Mapping[str, Interval | None] = field(default_factory=dict)


def corrected(
    items: Sequence[Item], ontology: Ontology, *, gamma: bool = False, seed: int = 1
) -> tuple[Corrected, ...]:
    """For each layer; a layer that was given in a text is not measured in it."""
    groups = sorted({item.group for item in items})
    return tuple(
        _of_layer([i for i in items if layer not in i.given], layer, ontology, groups, gamma, seed)
        for layer in LAYERS
    )


def _of_layer(
    items: Sequence[Item],
    layer: Layer,
    ontology: Ontology,
    groups: Sequence[str],
    gamma: bool,
    seed: int,
) -> Corrected:
    over_words = chance(items, layer, ontology, groups=groups, seed=seed)
    units = unitizing(items, layer, ontology)
    aligned = gamma_of(items, layer, ontology, seed=seed) if gamma else None
    total = over_words.total
    return Corrected(
        layer,
        total.cohen,
        total.fleiss,
        total.alpha,
        units.total.value,
        aligned.value if aligned else None,
        n=total.n,
        labels={
            label: OfLabel(own, units.by_label[label].value if label in units.by_label else None)
            for label, own in over_words.by_label.items()
        },
        reason=total.reason or units.total.reason or (aligned.reason if aligned else NOT_ASKED),
        pairs=over_words.by_pair,
        intervals=total.intervals,
    )
