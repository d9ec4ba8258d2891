"""The dataset's columns: names, types and documentation, all from this one place.

Four tables: articles (`data/`), sentences, annotations (each annotator's work as it was left) and
spans in long form. Offsets are always those of the article's text.
"""

from __future__ import annotations

from typing import get_args

import pyarrow as pa

from annotate.dataset.bio import tag_names
from annotate.dataset.columns import OFFSET_UNIT, Field, column, list_of, offsets, struct_of
from annotate.dataset.features import with_features
from annotate.dataset.rows import Status
from annotate.ontology import Ontology
from annotate.spans import Layer

SCHEMA_VERSION = "2.0.0"
STATUSES: tuple[Status, ...] = get_args(Status)
# A layer, its column of spans, its column of tags.
LAYERS: tuple[tuple[Layer, str, str], ...] = (
    ("entity", "entities", "entity_tags"),
    ("event", "events", "trigger_tags"),
)
DECISIONS = "accepted, relabelled, resized, or added where none was proposed"
_STATUS = (
    "how the annotation came about: gold (adjudicated), agreed (spans that at least two annotators "
    "share), auto (settled by rule), single (one annotator's work), silver (heuristics only)"
)


def schemas(ontology: Ontology) -> dict[str, pa.Schema]:
    """The schemas of all tables, by name."""
    return {
        "articles": article_schema(ontology),
        "sentences": sentence_schema(ontology),
        "annotations": annotation_schema(ontology),
        "spans": span_schema(ontology),
    }


def article_schema(ontology: Ontology) -> pa.Schema:
    """Columns of `data/*.parquet`: one row an article."""
    return _schema(
        ontology,
        column("doc_id", pa.string(), "16 hex digits that name the article, from its URL, the id given, or the file's bytes and the position in it", example="4edc5058554e18b8"),
        column("source", pa.string(), "URL of the article, or else the name of the file it came from", nullable=True, example="000-related.txt"),
        column("source_id", pa.string(), "id that the user gave the article", nullable=True, example="a-17"),
        column("url", pa.string(), "URL of the article", nullable=True, example="https://news.example.org/17"),
        column("outlet", pa.string(), "who published the article", nullable=True, example="عنب بلدي"),
        column("published", pa.string(), "when it was published, as given (ISO 8601)", nullable=True, example="2015-03-01"),
        column("crawled", pa.string(), "when it was fetched, as given (ISO 8601)", nullable=True, example="2015-03-02T08:15:00Z"),
        column("group_id", pa.string(), "story group: articles that share much of their text; doc_id of the group's first article. No group is in two splits", example="93a135f6ff44e9bd"),
        column("text", pa.string(), "clean text; paragraphs are joined by one line feed. Null where texts were left out of the version for their rights", nullable=True, example="سيطر الجيش على درعا.\nوقال شهود ..."),
        column("text_sha256", pa.string(), "SHA-256 (64 hex digits) of the text's UTF-8: all offsets refer to exactly this text", example="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"),
        *_provenance(),
        column("annotators", list_of(pa.string()), "pseudonyms of the annotators whose work this is; simulated ones say so", example=["annotator-1"]),
        column("labels_covered", list_of(pa.string()), "labels that the annotators could choose: that another label is absent says nothing", example=["PER", "GPE", "STRIKE"]),
        column("ontology_version", pa.string(), "version of the ontology that the labels are from", example="1.0.0"),
        column("guidelines_version", pa.string(), "version of the annotation guidelines", example="1.0.0"),
        column("segments", list_of(struct_of(column("kind", pa.string(), "headline, paragraph or post", example="headline"), *offsets("segment"))), "lines of the text and what they are"),
        column("sentences", list_of(struct_of(*offsets("sentence"))), "sentences; they end at . ! or ؟ before white space or the end, and at line feeds"),
        *_tokens(ontology),
        *_annotated(ontology),
    )  # fmt: skip


