"""Readings merged for an adjudicator, what they are asked, and what their answer says."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import combinations, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.agreement.merging import Merged, by_vote, merge
from annotate.agreement.questions import (
    Key,
    Outcome,
    Question,
    question_of,
    rivals,
    unanswered,
    wilson,
)
from annotate.errors import SpanError
from annotate.spans import Annotation, Decision, Relation, Span, problems, with_defaults
from tests.agreement.builders import LENGTH, annotation, some_annotations, span
from tests.agreement.items import marked, words
from tests.support import ONTOLOGY, PROPERTY

several = st.lists(some_annotations(), min_size=1, max_size=4)
ATTACK = words("قصف", "ATTACK", "event")
ARMY, CITY = words("الجيش", "ARM"), words("حلب", "GPE")
WIDE = words("مدينة حلب", "GPE")


def named(readings: list[Annotation]) -> dict[str, list[Annotation]]:
    return {name: [one] for name, one in zip("abcdefgh", readings, strict=False)}


def merged(*readings: Annotation, **options: float) -> Merged:
    options = {"audit": 0.0} | options
    return merge(named(list(readings)), ONTOLOGY, **options)  # type: ignore[arg-type]


def keys(found: Annotation) -> set[Key]:
    return {one.key for one in found.spans}


def roles(found: Annotation) -> set[tuple[Key, Key, str]]:
    """Those that can be shown."""
    by_id = {one.id: one for one in found.spans}
    ends = [(by_id[r.head], by_id[r.tail], r.role) for r in found.relations]
    return {(h.key, t.key, r) for h, t, r in ends if ONTOLOGY.admits(h.label, r, t.label)}


def without(found: Annotation, *gone: Span) -> Annotation:
    """An adjudicator's answer: these are deleted."""
    lost = {one.key for one in gone}
    spans = tuple(one for one in found.spans if one.key not in lost)
    ids = {one.id for one in spans}
    relations = tuple(r for r in found.relations if {r.head, r.tail} <= ids)
    return replace(found, spans=spans, relations=relations)


# Merging


@PROPERTY
@given(several, st.integers(0, 9))
def test_the_order_of_annotators_never_matters(readings: list[Annotation], seed: int) -> None:
    there = named(readings)
    back = dict(reversed(there.items()))
    assert merge(there, ONTOLOGY, seed=seed) == merge(back, ONTOLOGY, seed=seed)
    # Nor do their names: only who said what follows them.
    others = merge(named(readings[::-1]), ONTOLOGY, seed=seed)
    found = merge(there, ONTOLOGY, seed=seed)
    assert (others.annotation, others.marked) == (found.annotation, found.marked)


@PROPERTY
@given(some_annotations())
def test_one_reading_is_itself_and_so_are_equal_ones(reading: Annotation) -> None:
    for readings in ([reading], [reading] * 3):
        found = merged(*readings)
        assert (keys(found.annotation), found.disputes) == (keys(reading), 0)
        assert roles(found.annotation) == roles(reading)


@PROPERTY
@given(several)
def test_everything_is_there_and_each_dispute_is_asked_once(readings: list[Annotation]) -> None:
    found = merged(*readings)
    assert problems(found.annotation, "س" * LENGTH, ONTOLOGY) == []
    assert keys(found.annotation) == set().union(*map(keys, readings))
    assert roles(found.annotation) == set().union(*map(roles, readings))
    shared = set.intersection(*map(keys, readings))
    asked = [key for q in found.questions if q.kind == "span" for key in q.spans]
    assert sorted(asked) == sorted(keys(found.annotation) - shared)
    for question in found.questions:
        who = sorted(name for option in question.options for name in option.by)
        if question.kind == "span":
            assert who == list("abcdefgh"[: len(readings)])
        assert len(set(who)) == len(who)
        assert question == question_of(json.loads(json.dumps(question.to_json())))
    by_id = {one.id: one.key for one in found.annotation.spans}
    assert {by_id[name] for name in found.marked} == {k for q in found.questions for k in q.marks}


