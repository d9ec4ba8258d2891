"""What several annotators share, whatever they marked; and which status a policy takes."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.dataset.gold import LAX, Against, Agreed, Policy, admitted, agreed, disputed
from annotate.dataset.rows import UNDISPUTED, Chosen, Disputed, Split, Status
from annotate.errors import SpanError
from annotate.spans import Annotation, Relation, Span, ordered, problems, with_defaults
from annotate.storage import text_sha256
from tests.dataset.builders import IDS, chosen
from tests.support import ONTOLOGY, PROPERTY, TEXT, mark, sample_annotation

SMALL = "اب تث جح"
ROLES = ONTOLOGY.role_codes[:2]


@st.composite
def small_spans(draw: st.DrawFn) -> dict[tuple[str, int, int, str], Span]:
    """Spans from a small stock, so that annotators share some and contradict each other."""
    found: dict[tuple[str, int, int, str], Span] = {}
    for number in range(draw(st.integers(0, 5))):
        start, size = draw(st.integers(0, 4)), draw(st.integers(1, 3))
        label = draw(st.sampled_from(["PER", "GPE", "KILL"]))
        surface = SMALL[start : start + size]
        event = label == "KILL"
        values = {
            a.code: draw(st.sampled_from(ONTOLOGY.values(a.code))) for a in ONTOLOGY.attributes
        }
        span = Span(
            f"r{draw(st.integers(0, 99))}-{number}",
            "event" if event else "entity",
            start,
            start + size,
            label,
            surface,
            with_defaults(values, ONTOLOGY) if event else (),
            unsure=draw(st.booleans()),
        )
        found[span.key] = span
    return found


@st.composite
def small_readings(draw: st.DrawFn) -> Annotation:
    found = draw(small_spans())
    events = [span.id for span in found.values() if span.layer == "event"]
    entities = [span.id for span in found.values() if span.layer == "entity"]
    pairs = [(head, tail) for head in events for tail in entities]
    some = st.sets(st.tuples(st.sampled_from(pairs), st.sampled_from(ROLES)), max_size=4)
    roles = draw(some) if pairs else set()
    return Annotation(
        text_sha256(SMALL),
        ordered(found.values()),
        tuple(sorted(Relation(*ends, role) for ends, role in roles)),
    )


several = st.lists(small_readings(), min_size=1, max_size=5)


def shared(readings: list[Annotation], k: int) -> Agreed:
    found = agreed([[one] for one in readings], ONTOLOGY, k)
    assert found is not None
    return found


def keys(annotation: Annotation) -> set[tuple[str, int, int, str]]:
    return {span.key for span in annotation.spans}


def roles_of(annotation: Annotation) -> set[tuple[object, object, str]]:
    by_id = {span.id: span.key for span in annotation.spans}
    return {(by_id[r.head], by_id[r.tail], r.role) for r in annotation.relations}


def contradict(one: Span, other: Span, readings: list[Annotation]) -> bool:
    """By the words of the docs, and by no code of the module."""
    if one.layer != other.layer or one.key == other.key:
        return False
    overlap = one.start < other.end and other.start < one.end
    return overlap and not any({one.key, other.key} <= keys(reading) for reading in readings)


@PROPERTY
@given(several, st.integers(1, 5), st.randoms(use_true_random=False))
def test_the_order_of_annotators_never_matters(
    readings: list[Annotation], k: int, chance: object
) -> None:
    if k > len(readings):
        return
    before = shared(readings, k)
    mixed = list(readings)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    assert shared(mixed, k) == before


@PROPERTY
@given(several, st.integers(1, 5))
def test_what_is_shared_holds_and_the_rest_is_counted(readings: list[Annotation], k: int) -> None:
    if k > len(readings):
        return
    found = shared(readings, k)
    assert problems(found.annotation, SMALL, ONTOLOGY) == []
    votes = Counter(key for reading in readings for key in keys(reading))
    kept = keys(found.annotation)
    assert all(votes[key] >= k for key in kept)
    lost = Counter(key[0] for key in votes if key not in kept)
    assert found.disputed[:2] == (lost["entity"], lost["event"])
    for one, other in combinations(found.annotation.spans, 2):
        assert not contradict(one, other, readings)


@PROPERTY
@given(several)
def test_all_together_is_the_intersection(readings: list[Annotation]) -> None:
    found = shared(readings, len(readings))
    assert keys(found.annotation) == set.intersection(*map(keys, readings))
    assert roles_of(found.annotation) == set.intersection(*map(roles_of, readings))


@PROPERTY
@given(several)
def test_of_one_it_is_the_union_without_what_contradicts(readings: list[Annotation]) -> None:
    found = keys(shared(readings, 1).annotation)
    every = {span.key: span for reading in readings for span in reading.spans}
    votes = Counter(key for reading in readings for key in keys(reading))
    for key, span in every.items():
        rivals = [other for other in every.values() if contradict(span, other, readings)]
        if not rivals or all(votes[key] > votes[other.key] for other in rivals):
            assert key in found
        elif key not in found:
            assert any(votes[other.key] >= votes[key] for other in rivals)


@PROPERTY
@given(several, st.integers(1, 4))
def test_asking_for_more_only_takes_away(readings: list[Annotation], k: int) -> None:
    if k + 1 > len(readings):
        return
    votes = Counter(key for reading in readings for key in keys(reading))
    fewer, more = (keys(shared(readings, n).annotation) for n in (k + 1, k))
    assert fewer == {key for key in more if votes[key] > k}


@PROPERTY
@given(small_readings(), st.integers(1, 4))
def test_who_says_the_same_is_undisputed(reading: Annotation, count: int) -> None:
    found = shared([reading] * count, count)
    assert found.disputed == UNDISPUTED
    assert keys(found.annotation) == keys(reading)
    assert roles_of(found.annotation) == roles_of(reading)
    attributes = {span.key: span.attributes for span in reading.spans}
    assert {span.key: span.attributes for span in found.annotation.spans} == attributes


# By hand


def reading(*spans: Span, roles: tuple[Relation, ...] = (), **about: object) -> Annotation:
    base = Annotation(text_sha256(TEXT), ordered(spans), roles)
    return replace(base, **about)  # type: ignore[arg-type]


def city(label: str, span_id: str = "e") -> Span:
    return mark(TEXT, "دمشق", label, span_id=span_id)


def test_of_two_against_two_nothing_stays_and_of_three_against_two_the_three() -> None:
    gpe, loc = reading(city("GPE")), reading(city("LOC"))
    found = shared([gpe, gpe, loc, loc], 2)
    assert (found.annotation.spans, found.disputed) == ((), Disputed(entities=2))
    found = shared([gpe, loc, gpe, loc, gpe], 2)
    assert [span.label for span in found.annotation.spans] == ["GPE"]
    assert found.disputed == Disputed(entities=1)


def test_what_somebody_has_nested_does_not_contradict() -> None:
    inner, outer = city("GPE"), mark(TEXT, "على دمشق", "LOC", span_id="o")
    both = reading(inner, outer)
    found = shared([both, both, reading(inner)], 2)
    assert [(s.id, s.label) for s in found.annotation.spans] == [("e1", "LOC"), ("e2", "GPE")]
    apart = [reading(inner)] * 2 + [reading(outer)] * 2
    assert shared(apart, 2).annotation.spans == ()


def event(**attributes: str) -> Span:
    found = mark(TEXT, "سيطرتها", "TAKEOVER", layer="event", span_id="t")
    return replace(found, attributes=with_defaults(attributes, ONTOLOGY))


def test_attributes_go_by_majority_and_of_a_tie_by_the_default() -> None:
    other, plain = reading(event(modality="OTHER")), reading(event())
    (span,) = shared([other, plain], 2).annotation.spans
    assert span.attribute("modality") == "ASSERTED"
    (span,) = shared([other, plain, other], 2).annotation.spans
    assert span.attribute("modality") == "OTHER"
    nobody = shared([other, plain, reading()], 2)  # who did not mark it has no say
    assert nobody.annotation.spans[0].attribute("modality") == "ASSERTED"


def test_roles_are_shared_like_spans() -> None:
    one = sample_annotation()
    less = replace(one, relations=one.relations[:1])
    found = shared([one, less], 2)
    assert [(r.head, r.tail, r.role) for r in found.annotation.relations] == [("t1", "e1", "AGENT")]
    assert found.disputed == Disputed(roles=1)
    lost = replace(one, spans=one.spans[1:], relations=one.relations[1:])  # without the agent
    found = shared([one, lost], 2)
    assert [r.role for r in found.annotation.relations] == ["TARGET"]
    assert found.disputed == Disputed(entities=1)  # the role goes with its span
    broken = replace(one, relations=(Relation("t1", "e9", "AGENT"),))
    with pytest.raises(SpanError, match="a role points to a span that is not there"):
        shared([one, broken], 2)


def test_a_shared_span_says_what_all_did_with_the_proposal() -> None:
    proposed = replace(city("GPE"), origin="gazetteer", score=0.9, decision="accepted", note="؟")
    mine = replace(city("GPE", "x"), unsure=True)
    (span,) = shared([reading(proposed), reading(mine)], 2).annotation.spans
    assert (span.origin, span.score, span.decision) == ("gazetteer", 0.9, "accepted")
    assert (span.id, span.unsure, span.note) == ("e1", True, None)
    (span,) = shared([reading(proposed)] * 2, 2).annotation.spans
    assert (span.id, span.decision, span.note) == ("e1", "accepted", None)
    resized = replace(proposed, decision="resized", origin="other")
    (span,) = shared([reading(proposed), reading(resized)], 2).annotation.spans
    assert (span.origin, span.score, span.decision) == (None, 0.9, None)


def test_a_label_that_too_few_looked_for_cannot_be_agreed_on() -> None:
    whole = reading(city("GPE"))
    entities = replace(whole, labels_covered=ONTOLOGY.entity_codes)
    assert agreed([[whole], [entities]], ONTOLOGY) is None
    found = agreed([[whole], [entities], [reading(event())]], ONTOLOGY)
    assert found is not None
    assert [span.label for span in found.annotation.spans] == ["GPE"]
    # The trigger has one vote of the two who looked for it.
    assert found.disputed == Disputed(events=1)
    assert agreed([[whole]], ONTOLOGY) is None


def test_an_annotator_has_one_voice_and_the_newest_reading_of_a_label_counts() -> None:
    first = replace(reading(city("LOC")), labels_covered=ONTOLOGY.entity_codes)
    later = reading(city("GPE"), event())
    assert agreed([[later, first]], ONTOLOGY) is None
    found = agreed([[later, first], [later]], ONTOLOGY)
    assert found is not None
    assert [span.label for span in found.annotation.spans] == ["TAKEOVER", "GPE"]
    assert found.disputed == UNDISPUTED
    # A role of an earlier reading is as old as its trigger.
    whole = sample_annotation()
    found = agreed([[replace(whole, relations=()), whole]] * 2, ONTOLOGY)
    assert found is not None
    assert (found.annotation.relations, found.disputed) == ((), UNDISPUTED)
    # What only the earlier one looked for is heard.
    triggers = replace(reading(event()), labels_covered=ONTOLOGY.event_codes)
    pair = [[triggers, first]] * 2
    found = agreed(pair, ONTOLOGY)
    assert found is not None
    assert [span.label for span in found.annotation.spans] == ["TAKEOVER", "LOC"]


def test_what_another_reader_saw_is_disputed_in_one_readers_work() -> None:
    taken = replace(reading(city("GPE")), labels_covered=ONTOLOGY.entity_codes)
    other = reading(city("LOC"), event())
    assert disputed([[taken], [other]], taken, ONTOLOGY) == Disputed(entities=1)
    assert disputed([[taken]], taken, ONTOLOGY) == UNDISPUTED


# Policies


def item(status: Status, split: Split) -> Chosen:
    return replace(chosen(IDS[0]), status=status, split=split)


@pytest.mark.parametrize("split", ["train", "validation"])
@pytest.mark.parametrize(
    ("lowest", "taken"),
    [
        ("adjudicated", ["gold"]),
        ("agreed", ["gold", "agreed"]),
        ("single", ["gold", "agreed", "auto", "single"]),
    ],
)
def test_a_policy_takes_its_status_and_better_ones(
    lowest: str, taken: list[str], split: Split
) -> None:
    policy = Policy(lowest)  # type: ignore[arg-type]
    statuses: list[Status] = ["gold", "agreed", "auto", "single"]
    assert [s for s in statuses if policy.against(item(s, split)) is None] == taken
    assert policy.against(item("silver", split)) == "silver"
    assert replace(policy, silver=True).against(item("silver", split)) is None


def test_test_takes_gold_only_and_what_stays_out_is_counted() -> None:
    left_out: Counter[Against] = Counter()
    statuses: tuple[Status, ...] = ("gold", "agreed", "auto", "single", "silver")
    policy = replace(LAX, silver=True)
    found = admitted([item(status, "test") for status in statuses], policy, left_out)
    assert [one.status for one in found] == ["gold"]
    assert left_out == {"waiting": 4}
    assert Policy("agreed", 3, True).to_json() == {
        "policy": "agreed",
        "k": 3,
        "include_silver": True,
    }
