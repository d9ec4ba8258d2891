"""The article: a clean text, where it came from, and what its parts are."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from dataclasses import dataclass
from typing import Literal

from annotate.storage import text_sha256

Kind = Literal[
    "headline",
    "paragraph",
    "post",
    "source_line",
    "keywords",
    "related_links",
    "navigation",
    "comments",
    "advert",
]
KEPT_KINDS: tuple[Kind, ...] = ("headline", "paragraph", "post")


@dataclass(frozen=True, slots=True)
class Segment:
    """One line of the raw text and what it is.

    Attributes:
        kind: headline, paragraph and post are kept; the others are dropped from the clean text.
        start, end: offsets in the clean text (code points, half open); None where dropped.
        raw_start, raw_end: offsets in the raw text (code points, half open).
    """

    kind: Kind
    start: int | None
    end: int | None
    raw_start: int
    raw_end: int


@dataclass(frozen=True, slots=True)
class OffsetMap:
    """The way from clean offsets back to raw ones, as runs of unchanged characters.

    Attributes:
        clean_starts: where each run begins in the clean text (code points, ascending).
        raw_starts: where it begins in the raw text (code points, ascending).
    """

    clean_starts: tuple[int, ...] = (0,)
    raw_starts: tuple[int, ...] = (0,)

    def raw(self, offset: int) -> int:
        """Raw offset of the clean character at `offset`."""
        run = bisect_right(self.clean_starts, offset) - 1
        return self.raw_starts[run] + offset - self.clean_starts[run]

    def raw_span(self, start: int, end: int) -> tuple[int, int]:
        """Raw offsets, half open, of a non-empty clean span."""
        return self.raw(start), self.raw(end - 1) + 1


@dataclass(frozen=True, slots=True)
class Article:
    """A clean text and its provenance.

    Attributes:
        doc_id: 16 hex digits that name the article, however it is cleaned (see `make_doc_id`).
        text: the clean text; paragraphs are joined by one line feed.
        source: the URL, or else the file's name.
        source_id: the id that the user gave it, if any.
        url, outlet, published, crawled: as given (dates as ISO 8601 text), or None.
        segments: every line of the raw text, in order.
        offsets: the way back to the raw text.
    """

    doc_id: str
    text: str
    source: str | None = None
    source_id: str | None = None
    url: str | None = None
    outlet: str | None = None
    published: str | None = None
    crawled: str | None = None
    segments: tuple[Segment, ...] = ()
    offsets: OffsetMap = OffsetMap()

    @property
    def text_sha256(self) -> str:
        """SHA-256 (hex) of the text's UTF-8: the name of the text that offsets refer to."""
        return text_sha256(self.text)

    @property
    def title(self) -> str:
        """The first line, at most 120 characters, to recognise the article by."""
        line = self.text.partition("\n")[0]
        return line if len(line) <= 120 else f"{line[:119]}…"


def make_doc_id(
    position: int, *, url: str | None = None, given_id: str | None = None, file: str | None = None
) -> str:
    """First 16 hex digits of a SHA-256 over an article's identity.

    The identity is the URL, else the id that the user gave, else the file (SHA-256 of its raw
    bytes, hex). `position` counts the articles of that identity from 0; what follows the first
    gets `#position`, and a file always does. The clean text is no part of it, so that a better
    cleaning rule orphans nothing.
    """
    if url is not None or given_id is not None:
        identity = url if url is not None else given_id
        assert identity is not None  # noqa: S101 - one of the two is there
        identity = identity if position == 0 else f"{identity}#{position}"
    else:
        identity = f"{file}#{position}"
    return hashlib.sha256(identity.encode("utf-8")).hexdigest()[:16]
