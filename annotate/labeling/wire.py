"""Annotations -> Label Studio's JSON. Pure; `received` reads it back.

A span is a `labels` result of the control named after its layer; an attribute of an event is a
`choices` result with the region's id, sent only where it differs from its default, and so are the
mark "unsure" and the note; roles of one pair of regions travel as one `relation` with several
labels, because the server keeps only the first of two relations over the same pair.

On the wire, offsets are those of the task's own text, which is a part of the article; everywhere
else they are those of the whole article.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Set
from dataclasses import replace
from typing import Any, Literal, NotRequired, TypedDict

from annotate.corpus.article import Article
from annotate.errors import InputError
from annotate.labeling.parts import Part
from annotate.ontology import Ontology
from annotate.spans import Annotation, Problem, Span, problems

Layers = Literal["all", "entities", "events"]  # what a task is for

# Names of the interface's controls, beside "entity", "event" and the attributes' codes.
TEXT = "text"  # the Text tag, which every control points to
UNSURE = "unsure"
NOTE = "note"
COMMENT = "comment"
SKIP_REASON = "skip_reason"
UNSURE_VALUE = "UNSURE"  # the only choice of that control
DISPUTE = "dispute"  # in adjudication: whether a region is still to be settled
OPEN, KEEP = "OPEN", "KEEP"  # its choices
READINGS = "readings"  # the field of an adjudication's task that says what annotators marked


class Result(TypedDict):
    """One item of an annotation's or a prediction's `result` list."""

    type: str
    id: NotRequired[str]
    from_name: NotRequired[str]
    to_name: NotRequired[str]
    value: NotRequired[dict[str, Any]]
    score: NotRequired[float]
    from_id: NotRequired[str]
    to_id: NotRequired[str]
    direction: NotRequired[str]
    labels: NotRequired[list[str]]


def to_results(
    annotation: Annotation,
    ontology: Ontology,
    part: Part | None = None,
    marked: Set[str] = frozenset(),
) -> list[Result]:
    """The annotation as a `result` list; `from_results` gives the same annotation back.

    Args:
        annotation: over the whole article.
        part: what the task shows of it; without one, all. What is not wholly inside is left out
            (see `within`).
        marked: ids of spans that an adjudicator has to settle.
    """
    if part is not None:
        annotation = within(annotation, part)
    shift = part.start if part is not None else 0
    defaults = {attribute.code: attribute.default for attribute in ontology.attributes}
    results: list[Result] = []
    for span in annotation.spans:
        place = {"start": span.start - shift, "end": span.end - shift, "text": span.text}
        region: Result = {
            "id": span.id,
            "from_name": span.layer,
            "to_name": TEXT,
            "type": "labels",
            "value": {**place, "labels": [span.label]},
        }
        if span.score is not None:
            region["score"] = span.score
        results.append(region)
        if span.attributes or span.unsure or span.note is not None:
            results += _details(span, place, defaults)
        if span.id in marked:
            results.append(_choice(span.id, DISPUTE, place, OPEN))
    roles: dict[tuple[str, str], list[str]] = defaultdict(list)
    for relation in annotation.relations:
        roles[relation.head, relation.tail].append(relation.role)
    for (head, tail), labels in roles.items():
        results.append(
            {
                "from_id": head,
                "to_id": tail,
                "type": "relation",
                "direction": "right",
                "labels": labels,
            }
        )
    if annotation.comment is not None:
        results.append(
            {
                "id": COMMENT,
                "from_name": COMMENT,
                "to_name": TEXT,
                "type": "textarea",
                "value": {"text": [annotation.comment]},
            }
        )
    return results


def _details(span: Span, place: dict[str, Any], defaults: dict[str, str]) -> Iterator[Result]:
    """What is said about a region, beside its label."""
    chosen = [(name, value) for name, value in span.attributes if value != defaults.get(name)]
    if span.unsure:
        chosen.append((UNSURE, UNSURE_VALUE))
    for name, value in chosen:
        yield _choice(span.id, name, place, value)
    if span.note is not None:
        yield {
            "id": span.id,
            "from_name": NOTE,
            "to_name": TEXT,
            "type": "textarea",
            "value": {**place, "text": [span.note]},
        }


def _choice(region: str, name: str, place: dict[str, Any], value: str) -> Result:
    return {
        "id": region,
        "from_name": name,
        "to_name": TEXT,
        "type": "choices",
        "value": {**place, "choices": [value]},
    }


def within(annotation: Annotation, part: Part) -> Annotation:
    """What of an annotation lies wholly inside a part; offsets stay those of the article."""
    spans = tuple(s for s in annotation.spans if part.start <= s.start and s.end <= part.end)
    if len(spans) == len(annotation.spans):
        return annotation
    ids = {span.id for span in spans}
    relations = tuple(r for r in annotation.relations if r.head in ids and r.tail in ids)
    return replace(annotation, spans=spans, relations=relations)


def to_task(
    article: Article,
    part: Part,
    prediction: Annotation | None,
    version: str,
    ontology: Ontology,
    *,
    blank: bool = False,
    layers: Layers = "all",
    marked: Set[str] = frozenset(),
    more: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The task to import for a part of an article, with its pre-annotation if there is one.

    Args:
        prediction: over the whole article.
        version: names the heuristics.
        blank: show no pre-annotation, whatever there is.
        layers: "entities" leaves the events of the pre-annotation out.
        marked: ids of spans that an adjudicator has to settle.
        more: further fields of the task.

    Raises:
        InputError: the text holds NUL, which no server on PostgreSQL can keep. What is only shown
            about an article loses it.
    """
    if "\0" in article.text:
        raise InputError(
            f"the text holds the character NUL at {article.text.index(chr(0))}",
            where=f"article {article.doc_id}",
            fix="cleaning takes it away: do not push a text that was not cleaned",
        )
    number = f"{part.number}/{part.count}" if part.count > 1 else None
    about = [article.outlet, (article.published or "")[:10], article.source, number]
    task: dict[str, Any] = {
        "data": {
            "text": part.of(article.text),
            "doc_id": article.doc_id,
            "text_sha256": article.text_sha256,
            "part": part.number,
            "parts": part.count,
            "start": part.start,
            "end": part.end,
            "title": article.title,
            "about": " · ".join(item for item in about if item).replace("\0", ""),
            "blank": blank,
            "layers": layers,
            **(more or {}),
        }
    }
    if prediction is not None and not blank:
        shown = shown_of(prediction, part, layers)
        task["predictions"] = [to_prediction(shown, version, ontology, part, marked)]
    return task


