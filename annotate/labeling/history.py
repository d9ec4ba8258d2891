"""The local history: every state of every annotation that was ever pulled, append-only.

Each pull that finds something new writes one more Parquet file, `000001.parquet` and so on, and
never touches the earlier ones, so that any past state can be rebuilt.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import MISSING, dataclass, fields
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from annotate.errors import WorkspaceError
from annotate.labeling import migration
from annotate.labeling.entry import Entry, EntryKey, Status, kept_json
from annotate.storage import atomic_writer

_INTEGERS = (
    *("project_id", "task_id", "annotation_id"),
    *("part", "parts", "start", "end", "unsure", "trimmed"),
)
# What a file of an earlier version lacks is read as the default of its field.
_DEFAULTS = {f.name: f.default for f in fields(Entry) if f.default is not MISSING}
# Without a value in some rows; a column that a file lacks is another thing.
_MAY_LACK = frozenset(
    ("lead_time", "prelabel_version", "ontology_version", "comment", "skip_reason", "owner")
)
_ROWS = 256  # entries in memory at a time


@dataclass(frozen=True, slots=True)
class Head:
    """An annotation's latest state, all but its contents: see `Entry`."""

    server: str
    project_id: int
    task_id: int
    annotation_id: int
    doc_id: str
    text_sha256: str
    annotator: str
    status: Status
    created_at: str
    updated_at: str
    lead_time: float | None
    prelabel_version: str | None
    digest: str
    part: int
    parts: int
    start: int
    end: int
    blank: bool
    layers: str
    split: str
    owner: str | None

    @property
    def key(self) -> EntryKey:
        return EntryKey(self.server, self.project_id, self.annotation_id)


def append(folder: Path, entries: Iterable[Entry]) -> Path | None:
    """Writes entries as the next file of the history, a few at a time; None if there are none."""
    import pyarrow as pa
    import pyarrow.parquet as pq
    from filelock import FileLock

    kinds = _kinds()
    schema = pa.schema([(f.name, kinds.get(f.name, pa.string())) for f in fields(Entry)])
    batches = _batches(entries)
    first = next(batches, None)
    if first is None:
        return None
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / ".lock"):  # two writers must not take one number
        number = newest(folder) + 1
        path = folder / f"{number:06}.parquet"
        with (
            atomic_writer(path, mode=0o600) as file,
            pq.ParquetWriter(file, schema, compression="zstd") as writer,
        ):
            while first is not None:
                rows = first
                columns = [pa.array([getattr(row, f.name) for row in rows], f.type) for f in schema]
                writer.write_table(pa.Table.from_arrays(columns, schema=schema))
                first = next(batches, None)
    return path


def _kinds() -> dict[str, Any]:
    """Arrow types of the columns that hold no strings."""
    import pyarrow as pa

    kinds: dict[str, Any] = dict.fromkeys(_INTEGERS, pa.int64())
    return kinds | {"lead_time": pa.float64(), "blank": pa.bool_()}


def read(folder: Path, *, until: str | None = None) -> Iterator[Entry]:
    """Every entry ever written, oldest first.

    Args:
        until: only what was pulled up to then (ISO 8601, UTC where it names no zone): the
            history of that day, with the labels of that day.

    Raises:
        WorkspaceError: a file of the history cannot be read, or the time is none.
    """
    until = None if until is None else _utc(until)
    renamed = migration.renames(migration.read(folder, until=until))
    for row in _rows(folder, [f.name for f in fields(Entry)]):
        if until is None or row["pulled_at"] <= until:
            yield entry_of(row, renamed)


def entry_of(row: dict[str, Any], renamed: migration.Renames) -> Entry:
    """The entry in a row, with the labels of today; what is on the disk stays as it is."""
    return Entry(**(_renamed(row, renamed) if renamed else row))


