"""Krippendorff's alpha for unitizing, alpha_U: agreement beyond chance on where units are.

Krippendorff 2004, Measuring the reliability of qualitative text analysis data (Quality & Quantity
38), and Content Analysis, 2nd edition, section 11.6. The text is a continuum of characters; what an
annotator gave a label is a unit, what lies between is a gap. For one label c, of m annotators over
L characters:

    D_o = sum over pairs of annotators, of their units g and h of d(g, h)^2, times 2, over
          m (m - 1) L^2
    d^2 = (b_g - b_h)^2 + (e_g - e_h)^2   where the two units share a character (b, e: begin, end)
        = l^2                             for a unit of length l wholly inside of a gap of the other

    D_e = 2/L sum over units of [(N - 1)/3 (2 l^3 - 3 l^2 + l) + l^2 sum over gaps >= l of
          (gap - l + 1)], over m L (m L - 1) - sum over units of l (l - 1)      (N: how many units)

    alpha_U = 1 - D_o / D_e; over all labels 1 - (sum of D_o) / (sum of D_e).

Texts with equally many annotators are put one after another into one continuum, in which a gap ends
where a text does; annotators are interchangeable in the formulas. Texts with two and texts with
three annotators are two continua, whose disagreements by character are added, weighted by
characters read. Spans of one label that share a character and are of one annotator count as one
unit, for units must not overlap.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from annotate.agreement.chance import labels_of, looked_at, spans_of
from annotate.agreement.overlaps import Ints, Places, edges
from annotate.agreement.readings import Item
from annotate.ontology import Ontology
from annotate.spans import Layer

NO_PAIR = "no text has two annotators"
NO_UNIT = "neither annotator has marked any"
NO_CHANCE = "chance leaves no room for disagreement"


@dataclass(frozen=True, slots=True)
class AlphaU:
    """alpha_U of one label, or of a layer.

    Attributes:
        value: None with a reason.
        observed, expected: disagreement; what the value is made of.
        n: units, of all annotators.
    """

    value: float | None = None
    observed: float = 0.0
    expected: float = 0.0
    n: int = 0
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Unitizing:
    """alpha_U of one layer: over all labels, and by label in order of the labels."""

    layer: Layer
    total: AlphaU
    by_label: Mapping[str, AlphaU]


def unitizing(items: Iterable[Item], layer: Layer, ontology: Ontology) -> Unitizing:
    """alpha_U over the characters of all texts that two annotators looked at."""
    texts = list(items)
    labels = labels_of(texts, layer, ontology)
    # For each number of annotators where its texts end.
    borders: dict[int, list[int]] = defaultdict(lambda: [0])
    units: dict[tuple[int, str], list[list[tuple[int, int]]]] = {}
    for item in texts:
        readings, allowed = looked_at(item, layer, ontology)
        size = len(readings)
        if size < 2:
            continue
        offset = borders[size][-1]
        borders[size].append(offset + len(item.text))
        for slot, reading in enumerate(readings):
            for span in spans_of(reading, layer, allowed):
                found = units.setdefault((size, span.label), [[] for _ in range(size)])
                found[slot].append((span.start + offset, span.end + offset))
    if not borders:
        return Unitizing(layer, AlphaU(reason=NO_PAIR), {})
    by_label = {}
    for label in labels:
        observed = expected = 0.0
        n = 0
        for size, (*inner, length) in sorted(borders.items()):
            if (size, label) in units:
                found_units = [joined(one) for one in units[size, label]]
                found_disagreement = disagreement(found_units, length, inner)
                # By character, weighted by the characters that were read.
                observed += found_disagreement[0] * length * length * size
                expected += found_disagreement[1] * length * length * size
                n += sum(len(one) for one in found_units)
        if n:
            by_label[label] = _alpha(observed, expected, n)
    total = _alpha(
        sum(one.observed for one in by_label.values()),
        sum(one.expected for one in by_label.values()),
        sum(one.n for one in by_label.values()),
    )
    return Unitizing(layer, total, by_label)


def joined(units: Iterable[tuple[int, int]]) -> Ints:
    """Units in order, those that share a character as one; shape (n, 2): begin and end."""
    found: list[list[int]] = []
    for start, end in sorted(units):
        if found and start < found[-1][1]:
            found[-1][1] = max(found[-1][1], end)
        else:
            found.append([start, end])
    return np.array(found, dtype=np.int64).reshape(-1, 2)


def disagreement(
    observers: Sequence[Ints], length: int, borders: Sequence[int] = ()
) -> tuple[float, float]:
    """Observed and expected disagreement on the units of one label.

    Args:
        observers: for each annotator the units, shape (n, 2): begin and end, half open, in order,
            none sharing a character with another.
        length: of the continuum; all units lie in 0..length.
        borders: places inside of it that no unit and no gap goes beyond.
    """
    return _observed(observers, length), _expected(observers, length, borders)


def _observed(observers: Sequence[Ints], length: int) -> float:
    m = len(observers)
    total = 0
    for number, one in enumerate(observers):
        for other in observers[number + 1 :]:
            found = edges(_places(one), _places(other))
            difference = one[found.left] - other[found.right]
            total += int((difference * difference).sum())
            for units, met in ((one, found.left), (other, found.right)):
                alone = np.ones(len(units), dtype=bool)
                alone[met] = False
                size = units[alone, 1] - units[alone, 0]
                total += int((size * size).sum())
    return 2 * total / (m * (m - 1) * length**2)


def _expected(observers: Sequence[Ints], length: int, borders: Sequence[int]) -> float:
    m = len(observers)
    inner = np.array(borders, dtype=np.int64)
    sizes = np.concatenate([one[:, 1] - one[:, 0] for one in observers]).astype(np.float64)
    gaps = np.sort(
        np.concatenate(
            [
                np.sort(np.concatenate([one[:, 0], inner, [length]]))
                - np.sort(np.concatenate([[0], inner, one[:, 1]]))
                for one in observers
            ]
        )
    ).astype(np.float64)
    # Sums over the gaps from the i-th on, in order of their length.
    first = np.searchsorted(gaps, sizes, side="left")
    sums = np.append(np.cumsum(gaps[::-1])[::-1], 0)[first]
    in_gaps = sums - (sizes - 1) * (len(gaps) - first)
    among = (len(sizes) - 1) / 3 * (2 * sizes**3 - 3 * sizes**2 + sizes)
    above = float((among + sizes**2 * in_gaps).sum()) * 2 / length
    below = m * length * (m * length - 1) - float((sizes * (sizes - 1)).sum())
    return above / below if below else 0.0


def _places(units: Ints) -> Places:
    return Places(np.zeros(len(units), dtype=np.int64), units[:, 0], units[:, 1])


def _alpha(observed: float, expected: float, n: int) -> AlphaU:
    if not n:
        return AlphaU(reason=NO_UNIT)
    if not expected:
        return AlphaU(None, observed, expected, n, NO_CHANCE)
    return AlphaU(1 - observed / expected, observed, expected, n)
