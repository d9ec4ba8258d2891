"""What one annotator says of a text: later readings first, and what contradicts what."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given

from annotate.errors import SpanError
from annotate.spans import Relation, Span, SpanKey
from annotate.voices import Voice, by_majority, numbered, overlapping, unopposed, voice_of
from tests.agreement.builders import annotation, some_spans, span
from tests.agreement.items import marked, words
from tests.support import ONTOLOGY, PROPERTY

ATTACK = words("قصف", "ATTACK", "event")
ARMY, CITY, WIDE = words("الجيش", "ARM"), words("حلب", "GPE"), words("مدينة حلب", "GPE")


def test_an_earlier_reading_counts_for_labels_that_the_later_did_not_look_for() -> None:
    entities = marked(ARMY, CITY, covered=ONTOLOGY.entity_codes)
    events = marked(ATTACK, ARMY, roles=[(ATTACK, ARMY, "AGENT")], covered=("ATTACK",))
    voice = voice_of([events, entities], ONTOLOGY)
    assert voice.spans.keys() == {ATTACK.key, ARMY.key, CITY.key}
    assert voice.roles == {(ATTACK.key, ARMY.key, "AGENT")}
    assert voice.covered == {"ATTACK", *ONTOLOGY.entity_codes}
    # Who looked again, and left it, has taken it back.
    assert voice_of([marked(), entities], ONTOLOGY).spans == {}


def test_a_role_that_leads_nowhere_is_an_error() -> None:
    broken = annotation([span(0, 2)], relations=[("gone", span(0, 2).id, "AGENT")])
    assert broken.relations == (Relation("gone", span(0, 2).id, "AGENT"),)
    with pytest.raises(SpanError, match="not there"):
        voice_of([broken], ONTOLOGY)


def test_ids_follow_the_text_by_layer() -> None:
    keys = [CITY.key, ATTACK.key, ARMY.key]
    assert numbered(keys) == {ATTACK.key: "t1", ARMY.key: "e1", CITY.key: "e2"}


@PROPERTY
@given(some_spans(most=8), some_spans("event", ("ATTACK",), most=4))
def test_overlaps_are_found_as_by_comparing_all(entities: list[Span], events: list[Span]) -> None:
    keys: set[SpanKey] = {one.key for one in (*entities, *events)}
    expected = {
        (one, other)
        for one, other in combinations(sorted(keys), 2)
        if one[0] == other[0] and set(range(*one[1:3])) & set(range(*other[1:3]))
    }
    found = list(overlapping(keys))
    assert set(found) == expected
    assert len(found) == len(expected)


def test_of_what_contradicts_the_more_voices_stay_and_of_equals_none() -> None:
    one, other = Voice(spans={CITY.key: CITY}), Voice(spans={WIDE.key: WIDE})
    both = Voice(spans={CITY.key: CITY, WIDE.key: WIDE})
    assert unopposed({CITY.key: 1, WIDE.key: 1, ARMY.key: 1}, [one, other]) == {ARMY.key}
    assert unopposed({CITY.key: 2, WIDE.key: 1}, [one, other]) == {CITY.key}
    # What one annotator has nested is no contradiction.
    assert unopposed({CITY.key: 1, WIDE.key: 1}, [one, both]) == {CITY.key, WIDE.key}


def test_a_tie_has_the_default() -> None:
    polarity = ONTOLOGY.attributes[0]
    no = next(v.code for v in polarity.values if v.code != polarity.default)
    plain, negated = ATTACK, words("قصف", "ATTACK", "event", attributes=[(polarity.code, no)])
    assert by_majority([negated, negated, plain], polarity) == (no, False)
    assert by_majority([negated, plain], polarity) == (polarity.default, True)