def sentence_schema(ontology: Ontology) -> pa.Schema:
    """Columns of `sentences/*.parquet`: one row a sentence, with offsets in the article."""
    return _schema(
        ontology,
        column("doc_id", pa.string(), "the article", example="93a135f6ff44e9bd"),
        column("sentence", pa.int32(), "number of the sentence in the article, from 0", example=2),
        *offsets("sentence"),
        column("text", pa.string(), "the sentence: the article's text[start:end]; null where texts were left out", nullable=True, example="سيطر الجيش على درعا."),
        column("text_sha256", pa.string(), "SHA-256 (64 hex digits) of the article's text, to which all offsets refer", example="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"),
        column("group_id", pa.string(), "story group of the article", example="93a135f6ff44e9bd"),
        *_provenance(),
        column("labels_covered", list_of(pa.string()), "labels that the annotators could choose", example=["PER", "GPE", "STRIKE"]),
        *_tokens(ontology),
        *_annotated(ontology),
    )  # fmt: skip


def annotation_schema(ontology: Ontology) -> pa.Schema:
    """Columns of `annotations/*.parquet`: one row for each annotator and article, as they left it."""
    return _schema(
        ontology,
        column("doc_id", pa.string(), "the article", example="93a135f6ff44e9bd"),
        column("text_sha256", pa.string(), "SHA-256 (64 hex digits) of the article's text, to which all offsets refer", example="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"),
        column("annotator", pa.string(), "pseudonym, the same in all versions of the dataset; simulated ones say so", example="annotator-1"),
        column("layers", pa.string(), "what the task was for: all, entities or events", example="all"),
        column("parts_done", pa.int32(), "parts of the article that this annotator submitted", example=2),
        column("parts", pa.int32(), "parts that the article was split into", example=2),
        column("skipped", pa.bool_(), "whether the annotator passed a part over", example=False),
        column("prelabelled", pa.bool_(), "whether the work began from a pre-annotation", example=True),
        column("prelabel_version", pa.string(), "version of the pre-annotation that it began from", nullable=True, example="heuristics-0.2.0"),
        column("created_at", pa.string(), "when the first part was begun (ISO 8601, UTC)", nullable=True, example="2026-03-01T09:30:00Z"),
        column("updated_at", pa.string(), "when the last part was changed (ISO 8601, UTC)", nullable=True, example="2026-03-01T09:41:07Z"),
        column("lead_time", pa.float64(), "time with the article open, all parts together", unit="seconds", nullable=True, example=412.5),
        column("labels_covered", list_of(pa.string()), "labels that the annotator could choose", example=["PER", "GPE", "STRIKE"]),
        column("ontology_version", pa.string(), "version of the ontology that the labels are from", example="1.0.0"),
        *_annotated(ontology),
        column("deleted", list_of(struct_of(
            column("layer", pa.string(), "entity or event", example="entity"), *offsets("span"),
            column("label", pa.string(), "the label proposed", example="GPE"),
            column("text", pa.string(), "the surface, text[start:end]; null where texts were left out", nullable=True, example="درعا"),
            column("origin", pa.string(), "rule that proposed the span", nullable=True, example="gazetteer.cities"),
        )), "proposed spans that the annotator deleted"),
    )  # fmt: skip


def span_schema(ontology: Ontology) -> pa.Schema:
    """Columns of `spans/*.parquet`: one row a span of the articles in `data/`, for SQL and pandas."""
    return _schema(
        ontology,
        column("doc_id", pa.string(), "the article", example="93a135f6ff44e9bd"),
        column("group_id", pa.string(), "story group of the article", example="93a135f6ff44e9bd"),
        column("status", pa.string(), _STATUS, example="single"),
        column("sentence", pa.int32(), "number of the sentence that the span begins in, from 0; null outside of all", nullable=True, example=2),
        column("layer", pa.string(), "entity or event", example="entity"),
        *_span("span", (*ontology.entity_codes, *ontology.event_codes)),
        *(column(a.code, pa.string(), f"{a.definition_en} Null for entities", nullable=True, example=a.default) for a in ontology.attributes),
        column("roles", pa.int32(), "of an event its arguments, of an entity the events that it has a role in", example=2),
    )  # fmt: skip


