"""Reads articles from .txt, .jsonl, .csv and .parquet files, one at a time.

UTF-8 only (a byte order mark is tolerated); anything else is an error with file and byte offset.
"""

from __future__ import annotations

import csv
import glob
from collections import Counter
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from functools import cache, partial
from pathlib import Path

from annotate.corpus.article import Article
from annotate.corpus.raw import (
    COLUMNS,
    RawArticle,
    articles_of,
    columns_hint,
    decode,
    json_line,
    raw_article,
    refuse_surrogates,
    text_file,
)
from annotate.corpus.rules import CleaningRules
from annotate.errors import InputError
from annotate.limits import LARGEST_LINE, lines, refuse_huge, whole
from annotate.storage import file_sha256

SUFFIXES = (".txt", ".jsonl", ".csv", ".parquet")
_BATCH = 256


def find_files(sources: Sequence[str]) -> list[Path]:
    """Files that the sources name: a file, a folder (the files directly in it) or a glob.

    Raises:
        InputError: a source names nothing, or a file of an unknown kind.
    """
    found: dict[Path, None] = {}
    for source in sources:
        if not source:
            raise InputError("a source is empty", fix="name files, folders or globs")
        path = Path(source)
        if path.is_dir():
            files = sorted(p for p in path.iterdir() if p.suffix in SUFFIXES and p.is_file())
            if not files:
                kinds = ", ".join(SUFFIXES)
                raise InputError(
                    f"the folder holds no {kinds}",
                    where=source,
                    fix=f"to search below it give a glob such as '{path}/**/*.txt'",
                )
        elif path.is_file():
            files = [path]
        else:
            names = sorted(glob.glob(source, recursive=True))  # noqa: PTH207 - absolute ones too
            files = [Path(name) for name in names if Path(name).is_file()]
            if not files:
                raise InputError(
                    "no such file, folder or glob match", where=source, fix="check the path"
                )
        for file in files:
            if file.suffix not in SUFFIXES:
                raise InputError(
                    f"unknown kind of file {file.suffix or '(no suffix)'}",
                    where=str(file),
                    fix=f"use one of {', '.join(SUFFIXES)}",
                )
            refuse_surrogates("the file's name", file.name, source)  # bytes that are not UTF-8
            found.setdefault(file)
    return list(found)


def read_articles(sources: Sequence[str], rules: CleaningRules | None) -> Iterator[Article]:
    """Every article that the sources hold, in order; cleaned by `rules`, or as it is if None.

    An article that is there twice, with the same identity and text, is given once.

    Raises:
        InputError: for the first thing that cannot be read, with file and line or byte offset; so
            also for two different texts of one identity.
    """
    seen: dict[int, int] = {}  # identity -> text, both as 64 bits of a hash: millions fit
    for path in find_files(sources):
        file_hash = cache(partial(file_sha256, path))
        found = False
        for raw in _read_raw(path):
            found = True
            for article in articles_of(raw, rules, file_hash):
                identity, sha256 = int(article.doc_id, 16), int(article.text_sha256[:16], 16)
                repeated = identity in seen
                known = seen.setdefault(identity, sha256)
                if known != sha256:
                    name = article.url or article.source_id
                    raise InputError(
                        f"an article with the identity {name!r} came before this one, "
                        "with another text",
                        where=raw.where,
                        fix="give each article a url or id of its own",
                    )
                if not repeated:
                    yield article
        if not found:
            raise InputError("the file holds no article", where=str(path), fix="remove it")


def _read_raw(path: Path) -> Iterator[RawArticle]:
    if path.stat().st_size == 0:
        raise InputError("the file is empty", where=str(path), fix="remove it or fill it")
    readers = {".txt": _read_txt, ".jsonl": _read_jsonl, ".csv": _read_csv}
    return readers.get(path.suffix, _read_parquet)(path)


def _lines(path: Path) -> Generator[str, None, None]:
    """Lines of a UTF-8 file with their line feeds; only a line feed ends a line."""
    base = 0
    for line in lines(path):
        yield decode(line, str(path), base)
        base += len(line)


def _read_txt(path: Path) -> Iterator[RawArticle]:
    yield text_file(path, str(path), whole(path))


def _read_jsonl(path: Path) -> Iterator[RawArticle]:
    row = 0
    for number, line in enumerate(_lines(path), start=1):
        if line.strip():
            yield json_line(path, f"{path}:{number}", row, line)
            row += 1


def _read_csv(path: Path) -> Iterator[RawArticle]:
    # Closed here: what is left of a reader after an error may keep its file open.
    with closing(_lines(path)) as lines:
        yield from _csv_rows(path, lines)


def _csv_rows(path: Path, lines: Iterable[str]) -> Iterator[RawArticle]:
    csv.field_size_limit(LARGEST_LINE)
    reader = csv.DictReader(lines, strict=True)
    try:
        names = Counter(reader.fieldnames or ())
        if "text" not in names:
            raise InputError("there is no column text", where=str(path), fix=columns_hint())
        repeated = [name for name in COLUMNS if names[name] > 1]
        if repeated:
            raise InputError(f"column {repeated[0]} is there twice", where=str(path))
        for row, value in enumerate(reader):
            where = f"{path}:{reader.line_num}"
            if None in value or any(field is None for field in value.values()):
                raise InputError("the row has more or fewer fields than the header", where=where)
            yield raw_article(path, where, row, {k: v for k, v in value.items() if v != ""})
    except csv.Error as problem:
        # The reader inside knows the line that broke; DictReader only the last good one.
        where = f"{path}:{reader.reader.line_num}"
        raise InputError(f"not valid CSV: {problem}", where=where) from None


def _read_parquet(path: Path) -> Iterator[RawArticle]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        schema = pq.read_schema(path)
        names = schema.names
        if "text" not in names:
            raise InputError("there is no column text", where=str(path), fix=columns_hint())
        kind = schema.field(names.index("text")).type
        # A text that a small file repeats is held once. Of lists, no column is called text.
        repeated = [] if pa.types.is_nested(kind) else ["text"]
        with pq.ParquetFile(path, read_dictionary=repeated) as file:
            columns = [name for name in COLUMNS if name in names]
            refuse_huge(file, columns, str(path))
            row = 0
            for batch in file.iter_batches(batch_size=_BATCH, columns=columns):
                for index in range(len(batch)):  # one row at a time: a text may be there often
                    value = {name: batch.column(name)[index].as_py() for name in columns}
                    yield raw_article(path, f"{path}: row {row}", row, value)
                    row += 1
    except (pa.ArrowException, OSError, UnicodeDecodeError) as problem:
        what = str(problem).partition("\n")[0]
        raise InputError(f"not a readable Parquet file ({what})", where=str(path)) from None
