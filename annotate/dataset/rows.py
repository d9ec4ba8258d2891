"""One dataset row for one article and its chosen annotation. Pure."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any, Literal

from annotate.arabic.words import sentences, words
from annotate.corpus.article import KEPT_KINDS, Article
from annotate.errors import SpanError
from annotate.ontology import Ontology
from annotate.spans import Annotation, Span, problems, with_defaults

Status = Literal["gold", "single"]


@dataclass(frozen=True, slots=True)
class Chosen:
    """An article and the annotation that goes into the dataset for it.

    Attributes:
        status: gold (differences settled) or single (one annotator's work).
        annotators: pseudonyms of who made it.
        prelabel_version: version of the pre-annotation that was corrected, or None.
    """

    article: Article
    annotation: Annotation
    status: Status
    annotators: tuple[str, ...]
    prelabel_version: str | None = None


def article_row(chosen: Chosen, ontology: Ontology) -> dict[str, Any]:
    """The row of `annotate.dataset.schema.article_schema`.

    Raises:
        SpanError: the annotation does not hold over the article's text; nothing is repaired here.
    """
    article, annotation = chosen.article, chosen.annotation
    found = problems(annotation, article.text, ontology)
    if found:
        raise SpanError(
            f"the annotation does not hold: span {found[0].item}: {found[0].reason}"
            + (f" (and {len(found) - 1} more)" if len(found) > 1 else ""),
            where=f"article {article.doc_id}",
            fix="correct it in the labeling project and pull again",
        )
    tokens = words(article.text)
    roles: dict[str, list[dict[str, str]]] = defaultdict(list)
    for relation in annotation.relations:
        roles[relation.head].append({"role": relation.role, "entity_id": relation.tail})
    return {
        "doc_id": article.doc_id,
        "source": article.source,
        "source_id": article.source_id,
        "url": article.url,
        "outlet": article.outlet,
        "published": article.published,
        "crawled": article.crawled,
        "text": article.text,
        "text_sha256": article.text_sha256,
        "status": chosen.status,
        "annotators": list(chosen.annotators),
        "prelabel_version": chosen.prelabel_version,
        "ontology_version": annotation.ontology_version or ontology.version,
        "guidelines_version": annotation.guidelines_version or ontology.guidelines_version,
        "segments": [
            {"kind": s.kind, "start": s.start, "end": s.end}
            for s in article.segments
            if s.kind in KEPT_KINDS
        ],
        "sentences": [{"start": start, "end": end} for start, end in sentences(article.text)],
        "tokens": [word.text for word in tokens],
        "token_starts": [word.start for word in tokens],
        "token_ends": [word.end for word in tokens],
        "entities": [_span(span) for span in annotation.entities],
        "events": [
            {
                **_span(span),
                **dict(with_defaults(dict(span.attributes), ontology)),
                "roles": sorted(roles[span.id], key=_role_key),
            }
            for span in annotation.events
        ],
    }


def _span(span: Span) -> dict[str, Any]:
    return {
        "id": span.id,
        "start": span.start,
        "end": span.end,
        "label": span.label,
        "text": span.text,
        "score": span.score,
        "origin": span.origin,
        "decision": span.decision,
    }


def _role_key(role: dict[str, str]) -> tuple[str, str]:
    return role["role"], role["entity_id"]
