"""Tells what lexicons and rules give the tagger: a plain one is trained and measured beside it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from annotate.heuristics import training
from annotate.heuristics.document import Document, read_document
from annotate.heuristics.features import plain
from annotate.heuristics.pipeline import Heuristics
from annotate.heuristics.proposing import Seen, propose, seen
from annotate.heuristics.tagger import Tagger, tagger_of
from annotate.heuristics.training import Settings
from annotate.learning.examples import folds
from annotate.learning.material import Material, teach
from annotate.learning.scorecard import HeldOut, Scorecard, scorecard
from annotate.spans import Annotation, Span, ordered

ONE, OTHER = "plain", "with lexicons and rules"


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a tagger is, in CPU seconds.

    Attributes:
        training: seconds that it was trained for.
        features, tagging: seconds that the words took, to see them and to tag them.
        words: so many were tagged.
        taught: so many it was trained on, in all trainings.
    """

    training: float = 0
    features: float = 0
    tagging: float = 0
    words: int = 0
    taught: int = 0

    def __add__(self, other: Pace) -> Pace:
        return Pace(
            self.training + other.training,
            self.features + other.features,
            self.tagging + other.tagging,
            self.words + other.words,
            self.taught + other.taught,
        )

    def to_json(self) -> dict[str, float]:
        return {
            "training_s": round(self.training, 3),
            "words_taught": self.taught,
            "words": self.words,
            "words_per_s": round(self.words / (self.features + self.tagging)),
            "words_per_s_tagging_alone": round(self.words / self.tagging),
        }


@dataclass(frozen=True, slots=True)
class Comparison:
    """A plain tagger (before) and one that sees lexicons and rules (after), each by itself."""

    card: Scorecard
    paces: tuple[Pace, Pace]

    def to_json(self) -> dict[str, object]:
        paces = dict(zip((ONE, OTHER), (pace.to_json() for pace in self.paces), strict=True))
        return {"how": self.card.how, "f1": self.card.to_json()["f1"], "pace": paces}


def compare(
    taught: Sequence[Material],
    tested: Sequence[Material],
    heuristics: Heuristics,
    count: int,
    settings: Settings = training.DEFAULT,
) -> Comparison:
    """Measures both on test material; by cross-validation where there is none.

    Both are trained and asked in the same way; only what they see is not the same.
    """
    rounds: list[tuple[Sequence[Material], Sequence[Material]]] = [(taught, tested)]
    how = "test articles"
    if not tested:
        parts = folds((material.example.group for material in taught), count)
        rounds = [
            (
                [m for m in taught if m.example.group not in part],
                [m for m in taught if m.example.group in part],
            )
            for part in parts
        ]
        how = f"cross-validation, {len(parts)} folds of whole stories"
    found: list[HeldOut] = []
    paces = [Pace(), Pace()]
    for known, asked in rounds:
        sides = []
        for side in (0, 1):
            annotations, pace = _one(known, asked, heuristics, settings, is_plain=side == 0)
            sides.append(annotations)
            paces[side] += pace
        found += [
            HeldOut(material.example, before, after, material.covers)
            for material, before, after in zip(asked, *sides, strict=True)
        ]
    return Comparison(scorecard(found, how), (paces[0], paces[1]))


def _one(
    known: Sequence[Material],
    asked: Sequence[Material],
    heuristics: Heuristics,
    settings: Settings,
    *,
    is_plain: bool,
) -> tuple[list[Annotation], Pace]:
    if is_plain:
        known = [_plainly(material) for material in known]
    start = time.process_time()
    tagger = tagger_of(teach(known, heuristics.ontology, settings).models)
    trained = time.process_time() - start
    annotations = []
    pace = Pace(training=trained, taught=sum(len(m.lesson.document) for m in known))
    for material in asked:
        start = time.process_time()
        document, features = _sees(material.example.text, heuristics, is_plain=is_plain)
        seen_by = time.process_time()
        spans = tuple(_tagged(tagger, document, features)) if tagger is not None else ()
        done = time.process_time()
        annotations.append(Annotation(material.example.gold.text_sha256, ordered(spans)))
        pace += Pace(0, seen_by - start, done - seen_by, len(document))
    return annotations, pace


def _plainly(material: Material) -> Material:
    lesson = replace(material.lesson, features=plain(material.lesson.document))
    return replace(material, lesson=lesson)


def _sees(text: str, heuristics: Heuristics, *, is_plain: bool) -> tuple[Document, Seen]:
    analyse, ontology, policy = heuristics.analyse, heuristics.ontology, heuristics.policy
    if is_plain:
        document = read_document(text, analyse)
        return document, plain(document)
    proposed = propose(text, analyse, ontology, policy)
    return proposed.document, seen(proposed, ontology, policy)


def _tagged(tagger: Tagger, document: Document, features: Seen) -> Iterator[Span]:
    for number, tag in enumerate(tagger.tag(document, features).spans, 1):
        start, end = document.starts[tag.start], document.ends[tag.end - 1]
        name = f"{'T' if tag.layer == 'entity' else 'E'}{number}"
        yield Span(name, tag.layer, start, end, tag.label, document.text[start:end])
