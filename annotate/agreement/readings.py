"""What several annotators made of one article: the values that every measure of agreement reads."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from annotate.spans import Annotation, Layer


@dataclass(frozen=True, slots=True)
class Reading:
    """One annotator's annotation of one text.

    Attributes:
        annotator: the name that tables show.
        annotation: of the whole text; what it does not cover (`labels_covered`) was not looked for.
        updated_at: when it was changed last (ISO 8601, UTC), or None.
        blank: whether the annotator began from nothing; None where that is not known.
        prelabels: the pre-annotation that it began from, or None.
        batch: which delivery of articles it came with, counted from 1; None where not known.
        links: addresses of its tasks on the labeling server, one for each part of the text.
        starts: where in the text each of these parts begins (code points), in order of the text;
            empty where that is not known.
    """

    annotator: str
    annotation: Annotation
    updated_at: str | None = None
    blank: bool | None = None
    prelabels: Annotation | None = None
    batch: int | None = None
    links: tuple[str, ...] = ()
    starts: tuple[int, ...] = ()

    def links_at(self, offset: int) -> tuple[str, ...]:
        """The address of the task that shows a place of the text; all where nobody knows."""
        if len(self.starts) != len(self.links):
            return self.links
        part = max(bisect_right(self.starts, offset) - 1, 0)
        return self.links[part : part + 1]


@dataclass(frozen=True, slots=True)
class Item:
    """One text and its readings.

    Attributes:
        doc_id, text, text_sha256: the article; spans' offsets are code points of `text`.
        group: its story group; articles of one group are no independent evidence.
        readings: in order of the annotators' names, each of whom has one.
        given: layers that annotators were shown as done, as the entities of a first pass are in
            the second: roles end in them, but they are nobody's reading, and are not compared.
    """

    doc_id: str
    text: str
    text_sha256: str
    group: str
    readings: tuple[Reading, ...]
    given: tuple[Layer, ...] = ()

    @property
    def pairs(self) -> Iterator[tuple[Reading, Reading]]:
        """Every two readings, in order of the names."""
        return combinations(self.readings, 2)

    @property
    def is_blank(self) -> bool:
        """Whether every annotator began from nothing: only then nothing shared makes them agree."""
        return all(reading.blank is True for reading in self.readings)


def annotators(items: Sequence[Item]) -> list[str]:
    """All names, in order."""
    return sorted({reading.annotator for item in items for reading in item.readings})
