"""The command line: how quickly it starts, how much memory it needs, and what workers gain."""

from __future__ import annotations

import json
import random
import statistics
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from tests.bench.corpora import SEED, Corpus
from tests.bench.report import Section, median_and_spread
from tests.bench.spawn import Cost, cost_of
from tests.support import ROOT, clean_environment

FACTORS = (1, 4, 16)
_NEW_WORDS = (50_000, 200_000, 800_000)
_LETTERS = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"
_FIRST = "next(annotate.preannotate(['قال المتحدث في بغداد إن الاجتماع انتهى.']))"
_STARTS = {
    "python -c pass": ("-c", "pass"),
    "annotate --help": ("-m", "annotate", "--help"),
    "import annotate": ("-c", "import annotate"),
    "the first pre-annotation": ("-c", f"import annotate\n{_FIRST}"),
}

START = """\
From nothing, in a new process: the median of {runs} starts, in seconds, with the smallest and the
largest. The first pre-annotation reads all lexicons."""
MEMORY = """\
Peak memory (resident, of the whole process) of `annotate preannotate --workers 1` over more and
more articles. They stream: the peak must not grow with their number. What is known of words is
kept, up to a bound, so the last rows give words that never come again, the worst case for it."""
WORKERS = """\
`annotate preannotate` over the corpus from start to end, reading, cleaning and writing included,
with one process and with two. The clock tells of the machine, too: cores that others keep busy gain
nothing. With free cores the busiest process is what one waits for."""


def _run(arguments: Sequence[str], folder: Path = ROOT, *, watch: bool = False) -> Cost:
    return cost_of([sys.executable, *arguments], folder, clean_environment(), watch=watch)


def start_up(runs: int) -> Section:
    """How long starts take, and whether they load PyTorch, which camel-tools brings along."""
    rows, data = [], {}
    for name, arguments in _STARTS.items():
        costs = [_run(arguments) for _ in range(runs)]
        data[name] = {
            "wall": statistics.median(c.wall for c in costs),
            "cpu": statistics.median(c.cpu for c in costs),
        }
        wall, cpu = ([getattr(c, what) for c in costs] for what in ("wall", "cpu"))
        peak = statistics.median(c.peak for c in costs)
        rows.append((name, median_and_spread(wall), median_and_spread(cpu), f"{peak:.0f}"))
    loaded = _loads_torch()
    return Section(
        "Start-up",
        START.format(runs=runs),
        ("", "on the clock (s)", "CPU (s)", "peak memory (MB)"),
        rows,
        options="--only startup",
        below=f"PyTorch is imported by then: {'yes' if loaded else 'no'}.",
        data={**data, "torch": loaded},
    )


def _loads_torch() -> bool:
    code = f"import sys, annotate\n{_FIRST}\nsys.exit('torch' in sys.modules)"
    try:
        _run(("-c", code))
    except RuntimeError:
        return True
    return False


def memory(corpus: Corpus, most: int, folder: Path) -> Section:
    """The peaks; `most`: as many articles make the corpus here."""
    texts = corpus.texts[:most]
    rows, data = [], {}
    kinds: list[tuple[str, Iterable[str]]] = [
        (f"{factor} x {len(texts):,} articles", (text for _ in range(factor) for text in texts))
        for factor in FACTORS
    ]
    kinds += [(f"{count:,} new words", _new_words(count)) for count in _NEW_WORDS]
    for name, stream in kinds:
        source, out = folder / "articles.jsonl", folder / "spans.jsonl"
        count = _write(source, stream)
        cost = _run((*_command(source, out), "--workers", "1"), folder)
        read, written = (path.stat().st_size / 1e6 for path in (source, out))
        sizes = (f"{count:,}", f"{read:.1f}", f"{written:.1f}")
        rows.append((name, *sizes, f"{cost.peak:.0f}", f"{count / cost.cpu:.0f}"))
        data[name] = {"articles": count, "MB_read": read, "peak_MB": cost.peak, "cpu": cost.cpu}
    headers = ("", "articles", "read (MB)", "written (MB)", "peak memory (MB)", "articles/CPU s")
    return Section("Memory", MEMORY, headers, rows, options="--only memory", data=data)


def _write(path: Path, texts: Iterable[str]) -> int:
    """Writes the texts as articles with an id of their own each."""
    count = 0
    with path.open("w", encoding="utf-8") as file:
        for count, text in enumerate(texts, start=1):
            file.write(json.dumps({"id": str(count), "text": text}, ensure_ascii=False) + "\n")
    return count


def _new_words(count: int) -> Iterator[str]:
    """Texts of 400 random words each."""
    chance = random.Random(SEED)  # noqa: S311 - nothing secret
    for _ in range(count // 400):
        yield " ".join("".join(chance.choices(_LETTERS, k=9)) for _ in range(400)) + "."


def workers(corpus: Corpus, runs: int, folder: Path) -> Section:
    """What a second process gains."""
    source, out = folder / "articles.jsonl", folder / "spans.jsonl"
    count = _write(source, corpus.texts)
    costs: dict[int, list[Cost]] = {1: [], 2: []}
    for _ in range(runs):  # in turn, so that a busy minute slows both
        for number, taken in costs.items():
            command = (*_command(source, out), "--workers", str(number))
            taken.append(_run(command, folder, watch=True))
    rows = [
        (
            str(number),
            median_and_spread([cost.wall for cost in taken], 1),
            f"{count / statistics.median(cost.wall for cost in taken):.0f}",
            median_and_spread([cost.cpu for cost in taken], 1),
            median_and_spread([cost.busiest for cost in taken], 1),
            f"{max(cost.peak for cost in taken):.0f}",
        )
        for number, taken in costs.items()
    ]
    headers = (
        *("workers", "on the clock (s)", "articles/s", "CPU (s)", "CPU of the busiest process (s)"),
        "peak memory of all (MB)",
    )
    data = {number: [asdict(cost) for cost in taken] for number, taken in costs.items()}
    return Section("Workers", WORKERS, headers, rows, options="--only workers", data=data)


def _command(source: Path, out: Path) -> tuple[str, ...]:
    return ("-m", "annotate", "preannotate", str(source), "--out", str(out))
