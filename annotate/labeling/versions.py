"""Which pre-annotation a person's work began from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from annotate.spans import Annotation


def shown_version(
    said: Mapping[str, Any],
    results: Sequence[Mapping[str, Any]],
    shown: Mapping[str, Annotation],
    start: int,
) -> str | None:
    """Version of the pre-annotation that the work began from; None if it began from nothing.

    A submitted annotation carries the prediction that the project showed when it was *submitted*,
    also where the work began from nothing, or from the version that the project showed before. It
    began from a prediction if it says from which one, or if a region came from one; and from the
    version whose regions are still in it as they were.

    Args:
        said: the annotation, or the draft, as the server gives it.
        results: its results.
        shown: version -> the pre-annotation that the task has in that version, oldest first.
        start: of the task's part in the article.
    """
    parent, carried = said.get("parent_prediction"), said.get("prediction")
    if parent is None and not any(_is_proposed(item) for item in results):
        return None
    named = None
    if isinstance(carried, Mapping) and carried.get("model_version"):
        named = str(carried["model_version"])
        if parent is not None and carried.get("id") == parent:
            return named
    if not shown or (len(shown) == 1 and named is not None):
        return named
    untouched = {_place(item, start) for item in results if item.get("origin") == "prediction"}
    agreeing = {
        version: sum((s.id, s.start, s.end, s.label) in untouched for s in annotation.spans)
        for version, annotation in shown.items()
    }
    best = [version for version, count in agreeing.items() if count == max(agreeing.values())]
    return named if named in best else best[-1]


def _is_proposed(item: Mapping[str, Any]) -> bool:
    return str(item.get("origin")).startswith("prediction")


def _place(item: Mapping[str, Any], start: int) -> tuple[object, ...]:
    value = item.get("value")
    if not isinstance(value, dict):
        return ()
    first, last, labels = value.get("start"), value.get("end"), value.get("labels")
    if type(first) is not int or type(last) is not int or not isinstance(labels, list):
        return ()
    return (str(item.get("id")), start + first, start + last, *map(str, labels))
