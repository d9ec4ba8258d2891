"""Label Studio's JSON -> annotations: what `wire` sends, and what people made of it. Pure.

Nothing is repaired but the edges of a person's spans: what does not hold is quarantined.

A region can carry a label of both layers (a key of the other layer was pressed while it was
selected): then it is two spans, of which the second label's has an id of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from annotate.labeling.parts import Part
from annotate.labeling.trimming import trimmed
from annotate.labeling.wire import COMMENT, DISPUTE, KEEP, NOTE, OPEN, SKIP_REASON, UNSURE
from annotate.ontology import Ontology
from annotate.spans import (
    LAYERS,
    Annotation,
    Layer,
    Problem,
    Relation,
    Span,
    ordered,
    relation_problem,
    span_problem,
    with_defaults,
)

# What the editor says of a region that a person made or changed; an untouched one is "prediction".
_PERSONS = ("manual", "prediction-changed")


@dataclass(frozen=True, slots=True)
class Received:
    """What came out of a `result` list.

    Attributes:
        annotation: all spans and relations that hold, with offsets in the whole article.
        quarantined: what does not hold, with the reason; the raw result stays in the history.
        trimmed: number of a person's spans that lost blanks or punctuation at an edge.
        skip_reason: why the annotator skipped the task, or None.
    """

    annotation: Annotation
    quarantined: tuple[Problem, ...]
    trimmed: int = 0
    skip_reason: str | None = None

    @property
    def comment(self) -> str | None:
        """What the annotator wrote about the task, or None."""
        return self.annotation.comment


@dataclass(slots=True)
class _Read:
    """What is read so far; `spans` by region id and layer, all else by region id."""

    spans: dict[tuple[str, Layer], Span] = field(default_factory=dict)
    regions: set[str] = field(default_factory=set)
    attributes: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    unsure: set[str] = field(default_factory=set)
    notes: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    links: list[tuple[str, str, list[str]]] = field(default_factory=list)
    comment: list[str] = field(default_factory=list)
    skip_reason: list[str] = field(default_factory=list)
    bad: list[Problem] = field(default_factory=list)
    trimmed: int = 0


def from_results(
    results: Iterable[Mapping[str, Any]],
    article_text: str,
    text_sha256: str,
    part: Part,
    ontology: Ontology,
) -> Received:
    """The annotation in a `result` list.

    What does not hold (offsets, surface, label, a relation without a role, an unknown kind of
    result) is quarantined with its reason. Blanks and punctuation at the edges of a span that a
    person made or changed are taken off.

    Args:
        article_text, text_sha256: the whole article and its hash.
        part: what the task showed of it; the results' offsets count from its start.
    """
    text = part.of(article_text)
    read = _Read()
    for result in results:
        _read(result, text, ontology, read)
    kept = _with_details(read, ontology)
    relations = _relations(kept, ontology, read)
    spans = list(kept.values())
    if part.start:
        spans = [replace(s, start=s.start + part.start, end=s.end + part.start) for s in spans]
    annotation = Annotation(
        text_sha256=text_sha256,
        spans=ordered(spans),
        relations=relations,
        ontology_version=ontology.version,
        guidelines_version=ontology.guidelines_version,
        comment="\n".join(read.comment) or None,
    )
    skip_reason = "\n".join(read.skip_reason) or None
    return Received(annotation, tuple(read.bad), read.trimmed, skip_reason)


def _read(result: Mapping[str, Any], text: str, ontology: Ontology, read: _Read) -> None:
    kind, item, name = result.get("type"), str(result.get("id", "")), str(result.get("from_name"))
    value = result.get("value")
    if kind == "relation":
        read.links.append(_link(result))
    elif kind == "labels" and isinstance(value, Mapping):
        _read_region(result, item, value, text, ontology, read)
    elif kind == "choices" and isinstance(value, Mapping):
        chosen = _strings(value.get("choices"))
        if name == SKIP_REASON:
            read.skip_reason += chosen
        elif name == UNSURE and chosen:
            read.unsure.add(item)
        elif name == DISPUTE and chosen in ([OPEN], [KEEP]):
            pass  # nothing of the annotation: `adjudication.kept` reads it
        elif len(chosen) == 1 and chosen[0] in ontology.values(name):
            read.attributes[item][name] = chosen[0]
        else:
            read.bad.append(Problem(item, f"unknown choice {name}={value.get('choices')!r}"))
    elif kind == "textarea" and isinstance(value, Mapping) and name in (NOTE, COMMENT):
        written = [line for line in _strings(value.get("text")) if line.strip()]
        if name == COMMENT:
            read.comment += written
        else:
            read.notes[item] += written
    else:
        read.bad.append(Problem(item, f"unknown kind of result {kind!r}"))


def _strings(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [item for item in values if isinstance(item, str)]


def _read_region(
    result: Mapping[str, Any],
    item: str,
    value: Mapping[str, Any],
    text: str,
    ontology: Ontology,
    read: _Read,
) -> None:
    span = _span(item, str(result.get("from_name")), value, result.get("score"))
    if isinstance(span, str):
        read.bad.append(Problem(item, span))
        return
    reason = span_problem(span, text, ontology)
    if (item, span.layer) in read.spans:
        reason = "two regions have this id"
    elif reason is None and result.get("origin") in _PERSONS:
        start, end = trimmed(text, span.start, span.end)
        if start == end:
            reason = f"the span {span.text!r} holds nothing but blanks and punctuation"
        elif (start, end) != (span.start, span.end):
            span = replace(span, start=start, end=end, text=text[start:end])
            read.trimmed += item not in read.regions
    if reason:
        read.bad.append(Problem(item, reason))
        return
    if item in read.regions:
        span = replace(span, id=f"{item}.{span.layer}")
    read.spans[item, span.layer] = span
    read.regions.add(item)
    meta = result.get("meta")
    if isinstance(meta, Mapping):  # the editor's own field for remarks on a region
        read.notes[item] += [line for line in _strings(meta.get("text")) if line.strip()]


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


def _with_details(read: _Read, ontology: Ontology) -> dict[tuple[str, Layer], Span]:
    """The spans with their attributes, marks and notes; what hangs in the air is quarantined."""
    regions = read.regions
    read.bad += [
        Problem(item, f"{', '.join(values)} of a region that is no event")
        for item, values in read.attributes.items()
        if (item, "event") not in read.spans
    ]
    for what, items in ((UNSURE, sorted(read.unsure)), (NOTE, list(read.notes))):
        read.bad += [
            Problem(item, f"{what} of a region that is not there")
            for item in items
            if item not in regions
        ]
    defaults = with_defaults({}, ontology)
    kept = dict(read.spans)
    for (item, layer), span in read.spans.items():
        marked = read.attributes.get(item)
        attributes = with_defaults(marked, ontology) if marked else defaults
        note = "\n".join(read.notes.get(item, ())) or None
        if layer == "event" or note is not None or item in read.unsure:
            kept[item, layer] = replace(
                span,
                attributes=attributes if layer == "event" else (),
                unsure=item in read.unsure,
                note=note,
            )
    return kept


def _relations(
    spans: Mapping[tuple[str, Layer], Span], ontology: Ontology, read: _Read
) -> tuple[Relation, ...]:
    """Relations, drawn from event to entity whichever way the person drew them."""
    by_id = {span.id: span for span in spans.values()}
    found: set[Relation] = set()
    for start, end, roles in read.links:
        head, tail = spans.get((start, "event")), spans.get((end, "entity"))
        if head is None or tail is None:  # drawn backwards, unless it leads nowhere
            back = spans.get((end, "event")), spans.get((start, "entity"))
            head, tail = back if None not in back else (head, tail)
        item = f"{head.id if head else start}->{tail.id if tail else end}"
        if not roles:
            read.bad.append(Problem(item, "the relation has no role"))
        for role in roles:
            relation = Relation(head.id if head else start, tail.id if tail else end, role)
            reason = relation_problem(relation, by_id, ontology)
            if reason:
                read.bad.append(Problem(item, reason))
            else:
                found.add(relation)
    return tuple(sorted(found))
