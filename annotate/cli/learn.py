"""learn: improve pre-annotation from corrections."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from annotate.cli.output import (
    dry_run_option,
    examples,
    json_option,
    next_step,
    print_json,
    progress,
    say,
    settings_of,
)
from annotate.errors import AnnotateError, InputError
from annotate.ontology import load_ontology
from annotate.settings import Settings

if TYPE_CHECKING:
    from annotate.heuristics.pipeline import Heuristics
    from annotate.learning.material import Material
    from annotate.learning.review import Refused


@click.command(
    epilog=examples(
        "annotate learn                              from what was pulled",
        "annotate learn exports/arabic-news",
        "annotate learn train.jsonl --test test.jsonl",
        "annotate learn gold.jsonl --texts articles/ --folds 2 --dry-run",
        "annotate learn --list                       what was learned, and what is in use",
        "annotate learn --use none                   undo",
    )
)
@click.argument("data", nargs=-1, type=click.Path(path_type=Path))
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
    "--baseline",
    is_flag=True,
    help="Measure a plain tagger, too: one that sees words, and no lexicons and rules.",
)
@click.option("--list", "lists", is_flag=True, help="Learn nothing: list what was learned.")
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
    baseline: bool,
    lists: bool,
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
    if lists or use is not None:
        if use is not None:
            _use(folder, use, dry_run=dry_run)
        if lists:
            from annotate.cli.learn_card import print_versions

            print_versions(folder, as_json=as_json)
        return
    from annotate.cli.learn_card import print_card, print_comparison, print_lexicon
    from annotate.cli.taught import read_data
    from annotate.heuristics.pipeline import load_heuristics
    from annotate.heuristics.training import DEFAULT
    from annotate.learning.baseline import compare
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
    lesson = learn_from(taught, ontology, threshold=threshold, refused=_refused(folder))
    if tested:
        before = _installed(settings, learned, tested) or plain
        with progress("measuring", len(tested)) as advance:
            card = held_out(tested, lesson, learned, before, advance)
    else:
        before = plain
        with progress("measuring", len(taught)) as advance:
            card = crossed(taught, learned, plain, folds, DEFAULT, threshold, advance)
    compared = compare(taught, tested, plain, folds) if baseline else None
    installs = not dry_run and (force or not card.is_worse)
    if not dry_run:
        scores = {"before": before.version, **card.to_json()}
        write(folder, lesson, {**scores, "sources": list(found.sources)})
        if installs:
            install(folder, lesson.version)
    if as_json:
        about = {"version": lesson.version, "installed": installs, "before": before.version}
        more = {"baseline": compared.to_json()} if compared else {}
        scored = {"scores": card.to_json(), **more}
        print_json(about | scored | {"manifest": dict(lesson.about)})
    else:
        print_card(card)
        print_lexicon(lesson)
        if compared:
            print_comparison(compared)
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

    try:
        place = installed(settings.preannotate.learned)
        if place is None:
            return None
        texts = set(read_manifest(place)["data"].get("texts", ()))
        before = load(place)
    except AnnotateError as problem:
        say(f"the learned version in use cannot be used: before is without it ({problem})")
        return None
    if any(material.example.gold.text_sha256 in texts for material in tested):
        say("the learned version in use has seen test articles: before is without it")
        return None
    return before


def _refused(folder: Path) -> Refused:
    """What was taken out of the lexicon that is in use; nothing where it cannot be read."""
    from annotate.heuristics.learned import installed
    from annotate.learning.review import NOTHING, refused

    try:
        place = installed(folder)
        found = refused(place) if place is not None else NOTHING
    except AnnotateError as problem:
        say(f"what was reviewed in the learned lexicon cannot be read: {problem}")
        return NOTHING
    count = len(found.added) + len(found.demoted)
    if count:
        say(f"{count} entries stay out of the learned lexicon: somebody took them out")
    return found


def _use(folder: Path, version: str, *, dry_run: bool) -> None:
    from annotate.learning.store import use as install
    from annotate.learning.store import versions

    there = [path.name for path in versions(folder)]
    if version != "none" and version not in there:
        raise InputError(
            f"there is no learned version {version!r}",
            where=str(folder),
            fix=f"use one of {', '.join([*there, 'none'])}",
        )
    if not dry_run:
        install(folder, None if version == "none" else version)
    say(f"in use: {version}")