def test_what_two_see_differently_is_beside_each_other_and_what_one_misses_is_asked() -> None:
    one = marked(ATTACK, ARMY, CITY, roles=[(ATTACK, ARMY, "AGENT"), (ATTACK, CITY, "TARGET")])
    other = marked(ATTACK, replace(ARMY, label="ORG"))
    found = merged(one, other)
    assert [(q.kind, q.texts) for q in found.questions] == [
        ("span", ("الجيش", "الجيش")),
        ("span", ("حلب",)),
    ]
    army, city = found.questions
    assert [(o.by, [key[3] for key in o.keys]) for o in army.options] == [
        (("a",), ["ARM"]),
        (("b",), ["ORG"]),
    ]
    assert [(o.by, len(o.keys)) for o in city.options] == [(("b",), 0), (("a",), 1)]
    assert len(found.marked) == 3
    # The role of what is disputed goes with it.
    assert len(found.annotation.relations) == 2


def test_who_did_not_look_has_no_voice() -> None:
    both = marked(ATTACK, ARMY)
    entities = marked(ARMY, covered=ONTOLOGY.entity_codes)
    assert merged(both, entities).disputes == 0
    assert merged(both, marked(ARMY)).disputes == 1
    # Of two passes of one person both count, the newer first.
    first, second = marked(ARMY, covered=ONTOLOGY.entity_codes), marked(ATTACK, CITY)
    two = {"a": [second, first], "b": [marked(ATTACK, CITY)]}
    assert merge(two, ONTOLOGY, audit=0).disputes == 0


def event(*values: str) -> Span:
    names = [attribute.code for attribute in ONTOLOGY.attributes]
    said = dict(zip(names, values, strict=False))
    return replace(ATTACK, attributes=with_defaults(said, ONTOLOGY))


def test_attributes_go_by_majority_and_a_tie_is_a_question() -> None:
    polarity = ONTOLOGY.attributes[0]
    other = next(v.code for v in polarity.values if v.code != polarity.default)
    yes, no = event(polarity.default), event(other)
    found = merged(marked(no), marked(no), marked(yes))
    assert found.annotation.spans[0].attribute(polarity.code) == other
    assert found.disputes == 0
    found = merged(marked(no), marked(yes))
    assert found.annotation.spans[0].attribute(polarity.code) == polarity.default
    (question,) = found.questions
    assert (question.kind, question.name) == ("value", polarity.code)
    assert {o.values for o in question.options} == {(other,), (polarity.default,)}
    assert found.marked == {found.annotation.spans[0].id}


def test_roles_of_agreed_spans_are_asked_and_those_that_cannot_be_are_left_out() -> None:
    agent = marked(ATTACK, ARMY, roles=[(ATTACK, ARMY, "AGENT")])
    target = marked(ATTACK, ARMY, roles=[(ATTACK, ARMY, "TARGET")])
    (question,) = merged(agent, target).questions
    assert (question.kind, question.texts) == ("role", ("قصف", "الجيش"))
    assert [option.values for option in question.options] == [("AGENT",), ("TARGET",)]
    assert len(merged(agent, marked(ATTACK, ARMY)).questions) == 1
    codes = [r for r in ONTOLOGY.role_codes if not ONTOLOGY.admits("ATTACK", r, "ARM")]
    strange = marked(ATTACK, ARMY, roles=[(ATTACK, ARMY, codes[0])])
    assert merged(strange, strange).annotation.relations == ()


def test_a_role_that_leads_nowhere_is_an_error() -> None:
    broken = replace(marked(ATTACK), relations=(Relation(ATTACK.id, "gone", "AGENT"),))
    with pytest.raises(SpanError, match="not there"):
        merged(broken)


def test_about_one_agreed_span_in_ten_is_put_up_for_audit() -> None:
    spans = [span(n % 13, n % 13 + 1, label) for n in range(13) for label in ONTOLOGY.entity_codes]
    drawn = [
        {
            q.spans[0]
            for q in merged(annotation(spans), annotation(spans), seed=s, audit=0.1).questions
        }
        for s in range(20)
    ]
    count = sum(map(len, drawn))
    assert 0.08 < count / (20 * len(spans)) < 0.12
    assert len({frozenset(one) for one in drawn}) > 15
    # What is drawn does not depend on what else is there.
    fewer = annotation(spans[:50])
    found = {q.spans[0] for q in merged(fewer, fewer, seed=0, audit=0.1).questions}
    assert found == {key for key in drawn[0] if key in keys(fewer)}
    every = merged(fewer, fewer, audit=1.0)
    assert {q.kind for q in every.questions} == {"audit"}
    assert len(every.marked) == 50
    assert every.disputes == 0


