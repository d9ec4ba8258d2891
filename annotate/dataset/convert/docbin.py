"""spaCy's DocBin: texts kept to the character, overlapping spans in `doc.spans`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import IO, Any

from annotate.arabic.words import Word
from annotate.dataset.convert.document import (
    ATTRIBUTES,
    INSIDE_WORD,
    ROLES,
    WITHOUT_WORD,
    Document,
    Inventory,
    flat_tags,
    left_out,
)
from annotate.errors import DatasetError
from annotate.spans import Span

SUFFIX = ".spacy"


def write(
    documents: Iterable[tuple[Document, Inventory]],
    file: IO[bytes],
    *,
    entities: bool,
    events: bool,
) -> tuple[int, Counter[str]]:
    """Writes all articles as one DocBin; the number of articles and what was lost.

    `doc.ents` has the entities that do not overlap a longer one; `doc.spans` has all of them
    (`entities`, `events`), with their ids; `doc.user_data` has doc_id, roles and attributes.

    Raises:
        DatasetError: spaCy is not installed.
    """
    try:
        import spacy
        from spacy.tokens import DocBin
    except ImportError:
        raise DatasetError(
            "this format needs spaCy", fix="install it: pip install 'annotate[spacy]'"
        ) from None
    vocab = spacy.blank("ar").vocab
    attributes = ["ENT_IOB", "ENT_TYPE", "SENT_START"]
    made = DocBin(attrs=attributes, store_user_data=True)
    lost: Counter[str] = Counter()
    count = 0
    for document, holds in documents:
        made.add(_doc(document, holds, vocab, lost, entities=entities, events=events))
        count += 1
    file.write(made.to_bytes())
    return count, lost


def _doc(
    document: Document,
    holds: Inventory,
    vocab: Any,
    lost: Counter[str],
    *,
    entities: bool,
    events: bool,
) -> Any:
    from spacy.tokens import Doc

    words = list(_words(document))
    starts = {document.tokens[number].start for number in document.breaks}
    doc = Doc(
        vocab,
        words=[word.text for word, _ in words],
        spaces=[space for _, space in words],
        sent_starts=[n == 0 or word.start in starts for n, (word, _) in enumerate(words)],
    )
    annotation = document.annotation
    lost += left_out(document, entities=entities, events=events, holds="roles attributes")
    kept: dict[str, Span] = {}
    doc.user_data["doc_id"] = document.doc_id
    for name, spans in (
        ("entities", annotation.entities if entities else ()),
        ("events", annotation.events if events else ()),
    ):
        inside = [span for span in spans if _has_word(document, span)]
        lost[WITHOUT_WORD] += len(spans) - len(inside)
        doc.spans[name] = [_placed(doc, document, span, lost) for span in inside]
        kept |= {span.id: span for span in inside}
    if entities:
        # Nothing is lost by the flat entities: the others are in doc.spans.
        labels = holds.entities or tuple(sorted({s.label for s in annotation.entities}))
        _, flat = flat_tags(document, annotation.entities, labels, Counter())
        doc.ents = [span for span in doc.spans["entities"] if span.id_ in flat]
    roles = [(r.head, r.role, r.tail) for r in annotation.relations if entities and events]
    doc.user_data["roles"] = [list(r) for r in roles if r[0] in kept and r[2] in kept]
    lost[ROLES] += len(roles) - len(doc.user_data["roles"])
    said = {s.id: dict(s.attributes) for s in (annotation.events if events else ())}
    doc.user_data["attributes"] = {name: values for name, values in said.items() if name in kept}
    lost[ATTRIBUTES] += sum(len(values) for name, values in said.items() if name not in kept)
    return doc


def _has_word(document: Document, span: Span) -> bool:
    first, after = document.run(span)
    return first < after


def _placed(doc: Any, document: Document, span: Span, lost: Counter[str]) -> Any:
    from spacy.tokens import Span as SpacySpan

    first, after = document.run(span)
    start, end = document.tokens[first].start, document.tokens[after - 1].end
    lost[INSIDE_WORD] += start < span.start or end > span.end
    found = doc.char_span(start, end)
    return SpacySpan(doc, found.start, found.end, label=span.label, span_id=span.id)


def _words(document: Document) -> Iterator[tuple[Word, bool]]:
    """The text as words, each with whether a blank follows; other white space is a word, too."""
    text = document.text
    end = 0
    pending: Word | None = None
    for token in (*document.tokens, Word("", len(text), len(text))):
        gap = text[end : token.start]
        if pending is not None:
            space = gap.startswith(" ")
            yield pending, space
            gap = gap[1:] if space else gap
        if gap:
            yield Word(gap, token.start - len(gap), token.start), False
        pending = token if token.text else None
        end = token.end
