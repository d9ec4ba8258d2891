"""How large an input may be: files come from anywhere, and a small one may unpack to a huge one.

The limits are far above what news needs (an article has some thousand characters): what meets one
is broken, hostile, or no news.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from annotate.errors import InputError

if TYPE_CHECKING:
    import pyarrow.parquet as pq

LARGEST_FILE = 256 << 20  # bytes of a file that is read as a whole
LARGEST_LINE = 64 << 20  # bytes of a line of JSON or CSV
LARGEST_TEXT = 5_000_000  # characters of an article
LARGEST_CHUNK = 1 << 30  # bytes of a column of a Parquet row group, unpacked
MOST_VALUES = 50_000_000  # of a column of a Parquet row group


def whole(path: Path) -> bytes:
    """The bytes of a file that is read at once.

    Raises:
        InputError: it is larger than `LARGEST_FILE`.
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        data = file.read(LARGEST_FILE + 1)
    if len(data) > LARGEST_FILE:
        raise InputError(
            f"the file has more than {LARGEST_FILE >> 20} MB",
            where=str(path),
            fix="cut it into several, or make it .jsonl, which is read line by line",
        )
    return data


def lines(path: Path) -> Iterator[bytes]:
    """The lines of a file with their line feeds; only a line feed ends a line.

    Raises:
        InputError: one is longer than `LARGEST_LINE`.
    """
    with path.open("rb") as file:
        for number, line in enumerate(iter(lambda: file.readline(LARGEST_LINE + 1), b""), start=1):
            if len(line) > LARGEST_LINE:
                raise InputError(
                    f"the line has more than {LARGEST_LINE >> 20} MB", where=f"{path}:{number}"
                )
            yield line


def refuse_long(characters: int, where: str) -> None:
    """Refuses an article that is no article.

    Raises:
        InputError: it has more characters than `LARGEST_TEXT`.
    """
    if characters > LARGEST_TEXT:
        raise InputError(
            f"the text has {characters:,} characters, and at most {LARGEST_TEXT:,} are read",
            where=where,
            fix="cut it into articles",
        )


def refuse_huge(file: pq.ParquetFile, columns: Iterable[str], where: str) -> None:
    """Refuses a Parquet file of which a column would take too much memory, before it is unpacked.

    Args:
        columns: those at the top that will be read.

    Raises:
        InputError: one has more bytes or values in a row group than are read.
    """
    wanted = set(columns)
    metadata = file.metadata
    for number in range(metadata.num_row_groups):
        group = metadata.row_group(number)
        for place in range(group.num_columns):
            chunk = group.column(place)
            name = chunk.path_in_schema.partition(".")[0]
            size = chunk.total_uncompressed_size
            if name in wanted and (size > LARGEST_CHUNK or chunk.num_values > MOST_VALUES):
                raise InputError(
                    f"column {name} of row group {number} has {size >> 20} MB and "
                    f"{chunk.num_values:,} values, and at most {LARGEST_CHUNK >> 20} MB and "
                    f"{MOST_VALUES:,} are read",
                    where=where,
                    fix="write the file with smaller row groups",
                )
