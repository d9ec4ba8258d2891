"""Runs a command and prints what it cost, as JSON: `python -m tests.bench.spawn COMMAND...`.

It is a small process between the benchmark and the command: the peak memory that a system counts
for a process includes that of the one which started it, before the command took its place.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Cost:
    """What a command cost.

    Attributes:
        wall: seconds on the clock.
        cpu: CPU seconds.
        peak: peak memory in MB.
        busiest: CPU seconds of the process that worked most; below that no free core helps.
        watched: `cpu` and `peak` are sums over all processes, looked at ten times a second.
    """

    wall: float
    cpu: float
    peak: float
    busiest: float = 0
    watched: bool = False


def cost_of(
    command: Sequence[str], folder: Path, environment: Mapping[str, str], *, watch: bool = False
) -> Cost:
    """What a command cost that must succeed; `watch`: with all processes that it starts."""
    option = ["--watch"] if watch else []
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.spawn", *option, *command],
        cwd=folder,
        env=dict(environment),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr[-2000:]}")
    return Cost(**json.loads(done.stdout.splitlines()[-1]))


def _main(command: list[str]) -> int:
    start = time.perf_counter()
    watch = command[0] == "--watch"
    child = subprocess.Popen(command[1:] if watch else command, stdout=subprocess.DEVNULL)
    seen = _watch(child.pid) if watch else None
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.perf_counter() - start
    unit = 2**20 if sys.platform == "darwin" else 2**10
    cost = Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / unit)
    if seen:
        seconds, peak = seen
        cost = Cost(wall, sum(seconds), peak, busiest=max(seconds), watched=True)
    print(json.dumps(asdict(cost)))
    return os.waitstatus_to_exitcode(status)


def _watch(pid: int) -> tuple[list[float], float]:
    """CPU seconds of each process of a tree until its root ends, and the peak of their memory."""
    import psutil

    root = psutil.Process(pid)
    seconds: dict[int, float] = {}
    peak = 0
    while root.is_running() and root.status() != psutil.STATUS_ZOMBIE:
        memory = 0
        with contextlib.suppress(psutil.NoSuchProcess):
            for process in (root, *root.children(recursive=True)):
                with contextlib.suppress(psutil.NoSuchProcess):
                    times = process.cpu_times()
                    seconds[process.pid] = times.user + times.system
                    memory += process.memory_info().rss
        peak = max(peak, memory)
        time.sleep(0.1)
    return list(seconds.values()), peak / 2**20


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1:]))
