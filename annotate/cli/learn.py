"""learn: improve pre-annotation from corrections."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from annotate.cli.output import (
    dry_run_option,
    examples,
    figure,
    json_option,
    next_step,
    print_json,
    progress,
    say,
    settings_of,
    table,
)
from annotate.errors import InputError
from annotate.ontology import load_ontology
from annotate.settings import Settings

if TYPE_CHECKING:
    from annotate.heuristics.pipeline import Heuristics
    from annotate.learning.material import Material
    from annotate.learning.scorecard import Figure, Scorecard
    from annotate.learning.store import Lesson

_HEADERS = ("", "before", "after", "difference", "95 % interval", "n")
_SHOWN = 20  # additions or demotions that the terminal lists


@click.command(
    epilog=examples(
        "annotate learn                              from what was pulled",
        "annotate learn exports/arabic-news",
        "annotate learn train.jsonl --test test.jsonl",
        "annotate learn gold.jsonl --texts articles/ --folds 2 --dry-run",
        "annotate learn --use none                   undo",
    )
)
@click.argument("data", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--texts",
    multiple=True,
    metavar="SOURCE",
    help="Articles with the texts, where annotations lack them (default: corpus.sources).",
)
@click.option(
    "--test",
    "tests",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    help="Measure on these annotations, and learn nothing from them.",
)
@click.option(
    "--folds",
    type=click.IntRange(min=2),
    default=5,
    show_default=True,
    help="Without test data: cross-validate with so many parts.",
)
@click.option(
    "--min-count",
    type=click.IntRange(min=1),
    default=2,
    show_default=True,
    help="Lexicon: people added (or deleted) an entry so often at least ...",
)
@click.option(
    "--min-share",
    type=click.FloatRange(0, 1),
    default=0.8,
    show_default=True,
    help="... and in this share of its occurrences.",
)
@click.option("--force", is_flag=True, help="Install it although it is worse.")
@click.option(
    "--use", metavar="VERSION", help="Learn nothing: use this learned version again, or `none`."
)
@dry_run_option
@json_option
@click.pass_context
def learn(
    context: click.Context,
    data: tuple[Path, ...],
    texts: tuple[str, ...],
    tests: tuple[Path, ...],
    folds: int,
    min_count: int,
    min_share: float,
    force: bool,
    use: str | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Improve pre-annotation from corrections.

    DATA is annotation files and dataset versions; without them, what was pulled. A statistical
    tagger is trained, names and trigger words that people keep adding go to a lexicon to review,
    entries that they keep deleting are demoted, and scores become measured precision.

    What it is worth is measured on articles that were held out, whole stories at a time: test data
    where there is some, else by cross-validation. What would cost annotators more actions than it
    saves is kept, and not installed. The same data gives the same files.
    """
    settings = settings_of(context)
    folder = settings.preannotate.learned
    if use is not None:
        _use(folder, use, dry_run=dry_run)
        return
    from annotate.cli.taught import read_data
    from annotate.heuristics.pipeline import load_heuristics
    from annotate.heuristics.training import DEFAULT
    from annotate.learning.lexicon import Threshold
    from annotate.learning.material import prepare
    from annotate.learning.store import learn as learn_from
    from annotate.learning.store import use as install
    from annotate.learning.store import write
    from annotate.learning.trial import crossed, held_out

    ontology = load_ontology(settings.ontology.path)
    found = read_data(settings, ontology, data, tests, texts)
    load = partial(load_heuristics, ontology, lexicons=settings.preannotate.lexicons)
    plain = load()
    with progress("reading", len(found.examples)) as advance:
        materials = prepare(found.examples, plain, advance)
    taught = [material for material in materials if not material.example.test]
    tested = [material for material in materials if material.example.test]
    threshold = Threshold(min_count, min_share)

    def learned(place: Path | None) -> Heuristics:
        return load(learned=place)

    say(f"learning from {len(taught)} articles")
    lesson = learn_from(taught, ontology, threshold=threshold)
    if tested:
        before = _installed(settings, learned, tested) or plain
        with progress("measuring", len(tested)) as advance:
            card = held_out(tested, lesson, learned, before, advance)
    else:
        before = plain
        with progress("measuring", len(taught)) as advance:
            card = crossed(taught, learned, plain, folds, DEFAULT, threshold, advance)
    installs = not dry_run and (force or not card.is_worse)
    if not dry_run:
        scores = {"before": before.version, **card.to_json()}
        write(folder, lesson, {**scores, "sources": list(found.sources)})
        if installs:
            install(folder, lesson.version)
    if as_json:
        about = {"version": lesson.version, "installed": installs, "before": before.version}
        print_json(about | {"scores": card.to_json(), "manifest": dict(lesson.about)})
    else:
        _print_card(card)
        _print_lexicon(lesson)
    if found.near:
        say(f"{found.near} articles were left out: they tell the story of a test article")
    if dry_run:
        say("nothing was written (--dry-run)")
    elif installs:
        say(f"installed: {folder / lesson.version}")
        next_step("annotate push", "annotate learn --use none   (undo)")
    else:
        say(f"not installed, as it is worse: {folder / lesson.version} (--force installs it)")
        context.exit(1)


