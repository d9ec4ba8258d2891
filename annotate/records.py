"""The documented annotation format: one JSON object a line, one annotation an object.

`schemas/annotation.schema.json` describes it. Required when read: `text_sha256`, `spans`,
`relations`; the rest is optional. Writers write attributes explicitly; readers fill the defaults.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, cast

from annotate.errors import InputError
from annotate.ontology import Ontology
from annotate.spans import DECISIONS, LAYERS, Annotation, Relation, Span, ordered, with_defaults
from annotate.storage import atomic_writer

_ABOUT = (
    "doc_id",
    "source",
    "source_id",
    "text",
    "annotator",
    "ontology_version",
    "guidelines_version",
)
_HEX = frozenset("0123456789abcdef")
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")  # an escape in JSON that alone is no character


def to_record(annotation: Annotation) -> dict[str, Any]:
    """An annotation as the JSON object of the format; every key is there, in a fixed order."""
    return {
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


def span_record(span: Span) -> dict[str, Any]:
    """A span as a JSON object; `decision` only where somebody decided."""
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
        _span(item, ontology, f"{where}: span {number}")
        for number, item in enumerate(_objects(record, "spans", where))
    ]
    relations = [
        Relation(*(_typed(item, key, str, f"{where}: relation {number}") for key in _RELATION))
        for number, item in enumerate(_objects(record, "relations", where))
    ]
    return Annotation(
        text_sha256=sha256, spans=ordered(spans), relations=tuple(sorted(relations)), **about
    )


_RELATION = ("head", "tail", "role")


def _objects(record: Mapping[str, Any], key: str, where: str) -> list[Mapping[str, Any]]:
    items = _typed(record, key, list, where)
    for item in items:
        if not isinstance(item, Mapping):
            raise InputError(f"{key} holds something that is no object", where=where)
    return cast(list[Mapping[str, Any]], items)


def _span(item: Mapping[str, Any], ontology: Ontology, where: str) -> Span:
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
    start, end = (_typed(item, key, int, where) for key in ("start", "end"))
    if not 0 <= start < end:
        raise InputError(f"offsets {start}:{end} hold no character", where=where)
    return Span(
        id=_typed(item, "id", str, where),
        layer=layer,
        start=start,
        end=end,
        label=_typed(item, "label", str, where),
        text=_typed(item, "text", str, where),
        attributes=(
            with_defaults(attributes, ontology)
            if layer == "event"
            else tuple(sorted(attributes.items()))
        ),
        score=None if score is None else float(score),
        origin=origin,
        decision=decision,
    )


def _typed(item: Mapping[str, Any], key: str, kind: type[Any], where: str) -> Any:
    if key not in item:
        raise InputError(f"{key} is missing", where=where)
    value = item[key]
    if not isinstance(value, kind) or isinstance(value, bool):
        name = {str: "a string", int: "an integer", list: "a list"}[kind]
        raise InputError(f"{key} is not {name}", where=where)
    return value


def read_annotations(path: Path, ontology: Ontology) -> Iterator[Annotation]:
    """Annotations of a .jsonl or .parquet file in the format, in order.

    Raises:
        InputError: with file and line (or row).
    """
    if not path.is_file():
        raise InputError("no such file", where=str(path), fix="check the path")
    if path.suffix == ".parquet":
        yield from _read_parquet(path, ontology)
        return
    found = False
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            where = f"{path}:{number}"
            try:
                text = line.decode("utf-8-sig" if number == 1 else "utf-8")
                if not text.strip():
                    continue
                record = json.loads(text)
            except UnicodeDecodeError as problem:
                raise InputError(
                    f"not UTF-8 at byte {problem.start} of the line", where=where
                ) from None
            except (ValueError, RecursionError):
                raise InputError("not valid JSON", where=where) from None
            if not isinstance(record, dict):
                raise InputError("a line holds no JSON object", where=where)
            if _SURROGATE.search(text):
                _refuse_surrogates(record, where)
            found = True
            yield from_record(record, ontology, where)
    if not found:
        raise InputError("the file holds no annotation", where=str(path))


def _refuse_surrogates(record: Mapping[str, Any], where: str) -> None:
    """A lone surrogate is no character: it cannot be written as UTF-8 or counted as one."""
    try:
        json.dumps(record, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError as problem:
        surrogate = ord(problem.object[problem.start])
        raise InputError(
            f"a string has a lone surrogate (U+{surrogate:04X})", where=where
        ) from None


def _read_parquet(path: Path, ontology: Ontology) -> Iterator[Annotation]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    row = 0
    try:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=64):
                for record in batch.to_pylist():
                    spans = record.get("spans")
                    for span in spans if isinstance(spans, list) else ():
                        if isinstance(span, dict):
                            pairs = span.get("attributes") or ()
                            span["attributes"] = {p["name"]: p["value"] for p in pairs}
                    yield from_record(record, ontology, f"{path}: row {row}")
                    row += 1
    except (pa.ArrowException, OSError, UnicodeDecodeError, KeyError, TypeError) as problem:
        raise InputError(f"not a readable annotation file ({problem})", where=str(path)) from None
    if not row:
        raise InputError("the file holds no annotation", where=str(path))


def write_annotations(path: Path, annotations: Iterable[Annotation]) -> int:
    """Writes annotations to a .jsonl or .parquet file, atomically and one at a time.

    Returns:
        The number of annotations written.

    Raises:
        InputError: the file's suffix is neither.
    """
    if path.suffix not in (".jsonl", ".parquet"):
        raise InputError("unknown kind of file", where=str(path), fix="name it .jsonl or .parquet")
    with atomic_writer(path) as file:
        if path.suffix == ".parquet":
            return _write_parquet(file, annotations)
        count = 0
        for annotation in annotations:
            line = json.dumps(to_record(annotation), ensure_ascii=False, allow_nan=False)
            file.write(line.encode("utf-8") + b"\n")
            count += 1
    return count


def _write_parquet(file: Any, annotations: Iterable[Annotation]) -> int:
    import pyarrow as pa
    import pyarrow.parquet as pq

    text = pa.string()
    pair = pa.struct([("name", text), ("value", text)])
    span = pa.struct(
        [
            ("id", text),
            ("layer", text),
            ("start", pa.int32()),
            ("end", pa.int32()),
            ("label", text),
            ("text", text),
            ("attributes", pa.list_(pair)),
            ("score", pa.float64()),
            ("origin", text),
            ("decision", text),
        ]
    )
    relation = pa.struct([(name, text) for name in _RELATION])
    schema = pa.schema(
        [
            *((name, text) for name in ("doc_id", "source", "source_id", "text", "text_sha256")),
            *((name, text) for name in ("annotator", "ontology_version", "guidelines_version")),
            ("spans", pa.list_(span)),
            ("relations", pa.list_(relation)),
        ]
    )
    count = 0
    with pq.ParquetWriter(file, schema, compression="zstd") as writer:
        batch: list[dict[str, Any]] = []

        def flush() -> None:
            if batch:
                writer.write_table(pa.Table.from_pylist(batch, schema=schema))
                batch.clear()

        for annotation in annotations:
            record = to_record(annotation)
            for item in record["spans"]:
                item["attributes"] = [
                    {"name": name, "value": value} for name, value in item["attributes"].items()
                ]
            batch.append(record)
            count += 1
            if len(batch) == 256:
                flush()
        flush()
    return count
