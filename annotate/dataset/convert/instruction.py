"""Instructions for language models: quoted text and the number of its occurrence, no offsets.

A model cannot count characters. It can quote, and say which of several equal words it means; from
both the offsets follow again (`from_answer`).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import IO, Any, NamedTuple

from annotate.arabic.words import words
from annotate.dataset.convert.document import (
    ROLES,
    Document,
    Inventory,
    left_out,
)
from annotate.dataset.convert.prompt import system_prompt
from annotate.errors import InputError
from annotate.ontology import Ontology
from annotate.spans import Annotation, Layer, Relation, Span, ordered, with_defaults
from annotate.storage import text_sha256

SUFFIX = ".jsonl"
SAME = "spans that say the same as another one"


class Answer(NamedTuple):
    """What an answer says of a text.

    Attributes:
        annotation: the spans and roles whose quotations are in the text.
        refused: why the others are not, by number.
    """

    annotation: Annotation
    refused: Counter[str]


def write(
    documents: Iterable[tuple[Document, Inventory]],
    file: IO[bytes],
    *,
    entities: bool,
    events: bool,
    ontology: Ontology,
) -> tuple[int, Counter[str]]:
    """Writes one article a line as system, user and assistant messages.

    The system message lists only the labels that the article's annotators could choose.

    Returns:
        The number of articles and what was lost.

    Raises:
        DatasetError: the version has labels that the ontology lacks.
    """
    lost: Counter[str] = Counter()
    count = 0
    for document, _ in documents:
        annotation = document.annotation
        lost += left_out(
            document, entities=entities, events=events, holds="roles attributes coverage"
        )
        system = system_prompt(annotation, ontology, entities=entities, events=events)
        answer = to_answer(annotation, document.text, lost, entities=entities, events=events)
        messages = [
            {"role": "system", "content": system},
            {"role": "user", "content": document.text},
            {"role": "assistant", "content": json.dumps(answer, ensure_ascii=False)},
        ]
        line = json.dumps({"doc_id": document.doc_id, "messages": messages}, ensure_ascii=False)
        file.write(f"{line}\n".encode())
        count += 1
    return count, lost


class _Places:
    """Where quotations stand in a text.

    Occurrences in whole words come first, as they are what a reader counts; then those inside of
    words. Each kind is in the text's order.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        tokens = words(text)
        self.starts = {token.start for token in tokens}
        self.ends = {token.end for token in tokens}
        self.found: dict[str, list[int]] = {}

    def of(self, quoted: str) -> list[int]:
        if quoted not in self.found:
            starts = []
            start = self.text.find(quoted)
            while start >= 0:
                starts.append(start)
                start = self.text.find(quoted, start + 1)
            self.found[quoted] = sorted(
                starts,
                key=lambda at: at not in self.starts or at + len(quoted) not in self.ends,
            )
        return self.found[quoted]


def to_answer(
    annotation: Annotation, text: str, lost: Counter[str], *, entities: bool, events: bool
) -> dict[str, Any]:
    """The answer that says an annotation; spans that say the same are one, and counted."""
    places = _Places(text)
    said: dict[str, dict[str, Any]] = {}
    keys: dict[tuple[Any, ...], str] = {}
    kept: dict[str, str] = {}  # span -> the one that stands for it
    arguments: dict[str, set[tuple[str, str]]] = {}
    for relation in annotation.relations:
        arguments.setdefault(relation.head, set()).add((relation.role, relation.tail))
    for span in (*annotation.entities, *annotation.events):
        if not (entities if span.layer == "entity" else events):
            continue
        key: tuple[Any, ...] = (span.key, span.attributes)
        if span.layer == "event" and entities:
            key += (frozenset((role, kept[tail]) for role, tail in arguments.get(span.id, ())),)
        kept[span.id] = keys.setdefault(key, span.id)
        if kept[span.id] != span.id:
            lost[SAME] += 1
            continue
        number = places.of(span.text).index(span.start) + 1
        said[span.id] = {
            "text": span.text,
            "n": number,
            "type": span.label,
            **dict(span.attributes),
        }
    layers: tuple[tuple[str, Sequence[Span]], ...] = (
        ("entities", annotation.entities if entities else ()),
        ("events", annotation.events if events else ()),
    )
    answer: dict[str, Any] = {
        name: [said[span.id] for span in spans if span.id in said] for name, spans in layers
    }
    if not (entities and events):
        return {
            name: items for name, items in answer.items() if (entities, events)[name == "events"]
        }
    for span in annotation.events:
        if span.id not in said:
            continue
        pairs = sorted({(role, kept[tail]) for role, tail in arguments.get(span.id, ())})
        lost[ROLES] += len(arguments.get(span.id, ())) - len(pairs)
        said[span.id]["arguments"] = [
            {"role": role, **{key: said[tail][key] for key in ("text", "n", "type")}}
            for role, tail in pairs
        ]
    return answer