def _schema(ontology: Ontology, *columns: Field) -> pa.Schema:
    about: dict[str | bytes, str | bytes] = {
        "schema_version": SCHEMA_VERSION,
        "ontology": f"{ontology.name} {ontology.version}",
    }
    return with_features(pa.schema(list(columns), metadata=about))


def _provenance() -> tuple[Field, ...]:
    return (
        column("status", pa.string(), _STATUS, example="single"),
        column("prelabelled", pa.bool_(), "whether annotators began from a pre-annotation: scores of its heuristics on such articles flatter them", example=True),
        column("prelabel_version", pa.string(), "version of the heuristics whose pre-annotation was corrected; null if it began from nothing", nullable=True, example="heuristics-0.2.0"),
    )  # fmt: skip


def _tokens(ontology: Ontology) -> tuple[Field, ...]:
    unit = OFFSET_UNIT
    how = "IOB2 tag of each token as a class index; of overlapping {} the longest is tagged, the others are in `{}` only"
    return (
        column("tokens", list_of(pa.string()), "words and punctuation marks, in order; empty where texts were left out", example=["سيطر", "الجيش", "على", "درعا", "."]),
        column("token_starts", list_of(pa.int32()), "where each token starts", unit=unit, example=[0, 5, 11, 15, 19]),
        column("token_ends", list_of(pa.int32()), "where each token ends, half open", unit=unit, example=[4, 10, 14, 19, 20]),
        column("entity_tags", list_of(pa.int64()), how.format("entities", "entities"), classes=tag_names(ontology.entity_codes), example=[0, 1, 0, 1, 0]),
        column("trigger_tags", list_of(pa.int64()), how.format("triggers", "events"), classes=tag_names(ontology.event_codes), example=[0, 0, 0, 0, 0]),
    )  # fmt: skip


def _annotated(ontology: Ontology) -> tuple[Field, Field]:
    return (
        column("entities", list_of(struct_of(*_span("entity", ontology.entity_codes))), "entity spans by start and end"),
        column("events", list_of(struct_of(
            *_span("event", ontology.event_codes),
            *(column(a.code, pa.string(), f"{a.definition_en} One of {', '.join(ontology.values(a.code))}", example=a.default) for a in ontology.attributes),
            column("roles", list_of(struct_of(
                column("role", pa.string(), f"one of {', '.join(ontology.role_codes)}", example=ontology.role_codes[0] if ontology.role_codes else None),
                column("entity_id", pa.string(), "id of the entity of this row that plays the role", example="e1"))), "arguments of the event"),
        )), "event triggers by start and end, with attributes and argument roles"),
    )  # fmt: skip


def _span(what: str, labels: tuple[str, ...]) -> tuple[Field, ...]:
    unit = OFFSET_UNIT
    return (
        column("id", pa.string(), f"id of the {what}, unique in the row", example="e1"),
        *offsets(what),
        column("core_start", pa.int32(), "where the span starts without the proclitics of its first word; null where the spelling does not tell", unit=unit, nullable=True, example=15),
        column("core_end", pa.int32(), "where its core ends: as `end`; null with `core_start`", unit=unit, nullable=True, example=19),
        column("label", pa.string(), f"one of {', '.join(labels)}", example=labels[0] if labels else None),
        column("text", pa.string(), "the surface, text[start:end]; null where texts were left out", nullable=True, example="درعا"),
        column("score", pa.float64(), "0 to 1, the heuristics' score of the span", nullable=True, example=0.97),
        column("origin", pa.string(), "rule that proposed the span", nullable=True, example="gazetteer.cities"),
        column("decision", pa.string(), f"what the annotator did with the proposed span: {DECISIONS}", nullable=True, example="accepted"),
        column("unsure", pa.bool_(), "whether the annotator marked the span as unsure", example=False),
    )  # fmt: skip
