"""preannotate into a folder of shards: any number of articles, on this machine or on a cluster."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from annotate import __version__
from annotate.cli.heuristics import loader
from annotate.cli.output import next_step, print_json, progress, say
from annotate.corpus.rules import CleaningRules
from annotate.errors import InputError
from annotate.ontology import Ontology
from annotate.settings import Settings
from annotate.storage import canonical_json, text_sha256
from annotate.wording import counted

if TYPE_CHECKING:
    from annotate.scale.plan import Plan, Task
    from annotate.scale.shard import Shard, Work

SHARD_ROWS = 10_000
_HOPELESS = 8  # shards; where so many fail and none is made, more will not help
_FILES = (".jsonl", ".parquet")


@dataclass(frozen=True, slots=True)
class Engine:
    """Who makes the shards: nothing of this changes their bytes.

    Attributes:
        name: "local" or "ray".
        workers: how many at a time, if that was said.
        address: of a Ray that runs already.
    """

    name: str
    workers: int | None = None
    address: str | None = None


def is_folder(out: str) -> bool:
    """Whether --out names a folder of shards, and no file."""
    if "://" in out:
        if out.endswith(_FILES):
            raise InputError(
                "a file can be written on this machine only",
                where=out,
                fix="name a folder for shards",
            )
        return True
    path = Path(out)
    return out.endswith(("/", os.sep)) or path.is_dir() or not path.suffix


def preannotate_shards(
    settings: Settings,
    sources: Sequence[str],
    out: str,
    *,
    engine: Engine,
    ontology: Ontology,
    rules: CleaningRules | None,
    morphology: str | None,
    min_precision: float | None,
    shard_rows: int,
    as_json: bool,
    dry_run: bool,
) -> bool:
    """Makes the shards that are not there yet; whether all articles went in.

    Raises:
        InputError: the input cannot be cut, or the folder holds another run.
    """
    from annotate.scale import plan as plans
    from annotate.scale import run as runs
    from annotate.scale.places import is_address, place
    from annotate.scale.shard import Work

    load = loader(_absolute(settings), ontology, morphology, min_precision)
    heuristics = load()  # a wrong lexicon is said before any process starts
    plan = plans.made(sources, shard_rows)
    identity = runs.identity_of(
        plan,
        {
            "annotate": __version__,
            "heuristics": {"annotator": heuristics.annotator, "min_precision": heuristics.least},
            "ontology": {
                "version": ontology.version,
                "sha256": text_sha256(ontology.model_dump_json()),
            },
            "cleaning": text_sha256(rules.model_dump_json()) if rules else None,
            "morphology": morphology,
            "shard_rows": shard_rows,
        },
    )
    target = place(out)
    address = target.where if is_address(out) else target.path
    work = Work(text_sha256(canonical_json(identity)), load, rules, address, len(plan.tasks))
    begun = runs.begun(target, identity, plan, work, keep=not dry_run)
    if dry_run:
        say(
            f"{plan.rows} rows of {plan.files} files make {len(plan.tasks)} shards in {out}; "
            f"{len(begun.todo)} would be made"
        )
        return True
    start = time.perf_counter()
    made = []
    with progress("pre-annotating", plan.rows) as advance:
        advance(sum(shard.rows for shard in begun.done))
        for shard in _made(work, begun.todo, engine):
            made.append(shard)
            advance(shard.rows)
    shards = [*begun.done, *made]
    seconds = time.perf_counter() - start
    if made or target.below(runs.MANIFEST).read() is None:
        runs.ended(target, identity, shards, work)
    totals = runs.totals(shards)
    if as_json:
        articles = sum(shard.articles for shard in made)
        speed = round(articles / seconds, 1) if made else None
        print_json(
            {
                "out": out,
                "engine": engine.name,
                "made": len(made),
                "kept": len(begun.done),
                **totals,
                "seconds": round(seconds, 3),
                "articles_per_second": speed,
            }
        )
    _summary(plan, totals, len(begun.done), out)
    return not totals["set_aside"]


def _made(work: Work, tasks: Sequence[Task], engine: Engine) -> Iterator[Shard]:
    """The shards of an engine; what fails everywhere ends the run.

    Raises:
        InputError: none of the first shards could be made.
    """
    from annotate.heuristics.engines import usable_cores

    shards: Iterator[Shard]
    aside: contextlib.AbstractContextManager[Any] = contextlib.nullcontext()
    if engine.name == "ray":
        from annotate.scale.on_ray import on_ray

        shards = on_ray(work, tasks, engine.workers, engine.address)
        # Ray says on stdout which processes died: that is no part of --json.
        aside = contextlib.redirect_stdout(sys.stderr)
    else:
        from annotate.scale.local import in_processes

        workers = min(engine.workers or usable_cores(), len(tasks))
        shards = in_processes(work, tasks, workers)
    failed = 0
    with aside:
        for made, shard in enumerate(shards, 1):
            failed += bool(shard.failed)
            if made == failed == _HOPELESS:
                raise InputError(
                    f"the first {_HOPELESS} shards failed, the last with: {shard.failed}",
                    where=work.out,
                    fix="the same command goes on when this is mended",
                )
            yield shard


def _absolute(settings: Settings) -> Settings:
    """Processes elsewhere have other working folders."""
    chosen = settings.preannotate
    paths: dict[str, Any] = {
        "lexicons": tuple(path.absolute() for path in chosen.lexicons),
        "learned": chosen.learned.absolute(),
    }
    return settings.model_copy(update={"preannotate": chosen.model_copy(update=paths)})


def _summary(plan: Plan, totals: dict[str, int], kept: int, out: str) -> None:
    there = totals["shards"] - totals["failed_shards"]
    say(
        f"{counted(totals['articles'], 'article')}, {counted(totals['spans'], 'span')} and "
        f"{counted(totals['relations'], 'role')} in {there} of {len(plan.tasks)} shards in {out}"
        + (f", {kept} of them there before" if kept else "")
    )
    if totals["set_aside"]:
        say(
            f"set aside: {totals['set_aside']}"
            + (f", with {totals['failed_shards']} whole shards" if totals["failed_shards"] else "")
            + f"; what and why: {out.rstrip('/')}/errors.jsonl"
        )
        next_step("mend what errors.jsonl names, then the same command: it makes what is missing")
    else:
        next_step(f"annotate evaluate {out.rstrip('/')} GOLD.jsonl")
