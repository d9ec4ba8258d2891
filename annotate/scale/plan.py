"""Which rows of which files each shard is made of: known before anything is read twice.

Shard k holds the rows [kN, (k+1)N) of the input: all rows of all files, in order. Parquet files say
in their footers how many rows they have; files of lines are read through once, and where a shard
begins in them is noted, so that a task reads its own rows and no others.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from io import BufferedReader
from itertools import pairwise
from pathlib import PurePosixPath
from typing import Any

from annotate.corpus.raw import COLUMNS, columns_hint
from annotate.corpus.readers import find_files
from annotate.errors import InputError
from annotate.scale.places import Place, found_at, is_address, place

SUFFIXES = (".txt", ".jsonl", ".parquet")
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some rows of a file.

    Attributes:
        address: of the file; absolute if it is a path.
        where: the same as it was given, for messages.
        first, rows: which rows of the file, from 0.
        offset, line: of files of lines: the byte at which the first row begins, and its line
            (from 1).
        sha256: of the file, where it is known already.
    """

    address: str
    where: str
    first: int
    rows: int
    offset: int = 0
    line: int = 1
    sha256: str | None = None

    @property
    def name(self) -> str:
        """The file's name."""
        return PurePosixPath(self.address).name


@dataclass(frozen=True, slots=True)
class Task:
    """What one shard is made of."""

    shard: int
    pieces: tuple[Piece, ...]

    @property
    def rows(self) -> int:
        """How many rows go in."""
        return sum(piece.rows for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Plan:
    """All shards of an input.

    Attributes:
        tasks: one for each shard, in order.
        files, rows: how many there are.
        fingerprint: SHA-256 over the files' names, sizes, and contents; of a Parquet file over its
            footer, which has sizes, offsets and statistics of all that is in it.
    """

    tasks: tuple[Task, ...]
    files: int
    rows: int
    fingerprint: str


@dataclass(frozen=True, slots=True)
class _Read:
    """A file that was looked at: its pieces, how many bytes it has, and what names its content."""

    pieces: list[Piece]
    size: int
    content: str


def made(sources: Sequence[str], shard_rows: int) -> Plan:
    """The plan of an input.

    Raises:
        InputError: a source names nothing, is of a kind that cannot be cut, is empty, or has no
            column `text`.
    """
    todo: list[list[Piece]] = [[]]
    room = shard_rows
    digest = hashlib.sha256()
    files = rows = 0
    for where in _named(sources):
        found = _read(where, place(where), shard_rows - room, shard_rows)
        for piece in found.pieces:
            if room == 0:
                todo.append([])
                room = shard_rows
            todo[-1].append(piece)
            room -= piece.rows
            rows += piece.rows
        files += 1
        name = PurePosixPath(where).name
        digest.update(f"{name}\0{found.size}\0{found.content}\n".encode())
    tasks = tuple(Task(number, tuple(pieces)) for number, pieces in enumerate(todo))
    return Plan(tasks, files, rows, digest.hexdigest())


def _named(sources: Sequence[str]) -> Iterator[str]:
    seen: set[str] = set()
    for source in sources:
        if is_address(source):
            names = found_at(source, SUFFIXES)
        else:
            names = [str(path) for path in find_files([source])]
        for name in names:
            if not name.endswith(SUFFIXES):
                raise InputError(
                    "a file of this kind cannot be cut into shards",
                    where=name,
                    fix="write Parquet or JSON lines, or give --out FILE.jsonl",
                )
            if name not in seen:
                seen.add(name)
                yield name


def _read(where: str, at: Place, begun: int, shard_rows: int) -> _Read:
    """Looks at one file; `begun`: how many rows the shard has at its beginning."""
    address = where if is_address(where) else at.path
    if where.endswith(".parquet"):
        return _parquet(Piece(address, where, 0, 0), at, begun, shard_rows)
    if where.endswith(".jsonl"):
        return _lines(Piece(address, where, 0, 0), at, begun, shard_rows)
    data = at.read()
    if not data:
        raise InputError("the file is empty", where=where, fix="remove it or fill it")
    sha256 = hashlib.sha256(data).hexdigest()
    return _Read([Piece(address, where, 0, 1, sha256=sha256)], len(data), sha256)


def _parquet(piece: Piece, at: Place, begun: int, shard_rows: int) -> _Read:
    import pyarrow as pa
    import pyarrow.parquet as pq

    with at.opened() as source:
        size = source.size()
        try:
            with pq.ParquetFile(source) as file:
                names, rows = file.schema_arrow.names, file.metadata.num_rows
        except pa.ArrowException as problem:
            what = str(problem).partition("\n")[0]
            raise InputError(f"not a readable Parquet file ({what})", where=piece.where) from None
        if COLUMNS[0] not in names:
            raise InputError("there is no column text", where=piece.where, fix=columns_hint())
        if not rows:
            raise InputError("the file holds no article", where=piece.where, fix="remove it")
        content = hashlib.sha256(_footer(source, size)).hexdigest()
        if not {"id", "url"} & set(names):  # the rows are named by the file's bytes
            source.seek(0)
            content = _sha256(source)
            piece = replace(piece, sha256=content)
    cuts = range(min(shard_rows - begun, rows), rows, shard_rows)
    borders = [0, *cuts, rows]
    pieces = [replace(piece, first=start, rows=end - start) for start, end in pairwise(borders)]
    return _Read(pieces, size, content)


def _footer(source: Any, size: int) -> bytes:
    source.seek(size - 8)
    length = int.from_bytes(source.read(4), "little")
    source.seek(size - 8 - length)
    return bytes(source.read(length))


def _sha256(source: Any) -> str:
    digest = hashlib.sha256()
    while chunk := source.read(1 << 20):
        digest.update(chunk)
    return digest.hexdigest()


def _lines(piece: Piece, at: Place, begun: int, shard_rows: int) -> _Read:
    """A file is read through once: for where the shards begin in it, and for its hash."""
    digest = hashlib.sha256()
    starts: list[tuple[int, int, int]] = []  # row, byte, line
    offset = rows = 0
    with at.opened() as source:
        for number, line in enumerate(BufferedReader(source, 1 << 20), start=1):
            digest.update(line)
            if not is_blank(line):
                if not starts or (begun + rows) % shard_rows == 0:
                    starts.append((rows, offset, number))
                rows += 1
            offset += len(line)
    if not starts:
        what = "the file holds no article" if offset else "the file is empty"
        raise InputError(what, where=piece.where, fix="remove it")
    sha256 = digest.hexdigest()
    ends = [*(row for row, _, _ in starts[1:]), rows]
    pieces = [
        replace(piece, first=row, rows=end - row, offset=byte, line=line, sha256=sha256)
        for (row, byte, line), end in zip(starts, ends, strict=True)
    ]
    return _Read(pieces, offset, sha256)


def is_blank(line: bytes) -> bool:
    """Whether a line of a file holds no row."""
    if line[:1] == b"{":
        return False
    return not line.removeprefix(_BOM).decode("utf-8", "replace").strip()


def size_of(tasks: Iterable[Task]) -> int:
    """How many rows some shards have."""
    return sum(task.rows for task in tasks)
