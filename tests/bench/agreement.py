"""`python -m tests.bench.agreement`, or `make bench-agreement`: measures of agreement.

How long all F1 measures take with their intervals, and gamma beside pygamma-agreement, on the same
units in the same run. Without that package (the extra `oracle`) only ours is measured.
"""

from __future__ import annotations

import contextlib
import importlib
import logging
import os
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import click
import numpy as np

from annotate.agreement.alignment import Continuum
from annotate.agreement.chance import chance
from annotate.agreement.counting import count
from annotate.agreement.gamma import gamma, gamma_of
from annotate.agreement.readings import Item
from annotate.agreement.resampling import RESAMPLES, estimates
from annotate.agreement.unitizing import unitizing
from annotate.ontology import Ontology, load_ontology
from annotate.spans import LAYERS
from annotate.storage import write_text
from tests.bench.agreement_made import items, units_of
from tests.bench.report import machine

PEER = "pygamma-agreement"
PACKAGES = ("CPU", "cores", "Python")

Row = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Timed:
    """What something gave, and how long it took: on the clock, and of all cores."""

    value: Any
    wall: float
    cpu: float


@click.command()
@click.option("--articles", default=1000, show_default=True, type=click.IntRange(1))
@click.option("--annotators", default=3, show_default=True, type=click.IntRange(2, 5))
@click.option("--spans", default=50, show_default=True, type=click.IntRange(1))
@click.option("--units", default=100, show_default=True, help="Spans of the text for gamma.")
@click.option("--rounds", default=3, show_default=True, type=click.IntRange(1))
@click.option("--write", "page_path", type=click.Path(path_type=Path), help="Write the page.")
def main(
    articles: int, annotators: int, spans: int, units: int, rounds: int, page_path: Path | None
) -> None:
    """Measures how quick the measures of agreement are."""
    ontology = load_ontology()
    made = items(articles, annotators, spans, ontology)
    about = f"{articles} articles x {annotators} annotators x {spans} spans"
    rows = [*f1_rows(made, ontology), *other_rows(made, ontology)]
    (text,) = items(1, annotators, units, ontology)
    continuum = units_of(text, ontology)
    size = sum(map(len, continuum))
    against = gamma_rows(continuum, rounds)
    text_about = f"{annotators} annotators, {size} units ({units} before each missed some)"
    page = _page(about, rows, text_about, against, rounds)
    click.echo(page)
    if page_path is not None:
        write_text(page_path, page)


def timed(work: Callable[[], Any]) -> Timed:
    wall, cpu = time.perf_counter(), time.process_time()
    value = work()
    return Timed(value, time.perf_counter() - wall, time.process_time() - cpu)


def f1_rows(made: Sequence[Item], ontology: Ontology) -> list[Row]:
    """All F1 measures: counting, and bootstraps in total, by label, and by pair."""
    table = timed(lambda: count(made, ontology))
    total = timed(lambda: estimates(table.value.summed()))
    label = timed(lambda: estimates(table.value.summed(("measure", "how", "label"))))
    pairs = timed(lambda: [estimates(table.value.only(pair=p).summed()) for p in table.value.pairs])
    parts = (table, total, label, pairs)
    return [
        ("matches and misses of every pair of readings", _seconds(table)),
        (f"intervals of the {len(total.value)} totals", _seconds(total)),
        (f"intervals of the {len(label.value)} figures by label", _seconds(label)),
        (f"intervals of the totals of each of {len(pairs.value)} pairs", _seconds(pairs)),
        (
            "**all F1 measures**",
            f"**{sum(p.wall for p in parts):.2f} s** ({sum(p.cpu for p in parts):.2f} s)",
        ),
    ]


def other_rows(made: Sequence[Item], ontology: Ontology) -> list[Row]:
    """What is measured beside F1, on both layers."""
    words = timed(lambda: [chance(made, layer, ontology) for layer in LAYERS])
    groups = sorted({item.group for item in made})
    drawn = timed(lambda: [chance(made, layer, ontology, groups=groups) for layer in LAYERS])
    places = timed(lambda: [unitizing(made, layer, ontology) for layer in LAYERS])
    aligned = timed(lambda: [gamma_of(made, layer, ontology) for layer in LAYERS])
    texts = max(one.articles for one in aligned.value)
    return [
        ("kappas and nominal alpha over words", _seconds(words)),
        ("the same with their intervals", _seconds(drawn)),
        ("alpha_U over characters", _seconds(places)),
        (f"gamma of {texts} articles", _seconds(aligned)),
    ]


