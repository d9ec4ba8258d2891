"""Gamma: agreement on where units are and what they are, against continua drawn by chance.

Mathet, Widlöcher and Métivier 2015 (see annotate.agreement.alignment for the alignment):

    gamma = 1 - disorder of the best alignment / mean disorder of those of random continua

1 is full agreement, 0 is chance, below 0 is worse than chance. Random continua are drawn as by the
statistical sampler of pygamma-agreement (Titeux and Riad 2021, pygamma-agreement: gamma measure for
inter/intra-annotator agreement in Python, Journal of Open Source Software 6:62): each annotator has
a number of units, gaps between them, and lengths from normal distributions with the mean and
standard deviation of the real ones, and categories by their frequency. The seed is fixed.

Many texts: every text is a continuum with random continua of its own, and gamma is one minus the
sum of the observed over the sum of the expected disorders, each counting by the text's number of
units. (An average of ratios would let a text with one span count as much as one with fifty.)
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from annotate.agreement.alignment import Continuum, Dissimilarity, best
from annotate.agreement.chance import labels_of, looked_at, spans_of
from annotate.agreement.readings import Item
from annotate.ontology import Ontology
from annotate.spans import Layer

SAMPLES = 30
SEED = 1
MOST_ITEMS = 100
_DEFAULT = Dissimilarity()
_CONFIDENCE = 1.96  # of a normal distribution: 95 %
_SHORTEST = 1e-6

Floats = npt.NDArray[np.float64]

ONE_ANNOTATOR = "no text has two annotators"
NO_UNITS = "neither annotator has marked any"


@dataclass(frozen=True, slots=True)
class Gamma:
    """Gamma, None with a reason.

    Attributes:
        observed, expected: disorders; their ratio is what 1 lacks to be `value`.
        samples: random continua (for each text).
        units: of all annotators.
        articles: texts that count; a random choice where there were more than asked for.
        reason: why the value is None.
    """

    value: float | None = None
    observed: float | None = None
    expected: float | None = None
    samples: int = 0
    units: int = 0
    articles: int = 0
    reason: str | None = None


def gamma(
    continuum: Continuum,
    how: Dissimilarity = _DEFAULT,
    *,
    samples: int = SAMPLES,
    precision: float | None = None,
    seed: int | tuple[int, ...] = SEED,
) -> Gamma:
    """Gamma of one continuum.

    Args:
        continuum: for each annotator an array (units, 3): begin, end, number of the category; units
            must have a length. Equal units of one annotator count once.
        precision: as many samples are drawn as bring the mean expected disorder within this share
            of the truth, with 95 % confidence (section 5.3 of the paper), and at least `samples`.
    """
    units = _prepared(continuum)
    total = sum(map(len, units))
    if len(units) < 2:
        return Gamma(units=total, reason=ONE_ANNOTATOR)
    if not total:
        return Gamma(reason=NO_UNITS)
    draw = _sampler(units, np.random.default_rng(seed))
    drawn = [draw() for _ in range(samples)]
    observed, *random = (one.disorder for one in best([units, *drawn], how))
    if precision is not None:
        spread = float(np.std(random) / np.mean(random))
        more = math.ceil((spread * _CONFIDENCE / precision) ** 2) - samples
        drawn = [draw() for _ in range(more)]
        random += [one.disorder for one in best(drawn, how)]
    expected = float(np.mean(random))
    return Gamma(_value(observed, expected), observed, expected, len(random), total, 1)


def gamma_of(
    items: Iterable[Item],
    layer: Layer,
    ontology: Ontology,
    *,
    samples: int = SAMPLES,
    most: int = MOST_ITEMS,
    seed: int = SEED,
) -> Gamma:
    """Gamma over all texts that two annotators looked at, or over a random choice of `most`."""
    texts = list(items)
    number = {label: i for i, label in enumerate(labels_of(texts, layer, ontology))}
    continua: list[tuple[tuple[int, int], list[Floats]]] = []
    shared = 0
    for item in texts:
        readings, allowed = looked_at(item, layer, ontology)
        if len(readings) < 2:
            continue
        shared += 1
        spans = [spans_of(reading, layer, allowed) for reading in readings]
        if any(spans):
            key = (seed, zlib.crc32(item.doc_id.encode()))
            units = [_units([(s.start, s.end, number[s.label]) for s in one]) for one in spans]
            continua.append((key, units))
    if not continua:
        return Gamma(reason=NO_UNITS if shared else ONE_ANNOTATOR)
    # What is drawn for a text depends on which one it is, not on where it stands.
    chosen = sorted(continua, key=lambda c: float(np.random.default_rng(c[0]).random()))[:most]
    found = _together([(key, _prepared(c)) for key, c in chosen], samples)
    weights = [
        one.units / len(continuum) for one, (_, continuum) in zip(found, chosen, strict=True)
    ]
    observed = math.fsum(w * (one.observed or 0) for w, one in zip(weights, found, strict=True))
    expected = math.fsum(w * (one.expected or 0) for w, one in zip(weights, found, strict=True))
    return Gamma(
        _value(observed, expected),
        observed,
        expected,
        samples,
        sum(one.units for one in found),
        len(chosen),
    )


def _together(
    continua: Sequence[tuple[tuple[int, int], list[Floats]]], samples: int
) -> list[Gamma]:
    """What `gamma` says of each, with the seed that comes with it; quicker for many small ones."""
    every: list[Continuum] = []
    for seed, units in continua:
        draw = _sampler(units, np.random.default_rng(seed))
        every += [units, *(draw() for _ in range(samples))]
    disorders = [one.disorder for one in best(every, _DEFAULT)]
    found = []
    for number, (_, units) in enumerate(continua):
        observed, *random = disorders[number * (samples + 1) : (number + 1) * (samples + 1)]
        expected = float(np.mean(random))
        total = sum(map(len, units))
        found.append(Gamma(_value(observed, expected), observed, expected, samples, total, 1))
    return found


def _prepared(continuum: Continuum) -> list[Floats]:
    """Equal units once; in an order that does not depend on who is called what."""
    units = [np.unique(one.reshape(-1, 3), axis=0) for one in continuum]
    return sorted(units, key=lambda one: one.tolist())


def _value(observed: float, expected: float) -> float:
    # Random units never agree fully, so nothing is divided by zero.
    return 1.0 if observed < _SHORTEST else 1 - observed / expected


def _units(found: Sequence[tuple[int, int, int]]) -> Floats:
    return np.unique(np.array(found, dtype=np.float64).reshape(-1, 3), axis=0)


def _sampler(units: Continuum, generator: np.random.Generator) -> Callable[[], list[Floats]]:
    """Draws random continua of as many annotators."""
    gaps: list[Floats] = [np.zeros(1)]
    for one in units:
        gaps.append(one[1:, 0] - one[:-1, 1])
        if len(one) and one[0, 0] > 0:
            gaps.append(one[:1, 0])
    every = np.concatenate(list(units))
    size, gap, length = (
        (float(values.mean()), float(values.std()))
        for values in (
            np.array([len(one) for one in units]),
            np.concatenate(gaps),
            every[:, 1] - every[:, 0],
        )
    )

    def draw() -> list[Floats]:
        found: list[Floats] = []
        for _ in units:
            count = abs(int(generator.normal(*size)))
            if not any(map(len, found)):
                count = max(1, count)
            moved = generator.normal(*gap, count)
            lengths = np.maximum(np.abs(generator.normal(*length, count)), _SHORTEST)
            end = np.cumsum(moved + lengths)
            category = generator.choice(every[:, 2], count)
            found.append(np.stack([end - lengths, end, category], axis=1))
        return found

    return draw
