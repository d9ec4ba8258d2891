"""A hundred thousand bad inputs: `python -m tests.fuzz.nightly [--inputs N] [--seed N]`.

Each kind in a process of its own, two at a time.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
import traceback
from concurrent.futures import ProcessPoolExecutor
from typing import Any

from tests.fuzz.every import TARGETS
from tests.fuzz.trying import search

INPUTS = 100_000
# What takes long gets fewer: share of what its weight would give.
SHARES = {"answers of a server": 0.3, "pull from a server": 0.15, "pull of an annotation": 0.3}


def counts(inputs: int) -> dict[str, int]:
    """Name of each target -> how many inputs; together at least so many."""
    weights = {t.name: t.weight * SHARES.get(t.name, 1.0) for t in TARGETS}
    each = inputs / sum(weights.values())
    return {name: int(each * weight) + 1 for name, weight in weights.items()}


def one(name: str, count: int, seed: int) -> dict[str, Any]:
    """Tries one kind of input."""
    target = next(target for target in TARGETS if target.name == name)
    begun = time.monotonic()
    inputs = refused = 0
    slowest = 0.0
    broken = None
    try:
        # A search forgets what it has tried: several short ones with other seeds see more.
        while inputs < count:
            tried = search(target, min(2_000, count - inputs), seed + inputs)
            inputs += tried.inputs
            refused += tried.refused
            slowest = max(slowest, tried.slowest)
            if not tried.inputs:
                break
    except BaseException as problem:
        told = "".join(traceback.format_exception(problem))
        broken = f"{name}: {told[:6000]}"  # the input, which may be long, comes last
    return {
        "name": name,
        "inputs": inputs,
        "refused": refused,
        "slowest": slowest,
        "seconds": time.monotonic() - begun,
        "broken": broken,
    }


def measure(inputs: int = INPUTS, seed: int = 1) -> list[dict[str, Any]]:
    """All kinds of input, two at a time."""
    with ProcessPoolExecutor(2) as pool:
        jobs = [pool.submit(one, name, count, seed) for name, count in counts(inputs).items()]
        found = []
        for job in jobs:
            found.append(job.result())
            line = {k: v for k, v in found[-1].items() if k != "broken"}
            print(json.dumps(line), file=sys.stderr, flush=True)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=INPUTS)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    found = measure(given.inputs, given.seed)
    for one_of in found:
        if one_of["broken"]:
            print(f"{one_of['name']}: {one_of['broken']}")
    print(f"{sum(one_of['inputs'] for one_of in found):,} inputs of {len(found)} kinds")
    sys.exit(any(one_of["broken"] for one_of in found))


if __name__ == "__main__":
    main()
