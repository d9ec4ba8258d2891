"""A run over an input: what it is, what of it is done, and what is left to do.

A shard is there when its note is (`_run/00012.json`), which is written after it. A run that was
interrupted, or that set something aside, goes on with the same command; one over another input or
with other settings is refused, for its shards would be of two kinds.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from annotate.annotation_files import ERRORS
from annotate.errors import InputError
from annotate.scale.places import Place
from annotate.scale.plan import Plan, Task
from annotate.scale.shard import STATE, Shard, Work, noted, state_name
from annotate.storage import canonical_json

IDENTITY = f"{STATE}/run.json"
MANIFEST = "manifest.json"
_NAMES = {  # of what makes two runs different, in words
    "annotate": "another version of annotate",
    "heuristics": "other heuristics or lexicons",
    "ontology": "another ontology",
    "cleaning": "other cleaning",
    "morphology": "another morphology",
    "shard_rows": "another number of rows in a shard",
    "input": "another input",
    "writer": "another version of pyarrow",
}

Identity = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Begun:
    """A run that may go on: what is done, and what is to do."""

    done: tuple[Shard, ...]
    todo: tuple[Task, ...]


def identity_of(plan: Plan, settings: Identity) -> dict[str, Any]:
    """What the bytes of a run depend on: its input, and settings that are JSON values."""
    import pyarrow as pa

    found = {"files": plan.files, "rows": plan.rows, "sha256": plan.fingerprint}
    return {**settings, "input": found, "writer": f"pyarrow {pa.__version__}"}


def begun(out: Place, identity: Identity, plan: Plan, work: Work, *, keep: bool = True) -> Begun:
    """Begins a run in a folder, or finds out how far it is.

    Args:
        keep: note in the folder that the run has begun.

    Raises:
        InputError: another run is there, or something else.
    """
    at = out.below(IDENTITY)
    before = at.read()
    if before is None:
        if out.names():
            raise InputError(
                "the folder is not empty, and no run of preannotate is in it",
                where=out.where,
                fix="name a new one",
            )
        if keep:
            at.write(io.BytesIO(canonical_json(identity, indent=2).encode()))
        return Begun((), plan.tasks)
    _check_same(out, before, identity)
    if keep:
        out.sweep()
        out.below(STATE).sweep()
    sizes, notes = out.sizes(), out.below(STATE).sizes()
    done: list[Shard] = []
    todo: list[Task] = []
    for task in plan.tasks:
        shard = None
        if f"{task.shard:05}.json" in notes:
            shard = noted(out.below(state_name(task.shard)).read() or b"")
        # What was set aside is tried again: the reason may be gone.
        if shard and sizes.get(work.file(task.shard)) == shard.bytes and not shard.faults:
            done.append(shard)
        else:
            todo.append(task)
    return Begun(tuple(done), tuple(todo))


def _check_same(out: Place, before: bytes, identity: Identity) -> None:
    try:
        known = json.loads(before)
        changed = [words for name, words in _NAMES.items() if known.get(name) != identity.get(name)]
    except (ValueError, AttributeError):
        changed = ["a manifest that cannot be read"]
    if changed:
        raise InputError(
            f"there is a run in this folder with {', '.join(changed)}",
            where=out.where,
            fix="name a new folder, or remove this one",
        )


def ended(out: Place, identity: Identity, shards: Iterable[Shard], work: Work) -> None:
    """Writes the manifest, and what was set aside; the same bytes, whoever made the shards."""
    ordered = sorted(shards, key=lambda shard: shard.shard)
    files = [
        {
            "file": work.file(shard.shard),
            **{name: getattr(shard, name) for name in ("shard", "rows", "articles", "spans")},
            **{name: getattr(shard, name) for name in ("relations", "bytes", "sha256")},
            "set_aside": len(shard.faults),
        }
        for shard in ordered
        if not shard.failed
    ]
    manifest = {"run": identity, "totals": totals(ordered), "shards": files}
    lines = [
        canonical_json({"shard": shard.shard, **asdict(fault)})
        for shard in ordered
        for fault in shard.faults
    ]
    errors = out.below(ERRORS)
    if lines:
        errors.write(io.BytesIO("".join(f"{line}\n" for line in lines).encode()))
    else:
        errors.remove()
    out.below(MANIFEST).write(io.BytesIO(f"{canonical_json(manifest, indent=2)}\n".encode()))


def totals(shards: Iterable[Shard]) -> dict[str, int]:
    """Counts over shards."""
    found = list(shards)
    names = ("rows", "articles", "spans", "relations", "bytes")
    return {
        "shards": len(found),
        **{name: sum(getattr(shard, name) for shard in found) for name in names},
        "set_aside": sum(len(shard.faults) for shard in found),
        "failed_shards": sum(bool(shard.failed) for shard in found),
    }
