"""`python -m tests.bench.whole`, or `make bench`: one table for the whole project, in minutes.

Each benchmark in a short form, beside its peer where there is one. The pages named in the last
column come from the long forms, which have more rounds, more articles and more to say.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path

import click

from annotate.cli.output import table
from annotate.errors import AnnotateError
from annotate.ontology import load_ontology
from annotate.storage import write_text
from tests.bench import agreement, compiled, corpora, dataset, labeling, labeling_pull, scale, speed
from tests.bench.agreement_made import items, units_of
from tests.bench.contenders import OURS, PEERS
from tests.bench.labeling_made import REGIONS
from tests.bench.report import machine

_ARTICLES = 200  # of pre-annotation
HEADERS = ("step", "what", "annotate", "peer", "the peer's", "x times as fast", "more")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; the peer's columns are empty where there is none."""

    step: str
    what: str
    ours: str
    peer: str = ""
    theirs: str = ""
    ratio: str = ""
    more: str = ""


def preannotation(articles: str | None, *, pure: bool) -> Iterator[Row]:
    """Articles a second of CPU, warm, beside peers that look the same words up."""
    corpus = corpora.read(articles) if articles else corpora.varied(_ARTICLES)
    corpus = replace(corpus, texts=corpus.texts[:_ARTICLES])
    with tempfile.TemporaryDirectory() as name:
        builds = (("warm", None), ("warm, compiled", Path(name)))
        for how, build in builds[: 1 if pure else 2]:
            if build is not None:
                compiled.build(build)
            (found,) = speed.measure(corpus, 1, build)
            warm, count = found["warm"], found["warm"]["articles"]
            mine = warm[OURS]["seconds"]
            for peer in PEERS:
                theirs = warm[peer]["seconds"]
                ours = (f"{count:,} articles, {how}", f"{count / mine:,.0f} articles/s")
                yield Row(
                    *("pre-annotation", *ours),
                    *(peer, f"{count / theirs:,.0f} articles/s", f"{theirs / mine:.2f}"),
                    "make bench-preannotation",
                )


def push_and_pull(tasks: int) -> Iterator[Row]:
    """Seconds beside the labeling server's own import and export, on real servers."""
    ontology, figures = load_ontology(), labeling.Figures()
    with labeling.migrated_server() as migrated:
        pushed = labeling.measure_push(migrated, ontology, tasks, figures)
        pulled = labeling_pull.measure_pull(migrated, ontology, tasks, figures)
    said = dict(figures.rows)
    bare = next(what for what in said if what.startswith("the bare import endpoint"))
    exported = "one export of the whole project"
    steps: tuple[tuple[str, str, str, float], ...] = (
        ("push", "push of the same", bare, pushed),
        ("pull", "first pull of the same", exported, pulled),
    )
    for step, ours, peer, ratio in steps:
        yield Row(
            *(step, f"{tasks:,} tasks of {REGIONS} regions", said[ours]),
            *(peer, said[peer], f"{1 / ratio:.2f}", "make bench-labeling"),
        )


def export(tasks: int) -> Iterator[Row]:
    """Tasks a second to Parquet, beside the labeling server's converter to CoNLL."""
    with tempfile.TemporaryDirectory() as folder:
        seconds = dataset._against_the_converter(Path(folder), tasks, 2)
    theirs = min(seconds["converter: CPU"])
    mine = min(seconds["build, 1 thread: CPU"])
    yield Row(
        *("export", f"{tasks:,} tasks, labeling JSON to a version", f"{tasks / mine:,.0f} tasks/s"),
        *("label_studio_sdk's converter, to CoNLL", f"{tasks / theirs:,.0f} tasks/s"),
        *(f"{theirs / mine:.2f}", "make bench-dataset"),
    )


def measures(articles: int) -> Iterator[Row]:
    """All F1 measures with their intervals, and gamma beside pygamma-agreement."""
    ontology = load_ontology()
    made = items(articles, 3, 50, ontology)
    total = agreement.f1_rows(made, ontology)[-1][1].replace("*", "")
    about = f"{articles} articles x 3 annotators x 50 spans"
    more = "make bench-agreement"
    yield Row("agreement", f"all F1 and intervals, {about}", total, more=more)
    (text,) = items(1, 3, 100, ontology)
    rows = dict(agreement.gamma_rows(units_of(text, ontology), 1))
    figures = {name.partition(":")[0].strip("*"): value for name, value in rows.items()}
    ours, theirs = (figures.get(name, "").partition(" (")[0] for name in ("ours", agreement.PEER))
    ratio = figures.get("times as fast", "").strip("*").partition("**")[0]
    yield Row(
        "agreement", "gamma of a text of 100 spans", ours, agreement.PEER, theirs, ratio, more
    )


