"""Made-up readings of several annotators: as many texts and spans as a measurement wants."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from annotate.agreement.readings import Item, Reading
from annotate.ontology import Ontology
from annotate.spans import LAYERS, Annotation, Layer, Relation, Span, ordered
from annotate.storage import text_sha256

NAMES = ("anna", "omar", "salma", "tarek", "wafa")
_WORD = 6  # letters, with the space


def items(
    articles: int, annotators: int, spans: int, ontology: Ontology, *, seed: int = 1
) -> list[Item]:
    """Texts of which each annotator sees most spans, some elsewhere and some as something else.

    Of the spans two thirds are entities and one third events; most events have an argument.
    """
    return [
        item(random.Random(f"{seed} {number}"), number, annotators, spans, ontology)  # noqa: S311 - a test
        for number in range(articles)
    ]


def item(
    chance: random.Random, number: int, annotators: int, spans: int, ontology: Ontology
) -> Item:
    """One text with its readings."""
    text = "كلمةن " * (spans * 4)
    truth = []
    for index in range(spans):
        first = index * 4 + chance.randrange(3)
        layer: Layer = "event" if index % 3 == 2 else "entity"
        label = chance.choice(ontology.labels(layer))
        truth.append(_span(text, f"{index}", layer, first, chance.choice((1, 1, 2, 3)), label))
    readings = tuple(
        Reading(name, _reading(chance, text, truth, name, ontology), blank=True)
        for name in NAMES[:annotators]
    )
    return Item(f"doc-{number}", text, text_sha256(text), f"story-{number}", readings)


def _span(text: str, name: str, layer: Layer, first: int, words: int, label: str) -> Span:
    start, end = first * _WORD, (first + words) * _WORD - 1
    made = Span(name, "entity", start, end, label, text[start:end])
    if layer == "entity":
        return made
    return replace(made, layer="event", attributes=(("polarity", "POSITIVE"),))


def _reading(
    chance: random.Random, text: str, truth: list[Span], name: str, ontology: Ontology
) -> Annotation:
    found = []
    for span in truth:
        if chance.random() < 0.1:
            continue
        if chance.random() < 0.15:
            first, words = span.start // _WORD, len(span.text.split())
            moved = _span(text, span.id, span.layer, first, words + 1, span.label)
            span = replace(moved, attributes=span.attributes)
        if chance.random() < 0.1:
            span = replace(span, label=chance.choice(ontology.labels(span.layer)))
        if span.attributes and chance.random() < 0.1:
            span = replace(span, attributes=(("polarity", "NEGATIVE"),))
        found.append(span)
    there = {span.id for span in found}
    relations = []
    for span in found:
        filler, role = str(int(span.id) - 1), ontology.role_codes[int(span.id) % 2]
        if span.layer == "event" and filler in there and chance.random() < 0.8:
            other = chance.choice(ontology.role_codes)
            relations.append(Relation(span.id, filler, other if chance.random() < 0.1 else role))
    return Annotation(text_sha256(text), ordered(found), tuple(sorted(relations)), annotator=name)


def units_of(found: Item, ontology: Ontology) -> list[npt.NDArray[np.float64]]:
    """A text's spans as units: for each annotator begin, end, label (a number)."""
    labels = [label for one in LAYERS for label in ontology.labels(one)]
    return [
        np.array(
            [(s.start, s.end, labels.index(s.label)) for s in reading.annotation.spans], dtype=float
        ).reshape(-1, 3)
        for reading in found.readings
    ]
