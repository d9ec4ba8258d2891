"""Everything that a night has time for; `make nightly`. Writes docs/reliability.md.

python -m tests.faults.nightly [--write FILE] [--tasks N] [--inputs N] [--seed N] [--only PART]

faults: a campaign of a thousand tasks through a line that does harm, the server killed twice.
kills: what is kept, killed and out of disk at every write. inputs: a hundred thousand bad ones.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from annotate.labeling import server as embedded
from annotate.ontology import load_ontology
from tests.bench.labeling import migrated_server
from tests.conftest import copy_of
from tests.faults import report, shim
from tests.faults.killed import OPERATIONS
from tests.faults.proxy import Harm
from tests.faults.story import play
from tests.faults.world import world
from tests.fuzz.nightly import INPUTS
from tests.fuzz.nightly import measure as try_inputs

TASKS, LEAST_FAULTS, SIZE, SHARE = 1_000, 200, 20, 0.3
# The requests during which the server is killed: in a push, and where work is pulled.
KILLED_AT = (60, 400)


def faults(tasks: int, seed: int) -> dict[str, Any]:
    """A campaign through the proxy; what the story found, and how many faults there were.

    Raises:
        AssertionError: something was lost or doubled.
    """
    articles = -(-tasks * 3 // 4)  # every third has two parts
    home = Path(tempfile.mkdtemp(prefix="annotate-faults-"))
    begun = time.monotonic()
    with migrated_server() as migrated:
        workspace = copy_of(migrated, home / "server")
        harm = Harm(embedded.start(workspace).url, share=SHARE, seed=seed)
        try:
            token = embedded.credentials(workspace).token
            place = (workspace, token, load_ontology(), harm)
            with world(home, "faults", *place, size=SIZE) as one:
                for number in KILLED_AT:
                    harm.at[number] = one.kill_server
                told = play(one, articles)
        finally:
            embedded.stop(workspace)
            shutil.rmtree(home, ignore_errors=True)
    assert one.killed == len(KILLED_AT) or tasks < TASKS
    assert harm.faults >= LEAST_FAULTS or tasks < TASKS, harm.done
    return {
        "tasks": told.tasks,
        "annotations": told.annotations,
        "gold": told.gold,
        "upgraded": told.upgraded,
        "twins": told.twins,
        "requests": harm.requests,
        "faults": harm.faults,
        "by kind": dict(sorted(harm.done.items())) | {"no server": harm.down},
        "killed": one.killed,
        "commands": one.runs.commands,
        "errors": dict(one.runs.errors),
        "seconds": round(time.monotonic() - begun),
    }


def kills(every: int = 1) -> dict[str, dict[str, Any]]:
    """Mode -> operation -> what became of it.

    Raises:
        AssertionError: something was neither old nor new.
    """
    with tempfile.TemporaryDirectory(prefix="annotate-kills-") as folder:
        given = [folder, "kill,full,small", *OPERATIONS, "--every", str(every)]
        printed = shim.run(Path(folder), "tests.faults.killed", given, 3_600)
    found: dict[str, dict[str, Any]] = json.loads(printed)
    return found


def inputs(count: int, seed: int) -> list[dict[str, Any]]:
    """Bad inputs of every kind.

    Raises:
        AssertionError: one of them broke something.
    """
    found = try_inputs(count, seed)
    broken = [one["broken"] for one in found if one["broken"]]
    assert not broken, "\n".join(broken)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", type=Path, help="the page that the figures are put into")
    parser.add_argument("--tasks", type=int, default=TASKS)
    parser.add_argument("--inputs", type=int, default=INPUTS)
    parser.add_argument("--every", type=int, default=1, help="kills: only every n-th write")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=("faults", "kills", "inputs"), action="append")
    given = parser.parse_args()
    parts: dict[str, Callable[[], Any]] = {
        "faults": lambda: faults(given.tasks, given.seed),
        "kills": lambda: kills(given.every),
        "inputs": lambda: inputs(given.inputs, given.seed),
    }
    for name in given.only or parts:
        print(f"{name} ...", file=sys.stderr, flush=True)
        found = parts[name]()
        lines = report.LINES[name](found)
        print("\n".join(lines))
        if given.write:
            report.put(given.write, name, lines)


if __name__ == "__main__":
    main()
