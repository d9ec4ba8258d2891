"""One shard: from the rows of its task to a Parquet file, its hash, and what was set aside.

This is what every engine runs, and all that shapes the bytes: the rows of the task, and what is in
`Work`. No clock, no number of workers, no name of a machine.
"""

from __future__ import annotations

import hashlib
import io
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from tempfile import SpooledTemporaryFile
from typing import Any

from annotate.annotation_files import Encoded, encode_parquet, write_parquet
from annotate.corpus.rules import CleaningRules
from annotate.errors import AnnotateError
from annotate.heuristics.engines import BATCH, BATCH_LENGTH
from annotate.heuristics.pipeline import Heuristics, preannotate_article
from annotate.scale.places import Place, place
from annotate.scale.plan import Task
from annotate.scale.rows import Fault, Found, articles
from annotate.storage import canonical_json

STATE = "_run"  # a folder that readers of Parquet folders pass over
TRIES = 3
_PAUSE = 0.5  # seconds before a second try, and twice as long before the third
_IN_MEMORY = 64 << 20  # bytes of a shard; what is more goes to a temporary file


@dataclass(frozen=True, slots=True)
class Work:
    """What is done to every shard of a run (picklable).

    Attributes:
        key: names all that the bytes depend on.
        load: makes the heuristics, once in each process.
        rules: for cleaning; None leaves texts as they are.
        out: address of the folder of shards.
        shards: how many there are.
    """

    key: str
    load: Callable[[], Heuristics]
    rules: CleaningRules | None
    out: str
    shards: int

    def file(self, shard: int) -> str:
        """The name of a shard."""
        return f"annotations-{shard:05}-of-{self.shards:05}.parquet"


@dataclass(frozen=True, slots=True)
class Shard:
    """A line of the manifest: a shard that is there, or why it is not.

    Attributes:
        shard: its number, from 0.
        rows: of the input that it stands for.
        articles, spans, relations, bytes, sha256: of its file.
        faults: what was set aside, in order.
        failed: why there is no file; empty if there is one.
    """

    shard: int
    rows: int
    articles: int = 0
    spans: int = 0
    relations: int = 0
    bytes: int = 0
    sha256: str = ""
    faults: tuple[Fault, ...] = ()
    failed: str = ""

    def to_json(self) -> dict[str, Any]:
        """As a JSON value."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Shard:
        """What `to_json` made."""
        faults = tuple(Fault(**fault) for fault in value.pop("faults"))
        return cls(**value, faults=faults)


Make = Callable[[Work, Task], Shard]


def state_name(shard: int) -> str:
    """The file that says that a shard is there."""
    return f"{STATE}/{shard:05}.json"


def make(work: Work, task: Task) -> Shard:
    """Makes a shard; what fails is tried again, and then reported, never raised.

    A row that is wrong, or whose article fails twice (with its batch and alone), is set aside. A
    file that cannot be read or written is tried three times in all.
    """
    failed = ""
    for attempt in range(TRIES):
        if attempt:
            time.sleep(_PAUSE * 2 ** (attempt - 1))
        try:
            return _make(work, task)
        except Exception as problem:
            failed = _said(problem)
    return lost(task, failed)


def lost(task: Task, failed: str) -> Shard:
    """A shard that is not there: all its rows are set aside, as ranges."""
    faults = tuple(
        Fault(f"{piece.where}: rows {piece.first} to {piece.first + piece.rows - 1}", failed)
        for piece in task.pieces
    )
    return Shard(task.shard, task.rows, faults=faults, failed=failed)


def _make(work: Work, task: Task) -> Shard:
    heuristics = loaded(work)
    faults: list[Fault] = []
    spans = relations = 0

    def counted() -> Iterator[Encoded]:
        nonlocal spans, relations
        for batch in _batches(articles(task.pieces, work.rules, faults.append)):
            for part in _encoded(batch, heuristics, faults):
                spans += part.spans
                relations += part.relations
                yield part

    out = place(work.out)
    with SpooledTemporaryFile(_IN_MEMORY) as file:
        count = write_parquet(file, counted())
        size = file.tell()
        file.seek(0)
        digest = hashlib.sha256()
        while chunk := file.read(1 << 20):
            digest.update(chunk)
        file.seek(0)
        out.below(work.file(task.shard)).write(file)
    done = Shard(
        *(task.shard, task.rows, count, spans, relations, size),
        sha256=digest.hexdigest(),
        faults=tuple(faults),
    )
    _note(out, done)
    return done


def _note(out: Place, done: Shard) -> None:
    """Says that a shard is there, after it is: without this it is made again."""
    line = canonical_json(done.to_json()).encode()
    out.below(state_name(done.shard)).write(io.BytesIO(line))


def noted(data: bytes) -> Shard | None:
    """What `_note` wrote; None where it is something else."""
    try:
        return Shard.from_json(json.loads(data))
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def _batches(found: Iterator[Found]) -> Iterator[list[Found]]:
    batch: list[Found] = []
    length = 0
    for where, article in found:
        batch.append((where, article))
        length += len(article.text)
        if len(batch) == BATCH or length >= BATCH_LENGTH:
            yield batch
            batch, length = [], 0
    if batch:
        yield batch


def _encoded(batch: list[Found], heuristics: Heuristics, faults: list[Fault]) -> Iterator[Encoded]:
    """A batch as one part; if it fails, article by article, without those that fail again."""
    try:
        part = encode_parquet([preannotate_article(article, heuristics) for _, article in batch])
    except Exception:
        for where, article in batch:
            try:
                part = encode_parquet([preannotate_article(article, heuristics)])
            except Exception as problem:
                faults.append(Fault(where, _said(problem), article.doc_id))
            else:
                yield part
    else:
        yield part


_ready: dict[str, Heuristics] = {}  # of this process, by `Work.key`: one at a time


def loaded(work: Work) -> Heuristics:
    """The heuristics of a run, which each process loads once."""
    if work.key not in _ready:
        _ready.clear()
        _ready[work.key] = work.load()
    return _ready[work.key]


def _said(problem: Exception) -> str:
    if isinstance(problem, AnnotateError):
        return str(problem)
    return f"{type(problem).__name__}: {' '.join(str(problem).split())}"[:500]
