"""Label Studio's JSON <-> annotations. Pure, and tested both ways.

A span is a `labels` result of the control named after its layer; an attribute of an event is a
`choices` result with the region's id, sent only where it differs from its default; roles of one
pair of regions travel as one `relation` with several labels, because the server keeps only the
first of two relations over the same pair.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, NotRequired, TypedDict

from annotate.corpus.article import Article
from annotate.ontology import Ontology
from annotate.spans import (
    LAYERS,
    Annotation,
    Decision,
    Problem,
    Relation,
    Span,
    ordered,
    problems,
    relation_problem,
    span_problem,
    with_defaults,
)

TEXT = "text"  # the name of the Text tag, which every control points to


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


@dataclass(frozen=True, slots=True)
class Received:
    """What came out of a `result` list.

    Attributes:
        annotation: all spans and relations that hold over the text.
        quarantined: what does not hold, with the reason; the raw result stays in the history.
    """

    annotation: Annotation
    quarantined: tuple[Problem, ...]


def to_results(annotation: Annotation, ontology: Ontology) -> list[Result]:
    """The annotation as a `result` list; `from_results` gives the same annotation back."""
    defaults = {attribute.code: attribute.default for attribute in ontology.attributes}
    results: list[Result] = []
    for span in annotation.spans:
        place = {"start": span.start, "end": span.end, "text": span.text}
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
        for name, value in span.attributes:
            if value != defaults.get(name):
                results.append(
                    {
                        "id": span.id,
                        "from_name": name,
                        "to_name": TEXT,
                        "type": "choices",
                        "value": {**place, "choices": [value]},
                    }
                )
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
    return results


def to_task(
    article: Article, prediction: Annotation | None, version: str, ontology: Ontology
) -> dict[str, Any]:
    """The task to import for an article, with its pre-annotation if there is one."""
    about = [article.outlet, (article.published or "")[:10], article.source]
    task: dict[str, Any] = {
        "data": {
            "text": article.text,
            "doc_id": article.doc_id,
            "text_sha256": article.text_sha256,
            "title": article.title,
            "about": " · ".join(part for part in about if part),
        }
    }
    if prediction is not None:
        scores = [span.score for span in prediction.spans if span.score is not None]
        task["predictions"] = [
            {
                "model_version": version,
                "score": round(sum(scores) / len(scores), 4) if scores else 0.0,
                "result": to_results(prediction, ontology),
            }
        ]
    return task


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


def from_results(
    results: Iterable[Mapping[str, Any]], text: str, text_sha256: str, ontology: Ontology
) -> Received:
    """The annotation in a `result` list, over the text that it was made on.

    Nothing is repaired: what does not hold (offsets, surface, label, a relation without a role, an
    unknown kind of result) is quarantined with its reason.
    """
    bad: list[Problem] = []
    spans: dict[str, Span] = {}
    attributes: dict[str, dict[str, str]] = defaultdict(dict)
    links: list[tuple[str, str, list[str]]] = []
    for result in results:
        kind, item = result.get("type"), str(result.get("id", ""))
        value = result.get("value")
        if kind == "labels" and isinstance(value, Mapping):
            span = _span(item, str(result.get("from_name")), value, result.get("score"))
            reason = span if isinstance(span, str) else span_problem(span, text, ontology)
            if item in spans:
                reason = "two regions have this id"
            if reason or isinstance(span, str):
                bad.append(Problem(item, reason or str(span)))
            else:
                spans[item] = span
        elif kind == "choices" and isinstance(value, Mapping):
            name, chosen = str(result.get("from_name")), value.get("choices")
            allowed = ontology.values(name)
            if isinstance(chosen, list) and len(chosen) == 1 and chosen[0] in allowed:
                attributes[item][name] = chosen[0]
            else:
                bad.append(Problem(item, f"unknown choice {name}={chosen!r}"))
        elif kind == "relation":
            links.append(_link(result))
        else:
            bad.append(Problem(item, f"unknown kind of result {kind!r}"))
    kept, orphans = _with_attributes(spans, attributes, ontology)
    relations, unlinked = _relations(links, kept, ontology)
    annotation = Annotation(
        text_sha256=text_sha256,
        spans=ordered(kept.values()),
        relations=relations,
        ontology_version=ontology.version,
        guidelines_version=ontology.guidelines_version,
    )
    return Received(annotation, (*bad, *orphans, *unlinked))


def _span(item: str, layer: str, value: Mapping[str, Any], score: Any) -> Span | str:
    """The span in a region, or why there is none."""
    start, end, labels = value.get("start"), value.get("end"), value.get("labels")
    if layer not in LAYERS:
        return f"unknown control {layer!r}"
    if not item:
        return "the region has no id"
    if type(start) is not int or type(end) is not int:
        return f"offsets {start!r}:{end!r} are no integers"
    if not isinstance(labels, list) or len(labels) != 1:
        return f"the region has {labels!r} where one label belongs"
    return Span(
        id=item,
        layer="entity" if layer == "entity" else "event",
        start=start,
        end=end,
        label=str(labels[0]),
        text=str(value.get("text")),
        score=float(score) if isinstance(score, int | float) else None,
    )


def _link(result: Mapping[str, Any]) -> tuple[str, str, list[str]]:
    labels = result.get("labels")
    roles = [str(label) for label in labels] if isinstance(labels, list) else []
    return str(result.get("from_id")), str(result.get("to_id")), roles


def _with_attributes(
    spans: Mapping[str, Span], attributes: Mapping[str, Mapping[str, str]], ontology: Ontology
) -> tuple[dict[str, Span], list[Problem]]:
    orphans = [
        Problem(item, f"{', '.join(values)} of a region that is no event")
        for item, values in attributes.items()
        if item not in spans or spans[item].layer != "event"
    ]
    kept = {
        item: replace(span, attributes=with_defaults(attributes.get(item, {}), ontology))
        if span.layer == "event"
        else span
        for item, span in spans.items()
    }
    return kept, orphans


def _relations(
    links: Iterable[tuple[str, str, list[str]]], spans: Mapping[str, Span], ontology: Ontology
) -> tuple[tuple[Relation, ...], list[Problem]]:
    """Relations, drawn from event to entity whichever way the person drew them."""
    found: set[Relation] = set()
    bad: list[Problem] = []
    for start, end, roles in links:
        first, second = spans.get(start), spans.get(end)
        if first and second and (first.layer, second.layer) == ("entity", "event"):
            start, end = end, start
        item = f"{start}->{end}"
        if not roles:
            bad.append(Problem(item, "the relation has no role"))
        for role in roles:
            relation = Relation(start, end, role)
            reason = relation_problem(relation, spans, ontology)
            if reason:
                bad.append(Problem(item, reason))
            else:
                found.add(relation)
    return tuple(sorted(found)), bad


@dataclass(frozen=True, slots=True)
class Decided:
    """An annotation whose spans say what the person did with the pre-annotation.

    `deleted` holds the pre-annotated spans of which nothing is left.
    """

    annotation: Annotation
    deleted: tuple[Span, ...]


def decide(annotation: Annotation, prediction: Annotation | None) -> Decided:
    """What a person did with each pre-annotated span.

    A span is taken for the pre-annotated one with the same layer and offsets, else for the one
    whose region id it kept. accepted: same label and offsets; relabelled: other label; resized:
    other offsets; added: there was none. Origin and score of the pre-annotated span are kept.
    """
    proposed = list(prediction.spans) if prediction else []
    by_place: dict[tuple[str, int, int], list[Span]] = defaultdict(list)
    for span in proposed:
        by_place[span.layer, span.start, span.end].append(span)
    used: set[str] = set()
    matches: dict[str, Span] = {}
    for exact in (True, False):
        for span in annotation.spans:
            if span.id in matches:
                continue
            for candidate in by_place[span.layer, span.start, span.end]:
                if candidate.id not in used and (candidate.label == span.label or not exact):
                    matches[span.id] = candidate
                    used.add(candidate.id)
                    break
    by_id = {span.id: span for span in proposed}
    for span in annotation.spans:
        kept = by_id.get(span.id)
        if span.id not in matches and kept and kept.id not in used and kept.layer == span.layer:
            matches[span.id] = kept
            used.add(kept.id)
    return Decided(
        replace(annotation, spans=tuple(_decided(s, matches.get(s.id)) for s in annotation.spans)),
        tuple(span for span in proposed if span.id not in used),
    )


def _decided(span: Span, proposed: Span | None) -> Span:
    if proposed is None:
        return replace(span, decision="added", score=None, origin=None)
    decision: Decision = "accepted"
    if (span.start, span.end) != (proposed.start, proposed.end):
        decision = "resized"
    elif span.label != proposed.label:
        decision = "relabelled"
    return replace(span, decision=decision, score=proposed.score, origin=proposed.origin)
