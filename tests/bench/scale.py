"""`python -m tests.bench.scale`, or `make bench-scale`: pre-annotation into shards, by engine.

Writes the measured part of docs/scale.md and the arithmetic from it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import pyarrow as pa
import pyarrow.parquet as pq

from annotate.storage import write_text
from tests.bench import corpora
from tests.bench.report import machine
from tests.bench.spawn import cost_of
from tests.support import ROOT, clean_environment, tree

PAGE = ROOT / "docs" / "scale.md"
BEGIN, END = "<!-- measured: make bench-scale -->", "<!-- end of what was measured -->"
BUSY = (
    "**Other work kept the cores busy**: the times by the clock, and what is gained by more "
    "processes, say little here; the CPU times do."
)
GOAL = 100_000_000  # articles
CORES = (2, 16, 96, 960)


@dataclass(frozen=True, slots=True)
class Run:
    """What a run cost.

    Attributes:
        wall: seconds on the clock, of the whole command.
        cpu: CPU seconds of all processes.
        peak: MB of all processes together.
    """

    name: str
    wall: float
    cpu: float
    peak: float


@click.command()
@click.argument("articles", required=False)
@click.option("--count", default=8_000, show_default=True, type=click.IntRange(10))
@click.option("--shard-rows", default=500, show_default=True, type=click.IntRange(1))
@click.option("--write", is_flag=True, help="Write the figures into docs/scale.md.")
def main(articles: str | None, count: int, shard_rows: int, write: bool) -> None:
    """Measures articles a second on one core, on all, and on a local Ray."""
    found = measured(articles, count, shard_rows)
    text = section(found, given=articles is not None)
    click.echo(text)
    if write:
        before = PAGE.read_text("utf-8")
        head, rest = before.split(BEGIN)
        write_text(PAGE, f"{head}{BEGIN}\n\n{text}\n\n{END}{rest.split(END)[1]}")


def measured(articles: str | None, count: int, shard_rows: int) -> dict[str, Any]:
    """The figures: of each engine over the same articles, and whether their bytes are the same."""
    corpus = corpora.read(articles) if articles else corpora.varied()
    cores = os.cpu_count() or 1
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = folder / "articles.parquet"
        texts = _repeated(corpus.texts, count, source)
        one = folder / "one.parquet"
        _repeated(corpus.texts[:1], 1, one)
        engines: dict[str, Sequence[str]] = {
            "one process": ("--workers", "1"),
            f"{cores} processes": ("--workers", str(cores)),
        }
        if _has_ray():
            engines[f"Ray on this machine, {cores} at a time"] = (
                *("--engine", "ray", "--workers", str(cores)),
            )
        runs, trees = [], []
        empty: dict[str, Run] = {}
        for number, (what, options) in enumerate(engines.items()):
            out = folder / f"out{number}"
            runs.append(_run(what, source, out, shard_rows, options))
            empty[what] = _run(what, one, folder / f"one{number}", shard_rows, options)
            trees.append(tree(out))
        manifest = json.loads((folder / "out0" / "manifest.json").read_text("utf-8"))
        return {
            "corpus": corpus,
            "articles": count,
            "megabytes": texts / 1e6,
            "input": source.stat().st_size,
            "output": manifest["totals"]["bytes"],
            "spans": manifest["totals"]["spans"],
            "shards": manifest["totals"]["shards"],
            "runs": runs,
            "one": empty,
            "same": all(one == trees[0] for one in trees),
            "looked_at": _looked_at(source, folder),
        }


def _has_ray() -> bool:
    try:
        import ray  # noqa: F401
    except ImportError:
        return False
    return True


def _repeated(texts: Sequence[str], count: int, path: Path) -> int:
    """Writes so many articles, the texts again and again; how many bytes of text they have."""
    size = 0
    schema = pa.schema([("id", pa.string()), ("text", pa.string())])
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for start in range(0, count, 500):
            rows = [
                {"id": str(n), "text": f"{texts[n % len(texts)]}\n{n}"}
                for n in range(start, min(count, start + 500))
            ]
            size += sum(len(row["text"].encode()) for row in rows)
            writer.write_table(pa.Table.from_pylist(rows, schema))
    return size


def _run(what: str, source: Path, out: Path, shard_rows: int, options: Sequence[str]) -> Run:
    command = [sys.executable, "-m", "annotate", "preannotate", str(source), "--no-clean"]
    command += ["--out", str(out), "--shard-rows", str(shard_rows), *options]
    cost = cost_of(command, ROOT, clean_environment(), watch=True)
    return Run(what, cost.wall, cost.cpu, cost.peak)


def _each(found: dict[str, Any], run: Run) -> float:
    """CPU seconds that one more article costs."""
    return float((run.cpu - found["one"][run.name].cpu) / (found["articles"] - 1))


def _looked_at(source: Path, folder: Path) -> float:
    """Seconds to lay the shards out, start included."""
    command = [sys.executable, "-m", "annotate", "preannotate", str(source), "--no-clean"]
    command += ["--out", str(folder / "none"), "--dry-run"]
    start = time.perf_counter()
    subprocess.run(command, cwd=ROOT, env=clean_environment(), check=True, capture_output=True)
    return time.perf_counter() - start


def section(found: dict[str, Any], *, given: bool) -> str:
    """The figures and what follows from them, as Markdown."""
    return "\n".join([*_measured_lines(found, given), "", *_extrapolated_lines(found)])


def _measured_lines(found: dict[str, Any], given: bool) -> Iterator[str]:
    about, corpus, count = machine(), found["corpus"], found["articles"]
    what = (
        f"the {len(corpus.texts):,} articles that were named" if given
        else f"{len(corpus.texts):,} articles made of the seeds' lines"
    )  # fmt: skip
    yield "## Measured"
    yield ""
    yield (
        f"{about['date']}, {about['cores']} cores of {about['CPU']}, Python {about['Python']}, "
        f"load {os.getloadavg()[0]:.1f} at the end. {count:,} articles ({what}, again and again "
        f"with a number of its own each): {found['megabytes'] / count * 1000:.1f} kB of text and "
        f"{found['spans'] / count:.0f} spans each, {found['shards']} shards. The clock is that of "
        "the whole command, from nothing to the manifest. The same with one article is what an "
        "engine costs before it does anything; articles/s of CPU are those beyond it."
    )
    if os.getloadavg()[0] > 1.5 * int(about["cores"]):
        yield ""
        yield BUSY
    yield ""
    yield (
        "| engine | clock | articles/s by the clock | CPU, all processes | articles/s of CPU "
        "| one article: clock | one article: CPU | peak memory, all processes |"
    )
    yield "|---|---:|---:|---:|---:|---:|---:|---:|"
    for run in found["runs"]:
        yield (
            f"| {run.name} | {run.wall:,.1f} s | {count / run.wall:,.0f} | {run.cpu:,.1f} s "
            f"| {1 / _each(found, run):,.0f} | {found['one'][run.name].wall:.1f} s "
            f"| {found['one'][run.name].cpu:.1f} s | {run.peak:,.0f} MB |"
        )
    yield ""
    same = "the same bytes" if found["same"] else "**DIFFERENT BYTES**"
    first = found["runs"][0]
    yield (
        f"All engines made {same}. Input: {found['input'] / count / 1000:.2f} kB of Parquet an "
        f"article; output: {found['output'] / count / 1000:.2f} kB, the text with it. To lay the "
        f"shards out took {found['looked_at']:.1f} s, start of the program included."
    )
    for run in found["runs"][1:]:
        gain = first.wall / run.wall
        yield (
            f"{run.name}: {gain:.2f} times as fast as one process by the clock, with "
            f"{run.cpu / first.cpu:.2f} times its CPU time."
        )


def _extrapolated_lines(found: dict[str, Any]) -> Iterator[str]:
    count, first = found["articles"], found["runs"][0]
    rate = 1 / _each(found, first)
    ray = next((run for run in found["runs"] if run.name.startswith("Ray")), first)
    ray_rate = 1 / _each(found, ray)
    yield f"## Extrapolated: {GOAL:,} articles"
    yield ""
    yield (
        f"Not measured: {GOAL:,} times the CPU time of one article above "
        f"({1000 / rate:.1f} ms with processes, {1000 / ray_rate:.1f} ms with Ray, the work of its "
        "own processes included). It takes for granted "
        "that the cores are free and as fast as these, and that storage keeps up; articles of "
        "another length need time in proportion, and where articles are not read again and again, "
        "as here, new words cost more (cold beside warm in [benchmark.md](benchmark.md))."
    )
    yield ""
    yield "| cores | hours, processes | hours, Ray |"
    yield "|---:|---:|---:|"
    for cores in CORES:
        local = f"{GOAL / rate / cores / 3600:,.1f}" if cores <= 96 else "(one machine has fewer)"
        yield f"| {cores} | {local} | {GOAL / ray_rate / cores / 3600:,.1f} |"
    yield ""
    gigabytes = GOAL / count / 1e9
    yield (
        f"{GOAL / rate / 3600:,.0f} core hours; {found['input'] * gigabytes:,.0f} GB to read, "
        f"{found['output'] * gigabytes:,.0f} GB to write, in {GOAL // 10_000:,} shards of 10,000 "
        f"rows of {found['output'] / count * 10_000 / 1e6:.0f} MB, each "
        f"{10_000 / rate:,.0f} s of one core: what a killed worker loses at the most."
    )


if __name__ == "__main__":
    main()
