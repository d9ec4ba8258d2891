"""Files in the annotation format: one JSON object a line, or the same as Parquet."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from annotate.errors import InputError
from annotate.limits import lines, refuse_huge
from annotate.ontology import Ontology
from annotate.records import RELATION, from_record, to_record
from annotate.spans import Annotation
from annotate.storage import atomic_writer, lone_surrogate

SUFFIXES = (".jsonl", ".parquet")
ERRORS = "errors.jsonl"  # beside shards: the articles that were set aside
_ROWS = 256  # of a row group
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")  # an escape in JSON that alone is no character


class Encoded(NamedTuple):
    """Annotations as bytes of a file's kind, with their counts."""

    payload: bytes
    annotations: int
    spans: int
    relations: int


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
    for number, line in enumerate(lines(path), start=1):
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


def annotation_files(path: Path) -> list[Path]:
    """A file itself; of a folder, its annotation files by name, as preannotate writes shards.

    Raises:
        InputError: a folder without any.
    """
    if not path.is_dir():
        return [path]
    found = sorted(file for file in path.iterdir() if file.suffix in SUFFIXES and file.is_file())
    found = [file for file in found if file.name != ERRORS]
    if not found:
        raise InputError("the folder holds no annotation file", where=str(path))
    return found


def _refuse_surrogates(record: Mapping[str, Any], where: str) -> None:
    strings = json.dumps(record, ensure_ascii=False)
    place = lone_surrogate(strings)
    if place is not None:
        surrogate = f"U+{ord(strings[place]):04X}"
        raise InputError(f"a string has a lone surrogate ({surrogate})", where=where)


def _read_parquet(path: Path, ontology: Ontology) -> Iterator[Annotation]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    row = 0
    try:
        with pq.ParquetFile(path) as file:
            refuse_huge(file, file.schema_arrow.names, str(path))
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


def checked_suffix(path: Path) -> str:
    """The suffix of a file to be written.

    Raises:
        InputError: there is no such kind of annotation file.
    """
    if path.suffix not in SUFFIXES:
        raise InputError("unknown kind of file", where=str(path), fix="name it .jsonl or .parquet")
    return path.suffix


def encode_jsonl(annotations: Sequence[Annotation]) -> Encoded:
    """Annotations as lines of JSON."""
    lines = [
        json.dumps(to_record(annotation), ensure_ascii=False, allow_nan=False) + "\n"
        for annotation in annotations
    ]
    return _encoded("".join(lines).encode("utf-8"), annotations)


def encode_parquet(annotations: Sequence[Annotation]) -> Encoded:
    """Annotations as an Arrow stream of the file's columns."""
    import pyarrow as pa

    records = [to_record(annotation) for annotation in annotations]
    for record in records:
        for item in record["spans"]:
            item["attributes"] = [
                {"name": name, "value": value} for name, value in item["attributes"].items()
            ]
    table = pa.Table.from_pylist(records, schema=_schema())
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    return _encoded(sink.getvalue().to_pybytes(), annotations)


ENCODERS = {".jsonl": encode_jsonl, ".parquet": encode_parquet}


def _encoded(payload: bytes, annotations: Sequence[Annotation]) -> Encoded:
    return Encoded(
        payload,
        len(annotations),
        sum(len(annotation.spans) for annotation in annotations),
        sum(len(annotation.relations) for annotation in annotations),
    )


def write_encoded(path: Path, parts: Iterable[Encoded]) -> int:
    """Writes what the encoder of the file's suffix made, atomically and one part at a time.

    The bytes of the file do not depend on how the annotations were cut into parts.

    Returns:
        The number of annotations written.

    Raises:
        InputError: the file's suffix is neither .jsonl nor .parquet.
    """
    suffix = checked_suffix(path)
    with atomic_writer(path) as file:
        if suffix == ".parquet":
            return write_parquet(file, parts)
        count = 0
        for part in parts:
            file.write(part.payload)
            count += part.annotations
    return count


def write_annotations(path: Path, annotations: Iterable[Annotation]) -> int:
    """Writes annotations to a .jsonl or .parquet file, atomically and a few at a time.

    Returns:
        The number of annotations written.

    Raises:
        InputError: the file's suffix is neither.
    """
    encode = ENCODERS[checked_suffix(path)]
    items = iter(annotations)
    return write_encoded(path, map(encode, iter(lambda: list(islice(items, _ROWS)), [])))


def _schema() -> Any:
    import pyarrow as pa

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
            ("unsure", pa.bool_()),
            ("note", text),
        ]
    )
    relation = pa.struct([(name, text) for name in RELATION])
    return pa.schema(
        [
            *((name, text) for name in ("doc_id", "source", "source_id", "text", "text_sha256")),
            *((name, text) for name in ("annotator", "ontology_version", "guidelines_version")),
            ("spans", pa.list_(span)),
            ("relations", pa.list_(relation)),
            ("comment", text),
            ("labels_covered", pa.list_(text)),
        ]
    )


def write_parquet(file: Any, parts: Iterable[Encoded]) -> int:
    """Writes what `encode_parquet` made, in row groups of `_ROWS` rows, whatever the parts' size.

    Returns:
        The number of annotations written.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    count = 0
    with pq.ParquetWriter(file, _schema(), compression="zstd") as writer:
        waiting = _schema().empty_table()
        for part in parts:
            waiting = pa.concat_tables([waiting, pa.ipc.open_stream(part.payload).read_all()])
            count += part.annotations
            while len(waiting) >= _ROWS:
                # Copied together, so that the bytes do not depend on the parts' borders.
                writer.write_table(waiting.slice(0, _ROWS).combine_chunks())
                waiting = waiting.slice(_ROWS)
        if len(waiting):
            writer.write_table(waiting.combine_chunks())
    return count
