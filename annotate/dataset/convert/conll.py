"""CoNLL-2003 columns: a token a line, IOB2 tags, a blank line after each sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import IO

from annotate.dataset.bio import tag_names
from annotate.dataset.convert.document import (
    Document,
    Inventory,
    flat_tags,
    left_out,
    within_sentences,
)

SUFFIX = ".conll"


def write(
    documents: Iterable[tuple[Document, Inventory]], file: IO[bytes], *, events: bool
) -> tuple[int, Counter[str]]:
    """Writes one layer; the number of articles and what was lost.

    A line is `word _ _ TAG`, for there are no parts of speech and chunks; an article begins with
    `-DOCSTART- -X- doc_id O`. Of overlapping spans the longest is tagged, as in the version's own
    columns.
    """
    lost: Counter[str] = Counter()
    count = 0
    for document, holds in documents:
        file.write("".join(_lines(document, holds, lost, events=events)).encode("utf-8"))
        count += 1
    return count, lost


def _lines(
    document: Document, holds: Inventory, lost: Counter[str], *, events: bool
) -> Iterable[str]:
    annotation = document.annotation
    spans = annotation.events if events else annotation.entities
    labels = holds.events if events else holds.entities
    labels = labels or tuple(sorted({span.label for span in spans}))
    names = tag_names(labels)
    lost += left_out(document, entities=not events, events=events)
    kept = within_sentences(document, spans, lost)
    tags, _ = flat_tags(document, kept, labels, lost)
    yield f"-DOCSTART- -X- {document.doc_id} O\n\n"
    for first, after in document.sentences:
        for token, number in zip(document.tokens[first:after], tags[first:after], strict=True):
            yield f"{token.text} _ _ {names[number]}\n"
        yield "\n"
