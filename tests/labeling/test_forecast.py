"""The forecast: annotators of known speed, and every figure computed again the long way."""

from __future__ import annotations

import random
import statistics
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from annotate.labeling.entry import Entry
from annotate.labeling.forecast import Forecast, forecast
from annotate.labeling.ledger import Ledger
from annotate.labeling.standing import Standing, standing
from annotate.ontology import Ontology
from tests.labeling.builders import article
from tests.labeling.campaign import ANNA, OMAR, ROBOT, Campaign

NOW = datetime(2026, 2, 1, 12, tzinfo=UTC)


@pytest.fixture
def campaign(ontology: Ontology) -> Iterator[Campaign]:
    with Ledger(None) as ledger:
        yield Campaign(ledger, ontology)


def push_many(campaign: Campaign, count: int, *, owner: str | None = None) -> list[int]:
    """Tasks of 22 to 121 words in a project of their own."""
    title = f"Arabic news {len(campaign.projects)}"
    project = campaign.project(title, owner=owner)
    ids = []
    for number in range(count):
        text = article(number, "كلمة " * (19 + number * 37 % 100))
        ids += campaign.push(project, text)
    return ids


def words(campaign: Campaign, task_id: int) -> int:
    _, task, _ = campaign.tasks[task_id]
    found = campaign.ledger.article(task.doc_id)
    assert found is not None
    return len(found.text.split())


def worked(
    campaign: Campaign,
    tasks: list[int],
    who: str,
    speed: float,
    *,
    spread: float = 0.0,
    days: float = 1,
) -> list[Entry]:
    """Tasks done at so many seconds a word, the last one just before now, over so many days."""
    chance = random.Random(f"{who} {speed}")  # noqa: S311 - a test that repeats
    entries = []
    for index, task in enumerate(tasks):
        seconds = words(campaign, task) * speed * chance.lognormvariate(0, spread)
        at = NOW - timedelta(days=days) * (1 - (index + 0.5) / len(tasks))
        entries.append(campaign.done(task, who, seconds=seconds, at=at.isoformat()))
    return entries


def state_of(campaign: Campaign, entries: list[Entry]) -> Standing:
    return standing(campaign.ledger, campaign.projects, entries)


def ahead(campaign: Campaign, entries: list[Entry]) -> Forecast:
    return forecast(state_of(campaign, entries), NOW)


def test_steady_annotators_are_forecast_exactly(campaign: Campaign) -> None:
    tasks = push_many(campaign, 60)
    done, left = tasks[:20], tasks[20:]
    found = ahead(campaign, worked(campaign, done, ANNA, 2.0, days=10))
    total = sum(words(campaign, task) for task in left)
    assert (found.annotations, found.words) == (40, total)
    assert found.hours is not None
    assert found.hours == pytest.approx((total * 2 / 3600,) * 3)
    assert found.at_mean_pace == pytest.approx(total * 2 / 3600)
    pace = sum(words(campaign, task) for task in done) / 10  # words a day; began 10 days ago
    assert found.days == pytest.approx(total / pace, rel=0.03)


def test_two_speeds_count_by_their_share_of_the_words(campaign: Campaign) -> None:
    tasks = push_many(campaign, 90)
    entries = [
        *worked(campaign, tasks[:10], ANNA, 1.0),
        *worked(campaign, tasks[10:40], OMAR, 4.0),
    ]
    found = ahead(campaign, entries)
    fast, slow = (sum(words(campaign, t) for t in part) for part in (tasks[:10], tasks[10:40]))
    speed = (fast * 1.0 + slow * 4.0) / (fast + slow)
    left = sum(words(campaign, task) for task in tasks[40:])
    assert found.hours is not None
    assert found.hours.value == pytest.approx(left * speed / 3600)
    assert {speed.annotator: speed.tasks for speed in found.speeds} == {ANNA: 10, OMAR: 30}


def test_who_left_long_ago_does_none_of_what_is_left(campaign: Campaign) -> None:
    tasks = push_many(campaign, 60)
    gone = [
        campaign.done(task, OMAR, seconds=9 * words(campaign, task), at="2025-11-01T00:00:00Z")
        for task in tasks[:20]
    ]
    found = ahead(campaign, [*gone, *worked(campaign, tasks[20:40], ANNA, 2.0)])
    assert [speed.annotator for speed in found.speeds] == [ANNA]


