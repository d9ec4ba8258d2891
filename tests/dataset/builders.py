"""A few articles with annotations, and a version built from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from annotate.dataset.build import Built, Recipe, build
from annotate.dataset.group import Known, Options
from annotate.dataset.rows import Chosen, Contribution, Split
from annotate.dataset.tables import TableMaker
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
    items: Iterable[Chosen] | None = None,
    *,
    ontology: Ontology = ONTOLOGY,
    splits: Mapping[str, Split] | None = None,
    contributions: Iterable[Contribution] = (),
    version: str | None = None,
    dry_run: bool = False,
    **recipe: Any,
) -> Built:
    """A build of the dataset `news`; `splits` by doc_id."""
    found = three() if items is None else items
    if splits:
        found = [replace(c, split=splits.get(c.article.doc_id, c.split)) for c in found]
    return build(
        found,
        "news",
        folder,
        Recipe(ontology, **recipe),
        contributions=contributions,
        version=version,
        dry_run=dry_run,
    )


def rows_of(
    *items: Chosen, table: str = "articles", is_known: Known = lambda _: False, texts: bool = True
) -> list[dict[str, Any]]:
    """The rows of these articles in one of the tables."""
    made = TableMaker(Options(ONTOLOGY, is_known, texts)).tables([*items])
    made.tables[table].validate(full=True)
    return made.tables[table].to_pylist()
