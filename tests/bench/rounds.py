"""One round of the comparison, in a process of its own: texts on stdin, figures on stdout.

A new process has seen no article, so its first pass is cold for everyone; the passes after it over
the same articles are warm. Then all read many other articles, untimed, and the pass over articles
that none of them has seen is steady. All run side by side: each batch goes to one after the other,
whoever is first changes with the batch, and CPU time is counted, so that a busy machine slows all
of them alike.
"""

from __future__ import annotations

import gc
import json
import sys
import time
from collections.abc import Sequence
from typing import Any

from tests.bench.contenders import Contender, contenders

BATCH = 25
_LEAST = 200  # texts that the warm passes read, at the least


def one_pass(ready: Sequence[Contender], texts: Sequence[str]) -> dict[str, dict[str, float]]:
    """Name -> CPU seconds and number of things found, for all texts once."""
    done = {contender.name: {"seconds": 0.0, "found": 0} for contender in ready}
    for number, first in enumerate(range(0, len(texts), BATCH)):
        batch = texts[first : first + BATCH]
        turn = number % len(ready)
        for contender in (*ready[turn:], *ready[:turn]):
            # Nobody pays for what the others left: the collector sees only what is made now.
            gc.collect()
            gc.freeze()
            start = time.process_time()
            found = contender.run(batch)
            done[contender.name]["seconds"] += time.process_time() - start
            done[contender.name]["found"] += found
    return done


def one_round(
    texts: Sequence[str], others: Sequence[str] = (), unseen: Sequence[str] = ()
) -> dict[str, Any]:
    """The set-up times and the passes: cold and warm over `texts`, steady over `unseen`."""
    ready = contenders()
    cold = one_pass(ready, texts)
    passes = [one_pass(ready, texts) for _ in range(max(1, -(-_LEAST // len(texts))))]
    warm = {
        name: {key: sum(one[name][key] for one in passes) / len(passes) for key in figures}
        for name, figures in cold.items()
    }
    found = {"cold": _sized(texts, cold), "warm": _sized(texts, warm)}
    if unseen:
        one_pass(ready, others)
        found["steady"] = _sized(unseen, one_pass(ready, unseen))
    return {"setup": {c.name: c.setup for c in ready}, **found}


def _sized(texts: Sequence[str], figures: dict[str, dict[str, float]]) -> dict[str, Any]:
    """The figures of a pass with how much was read."""
    words = sum(len(text.split()) for text in texts)
    return {"articles": len(texts), "words": words, **figures}


if __name__ == "__main__":
    print(json.dumps(one_round(**json.load(sys.stdin))))
