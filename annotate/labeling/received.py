"""Label Studio's JSON -> annotations: what `wire` sends, and what people made of it. Pure.

Nothing is repaired but the edges of a person's spans: what does not hold is quarantined.

A region can carry a label of both layers (a key of the other layer was pressed while it was
selected): then it is two spans, of which the second label's has an id of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
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
    """What is read so far; `spans` by region id and layer, all else by region id.

    `text` is what the task showed: it begins at `start` of the article, as offsets of `spans` do.
    """

    text: str
    start: int
    ontology: Ontology
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
    read = _Read(part.of(article_text), part.start, ontology)
    for result in results:
        _read(result, read)
    spans = _with_details(read)
    relations = _relations(spans, read)
    annotation = Annotation(
        text_sha256=text_sha256,
        spans=ordered(spans.values()),
        relations=relations,
        ontology_version=ontology.version,
        guidelines_version=ontology.guidelines_version,
        comment="\n".join(read.comment) or None,
    )
    skip_reason = "\n".join(read.skip_reason) or None
    return Received(annotation, tuple(read.bad), read.trimmed, skip_reason)


def _read(result: Mapping[str, Any], read: _Read) -> None:
    kind, item, value = result.get("type"), str(result.get("id", "")), result.get("value")
    if kind == "relation":
        read.links.append(_link(result))
    elif kind == "labels" and isinstance(value, dict):
        _read_region(result, item, value, read)
    elif kind == "choices" and isinstance(value, dict):
        _read_choice(item, str(result.get("from_name")), value.get("choices"), read)
    elif kind == "textarea" and isinstance(value, dict) and result.get("from_name") == NOTE:
        read.notes[item] += _lines(value.get("text"))
    elif kind == "textarea" and isinstance(value, dict) and result.get("from_name") == COMMENT:
        read.comment += _lines(value.get("text"))
    else:
        read.bad.append(Problem(item, f"unknown kind of result {kind!r}"))


def _read_choice(item: str, name: str, choices: Any, read: _Read) -> None:
    chosen = _strings(choices)
    if name == SKIP_REASON:
        read.skip_reason += chosen
    elif name == UNSURE and chosen:
        read.unsure.add(item)
    elif name == DISPUTE and chosen in ([OPEN], [KEEP]):
        pass  # nothing of the annotation: `adjudication.kept_regions` reads it
    elif len(chosen) == 1 and chosen[0] in read.ontology.values(name):
        read.attributes[item][name] = chosen[0]
    else:
        read.bad.append(Problem(item, f"unknown choice {name}={choices!r}"))


def _strings(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [item for item in values if isinstance(item, str)]


def _lines(value: Any) -> list[str]:
    return [line for line in _strings(value) if line.strip()]


def _read_region(
    result: Mapping[str, Any], item: str, value: Mapping[str, Any], read: _Read
) -> None:
    name = str(result.get("from_name"))
    reason = _region_problem(item, name, value, read)
    if reason is not None:
        read.bad.append(Problem(item, reason))
        return
    start, end, surface = value["start"], value["end"], str(value.get("text"))
    if result.get("origin") in _PERSONS:
        start, end = trimmed(read.text, start, end)
        if start == end:
            reason = f"the span {surface!r} holds nothing but blanks and punctuation"
            read.bad.append(Problem(item, reason))
            return
        if end - start < len(surface):
            surface = read.text[start:end]
            read.trimmed += item not in read.regions
    layer: Layer = "entity" if name == "entity" else "event"
    score = result.get("score")
    read.spans[item, layer] = Span(
        f"{item}.{layer}" if item in read.regions else item,
        layer,
        start + read.start,
        end + read.start,
        str(value["labels"][0]),
        surface,
        read.ontology.defaults if layer == "event" else (),
        float(score) if isinstance(score, int | float) and 0 <= score <= 1 else None,
    )
    read.regions.add(item)
    meta = result.get("meta")
    if isinstance(meta, dict):  # the editor's own field for remarks on a region
        read.notes[item] += _lines(meta.get("text"))


def _region_problem(item: str, layer: str, value: Mapping[str, Any], read: _Read) -> str | None:
    """Why a region is no span, or None."""
    start, end, labels, surface = map(value.get, ("start", "end", "labels", "text"))
    if layer not in LAYERS:
        return f"unknown control {layer!r}"
    if not item:
        return "the region has no id"
    if type(start) is not int or type(end) is not int:
        return f"offsets {start!r}:{end!r} are no integers"
    if not isinstance(labels, list) or len(labels) != 1:
        return f"the region has {labels!r} where one label belongs"
    if (item, layer) in read.spans:
        return "two regions have this id"
    if (
        0 <= start < end <= len(read.text)
        and read.text[start:end] == surface
        and read.ontology.has_label(layer, str(labels[0]))
    ):
        return None  # what nearly all are; `span_problem` says what is wrong with the others
    span = Span(item, layer, start, end, str(labels[0]), str(surface))
    return span_problem(span, read.text, read.ontology)


def _link(result: Mapping[str, Any]) -> tuple[str, str, list[str]]:
    labels = result.get("labels")
    roles = [str(label) for label in labels] if isinstance(labels, list) else []
    return str(result.get("from_id")), str(result.get("to_id")), roles


def _with_details(read: _Read) -> dict[tuple[str, Layer], Span]:
    """The spans with their attributes, marks and notes; what hangs in the air is quarantined."""
    read.bad += [
        Problem(item, f"{', '.join(values)} of a region that is no event")
        for item, values in read.attributes.items()
        if (item, "event") not in read.spans
    ]
    for what, items in ((UNSURE, sorted(read.unsure)), (NOTE, list(read.notes))):
        read.bad += [
            Problem(item, f"{what} of a region that is not there")
            for item in items
            if item not in read.regions
        ]
    kept = dict(read.spans)
    for item in {*read.attributes, *read.unsure, *read.notes}:
        for layer in LAYERS:
            span = kept.get((item, layer))
            if span is not None:
                kept[item, layer] = _with_detail(span, item, read)
    return kept


def _with_detail(span: Span, item: str, read: _Read) -> Span:
    """The span with what was said about its region."""
    attributes, marked = span.attributes, read.attributes.get(item)
    if marked and span.layer == "event":
        attributes = with_defaults(marked, read.ontology)
    note = "\n".join(read.notes.get(item, ())) or None
    return span.detailed(attributes, span.score, None, None, item in read.unsure, note)


def _relations(spans: Mapping[tuple[str, Layer], Span], read: _Read) -> tuple[Relation, ...]:
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
            reason = relation_problem(relation, by_id, read.ontology)
            if reason:
                read.bad.append(Problem(item, reason))
            else:
                found.add(relation)
    return tuple(sorted(found))
