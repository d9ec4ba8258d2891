"""`python -m tests.bench`, which `make bench-preannotation` calls."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path

import click

from annotate.errors import AnnotateError
from annotate.storage import write_text
from tests.bench import command, compiled, corpora, length, quality, speed
from tests.bench.corpora import Corpus
from tests.bench.report import Section, machine, page, show

PARTS = ("speed", "startup", "length", "memory", "workers", "quality")


@click.command()
@click.argument("articles", required=False)
@click.option("--name", help="What to call the articles (default: the file's name).")
@click.option("--only", type=click.Choice(PARTS), multiple=True, help="Measure these parts only.")
@click.option("--rounds", default=5, show_default=True, type=click.IntRange(1))
@click.option(
    "--memory-articles",
    default=500,
    show_default=True,
    type=click.IntRange(1),
    help="As many articles are streamed once, four times and sixteen times.",
)
@click.option(
    "--gold",
    multiple=True,
    metavar="NAME=FILE",
    help="Measure quality on this reference annotation, too; it holds its texts.",
)
@click.option("--pure", is_flag=True, help="Do not measure the compiled build (no C compiler).")
@click.option("--json", "json_path", type=click.Path(path_type=Path), help="Write the figures.")
@click.option("--write", "page_path", type=click.Path(path_type=Path), help="Write the page.")
def main(
    articles: str | None,
    name: str | None,
    only: tuple[str, ...],
    rounds: int,
    memory_articles: int,
    gold: tuple[str, ...],
    pure: bool,
    json_path: Path | None,
    page_path: Path | None,
) -> None:
    """Measures speed, start-up, cost against length, memory and quality.

    ARTICLES is whatever `annotate preannotate` reads; without it a larger corpus is made of the
    seeds. The speed is measured on the seeds, too.
    """
    try:
        read = [corpora.read(articles, name) if articles else corpora.varied(), corpora.seeds()]
    except AnnotateError as problem:
        raise click.ClickException(str(problem)) from None
    about = [*(corpus.about for corpus in read), SEEDS, *(() if articles else (VARIED,))]
    print("\n".join(about))
    try:
        sections = _measured(read, only or PARTS, rounds, memory_articles, gold, pure=pure)
    except RuntimeError as problem:
        raise click.ClickException(str(problem)) from None
    if json_path:
        found = {s.title: asdict(s)["data"] for s in sections}
        value = {"machine": machine(), "corpora": about, **found}
        write_text(json_path, json.dumps(value, ensure_ascii=False, indent=2) + "\n")
    if page_path:
        write_text(page_path, page(sections, about, with_articles=articles is not None))


SEEDS = (
    "The seeds are few, so their figures are rough, and they are war news: far more of their words "
    "are entities and triggers than in a newspaper at large, so the heuristics have more to do"
)
VARIED = (
    "The varied seeds are the lines of the seeds in random order, with names, places, common words "
    "and numbers swapped from the lexicons by a seeded random generator. Both were in view when "
    "the rules were written: name articles of your own"
)


def _measured(
    read: list[Corpus],
    parts: tuple[str, ...],
    rounds: int,
    memory_articles: int,
    gold: tuple[str, ...],
    *,
    pure: bool,
) -> list[Section]:
    """The sections, each printed as soon as it is there."""
    first = read[0]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        build = None if pure or "speed" not in parts else folder / "compiled"
        if build:
            print(f"compiled in {compiled.build(build):.0f} s")
        measures: list[tuple[str, Callable[[], Section]]] = [
            *(
                ("speed", partial(speed.section, c, rounds, build, explained=c is not first))
                for c in read
            ),
            ("startup", lambda: command.start_up(rounds)),
            ("length", lambda: length.section(first)),
            ("memory", lambda: command.memory(first, memory_articles, folder)),
            ("workers", lambda: command.workers(first, min(rounds, 3), folder)),
            ("quality", quality.section),
            *(
                ("quality", partial(quality.others, name, Path(path)))
                for name, _, path in (one.partition("=") for one in gold)
            ),
        ]
        found = []
        for part, measure in measures:
            if part in parts:
                found.append(measure())
                show(found[-1])
    return found


if __name__ == "__main__":
    main()
