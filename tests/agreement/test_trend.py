"""Trend: which week and batch a comparison belongs to, drift, and the learning curve."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from annotate.agreement.compared import Compared, comparisons
from annotate.agreement.matching import Counts
from annotate.agreement.readings import Item
from annotate.agreement.trend import POINTS, by_batch, by_week, drift, learning, week_of
from annotate.spans import Annotation
from tests.agreement.items import TEXT, item, marked, words

FORCE = words("الجيش", "ARM")
SAME, OTHER = marked(FORCE), marked()


def read(
    doc_id: str, times: Mapping[str, str | None], batch: int | None = None, **by: Annotation
) -> Item:
    made = item(TEXT, doc_id, None, **{name: by.get(name, SAME) for name in times})
    return replace(
        made,
        readings=tuple(
            replace(reading, updated_at=times[reading.annotator], batch=batch)
            for reading in made.readings
        ),
    )


def test_iso_weeks() -> None:
    assert week_of("2026-01-01T00:00:00Z") == "2026-W01"
    assert week_of("2027-01-03T23:59:59Z") == "2026-W53"
    assert week_of("2026-11-22") == "2026-W47"
    # In UTC, wherever the clock stood.
    assert week_of("2026-01-05T01:00:00+03:00") == "2026-W01"
    with pytest.raises(ValueError, match="Invalid"):
        week_of("yesterday")


def weeks(pairs: list[Compared]) -> list[tuple[str, list[str]]]:
    return [(w.name, [pair.item.doc_id for pair in w.pairs]) for w in by_week(pairs)]


def test_a_pair_belongs_to_the_week_of_the_later_reading() -> None:
    pairs = comparisons(
        [
            read("b", {"anna": "2026-01-14T10:00:00Z", "omar": "2026-01-05T10:00:00Z"}),
            read("a", {"anna": "2026-01-05T10:00:00Z", "omar": "2026-01-06T10:00:00Z"}),
            read("c", {"anna": "2026-01-05T10:00:00Z", "omar": None}),
        ]
    )
    assert weeks(pairs) == [("2026-W02", ["a"]), ("2026-W03", ["b"])]
    assert weeks([]) == []


def test_batches_in_order() -> None:
    now = {"anna": "2026-01-05T10:00:00Z", "omar": "2026-01-05T10:00:00Z"}
    items = [read(str(n), now, batch=batch) for n, batch in enumerate((10, 2, None, 2))]
    found = [(b.name, [p.item.doc_id for p in b.pairs]) for b in by_batch(comparisons(items))]
    assert found == [("2", ["1", "3"]), ("10", ["0"])]


def test_one_annotator_drifts() -> None:
    first, second = "2026-01-05T10:00:00Z", "2026-01-12T10:00:00Z"
    names = ("anna", "lina", "omar")
    pairs = comparisons(
        [
            read("a", dict.fromkeys(names, first)),
            read("b", dict.fromkeys(names, second), omar=OTHER),
        ]
    )
    found = drift(pairs)
    assert list(found) == list(names)
    assert found["omar"] == [("2026-W02", Counts(2)), ("2026-W03", Counts(fp=2))]
    assert found["anna"] == [("2026-W02", Counts(2)), ("2026-W03", Counts(1, fp=1))]


def test_learning_adds_articles_up_in_order_of_time() -> None:
    pairs = comparisons(
        [
            read("b", dict.fromkeys(("anna", "omar"), "2026-01-05T10:00:00Z"), omar=OTHER),
            read("a", dict.fromkeys(("anna", "omar"), "2026-01-06T10:00:00Z")),
        ]
    )
    assert learning(pairs) == [(1, Counts(fp=1)), (2, Counts(1, fp=1))]
    assert learning([]) == []


def test_a_long_curve_has_few_points_and_ends_with_all() -> None:
    now = {"anna": "2026-01-05T10:00:00Z", "omar": "2026-01-05T10:00:00Z"}
    found = learning(comparisons([read(f"{n:03}", now) for n in range(101)]))
    assert len(found) == POINTS
    assert found[-1] == (101, Counts(101))
    numbers = [number for number, _ in found]
    assert numbers == sorted(set(numbers))


def test_labels_that_one_could_not_choose_do_not_count() -> None:
    bare = Annotation(SAME.text_sha256, labels_covered=("GPE",))
    (pair,) = comparisons([item(anna=SAME, omar=bare)])
    assert pair.strict == Counts()
    (pair,) = comparisons([item(anna=SAME, omar=replace(bare, labels_covered=("ARM",)))])
    assert pair.strict == Counts(fp=1)


def test_what_was_given_is_nobodys_reading() -> None:
    there = item(anna=SAME, omar=OTHER)
    (pair,) = comparisons([replace(there, given=("entity",))])
    assert pair.strict == Counts()
