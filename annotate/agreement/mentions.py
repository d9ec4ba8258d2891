"""What all annotators of a text mean by one place: their spans that belong together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from annotate.agreement.compared import covers, matched
from annotate.agreement.readings import Item, Reading
from annotate.spans import LAYERS, Layer, Span

Place = tuple[int, int, str]  # start, end, label


@dataclass(frozen=True, slots=True)
class Mention:
    """Spans of one layer that several annotators take for one thing, as far as they do.

    Attributes:
        layer: of all its spans.
        item: the text.
        spans: annotator -> their spans, in order of the text; mostly one.
        without: annotators who marked nothing here, though they could choose a label that others
            chose.
    """

    layer: Layer
    item: Item
    spans: Mapping[str, tuple[Span, ...]]
    without: tuple[str, ...]

    @property
    def start(self) -> int:
        return min(span.start for spans in self.spans.values() for span in spans)

    @property
    def end(self) -> int:
        return max(span.end for spans in self.spans.values() for span in spans)

    @property
    def places(self) -> dict[Place, tuple[str, ...]]:
        """The different ways to mark it -> who did; the one of most annotators first."""
        found: dict[Place, list[str]] = defaultdict(list)
        for name, spans in self.spans.items():
            for span in spans:
                found[span.start, span.end, span.label].append(name)
        ranked = sorted(found.items(), key=lambda place: (-len(place[1]), place[0]))
        return {place: tuple(sorted(names)) for place, names in ranked}

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(sorted({span.label for spans in self.spans.values() for span in spans}))


def mentions(item: Item) -> list[Mention]:
    """The mentions of a text, in order of layer and text; at least two readings are needed.

    Of every two readings the spans are aligned one to one; what is aligned over any number of
    steps is one mention. Spans of labels that not everybody could choose are compared among those
    who could.
    """
    return [found for layer in LAYERS for found in _of_layer(item, layer)]


def _of_layer(item: Item, layer: Layer) -> Iterable[Mention]:
    if len(item.readings) < 2:
        return []
    own = {
        reading.annotator: [
            span
            for span in reading.annotation.spans
            if span.layer == layer and covers(reading.annotation, span)
        ]
        for reading in item.readings
    }
    joined = _Joined(
        (name, number) for name, spans in own.items() for number, _ in enumerate(spans)
    )
    for one, other in combinations(item.readings, 2):
        lefts, rights = _visible(one, other, own), _visible(other, one, own)
        for left, right in matched([s for _, s in lefts], [s for _, s in rights]):
            joined.join((one.annotator, lefts[left][0]), (other.annotator, rights[right][0]))
    found = []
    for nodes in joined.groups():
        spans: dict[str, list[Span]] = defaultdict(list)
        for name, number in nodes:
            spans[name].append(own[name][number])
        some = [span for each in spans.values() for span in each]
        without = sorted(
            reading.annotator
            for reading in item.readings
            if reading.annotator not in spans
            and any(covers(reading.annotation, span) for span in some)
        )
        if len(spans) + len(without) > 1:
            kept = {name: tuple(each) for name, each in spans.items()}
            found.append(Mention(layer, item, kept, tuple(without)))
    return sorted(found, key=lambda mention: (mention.start, mention.end, mention.labels))


def _visible(
    one: Reading, other: Reading, own: Mapping[str, Sequence[Span]]
) -> list[tuple[int, Span]]:
    """Number and span of those whose label the other could choose."""
    spans = enumerate(own[one.annotator])
    return [(number, span) for number, span in spans if covers(other.annotation, span)]


_Node = tuple[str, int]


class _Joined:
    """Which nodes hang together (union-find)."""

    def __init__(self, nodes: Iterable[_Node]) -> None:
        self._parent: dict[_Node, _Node] = {node: node for node in nodes}

    def join(self, one: _Node, other: _Node) -> None:
        self._parent[self._root(one)] = self._root(other)

    def groups(self) -> list[list[_Node]]:
        found: dict[_Node, list[_Node]] = defaultdict(list)
        for node in self._parent:
            found[self._root(node)].append(node)
        return list(found.values())

    def _root(self, node: _Node) -> _Node:
        while self._parent[node] != node:
            self._parent[node] = self._parent[self._parent[node]]
            node = self._parent[node]
        return node
