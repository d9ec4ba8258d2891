"""The same shards on Ray Data: on this machine, or on a cluster that is there already.

Ray brings tasks to processes and tries again where a process or a machine dies; what a task does,
reads and writes is `shard.make`, as everywhere. (Ray's own `write_parquet` names files at random
and merges blocks, so that no two runs give the same files.)
"""

from __future__ import annotations

import gc
import io
import json
import logging
import os
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from annotate.errors import InputError
from annotate.scale.places import PART, place
from annotate.scale.plan import Task
from annotate.scale.shard import STATE, TRIES, Make, Shard, Work, lost, make

DIED = "Ray gave this shard up: the process that made it died each time"


def on_ray(
    work: Work,
    tasks: Iterable[Task],
    workers: int | None = None,
    address: str | None = None,
    make: Make = make,
) -> Iterator[Shard]:
    """The shards of some tasks, as they are done.

    Args:
        workers: how many at a time; None: as many as there are CPUs.
        address: of a cluster ("auto", "HOST:PORT", "ray://HOST:PORT"); None: a Ray of this machine
            that ends with the run.
        make: makes a shard (picklable).

    Raises:
        InputError: Ray is not installed, or there is no cluster at the address.
    """
    ray = _ray()
    todo = {task.shard: task for task in tasks}
    if not todo:
        return
    _begin(ray, workers, address)
    try:
        context = ray.data.DataContext.get_current()
        context.enable_progress_bars = False
        context.max_errored_blocks = -1  # a shard that is given up takes no other with it
        rows = [{"shard": number} for number in todo]
        found = ray.data.from_items(rows, override_num_blocks=len(rows)).map_batches(
            partial(_batch, work, make, dict(todo)),
            batch_size=1,
            batch_format="pyarrow",
            num_cpus=1,
            concurrency=workers,
        )
        for row in found.iter_rows():
            done = Shard.from_json(json.loads(row["shard"]))
            todo.pop(done.shard)
            yield done
    finally:
        ray.shutdown()
    for task in todo.values():
        yield lost(task, DIED)


def _batch(work: Work, make: Make, tasks: Mapping[int, Task], table: Any) -> Any:
    """Numbers of shards in, lines of the manifest out: tables of Arrow."""
    import pyarrow as pa

    done = [_tried(work, tasks[number], make) for number in table["shard"].to_pylist()]
    gc.freeze()  # the lexicons stay: the collector need not visit them
    return pa.table({"shard": [json.dumps(shard.to_json()) for shard in done]})


def _tried(work: Work, task: Task, make: Make) -> Shard:
    """A shard, unless the processes that began it died: Ray Data would begin it for ever.

    Each try leaves a mark, which goes when the try ends by itself, or with the next run.
    """
    state = place(work.out).below(STATE)
    marks = [state.below(f"{task.shard:05}-{number}{PART}") for number in range(TRIES)]
    mark = next((mark for mark in marks if mark.read() is None), None)
    if mark is None:
        return lost(task, DIED)
    mark.write(io.BytesIO())
    done = make(work, task)
    for mark in marks:
        mark.remove()
    return done


def _ray() -> Any:
    # Before the import, which reads it: nothing is reported to anybody.
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    try:
        import ray
        import ray.data
    except ImportError:
        raise InputError(
            "Ray is not installed", fix="pip install 'annotate[ray]', or use --engine local"
        ) from None
    return ray


def _begin(ray: Any, workers: int | None, address: str | None) -> None:
    for name in ("ray", "ray.data"):
        logging.getLogger(name).setLevel(logging.ERROR)
    options: dict[str, Any] = {"log_to_driver": False, "logging_level": logging.ERROR}
    if address is None:
        options |= {"address": "local", "num_cpus": workers, "include_dashboard": False}
    else:
        options |= {"address": address}
    try:
        ray.init(**options)
    except (ConnectionError, ValueError, RuntimeError, OSError) as problem:
        said = str(problem).partition("\n")[0][:300]
        raise InputError(f"there is no Ray to work on ({said})", where=address) from None
