"""The context of a trigger, and whether conditions hold there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from annotate.heuristics.conditions import Condition
from annotate.heuristics.document import Document

_NEXT = 5  # words after the trigger
_NEAR = 8  # words on either side
_LONG_SENTENCE = 60  # words on either side that `sentence` looks at: keeps the time linear
# Topic -> (words for one of its words, its words at least): how dense its words must be.
_DENSITY = {
    "sport": (45, 3),
    "conflict": (70, 2),
    "money": (35, 4),
    "recipe": (30, 4),
    "accident": (50, 2),
}
_SHORT = 60  # words; in a text this short one word less is enough


class Context(NamedTuple):
    """What tests look at.

    Attributes:
        document: the text.
        labels: word -> label of the entity that it is in.
        topics: what the text is about.
        classes: name of a word class -> forms (and labels).
    """

    document: Document
    labels: Mapping[int, str]
    topics: frozenset[str]
    classes: Mapping[str, frozenset[str]]


def topics_of(document: Document) -> frozenset[str]:
    """What a text is about, by how dense the words of each topic are."""
    size = len(document)
    found = set()
    for topic, (spacing, least) in _DENSITY.items():
        count = len(document.where(f"topic.{topic}"))
        if count and count * spacing >= size and count >= least - (size < _SHORT):
            found.add(topic)
    return frozenset(found)


def holds(tests: Sequence[Condition], start: int, end: int, context: Context) -> bool:
    """Whether all tests hold for a trigger of the words [start, end)."""
    return all(_holds(test, start, end, context) != test.negated for test in tests)


def _holds(test: Condition, start: int, end: int, context: Context) -> bool:
    kind, name, document = test.kind, test.name, context.document
    if kind == "topic":
        return name in context.topics
    words = context.classes.get(name) or (name,)
    if kind == "form":
        return document.info[start].form in words
    first, last = document.bounds[document.sentence[start]]
    if kind == "next":
        before, after = 0, _NEXT
    elif kind == "adjacent":
        before, after = 0, 1
    elif kind == "after":
        before, after = 1, 0
    else:
        before = after = _NEAR if kind == "near" else _LONG_SENTENCE
    info, labels = document.info, context.labels
    for begin, stop in ((max(start - before, first), start), (end, min(end + after, last))):
        for index in range(begin, stop):
            if name in info[index].classes:
                return True
            if index in labels and labels[index] in words:
                return True
    return False
