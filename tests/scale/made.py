"""Runs for tests: articles in files, and shards that end the process that makes them."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from annotate.corpus.readers import read_articles
from annotate.corpus.rules import load_rules
from annotate.heuristics.pipeline import load_heuristics
from annotate.ontology import load_ontology
from annotate.scale import plan as plans
from annotate.scale.plan import Plan, Task
from annotate.scale.shard import Shard, Work, make
from tests.support import SEEDS

LOAD = partial(load_heuristics, load_ontology())


def rows(count: int) -> list[dict[str, str]]:
    """Short articles of the seeds' lines, each with words of its own."""
    seeds = list(read_articles([str(SEEDS)], load_rules()))
    lines = [line for seed in seeds for line in seed.text.split("\n")]
    return [{"id": f"a{n}", "text": f"{lines[n % len(lines)]}\n{n} كيلومتر"} for n in range(count)]


def work_for(sources: Sequence[str | Path], out: Path, shard_rows: int) -> tuple[Plan, Work]:
    """The shards of some sources, whose texts are left as they are."""
    plan = plans.made([str(source) for source in sources], shard_rows)
    out.mkdir(parents=True, exist_ok=True)
    return plan, Work("tests", LOAD, None, str(out), len(plan.tasks))


def fatal(work: Work, task: Task, shard: int, times: int, marks: Path) -> Shard:
    """Makes a shard; one of them ends its process so many times before."""
    if task.shard == shard:
        for number in range(times):
            try:
                (marks / f"{shard}-{number}").touch(exist_ok=False)
            except FileExistsError:
                continue
            os.kill(os.getpid(), signal.SIGKILL)
    return make(work, task)