def shown_of(prediction: Annotation, part: Part, layers: Layers) -> Annotation:
    """What a task shows of a pre-annotation: its part, and the layers that it is for."""
    shown = within(prediction, part)
    if layers == "entities":
        shown = replace(shown, spans=shown.entities, relations=())
    return shown


def to_prediction(
    shown: Annotation,
    version: str,
    ontology: Ontology,
    part: Part,
    marked: Set[str] = frozenset(),
) -> dict[str, Any]:
    """The prediction of a task (see `shown_of`); its score is the mean of the spans' scores."""
    scores = [span.score for span in shown.spans if span.score is not None]
    return {
        "model_version": version,
        "score": round(sum(scores) / len(scores), 4) if scores else 0.0,
        "result": to_results(shown, ontology, part, marked),
    }


def sendable_problems(annotation: Annotation, text: str, ontology: Ontology) -> list[Problem]:
    """Why a pre-annotation may not be sent; the server would take it and break the editor.

    All that `annotate.spans.problems` finds, and roles that the ontology does not admit.
    """
    found = problems(annotation, text, ontology)
    if found:
        return found
    spans = {span.id: span for span in annotation.spans}
    for relation in annotation.relations:
        event, entity = spans[relation.head].label, spans[relation.tail].label
        if not ontology.admits(event, relation.role, entity):
            item = f"{relation.head}->{relation.tail}"
            found.append(Problem(item, f"{event} does not admit {entity} as {relation.role}"))
    return found
