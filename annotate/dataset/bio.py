"""Spans as BIO tags over the tokens, and what such flat tags cannot hold. Pure."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from annotate.spans import Span

OUTSIDE = 0  # index of the tag "O"


@dataclass(frozen=True, slots=True)
class Tagged:
    """One layer of a text as tags.

    Attributes:
        tags: for each token the index of its tag in `tag_names`.
        lost: spans that the tags lack, because a longer or earlier one has a token of theirs, or
            because they hold no token; `spans` keeps them.
        widened: number of spans in the tags that begin or end inside a token, which has their tag
            as a whole.
    """

    tags: tuple[int, ...]
    lost: tuple[Span, ...]
    widened: int


def tag_names(labels: Sequence[str]) -> tuple[str, ...]:
    """The tags of a layer: O, then B-X and I-X of each label in the ontology's order.

    The scheme is IOB2: the first token of every span has B (Tjong Kim Sang and Veenstra, 1999).
    """
    return ("O", *(f"{mark}-{label}" for label in labels for mark in "BI"))


def tag(
    spans: Sequence[Span], starts: Sequence[int], ends: Sequence[int], labels: Sequence[str]
) -> Tagged:
    """Tags of the tokens of a text.

    Where spans overlap, the longer one is tagged; of equally long ones the one that begins first,
    then the one whose label comes first in the ontology: the order of `spans` does not matter.

    Args:
        spans: spans of one layer.
        starts, ends: offsets of the tokens, ascending (code points, half open).
        labels: the layer's labels, in the ontology's order.
    """
    rank = {label: number for number, label in enumerate(labels)}
    tags = [OUTSIDE] * len(starts)
    lost = []
    widened = 0
    order = sorted(spans, key=lambda s: (s.start - s.end, s.start, rank[s.label], s.id))
    for span in order:
        first = bisect_right(ends, span.start)
        after = bisect_left(starts, span.end)
        if first >= after or any(tags[first:after]):
            lost.append(span)
            continue
        begin = 1 + 2 * rank[span.label]
        tags[first:after] = [begin] + [begin + 1] * (after - first - 1)
        widened += starts[first] < span.start or ends[after - 1] > span.end
    return Tagged(tuple(tags), tuple(lost), widened)
