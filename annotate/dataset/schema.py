"""The dataset's columns: names, types and documentation, all from this one place.

The documentation is Arrow field metadata, so that it travels inside every Parquet file; the JSON
Schema and the data dictionary are generated from it (`annotate.dataset.describe`).
"""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from annotate.ontology import Ontology

SCHEMA_VERSION = "1.0.0"
STATUSES = ("gold", "single")


def article_schema(ontology: Ontology) -> pa.Schema:
    """Columns of `data/*.parquet`: one row an article."""
    return pa.schema(
        [
            _field("doc_id", pa.string(), "16 hex digits that name the article, from its URL, the id given, or the file's bytes and the position in it"),
            _field("source", pa.string(), "URL of the article, or else the name of the file it came from", nullable=True),
            _field("source_id", pa.string(), "id that the user gave the article", nullable=True),
            _field("url", pa.string(), "URL of the article", nullable=True),
            _field("outlet", pa.string(), "who published the article", nullable=True),
            _field("published", pa.string(), "when it was published, as given (ISO 8601)", nullable=True),
            _field("crawled", pa.string(), "when it was fetched, as given (ISO 8601)", nullable=True),
            _field("text", pa.string(), "clean text; paragraphs are joined by one line feed"),
            _field("text_sha256", pa.string(), "SHA-256 (64 hex digits) of the text's UTF-8: all offsets refer to exactly this text"),
            _field("status", pa.string(), f"how the annotation came about: {STATUSES[0]} (differences of annotators were settled) or {STATUSES[1]} (one annotator's work)"),
            _field("annotators", _list(pa.string()), "pseudonyms of the annotators whose work this is; simulated ones say so"),
            _field("prelabel_version", pa.string(), "version of the heuristics whose pre-annotation was corrected; null if it began from nothing", nullable=True),
            _field("ontology_version", pa.string(), "version of the ontology that the labels are from"),
            _field("guidelines_version", pa.string(), "version of the annotation guidelines"),
            _field("segments", _list(_struct(
                _field("kind", pa.string(), "headline, paragraph or post"), *_offsets("segment"))), "lines of the text and what they are"),
            _field("sentences", _list(_struct(*_offsets("sentence"))), "sentences; they end at . ! or ؟ before white space or the end, and at line feeds"),
            _field("tokens", _list(pa.string()), "words and punctuation marks, in order"),
            _field("token_starts", _list(pa.int32()), "where each token starts", unit="code points of text"),
            _field("token_ends", _list(pa.int32()), "where each token ends, half open", unit="code points of text"),
            _field("entities", _list(_struct(*_span("entity", ontology.entity_codes))), "entity spans by start and end"),
            _field("events", _list(_struct(
                *_span("event", ontology.event_codes),
                *(_field(a.code, pa.string(), f"{a.definition_en} One of {', '.join(ontology.values(a.code))}") for a in ontology.attributes),
                _field("roles", _list(_struct(
                    _field("role", pa.string(), f"one of {', '.join(ontology.role_codes)}"),
                    _field("entity_id", pa.string(), "id of the entity of this row that plays the role"))), "arguments of the event"),
            )), "event triggers by start and end, with attributes and argument roles"),
        ],
        metadata={"schema_version": SCHEMA_VERSION, "ontology": f"{ontology.name} {ontology.version}"},
    )  # fmt: skip


def _field(
    name: str,
    kind: pa.DataType,
    description: str,
    *,
    unit: str | None = None,
    nullable: bool = False,
) -> pa.Field[Any]:
    metadata = {"description": description}
    if unit:
        metadata["unit"] = unit
    return pa.field(name, kind, nullable=nullable, metadata=metadata)


def _list(item: pa.DataType) -> pa.DataType:
    return pa.list_(pa.field("item", item, nullable=False))


def _struct(*parts: pa.Field[Any]) -> pa.DataType:
    return pa.struct(list(parts))


def _offsets(what: str) -> tuple[pa.Field[Any], pa.Field[Any]]:
    unit = "code points of text"
    return (
        _field("start", pa.int32(), f"where the {what} starts", unit=unit),
        _field("end", pa.int32(), f"where the {what} ends, half open", unit=unit),
    )


def _span(what: str, labels: tuple[str, ...]) -> tuple[pa.Field[Any], ...]:
    return (
        _field("id", pa.string(), f"id of the {what}, unique in the row"),
        *_offsets(what),
        _field("label", pa.string(), f"one of {', '.join(labels)}"),
        _field("text", pa.string(), "the surface, text[start:end]"),
        _field("score", pa.float64(), "0 to 1, the heuristics' score of the span", nullable=True),
        _field("origin", pa.string(), "rule that proposed the span", nullable=True),
        _field("decision", pa.string(), "what the annotator did with the proposed span: accepted, relabelled, resized, or added where none was proposed", nullable=True),
    )  # fmt: skip
