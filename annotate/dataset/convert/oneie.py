"""Sentences as OneIE and its successors read them: mentions and arguments by word numbers."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import IO, Any

from annotate.dataset.convert.document import (
    ATTRIBUTES,
    ROLES,
    ROLES_ACROSS,
    Document,
    Inventory,
    Placed,
    left_out,
    placed,
)

SUFFIX = ".jsonl"


def write(
    documents: Iterable[tuple[Document, Inventory]],
    file: IO[bytes],
    *,
    entities: bool,
    events: bool,
) -> tuple[int, Counter[str]]:
    """Writes one sentence a line; the number of articles and what was lost.

    `pieces` and `token_lens` depend on the encoder and are left to the trainer. Attributes of
    events are further keys of theirs.
    """
    lost: Counter[str] = Counter()
    count = 0
    for document, _ in documents:
        lost += left_out(document, entities=entities, events=events, holds="roles attributes")
        for sentence in _sentences(document, lost, entities=entities, events=events):
            line = json.dumps(sentence, ensure_ascii=False)
            file.write(f"{line}\n".encode())
        count += 1
    return count, lost


def _sentences(
    document: Document, lost: Counter[str], *, entities: bool, events: bool
) -> Iterator[dict[str, Any]]:
    annotation = document.annotation
    mentions = placed(document, annotation.entities, lost) if entities else []
    triggers = placed(document, annotation.events, lost) if events else []
    tails = {item.span.id: item for item in mentions}
    arguments: dict[str, list[tuple[str, Placed]]] = defaultdict(list)
    heads = {item.span.id: item for item in triggers}
    for relation in annotation.relations if entities and events else ():
        head, tail = heads.get(relation.head), tails.get(relation.tail)
        if head is None or tail is None:
            lost[ROLES] += 1  # of a span that was counted
        elif head.sentence != tail.sentence:
            lost[ROLES_ACROSS] += 1
        else:
            arguments[head.span.id].append((relation.role, tail))
    if events:
        whole = {item.span.id for item in triggers}
        lost[ATTRIBUTES] += sum(len(s.attributes) for s in annotation.events if s.id not in whole)
    for number, (first, after) in enumerate(document.sentences):
        words = [token.text for token in document.tokens[first:after]]
        name = f"{document.doc_id}-{number}"
        begin, end = document.tokens[first].start, document.tokens[after - 1].end

        def surface(item: Placed, base: int = first) -> str:
            start = document.tokens[base + item.first].start
            return document.text[start : document.tokens[base + item.after - 1].end]

        yield {
            "doc_id": document.doc_id,
            "sent_id": name,
            "tokens": words,
            "sentence": document.text[begin:end],
            "entity_mentions": [
                {
                    "id": f"{name}-{item.span.id}",
                    "text": surface(item),
                    "entity_type": item.span.label,
                    "mention_type": "UNK",
                    "start": item.first,
                    "end": item.after,
                }
                for item in mentions
                if item.sentence == number
            ],
            "relation_mentions": [],
            "event_mentions": [
                {
                    "id": f"{name}-{item.span.id}",
                    "event_type": item.span.label,
                    "trigger": {"text": surface(item), "start": item.first, "end": item.after},
                    "arguments": [
                        {
                            "entity_id": f"{name}-{tail.span.id}",
                            "text": surface(tail),
                            "role": role,
                        }
                        for role, tail in arguments[item.span.id]
                    ],
                    **dict(item.span.attributes),
                }
                for item in triggers
                if item.sentence == number
            ],
        }
