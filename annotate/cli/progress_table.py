"""What `status` shows of progress: totals, and a row for each annotator and project."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import click

from annotate.cli.output import table
from annotate.labeling.entry import is_simulated, shown_name
from annotate.labeling.progress import Row, Totals

_FIGURES = ("done", "skip", "draft", "left", "unsure", "time", "edits", "fast", "last")


def progress_json(
    whole: Totals, splits: Mapping[str, Totals], rows: Sequence[Row]
) -> dict[str, Any]:
    """Progress as JSON values."""
    return {
        **asdict(whole),
        "splits": {name: asdict(split) for name, split in splits.items()},
        "annotators": [_row_json(row) for row in rows],
    }


def _row_json(row: Row) -> dict[str, Any]:
    project = row.project
    return {
        "annotator": row.annotator,
        "simulated": is_simulated(row.annotator),
        "project": project.title,
        "project_id": project.project_id,
        "layers": project.layers,
        "owner": project.owner,
        "submitted": row.submitted,
        "skipped": row.skipped,
        "drafts": row.drafts,
        "left": row.left,
        "unsure": row.unsure,
        "quarantined": row.quarantined,
        "not_owner": row.not_owner,
        "timed": row.timed,
        "capped": row.capped,
        "seconds": round(row.seconds, 1),
        "seconds_per_task": _rounded(row.seconds_per_task),
        "words": row.words,
        "edits": {**asdict(row.edits), "per_task": _rounded(row.edits.per_task)},
        "fast_unchanged": row.fast,
        "fast_share": _rounded(row.fast_share),
        "last_activity": row.last_activity,
    }


def print_progress(
    title: str,
    whole: Totals,
    splits: Mapping[str, Totals],
    rows: Sequence[Row],
    *,
    at: str | None,
) -> None:
    """Progress in words and in a table."""
    when = f" (as pulled by {at})" if at else ""
    click.echo(f"{title}: {whole.tasks_done} of {whole.tasks} tasks done by people{when}")
    parts = [f"{name} {split.complete} of {split.articles}" for name, split in splits.items()]
    by_split = f" ({', '.join(parts)})" if len(parts) > 1 else ""
    click.echo(
        f"{whole.made} of {whole.planned} planned annotations; "
        f"{whole.complete} of {whole.articles} articles complete{by_split}"
    )
    several = len({row.project.project_id for row in rows}) > 1
    heads = ("annotator", "project") if several else ("annotator",)
    table(
        "",
        (*heads, *_FIGURES),
        [
            (shown_name(row.annotator), *([_short(row)] if several else []), *_figures(row))
            for row in rows
        ],
        texts=len(heads),
    )
    for note in _notes(rows):
        click.echo(note)


def _short(row: Row) -> str:
    """A project's title without the campaign's, which stands above."""
    rest = row.project.title.removeprefix(row.project.campaign).strip(" -")
    return rest or row.project.title


def _figures(row: Row) -> list[str]:
    share = row.fast_share
    return [
        str(row.submitted),
        str(row.skipped),
        str(row.drafts),
        "-" if row.left is None else str(row.left),
        str(row.unsure),
        "-" if row.seconds_per_task is None else clock(row.seconds_per_task),
        "-" if row.edits.per_task is None else f"{row.edits.per_task:.1f}",
        "-" if share is None else f"{share:.0%}",
        (row.last_activity or "-")[:10],
    ]


def clock(seconds: float) -> str:
    """Seconds as minutes and seconds: 12:34."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02}"


def _notes(rows: Sequence[Row]) -> list[str]:
    """What is seldom and must not be overlooked."""
    found = []
    for row in rows:
        name = f"{shown_name(row.annotator)}, {row.project.title}"
        if row.not_owner:
            found.append(f"not the owner: {name}: {row.not_owner} tasks of {row.project.owner}")
        if row.quarantined:
            found.append(f"quarantined: {name}: {row.quarantined} (see: annotate pull --json)")
    capped, timed = sum(row.capped for row in rows), sum(row.timed for row in rows)
    if capped:
        found.append(f"time: pauses were taken off {capped} of {timed} tasks")
    if any(is_simulated(row.annotator) for row in rows):
        found.append("simulated annotators stand for no person")
    return found


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
