"""What each annotator has done: counted by hand for small campaigns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from annotate.labeling.entry import Entry
from annotate.labeling.ledger import Ledger
from annotate.labeling.pace import READING_LIMIT, active, idle_limit, is_fast, word_count
from annotate.labeling.parts import split
from annotate.labeling.progress import (
    Edits,
    Row,
    edits,
    rows,
    totals,
    totals_by_split,
    unchanged_by,
)
from annotate.labeling.standing import Standing, standing
from annotate.ontology import Ontology
from annotate.spans import Annotation
from tests.labeling.builders import article, predicted
from tests.labeling.campaign import ANNA, OMAR, ROBOT, SALMA, Campaign


@pytest.fixture
def campaign(ontology: Ontology) -> Iterator[Campaign]:
    with Ledger(None) as ledger:
        yield Campaign(ledger, ontology)


def state_of(campaign: Campaign, *entries: Entry) -> Standing:
    return standing(campaign.ledger, campaign.projects, entries)


def row_of(campaign: Campaign, state: Standing, name: str, project_id: int = 1) -> Row:
    check = unchanged_by(campaign.ledger, campaign.ontology)
    (row,) = [
        row
        for row in rows(state, (ANNA, OMAR, SALMA), check)
        if (row.annotator, row.project.project_id) == (name, project_id)
    ]
    return row


def push_some(campaign: Campaign, number: int, *, overlap: int = 1) -> list[int]:
    """Tasks of articles with pre-annotation, in one project for everybody."""
    project = campaign.projects[0] if campaign.projects else campaign.project()
    ids = []
    for index in range(number):
        text = article(index)
        shown = predicted(text, campaign.ontology)
        ids += campaign.push(project, text, prediction=shown, overlap=overlap)
    return ids


def without(annotation: Annotation, *ids: str) -> Annotation:
    """The annotation without these spans and their roles."""
    return replace(
        annotation,
        spans=tuple(s for s in annotation.spans if s.id not in ids),
        relations=tuple(r for r in annotation.relations if r.head not in ids and r.tail not in ids),
    )


# Pace


def test_idle_time_is_taken_off_and_counted() -> None:
    assert idle_limit(100) == 15 * 60
    assert idle_limit(350) == 35 * 60
    assert active(600, 100) == (600, False)
    assert active(900, 100) == (900, False)
    assert active(86_400, 100) == (900, True)


def test_fast_is_below_the_time_that_reading_takes() -> None:
    words = 350
    reading = words / READING_LIMIT * 60
    assert is_fast(reading - 1, words)
    assert not is_fast(reading, words)
    assert word_count(" سيطرت  على\nدمشق .") == 4


# Rows


def test_what_one_annotator_did(campaign: Campaign) -> None:
    first, second, third, fourth, fifth = push_some(campaign, 5, overlap=2)
    unsure = campaign.tasks[second][2]
    assert unsure is not None
    spans = tuple(replace(span, unsure=span.id in ("T1", "T2")) for span in unsure.spans)
    state = state_of(
        campaign,
        campaign.done(first, ANNA, seconds=100),
        campaign.done(second, ANNA, replace(unsure, spans=spans), seconds=300),
        campaign.done(third, ANNA, status="skipped"),
        campaign.done(fourth, ANNA, status="draft", at="2026-01-12T08:00:00Z"),
        campaign.done(first, OMAR, seconds=None),
        campaign.done(fifth, OMAR, status="deleted"),
    )
    anna = row_of(campaign, state, ANNA)
    assert (anna.submitted, anna.skipped, anna.drafts, anna.left) == (2, 1, 1, 2)
    assert anna.unsure == 2
    assert (anna.timed, anna.capped, anna.seconds, anna.seconds_per_task) == (2, 0, 400, 200)
    assert anna.words == sum(shown.words for shown in list(state.tasks.values())[:2])
    assert anna.last_activity == "2026-01-12T08:00:00Z"
    omar = row_of(campaign, state, OMAR)
    assert (omar.submitted, omar.timed, omar.seconds_per_task, omar.fast_share) == (
        1,
        0,
        None,
        None,
    )
    assert omar.left == 4
    nobody_yet = row_of(campaign, state, SALMA)
    assert (nobody_yet.submitted, nobody_yet.left, nobody_yet.last_activity) == (0, 4, None)


def test_a_task_that_is_full_is_left_to_nobody(campaign: Campaign) -> None:
    (task,) = push_some(campaign, 1, overlap=2)
    entries = [campaign.done(task, ANNA)]
    for expected in (1, 0):
        state = state_of(campaign, *entries)
        assert row_of(campaign, state, SALMA).left == expected
        entries.append(campaign.done(task, OMAR))


def test_two_annotations_of_one_person_are_one_task(campaign: Campaign) -> None:
    (task,) = push_some(campaign, 1, overlap=2)
    early = campaign.done(task, ANNA, seconds=10, at="2026-01-01T00:00:00Z")
    late = campaign.done(task, ANNA, seconds=70, at="2026-01-02T00:00:00Z")
    skipped = campaign.done(task, ANNA, status="skipped", at="2026-01-03T00:00:00Z")
    for order in ((early, late, skipped), (skipped, late, early)):
        state = state_of(campaign, *order)
        row = row_of(campaign, state, ANNA)
        assert (row.submitted, row.skipped, row.seconds) == (1, 0, 70)
        assert totals(state).made == 1
        assert row_of(campaign, state, OMAR).left == 1


def test_edits_are_counted_by_kind(campaign: Campaign) -> None:
    first, second = push_some(campaign, 2)
    shown = campaign.tasks[first][2]
    assert shown is not None
    relabelled = tuple(
        replace(span, label="LOC") if span.id == "T2" else span for span in shown.spans
    )
    changed = without(replace(shown, spans=relabelled), "E3")
    entries = [campaign.done(first, ANNA, changed), campaign.done(second, ANNA)]
    found = edits(entries)
    assert found == Edits(tasks=2, accepted=10, relabelled=1, deleted=1)
    assert found.per_task == 1.0
    assert edits([]).per_task is None


def test_work_from_nothing_has_no_edits(campaign: Campaign) -> None:
    text = article(1)
    (task,) = campaign.push(campaign.project(), text)
    entry = campaign.done(task, ANNA, predicted(text, campaign.ontology))
    assert edits([entry]) == Edits()


def test_an_unknown_pre_annotation_gives_no_edits(campaign: Campaign) -> None:
    (task,) = push_some(campaign, 1)
    entry = campaign.done(task, ANNA)
    unknown = replace(entry, record=entry.record.replace('"decision": "accepted"', '"n": 1'))
    assert edits([entry]).tasks == 1
    assert edits([unknown]) == Edits()


@pytest.mark.parametrize(
    ("change", "fast"),
    [
        (lambda shown: shown, 1),
        (lambda shown: without(shown, "T3"), 0),
        (lambda shown: replace(shown, relations=shown.relations[:1]), 0),
        (
            lambda shown: replace(
                shown,
                spans=tuple(
                    replace(s, attributes=(("polarity", "NEGATIVE"), ("modality", "ASSERTED")))
                    if s.id == "E1"
                    else s
                    for s in shown.spans
                ),
            ),
            0,
        ),
        (lambda shown: replace(shown, spans=tuple(reversed(shown.spans))), 1),
    ],
    ids=["nothing", "a span", "a role", "an attribute", "only the order"],
)
def test_fast_work_counts_only_where_nothing_was_changed(
    campaign: Campaign, change: object, fast: int
) -> None:
    assert callable(change)
    (task,) = push_some(campaign, 1)
    state = state_of(
        campaign, campaign.done(task, ANNA, change(campaign.tasks[task][2]), seconds=1)
    )
    assert row_of(campaign, state, ANNA).fast == fast
    slow = state_of(campaign, campaign.done(task, ANNA, seconds=600))
    assert row_of(campaign, slow, ANNA).fast == 0


def test_an_empty_blank_task_done_fast_counts_too(campaign: Campaign) -> None:
    text = article(1)
    (task,) = campaign.push(campaign.project(), text)
    state = state_of(campaign, campaign.done(task, ANNA, seconds=1))
    assert row_of(campaign, state, ANNA).fast_share == 1.0
    worked = campaign.done(task, ANNA, predicted(text, campaign.ontology), seconds=1)
    assert row_of(campaign, state_of(campaign, worked), ANNA).fast_share == 0.0


def test_parts_are_compared_with_what_their_task_showed(campaign: Campaign) -> None:
    sentence = "هاجم الجيش مدينة سرت يوم الثلاثاء وقال المتحدث إن القوات تتقدم .\n"
    text = article(1, sentence + "كلمة " * 60)
    parts = split(text.text, 50)
    assert len(parts) > 1
    shown = predicted(text, campaign.ontology)
    ids = campaign.push(campaign.project(), text, prediction=shown, parts=parts)
    empty = replace(shown, spans=(), relations=())
    entries = [
        campaign.done(ids[0], ANNA, shown, seconds=1),
        # Only the first part has spans: the second was submitted as it was shown.
        campaign.done(ids[1], ANNA, empty, seconds=1, deleted_spans="[]"),
    ]
    assert row_of(campaign, state_of(campaign, *entries), ANNA).fast == 2


def test_in_blind_projects_each_has_their_own(campaign: Campaign) -> None:
    one, other = campaign.project(owner=ANNA), campaign.project("Arabic news - omar", owner=OMAR)
    text, second = article(1), article(2)
    (mine,) = campaign.push(one, text, overlap=2)
    (his,) = campaign.push(other, text, overlap=2)
    campaign.push(one, second)
    state = state_of(campaign, campaign.done(mine, ANNA), campaign.done(his, ANNA))
    assert row_of(campaign, state, ANNA, 1).left == 1
    stranger = row_of(campaign, state, ANNA, 2)
    assert (stranger.submitted, stranger.not_owner, stranger.left) == (1, 1, None)
    assert row_of(campaign, state, ANNA, 1).not_owner == 0
    # The owner's task is done by somebody else: the server offers it no more.
    assert row_of(campaign, state, OMAR, 2).left == 0
    with pytest.raises(ValueError, match="not enough values"):
        row_of(campaign, state, SALMA, 1)


def test_addresses_differ_in_more_than_capitals(campaign: Campaign) -> None:
    (task,) = campaign.push(campaign.project(owner=ANNA), article(1))
    state = state_of(campaign, campaign.done(task, "Anna@Example.org"))
    check = unchanged_by(campaign.ledger, campaign.ontology)
    (row,) = rows(state, (ANNA,), check)
    assert (row.annotator, row.not_owner, row.left) == ("Anna@Example.org", 0, 0)


def test_quarantine_is_counted_and_makes_no_article_complete(campaign: Campaign) -> None:
    (task,) = push_some(campaign, 1)
    bad = campaign.done(task, ANNA, quarantined='[["", "no list of results"], ["T1", "offsets"]]')
    state = state_of(campaign, bad)
    assert row_of(campaign, state, ANNA).quarantined == 2
    assert totals(state).complete == 0
    assert totals(state_of(campaign, campaign.done(task, ANNA))).complete == 1


def test_simulated_annotators_fill_places_and_do_no_work_of_people(campaign: Campaign) -> None:
    (task,) = push_some(campaign, 1, overlap=2)
    state = state_of(campaign, campaign.done(task, ROBOT))
    assert row_of(campaign, state, ROBOT).left is None
    assert (totals(state).made, totals(state).tasks_done) == (1, 0)


# Totals


def test_an_article_is_complete_with_all_parts_by_all_annotators(campaign: Campaign) -> None:
    text = article(1, "كلمة " * 50 + "\n" + "كلمة " * 50)
    parts = split(text.text, 55)
    tasks = campaign.push(campaign.project(), text, parts=parts, overlap=2, split="test")
    push_some(campaign, 1)
    entries = [campaign.done(task, who) for task in tasks for who in (ANNA, OMAR)]
    for missing in entries:
        state = state_of(campaign, *(entry for entry in entries if entry is not missing))
        assert totals(state).complete == 0
    state = state_of(campaign, *entries)
    found = totals(state)
    assert (found.tasks, found.tasks_done) == (len(tasks) + 1, len(tasks))
    assert (found.planned, found.made) == (2 * len(tasks) + 1, 2 * len(tasks))
    assert (found.articles, found.complete) == (2, 1)
    splits = totals_by_split(state)
    assert list(splits) == ["test", "train"]
    assert (splits["test"].articles, splits["test"].complete) == (1, 1)
    assert (splits["train"].articles, splits["train"].complete) == (1, 0)


def test_deleted_tasks_are_no_longer_wanted(campaign: Campaign) -> None:
    first, second = push_some(campaign, 2)
    project = campaign.projects[0]
    campaign.ledger.mark_gone(project.server, project.project_id, [first])
    state = state_of(campaign, campaign.done(second, ANNA))
    assert (totals(state).tasks, totals(state).complete) == (1, 1)
    assert row_of(campaign, state, OMAR).left == 0


def test_passes_over_one_layer_are_all_wanted(campaign: Campaign) -> None:
    text = article(1)
    first = campaign.project("Arabic news (entities)", layers="entities")
    second = campaign.project("Arabic news (events)", layers="events")
    (entities,) = campaign.push(first, text)
    (events,) = campaign.push(second, text)
    one = state_of(campaign, campaign.done(entities, ANNA))
    assert (totals(one).articles, totals(one).complete) == (1, 0)
    both = state_of(campaign, campaign.done(entities, ANNA), campaign.done(events, OMAR))
    assert totals(both).complete == 1
