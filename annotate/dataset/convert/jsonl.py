"""JSON lines in the annotation format, which the other commands read."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import IO

from annotate.dataset.convert.document import Document, Inventory, left_out
from annotate.records import to_record
from annotate.spans import Annotation

SUFFIX = ".jsonl"
ABOUT = "articles' URL, outlet, dates or story group"


def write(
    documents: Iterable[tuple[Document, Inventory]],
    file: IO[bytes],
    *,
    entities: bool,
    events: bool,
) -> tuple[int, Counter[str]]:
    """Writes one annotation a line, with its text; the number of articles and what was lost."""
    lost: Counter[str] = Counter()
    count = 0
    for document, _ in documents:
        chosen = _layers(document.annotation, entities=entities, events=events)
        line = json.dumps(to_record(chosen), ensure_ascii=False, allow_nan=False)
        file.write(f"{line}\n".encode())
        lost += left_out(
            document,
            entities=entities,
            events=events,
            holds="roles attributes marks coverage",
        )
        lost[ABOUT] += bool(document.about.keys() - {"group_id"} or _grouped(document))
        count += 1
    return count, lost


def _grouped(document: Document) -> bool:
    """Whether the article is in the story group of another one."""
    return document.about.get("group_id", document.doc_id) != document.doc_id


def _layers(annotation: Annotation, *, entities: bool, events: bool) -> Annotation:
    if entities and events:
        return annotation
    return replace(
        annotation, spans=annotation.entities if entities else annotation.events, relations=()
    )
