"""How many hours and days of work are left, from how fast each annotator has been so far.

An annotator's speed is the median of active time per word over their tasks, so that a few long
pauses move it little. Its interval is a percentile bootstrap over the tasks (Efron and Tibshirani
1993, An Introduction to the Bootstrap, chapter 13), seeded, so that equal histories give equal
figures. Sums follow the mean and not the median: where tasks differ much, the truth lies nearer to
the second figure, `at_mean_pace`, which takes the time of all tasks over all their words.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from annotate.labeling.campaigns import KnownProject
from annotate.labeling.entry import Entry
from annotate.labeling.pace import active
from annotate.labeling.standing import Standing

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[np.float64]]

WINDOW = timedelta(days=14)  # of the pace in days
LEAST_TASKS = 5  # timed tasks that a speed needs
RESAMPLES = 1000
_BLOCK = 2_000_000  # values in memory at a time


class Interval(NamedTuple):
    """A figure and its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Speed:
    """How fast one annotator works in one pass.

    Attributes:
        annotator: None for all together, where one alone has too few tasks.
        layers: the pass.
        tasks: number of timed tasks.
        seconds_per_word: the median over them.
        mean: all seconds over all words.
    """

    annotator: str | None
    layers: str
    tasks: int
    seconds_per_word: Interval
    mean: float


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is left until every planned annotation is made.

    Attributes:
        annotations, words: what is left.
        hours: of work; None with a reason in `reason`.
        at_mean_pace: hours of work where long tasks and pauses go on as they were.
        days: calendar days at the pace of the last 14; None with a reason in `days_reason`.
        speeds: what the hours were computed from.
    """

    annotations: int
    words: int
    hours: Interval | None = None
    at_mean_pace: float | None = None
    reason: str | None = None
    days: float | None = None
    days_reason: str | None = None
    speeds: tuple[Speed, ...] = ()


class _Timed(NamedTuple):
    """One submitted task: who, in which pass, seconds (active) and words."""

    annotator: str
    layers: str
    seconds: float
    words: int


class _Drawn(NamedTuple):
    """A speed, and what the resamples made of its median."""

    speed: Speed
    medians: Array


def forecast(state: Standing, now: datetime, *, seed: int = 1) -> Forecast:
    """What is left of a campaign, and how long it takes.

    In a project with an owner the owner's speed counts; in one for everybody that of all, each by
    the share of the words done there in the last 14 days (else ever).

    Args:
        now: with a time zone; the end of the 14 days.
    """
    import numpy as np

    left = {project: _left(state, project) for project in state.projects}
    annotations = sum(count for count, _ in left.values())
    words = sum(count for _, count in left.values())
    if not annotations:
        none = Interval(0.0, 0.0, 0.0)
        return Forecast(0, 0, hours=none, at_mean_pace=0.0, days=0.0)
    days, days_reason = _days(state, left, now)
    found = Forecast(annotations, words, days=days, days_reason=days_reason)
    timed = [item for project in state.projects for item in _timed(state, project)]
    drawn: dict[tuple[str | None, str], _Drawn] = {}
    value = mean = 0.0
    resampled = np.zeros(RESAMPLES)
    for project, (_, count) in left.items():
        for name, share in _shares(state, project, now).items() if count else ():
            own = sum(t.annotator == name and t.layers == project.layers for t in timed)
            key = (name if own >= LEAST_TASKS else None, project.layers)
            if key not in drawn:
                speed = _speed(timed, *key, seed=seed + len(drawn))
                if isinstance(speed, str):
                    return replace(found, reason=speed)
                drawn[key] = speed
            weight = share * count / 3600
            value += weight * drawn[key].speed.seconds_per_word.value
            mean += weight * drawn[key].speed.mean
            resampled += weight * drawn[key].medians
    return replace(
        found,
        hours=_interval(value, resampled),
        at_mean_pace=mean,
        speeds=tuple(drawn[key].speed for key in sorted(drawn, key=_order)),
    )


def _order(key: tuple[str | None, str]) -> tuple[str, bool, str]:
    """By pass and name; all together come last."""
    name, layers = key
    return layers, name is None, name or ""


def _left(state: Standing, project: KnownProject) -> tuple[int, int]:
    """Planned annotations of a project that are not made, and their words."""
    tasks = [shown for shown in state.tasks.values() if shown.project == project]
    missing = [(state.missing(shown), shown.words) for shown in tasks]
    return sum(count for count, _ in missing), sum(count * words for count, words in missing)


def _timed(state: Standing, project: KnownProject) -> list[_Timed]:
    return [
        _Timed(e.annotator, project.layers, active(e.lead_time, words).seconds, words)
        for e in _submitted(state, project)
        if e.lead_time is not None and (words := state.words_of(e))
    ]


def _submitted(state: Standing, project: KnownProject) -> list[Entry]:
    """What people submitted in a project."""
    return [
        entry
        for place, by in state.submitted.items()
        if place.project_id == project.project_id
        for entry in by.values()
        if not entry.is_simulated
    ]


def _shares(state: Standing, project: KnownProject, now: datetime) -> Mapping[str | None, float]:
    """Who will do what is left of a project, by share; None is nobody in particular."""
    if project.owner is not None:
        return {project.owner: 1.0}
    recent: dict[str | None, int] = defaultdict(int)
    ever: dict[str | None, int] = defaultdict(int)
    for entry in _submitted(state, project):
        words = state.words_of(entry) or 0
        ever[entry.annotator] += words
        if now - WINDOW < _time(entry):
            recent[entry.annotator] += words
    done = recent if any(recent.values()) else ever
    total = sum(done.values())
    return {name: words / total for name, words in done.items()} if total else {None: 1.0}


def _speed(timed: list[_Timed], name: str | None, layers: str, *, seed: int) -> _Drawn | str:
    """The speed of one annotator in one pass, or of all; a reason where too little is known."""
    import numpy as np

    own = [t for t in timed if name in (None, t.annotator) and t.layers == layers]
    if len(own) < LEAST_TASKS:
        return f"only {len(own)} submitted tasks have a time; {LEAST_TASKS} are needed"
    values = np.array([t.seconds / t.words for t in own])
    generator = np.random.default_rng(seed)
    medians = np.empty(RESAMPLES)
    rows = max(1, _BLOCK // len(values))
    for start in range(0, RESAMPLES, rows):
        size = min(rows, RESAMPLES - start)
        chosen = generator.integers(0, len(values), size=(size, len(values)))
        medians[start : start + size] = np.median(values[chosen], axis=1)
    mean = sum(t.seconds for t in own) / sum(t.words for t in own)
    interval = _interval(float(np.median(values)), medians)
    return _Drawn(Speed(name, layers, len(own), interval, mean), medians)


def _interval(value: float, resampled: Array) -> Interval:
    import numpy as np

    low, high = np.percentile(resampled, [2.5, 97.5])
    return Interval(value, float(low), float(high))


def _days(
    state: Standing, left: Mapping[KnownProject, tuple[int, int]], now: datetime
) -> tuple[float | None, str | None]:
    """Calendar days until the last project is done, or why nobody can say.

    Projects for everybody are done by the same people: their words count together. Each owner works
    on their own, and the last to end ends it.
    """
    together: dict[str | None, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for project, (_, words) in left.items():
        together[project.owner][0] += words
        together[project.owner][1] += _pace(state, project, now)
    longest = 0.0
    for owner, (open_words, pace) in together.items():
        if open_words and not pace:
            whose = f" in the project of {owner}" if owner else ""
            return None, f"nothing was submitted{whose} in the last {WINDOW.days} days"
        longest = max(longest, open_words / pace if open_words else 0.0)
    return longest, None


def _pace(state: Standing, project: KnownProject, now: datetime) -> float:
    """Words submitted by people a day, over the last 14 days or since the work began."""
    entries = [entry for entry in _submitted(state, project) if _time(entry) <= now]
    recent = [entry for entry in entries if now - WINDOW < _time(entry)]
    if not recent:
        return 0.0
    since = min(WINDOW, now - min(_time(entry) for entry in entries))
    days = max(1.0, since / timedelta(days=1))
    return sum(state.words_of(entry) or 0 for entry in recent) / days


def _time(entry: Entry) -> datetime:
    """When an annotation was first submitted."""
    time = datetime.fromisoformat(entry.created_at)
    return time if time.tzinfo else time.replace(tzinfo=UTC)
