"""A raw text as it was found in a file, and the articles in it.

UTF-8 only (a byte order mark is tolerated); anything else is an error with file and byte offset.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annotate.corpus.article import Article, make_doc_id
from annotate.corpus.clean import clean, keep_as_is
from annotate.corpus.rules import CleaningRules
from annotate.errors import InputError
from annotate.limits import refuse_long
from annotate.storage import lone_surrogate

COLUMNS = ("text", "id", "url", "outlet", "published", "crawled")
_BOM = b"\xef\xbb\xbf"
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


def articles_of(
    raw: RawArticle, rules: CleaningRules | None, file_hash: Callable[[], str]
) -> list[Article]:
    """The articles in a raw text: one or more; cleaned by `rules`, or as it is if None.

    `file_hash` is asked for the SHA-256 (hex) of the file where the row names no url or id.

    Raises:
        InputError: there is no text in it.
    """
    url, given_id = raw.fields.get("url"), raw.fields.get("id")
    texts = clean(raw.text, rules) if rules else [keep_as_is(raw.text)]
    if not texts or not texts[0].text.strip():
        raise InputError("the article has no text", where=raw.where, fix="remove it")
    file = None if url or given_id else f"{file_hash()}:{raw.row}"
    return [
        Article(
            doc_id=make_doc_id(position, url=url, given_id=given_id, file=file),
            text=text.text,
            source=url or raw.path.name,
            source_id=given_id,
            url=url,
            outlet=raw.fields.get("outlet"),
            published=raw.fields.get("published"),
            crawled=raw.fields.get("crawled"),
            segments=text.segments,
            offsets=text.offsets,
        )
        for position, text in enumerate(texts)
    ]


def decode(data: bytes, where: str, base: int = 0) -> str:
    """UTF-8 bytes that begin at byte `base` of a file.

    Raises:
        InputError: they are no UTF-8.
    """
    if base == 0:
        base, data = (len(_BOM), data[len(_BOM) :]) if data.startswith(_BOM) else (0, data)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as problem:
        offset = base + problem.start
        raise InputError(
            f"not UTF-8 at byte {offset} (0x{data[problem.start]:02x})",
            where=where,
            fix="convert the file to UTF-8",
        ) from None


def text_file(path: Path, where: str, data: bytes) -> RawArticle:
    """The one text of a text file.

    Raises:
        InputError: it is not UTF-8, or no text.
    """
    text = decode(data, where)
    controls = len(_CONTROL.findall(text))
    if controls > max(1, len(text) // 20) or 2 * controls > len(text):
        raise InputError(
            "this is a binary file: many of its bytes are control characters",
            where=where,
            fix="give text files only",
        )
    return RawArticle(path, where, 0, text, {})


def json_line(path: Path, where: str, row: int, line: str) -> RawArticle:
    """The text of a line of JSON.

    Raises:
        InputError: the line is no JSON object with a text.
    """
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as problem:
        what = getattr(problem, "msg", None) or "nested too deeply"
        raise InputError(f"not valid JSON: {what}", where=where) from None
    if not isinstance(value, dict):
        raise InputError('a line holds no JSON object such as {"text": "..."}', where=where)
    return raw_article(path, where, row, value)


def columns_hint() -> str:
    """What to do where there is no column text."""
    return f"name the columns text and, if you have them, {', '.join(COLUMNS[1:])}"


def raw_article(path: Path, where: str, row: int, value: Mapping[str, Any]) -> RawArticle:
    """The text of a row and what else is known of it.

    Raises:
        InputError: a column does not hold what it should.
    """
    text = value.get("text")
    if not isinstance(text, str):
        raise InputError("text is missing or not a string", where=where)
    refuse_long(len(text), where)
    fields = {
        name: _field(name, value[name], where)
        for name in COLUMNS[1:]
        if value.get(name) not in (None, "")
    }
    for name, part in (("text", text), *fields.items()):
        refuse_surrogates(name, part, where)
    return RawArticle(path, where, row, text, fields)


def _field(name: str, value: Any, where: str) -> str:
    if isinstance(value, bool | dict | list | bytes):
        raise InputError(f"{name} is neither a string nor a number", where=where)
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    return str(value)


def refuse_surrogates(name: str, value: str, where: str) -> None:
    """A lone surrogate is no character: it cannot be written as UTF-8 or counted as one."""
    place = lone_surrogate(value)
    if place is not None:
        raise InputError(
            f"{name} has a lone surrogate (U+{ord(value[place]):04X}) at {place}",
            where=where,
            fix="repair the text where it comes from",
        )
