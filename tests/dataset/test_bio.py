"""BIO tags: what they hold is what the spans say; what they lose is said."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.preprocessing import LabelEncoder

from annotate.arabic.words import words
from annotate.dataset.bio import OUTSIDE, tag, tag_names
from annotate.spans import Span
from tests.dataset.tags import spans_of_tags
from tests.support import ONTOLOGY, PROPERTY, TEXT, mark, sound_annotations

LABELS = ONTOLOGY.entity_codes
NAMES = tag_names(LABELS)


def tagged(*spans: Span, text: str = TEXT) -> list[str]:
    tokens = words(text)
    found = tag(spans, [t.start for t in tokens], [t.end for t in tokens], LABELS)
    return [NAMES[number] for number in found.tags]


def test_the_tags_of_a_sentence() -> None:
    force, city = mark(TEXT, "فصائل المعارضة", "ARM"), mark(TEXT, "دمشق", "GPE")
    assert tagged(force, city) == ["O", "B-ARM", "I-ARM", "O", "O", "B-GPE"]
    assert NAMES[OUTSIDE] == "O"
    assert len(NAMES) == 1 + 2 * len(LABELS) == len(LabelEncoder().fit(NAMES).classes_)


def test_two_spans_that_touch_stay_two() -> None:
    first, second = mark(TEXT, "فصائل", "ARM"), mark(TEXT, "المعارضة", "ARM")
    assert tagged(first, second)[1:3] == ["B-ARM", "B-ARM"]


def test_the_longer_of_two_overlapping_spans_is_tagged_and_the_other_counted() -> None:
    long, short = mark(TEXT, "فصائل المعارضة", "ARM"), mark(TEXT, "المعارضة", "ORG")
    tokens = words(TEXT)
    starts, ends = [t.start for t in tokens], [t.end for t in tokens]
    for spans in ([long, short], [short, long]):
        found = tag(spans, starts, ends, LABELS)
        assert found.lost == (short,)
        assert spans_of_tags(found.tags, LABELS) == [(1, 3, "ARM")]


def test_equal_spans_are_settled_by_the_ontology_and_not_by_their_order() -> None:
    spans = [mark(TEXT, "دمشق", label) for label in ("FAC", "GPE", "LOC")]
    first = min((s.label for s in spans), key=LABELS.index)
    for order in (spans, spans[::-1]):
        assert tagged(*order)[-1] == f"B-{first}"


def test_a_span_inside_a_token_tags_all_of_it_and_is_counted() -> None:
    city = mark(TEXT, "دمشق", "GPE")
    inner = replace(city, start=city.start + 1, text=city.text[1:])
    tokens = words(TEXT)
    found = tag([inner], [t.start for t in tokens], [t.end for t in tokens], LABELS)
    assert (found.widened, found.lost) == (1, ())
    assert NAMES[found.tags[-1]] == "B-GPE"


def test_a_span_of_white_space_is_lost() -> None:
    blank = Span("b", "entity", TEXT.index(" "), TEXT.index(" ") + 1, "GPE", " ")
    tokens = words(TEXT)
    found = tag([blank], [t.start for t in tokens], [t.end for t in tokens], LABELS)
    assert found.lost == (blank,)
    assert set(found.tags) == {OUTSIDE}


@PROPERTY
@given(st.data())
def test_tags_and_spans_say_the_same(data: st.DataObject) -> None:
    annotation = data.draw(sound_annotations(st.just(TEXT)))
    tokens = words(TEXT)
    starts, ends = [t.start for t in tokens], [t.end for t in tokens]
    found = tag(annotation.entities, starts, ends, LABELS)
    kept = [s for s in annotation.entities if s not in found.lost]
    # By hand: every token that a kept span touches is in its run, and no other.
    expected = sorted(
        (
            min(i for i, t in enumerate(tokens) if t.start < s.end and t.end > s.start),
            1 + max(i for i, t in enumerate(tokens) if t.start < s.end and t.end > s.start),
            s.label,
        )
        for s in kept
    )
    assert spans_of_tags(found.tags, LABELS) == expected
    shuffled = data.draw(st.permutations(list(annotation.entities)))
    assert tag(shuffled, starts, ends, LABELS).tags == found.tags


def test_an_unknown_tag_is_refused_and_a_stray_i_begins_a_span() -> None:
    inside = NAMES.index("I-GPE")
    assert spans_of_tags([inside, inside, 0], LABELS) == [(0, 2, "GPE")]
    assert spans_of_tags([NAMES.index("B-ORG"), inside], LABELS) == [(0, 1, "ORG"), (1, 2, "GPE")]
    for wrong in (len(NAMES), -1):
        with pytest.raises(IndexError):
            spans_of_tags([wrong], LABELS)
