"""Texts with several readings: by hand over real words, and the seeds' two reference passes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from annotate.agreement.readings import Item, Reading
from annotate.annotation_files import read_annotations
from annotate.corpus.readers import read_articles
from annotate.corpus.rules import load_rules
from annotate.spans import Annotation, Decision, Layer, Relation, Span, ordered
from annotate.storage import text_sha256
from tests.support import ONTOLOGY, SEEDS

TEXT = "قصف الجيش مدينة حلب. وقال الوزير إن الهجوم انتهى."
#      events: قصف, قال (with its conjunction), الهجوم
WEEK = "2026-01-05T10:00:00Z"  # the Monday of 2026-W02


def words(
    surface: str,
    label: str,
    layer: Layer = "entity",
    *,
    text: str = TEXT,
    attributes: Sequence[tuple[str, str]] = (),
    origin: str | None = None,
    decision: Decision | None = None,
) -> Span:
    """The span of a surface's first occurrence."""
    start = text.index(surface)
    return Span(
        f"{layer}:{surface}:{label}",
        layer,
        start,
        start + len(surface),
        label,
        surface,
        tuple(attributes),
        origin=origin,
        decision=decision,
    )


def marked(
    *spans: Span,
    roles: Sequence[tuple[Span, Span, str]] = (),
    text: str = TEXT,
    covered: tuple[str, ...] | None = None,
) -> Annotation:
    """An annotation with these spans, and roles between them."""
    relations = tuple(sorted(Relation(head.id, tail.id, role) for head, tail, role in roles))
    return Annotation(text_sha256(text), ordered(spans), relations, labels_covered=covered)


def item(text: str = TEXT, doc_id: str = "a", group: str | None = None, **by: Annotation) -> Item:
    """A text with a reading of each of these annotators, all of one week."""
    readings = (Reading(name, found, updated_at=WEEK) for name, found in sorted(by.items()))
    return Item(doc_id, text, text_sha256(text), group or doc_id, tuple(readings))


@cache
def seed_items(*names: str) -> tuple[Item, ...]:
    """The seeds as these reference passes read them."""
    articles = {a.text_sha256: a for a in read_articles([str(SEEDS / "*.txt")], load_rules())}
    readings: dict[str, list[Reading]] = {sha256: [] for sha256 in articles}
    for name in names:
        for found in read_annotations(SEEDS / "annotations" / f"{name}.jsonl", ONTOLOGY):
            readings[found.text_sha256].append(Reading(name, found, updated_at=WEEK))
    return tuple(
        Item(article.doc_id, article.text, sha256, article.doc_id, tuple(readings[sha256]))
        for sha256, article in articles.items()
    )
