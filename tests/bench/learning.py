"""What learning is worth and what it costs, for docs/learning.md: `make bench-learning`."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from annotate.heuristics.pipeline import Heuristics, load_heuristics, preannotate_text
from annotate.learning.store import versions
from annotate.ontology import load_ontology
from annotate.storage import write_text
from tests.bench.corpora import Corpus, read, varied
from tests.bench.learning_made import SENTENCES, write_made
from tests.bench.report import median_and_spread, processor
from tests.generated import filled
from tests.learning.made import LABELS, write_ontology
from tests.support import ROOT, SEEDS, Ran, clean_environment

PAGE = "docs/learning.md"
HALVES = "annotate learn seeds/annotations/adjudicated.jsonl --texts seeds --folds 2 --dry-run"
_GOLD = SEEDS / "annotations" / "adjudicated.jsonl"
_SHARES = (0.0, 0.5)  # of made-up corpora: names that a lexicon of the package has
_BATCH = 25


@click.command()
@click.argument("articles", required=False)
@click.option("--name", help="What to call the articles (default: the file's name).")
@click.option(
    "--corpus",
    nargs=2,
    type=click.Path(exists=True, path_type=Path),
    help="A training and a test file in CoNLL columns in place of the made-up ones.",
)
@click.option("--labels", help="Of that corpus, as of annotate import.")
@click.option("--sentences", default=3_000, show_default=True, help="Of the made-up training part.")
@click.option("--texts", default=400, show_default=True, help="So many articles are timed.")
@click.option("--rounds", default=5, show_default=True)
@click.option("--write", is_flag=True, help=f"Write the figures into {PAGE}.")
def main(
    articles: str | None,
    name: str | None,
    corpus: tuple[Path, Path] | None,
    labels: str | None,
    sentences: int,
    texts: int,
    rounds: int,
    write: bool,
) -> None:
    """Measures learning: half of the reference articles, a corpus in columns, and speed.

    ARTICLES, which are timed with and without what was learned, is whatever `annotate preannotate`
    reads; without it a corpus is made of the seeds.
    """
    read_in = read(articles, name) if articles else varied(texts)
    with tempfile.TemporaryDirectory() as folder:
        parts = {
            "halves": halves(Path(folder)),
            "plain": plain(Path(folder), corpus, labels, sentences),
            "speed": speed(_of_the_seeds(Path(folder)), read_in, texts, rounds),
        }
    print("\n\n".join(parts.values()))
    if write:
        write_text(ROOT / PAGE, filled(PAGE, **parts))


def halves(folder: Path) -> str:
    """What the documented command prints, without the lines of single labels."""
    return shortened(_ran(folder, *_halves(), "--dry-run").out)


def shortened(said: str) -> str:
    """What the command said, without the lines of single labels, which are further in."""
    lines = [line.rstrip() for line in said.splitlines() if not line.startswith("   ")]
    headers = [line.rstrip() for line in said.splitlines() if "difference" in line]
    title, *rest = lines
    return "```\n" + "\n".join([f"$ {HALVES}", title, *headers, *rest]) + "\n```"


def _halves() -> tuple[object, ...]:
    return ("learn", _GOLD, "--texts", SEEDS, "--folds", "2")


def plain(
    folder: Path, corpus: tuple[Path, Path] | None, labels: str | None, sentences: int
) -> str:
    """A plain tagger beside ours, on the seeds and on corpora in columns, as a table."""
    rows = [
        "| learned / measured | F1 | plain | with lexicons and rules | 95 % interval of the "
        "difference | n |",
        "|---|---|---:|---:|---:|---:|",
    ]
    costs = [
        "| learned / measured | tagger | trained on words | in CPU s | words tagged "
        "| words/s, text to tags | words/s, tagging alone |",
        "|---|---|---:|---:|---:|---:|---:|",
    ]
    seeds = json.loads(_ran(folder, *_halves(), "--dry-run", "--baseline", "--json").out)
    measured = [("half of the seeds / the other half, both ways", seeds)]
    if corpus is not None:
        measured.append((f"{corpus[0].name} / {corpus[1].name}", _columns(folder, corpus, labels)))
    else:
        measured += [_made(folder, sentences, share) for share in _SHARES]
    for name, said in measured:
        rows += _f1_rows(name, said["baseline"])
        costs += [
            f"| {name} | {side} | {pace['words_taught']:,} | {pace['training_s']:.1f} | "
            f"{pace['words']:,} | {pace['words_per_s']:,} | {pace['words_per_s_tagging_alone']:,} |"
            for side, pace in said["baseline"]["pace"].items()
        ]
    return "\n".join([*rows, "", *costs])


def _f1_rows(name: str, baseline: dict[str, Any]) -> list[str]:
    found: list[tuple[str, dict[str, Any]]] = []
    for measure in ("entities", "triggers"):
        by_label = baseline["f1"][measure]
        found += [(measure if label == "*" else label, by_label[label])
                  for label in ("*", *LABELS) if label in by_label]  # fmt: skip
    return [
        f"| {name} | {label} | {f['before'] or 0:.3f} | {f['after'] or 0:.3f} | "
        f"{f['low']:+.3f} to {f['high']:+.3f} | {f['n']:,} |"
        for label, f in found
        if f["low"] is not None
    ]


def _made(folder: Path, sentences: int, share: float) -> tuple[str, dict[str, Any]]:
    place = folder / f"made{share}"
    place.mkdir()
    paths = write_made(place, sentences, sentences // 5, share)
    name = f"made up, {share:.0%} of names in a lexicon"
    return name, _columns(place, paths, None)


def _columns(folder: Path, paths: Sequence[Path], labels: str | None) -> dict[str, Any]:
    """What `annotate learn --baseline` says of a corpus in columns."""
    write_ontology(folder)
    (folder / "annotate.toml").write_text('[ontology]\npath = "ontology.yaml"\n', "utf-8")
    options = ("--labels", labels) if labels else ()
    names = []
    for part, path in zip(("train", "test"), paths, strict=True):
        names.append(f"{part}.jsonl")
        _ran(
            folder,
            *("import", path.resolve(), "--from", "conll", "--every", str(SENTENCES), *options),
            *("--out", names[-1]),
        )
    ran = _ran(folder, "learn", names[0], "--test", names[1], "--baseline", "--force", "--json")
    said: dict[str, Any] = json.loads(ran.out)
    return said


def _of_the_seeds(folder: Path) -> Path:
    """A version that the seeds taught."""
    _ran(folder, *_halves(), "--force")
    (place,) = versions(folder / "learned")
    return place


def speed(learned: Path, corpus: Corpus, most: int, rounds: int) -> str:
    """Pre-annotation with a learned version, and without it."""
    ontology = load_ontology()
    sides = {
        "without": load_heuristics(ontology),
        "with a learned version": load_heuristics(ontology, learned=learned),
    }
    texts = corpus.texts[:most]
    for heuristics in sides.values():  # words get known
        _seconds(texts, heuristics)
    passes = [_pass(texts, sides) for _ in range(rounds)]
    words = sum(len(text.split()) for text in texts)
    rows = [
        f"{len(texts):,} articles of {corpus.name} ({words:,} words), each time read once more; "
        f"CPU time on one core ({processor()}, Python {sys.version.split()[0]}), median of "
        f"{rounds} rounds, least and most in brackets.",
        "",
        "| pre-annotation | articles/s | words/s | times as long as without |",
        "|---|---:|---:|---:|",
    ]
    for side in sides:
        middle = statistics.median(one[side] for one in passes)
        ratios = [one[side] / one["without"] for one in passes]
        ratio = "1" if side == "without" else median_and_spread(ratios)
        rows.append(f"| {side} | {len(texts) / middle:.0f} | {words / middle:,.0f} | {ratio} |")
    return "\n".join(rows)


def _pass(texts: Sequence[str], sides: dict[str, Heuristics]) -> dict[str, float]:
    """Seconds of each side; batch by batch in turn, so that a busy machine slows both alike."""
    taken = dict.fromkeys(sides, 0.0)
    for number, first in enumerate(range(0, len(texts), _BATCH)):
        turn = list(sides.items())
        for side, heuristics in turn if number % 2 else reversed(turn):
            taken[side] += _seconds(texts[first : first + _BATCH], heuristics)
    return taken


def _seconds(texts: Sequence[str], heuristics: Heuristics) -> float:
    start = time.process_time()
    for text in texts:
        preannotate_text(text, heuristics)
    return time.process_time() - start


def _ran(folder: Path, *arguments: object) -> Ran:
    """What the command says in a folder of its own, however long it takes."""
    done = subprocess.run(
        [sys.executable, "-m", "annotate", *map(str, arguments)],
        cwd=folder,
        env=clean_environment(),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode:
        raise click.ClickException(done.stderr)
    return Ran(done.returncode, done.stdout, done.stderr)


if __name__ == "__main__":
    main()
