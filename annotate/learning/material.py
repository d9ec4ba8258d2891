"""Examples as the learners want them: what the rules propose for each, and its features."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from annotate.heuristics.learned import Known
from annotate.heuristics.pipeline import Heuristics
from annotate.heuristics.precision import Scorer
from annotate.heuristics.proposing import Proposed, propose, seen
from annotate.heuristics.settling import Source, entity_sources, event_sources
from annotate.heuristics.support import Class
from annotate.heuristics.tagger import Tagger, tagger_of
from annotate.heuristics.training import Lesson, Settings, train
from annotate.learning.examples import Example, folds
from annotate.ontology import Ontology
from annotate.spans import LAYERS, Layer

FOLDS = 3  # for the counts of rules and tagger; each is one more training


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """An example with what the rules, which have learned nothing, propose for it.

    Attributes:
        covers: labels that the person could choose.
        scorer: what the references say of rules, without this article.
    """

    example: Example
    proposed: Proposed
    lesson: Lesson
    covers: frozenset[str]
    scorer: Scorer


def prepare(
    examples: Iterable[Example],
    heuristics: Heuristics,
    on_progress: Callable[[int], None] = lambda _: None,
) -> list[Material]:
    """The material of examples, in their order.

    Args:
        heuristics: with the user's own lexicons, and without anything that was learned: a lexicon
            that was learned from an example would always be right about it.
    """
    heuristics = replace(heuristics, learned=None)
    found = []
    for example in examples:
        proposed = propose(example.text, heuristics.analyse, heuristics.ontology, heuristics.policy)
        lesson = Lesson(
            proposed.document,
            seen(proposed, heuristics.ontology, heuristics.policy),
            example.gold.spans,
        )
        scorer = heuristics.precision.scorer(example.gold.text_sha256)
        found.append(
            Material(example, proposed, lesson, example.covers(heuristics.ontology), scorer)
        )
        on_progress(1)
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Taught:
    """Trained models.

    Attributes:
        models: the bytes of each layer's file.
        labels: of each layer, those that occur in what was learned from.
    """

    models: dict[Layer, bytes]
    labels: dict[Layer, tuple[str, ...]]


def teach(materials: Sequence[Material], ontology: Ontology, settings: Settings) -> Taught:
    """A tagger of the labels that every example covers and some example has."""
    models: dict[Layer, bytes] = {}
    labels: dict[Layer, tuple[str, ...]] = {}
    covered = frozenset.intersection(*(material.covers for material in materials))
    for layer in LAYERS:
        there = {
            span.label
            for material in materials
            for span in material.lesson.spans
            if span.layer == layer
        }
        known = [code for code in ontology.labels(layer) if code in covered & there]
        lessons = [material.lesson for material in materials]
        model = train(lessons, layer, frozenset(known), settings) if known else None
        if model is not None:
            models[layer], labels[layer] = model, tuple(known)
    return Taught(models, labels)


def outcomes(
    materials: Sequence[Material], ontology: Ontology, settings: Settings, count: int = FOLDS
) -> list[tuple[Class, bool]]:
    """Every span that rules or an unseeing tagger propose, and whether a person kept it.

    The tagger of a fold has learned from the other folds alone.
    """
    parts = folds((material.example.group for material in materials), count)
    found: list[tuple[Class, bool]] = []
    for part in parts:
        rest = [m for m in materials if m.example.group not in part]
        taught = teach(rest, ontology, settings) if rest else Taught({}, {})
        tagger = tagger_of(taught.models)
        known = Known({layer: frozenset(codes) for layer, codes in taught.labels.items()}, "")
        for material in materials:
            if material.example.group in part:
                found += _judged(material, tagger, known)
    return found


def _judged(material: Material, tagger: Tagger | None, known: Known) -> list[tuple[Class, bool]]:
    proposed = material.proposed
    document = proposed.document
    tagging = tagger.tag(document, material.lesson.features) if tagger is not None else None
    tagged = tagging.spans if tagging is not None else ()
    right = {span.key for span in material.example.gold.spans}

    def is_right(source: Source) -> bool:
        start, end, label, *_ = source.candidate
        return (
            source.found.layer,
            document.starts[start],
            document.ends[end - 1],
            label,
        ) in right

    return [
        (source.found, is_right(source))
        for source in (
            *entity_sources(proposed, tagged, known),
            *event_sources(proposed, tagged, known),
        )
        if source.candidate.label in material.covers
    ]
