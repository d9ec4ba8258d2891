"""Tries learning out: on articles that are held out, with a version that has not seen them."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from annotate.errors import InputError
from annotate.heuristics import training
from annotate.heuristics.pipeline import Heuristics, preannotate_text
from annotate.heuristics.training import Settings
from annotate.learning import lexicon
from annotate.learning.examples import folds
from annotate.learning.lexicon import Threshold
from annotate.learning.material import Material
from annotate.learning.scorecard import HeldOut, Scorecard, scorecard
from annotate.learning.store import Lesson, learn, write

FOLDS = 5
# Loads the heuristics with a folder of what was learned, or with nothing.
Load = Callable[[Path | None], Heuristics]


def held_out(
    materials: Sequence[Material],
    lesson: Lesson,
    load: Load,
    before: Heuristics,
    on_progress: Callable[[int], None] = lambda _: None,
) -> Scorecard:
    """The card of a lesson on test articles, of which it has learned nothing."""
    found = list(_tested(materials, lesson, load, before, on_progress))
    return scorecard(found, "test articles, which nothing was learned from")


def crossed(
    materials: Sequence[Material],
    load: Load,
    before: Heuristics,
    count: int = FOLDS,
    settings: Settings = training.DEFAULT,
    threshold: Threshold = lexicon.DEFAULT,
    on_progress: Callable[[int], None] = lambda _: None,
) -> Scorecard:
    """The card by cross-validation: each fold is measured with what the others teach.

    Raises:
        InputError: all articles are one story.
    """
    parts = folds((material.example.group for material in materials), count)
    if len(parts) < 2:
        raise InputError(
            "all articles tell one story: nothing can be held out",
            fix="give more articles (annotate import --every N cuts a corpus into some), or --test",
        )
    found: list[HeldOut] = []
    for part in parts:
        rest = [m for m in materials if m.example.group not in part]
        lesson = learn(rest, before.ontology, settings, threshold)
        here = [m for m in materials if m.example.group in part]
        found += _tested(here, lesson, load, before, on_progress)
    return scorecard(found, f"cross-validation, {len(parts)} folds of whole stories")


def _tested(
    materials: Sequence[Material],
    lesson: Lesson,
    load: Load,
    before: Heuristics,
    on_progress: Callable[[int], None],
) -> Iterator[HeldOut]:
    """Each article with what is proposed before and after; all files are written and read."""
    with tempfile.TemporaryDirectory() as folder:
        after = load(write(Path(folder), lesson))
        for material in materials:
            text = material.example.text
            yield HeldOut(
                material.example,
                preannotate_text(text, before),
                preannotate_text(text, after),
                material.covers,
            )
            on_progress(1)
