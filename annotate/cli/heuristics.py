"""The heuristics as the settings want them: every verb that pre-annotates takes them from here."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from annotate.ontology import Ontology
from annotate.settings import Settings

if TYPE_CHECKING:
    from annotate.heuristics.pipeline import Heuristics


def loader(
    settings: Settings, ontology: Ontology, morphology: str | None = None
) -> Callable[[], Heuristics]:
    """Loads the heuristics with the user's own lexicons; it can be sent to another process."""
    from annotate.heuristics.pipeline import load_heuristics

    return partial(
        load_heuristics,
        ontology,
        lexicons=settings.preannotate.lexicons,
        morphology=morphology,
    )
