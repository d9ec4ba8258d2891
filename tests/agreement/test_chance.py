"""Words and their classes: which are compared, and what comes out on readings."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.agreement.chance import chance
from annotate.agreement.kappa import NO_PAIR, ONE_CLASS
from annotate.agreement.readings import Item, Reading
from annotate.spans import Annotation, Span, ordered
from annotate.storage import text_sha256
from tests.support import ONTOLOGY, SLOW_PROPERTY, mark

TEXT = "قال وزير الخارجية السوري في دمشق إن الجيش سيطر على حلب ."


def reading(name: str, *spans: Span, covered: tuple[str, ...] | None = None) -> Reading:
    made = Annotation(text_sha256(TEXT), ordered(spans), annotator=name, labels_covered=covered)
    return Reading(name, made)


def text(*readings: Reading, number: int = 0) -> Item:
    return Item(f"doc{number}", TEXT, text_sha256(TEXT), f"story{number}", readings)


def cohen_kappa(table: list[list[int]]) -> float:
    """As Cohen 1960 defines it."""
    shares = np.array(table) / np.sum(table)
    chance = float(shares.sum(axis=0) @ shares.sum(axis=1))
    return float((np.trace(shares) - chance) / (1 - chance))


MINISTER = mark(TEXT, "وزير الخارجية السوري", "TITLE")
SYRIAN = mark(TEXT, "السوري", "NORP")
DAMASCUS = mark(TEXT, "دمشق", "GPE")
ARMY = mark(TEXT, "الجيش", "ARM")
ALEPPO = mark(TEXT, "حلب", "GPE")
SAID = mark(TEXT, "قال", "STATEMENT", layer="event")


def test_a_word_has_the_class_of_the_longest_span_that_covers_it() -> None:
    one = reading("a", MINISTER, SYRIAN, DAMASCUS, ALEPPO, SAID)
    other = reading("b", MINISTER, mark(TEXT, "دمشق", "LOC"))
    found = chance([text(one, other)], "entity", ONTOLOGY)
    # 12 words: 3 both TITLE, 1 GPE/LOC, 1 GPE/O, 7 O. The nested NORP is never seen.
    assert found.total.n == 12
    assert found.total.cohen == pytest.approx(
        cohen_kappa([[7, 0, 0, 0], [0, 3, 0, 0], [1, 0, 0, 1], [0, 0, 0, 0]])
    )
    assert list(found.by_label) == [
        label for label in ONTOLOGY.entity_codes if label in {"TITLE", "GPE", "LOC"}
    ]
    assert found.by_label["TITLE"].alpha == 1.0
    assert found.by_label["TITLE"].n == 3
    assert found.by_label["GPE"].n == 2
    assert found.by_label["LOC"].cohen == pytest.approx(0.0)
    assert found.by_pair == {("a", "b"): found.total.cohen}


def test_labels_that_not_all_could_choose_are_no_classes() -> None:
    one = reading("a", DAMASCUS, ARMY)
    other = reading("b", DAMASCUS, covered=("GPE", "PER"))
    found = chance([text(one, other)], "entity", ONTOLOGY)
    assert found.total.cohen == 1.0
    assert list(found.by_label) == ["GPE"]


def test_texts_in_which_a_label_could_not_be_chosen_do_not_count_for_it() -> None:
    both = [reading("a", DAMASCUS, ARMY), reading("b", DAMASCUS, ALEPPO)]
    before = [reading("a", ARMY, covered=("ARM",)), reading("b", covered=("ARM",))]
    found = chance([text(*both), text(*before, number=1)], "entity", ONTOLOGY)
    alone = chance([text(*both)], "entity", ONTOLOGY)
    assert found.by_label["GPE"] == alone.by_label["GPE"]
    assert found.by_label["ARM"] != alone.by_label["ARM"]
    assert found.total.n == 2 * alone.total.n


def test_who_looked_for_nothing_in_common_is_not_compared() -> None:
    one, other = reading("a", ARMY, covered=("ARM",)), reading("b", DAMASCUS, covered=("GPE",))
    found = chance([text(one, other)], "entity", ONTOLOGY)
    assert (found.total.reason, found.total.n) == (NO_PAIR, 0)


def test_intervals_are_of_all_stories_that_are_named() -> None:
    items = [
        text(reading("a", DAMASCUS, ARMY), reading("b", DAMASCUS, *([ARMY] * (n % 2))), number=n)
        for n in range(6)
    ]
    groups = sorted(item.group for item in items)
    found = chance(items, "entity", ONTOLOGY, groups=groups)
    low, high = found.total.intervals["alpha"] or (0, 0)
    assert low < (found.total.alpha or 0) < high
    # A story of which nothing is compared is drawn as well, as it is for F1.
    more = chance(items, "entity", ONTOLOGY, groups=[*groups, "story9"])
    assert more.total.alpha == found.total.alpha
    assert more.total.intervals["alpha"] not in (None, found.total.intervals["alpha"])
    assert set(found.by_label) == set(more.by_label) == {"GPE", "ARM"}
    assert found.by_label["GPE"].intervals["cohen"] == (1.0, 1.0)


def test_who_did_not_look_at_a_layer_is_not_compared() -> None:
    one, other = reading("a", SAID), reading("b", covered=ONTOLOGY.entity_codes)
    assert chance([text(one, other)], "event", ONTOLOGY).total.reason == NO_PAIR
    third = reading("c", SAID)
    found = chance([text(one, other, third)], "event", ONTOLOGY)
    assert list(found.by_pair) == [("a", "c")]
    assert found.total.alpha == 1.0


@pytest.mark.parametrize("items", [[], [text(reading("a", ARMY))]])
def test_one_annotator_is_undefined(items: list[Item]) -> None:
    found = chance(items, "entity", ONTOLOGY)
    assert (found.total.cohen, found.total.fleiss, found.total.alpha) == (None, None, None)
    assert found.total.reason == NO_PAIR
    assert (found.by_label, found.by_pair) == ({}, {})


def test_nothing_marked_is_undefined() -> None:
    found = chance([text(reading("a"), reading("b"))], "entity", ONTOLOGY)
    assert found.total.alpha is None
    assert found.total.reason == ONE_CLASS
    assert found.by_pair == {("a", "b"): None}


some_readings = st.lists(st.sampled_from([MINISTER, SYRIAN, DAMASCUS, ARMY, ALEPPO]), unique=True)


@SLOW_PROPERTY
@given(st.lists(st.lists(some_readings, min_size=1, max_size=3), max_size=4))
def test_order_changes_nothing(made: list[list[list[Span]]]) -> None:
    items = [
        text(*(reading("abc"[i], *spans) for i, spans in enumerate(found)), number=number)
        for number, found in enumerate(made)
    ]
    turned = [replace(item, readings=item.readings[::-1]) for item in reversed(items)]
    one, other = (chance(found, "entity", ONTOLOGY) for found in (items, turned))
    assert list(one.by_label) == list(other.by_label)
    for label, expected in [("", one.total), *one.by_label.items()]:
        found = other.by_label[label] if label else other.total
        assert (found.n, found.reason) == (expected.n, expected.reason)
        for name in ("cohen", "fleiss", "alpha"):
            assert getattr(found, name) == pytest.approx(getattr(expected, name))