def gamma_rows(continuum: Continuum, rounds: int) -> list[Row]:
    """Gamma and the peer's, in turns, after a turn that does not count (it compiles)."""
    peer = _peer(continuum)
    runs: dict[str, list[Timed]] = {"ours": [], PEER: []}
    for turn in range(rounds + 1):
        ours = partial(_ours, continuum, turn)
        for name, work in (("ours", ours), (PEER, peer)):
            if work is not None:
                done = timed(work)
                if turn:
                    runs[name].append(done)
    rows = []
    for name, found in runs.items():
        if found:
            walls = sorted(one.wall for one in found)
            rows.append(
                (
                    f"{name}: 1 best alignment and 30 random ones",
                    f"{statistics.median(walls):.2f} s ({walls[0]:.2f} to {walls[-1]:.2f}; "
                    f"of all cores {statistics.median(one.cpu for one in found):.2f} s)",
                )
            )
    if peer is None:
        return [*rows, (f"{PEER} is not installed", "-")]
    ratios = sorted(b.wall / a.wall for a, b in zip(runs["ours"], runs[PEER], strict=True))
    mine, theirs = (statistics.mean(one.value for one in runs[name]) for name in ("ours", PEER))
    return [
        *rows,
        (
            "**times as fast**",
            f"**{statistics.median(ratios):.0f}** ({ratios[0]:.0f} to {ratios[-1]:.0f})",
        ),
        ("gamma, mean of the rounds: ours", f"{mine:.4f}"),
        (f"gamma, mean of the rounds: {PEER}", f"{theirs:.4f}"),
        ("**difference**", f"**{abs(mine - theirs):.4f}**"),
    ]


def _ours(continuum: Continuum, seed: int) -> float | None:
    return gamma(continuum, seed=seed).value


def _peer(continuum: Continuum) -> Callable[[], float] | None:
    try:
        package = importlib.import_module("pygamma_agreement")
        segment = importlib.import_module("pyannote.core").Segment
    except ImportError:
        return None
    theirs = package.Continuum()
    for number, units in enumerate(continuum):
        for start, end, category in units.tolist():
            theirs.add(f"annotator{number}", segment(start, end), f"category{category}")
    how = package.CombinedCategoricalDissimilarity(alpha=3, beta=1, delta_empty=1)
    np.random.seed(1)

    def run() -> float:
        with _quiet():
            return float(theirs.compute_gamma(how).gamma)

    return run


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Its solver (GLPK) writes to the terminal, past Python."""
    logging.disable(logging.WARNING)
    kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)
        logging.disable(logging.NOTSET)


def _seconds(found: Timed) -> str:
    return f"{found.wall:.2f} s ({found.cpu:.2f} s)"


def _page(about: str, rows: list[Row], text: str, against: list[Row], rounds: int) -> str:
    where = machine()
    versions = [f"{name} {where[name]}" for name in PACKAGES]
    for package in ("numpy", "scipy", PEER):
        with contextlib.suppress(PackageNotFoundError):
            versions.append(f"{package} {version(package)}")
    lines = [
        "# Benchmark: measures of agreement",
        "",
        "Made by `make bench-agreement` (with the extra `oracle` for the second table), on "
        f"{where['date']}: {', '.join(versions)}. Other work ran on the same cores.",
        "",
        f"## {about}",
        "",
        f"Made-up readings; {RESAMPLES} resamples. Seconds on the clock, and of the processor.",
        "",
        "| what | time |",
        "|---|---:|",
        *(f"| {name} | {value} |" for name, value in rows),
        "",
        f"## Gamma: {text}",
        "",
        f"Beside {PEER} on the same units, in turns, {rounds} rounds: median, least and most. Both "
        "with alpha = 3, beta = 1, delta = 1, and 30 random continua a round, drawn in the same "
        "way; what is drawn differs, and so gamma does in its third place.",
        "",
        "| what | figure |",
        "|---|---:|",
        *(f"| {name} | {value} |" for name, value in against),
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
