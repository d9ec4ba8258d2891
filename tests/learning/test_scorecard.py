"""The card: edits by an oracle of its own, intervals, bias, and which articles are measured."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.learning.edits import edits
from annotate.learning.examples import Example, covered, digest, folds, only
from annotate.learning.scorecard import BIASED, UNKNOWN, HeldOut, Key, Saved, scorecard
from annotate.spans import Annotation, Relation, Span, ordered
from annotate.storage import text_sha256
from tests.support import (
    CAPTURE,
    CITY,
    FORCE,
    ONTOLOGY,
    SLOW_PROPERTY,
    TEXT,
    mark,
    sample_annotation,
    sound_annotations,
)

EVERY = frozenset((*ONTOLOGY.entity_codes, *ONTOLOGY.event_codes))
NOTHING = Annotation(text_sha256(TEXT))


def of(*spans: Span) -> Annotation:
    return Annotation(text_sha256(TEXT), ordered(spans))


def test_actions_by_kind() -> None:
    gold = sample_annotation()
    assert edits(gold, gold).total == 0
    from_nothing = edits(NOTHING, gold)
    assert (from_nothing.added, from_nothing.roles, from_nothing.total) == (3, 2, 5)
    to_nothing = edits(gold, NOTHING)
    assert (to_nothing.deleted, to_nothing.roles, to_nothing.total) == (3, 2, 5)
    relabelled = edits(of(mark(TEXT, "دمشق", "LOC"), FORCE, CAPTURE), of(CITY, FORCE, CAPTURE))
    assert (relabelled.relabelled, relabelled.total) == (1, 1)
    resized = edits(of(mark(TEXT, "على دمشق", "GPE"), FORCE), of(CITY, FORCE))
    assert (resized.resized, resized.total) == (1, 1)


def test_scores_are_held_against_what_was_right() -> None:
    sure, unsure = mark(TEXT, "دمشق", "GPE", score=0.9), mark(TEXT, "أعلنت", "PER", score=0.4)
    card = scorecard([measured_on("a", NOTHING, of(sure, unsure))], "how")
    before, after = card.scores
    assert before.brier is None
    assert after.expected == pytest.approx(0.65)
    assert after.observed == 0.5
    assert after.brier == pytest.approx((0.1**2 + 0.4**2) / 2)


def test_equal_ids_mean_nothing() -> None:
    """Two rule sets number their spans alike: T1 here is not T1 there."""
    one = of(mark(TEXT, "دمشق", "GPE", span_id="T1"))
    other = of(mark(TEXT, "فصائل المعارضة", "ARM", span_id="T1"))
    assert (edits(one, other).deleted, edits(one, other).added) == (1, 1)


@SLOW_PROPERTY
@given(sound_annotations(st.just(TEXT)), sound_annotations(st.just(TEXT)))
def test_edits_bridge_the_difference(one: Annotation, other: Annotation) -> None:
    """Every action changes the number of spans by one or not at all, as its kind says."""
    found = edits(one, other)
    assert len(one.spans) - found.deleted + found.added == len(other.spans)
    changed = {span.key for span in one.spans} ^ {span.key for span in other.spans}
    assert bool(changed) <= bool(found.spans)
    assert edits(one, one).spans == 0


def measured_on(
    group: str, before: Annotation, after: Annotation, corrected: bool | None = None
) -> HeldOut:
    example = Example(group, TEXT, sample_annotation(), group, corrected)
    return HeldOut(example, before, after, EVERY)


def test_the_difference_is_paired_and_by_story() -> None:
    gold = sample_annotation()
    card = scorecard([measured_on("a", NOTHING, gold), measured_on("b", NOTHING, gold)], "how")
    all_entities = card.f1[Key("entities", "*")]
    assert (all_entities.before, all_entities.after, all_entities.n) == (0.0, 1.0, 4)
    # Whatever is drawn, before is 0 and after is 1.
    assert (all_entities.low, all_entities.high) == (1.0, 1.0)
    assert (card.saved, card.before.total, card.after.total, card.stories) == (10, 10, 0, 2)
    assert card.edits.difference == -5
    assert card.saved_each == Saved(5, 5, 5)
    assert card.to_json()["edits"]["saved_each_article"] == {"mean": 5, "low": 5, "high": 5}
    assert not card.is_worse
    worse = scorecard([measured_on("a", gold, NOTHING)], "how")
    assert worse.is_worse
    assert worse.f1[Key("entities", "*")].low is None  # one story


def test_an_interval_against_all_resamples() -> None:
    """Two stories: the four resamples are as likely, and the bootstrap finds their extremes."""
    gold = sample_annotation()
    card = scorecard([measured_on("a", NOTHING, gold), measured_on("b", gold, gold)], "how")
    found = card.f1[Key("entities", "*")]
    # Story a alone: 1 - 0; b alone: 1 - 1; both: 1 - F1 of 2 right and 2 missed = 1 - 2/3.
    assert found.difference == pytest.approx(1 / 3)
    assert (found.low, found.high) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("corrected", "measured", "bias"),
    [
        ((True, True), 2, BIASED),
        ((True, False), 1, None),
        ((None, None), 2, UNKNOWN),
        ((None, False), 1, None),
        ((True, None), 2, BIASED),
        ((False, False), 2, None),
    ],
)
def test_blank_articles_are_measured_alone(
    corrected: tuple[bool | None, ...], measured: int, bias: str | None
) -> None:
    gold = sample_annotation()
    items = [measured_on(str(n), gold, gold, kind) for n, kind in enumerate(corrected)]
    card = scorecard(items, "how")
    assert card.edits.n == measured
    assert card.bias == bias


def test_labels_that_were_not_looked_for_are_not_counted() -> None:
    item = measured_on("a", NOTHING, sample_annotation())._replace(covers=frozenset({"GPE"}))
    card = scorecard([item], "how")
    assert set(card.f1) == {Key("entities", "*"), Key("entities", "GPE")}
    assert card.before.total == 1
    kept = only(sample_annotation(), frozenset({"GPE", "TAKEOVER"}))
    assert kept.relations == (Relation("t1", "e2", "TARGET"),)


@given(st.sets(st.text(min_size=1, max_size=5), max_size=30), st.integers(2, 6))
def test_folds_part_stories_evenly(groups: set[str], count: int) -> None:
    parts = folds(groups, count)
    assert sorted(group for part in parts for group in part) == sorted(groups)
    sizes = [len(part) for part in parts]
    assert not sizes or max(sizes) - min(sizes) <= 1
    assert all(sizes)
    assert parts == folds(sorted(groups, reverse=True), count)


def test_the_digest_is_of_what_was_said() -> None:
    one = Example("a", TEXT, sample_annotation(), "a")
    two = Example("b", TEXT + "!", sample_annotation(TEXT + "!"), "b")
    assert digest([one, two]) == digest([two, one])
    assert digest([one]) != digest([Example("a", TEXT, of(CITY), "a")])
    assert covered([one], ONTOLOGY) == EVERY
