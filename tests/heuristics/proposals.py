"""What the heuristics propose for a text, in short."""

from __future__ import annotations

from functools import cache

from annotate.heuristics.pipeline import Heuristics, load_heuristics, preannotate_text
from annotate.ontology import load_ontology
from annotate.spans import Annotation


@cache
def heuristics() -> Heuristics:
    return load_heuristics(load_ontology())


def annotation(text: str) -> Annotation:
    return preannotate_text(text, heuristics())


def entities(text: str) -> list[tuple[str, str]]:
    """(label, surface) of the entities, in order."""
    return [(span.label, span.text) for span in annotation(text).entities]


def events(text: str) -> list[tuple[str, str]]:
    """(type, surface) of the triggers, in order."""
    return [(span.label, span.text) for span in annotation(text).events]


def roles(text: str) -> set[tuple[str, str, str]]:
    """(trigger, role, filler) by surface."""
    found = annotation(text)
    surfaces = {span.id: span.text for span in found.spans}
    return {(surfaces[r.head], r.role, surfaces[r.tail]) for r in found.relations}
