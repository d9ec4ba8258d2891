"""Whether agreement gets better: by week, by batch, of one annotator, and as articles add up.

Two readings of a text can be compared once both are there, so a pair belongs to the ISO week (UTC)
in which the later one was changed last.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from annotate.agreement.compared import Compared
from annotate.agreement.matching import Counts

POINTS = 40  # of the learning curve, at most


@dataclass(frozen=True, slots=True)
class Stretch:
    """A run of work: a week, or a batch of articles.

    Attributes:
        name: of the week, as 2026-W47; or the number of the batch.
        pairs: the readings that were compared in it.
    """

    name: str
    pairs: tuple[Compared, ...]


def week_of(time: str) -> str:
    """The ISO week of a time (ISO 8601; UTC where it names no zone), as 2026-W47.

    Raises:
        ValueError: it is no time.
    """
    found = datetime.fromisoformat(time)
    if found.tzinfo is None:
        found = found.replace(tzinfo=UTC)
    year, week, _ = found.astimezone(UTC).isocalendar()
    return f"{year}-W{week:02}"


def by_week(pairs: Iterable[Compared]) -> list[Stretch]:
    """The weeks in which something could be compared, in order of time."""
    found: dict[str, list[Compared]] = defaultdict(list)
    for pair in pairs:
        if pair.updated_at is not None:
            found[week_of(pair.updated_at)].append(pair)
    return [Stretch(week, tuple(found[week])) for week in sorted(found)]


def by_batch(pairs: Iterable[Compared]) -> list[Stretch]:
    """The batches of articles, in the order in which they were delivered."""
    found: dict[int, list[Compared]] = defaultdict(list)
    for pair in pairs:
        batches = [r.batch for r in (pair.one, pair.other) if r.batch is not None]
        if batches:
            found[max(batches)].append(pair)
    return [Stretch(str(number), tuple(found[number])) for number in sorted(found)]


def drift(pairs: Iterable[Compared]) -> dict[str, list[tuple[str, Counts]]]:
    """Annotator -> their agreement with all others, by the week of their own reading.

    If one line falls and the others do not, that annotator has begun to do something else.
    """
    found: dict[str, dict[str, Counts]] = defaultdict(lambda: defaultdict(Counts))
    for pair in pairs:
        counts = pair.strict
        for reading in (pair.one, pair.other):
            if reading.updated_at is not None:
                found[reading.annotator][week_of(reading.updated_at)] += counts
    return {name: sorted(weeks.items()) for name, weeks in sorted(found.items())}


def learning(pairs: Iterable[Compared]) -> list[tuple[int, Counts]]:
    """Number of articles -> counts over the first so many, in order of time.

    A curve that still climbs says that annotators are still learning; one that is flat, that more
    of the same will not change the figure. At most `POINTS` points, the last one over all articles.
    """
    by_article: dict[str, list[Compared]] = defaultdict(list)
    for pair in pairs:
        if pair.updated_at is not None:
            by_article[pair.item.doc_id].append(pair)
    ordered = sorted(by_article.items(), key=lambda found: (_first(found[1]), found[0]))
    size = len(ordered)
    steps = min(POINTS, size)
    wanted = {round(size * (step + 1) / steps) for step in range(steps)}
    found, total = [], Counts()
    for number, (_, own) in enumerate(ordered, 1):
        total = sum((pair.strict for pair in own), start=total)
        if number in wanted:
            found.append((number, total))
    return found


def _first(pairs: Sequence[Compared]) -> datetime:
    times = (datetime.fromisoformat(pair.updated_at) for pair in pairs if pair.updated_at)
    return min(t if t.tzinfo else t.replace(tzinfo=UTC) for t in times)
