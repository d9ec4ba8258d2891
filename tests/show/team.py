"""A made-up team that annotated the paragraphs of the seeds, and the figures of its agreement.

Its people leave spans out, cut them short, and mistake some labels for others; they get better with
the weeks, and one of them is worse than the rest. No person is behind any of them.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from annotate.agreement.figures import measure
from annotate.agreement.readings import Item, Reading
from annotate.annotation_files import read_annotations
from annotate.corpus.readers import read_articles
from annotate.corpus.rules import load_rules
from annotate.spans import Annotation, Relation, Span
from annotate.storage import text_sha256
from tests.support import ONTOLOGY, SEEDS

NAMES = ("anna@example.org", "omar@example.org", "سلمى", "tarek@example.org")
ERRORS = dict(zip(NAMES, (0.05, 0.16, 0.06, 0.07), strict=True))
MISTAKEN = {"LOC": "GPE", "GPE": "LOC", "ORG": "MIL", "ATTACK": "STRIKE", "STRIKE": "ATTACK"}
BEGAN = datetime(2026, 9, 7, 9, tzinfo=UTC)
SIZE = 500  # characters of an article, at least


@cache
def figures(seed: int = 1) -> dict[str, Any]:
    """The figures as JSON values; do not change them."""
    made = measure(items(seed), ONTOLOGY)
    return made.with_progress(progress()).to_json()


def items(seed: int = 1) -> list[Item]:
    """Some fifty short articles, each with the readings of two or three annotators."""
    found = []
    whole = list(_pieces())
    random.Random(seed).shuffle(whole)  # noqa: S311 - no secret
    for number, piece in enumerate(whole):
        chance = random.Random(f"{seed} {number}")  # noqa: S311 - no secret
        week = number * 9 // len(whole)
        names = sorted(chance.sample(NAMES, 3 if number % 3 == 0 else 2))
        when = (BEGAN + timedelta(weeks=week, hours=number % 50)).isoformat()
        blank = number % 4 != 0
        readings = tuple(
            Reading(
                name,
                _reading(piece, chance, ERRORS[name] * (1.7 - week / 8) * (1 if blank else 0.5)),
                updated_at=when,
                blank=blank,
                prelabels=None if blank else piece,
                batch=1 + week // 3,
                links=(f"http://127.0.0.1:8080/projects/1/data?task={10 * number + place}",),
            )
            for place, name in enumerate(names)
        )
        text = _text(piece)
        found.append(Item(f"{number:016x}", text, piece.text_sha256, f"s{number}", readings))
    return found


def progress() -> list[dict[str, Any]]:
    """Rows as `annotate status --json` has them."""
    speeds = (31.0, 52.0, 27.5, 29.0)
    rows = []
    for number, (name, speed) in enumerate(zip(NAMES, speeds, strict=True)):
        words = 5200 - 700 * number
        rows.append(
            {
                "annotator": name,
                "submitted": 31 - 4 * number,
                "skipped": number % 2,
                "drafts": 1 if number == 2 else 0,
                "left": 12 + number,
                "unsure": 9 * (3 - number),
                "words": words,
                "seconds": 60 * words / speed,
                "fast_unchanged": 4 if number == 1 else 0,
                "last_activity": "2026-11-06T15:00:00Z",
            }
        )
    return rows


_TEXTS: dict[str, str] = {}


def _text(annotation: Annotation) -> str:
    return _TEXTS[annotation.text_sha256]


def _pieces() -> Iterator[Annotation]:
    """The reference, cut at line feeds."""
    texts = {a.text_sha256: a.text for a in read_articles([str(SEEDS)], load_rules())}
    for annotation in read_annotations(SEEDS / "annotations" / "adjudicated.jsonl", ONTOLOGY):
        text = texts[annotation.text_sha256]
        start = 0
        while start < len(text):
            end = text.find("\n", start + SIZE)
            end = len(text) if end < 0 else end
            yield _cut(annotation, text, start, end)
            start = end + 1


def _cut(annotation: Annotation, text: str, start: int, end: int) -> Annotation:
    spans = tuple(
        replace(span, start=span.start - start, end=span.end - start, origin=f"rule-{span.label}")
        for span in annotation.spans
        if start <= span.start and span.end <= end
    )
    ids = {span.id for span in spans}
    piece = text[start:end]
    _TEXTS[text_sha256(piece)] = piece
    relations = tuple(r for r in annotation.relations if {r.head, r.tail} <= ids)
    return Annotation(text_sha256(piece), spans, relations)


def _reading(piece: Annotation, chance: random.Random, error: float) -> Annotation:
    text = _text(piece)
    spans = [kept for span in piece.spans if (kept := _seen(span, text, chance, error))]
    ids = {span.id for span in spans}
    relations = [
        Relation(r.head, r.tail, "TARGET" if chance.random() < error else r.role)
        for r in piece.relations
        if {r.head, r.tail} <= ids and chance.random() > 2 * error
    ]
    return Annotation(piece.text_sha256, tuple(spans), tuple(sorted(set(relations))))


def _seen(span: Span, text: str, chance: random.Random, error: float) -> Span | None:
    """A span as somebody sees it, or None."""
    if chance.random() < error * (2 if span.label == "DATE" else 0.7):
        return None
    other = MISTAKEN.get(span.label)
    if other in (*ONTOLOGY.entity_codes, *ONTOLOGY.event_codes) and chance.random() < 2 * error:
        span = replace(span, label=str(other))
    if " " in span.text and chance.random() < 1.5 * error:
        end = span.start + span.text.rindex(" ")
        span = replace(span, end=end, text=text[span.start : end])
    if span.attributes and chance.random() < error:
        name, value = span.attributes[0]
        values = next(a for a in ONTOLOGY.attributes if a.code == name).values
        changed = chance.choice([v.code for v in values if v.code != value] or [value])
        span = replace(span, attributes=((name, changed), *span.attributes[1:]))
    return span
