"""Spans, relations and annotations: frozen values over one text, which its hash names.

Offsets are Unicode code points of the clean text, half open: `text[span.start:span.end] ==
span.text` holds for every span that is stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, cast

from annotate.ontology import Ontology
from annotate.storage import text_sha256

Layer = Literal["entity", "event"]
Decision = Literal["accepted", "relabelled", "resized", "added"]
LAYERS: tuple[Layer, ...] = ("entity", "event")
DECISIONS: tuple[Decision, ...] = ("accepted", "relabelled", "resized", "added")


SpanKey = tuple[str, int, int, str]  # layer, start, end, label: what makes two spans say the same


@dataclass(frozen=True, slots=True)
class Span:
    """A labelled run of whole words.

    Attributes:
        id: unique among the spans of one annotation.
        layer: "entity" or "event" (then the span is an event's trigger).
        start, end: code points of the clean text, half open.
        label: a code of the ontology.
        text: the surface, `text[start:end]`.
        attributes: (name, value) pairs in the ontology's order; only events have them.
        score: 0..1, what the proposer thought of it; None for a person's span.
        origin: the rule that proposed the span, or None.
        decision: what a person did with a proposed span, or None where nobody has decided.
        unsure: whether the annotator marked it as unsure.
        note: what the annotator wrote about it, or None.
    """

    id: str
    layer: Layer
    start: int
    end: int
    label: str
    text: str
    attributes: tuple[tuple[str, str], ...] = ()
    score: float | None = None
    origin: str | None = None
    decision: Decision | None = None
    unsure: bool = False
    note: str | None = None

    @property
    def key(self) -> SpanKey:
        """Layer, start, end and label: what makes two spans say the same."""
        return (self.layer, self.start, self.end, self.label)

    def detailed(
        self,
        attributes: tuple[tuple[str, str], ...],
        score: float | None,
        origin: str | None,
        decision: Decision | None,
        unsure: bool,
        note: str | None,
    ) -> Span:
        """The same place and label, with these details: `replace` takes three times as long."""
        place = (self.id, self.layer, self.start, self.end, self.label, self.text)
        return Span(*place, attributes, score, origin, decision, unsure, note)

    def attribute(self, name: str) -> str | None:
        """Value of one attribute, or None."""
        return dict(self.attributes).get(name)


class _Unfrozen:
    """A span until all of it is set."""

    __slots__ = tuple(Span.__slots__)


def proposed_span(
    id: str,
    layer: Layer,
    start: int,
    end: int,
    label: str,
    text: str,
    attributes: tuple[tuple[str, str], ...],
    score: float,
    origin: str,
) -> Span:
    """What a rule proposes, as `Span` makes it.

    A frozen dataclass sets each field by a call, which takes five times as long, and an article
    has fifty proposals.
    """
    span: Any = _Unfrozen()
    span.id = id
    span.layer = layer
    span.start = start
    span.end = end
    span.label = label
    span.text = text
    span.attributes = attributes
    span.score = score
    span.origin = origin
    span.decision = None
    span.unsure = False
    span.note = None
    span.__class__ = Span
    return cast(Span, span)


@dataclass(frozen=True, slots=True, order=True)
class Relation:
    """An argument: the entity span `tail` plays `role` in the event whose trigger is `head`."""

    head: str
    tail: str
    role: str


@dataclass(frozen=True, slots=True)
class Annotation:
    """Everything one annotator (or rule set) says about one text.

    Attributes:
        text_sha256: SHA-256 (hex) of the text's UTF-8.
        spans: in order of (start, end, layer, label, id).
        relations: in order of (head, tail, role).
        doc_id, source, source_id: the article, where known.
        text: the text itself, where it travels along.
        annotator: who made it.
        ontology_version, guidelines_version: what it was made under, where known.
        comment: what the annotator wrote about the whole text, or None.
        labels_covered: label codes that the annotator could choose; None: all of the ontology. What
            is not covered was not looked for: its absence says nothing.
    """

    text_sha256: str
    spans: tuple[Span, ...] = ()
    relations: tuple[Relation, ...] = ()
    doc_id: str | None = None
    source: str | None = None
    source_id: str | None = None
    text: str | None = None
    annotator: str | None = None
    ontology_version: str | None = None
    guidelines_version: str | None = None
    comment: str | None = None
    labels_covered: tuple[str, ...] | None = None

    @property
    def entities(self) -> tuple[Span, ...]:
        return tuple(span for span in self.spans if span.layer == "entity")

    @property
    def events(self) -> tuple[Span, ...]:
        return tuple(span for span in self.spans if span.layer == "event")


def ordered(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Spans in the one order that is stored: start, end, layer, label, id."""
    return tuple(sorted(spans, key=lambda s: (s.start, s.end, s.layer, s.label, s.id)))


def with_defaults(attributes: Mapping[str, str], ontology: Ontology) -> tuple[tuple[str, str], ...]:
    """An event's attributes in the ontology's order, defaults filled in; others are kept last."""
    if not attributes:
        return ontology.defaults
    known = [(name, attributes.get(name, default)) for name, default in ontology.defaults]
    names = {name for name, _ in known}
    if not attributes.keys() <= names:
        known += sorted((k, v) for k, v in attributes.items() if k not in names)
    return tuple(known)


class Problem(NamedTuple):
    """Something that does not hold in an annotation.

    `item` is the id of the span, or `head->tail` of the relation; empty for the whole annotation.
    """

    item: str
    reason: str


def span_problem(span: Span, text: str, ontology: Ontology) -> str | None:
    """Why a span may not be stored, or None."""
    if not 0 <= span.start < span.end <= len(text):
        return f"offsets {span.start}:{span.end} are not inside the text (0:{len(text)})"
    if text[span.start : span.end] != span.text:
        return f"text {span.start}:{span.end} is {text[span.start : span.end]!r}, not {span.text!r}"
    labels = ontology.labels(span.layer)
    if span.label not in labels:
        return f"unknown {span.layer} label {span.label!r}; the ontology has {', '.join(labels)}"
    if span.layer == "entity" and span.attributes:
        return "an entity has no attributes"
    for name, value in span.attributes:
        allowed = ontology.values(name)
        if not allowed:
            known = ", ".join(attribute.code for attribute in ontology.attributes) or "none"
            return f"unknown attribute {name!r}; the ontology has {known}"
        if value not in allowed:
            return f"unknown attribute {name}={value!r}; the ontology has {', '.join(allowed)}"
    return None


def problems(annotation: Annotation, text: str, ontology: Ontology) -> list[Problem]:
    """Everything in an annotation that does not hold over a text; empty if all is well.

    Checked at every border (push, pull, build): the hash, offsets, surfaces, labels, attributes,
    unique span ids, and relations from an existing event to an existing entity in a known role.
    """
    found: list[Problem] = []
    if annotation.text_sha256 != text_sha256(text):
        found.append(Problem("", "text_sha256 names another text"))
    by_id: dict[str, Span] = {}
    for span in annotation.spans:
        if span.id in by_id:
            found.append(Problem(span.id, "two spans have this id"))
        by_id[span.id] = span
        reason = span_problem(span, text, ontology)
        if reason:
            found.append(Problem(span.id, reason))
    seen: set[Relation] = set()
    for relation in annotation.relations:
        item = f"{relation.head}->{relation.tail}"
        reason = relation_problem(relation, by_id, ontology)
        if reason:
            found.append(Problem(item, reason))
        elif relation in seen:
            found.append(Problem(item, f"role {relation.role} is there twice"))
        seen.add(relation)
    return found


def relation_problem(
    relation: Relation, spans: Mapping[str, Span], ontology: Ontology
) -> str | None:
    """Why a relation may not be stored, or None. `spans` maps ids to spans."""
    head, tail = spans.get(relation.head), spans.get(relation.tail)
    if head is None or tail is None:
        missing = relation.head if head is None else relation.tail
        return f"the relation points to a span that is not there ({missing})"
    if head.layer != "event" or tail.layer != "entity":
        return f"a relation goes from an event to an entity, not {head.layer} to {tail.layer}"
    codes = ontology.role_codes
    if relation.role not in codes:
        return f"unknown role {relation.role!r}; the ontology has {', '.join(codes)}"
    return None
