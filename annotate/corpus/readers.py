"""Reads articles from .txt, .jsonl, .csv and .parquet files, one at a time.

UTF-8 only (a byte order mark is tolerated); anything else is an error with file and byte offset.
"""

from __future__ import annotations

import csv
import glob
import json
import re
from collections import Counter
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annotate.corpus.article import Article, make_doc_id
from annotate.corpus.clean import clean, keep_as_is
from annotate.corpus.rules import CleaningRules
from annotate.errors import InputError
from annotate.limits import LARGEST_LINE, lines, refuse_huge, refuse_long, whole
from annotate.storage import file_sha256, lone_surrogate

SUFFIXES = (".txt", ".jsonl", ".csv", ".parquet")
_BOM = b"\xef\xbb\xbf"
_OPTIONAL = ("id", "url", "outlet", "published", "crawled")
_BATCH = 256
_CONTROL = re.compile(r"[\0-\x08\x0e-\x1b\x7f]")


@dataclass(frozen=True, slots=True)
class RawArticle:
    """A raw text as it was found, and what its row said about it.

    `where` is file and line (or row) for messages; `row` counts the file's texts from 0.
    """

    path: Path
    where: str
    row: int
    text: str
    fields: Mapping[str, str]


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
            _refuse_surrogates("the file's name", file.name, source)  # bytes that are not UTF-8
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
        file_hash: str | None = None
        found = False
        for raw in _read_raw(path):
            url, given_id = raw.fields.get("url"), raw.fields.get("id")
            if url is None and given_id is None and file_hash is None:
                file_hash = file_sha256(path)
            texts = clean(raw.text, rules) if rules else [keep_as_is(raw.text)]
            if not texts or not texts[0].text.strip():
                raise InputError("the article has no text", where=raw.where, fix="remove it")
            found = True
            file = None if url or given_id else f"{file_hash}:{raw.row}"
            for position, text in enumerate(texts):
                article = Article(
                    doc_id=make_doc_id(position, url=url, given_id=given_id, file=file),
                    text=text.text,
                    source=url or path.name,
                    source_id=given_id,
                    url=url,
                    outlet=raw.fields.get("outlet"),
                    published=raw.fields.get("published"),
                    crawled=raw.fields.get("crawled"),
                    segments=text.segments,
                    offsets=text.offsets,
                )
                identity, sha256 = int(article.doc_id, 16), int(article.text_sha256[:16], 16)
                repeated = identity in seen
                known = seen.setdefault(identity, sha256)
                if known != sha256:
                    raise InputError(
                        f"an article with the identity {url or given_id!r} came before this one, "
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


def _decode(data: bytes, path: Path, base: int = 0) -> str:
    """UTF-8 bytes that begin at byte `base` of a file."""
    if base == 0:
        base, data = (len(_BOM), data[len(_BOM) :]) if data.startswith(_BOM) else (0, data)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as problem:
        offset = base + problem.start
        raise InputError(
            f"not UTF-8 at byte {offset} (0x{data[problem.start]:02x})",
            where=str(path),
            fix="convert the file to UTF-8",
        ) from None


def _lines(path: Path) -> Generator[str, None, None]:
    """Lines of a UTF-8 file with their line feeds; only a line feed ends a line."""
    base = 0
    for line in lines(path):
        yield _decode(line, path, base)
        base += len(line)


def _read_txt(path: Path) -> Iterator[RawArticle]:
    text = _decode(whole(path), path)
    controls = len(_CONTROL.findall(text))
    if controls > max(1, len(text) // 20) or 2 * controls > len(text):
        raise InputError(
            "this is a binary file: many of its bytes are control characters",
            where=str(path),
            fix="give text files only",
        )
    yield RawArticle(path, str(path), 0, text, {})


def _read_jsonl(path: Path) -> Iterator[RawArticle]:
    row = 0
    for number, line in enumerate(_lines(path), start=1):
        where = f"{path}:{number}"
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError) as problem:
            what = getattr(problem, "msg", None) or "nested too deeply"
            raise InputError(f"not valid JSON: {what}", where=where) from None
        if not isinstance(value, dict):
            raise InputError('a line holds no JSON object such as {"text": "..."}', where=where)
        yield _raw_article(path, where, row, value)
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
            raise InputError("there is no column text", where=str(path), fix=_columns_hint())
        repeated = [name for name in ("text", *_OPTIONAL) if names[name] > 1]
        if repeated:
            raise InputError(f"column {repeated[0]} is there twice", where=str(path))
        for row, value in enumerate(reader):
            where = f"{path}:{reader.line_num}"
            if None in value or any(field is None for field in value.values()):
                raise InputError("the row has more or fewer fields than the header", where=where)
            yield _raw_article(path, where, row, {k: v for k, v in value.items() if v != ""})
    except csv.Error as problem:
        # The reader inside knows the line that broke; DictReader only the last good one.
        where = f"{path}:{reader.reader.line_num}"
        raise InputError(f"not valid CSV: {problem}", where=where) from None


def _read_parquet(path: Path) -> Iterator[RawArticle]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        names = pq.read_schema(path).names
        if "text" not in names:
            raise InputError("there is no column text", where=str(path), fix=_columns_hint())
        with pq.ParquetFile(path, read_dictionary=["text"]) as file:
            columns = [name for name in ("text", *_OPTIONAL) if name in names]
            refuse_huge(file, columns, str(path))
            row = 0
            for batch in file.iter_batches(batch_size=_BATCH, columns=columns):
                for index in range(len(batch)):  # one row at a time: a text may be there often
                    where = f"{path}: row {row}"
                    value = {name: batch.column(name)[index].as_py() for name in columns}
                    yield _raw_article(path, where, row, value)
                    row += 1
    except (pa.ArrowException, OSError, UnicodeDecodeError) as problem:
        what = str(problem).partition("\n")[0]
        raise InputError(f"not a readable Parquet file ({what})", where=str(path)) from None


def _columns_hint() -> str:
    return f"name the columns text and, if you have them, {', '.join(_OPTIONAL)}"


def _raw_article(path: Path, where: str, row: int, value: Mapping[str, Any]) -> RawArticle:
    text = value.get("text")
    if not isinstance(text, str):
        raise InputError("text is missing or not a string", where=where)
    refuse_long(len(text), where)
    fields = {
        name: _field(name, value[name], where)
        for name in _OPTIONAL
        if value.get(name) not in (None, "")
    }
    for name, part in (("text", text), *fields.items()):
        _refuse_surrogates(name, part, where)
    return RawArticle(path, where, row, text, fields)


def _field(name: str, value: Any, where: str) -> str:
    if isinstance(value, bool | dict | list | bytes):
        raise InputError(f"{name} is neither a string nor a number", where=where)
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    return str(value)


def _refuse_surrogates(name: str, value: str, where: str) -> None:
    place = lone_surrogate(value)
    if place is not None:
        raise InputError(
            f"{name} has a lone surrogate (U+{ord(value[place]):04X}) at {place}",
            where=where,
            fix="repair the text where it comes from",
        )
