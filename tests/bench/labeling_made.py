"""Articles and pre-annotations to measure labeling with: made of words, each of 30 regions."""

from __future__ import annotations

import random

from annotate.corpus.article import Article, make_doc_id
from annotate.corpus.clean import keep_as_is
from annotate.ontology import Ontology
from annotate.spans import Annotation, Relation, Span, ordered, with_defaults

REGIONS = 30  # a task
VERSION = "made-1"
_LINES = 6
# Five regions a line: what, layer, label; and the roles of the first.
_MARKED = (
    ("هاجم", "event", "ATTACK"),
    ("الجيش", "entity", "ARM"),
    ("سرت", "entity", "GPE"),
    ("الثلاثاء", "entity", "TIME"),
    ("تتقدم", "event", "ADVANCE"),
)
_ROLES = ((0, 1, "AGENT"), (0, 2, "TARGET"))
_LETTERS = "بتثجحخدذرزسشصضطظعغفقكلمنهوي"
_WORDS = [first + middle + last for first in _LETTERS for middle in "اوي" for last in _LETTERS]


def article(number: int) -> Article:
    """An article of 120 words: lines of marked words between others, drawn for its number."""
    draw = random.Random(number)  # noqa: S311 - no secret
    lines = []
    for _ in range(_LINES):
        words = []
        for surface, _, _ in _MARKED:
            words += [surface, *draw.choices(_WORDS, k=3)]
        lines.append(" ".join(words))
    kept = keep_as_is("\n".join(lines))
    return Article(
        make_doc_id(0, given_id=f"bench {number}"),
        kept.text,
        source_id=f"bench {number}",
        segments=kept.segments,
        offsets=kept.offsets,
    )


def annotation(made: Article, ontology: Ontology, origin: str = "bench") -> Annotation:
    """Its pre-annotation: 30 regions and 12 roles."""
    spans: list[Span] = []
    relations: list[Relation] = []
    after = 0
    for _ in range(_LINES):
        ids = []
        for surface, layer, label in _MARKED:
            start = made.text.index(surface, after)
            after = start + len(surface)
            ids.append(f"S{len(spans) + 1}")
            spans.append(
                Span(
                    ids[-1],
                    "event" if layer == "event" else "entity",
                    start,
                    start + len(surface),
                    label,
                    surface,
                    attributes=with_defaults({}, ontology) if layer == "event" else (),
                    score=0.5,
                    origin=origin,
                )
            )
        relations += [Relation(ids[head], ids[tail], role) for head, tail, role in _ROLES]
    assert len(spans) == REGIONS
    return Annotation(
        text_sha256=made.text_sha256,
        spans=ordered(spans),
        relations=tuple(sorted(relations)),
        doc_id=made.doc_id,
        annotator=origin,
        ontology_version=ontology.version,
        guidelines_version=ontology.guidelines_version,
    )
