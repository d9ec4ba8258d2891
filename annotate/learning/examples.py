"""What is learned from: annotated articles, and how they are parted by story."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from annotate.ontology import Ontology
from annotate.spans import Annotation
from annotate.storage import canonical_json


@dataclass(frozen=True, slots=True)
class Example:
    """An annotated article.

    Attributes:
        doc_id: the article.
        text: its clean text.
        gold: what a person made of it.
        group: its story group: articles of one group are never on two sides.
        corrected: whether the person began from a pre-annotation; None where nobody knows.
        test: whether it is test data: it is measured on, and never learned from.
    """

    doc_id: str
    text: str
    gold: Annotation
    group: str
    corrected: bool | None = None
    test: bool = False

    def covers(self, ontology: Ontology) -> frozenset[str]:
        """Labels that the person could choose: what is absent of others says nothing."""
        every = frozenset((*ontology.entity_codes, *ontology.event_codes))
        covered = self.gold.labels_covered
        return every if covered is None else every & frozenset(covered)


def covered(examples: Iterable[Example], ontology: Ontology) -> frozenset[str]:
    """The labels that every example covers."""
    found = [example.covers(ontology) for example in examples]
    return frozenset.intersection(*found) if found else frozenset()


def only(annotation: Annotation, labels: frozenset[str]) -> Annotation:
    """An annotation without spans of other labels, and without their roles."""
    spans = tuple(span for span in annotation.spans if span.label in labels)
    ids = {span.id for span in spans}
    kept = tuple(r for r in annotation.relations if r.head in ids and r.tail in ids)
    return replace(annotation, spans=spans, relations=kept)


def folds(groups: Iterable[str], count: int) -> list[frozenset[str]]:
    """Story groups dealt out to at most `count` folds, by chance that is always the same.

    A fold has one group more than another at most; none is empty.
    """
    dealt = sorted(set(groups), key=lambda group: (_draw(group), group))
    parts = [frozenset(dealt[start::count]) for start in range(count)]
    return [part for part in parts if part]


def _draw(group: str) -> bytes:
    return hashlib.sha256(f"learn\n{group}".encode()).digest()


def digest(examples: Sequence[Example]) -> str:
    """SHA-256 of what was learned from: texts, and what people marked in them."""
    said = sorted(
        canonical_json(
            [
                example.gold.text_sha256,
                example.group,
                example.gold.labels_covered,
                sorted(span.key for span in example.gold.spans),
            ]
        )
        for example in examples
    )
    return hashlib.sha256("\n".join(said).encode()).hexdigest()
