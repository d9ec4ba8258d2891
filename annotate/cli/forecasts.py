"""What `status --forecast` shows: the work that is left, and the articles agreement still needs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import click

from annotate.agreement.matching import Counts, count_spans
from annotate.agreement.sample_size import TARGET, Need, need
from annotate.cli.output import table
from annotate.cli.pulled import finished_work
from annotate.labeling.entry import shown_name
from annotate.labeling.forecast import Forecast, Interval
from annotate.labeling.ledger import Key
from annotate.labeling.standing import Standing
from annotate.labeling.work import Work
from annotate.ontology import Ontology
from annotate.spans import Annotation, Layer, Span

_MEASURES: tuple[tuple[str, Layer, str], ...] = (
    ("entities", "entity", "events"),
    ("triggers", "event", "entities"),
)


@dataclass(frozen=True, slots=True)
class Needed:
    """What one figure of agreement still needs.

    Attributes:
        measure: entities or triggers (strict F1).
        blank: whether only work without pre-labels was counted, which nothing has biased.
        need: how well it is known, and how many articles it takes.
        coming: articles that are planned for several annotators and not complete yet.
    """

    measure: str
    blank: bool
    need: Need
    coming: int


def agreement_needs(
    state: Standing, groups: Mapping[str, str], ontology: Ontology, *, seed: int
) -> list[Needed]:
    """How many articles people's agreement still needs: on blank work, and on all.

    Args:
        groups: doc_id -> story group; an article without one is a group of its own.
    """
    works = finished_work(entry for entry in state.entries if not entry.is_simulated)
    found = []
    for blank in (True, False):
        chosen = [work for work in works if work.is_blank or not blank]
        coming = len(
            {
                groups.get(doc_id, doc_id)
                for doc_id, tasks in state.articles.items()
                if _is_for_several(state, doc_id)
                and not state.is_complete(doc_id)
                and (not blank or all(shown.task.blank for shown in tasks))
            }
        )
        for measure, layer, other in _MEASURES:
            own = [work for work in chosen if work.layers != other]
            counts = _counts(_pairs(own), layer, groups, ontology)
            found.append(Needed(measure, blank, need(counts, seed=seed), coming))
    return found


def _is_for_several(state: Standing, doc_id: str) -> bool:
    """Whether some part of an article is planned for several annotators, in one pass."""
    wanted: dict[tuple[str, Key], int] = defaultdict(int)
    for shown in state.articles[doc_id]:
        wanted[shown.project.layers, shown.task.key] += shown.wanted
    return max(wanted.values()) > 1


def _pairs(works: Sequence[Work]) -> list[tuple[Work, Work]]:
    """Every two works of one text in one pass by two annotators; of one, the latest."""
    by_text: dict[tuple[str, str, str], dict[str, Work]] = defaultdict(dict)
    for work in works:
        by_text[work.doc_id, work.text_sha256, work.layers][work.annotator] = work
    return [
        (by[first], by[second])
        for _, by in sorted(by_text.items())
        for first, second in combinations(sorted(by), 2)
    ]


def _counts(
    pairs: Sequence[tuple[Work, Work]],
    layer: Layer,
    groups: Mapping[str, str],
    ontology: Ontology,
) -> list[Counts]:
    """Counts of strict agreement for each story group."""
    found: dict[str, Counts] = defaultdict(Counts)
    for one, other in pairs:
        left, right = one.annotation(ontology), other.annotation(ontology)
        counts = count_spans(
            _spans(left, layer, right.labels_covered),
            _spans(right, layer, left.labels_covered),
            "strict",
        )
        group = groups.get(one.doc_id, one.doc_id)
        found[group] += sum(counts.values(), start=Counts())
    return [found[group] for group in sorted(found)]


def _spans(annotation: Annotation, layer: Layer, offered: tuple[str, ...] | None) -> list[Span]:
    """Spans of labels that the other one could choose, too: the rest is no disagreement."""
    spans = [span for span in annotation.spans if span.layer == layer]
    return [span for span in spans if offered is None or span.label in offered]


def forecast_json(left: Forecast, needs: Sequence[Needed]) -> dict[str, Any]:
    """The forecast as JSON values; what nobody can say is null, with the reason."""
    values: dict[str, Any] = {
        "annotations_left": left.annotations,
        "words_left": left.words,
        "hours": _interval_json(left.hours),
        "hours_at_mean_pace": _rounded(left.at_mean_pace),
        "days": _rounded(left.days),
        "speeds": [
            {
                "annotator": speed.annotator,
                "layers": speed.layers,
                "tasks": speed.tasks,
                "seconds_per_word": _interval_json(speed.seconds_per_word),
                "seconds_per_word_mean": _rounded(speed.mean),
            }
            for speed in left.speeds
        ],
        "agreement": [
            {
                "measure": item.measure,
                "blank": item.blank,
                "articles": item.need.groups,
                "f1": _rounded(item.need.f1),
                "half_width": _rounded(item.need.half_width),
                "target": TARGET,
                "articles_needed": item.need.needed,
                "articles_missing": item.need.missing,
                "articles_coming": item.coming,
                **({"reason": item.need.reason} if item.need.reason else {}),
            }
            for item in needs
        ],
    }
    if left.reason:
        values["hours_reason"] = left.reason
    if left.days_reason:
        values["days_reason"] = left.days_reason
    return values


def print_forecast(left: Forecast, needs: Sequence[Needed]) -> None:
    """The forecast in words."""
    click.echo("")
    click.echo(f"left: {left.annotations} planned annotations, {left.words} words")
    if left.hours is None:
        click.echo(f"hours: not known: {left.reason}")
    else:
        low, high = left.hours.low, left.hours.high
        click.echo(
            f"hours of work: {left.hours.value:.1f} ({low:.1f} to {high:.1f}); "
            f"{left.at_mean_pace:.1f} if long tasks stay as they are"
        )
    if left.days is None:
        click.echo(f"days: not known: {left.days_reason}")
    else:
        click.echo(f"days at the pace of the last 14: {left.days:.1f}")
    for speed in left.speeds:
        name = shown_name(speed.annotator) if speed.annotator else "all together"
        rate = speed.seconds_per_word
        click.echo(
            f"  {name}{'' if speed.layers == 'all' else f' ({speed.layers})'}: "
            f"{rate.value:.2f} s a word ({rate.low:.2f} to {rate.high:.2f}), {speed.tasks} tasks"
        )
    click.echo("")
    rows = [
        (
            item.measure,
            "blank" if item.blank else "all",
            str(item.need.groups),
            "-" if item.need.f1 is None else f"{item.need.f1:.3f}",
            "-" if item.need.half_width is None else f"{item.need.half_width:.3f}",
            "-" if item.need.needed is None else str(item.need.needed),
            "-" if item.need.missing is None else str(item.need.missing),
            str(item.coming),
        )
        for item in needs
    ]
    headers = ("agreement", "work", "articles", "F1", "+-", "needed", "missing", "coming")
    table(f"articles for an interval of +-{TARGET}", headers, rows, texts=2)
    for reason in sorted({item.need.reason for item in needs if item.need.reason}):
        click.echo(f"-: {reason}")


def _interval_json(interval: Interval | None) -> dict[str, float] | None:
    if interval is None:
        return None
    return {name: round(value, 4) for name, value in interval._asdict().items()}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
