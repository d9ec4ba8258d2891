"""Two readings side by side, on random spans that overlap, nest and repeat."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from annotate.agreement.bias import changed
from annotate.agreement.compared import Compared, aligned, comparisons
from annotate.agreement.confusion import matrix
from annotate.agreement.disagreements import disagreements
from annotate.agreement.evaluate import score_pairs
from annotate.agreement.matching import Counts
from annotate.agreement.readings import Item, Reading
from annotate.spans import Annotation, Span
from tests.agreement.builders import LENGTH, SHA256, some_annotations, some_spans
from tests.support import PROPERTY


def item(*annotations: Annotation) -> Item:
    readings = tuple(Reading(f"r{n}", found) for n, found in enumerate(annotations))
    return Item("a", "س" * LENGTH, SHA256, "a", readings)


@PROPERTY
@given(some_spans(), some_spans())
def test_every_span_is_aligned_once(left: list[Span], right: list[Span]) -> None:
    found = aligned(left, right)
    assert Counter(a.id for a, _ in found if a) == Counter(s.id for s in left)
    assert Counter(b.id for _, b in found if b) == Counter(s.id for s in right)
    both = [(a, b) for a, b in found if a and b]
    assert all(a.start < b.end and b.start < a.end for a, b in both)
    # What is equal stands together.
    equal = sum((Counter(s.key for s in left) & Counter(s.key for s in right)).values())
    assert sum(a.key == b.key for a, b in both) == equal


@PROPERTY
@given(some_annotations(), some_annotations())
def test_counts_are_those_of_evaluate(one: Annotation, other: Annotation) -> None:
    (pair,) = comparisons([item(one, other)])
    scores = score_pairs([(one, other)])
    expected = sum((scores[m]["strict"].total for m in ("entities", "triggers")), start=Counts())
    assert pair.strict == expected
    back = Compared(pair.item, pair.other, pair.one).strict
    assert back == Counts(expected.tp, expected.fn, expected.fp)


@PROPERTY
@given(st.lists(some_annotations(), min_size=2, max_size=4))
def test_there_is_a_disagreement_unless_all_spans_are_equal(found: list[Annotation]) -> None:
    there = item(*found)
    about_spans = [d for d in disagreements([there]) if d.kind in ("label", "boundary", "missed")]
    alike = all(pair.strict.fp + pair.strict.fn == 0 for pair in comparisons([there]))
    assert (about_spans == []) == alike
    for one in about_spans:
        assert one.views
        names = {name for view in one.views for name in view.annotators}
        assert names.isdisjoint(one.without)


@PROPERTY
@given(some_annotations(), some_annotations())
def test_a_matrix_counts_every_span(one: Annotation, other: Annotation) -> None:
    pairs = comparisons([item(one, other)])
    found = matrix(pairs, "entity")
    assert found.counts == tuple(zip(*found.counts, strict=True))
    if found.labels:
        upper = sum(sum(row[i:]) for i, row in enumerate(found.counts))
        alone = sum(found.counts[-1])
        assert 2 * (upper - alone) + alone == len(one.entities) + len(other.entities)


@PROPERTY
@given(some_annotations(), some_annotations(), some_annotations())
def test_what_was_changed_is_part_of_all(
    one: Annotation, other: Annotation, shown: Annotation
) -> None:
    there = item(one, other)
    readings = tuple(replace(r, prelabels=shown, blank=False) for r in there.readings)
    (pair,) = comparisons([replace(there, readings=readings)])
    counts, whole = changed(pair), pair.strict
    assert counts.tp <= whole.tp
    assert counts.fp <= whole.fp
    assert counts.fn <= whole.fn


@PROPERTY
@given(some_annotations())
def test_who_takes_over_everything_has_changed_nothing(shown: Annotation) -> None:
    there = item(shown, shown)
    readings = tuple(replace(r, prelabels=shown, blank=False) for r in there.readings)
    (pair,) = comparisons([replace(there, readings=readings)])
    assert changed(pair) == Counts()
    assert pair.strict == Counts(len(shown.spans))
