"""Two readings of one text side by side: what both looked for, and which spans belong together."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from annotate.agreement.matching import Counts, assign, overlapping
from annotate.agreement.readings import Item, Reading
from annotate.spans import Annotation, Layer, Span, SpanKey


@dataclass(frozen=True)
class Compared:
    """Two readings of one text, on the labels that both annotators could choose.

    Attributes:
        item: the text.
        one, other: the readings, in order of the annotators' names.
    """

    item: Item
    one: Reading
    other: Reading

    @property
    def names(self) -> tuple[str, str]:
        return (self.one.annotator, self.other.annotator)

    @property
    def updated_at(self) -> str | None:
        """When the later of the two was changed last: from then on they could be compared."""
        one, other = self.one.updated_at, self.other.updated_at
        return None if one is None or other is None else max(one, other)

    @property
    def sides(self) -> tuple[list[Span], list[Span]]:
        """The spans of either side whose label both annotators could choose."""
        given = self.item.given
        one, other = self.one.annotation, self.other.annotation
        return looked_for(one, other, given), looked_for(other, one, given)

    @cached_property
    def strict(self) -> Counts:
        """Counts of spans of both layers: layer, offsets and label are equal."""
        return self.strict_without(())

    def strict_without(self, left_out: Collection[SpanKey]) -> Counts:
        """The same, but for some spans that do not count."""
        one, other = (
            Counter(span.key for span in spans if span.key not in left_out) for spans in self.sides
        )
        both = (one & other).total()
        return Counts(both, one.total() - both, other.total() - both)


def comparisons(items: Iterable[Item]) -> list[Compared]:
    """Every two readings of every text."""
    return [Compared(item, one, other) for item in items for one, other in item.pairs]


def looked_for(
    annotation: Annotation, other: Annotation, given: Collection[Layer] = ()
) -> list[Span]:
    """Its spans of the labels that the other annotator could choose, too.

    Args:
        given: layers that neither has annotated.
    """
    return [
        span
        for span in annotation.spans
        if span.layer not in given and covers(annotation, span) and covers(other, span)
    ]


def covers(annotation: Annotation, span: Span) -> bool:
    """Whether the annotator could choose the label of a span."""
    return annotation.labels_covered is None or span.label in annotation.labels_covered


def by_group(found: Iterable[tuple[str, Counts]]) -> dict[str, Counts]:
    """Counts summed within each story group, in order of the groups."""
    sums: dict[str, Counts] = defaultdict(Counts)
    for group, counts in found:
        sums[group] += counts
    return dict(sorted(sums.items()))


def aligned(left: Sequence[Span], right: Sequence[Span]) -> list[tuple[Span | None, Span | None]]:
    """Spans of one layer that belong together, one to one; None where a side has no partner.

    First those that are equal, then those with the same offsets, then those that overlap: as many
    pairs as can be, and among those the ones that share most.
    """
    pairs = matched(left, right)
    lefts, rights = {i for i, _ in pairs}, {j for _, j in pairs}
    found: list[tuple[Span | None, Span | None]] = [(left[i], right[j]) for i, j in pairs]
    found += [(span, None) for i, span in enumerate(left) if i not in lefts]
    found += [(None, span) for j, span in enumerate(right) if j not in rights]
    return found


def matched(left: Sequence[Span], right: Sequence[Span]) -> list[tuple[int, int]]:
    """Indices of the spans that `aligned` pairs."""
    pairs: list[tuple[int, int]] = []
    lefts, rights = list(range(len(left))), list(range(len(right)))
    for same in (_key, _place):
        waiting: dict[Hashable, list[int]] = defaultdict(list)
        for j in reversed(rights):
            waiting[same(right[j])].append(j)
        new = [(i, waiting[same(left[i])].pop()) for i in lefts if waiting.get(same(left[i]))]
        pairs += new
        taken = {i for i, _ in new}, {j for _, j in new}
        lefts = [i for i in lefts if i not in taken[0]]
        rights = [j for j in rights if j not in taken[1]]
    chosen = assign(overlapping([left[i] for i in lefts], [right[j] for j in rights]))
    return pairs + [(lefts[i], rights[j]) for i, j in chosen]


def _key(span: Span) -> Hashable:
    return span.key


def _place(span: Span) -> Hashable:
    return (span.start, span.end)
