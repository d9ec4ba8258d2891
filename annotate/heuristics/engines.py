"""Pre-annotation of many articles on all cores: the same bytes in the same order as on one.

Articles go through in batches whose borders depend on the input alone. Each process loads the
lexicons once and makes a batch's result whole, encoded by the caller's function, so that little
travels between processes. A few batches are under way at a time: memory does not grow with the
corpus.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import replace
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import TypeVar

from annotate.corpus.article import Article
from annotate.errors import InputError
from annotate.heuristics.candidates import Policy, longest_first
from annotate.heuristics.pipeline import (
    Heuristics,
    load_heuristics,
    preannotate_article,
    preannotate_text,
)
from annotate.ontology import Ontology, load_ontology
from annotate.spans import Annotation
from annotate.storage import lone_surrogate

Result = TypeVar("Result")
BATCH = 64  # articles
BATCH_LENGTH = 500_000  # code points: long articles make smaller batches
_AHEAD = 2  # batches for each process that are under way or wait to be taken

_heuristics: Heuristics | None = None  # of a worker process


def preannotate(
    texts: Iterable[str | Article],
    ontology: Ontology | None = None,
    *,
    policy: str | Policy = longest_first,
    lexicons: Sequence[str | Path] = (),
    morphology: str | None = None,
    learned: str | Path | None = None,
    min_precision: float | None = None,
    workers: int = 1,
) -> Iterator[Annotation]:
    """Proposals for each clean text or article, in order, a few at a time.

    Args:
        texts: texts or articles; read as the proposals are asked for.
        ontology: what may be proposed; without one, the one that ships with the package.
        policy: which of two spans that overlap is kept: "longest_first",
            "highest_priority_first", or a function as in `annotate.heuristics.candidates`.
        lexicons: your own, folders or files, as `preannotate.lexicons` of annotate.toml names them.
        morphology: a database of camel-tools in which the lemmas of unknown words are looked up:
            "builtin", a name, or a .db file.
        learned: a folder that `annotate learn` made, such as "learned/3fa9c1d2".
        min_precision: what is expected to be right less often is not proposed.
        workers: processes; more than one need a script whose main part is guarded by
            `if __name__ == "__main__"`.

    Raises:
        InputError: at once, there is no such policy or database, or an argument makes no sense;
            with the proposals, a text is no str, or has a lone surrogate, which is no character.
        RulesError: with file and line of the first thing in a lexicon that is wrong.
    """
    if isinstance(texts, str | bytes):
        raise InputError("one text is given, not several", where="texts", fix="give [text]")
    if workers < 1:
        raise InputError(f"{workers} processes do nothing", where="workers", fix="give 1 or more")
    if isinstance(lexicons, str | Path):
        lexicons = (lexicons,)
    load = partial(
        load_heuristics,
        ontology or load_ontology(),
        policy=policy,
        lexicons=[Path(path) for path in lexicons],
        morphology=morphology,
        learned=Path(learned) if learned is not None else None,
        least=min_precision,
    )
    heuristics = load()  # what is wrong is said at once, before any process starts
    if workers > 1:
        return chain.from_iterable(preannotate_batches(_checked(texts), load, list, workers))
    return (_one(text, heuristics) for text in _checked(texts))


def _checked(texts: Iterable[object]) -> Iterator[str | Article]:
    for number, text in enumerate(texts):
        if not isinstance(text, str | Article):
            what = f"{type(text).__name__} is neither a text nor an article"
            raise InputError(what, where=f"text {number}", fix="give str or Article")
        place = lone_surrogate(text) if isinstance(text, str) else None
        if place is not None:
            raise InputError(f"a lone surrogate stands at {place}", where=f"text {number}")
        yield text


def _one(text: str | Article, heuristics: Heuristics) -> Annotation:
    if isinstance(text, str):
        return replace(preannotate_text(text, heuristics), text=text)
    return preannotate_article(text, heuristics)


def usable_cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def batches(texts: Iterable[str | Article]) -> Iterator[list[str | Article]]:
    """Texts or articles in order, at most `BATCH` together."""
    batch: list[str | Article] = []
    length = 0
    for text in texts:
        batch.append(text)
        length += len(text if isinstance(text, str) else text.text)
        if len(batch) == BATCH or length >= BATCH_LENGTH:
            yield batch
            batch, length = [], 0
    if batch:
        yield batch


def preannotate_batches(
    texts: Iterable[str | Article],
    load: Callable[[], Heuristics],
    encode: Callable[[Sequence[Annotation]], Result],
    workers: int = 1,
) -> Iterator[Result]:
    """`encode(annotations)` for each batch of texts or articles, in order.

    Args:
        texts: read one batch at a time, a few batches ahead.
        load: makes the heuristics, once in each process (picklable).
        encode: what is made of a batch's annotations, in the process that made them (picklable).
        workers: processes; one batch alone, or one worker, needs no further process.

    Raises:
        InputError: a process ended before its work was done.
    """
    todo = batches(texts)
    first = list(islice(todo, 2))
    if workers <= 1 or len(first) < 2:
        heuristics = load()
        for batch in chain(first, todo):
            yield encode([_one(text, heuristics) for text in batch])
        return
    yield from _in_processes(chain(first, todo), load, encode, workers)


def _in_processes(
    todo: Iterator[list[str | Article]],
    load: Callable[[], Heuristics],
    encode: Callable[[Sequence[Annotation]], Result],
    workers: int,
) -> Iterator[Result]:
    # A fork of a process with threads (a progress bar has one) may hang: start afresh instead.
    methods = multiprocessing.get_all_start_methods()
    method = "forkserver" if "forkserver" in methods else "spawn"
    pool = ProcessPoolExecutor(
        workers, multiprocessing.get_context(method), initializer=_start, initargs=(load,)
    )
    under_way: deque[Future[Result]] = deque()
    try:
        for batch in islice(todo, workers * _AHEAD):
            under_way.append(pool.submit(_annotate, batch, encode))
        while under_way:
            yield under_way.popleft().result()
            for batch in islice(todo, 1):
                under_way.append(pool.submit(_annotate, batch, encode))
    except BrokenProcessPool:
        raise InputError(
            "a worker process ended before its work was done",
            fix="use fewer --workers if memory is short",
        ) from None
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _start(load: Callable[[], Heuristics]) -> None:
    """Makes a process ready; it is its parent that a keyboard interrupt ends."""
    global _heuristics
    with suppress(ValueError):
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    _heuristics = load()
    gc.freeze()  # the lexicons stay: the collector need not visit them


def _annotate(
    batch: list[str | Article], encode: Callable[[Sequence[Annotation]], Result]
) -> Result:
    if _heuristics is None:
        raise RuntimeError("this process has not been started by preannotate_batches")
    heuristics = _heuristics
    return encode([_one(text, heuristics) for text in batch])
