"""The history by article, in the order of their ids, however much it holds: an external sort.

What does not fit into memory goes to files in a temporary folder, each sorted; they are merged
while they are read. The server's raw results are left out: they are half of it.
"""

from __future__ import annotations

import heapq
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, fields
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from annotate.labeling import history, migration
from annotate.labeling.entry import Entry, EntryKey

RUN = 64 << 20  # bytes that are sorted at a time
_AT_A_TIME = 16  # rows of each file while they are merged
_NAMES = [field.name for field in fields(Entry) if field.name != "raw"]


@dataclass(frozen=True, slots=True)
class OfArticle:
    """What was pulled of one article.

    Attributes:
        entries: the latest sound state of each annotation, in order of first pull; they lack the
            server's raw results.
        unsound: ids of annotations with a state that is quarantined as a whole.
    """

    doc_id: str
    entries: tuple[Entry, ...]
    unsound: tuple[int, ...]


def by_article(
    folder: Path, wanted: Callable[[Entry], bool], run: int = RUN
) -> Iterator[OfArticle]:
    """The wanted entries of each article, in the order of the articles' ids.

    Args:
        run: bytes of Arrow memory after which rows are spilled.

    Raises:
        WorkspaceError: a file of the history cannot be read.
    """
    renamed = migration.renames(migration.read(folder))
    with ExitStack() as stack:
        rows = _sorted(folder, run, stack)
        for doc_id, group in groupby(rows, key=itemgetter("doc_id")):
            state: dict[EntryKey, Entry] = {}
            unsound = []
            for row in group:
                del row["number"]
                entry = history.entry_of(row | {"raw": "[]"}, renamed)
                if not wanted(entry):
                    continue
                if entry.is_sound:
                    state[entry.key] = entry
                else:
                    unsound.append(entry.annotation_id)
            if state or unsound:
                yield OfArticle(doc_id, tuple(state.values()), tuple(unsound))


def _sorted(folder: Path, run: int, stack: ExitStack) -> Iterator[dict[str, Any]]:
    """Every row ever written by article, and within one in the order of the history."""
    import pyarrow as pa

    spilled: list[Path] = []
    place: Path | None = None
    waiting: list[pa.RecordBatch] = []
    size = number = 0
    for batch in history.batches(folder, _NAMES):
        numbers = pa.array(range(number, number + len(batch)), pa.int64())
        waiting.append(batch.append_column("number", numbers))
        number += len(batch)
        size += batch.nbytes
        if size >= run:
            place = place or Path(stack.enter_context(tempfile.TemporaryDirectory()))
            spilled.append(place / f"{len(spilled):06}.arrow")
            _spill(waiting, spilled[-1])
            waiting, size = [], 0
    streams: list[Iterable[dict[str, Any]]] = [_rows_of(path, stack) for path in spilled]
    if waiting:
        streams.append(_in_order(waiting).to_pylist() if not spilled else _lazily(waiting))
    return heapq.merge(*streams, key=itemgetter("doc_id", "number"))


def _in_order(batches: list[Any]) -> Any:
    import pyarrow as pa

    return pa.Table.from_batches(batches).sort_by(
        [("doc_id", "ascending"), ("number", "ascending")]
    )


def _lazily(batches: list[Any]) -> Iterator[dict[str, Any]]:
    for batch in _in_order(batches).to_batches(max_chunksize=_AT_A_TIME):
        yield from batch.to_pylist()


def _spill(batches: list[Any], path: Path) -> None:
    import pyarrow as pa

    table = _in_order(batches)
    options = pa.ipc.IpcWriteOptions(compression="zstd")
    with (
        pa.OSFile(str(path), "wb") as file,
        pa.ipc.new_file(file, table.schema, options=options) as writer,
    ):
        writer.write_table(table, max_chunksize=_AT_A_TIME)


def _rows_of(path: Path, stack: ExitStack) -> Iterator[dict[str, Any]]:
    import pyarrow as pa

    file = stack.enter_context(pa.OSFile(str(path), "rb"))
    reader = pa.ipc.open_file(file)
    for index in range(reader.num_record_batches):
        yield from reader.get_batch(index).to_pylist()
