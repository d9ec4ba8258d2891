"""What learning prints: the card, the lexicon, the plain tagger, and the versions there are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from annotate.cli.output import figure, print_json, say, table

if TYPE_CHECKING:
    from annotate.learning.baseline import Comparison
    from annotate.learning.scorecard import Figure, Scorecard
    from annotate.learning.store import Lesson

_HEADERS = ("", "before", "after", "difference", "95 % interval", "n")
_SHOWN = 20  # additions or demotions that the terminal lists


def print_card(card: Scorecard) -> None:
    """Strict F1 by label, how well scores hold, and edits saved."""
    table(f"strict F1, {card.how}", _HEADERS, _rows(card))
    for side, found in zip(("before", "after"), card.scores, strict=True):
        click.echo(
            f"scores {side}: {figure(found.expected)} on average, {figure(found.observed)} right, "
            f"Brier score {figure(found.brier)}"
        )
    if card.bias:
        click.echo(card.bias)
    mean, low, high = card.saved_each
    each = f"{_signed(mean, 1)} an article"
    if low is not None and high is not None:
        each += f", 95 % interval {_signed(low, 1)} to {_signed(high, 1)}"
    click.echo(
        f"edits saved: {card.saved} of {card.before.total} on {card.edits.n} articles of "
        f"{card.stories} stories ({each})"
    )


def print_comparison(found: Comparison) -> None:
    """The plain tagger beside the one with lexicons and rules, each by itself."""
    from annotate.learning.baseline import ONE, OTHER

    headers = ("", ONE, OTHER, *_HEADERS[3:])
    table(f"strict F1 of the tagger by itself, {found.card.how}", headers, _rows(found.card))
    for name, pace in zip((ONE, OTHER), found.paces, strict=True):
        said = pace.to_json()
        click.echo(
            f"{name}: trained on {said['words_taught']:,} words in {said['training_s']:.1f} s, "
            f"{said['words_per_s']:,} words/s from text to tags, "
            f"{said['words_per_s_tagging_alone']:,} words/s of tagging alone"
        )


def print_lexicon(lesson: Lesson) -> None:
    """What was added to the learned lexicon, and what was demoted."""
    for what, items in (
        ("added", [f"{a.form} ({a.label}, {a.labelled} of {a.occurrences})" for a in lesson.added]),
        ("demoted", [f"{d.entry} ({d.label}, {d.kept} of {d.proposed})" for d in lesson.demoted]),
    ):
        shown = ", ".join(items[:_SHOWN])
        more = f" and {len(items) - _SHOWN} more" if len(items) > _SHOWN else ""
        click.echo(f"lexicon, {what}: {len(items)}{': ' if items else ''}{shown}{more}")


def print_versions(folder: Path, *, as_json: bool) -> None:
    """The learned versions, what they learned from, and which is in use."""
    from annotate.heuristics.learned import installed, read_manifest
    from annotate.learning.store import versions

    used = installed(folder)
    found: list[dict[str, Any]] = []
    for place in versions(folder):
        said = read_manifest(place)
        scores = said.get("scores") or {}
        found.append(
            {
                "version": place.name,
                "in_use": place == used,
                "articles": said["data"].get("articles"),
                "sources": scores.get("sources", []),
                "edits_saved": scores.get("edits", {}).get("saved"),
                "added": len(said["lexicon"].get("added", ())),
                "demoted": len(said["lexicon"].get("demoted", ())),
                "folder": str(place),
            }
        )
    if as_json:
        print_json(found)
        return
    headers = ("version", "", "articles", "edits saved", "added", "demoted", "learned from")
    rows = [
        (
            item["version"],
            "in use" if item["in_use"] else "",
            *(str(item[name]) for name in ("articles", "edits_saved", "added", "demoted")),
            ", ".join(item["sources"]),
        )
        for item in found
    ]
    if rows:
        table(str(folder), headers, rows)
    else:
        say(f"nothing was learned yet: {folder}")


def _rows(card: Scorecard) -> Iterator[tuple[str, ...]]:
    for (measure, label), found in card.f1.items():
        name = measure if label == "*" else f"  {label}"
        ends = (figure(found.before), figure(found.after), _signed(found.difference))
        yield (name, *ends, _interval(found), str(found.n))


def _signed(value: float | None, digits: int = 3) -> str:
    """A difference; one that rounds to nothing has no sign."""
    if value is None:
        return "-"
    shown = f"{value:+.{digits}f}"
    return shown[1:] if float(shown) == 0 else shown


def _interval(found: Figure) -> str:
    if found.low is None or found.high is None:
        return ""
    return f"{_signed(found.low)} to {_signed(found.high)}"
