"""GLiNER's training data: a JSON list of sentences with spans of whole words, ends included."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from typing import IO

from annotate.dataset.convert.document import Document, Inventory, left_out, placed

SUFFIX = ".json"


def write(
    documents: Iterable[tuple[Document, Inventory]],
    file: IO[bytes],
    *,
    entities: bool,
    events: bool,
) -> tuple[int, Counter[str]]:
    """Writes `{"tokenized_text": [...], "ner": [[first, last, label], ...]}` for each sentence.

    Overlapping spans stay: the model takes them.

    Returns:
        The number of articles and what was lost.
    """
    lost: Counter[str] = Counter()
    count = 0
    separator = "[\n"
    for document, _ in documents:
        annotation = document.annotation
        spans = [
            *(annotation.entities if entities else ()),
            *(annotation.events if events else ()),
        ]
        lost += left_out(document, entities=entities, events=events)
        ner: list[list[list[int | str]]] = [[] for _ in document.breaks]
        for item in sorted(placed(document, spans, lost), key=lambda p: (p.sentence, p.first)):
            ner[item.sentence].append([item.first, item.after - 1, item.span.label])
        for (first, after), found in zip(document.sentences, ner, strict=True):
            words = [token.text for token in document.tokens[first:after]]
            line = json.dumps({"tokenized_text": words, "ner": found}, ensure_ascii=False)
            file.write(f"{separator}{line}".encode())
            separator = ",\n"
        count += 1
    file.write(b"\n]\n" if separator.startswith(",") else b"[]\n")
    return count, lost
