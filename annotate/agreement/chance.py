"""Agreement beyond chance, over words: Cohen's and Fleiss' kappa, Krippendorff's nominal alpha.

Every word has a class: the label of the layer's span that covers it (of several the longest, which
is the outermost), or O. Most words are O, and all agree on most of them: figures over words say
less than F1 over spans does, and rise with the share of O. They are here because others report
them, and because the ones by label (one against the rest) show which label is guessed.

The coefficients are in annotate.agreement.kappa.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from annotate.agreement.kappa import Coefficients, NominalSums
from annotate.agreement.readings import Item, Reading
from annotate.agreement.resampling import SEED
from annotate.arabic.words import words
from annotate.ontology import Ontology
from annotate.spans import Layer, Span

OUTSIDE = "O"
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Chance:
    """Chance-corrected agreement on one layer.

    Attributes:
        total: over all classes.
        by_label: one label against the rest, in order of the labels.
        by_pair: Cohen's kappa of each pair of annotators; None where they use one class only.
    """

    layer: Layer
    total: Coefficients
    by_label: Mapping[str, Coefficients]
    by_pair: Mapping[tuple[str, str], float | None]


def chance(
    items: Iterable[Item],
    layer: Layer,
    ontology: Ontology,
    *,
    groups: Sequence[str] = (),
    seed: int = SEED,
) -> Chance:
    """Chance-corrected agreement over the words of all texts that two annotators looked at.

    Args:
        groups: the story groups, in order, of all texts that figures beside these are of: what is
            drawn from for intervals. Without them there are none.
    """
    texts = list(items)
    classes = (OUTSIDE, *labels_of(texts, layer, ontology))
    sums = NominalSums(len(classes))
    for item in texts:
        readings, allowed = looked_at(item, layer, ontology)
        if len(readings) > 1:
            names = [reading.annotator for reading in readings]
            known = [c == OUTSIDE or allowed is None or c in allowed for c in classes]
            table = _classes(item, readings, layer, allowed, classes)
            sums.add(names, table, group=item.group, known=np.array(known))
    total, *own = sums.coefficients(groups, seed=seed)
    by_label = {
        label: found
        for label, found, used in zip(classes, own, sums.used, strict=True)
        if used and label != OUTSIDE
    }
    return Chance(layer, total, by_label, sums.by_pair())


def labels_of(items: Iterable[Item], layer: Layer, ontology: Ontology) -> tuple[str, ...]:
    """The layer's labels in the ontology's order, then others that an annotation has."""
    known = ontology.labels(layer)
    found = {s.label for i in items for r in i.readings for s in _layer(r, layer)}
    return (*(label for label in known if label in found), *sorted(found.difference(known)))


def looked_at(
    item: Item, layer: Layer, ontology: Ontology
) -> tuple[list[Reading], frozenset[str] | None]:
    """The readings that covered a layer at all, and the labels that all of these covered.

    Labels are None where everybody could choose all. Where they have none in common, there is
    nothing to compare, and no reading.
    """
    known = set(ontology.labels(layer))
    readings: list[Reading] = []
    allowed: frozenset[str] | None = None
    for reading in item.readings:
        covered = reading.annotation.labels_covered
        if covered is None:
            readings.append(reading)
        elif known & set(covered):
            readings.append(reading)
            allowed = frozenset(covered) if allowed is None else allowed & frozenset(covered)
    return (readings if allowed is None or allowed & known else []), allowed


def spans_of(reading: Reading, layer: Layer, allowed: frozenset[str] | None) -> list[Span]:
    """The layer's spans whose label is allowed."""
    return [s for s in _layer(reading, layer) if allowed is None or s.label in allowed]


def _layer(reading: Reading, layer: Layer) -> list[Span]:
    return [span for span in reading.annotation.spans if span.layer == layer]


def _classes(
    item: Item,
    readings: Sequence[Reading],
    layer: Layer,
    allowed: frozenset[str] | None,
    classes: Sequence[str],
) -> Ints:
    """The class of each word, shape (readings, words)."""
    found = words(item.text)
    starts = np.array([word.start for word in found], dtype=np.int64)
    ends = np.array([word.end for word in found], dtype=np.int64)
    number = {label: i for i, label in enumerate(classes)}
    table = np.zeros((len(readings), len(found)), dtype=np.int64)
    for row, reading in zip(table, readings, strict=True):
        spans = spans_of(reading, layer, allowed)
        # The longest is painted last, and of equally long ones the first in order of the labels.
        spans.sort(key=lambda s: (s.end - s.start, -number[s.label]))
        first = np.searchsorted(ends, [s.start for s in spans], side="right")
        last = np.searchsorted(starts, [s.end for s in spans], side="left")
        for span, a, b in zip(spans, first.tolist(), last.tolist(), strict=True):
            row[a:b] = number[span.label]
    return table
