"""Reads corpora in CoNLL columns: a token a line with its tag, a blank line between sentences.

The text is made of the tokens, with one blank between them and a line feed between sentences, for
columns do not say how it was written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from annotate.corpus.foreign import (
    LEFT_OUT,
    Imported,
    LabelMap,
    Names,
    annotation,
    decoded,
    finished,
)
from annotate.errors import InputError
from annotate.spans import Annotation, Span, with_defaults
from annotate.storage import file_sha256

BEGUN_INSIDE = "spans that begin with I- or E- (taken as their beginning)"
_DOCUMENT = "-DOCSTART-"
_NO_NAME = frozenset(("-X-", "-Y-", "_", "-", "O"))
_BEGINS, _GOES_ON, _ENDS = frozenset("BSU"), frozenset("IEL"), frozenset("ESLU")


@dataclass(frozen=True, slots=True)
class Columns:
    """How lines are read.

    Attributes:
        tag: number of the tag's column, from 1; None is the last one.
        separator: what stands between columns; None is any white space.
        every: sentences after which a new article begins where no -DOCSTART- does; None is never.
    """

    tag: int | None = None
    separator: str | None = None
    every: int | None = None


@dataclass
class _Chunk:
    """A span as its tags say it: sentence and tokens, ends included."""

    label: str
    sentence: int
    first: int
    last: int
    where: str


@dataclass
class _Article:
    name: str | None
    where: str
    sentences: list[list[str]] = field(default_factory=list)
    chunks: list[_Chunk] = field(default_factory=list)


def read_conll(
    paths: Sequence[Path],
    labels: LabelMap,
    columns: Columns = Columns(),
    *,
    annotator: str | None = None,
) -> Imported:
    """The articles of files in columns, tagged as IOB1, IOB2 (BIO), IOBES or BILOU.

    `-DOCSTART-` begins an article; its first column that is no filler is the article's name. A tag
    that goes on with nothing begins a span, as conlleval has it, and is counted.

    Raises:
        InputError: with file and line, for the first thing that cannot be read.
    """
    lost: Counter[str] = Counter()
    seen: dict[str, None] = {}
    names = Names()
    found: list[Annotation] = []
    for path in paths:
        sha256 = None
        for position, article in enumerate(_articles(path, columns, lost)):
            if article.name is None and sha256 is None:
                sha256 = file_sha256(path)
            doc_id = (
                names.unnamed(str(sha256), position)
                if article.name is None
                else names.given(article.name, article.where)
            )
            text, spans = _spans(article, labels, lost)
            seen.update(dict.fromkeys(chunk.label for chunk in article.chunks))
            found.append(
                annotation(
                    doc_id,
                    text,
                    spans,
                    source=path.name,
                    source_id=article.name,
                    annotator=annotator,
                    ontology=labels.ontology,
                )
            )
    return finished(found, labels.covered(seen), lost)


def _articles(path: Path, columns: Columns, lost: Counter[str]) -> Iterator[_Article]:
    """The articles of one file that have a token."""
    article = _Article(None, str(path))
    tokens: list[str] = []
    open_chunk: _Chunk | None = None
    some = False
    lines = decoded(path).removeprefix("\ufeff").split("\n")
    for number, line in enumerate([*lines, ""], start=1):
        where = f"{path}:{number}"
        begins = line.startswith(_DOCUMENT)
        if begins or not line.strip():
            if tokens:
                article.sentences.append(tokens)
            tokens, open_chunk = [], None
            full = columns.every is not None and len(article.sentences) >= columns.every
            if (begins or (full and article.name is None)) and article.sentences:
                some = True
                yield article
                article = _Article(None, where)
            if begins:
                article = _Article(_name(line), where)
            continue
        token, mark, label = _columns(line.rstrip("\r"), columns, where)
        tokens.append(token)
        if mark in _BEGINS or (
            mark in _GOES_ON and (open_chunk is None or open_chunk.label != label)
        ):
            lost[BEGUN_INSIDE] += mark in _GOES_ON
            sentence = len(article.sentences)
            open_chunk = _Chunk(label, sentence, len(tokens) - 1, len(tokens) - 1, where)
            article.chunks.append(open_chunk)
        elif mark in _GOES_ON and open_chunk is not None:
            open_chunk.last = len(tokens) - 1
        if mark == "O" or mark in _ENDS:
            open_chunk = None
    if article.sentences:
        some = True
        yield article
    if not some:
        raise InputError("the file holds no token", where=str(path), fix="remove it")


def _name(line: str) -> str | None:
    return next((part for part in line.split()[1:] if part not in _NO_NAME), None)


def _columns(line: str, columns: Columns, where: str) -> tuple[str, str, str]:
    """Token, mark and label of a line."""
    parts = line.split(columns.separator)
    wanted = columns.tag or max(len(parts), 2)
    if len(parts) < max(wanted, 2):
        raise InputError(
            f"the line has {len(parts)} columns, not {max(wanted, 2)}",
            where=where,
            fix="see --column and --separator",
        )
    token, tag = parts[0].strip(), parts[wanted - 1].strip()
    if not token:
        raise InputError("the line has a tag and no token", where=where)
    mark, dash, label = tag.partition("-")
    if tag != "O" and not (mark in _BEGINS | _GOES_ON and dash and label):
        raise InputError(
            f"{tag!r} is no tag such as O, B-PER or I-PER", where=where, fix="see --column"
        )
    return token, mark, label


def _spans(article: _Article, labels: LabelMap, lost: Counter[str]) -> tuple[str, list[Span]]:
    """The text that the tokens make, and the spans with their offsets in it."""
    starts: list[list[int]] = []
    position = 0
    for sentence in article.sentences:
        starts.append([])
        for token in sentence:
            starts[-1].append(position)
            position += len(token) + 1
    text = "\n".join(" ".join(sentence) for sentence in article.sentences)
    spans = []
    for number, chunk in enumerate(article.chunks, start=1):
        ours = labels.label(chunk.label, chunk.where)
        if ours is None:
            lost[LEFT_OUT] += 1
            continue
        layer, label = ours
        start = starts[chunk.sentence][chunk.first]
        end = starts[chunk.sentence][chunk.last] + len(
            article.sentences[chunk.sentence][chunk.last]
        )
        attributes = with_defaults({}, labels.ontology) if layer == "event" else ()
        spans.append(Span(f"s{number}", layer, start, end, label, text[start:end], attributes))
    return text, spans
