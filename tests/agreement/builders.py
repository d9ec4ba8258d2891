"""Random spans and annotations over one imagined text: only offsets and labels matter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import strategies as st

from annotate.agreement.readings import Item, Reading
from annotate.spans import Annotation, Layer, Relation, Span, ordered
from annotate.storage import text_sha256

LENGTH = 14
SHA256 = text_sha256("س" * LENGTH)


def span(
    start: int, end: int, label: str = "PER", layer: Layer = "entity", name: str | None = None
) -> Span:
    """A span over the text of one letter."""
    return Span(
        name or f"{layer}:{start}:{end}:{label}", layer, start, end, label, "س" * (end - start)
    )


def annotation(
    entities: Sequence[Span] = (),
    events: Sequence[Span] = (),
    relations: Sequence[tuple[str, str, str]] = (),
    *,
    text_sha256: str = SHA256,
    annotator: str | None = None,
) -> Annotation:
    found = tuple(sorted(Relation(*ends) for ends in relations))
    return Annotation(text_sha256, ordered([*entities, *events]), found, annotator=annotator)


@st.composite
def some_spans(
    draw: st.DrawFn, layer: Layer = "entity", labels: Sequence[str] = ("PER", "ORG"), most: int = 5
) -> list[Span]:
    """A few spans that overlap, nest and repeat."""
    found = []
    for number in range(draw(st.integers(0, most))):
        start = draw(st.integers(0, LENGTH - 1))
        end = draw(st.integers(start + 1, min(LENGTH, start + 6)))
        name = f"{layer}{number}"
        found.append(span(start, end, draw(st.sampled_from(labels)), layer, name))
    return found


@st.composite
def some_annotations(draw: st.DrawFn) -> Annotation:
    """A few entities and events, and roles between them."""
    entities = draw(some_spans(most=4))
    events = draw(some_spans("event", ("ATTACK", "KILL"), most=3))
    pairs = [(event.id, entity.id) for event in events for entity in entities]
    roles = st.sampled_from(("AGENT", "TARGET"))
    chosen = draw(st.sets(st.tuples(st.sampled_from(pairs), roles), max_size=5)) if pairs else set()
    return annotation(entities, events, [(head, tail, role) for (head, tail), role in chosen])


def item(*readings: Annotation, number: int = 0, group: str | None = None) -> Item:
    """A text with a reading by each of a, b, c ..."""
    made = tuple(
        Reading(name, replace(reading, annotator=name))
        for name, reading in zip("abcdefgh", readings, strict=False)
    )
    return Item(f"doc{number}", "س" * LENGTH, SHA256, group or f"story{number}", made)


@st.composite
def some_items(draw: st.DrawFn, most: int = 4, readings: int = 3) -> list[Item]:
    """A few texts, each with one or more readings."""
    return [
        item(*draw(st.lists(some_annotations(), min_size=1, max_size=readings)), number=number)
        for number in range(draw(st.integers(0, most)))
    ]
