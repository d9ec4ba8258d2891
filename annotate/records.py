"""The documented annotation format: one JSON object for each annotation.

`schemas/annotation.schema.json` describes it. Required when read: `text_sha256`, `spans`,
`relations`; the rest is optional. Writers write attributes explicitly; readers fill the defaults.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from annotate.errors import InputError
from annotate.ontology import Ontology
from annotate.spans import DECISIONS, LAYERS, Annotation, Relation, Span, ordered, with_defaults

_ABOUT = (
    "doc_id",
    "source",
    "source_id",
    "text",
    "annotator",
    "ontology_version",
    "guidelines_version",
    "comment",
)
_HEX = frozenset("0123456789abcdef")


def to_record(annotation: Annotation) -> dict[str, Any]:
    """An annotation as the JSON object of the format, keys in a fixed order.

    `comment` and `labels_covered` are there only where they say something.
    """
    record: dict[str, Any] = {
        "doc_id": annotation.doc_id,
        "source": annotation.source,
        "source_id": annotation.source_id,
        "text": annotation.text,
        "text_sha256": annotation.text_sha256,
        "annotator": annotation.annotator,
        "ontology_version": annotation.ontology_version,
        "guidelines_version": annotation.guidelines_version,
        "spans": [span_record(span) for span in annotation.spans],
        "relations": [
            {"head": r.head, "tail": r.tail, "role": r.role} for r in annotation.relations
        ],
    }
    if annotation.comment is not None:
        record["comment"] = annotation.comment
    if annotation.labels_covered is not None:
        record["labels_covered"] = list(annotation.labels_covered)
    return record


def span_record(span: Span) -> dict[str, Any]:
    """A span as a JSON object; `decision`, `unsure` and `note` only where they say something."""
    record: dict[str, Any] = {
        "id": span.id,
        "layer": span.layer,
        "start": span.start,
        "end": span.end,
        "label": span.label,
        "text": span.text,
        "attributes": dict(span.attributes),
        "score": span.score,
        "origin": span.origin,
    }
    if span.decision is not None:
        record["decision"] = span.decision
    if span.unsure:
        record["unsure"] = True
    if span.note is not None:
        record["note"] = span.note
    return record


def from_record(record: Mapping[str, Any], ontology: Ontology, where: str) -> Annotation:
    """The annotation in a JSON object; attributes of events get their defaults.

    Whether spans fit the text and the ontology is not checked here: see `annotate.spans.problems`.

    Raises:
        InputError: a required key is missing or a value has the wrong type.
    """
    for key in ("text_sha256", "spans", "relations"):
        if key not in record:
            raise InputError(f"{key} is missing", where=where)
    sha256 = _typed(record, "text_sha256", str, where)
    if len(sha256) != 64 or not _HEX.issuperset(sha256):
        raise InputError("text_sha256 is not 64 hexadecimal digits", where=where)
    about = {key: _typed(record, key, str, where) for key in _ABOUT if record.get(key) is not None}
    spans = [
        _span(item, ontology, where, number)
        for number, item in enumerate(_objects(record, "spans", where))
    ]
    relations = [
        Relation(*(_typed(item, key, str, f"{where}: relation {number}") for key in RELATION))
        for number, item in enumerate(_objects(record, "relations", where))
    ]
    return Annotation(
        text_sha256=sha256,
        spans=ordered(spans),
        relations=tuple(sorted(relations)),
        labels_covered=_covered(record, where),
        **about,
    )


RELATION = ("head", "tail", "role")


def _covered(record: Mapping[str, Any], where: str) -> tuple[str, ...] | None:
    codes = record.get("labels_covered")
    if codes is None:
        return None
    if not isinstance(codes, list) or not all(isinstance(code, str) for code in codes):
        raise InputError("labels_covered is not a list of strings", where=where)
    return tuple(codes)


def _objects(record: Mapping[str, Any], key: str, where: str) -> list[Mapping[str, Any]]:
    items = _typed(record, key, list, where)
    for item in items:
        if not isinstance(item, Mapping):
            raise InputError(f"{key} holds something that is no object", where=where)
    return cast(list[Mapping[str, Any]], items)


def _span(item: Mapping[str, Any], ontology: Ontology, where: str, number: int) -> Span:
    if not _is_usual(item):
        _check(item, f"{where}: span {number}")
    layer, attributes, score = item["layer"], item.get("attributes") or {}, item.get("score")
    return Span(
        item["id"],
        layer,
        item["start"],
        item["end"],
        item["label"],
        item["text"],
        (
            with_defaults(attributes, ontology)
            if layer == "event"
            else tuple(sorted(attributes.items()))
        ),
        None if score is None else float(score),
        item.get("origin"),
        item.get("decision"),
        bool(item.get("unsure")),
        item.get("note"),
    )


def _is_usual(item: Mapping[str, Any]) -> bool:
    """Whether an object is a span like nearly all, of which `_check` would find nothing wrong."""
    start, end, score, origin = map(item.get, ("start", "end", "score", "origin"))
    attributes, decision = item.get("attributes"), item.get("decision")
    return (
        type(start) is int
        and type(end) is int
        and 0 <= start < end
        and type(item.get("id")) is str
        and type(item.get("label")) is str
        and type(item.get("text")) is str
        and item.get("layer") in LAYERS
        and type(attributes) is dict
        and all(type(value) is str for value in attributes.values())
        and (score is None or (type(score) is float and 0 <= score <= 1))
        and (origin is None or type(origin) is str)
        and (decision is None or decision in DECISIONS)
        and "unsure" not in item
        and "note" not in item
    )


def _check(item: Mapping[str, Any], where: str) -> None:
    """Refuses an object that is no span.

    Raises:
        InputError: with what is wrong.
    """
    layer = _typed(item, "layer", str, where)
    if layer not in LAYERS:
        raise InputError(f"layer is {layer!r}, not one of {', '.join(LAYERS)}", where=where)
    decision = item.get("decision")
    if decision is not None and decision not in DECISIONS:
        raise InputError(
            f"decision is {decision!r}, not one of {', '.join(DECISIONS)}", where=where
        )
    attributes = {} if item.get("attributes") is None else item["attributes"]
    if not isinstance(attributes, Mapping) or not all(
        isinstance(value, str) for value in attributes.values()
    ):
        raise InputError("attributes is not an object of strings", where=where)
    score = item.get("score")
    if score is not None and (
        isinstance(score, bool) or not isinstance(score, int | float) or not 0 <= score <= 1
    ):
        raise InputError("score is not a number from 0 to 1", where=where)
    origin = item.get("origin")
    if origin is not None and not isinstance(origin, str):
        raise InputError("origin is not a string", where=where)
    unsure, note = item.get("unsure"), item.get("note")
    if unsure is not None and not isinstance(unsure, bool):
        raise InputError("unsure is neither true nor false", where=where)
    if note is not None and not isinstance(note, str):
        raise InputError("note is not a string", where=where)
    start, end = (_typed(item, key, int, where) for key in ("start", "end"))
    if not 0 <= start < end:
        raise InputError(f"offsets {start}:{end} hold no character", where=where)
    for key in ("id", "label", "text"):
        _typed(item, key, str, where)


def _typed(item: Mapping[str, Any], key: str, kind: type[Any], where: str) -> Any:
    if key not in item:
        raise InputError(f"{key} is missing", where=where)
    value = item[key]
    if not isinstance(value, kind) or isinstance(value, bool):
        name = {str: "a string", int: "an integer", list: "a list"}[kind]
        raise InputError(f"{key} is not {name}", where=where)
    return value
