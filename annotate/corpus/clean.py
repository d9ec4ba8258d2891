"""Raw text -> clean texts, each with the way back to raw offsets and the kind of every line.

Text rules: no-break spaces and runs of blanks become one space; zero-width and bidi control
characters and NUL go; every kind of line break becomes one line feed; empty lines go. Nothing
else changes: no compatibility forms, no removal of diacritics. Which lines are boilerplate is
data (`schemas/cleaning.yaml`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from annotate.corpus.article import KEPT_KINDS, Kind, OffsetMap, Segment
from annotate.corpus.rules import CleaningRules, Marker

_LINE = re.compile(r"([^\r\n\v\f\x85\u2028\u2029]*)(\r\n|[\r\n\v\f\x85\u2028\u2029]|\Z)")
_BLANK = "\\t \\u00a0\\u1680\\u2000-\\u200a\\u202f\\u205f\\u3000"
_GONE = "\\0\\u061c\\u180e\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u2064\\u2066-\\u206f\\ufeff"
_PIECE = re.compile(
    f"(?P<gone>[{_GONE}]+)|(?P<blank>[{_BLANK}][{_BLANK}{_GONE}]*)|[^{_BLANK}{_GONE}]+"
)
# What makes a line another one: any blank but a single space between two words, and what goes.
_ODD = re.compile(rf"\A | \Z|  |[{_GONE}{_BLANK.replace(' ', '')}]")
_SENTENCE_END = (".", "!", "؟", "?", ":", "؛", "،", "…")


@dataclass(frozen=True, slots=True)
class CleanText:
    """One article found in a raw text."""

    text: str
    segments: tuple[Segment, ...]
    offsets: OffsetMap


@dataclass(slots=True)
class _Line:
    """A non-empty line: its clean text, its runs (clean, raw) and where it stood."""

    text: str
    runs: list[tuple[int, int]]
    raw_start: int
    raw_end: int
    block: int  # lines between two empty lines share a number
    kind: Kind = "paragraph"


def clean(raw: str, rules: CleaningRules) -> list[CleanText]:
    """The articles in a raw text: usually one, two where a page carries a second; none if empty.

    Raw offsets count the code points of `raw`. Lines before and between articles that are
    dropped belong to the segments of the article above them.
    """
    articles: list[list[_Line]] = []
    above: list[_Line] = []  # boilerplate above the first article
    for lines in _split(raw, rules):
        if any(line.kind in KEPT_KINDS for line in lines):
            articles.append(_mark_headlines(_mark_posts(above + lines, rules), rules))
            above = []
        elif articles:
            articles[-1] += lines
        else:
            above += lines
    return [_assemble(lines) for lines in articles]


def keep_as_is(raw: str) -> CleanText:
    """The text unchanged, for text that is clean already; every line is a paragraph."""
    segments = []
    start = 0
    for line in raw.split("\n"):
        if line:
            end = start + len(line)
            segments.append(Segment("paragraph", start, end, start, end))
        start += len(line) + 1
    return CleanText(raw, tuple(segments), OffsetMap())


def _lines(raw: str) -> Iterator[_Line]:
    block = 0
    for match in _LINE.finditer(raw):
        text, runs = _clean_line(match[1], match.start())
        if text:
            yield _Line(text, runs, match.start(1), match.end(1), block)
        else:
            block += 1


def _clean_line(raw: str, base: int) -> tuple[str, list[tuple[int, int]]]:
    """A line by the text rules, and its runs as (clean offset in the line, raw offset)."""
    if not _ODD.search(raw):  # nearly all
        return raw, [(0, base)]
    pieces: list[str] = []
    runs: list[tuple[int, int]] = []
    length = 0
    for match in _PIECE.finditer(raw):
        if match.lastgroup == "gone":
            continue
        piece = " " if match.lastgroup == "blank" else match[0]
        if piece == " " and length == 0:
            continue
        pieces.append(piece)
        runs.append((length, base + match.start()))
        length += len(piece)
    if pieces and pieces[-1] == " ":
        pieces.pop()
        runs.pop()
    return "".join(pieces), runs


def _split(raw: str, rules: CleaningRules) -> list[list[_Line]]:
    """The lines of each article, boilerplate lines marked by their kind."""
    lines = list(_lines(raw))
    articles: list[list[_Line]] = [[]]
    tail_seen = body_seen = False
    open_marker: Marker | None = None
    block: int | None = None  # of the links below the open marker
    for index, line in enumerate(lines):
        found = rules.marker(line.text)
        if tail_seen and rules.is_boundary(line.text) and _article_follows(lines, index, rules):
            line.kind = "related_links"
            articles[-1].append(line)
            articles.append([])
            tail_seen, body_seen, open_marker = False, False, None
            continue
        if open_marker and open_marker.scope == "rest":
            line.kind = open_marker.kind
        elif found:
            marker, alone = found
            line.kind = marker.kind
            # Above the first paragraph a short line below a marker is the headline, no link.
            if marker.scope == "rest" or (marker.scope == "links" and alone and body_seen):
                open_marker, block = marker, None
            elif marker.kind != "advert":
                open_marker = None
            tail_seen = tail_seen or marker.kind in rules.boundary.after
        elif (
            open_marker
            and rules.is_link(line.text)
            and (block in (None, line.block) or rules.is_bullet(line.text))
        ):
            # The links are one block of lines; only bullets go on below an empty line.
            line.kind, block = open_marker.kind, line.block
        else:
            # Where the body goes on, a source line above it was no tail.
            open_marker, tail_seen = None, False
            stops = line.text.endswith(_SENTENCE_END)
            body_seen = body_seen or stops or rules.is_paragraph(line.text)
        articles[-1].append(line)
    return articles


def _article_follows(lines: list[_Line], index: int, rules: CleaningRules) -> bool:
    """Whether enough paragraphs stand below a line, before the next marker."""
    paragraphs = 0
    for below in range(index + 1, len(lines)):
        found = rules.marker(lines[below].text)
        if found and found[0].kind != "advert":
            break
        paragraphs += rules.is_paragraph(lines[below].text)
        if paragraphs >= rules.boundary.paragraphs:
            return True
    return False


def _mark_posts(lines: list[_Line], rules: CleaningRules) -> list[_Line]:
    """Marks posts, and the short lines above one in its block, which are its beginning."""
    below: _Line | None = None
    for line in reversed(lines):
        if line.kind != "paragraph":
            below = None
        elif rules.is_post(line.text) or (
            below
            and (below.kind, below.block) == ("post", line.block)
            and len(line.text.split()) < rules.paragraph_words
            and not line.text.endswith(".")
        ):
            line.kind = "post"
        below = line
    return lines


def _mark_headlines(lines: list[_Line], rules: CleaningRules) -> list[_Line]:
    """Marks short lines without a final stop that stand above a paragraph."""
    kept = [line for line in lines if line.kind in KEPT_KINDS]
    for line, below in pairwise(kept):
        short = len(line.text.split()) <= rules.headline_words
        stops = line.text.endswith(_SENTENCE_END)
        if line.kind == below.kind == "paragraph" and short and not stops:
            line.kind = "headline"
    return lines


def _assemble(lines: list[_Line]) -> CleanText:
    parts: list[str] = []
    segments: list[Segment] = []
    runs: list[tuple[int, int]] = []
    length = 0
    last_end = 0
    for line in lines:
        if line.kind not in KEPT_KINDS:
            segments.append(Segment(line.kind, None, None, line.raw_start, line.raw_end))
            continue
        if parts:
            parts.append("\n")
            runs.append((length, last_end))
            length += 1
        runs.extend((length + clean_start, raw_start) for clean_start, raw_start in line.runs)
        end = length + len(line.text)
        segments.append(Segment(line.kind, length, end, line.raw_start, line.raw_end))
        parts.append(line.text)
        length, last_end = end, line.raw_end
    clean_starts, raw_starts = zip(*runs, strict=True)
    return CleanText("".join(parts), tuple(segments), OffsetMap(clean_starts, raw_starts))
