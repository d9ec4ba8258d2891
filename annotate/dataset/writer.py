"""Parquet files of bounded size, written a row group at a time: equal rows, equal bytes.

Every option that shapes the bytes stands here, and no clock is read; the writer's own name and
version, which Parquet puts into each file, are in the manifest.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from annotate.dataset.rows import SPLITS, Chosen, Contribution, Split
from annotate.errors import DatasetError

# Statistics of the columns that one looks rows up by: the files are sorted by doc_id.
_LOOKED_UP = ["doc_id", "group_id", "status", "annotator", "label"]
WRITER: dict[str, Any] = {
    "version": "2.6",
    "data_page_version": "1.0",
    "compression": "zstd",
    "compression_level": 3,
    "data_page_size": 1 << 20,
    "dictionary_pagesize_limit": 1 << 20,
    "write_batch_size": 1024,
    "store_schema": True,
}
# Numbers are offsets and tags: differences are small. Strings of which most are others need no
# dictionary; of all others there are few.
NUMBERS = "DELTA_BINARY_PACKED"
_OWN = frozenset(("text", "text_sha256", "url", "source_id"))


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is in one piece.

    Attributes:
        group_articles, group_characters: a row group ends with the article that reaches one of
            these; what a reader fetches at least, and what is in memory at a time.
        shard_rows, shard_bytes: a file ends with the row group that reaches one of these.
    """

    group_articles: int = 500
    group_characters: int = 2_000_000
    shard_rows: int = 1_000_000
    shard_bytes: int = 128 << 20


LIMITS = Limits()


class ShardWriter:
    """Writes one table of one split: `folder/stem-00000-of-0000N.parquet` and so on.

    How many shards there will be is known at the end only: until `close` they have other names.
    """

    def __init__(self, folder: Path, stem: str, limits: Limits = LIMITS) -> None:
        self._folder, self._stem, self._limits = folder, stem, limits
        self._done: list[Path] = []
        self._writer: pq.ParquetWriter | None = None
        self._file: Any = None
        self._rows = 0
        self.rows = 0

    def write(self, table: pa.Table) -> None:
        """Writes the rows as one row group; nothing where there are none."""
        if not table.num_rows:
            return
        if self._writer is None:
            self._open(table.schema)
        assert self._writer is not None  # noqa: S101 - just opened
        self._writer.write_table(table, row_group_size=table.num_rows)
        self._rows += table.num_rows
        self.rows += table.num_rows
        if self._rows >= self._limits.shard_rows or self._file.tell() >= self._limits.shard_bytes:
            self._end()

    def close(self) -> list[Path]:
        """Ends the last shard and gives all of them their names."""
        self._end()
        count = len(self._done)
        named = []
        for number, path in enumerate(self._done):
            named.append(path.rename(self._folder / shard_name(self._stem, number, count)))
        return named

    def abandon(self) -> None:
        """Closes the file that is being written, whatever is in it, even where that fails."""
        if self._writer is not None:
            with contextlib.suppress(OSError, pa.ArrowException):
                self._writer.close()
            self._writer.is_open = False  # or it would try again when it is collected
            with contextlib.suppress(OSError):
                self._file.close()
            self._writer = None

    def _open(self, schema: pa.Schema) -> None:
        self._folder.mkdir(exist_ok=True)
        path = self._folder / f"{self._stem}-{len(self._done):05}.parquet.part"
        self._done.append(path)
        self._file = path.open("wb")
        columns = dict(_leaves(list(schema)))
        numbers = [path for path, kind in columns.items() if pa.types.is_integer(kind)]
        strings = [path for path, kind in columns.items() if pa.types.is_string(kind)]
        repeated: Any = [path for path in strings if path not in _OWN]
        self._writer = pq.ParquetWriter(
            self._file,
            schema,
            write_statistics=[name for name in _LOOKED_UP if name in schema.names],
            use_dictionary=repeated,
            column_encoding=dict.fromkeys(numbers, NUMBERS),
            **WRITER,
        )
        self._rows = 0

    def _end(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._file.close()
            self._writer = None


def _leaves(fields: Iterable[Any], prefix: str = "") -> Iterator[tuple[str, pa.DataType]]:
    """The columns that Parquet has, by their paths, and their types."""
    for field in fields:
        path, kind = prefix + field.name, field.type
        if pa.types.is_list(kind):
            path, kind = f"{path}.list.element", kind.value_type
        if pa.types.is_struct(kind):
            yield from _leaves(kind, f"{path}.")
        else:
            yield path, kind


def shard_name(stem: str, number: int, count: int) -> str:
    return f"{stem}-{number:05}-of-{count:05}.parquet"


def article_groups(
    chosen: Iterable[Chosen], limits: Limits = LIMITS
) -> Iterator[tuple[Split, list[Chosen]]]:
    """The articles in the row groups that they will be in: each of one split, in order.

    Raises:
        DatasetError: an article is there twice, or they are not in the order of their doc_id.
    """
    waiting: dict[Split, list[Chosen]] = {split: [] for split in SPLITS}
    characters = dict.fromkeys(SPLITS, 0)
    before = ""
    for item in chosen:
        doc_id = item.article.doc_id
        if doc_id <= before:
            what = "is there twice" if doc_id == before else f"comes after {before}"
            raise DatasetError(f"article {doc_id} {what}")
        before = doc_id
        split = item.split
        waiting[split].append(item)
        characters[split] += len(item.article.text)
        if (
            len(waiting[split]) >= limits.group_articles
            or characters[split] >= limits.group_characters
        ):
            yield split, waiting[split]
            waiting[split] = []
            characters[split] = 0
    for split, rest in waiting.items():
        if rest:
            yield split, rest


def contribution_groups(
    contributions: Iterable[Contribution], limits: Limits = LIMITS
) -> Iterator[list[Contribution]]:
    """The contributions in the row groups that they will be in.

    Raises:
        DatasetError: one is there twice, or they are not in the order of their keys.
    """
    waiting: list[Contribution] = []
    before: Sequence[str] = ()
    for item in contributions:
        if tuple(item.key) <= tuple(before):
            raise DatasetError(f"the work of {item.annotator} on {item.doc_id} is out of order")
        before = item.key
        waiting.append(item)
        if len(waiting) >= limits.group_articles:
            yield waiting
            waiting = []
    if waiting:
        yield waiting