def _installed(
    settings: Settings, load: Callable[[Path | None], Heuristics], tested: list[Material]
) -> Heuristics | None:
    """What is in use now, unless it has learned from a test article."""
    from annotate.heuristics.learned import installed, read_manifest

    place = installed(settings.preannotate.learned)
    if place is None:
        return None
    texts = set(read_manifest(place)["data"]["texts"])
    if any(material.example.gold.text_sha256 in texts for material in tested):
        say("the learned version in use has seen test articles: before is without it")
        return None
    return load(place)


def _use(folder: Path, version: str, *, dry_run: bool) -> None:
    from annotate.heuristics.learned import MANIFEST
    from annotate.learning.store import use as install

    there = sorted(path.parent.name for path in folder.glob(f"*/{MANIFEST}"))
    if version != "none" and version not in there:
        raise InputError(
            f"there is no learned version {version!r}",
            where=str(folder),
            fix=f"use one of {', '.join([*there, 'none'])}",
        )
    if not dry_run:
        install(folder, None if version == "none" else version)
    say(f"in use: {version}")


def _print_card(card: Scorecard) -> None:
    table(f"strict F1, {card.how}", _HEADERS, _rows(card))
    for side, found in zip(("before", "after"), card.scores, strict=True):
        click.echo(
            f"scores {side}: {figure(found.expected)} on average, {figure(found.observed)} right, "
            f"Brier score {figure(found.brier)}"
        )
    if card.bias:
        click.echo(card.bias)
    each = card.edits
    click.echo(
        f"edits saved: {card.saved} of {card.before.total} on {each.n} articles of "
        f"{card.stories} stories ({_delta(each, digits=1)} an article{_interval(each, 1, ', ')})"
    )


def _rows(card: Scorecard) -> Iterator[tuple[str, ...]]:
    for (measure, label), found in card.f1.items():
        name = measure if label == "*" else f"  {label}"
        ends = (figure(found.before), figure(found.after), _delta(found))
        yield (name, *ends, _interval(found), str(found.n))


def _delta(found: Figure, digits: int = 3) -> str:
    return "-" if found.difference is None else f"{found.difference:+.{digits}f}"


def _interval(found: Figure, digits: int = 3, before: str = "") -> str:
    if found.low is None or found.high is None:
        return ""
    return f"{before}{found.low:+.{digits}f} to {found.high:+.{digits}f}"


def _print_lexicon(lesson: Lesson) -> None:
    for what, items in (
        ("added", [f"{a.form} ({a.label}, {a.labelled} of {a.occurrences})" for a in lesson.added]),
        ("demoted", [f"{d.entry} ({d.label}, {d.kept} of {d.proposed})" for d in lesson.demoted]),
    ):
        shown = ", ".join(items[:_SHOWN])
        more = f" and {len(items) - _SHOWN} more" if len(items) > _SHOWN else ""
        click.echo(f"lexicon, {what}: {len(items)}{': ' if items else ''}{shown}{more}")