# By vote


@PROPERTY
@given(several)
def test_votes_are_counted_as_the_names_say(readings: list[Annotation]) -> None:
    by = named(readings)
    every, count = set().union(*map(keys, readings)), len(readings)
    votes = {key: sum(key in keys(one) for one in readings) for key in every}
    for order in permutations(by):
        mixed = {name: by[name] for name in order}
        union = by_vote(mixed, ONTOLOGY, lambda _: 1)
        both = by_vote(mixed, ONTOLOGY, lambda asked: asked)
        most = by_vote(mixed, ONTOLOGY, lambda asked: asked // 2 + 1)
        assert keys(union) == every
        assert keys(both) == {key for key in every if votes[key] == count}
        assert keys(most) == {key for key in every if votes[key] > count / 2}
        assert roles(union) == set().union(*map(roles, readings))
        assert roles(both) == set.intersection(*map(roles, readings))


@PROPERTY
@given(several)
def test_what_is_voted_for_does_not_contradict_itself(readings: list[Annotation]) -> None:
    found = keys(by_vote(named(readings), ONTOLOGY, lambda _: 2))
    for one, other in combinations(sorted(found), 2):
        overlap = one[0] == other[0] and one[1] < other[2] and other[1] < one[2]
        assert not overlap or any({one, other} <= keys(reading) for reading in readings)


# Answers


def disputed() -> tuple[Merged, Question]:
    found = merged(marked(ARMY, CITY), marked(replace(ARMY, label="ORG"), WIDE))
    return found, found.questions[0]


def test_two_readings_of_one_place_are_not_settled() -> None:
    found, army = disputed()
    left = unanswered(found.questions, found.annotation, set())
    assert left == list(found.questions)
    assert unanswered(found.questions, without(found.annotation, ARMY), set()) == [left[1]]
    assert unanswered(found.questions, without(found.annotation, ARMY, WIDE), set()) == []
    # Who marks one of two as to be kept wants both.
    assert unanswered(found.questions, found.annotation, {ARMY.key, CITY.key}) == []
    assert unanswered(found.questions, found.annotation, {ARMY.key}) == [left[1]]
    # A corrected one is an answer.
    moved = tuple(
        replace(s, label="NORP") if s.key == ARMY.key else s for s in found.annotation.spans
    )
    corrected = replace(found.annotation, spans=moved)
    assert army not in unanswered(found.questions, corrected, set())


def test_what_one_annotator_nested_is_no_contradiction() -> None:
    found = merged(marked(CITY, WIDE), marked())
    assert len(found.questions) == 1
    assert unanswered(found.questions, found.annotation, set()) == []
    assert list(rivals([CITY.key, WIDE.key], found.questions[0].options)) == []


def test_two_roles_of_one_pair_are_not_settled_either() -> None:
    agent = marked(ATTACK, ARMY, roles=[(ATTACK, ARMY, "AGENT")])
    target = marked(ATTACK, ARMY, roles=[(ATTACK, ARMY, "TARGET")])
    found = merged(agent, target)
    assert len(unanswered(found.questions, found.annotation, set())) == 1
    assert unanswered(found.questions, found.annotation, {ATTACK.key}) == []
    assert unanswered(found.questions, agent, set()) == []
    both = marked(ATTACK, ARMY, roles=[(ATTACK, ARMY, "AGENT"), (ATTACK, ARMY, "TARGET")])
    assert unanswered(merged(both, agent).questions, both, set()) == []


def decided(found: Annotation, **decisions: Decision) -> Annotation:
    spans = tuple(replace(s, decision=decisions.get(s.label, "accepted")) for s in found.spans)
    return replace(found, spans=spans)


def test_whose_reading_was_taken() -> None:
    found, _ = disputed()
    outcome = Outcome()
    outcome.add(found.questions, decided(without(found.annotation, CITY, ARMY)))
    assert (dict(outcome.asked), outcome.taken["a"], outcome.taken["b"]) == ({"a": 2, "b": 2}, 0, 2)
    # What the adjudicator made of it is nobody's, though one reading is gone and the other changed.
    moved = [replace(s, label="NORP") if s.key == ARMY.key else s for s in found.annotation.spans]
    answer = without(
        replace(found.annotation, spans=tuple(moved)), replace(ARMY, label="ORG"), WIDE
    )
    outcome = Outcome()
    outcome.add(found.questions, decided(answer, NORP="relabelled"))
    assert (outcome.taken["a"], outcome.taken["b"]) == (1, 0)
    # To leave out what only one has is the other's reading.
    missed = merged(marked(ARMY, CITY), marked(ARMY))
    outcome = Outcome()
    outcome.add(missed.questions, decided(without(missed.annotation, CITY)))
    assert (outcome.taken["a"], outcome.taken["b"]) == (0, 1)
    values = outcome.to_json()
    assert values["readings"] == [
        {"annotator": "a", "disputes": 1, "taken": 0},
        {"annotator": "b", "disputes": 1, "taken": 1},
    ]
    assert values["audit"]["entity"]["rate"] is None
    assert values["audit"]["entity"]["low"] is None


def test_roles_and_values_are_readings_too() -> None:
    polarity = ONTOLOGY.attributes[0]
    other = next(v.code for v in polarity.values if v.code != polarity.default)
    agent = marked(event(other), ARMY, roles=[(ATTACK, ARMY, "AGENT")])
    target = marked(event(polarity.default), ARMY, roles=[(ATTACK, ARMY, "TARGET")])
    outcome = Outcome()
    outcome.add(merged(agent, target).questions, decided(agent))
    assert (outcome.asked["a"], outcome.taken["a"], outcome.taken["b"]) == (2, 2, 0)


def test_audited_spans_that_did_not_stay_are_errors() -> None:
    both = marked(ARMY, CITY, ATTACK)
    found = merged(both, both, audit=1.0)
    outcome = Outcome()
    outcome.add(found.questions, decided(without(found.annotation, CITY)))
    values = outcome.to_json()["audit"]
    assert (values["entity"]["audited"], values["entity"]["wrong"]) == (2, 1)
    assert (values["event"]["audited"], values["event"]["rate"]) == (1, 0.0)
    assert outcome.asked == {}


@pytest.mark.parametrize(
    ("count", "total", "low", "high"),
    [
        # Newcombe 1998, Two-sided confidence intervals for the single proportion, Statistics in
        # Medicine 17:857-872, table I, method 3 (score, without continuity correction).
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_as_published(count: int, total: int, low: float, high: float) -> None:
    assert wilson(count, total) == pytest.approx((low, high), abs=5e-5)
    assert wilson(0, 0) == (None, None)


def test_spans_that_only_touch_are_two_places() -> None:
    left, right, whole = span(0, 4), span(4, 8), span(0, 8)
    found = merged(annotation([left]), annotation([right]))
    assert [question.spans for question in found.questions] == [(left.key,), (right.key,)]
    found = merged(annotation([left]), annotation([right]), annotation([whole]))
    (question,) = found.questions
    assert set(question.spans) == {left.key, right.key, whole.key}
    assert unanswered([question], annotation([left, right]), set()) == []
    assert unanswered([question], annotation([left, whole]), set()) == [question]


def test_what_is_disputed_otherwise_is_not_audited() -> None:
    polarity = ONTOLOGY.attributes[0]
    other = next(v.code for v in polarity.values if v.code != polarity.default)
    found = merged(marked(event(other)), marked(event(polarity.default)), audit=1.0)
    assert [question.kind for question in found.questions] == ["value"]


def test_nothing_is_taken_where_something_else_was_made_of_it() -> None:
    found = merged(marked(CITY), marked())
    answer = marked(replace(CITY, label="LOC"))
    outcome = Outcome()
    outcome.add(found.questions, decided(answer, LOC="relabelled"))
    assert (outcome.asked["b"], outcome.taken["b"]) == (1, 0)
    # An agreed span that was there anyway is nothing new.
    found = merged(marked(CITY, WIDE), marked(WIDE))
    outcome = Outcome()
    outcome.add(found.questions, decided(marked(WIDE)))
    assert (outcome.taken["a"], outcome.taken["b"]) == (0, 1)
