"""IOB2 tags read back, to hold against the spans that they are made of."""

from __future__ import annotations

from collections.abc import Sequence

from annotate.dataset.bio import OUTSIDE, tag_names


def spans_of_tags(tags: Sequence[int], labels: Sequence[str]) -> list[tuple[int, int, str]]:
    """(first token, token after, label) of every span in a sequence of tags.

    An I that continues nothing begins a span of its own, as conlleval counts it.

    Raises:
        IndexError: there is no such tag.
    """
    names = tag_names(labels)
    found: list[tuple[int, int, str]] = []
    open_label: str | None = None
    begun = 0
    for index, number in enumerate((*tags, OUTSIDE)):
        if number < 0:
            raise IndexError(f"there is no tag {number}")
        mark, _, label = names[number].partition("-")
        if open_label is not None and (mark != "I" or label != open_label):
            found.append((begun, index, open_label))
            open_label = None
        if open_label is None and mark != "O":
            open_label, begun = label, index
    return found
