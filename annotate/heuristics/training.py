"""Trains the tagger: a document's words with their features, and the tags that a person gave."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from annotate.heuristics.document import Document
from annotate.heuristics.tagger import OUTSIDE, crfsuite
from annotate.spans import Layer, Span


@dataclass(frozen=True, slots=True)
class Settings:
    """How a model is trained (L-BFGS with an elastic net: see CRFsuite's manual).

    Attributes:
        c1, c2: weights of the L1 and L2 penalties; those of the tutorial of sklearn-crfsuite.
        max_iterations: at most so many passes over the data.
    """

    c1: float = 0.1
    c2: float = 0.1
    max_iterations: int = 100

    def to_json(self) -> dict[str, float]:
        return asdict(self)


DEFAULT = Settings()


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """A document to learn from.

    Attributes:
        features: of each word, by sentence.
        spans: what a person marked.
    """

    document: Document
    features: list[list[list[str]]]
    spans: tuple[Span, ...]


def tags(
    document: Document, spans: Iterable[Span], layer: Layer, labels: frozenset[str]
) -> list[list[str]]:
    """The IOB2 tag of each word, by sentence.

    Of spans that overlap the longest is tagged; one that does not begin and end where words of one
    sentence do is not.
    """
    starts = {start: index for index, start in enumerate(document.starts)}
    ends = {end: index + 1 for index, end in enumerate(document.ends)}
    found = [OUTSIDE] * len(document)
    wanted = [span for span in spans if span.layer == layer and span.label in labels]
    for span in sorted(wanted, key=lambda s: (s.start - s.end, s.start, s.label)):
        first, last = starts.get(span.start), ends.get(span.end)
        if first is None or last is None:
            continue
        if document.sentence[first] != document.sentence[last - 1]:
            continue
        if any(tag != OUTSIDE for tag in found[first:last]):
            continue
        found[first:last] = [f"B-{span.label}", *[f"I-{span.label}"] * (last - first - 1)]
    return [found[first:last] for first, last in document.bounds]


def train(
    lessons: Sequence[Lesson], layer: Layer, labels: frozenset[str], settings: Settings
) -> bytes | None:
    """A model as the bytes of its file: the same for the same lessons; None if nothing is tagged.

    Raises:
        InputError: python-crfsuite is not installed.
    """
    trainer = crfsuite().Trainer(algorithm="lbfgs", verbose=False)
    trainer.set_params(settings.to_json())
    some = False
    for lesson in lessons:
        for words, marks in zip(
            lesson.features, tags(lesson.document, lesson.spans, layer, labels), strict=True
        ):
            trainer.append(words, marks)
            some = some or any(mark != OUTSIDE for mark in marks)
    if not some:
        return None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model"
        trainer.train(str(path))
        return path.read_bytes()
