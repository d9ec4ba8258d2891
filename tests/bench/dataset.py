"""`python -m tests.bench.dataset`, or `make bench-dataset`: size, speed and memory of builds.

The articles are made of the seeds' sentences, so that as many as wanted can be had; the labeling
server's own converter (to CoNLL) works on the same tasks in the same run.
"""

from __future__ import annotations

import json
import logging
import os
import platform
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click

from annotate.corpus.article import Article, Segment
from annotate.dataset.build import Recipe, build
from annotate.dataset.manifest import read_manifest
from annotate.dataset.rows import Chosen
from annotate.heuristics.pipeline import load_heuristics
from annotate.jsontext import parsed
from annotate.labeling.interface import labeling_interface
from annotate.labeling.parts import whole
from annotate.labeling.received import from_results
from annotate.labeling.wire import to_results, to_task
from annotate.ontology import Ontology, load_ontology
from annotate.storage import write_text
from tests.bench.dataset_made import SPANS, WORDS, made
from tests.bench.report import processor
from tests.bench.spawn import cost_of
from tests.support import ROOT, clean_environment

ROUNDS = 3


@click.command()
@click.option("--articles", default=100_000, show_default=True, type=click.IntRange(100))
@click.option("--tasks", default=2_000, show_default=True, type=click.IntRange(10))
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1))
@click.option("--only", type=click.Choice(["scale", "tasks"]), help="Measure one of the two.")
@click.option(
    "--verified",
    default=100_000,
    show_default=True,
    type=click.IntRange(0),
    help="Verify versions of up to so many articles.",
)
@click.option("--write", "page_path", type=click.Path(path_type=Path), help="Write the page.")
@click.option("--only-build", type=click.Path(path_type=Path), hidden=True)
def main(
    articles: int,
    tasks: int,
    workers: int,
    only: str | None,
    verified: int,
    page_path: Path | None,
    only_build: Path | None,
) -> None:
    """Measures how fast datasets are built, and in how much memory."""
    if only_build is not None:
        _build(only_build, made(articles, load_ontology()), workers)
        return
    with tempfile.TemporaryDirectory() as folder:
        tenth = max(100, articles // 10)
        runs = dict.fromkeys([(tenth, 1), (articles, 1), (tenth, workers)])
        scale, ratios = [], {}
        if only != "tasks":
            scale = [_scale(Path(folder) / f"{n}-{w}", n, w, n <= verified) for n, w in runs]
        if only != "scale":
            ratios = _against_the_converter(Path(folder), tasks, workers)
    options = f"--articles {articles} --tasks {tasks} --workers {workers} --verified {verified}"
    page = _page(scale, ratios, tasks, options + (f" --only {only}" if only else ""))
    click.echo(page)
    if page_path is not None:
        write_text(page_path, page)


def _recipe(workers: int) -> Recipe:
    ontology = load_ontology()
    stems = load_heuristics(ontology).analyse.stems
    return Recipe(ontology, is_known=stems.__contains__, workers=workers)


def _build(folder: Path, chosen: Iterator[Chosen], workers: int) -> Path:
    return build(chosen, "made", folder, _recipe(workers)).path


def _scale(folder: Path, count: int, workers: int, verified: bool) -> dict[str, Any]:
    """A build of so many articles, and perhaps its verification, each in a process of its own."""
    folder.mkdir()
    command = [
        *(sys.executable, "-m", "tests.bench.dataset", "--only-build", str(folder)),
        *("--articles", str(count), "--workers", str(workers)),
    ]
    cost = cost_of(command, ROOT, clean_environment({"OMP_NUM_THREADS": "1"}), watch=True)
    version = folder / "made" / "1.0.0"
    manifest = read_manifest(version)
    verify = [sys.executable, "-m", "annotate", "verify", str(version)]
    checked = None
    if verified:
        checked = cost_of(verify, ROOT, clean_environment({"OMP_NUM_THREADS": "1"}), watch=True)
    size = sum(entry["bytes"] for entry in manifest["files"].values())
    counts = manifest["counts"]
    return {
        "articles": count,
        "workers": workers,
        "spans": counts["entities"] + counts["events"],
        "tokens": counts["tokens"],
        "files": len(manifest["files"]),
        "bytes": size,
        "wall": cost.wall,
        "cpu": cost.cpu,
        "peak": cost.peak,
        "verify": checked,
    }


def _tasks(path: Path, count: int, ontology: Ontology) -> None:
    """An export of the labeling server: tasks with one annotation each."""
    tasks = []
    for number, item in enumerate(made(count, ontology, seed=2)):
        article, part = item.article, whole(item.article.text)
        task = to_task(article, part, None, "none", ontology)
        task["id"] = number + 1
        task["annotations"] = [
            {
                "id": number + 1,
                "completed_by": 1,
                "created_at": "2026-01-01T00:00:00Z",
                "lead_time": 60.0,
                "result": to_results(item.annotation, ontology, part),
                "was_cancelled": False,
            }
        ]
        tasks.append(task)
    path.write_text(json.dumps(tasks, ensure_ascii=False), encoding="utf-8")


def _chosen(path: Path, ontology: Ontology) -> Iterator[Chosen]:
    """The tasks of an export, as `pull` reads them."""
    for task in parsed(path.read_bytes()):
        data = task["data"]
        text = data["text"]
        results = task["annotations"][0]["result"]
        received = from_results(results, text, data["text_sha256"], whole(text), ontology)
        assert not received.quarantined
        segments = (Segment("paragraph", 0, len(text), 0, len(text)),)
        article = Article(data["doc_id"], text, source="made.txt", segments=segments)
        yield Chosen(article, received.annotation, "single", ("annotator-1",))


def _against_the_converter(folder: Path, count: int, workers: int) -> dict[str, list[float]]:
    """Seconds for all tasks: of the converter, and of builds with one process and with several."""
    from label_studio_sdk.converter import Converter

    logging.disable(logging.WARNING)
    ontology = load_ontology()
    path = folder / "tasks.json"
    _tasks(path, count, ontology)
    recipes = {1: _recipe(1), workers: _recipe(workers)}
    seconds: dict[str, list[float]] = {}

    def measure(name: str, start: tuple[float, float]) -> None:
        seconds.setdefault(f"{name}: clock", []).append(time.perf_counter() - start[0])
        seconds.setdefault(f"{name}: CPU", []).append(time.process_time() - start[1])

    for turn in range(ROUNDS):
        start = time.perf_counter(), time.process_time()
        converter = Converter(config=labeling_interface(ontology), project_dir=None)
        converter.convert_to_conll2003(str(path), str(folder / "conll"), is_dir=False)
        measure("converter", start)
        for number, recipe in recipes.items():
            start = time.perf_counter(), time.process_time()
            build(_chosen(path, ontology), "tasks", folder / f"{turn}-{number}", recipe)
            measure(f"build, {number} thread" + ("s" if number > 1 else ""), start)
    return seconds


def _page(
    scale: list[dict[str, Any]], ratios: dict[str, list[float]], tasks: int, options: str
) -> str:
    lines = [
        "# Benchmark of datasets",
        "",
        "Written by `make bench-dataset`: no figure here is typed. Another machine gives other "
        "times; ratios and memory carry over.",
        "",
        f"{datetime.now(UTC):%Y-%m-%d}, {machine_line()}",
        *(_scale_lines(scale) if scale else ()),
        *(_ratio_lines(ratios, tasks) if ratios else ()),
    ]
    return "\n".join([*lines, "", "```", f"make bench-dataset ARGS='{options}'", "```", ""])


def _scale_lines(scale: list[dict[str, Any]]) -> Iterator[str]:
    yield from ("", "## Size, time and memory", "")
    yield (
        f"Articles of {WORDS} words with {SPANS} spans, made of the seeds' sentences by the "
        "process that builds (which is in the times); all tables but `annotations`."
    )
    yield ""
    yield (
        "| articles | spans | tokens | files | size | threads that make rows | clock | CPU "
        "| articles/s | peak memory |"
    )
    yield "|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|"
    for one in scale:
        yield (
            f"| {one['articles']:,} | {one['spans']:,} | {one['tokens']:,} | {one['files']} "
            f"| {one['bytes'] / 2**20:,.0f} MB | {one['workers']} "
            f"| {one['wall']:,.0f} s | {one['cpu']:,.0f} s "
            f"| {one['articles'] / one['wall']:,.0f} | {one['peak']:,.0f} MB |"
        )
    yield ""
    yield (
        "`annotate verify` of the same versions, which have to be sound: every rule over all rows, "
        "and the tables against one another."
    )
    yield from ("", "| articles | clock | CPU | articles/s | peak memory |")
    yield "|---:|---:|---:|---:|---:|"
    for one in scale:
        cost = one["verify"]
        if cost is not None:
            yield (
                f"| {one['articles']:,} | {cost.wall:,.0f} s | {cost.cpu:,.0f} s "
                f"| {one['articles'] / cost.wall:,.0f} | {cost.peak:,.0f} MB |"
            )


def _ratio_lines(ratios: dict[str, list[float]], tasks: int) -> Iterator[str]:
    yield from ("", "## From labeling JSON to Parquet", "")
    yield (
        f"{tasks:,} tasks of that size as the labeling server exports them (one annotation each), "
        "to CoNLL by `label_studio_sdk.converter.Converter`, which writes tokens and tags of one "
        "layer, and to a version with all it has: spans checked against the text, both layers' "
        f"tags, roles, cores, sentences, long form. The best of {ROUNDS} rounds, side by side."
    )
    yield ""
    yield "|  | tasks/s by the clock | times the converter | tasks/s of CPU | times the converter |"
    yield "|---|---:|---:|---:|---:|"
    best = {name: min(values) for name, values in ratios.items()}
    for name in dict.fromkeys(key.rpartition(":")[0] for key in best):
        clock, cpu = best[f"{name}: clock"], best[f"{name}: CPU"]
        yield (
            f"| {name} | {tasks / clock:,.0f} | {best['converter: clock'] / clock:.1f} "
            f"| {tasks / cpu:,.0f} | {best['converter: CPU'] / cpu:.1f} |"
        )


def machine_line() -> str:
    """Which machine this is, and with what it worked."""
    packages = ("annotate", "pyarrow", "numpy", "label-studio-sdk")
    return ", ".join(
        (
            f"{os.cpu_count()} cores of {processor()}",
            f"Python {platform.python_version()}",
            *(f"{name} {version(name)}" for name in packages),
            f"load {os.getloadavg()[0]:.1f} from other work",
        )
    )


if __name__ == "__main__":
    main()
