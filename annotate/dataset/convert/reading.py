"""Reads the articles of a dataset version for the converters, a few at a time."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from annotate.arabic.words import Word
from annotate.dataset.columns import classes_of
from annotate.dataset.convert.document import Document, Inventory
from annotate.dataset.manifest import files_of, read_manifest
from annotate.errors import DatasetError
from annotate.ontology import EVENT_COLUMNS
from annotate.spans import Annotation, Relation, Span, ordered

_ROWS = 64  # articles in memory at once
_ABOUT = ("url", "outlet", "published", "crawled", "group_id")
_SPANS = ("entities", "events")
_UNUSED = ("core_start", "core_end")
_COLUMNS = (
    *("doc_id", "source", "source_id", *_ABOUT, "text", "text_sha256", "annotators"),
    *("labels_covered", "ontology_version", "guidelines_version", "sentences"),
    *("tokens", "token_starts", "token_ends", "entities", "events"),
)
_NOT_ATTRIBUTES = EVENT_COLUMNS | {"core_start", "core_end", "unsure", "note"}


def data_files(version: Path) -> dict[str, list[Path]]:
    """The data files of each split that the version has.

    Raises:
        DatasetError: this is no version, or it has no data.
    """
    read_manifest(version)
    found = files_of(version, "articles")
    if not found:
        raise DatasetError("the version has no data", where=str(version))
    return found


def inventory(schema: pa.Schema) -> Inventory:
    """The labels and attributes that a version's columns name; none where it does not say."""
    classes = {
        name: classes_of(schema.field(name)) if name in schema.names else None
        for name in ("entity_tags", "trigger_tags")
    }
    labels = {
        name: tuple(tag[2:] for tag in found or () if tag.startswith("B-"))
        for name, found in classes.items()
    }
    event = schema.field("events").type.value_type
    attributes = tuple(part.name for part in event if part.name not in _NOT_ATTRIBUTES)
    return Inventory(labels["entity_tags"], labels["trigger_tags"], attributes)


def read_documents(files: Iterable[Path]) -> Iterator[tuple[Document, Inventory]]:
    """The articles of data files, in order, a few at a time, with what their columns can hold.

    Raises:
        DatasetError: a file cannot be read, or a row does not hold.
    """
    for path in files:
        number = 0
        try:
            with pq.ParquetFile(path) as file:
                holds = inventory(file.schema_arrow)
                columns = [name for name in _COLUMNS if name in file.schema_arrow.names]
                for batch in file.iter_batches(batch_size=_ROWS, columns=columns):
                    for row in _rows(batch):
                        yield _document(row, holds, f"{path}: row {number}"), holds
                        number += 1
        except (pa.ArrowException, OSError, KeyError, TypeError, AttributeError) as problem:
            raise DatasetError(
                f"not a readable data file of a version ({problem!s:.200})",
                where=f"{path}: row {number}",
                fix="see what is wrong with it: annotate verify",
            ) from None


def _rows(batch: pa.RecordBatch) -> list[dict[str, Any]]:
    """The rows of a batch; lists of spans by their columns, which is several times as fast."""
    plain = [name for name in batch.schema.names if name not in _SPANS]
    rows: list[dict[str, Any]] = batch.select(plain).to_pylist()
    for name in _SPANS:
        for row, spans in zip(rows, _lists(batch.column(name)), strict=True):
            row[name] = spans
    return rows


def _lists(column: Any) -> Iterator[list[dict[str, Any]]]:
    values = column.flatten()
    names = [field.name for field in values.type if field.name not in _UNUSED]
    parts = []
    for name in names:
        part = values.field(name)
        is_nested = name == "roles"
        parts.append(list(_lists(part)) if is_nested else part.to_pylist())
    items = [dict(zip(names, item, strict=True)) for item in zip(*parts, strict=True)]
    start = 0
    for length in column.value_lengths().to_pylist():
        yield items[start : start + length]
        start += length


def _document(row: Mapping[str, Any], holds: Inventory, where: str) -> Document:
    text = row["text"]
    if text is None:
        raise DatasetError(
            "the texts were left out of this version",
            where=where,
            fix="put them back first: annotate datasets rehydrate",
        )
    tokens = tuple(
        Word(*parts)
        for parts in zip(row["tokens"], row["token_starts"], row["token_ends"], strict=True)
    )
    starts = [sentence["start"] for sentence in row["sentences"]]
    numbers = [max(0, bisect_right(starts, token.start) - 1) for token in tokens]
    breaks = tuple(n for n, number in enumerate(numbers) if n == 0 or number != numbers[n - 1])
    covered = row.get("labels_covered")
    annotation = Annotation(
        text_sha256=row["text_sha256"],
        spans=ordered(
            [
                *(_span(item, "entity", ()) for item in row["entities"]),
                *(_span(item, "event", holds.attributes) for item in row["events"]),
            ]
        ),
        relations=tuple(
            sorted(
                Relation(event["id"], role["entity_id"], role["role"])
                for event in row["events"]
                for role in event["roles"]
            )
        ),
        doc_id=row["doc_id"],
        source=row["source"],
        source_id=row["source_id"],
        text=text,
        annotator=", ".join(row["annotators"]) or None,
        ontology_version=row["ontology_version"],
        guidelines_version=row["guidelines_version"],
        labels_covered=None if covered is None else tuple(covered),
    )
    wrong = _wrong(annotation, text)
    if wrong:
        raise DatasetError(wrong, where=where, fix="see all that is wrong: annotate verify")
    everything = {*holds.entities, *holds.events}
    return Document(
        annotation=annotation,
        doc_id=row["doc_id"],
        text=text,
        tokens=tokens,
        breaks=breaks,
        about={name: row[name] for name in _ABOUT if row.get(name) is not None},
        partly=covered is not None and not everything <= set(covered),
    )


def _wrong(annotation: Annotation, text: str) -> str | None:
    """Why a row cannot be converted, or None."""
    entities = {span.id for span in annotation.entities}
    if len({span.id for span in annotation.spans}) < len(annotation.spans):
        return "two spans have one id"
    for span in annotation.spans:
        if not 0 <= span.start < span.end <= len(text) or span.text != text[span.start : span.end]:
            return f"span {span.id} does not hold over its text"
    for relation in annotation.relations:
        if relation.tail not in entities:
            return f"{relation.role} of {relation.head} points to no entity ({relation.tail})"
    return None


def _span(item: Mapping[str, Any], layer: Any, attributes: Sequence[str]) -> Span:
    return Span(
        id=item["id"],
        layer=layer,
        start=item["start"],
        end=item["end"],
        label=item["label"],
        text=item["text"],
        attributes=tuple((name, item[name]) for name in attributes),
        score=item["score"],
        origin=item["origin"],
        decision=item["decision"],
        unsure=bool(item.get("unsure")),
    )