def from_answer(text: str, content: str, ontology: Ontology) -> Answer:
    """The annotation that an answer says; nothing is guessed.

    A quotation that the text lacks, or lacks so often, is refused and counted, and so is a label,
    attribute or role that the ontology lacks, and an argument that is no entity of the answer.

    Raises:
        InputError: the answer is no JSON object of lists.
    """
    try:
        answer = json.loads(content)
    except (ValueError, RecursionError):
        raise InputError("the answer is not valid JSON") from None
    if not isinstance(answer, dict):
        raise InputError("the answer is no JSON object")
    refused: Counter[str] = Counter()
    places = _Places(text)
    spans: list[Span] = []
    relations: set[Relation] = set()
    by_place: dict[tuple[int, str, str], str] = {}
    for item in _items(answer, "entities", refused):
        span = _span(item, "entity", f"e{len(spans) + 1}", places, ontology, refused)
        if span is None:
            continue
        if by_place.setdefault((span.start, span.text, span.label), span.id) == span.id:
            spans.append(span)
        else:
            refused["repeated"] += 1
    for item in _items(answer, "events", refused):
        span = _span(item, "event", f"t{len(spans) + 1}", places, ontology, refused)
        if span is None:
            continue
        spans.append(span)
        for argument in _items(item, "arguments", refused):
            role = argument.get("role")
            start = _start(argument, places)
            name = (start, argument.get("text"), argument.get("type"))
            if role not in ontology.role_codes:
                refused["unknown role"] += 1
            elif start is None or name not in by_place:
                refused["argument that is no entity of the answer"] += 1
            else:
                relations.add(Relation(span.id, by_place[name], role))
    annotation = Annotation(text_sha256(text), ordered(spans), tuple(sorted(relations)), text=text)
    return Answer(annotation, refused)


def _items(
    answer: Mapping[str, Any], key: str, refused: Counter[str]
) -> Iterable[Mapping[str, Any]]:
    items = answer.get(key, [])
    if not isinstance(items, list):
        raise InputError(f"{key} is no list in the answer")
    for item in items:
        if isinstance(item, dict):
            yield item
        else:
            refused["no object"] += 1


def _start(item: Mapping[str, Any], places: _Places) -> int | None:
    """Where a quotation begins, or None where there is no such occurrence."""
    quoted, number = item.get("text"), item.get("n", 1)
    if not isinstance(quoted, str) or not quoted:
        return None
    if not isinstance(number, int) or isinstance(number, bool):
        return None
    found = places.of(quoted)
    return found[number - 1] if 1 <= number <= len(found) else None


def _span(
    item: Mapping[str, Any],
    layer: Layer,
    name: str,
    places: _Places,
    ontology: Ontology,
    refused: Counter[str],
) -> Span | None:
    start = _start(item, places)
    if start is None:
        refused["quotation that is not in the text"] += 1
        return None
    label = item.get("type")
    if label not in ontology.labels(layer):
        refused["unknown type"] += 1
        return None
    attributes = {}
    for attribute in ontology.attributes if layer == "event" else ():
        value = item.get(attribute.code, attribute.default)
        if value not in ontology.values(attribute.code):
            refused["unknown attribute"] += 1
            value = attribute.default
        attributes[attribute.code] = value
    quoted = item["text"]
    return Span(
        id=name,
        layer=layer,
        start=start,
        end=start + len(quoted),
        label=str(label),
        text=quoted,
        attributes=with_defaults(attributes, ontology) if layer == "event" else (),
    )