def test_the_interval_holds_what_the_long_way_gives(campaign: Campaign) -> None:
    tasks = push_many(campaign, 80)
    entries = worked(campaign, tasks[:40], ANNA, 2.0, spread=0.5)
    found = ahead(campaign, entries)
    rates = [
        (entry.lead_time or 0) / words(campaign, entry.task_id) for entry in entries
    ]  # no task is so long that a pause is taken off
    left = sum(words(campaign, task) for task in tasks[40:])
    chance = random.Random(7)  # noqa: S311 - a test that repeats
    medians = sorted(
        statistics.median(chance.choices(rates, k=len(rates))) * left / 3600 for _ in range(4000)
    )
    assert found.hours is not None
    assert found.hours.value == pytest.approx(statistics.median(rates) * left / 3600)
    assert found.hours.low == pytest.approx(medians[100], rel=0.05)
    assert found.hours.high == pytest.approx(medians[3899], rel=0.05)
    assert found.hours.low < found.hours.value < found.hours.high
    seconds = sum(entry.lead_time or 0 for entry in entries)
    done = sum(words(campaign, entry.task_id) for entry in entries)
    assert found.at_mean_pace == pytest.approx(seconds / done * left / 3600)
    assert forecast(state_of(campaign, entries), NOW) == found  # seeded


def test_a_pause_moves_no_forecast(campaign: Campaign) -> None:
    tasks = push_many(campaign, 60)
    entries = worked(campaign, tasks[:21], ANNA, 2.0)
    calm = ahead(campaign, entries)
    night = campaign.done(tasks[0], ANNA, seconds=80_000, at=entries[0].created_at)
    found = ahead(campaign, [night, *entries[1:]])
    assert calm.hours is not None
    assert found.hours is not None
    assert found.hours.value == pytest.approx(calm.hours.value)
    assert calm.at_mean_pace is not None
    assert found.at_mean_pace is not None
    most = words(campaign, tasks[0])
    left = found.words
    done = sum(words(campaign, task) for task in tasks[:21])
    assert found.at_mean_pace - calm.at_mean_pace == pytest.approx(
        (15 * 60 - 2 * most) / done * left / 3600
    )


def test_each_owner_works_alone_and_the_last_one_ends_it(campaign: Campaign) -> None:
    hers, his = push_many(campaign, 20, owner=ANNA), push_many(campaign, 40, owner=OMAR)
    entries = [
        *worked(campaign, hers[:10], ANNA, 1.0, days=5),
        *worked(campaign, his[:10], OMAR, 3.0, days=5),
    ]
    found = ahead(campaign, entries)
    one, two = (sum(words(campaign, t) for t in part[10:]) for part in (hers, his))
    assert found.hours is not None
    assert found.hours.value == pytest.approx((one * 1.0 + two * 3.0) / 3600)
    pace = sum(words(campaign, task) for task in his[:10]) / 5
    assert found.days == pytest.approx(two / pace, rel=0.06)


def test_an_owner_who_stopped_is_named(campaign: Campaign) -> None:
    hers, his = push_many(campaign, 20, owner=ANNA), push_many(campaign, 20, owner=OMAR)
    old = [campaign.done(task, OMAR, seconds=60, at="2025-11-01T00:00:00Z") for task in his[:10]]
    found = ahead(campaign, [*worked(campaign, hers[:10], ANNA, 1.0), *old])
    assert found.hours is not None
    assert found.days is None
    assert (
        found.days_reason == f"nothing was submitted in the project of {OMAR} in the last 14 days"
    )


@pytest.mark.parametrize("timed", [0, 4, 5])
def test_too_little_work_gives_no_hours_but_a_reason(campaign: Campaign, timed: int) -> None:
    tasks = push_many(campaign, 20)
    known = worked(campaign, tasks[:timed], ANNA, 2.0)
    unknown = [
        campaign.done(task, ANNA, seconds=None, at=NOW.isoformat()) for task in tasks[timed:10]
    ]
    found = ahead(campaign, [*known, *unknown])
    assert (found.hours is None) == (timed < 5)
    assert (found.at_mean_pace is None) == (timed < 5)
    if timed < 5:
        assert found.reason == f"only {timed} submitted tasks have a time; 5 are needed"


def test_who_has_few_tasks_is_taken_to_be_like_the_others(campaign: Campaign) -> None:
    tasks = push_many(campaign, 40)
    entries = [
        *worked(campaign, tasks[:4], ANNA, 9.0),
        *worked(campaign, tasks[4:24], OMAR, 2.0),
    ]
    found = ahead(campaign, entries)
    pooled = statistics.median([9.0] * 4 + [2.0] * 20)
    assert {(s.annotator, s.tasks, round(s.seconds_per_word.value, 6)) for s in found.speeds} == {
        (OMAR, 20, 2.0),
        (None, 24, pooled),
    }


def test_simulated_annotators_tell_nothing_of_speed(campaign: Campaign) -> None:
    tasks = push_many(campaign, 30)
    found = ahead(campaign, worked(campaign, tasks[:20], ROBOT, 0.01))
    assert found.annotations == 10
    assert found.hours is None
    assert found.days is None


def test_nothing_left_takes_no_time(campaign: Campaign) -> None:
    tasks = push_many(campaign, 3)
    found = ahead(campaign, worked(campaign, tasks, ANNA, 2.0))
    assert (found.annotations, found.words, found.days, found.at_mean_pace) == (0, 0, 0.0, 0.0)
    assert found.hours == (0.0, 0.0, 0.0)
