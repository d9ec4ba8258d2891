"""The rows of a shard, read from its files: raw texts, and what cannot be read as one.

A row that is wrong is told apart from a file that cannot be read: the first is set aside, while the
second may be another matter a moment later, and the whole shard is tried again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from io import BufferedReader
from itertools import islice
from pathlib import Path
from typing import Any

from annotate.corpus.article import Article
from annotate.corpus.raw import (
    COLUMNS,
    RawArticle,
    articles_of,
    decode,
    json_line,
    raw_article,
    text_file,
)
from annotate.corpus.rules import CleaningRules
from annotate.errors import DatasetError, InputError
from annotate.limits import refuse_huge
from annotate.scale.places import place
from annotate.scale.plan import Piece, is_blank

_BATCH = 256  # rows of a Parquet file that are read at a time


@dataclass(frozen=True, slots=True)
class Fault:
    """What was set aside.

    Attributes:
        where: file and line or row.
        error: what is wrong with it.
        doc_id: of the article, where it could be read.
    """

    where: str
    error: str
    doc_id: str | None = None


Found = tuple[str, Article]  # with where it is


def articles(
    pieces: tuple[Piece, ...], rules: CleaningRules | None, aside: Callable[[Fault], None]
) -> Iterator[Found]:
    """The articles in the rows, in order, each with where it is.

    Raises:
        DatasetError, OSError: a file cannot be read.
    """
    for piece in pieces:
        for read in _rows(piece):
            try:
                raw = read()
                for article in articles_of(raw, rules, partial(_sha256_of, piece)):
                    yield raw.where, article
            except InputError as problem:
                aside(Fault(problem.where or piece.where, problem.what))


def _rows(piece: Piece) -> Iterator[Callable[[], RawArticle]]:
    """A reader for each row: it raises InputError where the row is wrong."""
    if piece.address.endswith(".parquet"):
        return _parquet(piece)
    if piece.address.endswith(".jsonl"):
        return _lines(piece)
    return _text(piece)


def _text(piece: Piece) -> Iterator[Callable[[], RawArticle]]:
    with place(piece.address).opened() as source:
        data = source.read()
    yield lambda: text_file(Path(piece.name), piece.where, data)


def _lines(piece: Piece) -> Iterator[Callable[[], RawArticle]]:
    name = Path(piece.name)
    row, end, offset = piece.first, piece.first + piece.rows, piece.offset
    with place(piece.address).opened() as source:
        source.seek(piece.offset)
        for number, line in enumerate(BufferedReader(source, 1 << 20), start=piece.line):
            if row == end:
                return
            if not is_blank(line):

                def read(
                    line: bytes = line, number: int = number, row: int = row, offset: int = offset
                ) -> RawArticle:
                    where = f"{piece.where}:{number}"
                    return json_line(name, where, row, decode(line, where, offset))

                yield read
                row += 1
            offset += len(line)
    _all_there(piece, row)


def _parquet(piece: Piece) -> Iterator[Callable[[], RawArticle]]:
    import pyarrow.parquet as pq

    name = Path(piece.name)
    with place(piece.address).opened() as source, pq.ParquetFile(source) as file:
        groups, before = _groups(file.metadata, piece)
        columns = [column for column in COLUMNS if column in file.schema_arrow.names]
        refuse_huge(file, columns, piece.where)
        batches = file.iter_batches(batch_size=_BATCH, row_groups=groups, columns=columns)
        values = (value for batch in batches for value in _values(batch))
        wanted = islice(values, piece.first - before, piece.first - before + piece.rows)
        end = piece.first
        for row, value in enumerate(wanted, start=piece.first):
            end += 1

            def read(row: int = row, value: Any = value) -> RawArticle:
                where = f"{piece.where}: row {row}"
                if isinstance(value, UnicodeDecodeError):
                    raise InputError(f"not UTF-8 ({value.reason})", where=where)
                return raw_article(name, where, row, value)

            yield read
    _all_there(piece, end)


def _all_there(piece: Piece, end: int) -> None:
    """A file that is shorter than it was when the shards were laid out is not the input."""
    if end < piece.first + piece.rows:
        raise DatasetError("the file has fewer rows than at the start", where=piece.where)


def _values(batch: Any) -> Iterator[Any]:
    """The rows of a batch; a row that is no UTF-8 as its error."""
    try:
        yield from batch.to_pylist()
    except UnicodeDecodeError:
        for row in range(batch.num_rows):
            try:
                yield from batch.slice(row, 1).to_pylist()
            except UnicodeDecodeError as problem:
                yield problem


def _groups(metadata: Any, piece: Piece) -> tuple[list[int], int]:
    """The row groups that hold the rows, and how many rows stand before them in the file."""
    groups: list[int] = []
    before = start = 0
    for number in range(metadata.num_row_groups):
        end = start + metadata.row_group(number).num_rows
        if start < piece.first + piece.rows and end > piece.first:
            if not groups:
                before = start
            groups.append(number)
        start = end
    return groups, before


def _sha256_of(piece: Piece) -> str:
    return piece.sha256 or _file_sha256(piece.address)


@cache
def _file_sha256(address: str) -> str:
    """Of a file some of whose rows have no id: read once by each process that meets one."""
    import hashlib

    digest = hashlib.sha256()
    with place(address).opened() as source:
        while chunk := source.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()
