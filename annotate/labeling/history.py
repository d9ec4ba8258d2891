"""The local history: every state of every annotation that was ever pulled, append-only.

Each pull that finds something new writes one more Parquet file, `000001.parquet` and so on, and
never touches the earlier ones, so that any past state can be rebuilt.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Literal

from annotate.errors import WorkspaceError
from annotate.ontology import Ontology
from annotate.records import from_record
from annotate.spans import Annotation
from annotate.storage import atomic_writer

Status = Literal["submitted", "skipped", "deleted"]
SIMULATED_DOMAIN = "simulated.invalid"  # annotators with such an address are no people (RFC 2606)


@dataclass(frozen=True, slots=True)
class Entry:
    """One annotation as it was at one pull.

    Attributes:
        server, project_id, task_id, annotation_id: where it is on the server.
        doc_id, text_sha256: the article and the text that its offsets refer to.
        annotator: e-mail address of who made it, or "user N" once that user is deleted.
        status: submitted, skipped (the person passed the task over), or deleted (a tombstone: it
            is gone on the server; the entry before this one says what it was).
        created_at, updated_at: ISO 8601, UTC, from the server.
        lead_time: seconds that the person had the task open, or None.
        prelabel_version: version of the pre-annotation that it began from, None if from nothing.
        record: the annotation in the annotation format (JSON).
        deleted_spans: pre-annotated spans that the person deleted (JSON list of spans).
        quarantined: what did not hold, with reasons (JSON list of [item, reason]).
        raw: the server's `result`, untouched (JSON).
        digest: SHA-256 of what the person said, to tell whether anything changed.
        pulled_at: ISO 8601, UTC.
    """

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
    record: str
    deleted_spans: str
    quarantined: str
    raw: str
    digest: str
    pulled_at: str

    @property
    def key(self) -> tuple[str, int, int]:
        """What stays the same over all states of one annotation."""
        return (self.server, self.project_id, self.annotation_id)

    @property
    def is_simulated(self) -> bool:
        """Whether no person made it."""
        return self.annotator.endswith(f"@{SIMULATED_DOMAIN}")

    @property
    def annotator_name(self) -> str:
        """How tables name the annotator; simulated ones are marked."""
        if self.is_simulated:
            return f"{self.annotator.partition('@')[0]} (simulated)"
        return self.annotator

    def annotation(self, ontology: Ontology) -> Annotation:
        """The annotation itself."""
        where = f"history: annotation {self.annotation_id}"
        try:
            record = json.loads(self.record)
        except ValueError:
            raise WorkspaceError("the record is not valid JSON", where=where) from None
        return from_record(record, ontology, where)

    @property
    def problems(self) -> list[tuple[str, str]]:
        """(item, reason) of what was quarantined; an empty item means the whole annotation."""
        return [(str(item), str(reason)) for item, reason in json.loads(self.quarantined)]

    @property
    def is_sound(self) -> bool:
        """Whether the annotation could be read over the text that was pushed."""
        return all(item for item, _ in self.problems)


_INTEGERS = ("project_id", "task_id", "annotation_id")


def append(folder: Path, entries: Iterable[Entry]) -> Path | None:
    """Writes entries as the next file of the history; None if there are none."""
    import pyarrow as pa
    import pyarrow.parquet as pq
    from filelock import FileLock

    rows = [asdict(entry) for entry in entries]
    if not rows:
        return None
    kinds = {name: pa.int64() for name in _INTEGERS} | {"lead_time": pa.float64()}
    schema = pa.schema([(f.name, kinds.get(f.name, pa.string())) for f in fields(Entry)])
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / ".lock"):  # two writers must not take one number
        number = max((int(path.stem) for path in _files(folder)), default=0) + 1
        path = folder / f"{number:06}.parquet"
        with atomic_writer(path, mode=0o600) as file:
            pq.write_table(pa.Table.from_pylist(rows, schema=schema), file, compression="zstd")
    return path


def read(folder: Path) -> Iterator[Entry]:
    """Every entry ever written, oldest first.

    Raises:
        WorkspaceError: a file of the history cannot be read.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    names = [f.name for f in fields(Entry)]
    for path in _files(folder):
        try:
            with pq.ParquetFile(path) as file:
                rows: list[dict[str, Any]] = file.read(columns=names).to_pylist()
            if rows and rows[0].keys() != set(names):
                raise KeyError(f"columns are {', '.join(rows[0])}")
        except (pa.ArrowException, OSError, KeyError, UnicodeDecodeError) as problem:
            raise WorkspaceError(
                f"the history cannot be read ({str(problem).partition(chr(10))[0]})",
                where=str(path),
                fix="restore it from a backup; the other files are untouched",
            ) from None
        for row in rows:
            yield Entry(**row)


def current(folder: Path) -> dict[tuple[str, int, int], Entry]:
    """The latest entry of each annotation, tombstones included, by key in order of first pull."""
    state: dict[tuple[str, int, int], Entry] = {}
    for entry in read(folder):
        state[entry.key] = entry
    return state


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*.parquet") if path.stem.isdigit())