def shards(articles: str | None, count: int) -> Iterator[Row]:
    """Articles a second by the clock into shards, by engine."""
    found = scale.measured(articles, count, max(1, count // 8))
    first, *others = found["runs"]
    more = "make bench-scale"
    yield Row(
        "scale",
        f"{count:,} articles, {first.name}",
        f"{count / first.wall:,.0f} articles/s",
        more=more,
    )
    for run in others:
        yield Row(
            *("scale", f"{count:,} articles, {run.name}", f"{count / run.wall:,.0f} articles/s"),
            *(first.name, f"{count / first.wall:,.0f} articles/s"),
            *(f"{first.wall / run.wall:.2f}", more),
        )


PARTS = ("pre-annotation", "labeling", "export", "agreement", "scale")


@click.command()
@click.argument("articles", required=False)
@click.option("--only", type=click.Choice(PARTS), multiple=True, help="Measure these parts only.")
@click.option("--tasks", default=500, show_default=True, type=click.IntRange(50))
@click.option("--count", default=1_000, show_default=True, type=click.IntRange(10))
@click.option("--pure", is_flag=True, help="Do not measure the compiled build (no C compiler).")
@click.option("--json", "json_path", type=click.Path(path_type=Path), help="Write the figures.")
@click.option("--write", "page_path", type=click.Path(path_type=Path), help="Write the page.")
def main(
    articles: str | None,
    only: tuple[str, ...],
    tasks: int,
    count: int,
    pure: bool,
    json_path: Path | None,
    page_path: Path | None,
) -> None:
    """Measures pre-annotation, push, pull, export, agreement and scale: one table."""
    parts: Mapping[str, Callable[[], Iterator[Row]]] = {
        "pre-annotation": partial(preannotation, articles, pure=pure),
        "labeling": partial(push_and_pull, tasks),
        "export": partial(export, tasks),
        "agreement": partial(measures, 200),
        "scale": partial(shards, articles, count),
    }
    rows: list[Row] = []
    for name in only or PARTS:
        click.echo(f"measuring: {name}", err=True)
        try:
            rows += parts[name]()
        except (AnnotateError, RuntimeError, OSError) as problem:
            # The others are measured all the same.
            rows.append(Row(name, "could not be measured", str(problem)[:200]))
    cells = [tuple(asdict(row).values()) for row in rows]
    table(about(), HEADERS, cells, texts=len(HEADERS))
    if json_path:
        value = {"machine": machine(), "rows": [asdict(row) for row in rows]}
        write_text(json_path, json.dumps(value, ensure_ascii=False, indent=2) + "\n")
    if page_path:
        write_text(page_path, page(rows))


def about() -> str:
    """Which machine this is."""
    found = machine()
    return (
        f"{found['date']}, {found['cores']} cores of {found['CPU']}, Python {found['Python']}, "
        f"load {os.getloadavg()[0]:.1f}"
    )


def page(rows: list[Row]) -> str:
    """The table as a page, with the way to the others."""
    lines = [
        "# Benchmarks",
        "",
        f"Written by `make bench ARGS='--write docs/benchmarks.md'`: {about()}. Short forms, one "
        "round: the ratios say more than the figures, and the pages below more than both.",
        "",
        "| " + " | ".join(HEADERS) + " |",
        "|" + "---|" * len(HEADERS),
        *("| " + " | ".join(_cell(row)) + " |" for row in rows),
        "",
        "Long forms: [pre-annotation](benchmark.md), [push and pull](benchmark-labeling.md), "
        "[datasets](benchmark-dataset.md) ([a million articles](benchmark-dataset-million.md)), "
        "[agreement](benchmark-agreement.md), [scale](scale.md).",
    ]
    return "\n".join(lines) + "\n"


def _cell(row: Row) -> Iterator[str]:
    *cells, more = asdict(row).values()
    yield from cells
    yield f"`{more}`" if more else ""


if __name__ == "__main__":
    main()
