"""Cost against length: the time for a kilobyte must not depend on how long a text is."""

from __future__ import annotations

import itertools
import math
import re
import time
from collections.abc import Callable, Sequence

import annotate
from tests.bench.corpora import Corpus, pieces
from tests.bench.report import Section

KB = 1000
SIZES = (10 * KB, 100 * KB, 1000 * KB, 4000 * KB)
_READ = 500 * KB  # bytes that are read of the short texts, at the least
_ARTICLES = 10_000
_STOP = re.compile(r"[.!؟](?=\s|$)")
_SHAPES: dict[str, Callable[[str], str]] = {
    "lines": lambda text: text,
    "one line": lambda text: text.replace("\n", " "),
    "one line without a full stop": lambda text: _STOP.sub("", text.replace("\n", " ")),
}

ABOVE = """\
Milliseconds of CPU time for a kilobyte (1,000 bytes of UTF-8), words known. Each text is given as
one article: with its line breaks, as one line, and as one line from which the full stops were
taken too, so that all of it is one sentence. The slope is fitted to log(time) over log(length): 1
is linear, 2 would be quadratic."""


def seconds(texts: Sequence[str]) -> float:
    """CPU seconds for the texts."""
    start = time.process_time()
    for _ in annotate.preannotate(texts):
        pass
    return time.process_time() - start


def slope(lengths: Sequence[float], times: Sequence[float]) -> float:
    """The slope of the straight line through (log length, log time) with the least squares."""
    xs, ys = [math.log(v) for v in lengths], [math.log(v) for v in times]
    x_mean, y_mean = sum(xs) / len(xs), sum(ys) / len(ys)
    across = sum((x - x_mean) * (y - y_mean) for x, y in zip(xs, ys, strict=True))
    return across / sum((x - x_mean) ** 2 for x in xs)


def section(corpus: Corpus) -> Section:
    """The table; texts are put together from the corpus, which is repeated where it is short."""
    lines = [line for text in corpus.texts for line in text.split("\n")]
    all_lines = next(pieces(itertools.cycle(lines), SIZES[-1])).split("\n")
    seconds(all_lines)  # now the words are known
    rows, data = [], {}
    for name, shape in _SHAPES.items():
        costs = []
        for size in SIZES:
            count = max(1, _READ // size)
            texts = [shape(piece) for piece in itertools.islice(pieces(all_lines, size), count)]
            read = sum(len(text.encode()) for text in texts)
            costs.append(seconds(texts) / read)
        fitted = slope(SIZES, [cost * size for cost, size in zip(costs, SIZES, strict=True)])
        rows.append((name, *(f"{cost * KB * 1000:.2f}" for cost in costs), f"{fitted:.2f}"))
        data[name] = {"seconds_per_byte": dict(zip(SIZES, costs, strict=True)), "slope": fitted}
    articles = list(itertools.islice(itertools.cycle(filter(None, lines)), _ARTICLES))
    cost = seconds(articles) / sum(len(article.encode()) for article in articles)
    below = (
        f"{_ARTICLES:,} articles of one line each: {cost * KB * 1000:.2f} ms for a kilobyte; "
        "each article costs a little by itself."
    )
    headers = ("one article of", *(f"{size // KB:,} KB" for size in SIZES), "slope")
    return Section(
        "Cost against length",
        ABOVE,
        headers,
        rows,
        options="--only length",
        below=below,
        data={**data, "one-line articles": {"seconds_per_byte": cost}},
    )
