"""Articles and annotations for tests of labeling: made of words, so that offsets are counted."""

from __future__ import annotations

from collections.abc import Sequence

from annotate.corpus.article import Article, make_doc_id
from annotate.corpus.clean import keep_as_is
from annotate.ontology import Ontology
from annotate.spans import Annotation, Relation, Span, ordered, with_defaults

SENTENCE = "هاجم الجيش مدينة سرت يوم الثلاثاء وقال المتحدث إن القوات تتقدم ."


def article(number: int, text: str = SENTENCE) -> Article:
    """An article that is told from others by its number."""
    kept = keep_as_is(f"{text}\nخبر رقم {number}")
    return Article(
        make_doc_id(0, given_id=f"article {number}"),
        kept.text,
        source_id=f"article {number}",
        segments=kept.segments,
        offsets=kept.offsets,
    )


def span(
    text: str, surface: str, label: str, ontology: Ontology, span_id: str, **attributes: str
) -> Span:
    """A span over the first occurrence of a surface; the label tells the layer."""
    start = text.index(surface)
    layer = "event" if label in ontology.event_codes else "entity"
    given = with_defaults(attributes, ontology) if layer == "event" else ()
    return Span(
        span_id,
        "event" if layer == "event" else "entity",
        start,
        start + len(surface),
        label,
        surface,
        attributes=given,
        score=0.5,
        origin="test",
    )


def annotate(
    article: Article,
    ontology: Ontology,
    spans: Sequence[Span],
    relations: Sequence[Relation] = (),
    annotator: str = "test",
) -> Annotation:
    return Annotation(
        text_sha256=article.text_sha256,
        spans=ordered(spans),
        relations=tuple(sorted(relations)),
        doc_id=article.doc_id,
        annotator=annotator,
        ontology_version=ontology.version,
        guidelines_version=ontology.guidelines_version,
    )


def predicted(article: Article, ontology: Ontology) -> Annotation:
    """The pre-annotation that most tests use: an attack, its agent and its target."""
    text = article.text
    spans = [
        span(text, "هاجم", "ATTACK", ontology, "E1"),
        span(text, "الجيش", "ARM", ontology, "T1"),
        span(text, "سرت", "GPE", ontology, "T2"),
        span(text, "الثلاثاء", "TIME", ontology, "T3"),
        span(text, "وقال", "STATEMENT", ontology, "E2"),
        span(text, "تتقدم", "ADVANCE", ontology, "E3", modality="OTHER"),
    ]
    relations = [Relation("E1", "T1", "AGENT"), Relation("E1", "T2", "TARGET")]
    return annotate(article, ontology, spans, relations)
