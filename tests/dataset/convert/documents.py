"""Documents for the converters' tests: of random annotations, and of the seeds' version."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from annotate.arabic.words import sentences, words
from annotate.dataset.convert.document import Document, Inventory
from annotate.spans import Annotation, Layer, Relation, Span, ordered, with_defaults
from annotate.storage import text_sha256
from tests.support import ONTOLOGY, ROOT, sound_annotations

SEEDS = ROOT / "exports" / "seeds"
HOLDS = Inventory(
    ONTOLOGY.entity_codes, ONTOLOGY.event_codes, tuple(a.code for a in ONTOLOGY.attributes)
)
TEXT = "سيطر الجيش على دمشق. ودخلت قواته حلب!\nقالت وزارة الدفاع: انتهى  القتال في دمشق"


def document(annotation: Annotation, text: str, doc_id: str = "00000000000000aa") -> Document:
    """What is read of a version's row that says this annotation."""
    tokens = tuple(words(text))
    starts = [start for start, _ in sentences(text)]
    breaks = tuple(
        number
        for number, token in enumerate(tokens)
        if number == 0 or any(tokens[number - 1].start < start <= token.start for start in starts)
    )
    complete = replace(annotation, doc_id=doc_id, text=text)
    return Document(complete, doc_id, text, tokens, breaks, {}, False)


def of(*documents: Document) -> Iterable[tuple[Document, Inventory]]:
    return [(item, HOLDS) for item in documents]


texts = st.text("ابتس دَé1.،!\n😀", min_size=1, max_size=40).filter(str.strip)


@st.composite
def any_documents(draw: st.DrawFn) -> Document:
    """Documents whose spans may begin and end anywhere."""
    text = draw(texts)
    annotation = draw(sound_annotations(st.just(text)))
    return document(replace(annotation, labels_covered=None), text)


@st.composite
def word_documents(draw: st.DrawFn, *, flat: bool = False) -> Document:
    """Documents whose spans are whole words of one sentence, as annotators mark them.

    With `flat`, no two spans of a layer have a word in common.
    """
    text = draw(texts | st.just(TEXT))
    empty = document(Annotation(text_sha256(text)), text)
    runs = [
        (first, last)
        for begin, after in empty.sentences
        for first in range(begin, after)
        for last in range(first, min(after, first + 3))
    ]
    layers: tuple[Layer, ...] = ("entity", "event")
    found: list[Span] = []
    for layer in layers:
        taken: set[int] = set()
        for first, last in draw(st.lists(st.sampled_from(runs), max_size=5)) if runs else []:
            if flat and taken.intersection(range(first, last + 1)):
                continue
            taken.update(range(first, last + 1))
            start, end = empty.tokens[first].start, empty.tokens[last].end
            label = draw(st.sampled_from(ONTOLOGY.labels(layer)))
            values = {
                a.code: draw(st.sampled_from(ONTOLOGY.values(a.code))) for a in ONTOLOGY.attributes
            }
            attributes = with_defaults(values, ONTOLOGY) if layer == "event" else ()
            name = f"{layer[0]}{len(found)}"
            unsure = draw(st.booleans())
            found.append(
                Span(name, layer, start, end, label, text[start:end], attributes, unsure=unsure)
            )
    entities = [span for span in found if span.layer == "entity"]
    events = [span for span in found if span.layer == "event"]
    pairs = [
        (event.id, entity.id)
        for event in events
        for entity in entities
        if empty.sentence(empty.run(event)[0]) == empty.sentence(empty.run(entity)[0])
    ]
    roles = draw(
        st.sets(st.tuples(st.sampled_from(pairs), st.sampled_from(ONTOLOGY.role_codes)), max_size=6)
        if pairs
        else st.just(set())
    )
    relations = tuple(sorted(Relation(*ends, role) for ends, role in roles))
    return document(Annotation(text_sha256(text), ordered(found), relations), text)


def said(annotation: Annotation) -> set[object]:
    """What an annotation says, without the names of its spans."""
    by_id = {span.id: span for span in annotation.spans}
    arguments: dict[str, set[object]] = {span.id: set() for span in annotation.spans}
    for relation in annotation.relations:
        arguments[relation.head].add((relation.role, by_id[relation.tail].key))
    return {
        (*span.key, span.text, span.attributes, frozenset(arguments[span.id]))
        for span in annotation.spans
    }


BOTH = {"entities": True, "events": True}


def bytes_of(write: Any, *documents: Document, **options: Any) -> tuple[str, Counter[str]]:
    """What a format writes, and what it lost (kinds that occur)."""
    file = io.BytesIO()
    count, lost = write(of(*documents), file, **options)
    assert count == len(documents)
    return file.getvalue().decode("utf-8"), +lost


def lines(text: str) -> list[Any]:
    """JSON lines as values."""
    return [json.loads(line) for line in text.split("\n") if line]