def _renamed(row: dict[str, Any], renamed: migration.Renames) -> dict[str, Any]:
    where = f"history: annotation {row['annotation_id']}"
    record = kept_json(row["record"], dict, where) if row["record"] else {}
    if record.get("spans"):
        record["spans"] = migration.renamed_spans(record["spans"], renamed)
        row["record"] = json.dumps(record, ensure_ascii=False)
    deleted = migration.renamed_spans(kept_json(row["deleted_spans"], list, where), renamed)
    row["deleted_spans"] = json.dumps(deleted, ensure_ascii=False)
    if row["labels_covered"] != "null":
        covered = kept_json(row["labels_covered"], list, where)
        row["labels_covered"] = json.dumps(migration.renamed_codes(covered, renamed))
    return row


def _utc(time: str) -> str:
    """A time as entries have it, so that they can be compared as texts.

    Raises:
        WorkspaceError: it is no time.
    """
    try:
        found = datetime.fromisoformat(time)
    except ValueError:
        raise WorkspaceError(
            f"{time!r} is no time", fix="write it as 2026-11-22 or 2026-11-22T18:30"
        ) from None
    if found.tzinfo is None:
        found = found.replace(tzinfo=UTC)
    return found.astimezone(UTC).isoformat(timespec="seconds")


def current(folder: Path, *, until: str | None = None) -> dict[EntryKey, Entry]:
    """The latest entry of each annotation, tombstones included, by key in order of first pull.

    Args:
        until: as they were then (see `read`).
    """
    state: dict[EntryKey, Entry] = {}
    for entry in read(folder, until=until):
        state[entry.key] = entry
    return state


def heads(folder: Path) -> dict[EntryKey, Head]:
    """The latest state of each annotation without its contents, which may be large."""
    state: dict[EntryKey, Head] = {}
    for row in _rows(folder, [f.name for f in fields(Head)]):
        head = Head(**row)
        state[head.key] = head
    return state


def annotators(folder: Path) -> list[str]:
    """Everyone who ever annotated, in order of first appearance."""
    names: dict[str, None] = {}
    for batch in batches(folder, ["annotator"]):
        names.update(dict.fromkeys(batch.column(0).to_pylist()))
    return list(names)


def _rows(folder: Path, names: Sequence[str]) -> Iterator[dict[str, Any]]:
    for batch in batches(folder, names):
        yield from batch.to_pylist()


def batches(folder: Path, names: Sequence[str]) -> Iterator[Any]:
    """Every row ever written, oldest first, as Arrow record batches of these columns.

    Raises:
        WorkspaceError: a file of the history cannot be read.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema([(name, _kinds().get(name, pa.string())) for name in names])
    for path in _files(folder):
        try:
            with pq.ParquetFile(path) as file:
                there = set(file.schema_arrow.names)
                lacking = [name for name in names if name not in there]
                missing = [name for name in lacking if name not in _DEFAULTS]
                if missing:
                    raise KeyError(f"it has no column {', '.join(missing)}")
                columns = [name for name in names if name in there]
                needed = [name for name in columns if name not in _MAY_LACK]
                for batch in file.iter_batches(batch_size=_ROWS, columns=columns):
                    for name in needed:
                        if batch.column(name).null_count:
                            raise KeyError(f"its column {name} lacks a value")
                    filled = {
                        name: pa.array([_DEFAULTS[name]] * len(batch), schema.field(name).type)
                        for name in lacking
                    }
                    yield pa.RecordBatch.from_arrays(
                        [
                            filled[name] if name in filled else batch.column(name).cast(kind)
                            for name, kind in zip(names, schema.types, strict=True)
                        ],
                        schema=schema,
                    )
        except (pa.ArrowException, OSError, KeyError, UnicodeDecodeError) as problem:
            raise WorkspaceError(
                f"the history cannot be read ({str(problem).partition(chr(10))[0]})",
                where=str(path),
                fix="restore it from a backup; the other files are untouched",
            ) from None


def _batches(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    iterator = iter(entries)
    while batch := list(islice(iterator, _ROWS)):
        yield batch


def newest(folder: Path) -> int:
    """Number of the last file, 0 where there is none: it only ever grows."""
    return max((int(path.stem) for path in _files(folder)), default=0)


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*.parquet") if path.stem.isdigit())
