"""The heuristics as the settings want them: every verb that pre-annotates takes them from here."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import click

from annotate.ontology import Ontology
from annotate.settings import Settings

if TYPE_CHECKING:
    from annotate.heuristics.pipeline import Heuristics

min_precision_option = click.option(
    "--min-precision",
    type=click.FloatRange(0, 1),
    metavar="P",
    help="Leave out what is expected to be right less often (default: preannotate.min_precision).",
)


def loader(
    settings: Settings,
    ontology: Ontology,
    morphology: str | None = None,
    min_precision: float | None = None,
) -> Callable[[], Heuristics]:
    """Loads the heuristics with the user's own lexicons and what was learned.

    It can be sent to another process.
    """
    from annotate.heuristics.learned import installed
    from annotate.heuristics.pipeline import load_heuristics

    chosen = settings.preannotate
    return partial(
        load_heuristics,
        ontology,
        lexicons=chosen.lexicons,
        morphology=morphology,
        learned=installed(chosen.learned),
        least=chosen.min_precision if min_precision is None else min_precision,
    )
