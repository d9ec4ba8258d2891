"""A few articles with annotations, and a version built from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from annotate.dataset.build import Built, build
from annotate.dataset.rows import Chosen
from annotate.ontology import Ontology
from tests.support import ONTOLOGY, TEXT, sample_annotation, sample_article

IDS = ("00000000000000aa", "00000000000000bb", "00000000000000cc")


def chosen(doc_id: str = IDS[0], *, label: str | None = None) -> Chosen:
    """The sample's annotation over a text of this article's own; `label` is another trigger's."""
    text = f"{TEXT}\nالفقرة {doc_id}."
    annotation = sample_annotation(text)
    if label is not None:
        spans = [replace(s, label=label) if s.layer == "event" else s for s in annotation.spans]
        annotation = replace(annotation, spans=tuple(spans))
    return Chosen(sample_article(text, doc_id), annotation, "gold", ("anna",), "1.0.0")


def three() -> list[Chosen]:
    return [chosen(doc_id) for doc_id in IDS]


def build_in(
    folder: Path,
    items: Sequence[Chosen] | None = None,
    *,
    ontology: Ontology = ONTOLOGY,
    splits: Mapping[str, str] | None = None,
    **options: Any,
) -> Built:
    """A build of the dataset `news`."""
    return build(
        three() if items is None else items,
        "news",
        folder,
        ontology=ontology,
        splits=splits or {},
        **options,
    )
