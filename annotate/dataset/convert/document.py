"""An article of a dataset version as a value, its spans in words, and what a format loses of it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from annotate.arabic.words import Word
from annotate.dataset.bio import tag
from annotate.spans import Annotation, Span

OVERLAPPING = "spans that overlap a longer one"
WITHOUT_WORD = "spans without a word"
INSIDE_WORD = "spans that begin or end inside a word (widened to it)"
ACROSS = "spans across sentences"
ROLES_ACROSS = "roles across sentences"
ROLES = "roles"
ATTRIBUTES = "attributes of events"
MARKS = "spans' scores, rules, decisions or marks"
COVERAGE = "articles' lists of the labels that were looked for"


@dataclass(frozen=True, slots=True)
class Inventory:
    """What a version's columns can hold, in the ontology's order where the version tells it."""

    entities: tuple[str, ...]
    events: tuple[str, ...]
    attributes: tuple[str, ...]


@dataclass(frozen=True)
class Document:
    """One article of a version.

    Attributes:
        annotation: what is said about it; `doc_id` and `text` are always there.
        tokens: words with their offsets, ascending.
        breaks: number of the first token of every sentence that has one, ascending.
        about: provenance columns that have a value.
        partly: whether not every label was looked for.
    """

    annotation: Annotation
    doc_id: str
    text: str
    tokens: tuple[Word, ...]
    breaks: tuple[int, ...]
    about: Mapping[str, str]
    partly: bool

    @cached_property
    def starts(self) -> list[int]:
        return [token.start for token in self.tokens]

    @cached_property
    def ends(self) -> list[int]:
        return [token.end for token in self.tokens]

    @property
    def sentences(self) -> list[tuple[int, int]]:
        """Sentences as (first token, token after)."""
        return list(pairwise((*self.breaks, len(self.tokens))))

    def run(self, span: Span) -> tuple[int, int]:
        """(first token, token after) that a span touches; equal where it touches none."""
        first = bisect_right(self.ends, span.start)
        return first, max(first, bisect_left(self.starts, span.end))

    def sentence(self, token: int) -> int:
        """Number of the sentence of a token."""
        return bisect_right(self.breaks, token) - 1


class Placed(NamedTuple):
    """A span in whole words of one sentence: tokens are numbered in the sentence, half open."""

    span: Span
    sentence: int
    first: int
    after: int


def placed(document: Document, spans: Iterable[Span], lost: Counter[str]) -> list[Placed]:
    """Spans by sentence and token; those that have no such place are counted in `lost`."""
    found = []
    for span in spans:
        first, after = document.run(span)
        if first == after:
            lost[WITHOUT_WORD] += 1
            continue
        sentence = document.sentence(first)
        if document.sentence(after - 1) != sentence:
            lost[ACROSS] += 1
            continue
        tokens = document.tokens
        lost[INSIDE_WORD] += tokens[first].start < span.start or tokens[after - 1].end > span.end
        begin = document.breaks[sentence]
        found.append(Placed(span, sentence, first - begin, after - begin))
    return found


def flat_tags(
    document: Document, spans: Sequence[Span], labels: Sequence[str], lost: Counter[str]
) -> tuple[tuple[int, ...], frozenset[str]]:
    """IOB2 tags of the tokens as in the version's own columns, and the ids of the tagged spans."""
    tagged = tag(spans, document.starts, document.ends, labels)
    for span in tagged.lost:
        first, after = document.run(span)
        lost[WITHOUT_WORD if first == after else OVERLAPPING] += 1
    lost[INSIDE_WORD] += tagged.widened
    gone = {span.id for span in tagged.lost}
    return tagged.tags, frozenset(span.id for span in spans if span.id not in gone)


def within_sentences(
    document: Document, spans: Iterable[Span], lost: Counter[str]
) -> tuple[Span, ...]:
    """The spans that lie in one sentence; the others are counted."""
    kept = []
    for span in spans:
        first, after = document.run(span)
        if first < after and document.sentence(first) != document.sentence(after - 1):
            lost[ACROSS] += 1
        else:
            kept.append(span)
    return tuple(kept)


def left_out(document: Document, *, entities: bool, events: bool, holds: str = "") -> Counter[str]:
    """What a format does not hold of a document, by kind.

    Args:
        entities, events: whether the layer is written.
        holds: further parts that are: any of `roles attributes marks coverage`.
    """
    annotation = document.annotation
    held = holds.split()
    lost: Counter[str] = Counter()
    if not entities:
        lost["entities"] = len(annotation.entities)
    if not events:
        lost["events"] = len(annotation.events)
    if "roles" not in held or not (entities and events):
        lost[ROLES] = len(annotation.relations)
    if "attributes" not in held or not events:
        lost[ATTRIBUTES] = sum(len(span.attributes) for span in annotation.events)
    if "marks" not in held:
        lost[MARKS] = sum(
            span.score is not None or span.origin is not None or bool(span.decision) or span.unsure
            for span in annotation.spans
        )
    if "coverage" not in held:
        lost[COVERAGE] = int(document.partly)
    return lost
