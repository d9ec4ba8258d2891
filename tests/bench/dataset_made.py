"""Articles of one size with their annotation, made of the seeds' sentences: as many as wanted."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from annotate.annotation_files import read_annotations
from annotate.arabic.words import sentences
from annotate.corpus.article import Article, Segment
from annotate.corpus.readers import read_articles
from annotate.corpus.rules import load_rules
from annotate.dataset.rows import Chosen, Split
from annotate.ontology import Ontology
from annotate.spans import Annotation, Relation, Span
from annotate.storage import text_sha256
from tests.support import SEEDS

WORDS = 300
SPANS = 40
_SPLITS: tuple[Split, ...] = ("train",) * 8 + ("validation", "test")


@dataclass(frozen=True, slots=True)
class Piece:
    """A sentence of the seeds; offsets of spans count from its start."""

    text: str
    words: int
    spans: tuple[Span, ...]
    relations: tuple[Relation, ...]


def pieces(ontology: Ontology) -> list[Piece]:
    """Every sentence of the seeds with its annotation."""
    sources = [str(SEEDS / "*.txt")]
    texts = {a.text_sha256: a.text for a in read_articles(sources, load_rules())}
    found = []
    path: Path = SEEDS / "annotations" / "adjudicated.jsonl"
    for annotation in read_annotations(path, ontology):
        text = texts[annotation.text_sha256]
        for start, end in sentences(text):
            spans = tuple(
                replace(span, start=span.start - start, end=span.end - start)
                for span in annotation.spans
                if start <= span.start and span.end <= end
            )
            ids = {span.id for span in spans}
            relations = tuple(r for r in annotation.relations if {r.head, r.tail} <= ids)
            part = text[start:end]
            found.append(Piece(part, len(part.split()), spans, relations))
    return found


def made(count: int, ontology: Ontology, seed: int = 1) -> Iterator[Chosen]:
    """Articles of about `WORDS` words and at most `SPANS` spans, in the order of their doc_id.

    The seeds have more spans than that; so a random share of them stays, with the roles between
    them.
    """
    stock = pieces(ontology)
    for number in range(count):
        yield _article(number, stock, ontology, random.Random(f"{seed}-{number}"))  # noqa: S311 - no secret


def _article(number: int, stock: list[Piece], ontology: Ontology, chance: random.Random) -> Chosen:
    lines: list[str] = []
    spans: list[tuple[Span, int, str]] = []
    relations: list[tuple[str, str, str]] = []
    words = length = 0
    while words < WORDS:
        piece = stock[chance.randrange(len(stock))]
        prefix = f"{len(lines)}:"
        spans += [(span, length, prefix) for span in piece.spans]
        relations += [(prefix + r.head, prefix + r.tail, r.role) for r in piece.relations]
        lines.append(piece.text)
        words += piece.words
        length += len(piece.text) + 1
    text = "\n".join(lines)
    places = sorted(chance.sample(range(len(spans)), min(SPANS, len(spans))))
    kept = tuple(
        Span(
            prefix + span.id,
            span.layer,
            span.start + shift,
            span.end + shift,
            span.label,
            span.text,
            span.attributes,
        )
        for span, shift, prefix in (spans[place] for place in places)
    )
    ids = {span.id for span in kept}
    annotation = Annotation(
        text_sha256(text),
        kept,
        tuple(sorted(Relation(h, t, role) for h, t, role in relations if h in ids and t in ids)),
        ontology_version=ontology.version,
        guidelines_version=ontology.guidelines_version,
    )
    segments = (Segment("paragraph", 0, len(text), 0, len(text)),)
    doc_id = f"{number:016x}"
    article = Article(doc_id, text, source="made.txt", segments=segments)
    split = _SPLITS[number % len(_SPLITS)]
    return Chosen(article, annotation, "gold", ("annotator-1",), split=split)
