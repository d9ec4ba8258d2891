"""Builds that end anywhere: `python -m tests.dataset.interrupted FOLDER MODE`.

Each build runs in a process of its own, forked with everything loaded. At its n-th step (a file
opened for writing, a folder made, something renamed, removed, or forced to the disk) it is killed
(mode kill), or told that the disk is full (mode full). With TEST_STEPS=1 this is done for every n;
else for the last ones, where the version appears, and some of the others, always the same.
In mode small no file may be larger than a limit, which the system itself enforces.
"""

from __future__ import annotations

import errno
import json
import os
import random
import resource
import shutil
import signal
import sys
from collections.abc import Callable, Container
from pathlib import Path
from typing import Any

from annotate.dataset.build import build
from annotate.dataset.check import verify
from annotate.dataset.manifest import latest_version, versions
from annotate.dataset.recipe import Recipe
from annotate.dataset.rows import Contribution
from annotate.dataset.splitting import Splitting
from tests.dataset.builders import three
from tests.support import ONTOLOGY, tree

_STEPS = ("os.rename", "os.mkdir", "os.remove", "os.rmdir", "os.chmod", "shutil.rmtree")
_WRITING = os.O_WRONLY | os.O_RDWR
EVENTS = {
    "kill": ("open", "fsync", *_STEPS),
    "full": ("open", "fsync", "os.rename", "os.mkdir"),  # what a full disk refuses
}


def made(folder: Path, count: int = 3) -> None:
    """A version of some articles, with a split ledger; all this is about that of three."""
    items = three()[:count]
    splitting = Splitting(items, folder / "news", {})
    work = [Contribution(items[0].article.doc_id, "anna", items[0].annotation)]
    recipe = Recipe(ONTOLOGY, splitting=splitting)
    build(splitting, "news", folder, recipe, contributions=work)


def watched(folder: Path, step: Callable[[str], None]) -> None:
    """Calls `step` before everything that changes something in a folder, in this process."""
    inside = str(folder)

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            path, _, flags = arguments
            if flags & _WRITING and str(path).startswith(inside):
                step(event)
        elif event in _STEPS and str(arguments[0]).startswith(inside):
            step(event)

    sys.addaudithook(hook)
    real: Any = os.fsync

    def fsync(handle: int) -> None:
        step("fsync")
        real(handle)

    setattr(os, "fsync", fsync)  # noqa: B010 - its type is wider


def run(folder: Path, prepare: Callable[[], None]) -> int:
    """A build in a process of its own; its end as `os.waitpid` has it: 0 is a version."""
    child = os.fork()
    if child == 0:
        code = 3
        try:
            prepare()
            made(folder)
            code = 0
        except OSError as problem:
            code = 1 if problem.errno in (errno.ENOSPC, errno.EFBIG) else 2
        finally:
            os._exit(code)
    return os.waitpid(child, 0)[1]


def at(number: int, act: Callable[[], None], events: Container[str]) -> Callable[[str], None]:
    """A step that acts at the n-th of some events, from 0."""
    count = 0

    def step(event: str) -> None:
        nonlocal count
        if event in events:
            count += 1
            if count == number + 1:
                act()

    return step


def kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def full() -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


# The share of the steps before the last ones that is tried.
SHARE = float(os.environ.get("TEST_STEPS", "0.25"))
LAST = 15
SIZES = (0, 1, 100, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 1 << 20)


def limited(size: int) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


REPLACED = ("news/latest", "news/splits.jsonl")  # with each version


def check(folder: Path, first: dict[str, Any], whole: dict[str, Any]) -> bool:
    """After a build that was cut off: what is there is whole, and the next build makes it all.

    Whole means the bytes of an undisturbed build, which was verified. Gives whether the second
    version was there.
    """
    news = folder / "news"
    there = versions(news)
    assert there in (["1.0.0"], ["1.0.0", "1.1.0"]), there
    assert latest_version(news) == there[-1]
    now = tree(folder)
    for name, data in whole.items():
        if name.startswith(f"news/{there[-1]}/") or (name in first and name not in REPLACED):
            assert now[name] == data, name
    made(folder)
    assert tree(folder) == whole, sorted(tree(folder).keys() ^ whole.keys())
    return len(there) == 2


def prepared(mode: str, number: int, folder: Path) -> Callable[[], None]:
    """What a build's own process does to itself at first."""
    if mode == "small":
        return lambda: limited(SIZES[number])
    act = kill if mode == "kill" else full
    return lambda: watched(folder, at(number, act, EVENTS[mode]))


def main(base: Path, mode: str) -> None:
    start = base / "start"
    made(start, 2)
    first = tree(start)
    shutil.copytree(start, base / "whole")
    made(base / "whole")
    whole = tree(base / "whole")
    for version in versions(base / "whole" / "news"):
        assert verify(base / "whole" / "news" / version) == []
    ends: list[int] = []
    published = 0
    count = len(SIZES) if mode == "small" else steps(base, start, EVENTS[mode])
    for number in range(count) if mode == "small" else sampled(count):
        folder = base / f"{mode}-{number}"
        shutil.copytree(start, folder)
        ends.append(run(folder, prepared(mode, number, folder)))
        published += check(folder, first, whole)
        shutil.rmtree(folder)
    print(json.dumps({"steps": count, "ends": ends, "published": published}))


def sampled(count: int) -> list[int]:
    """Numbers of the steps to be tried."""
    early = range(max(0, count - LAST))
    tried = random.Random(count).sample(early, round(len(early) * SHARE))  # noqa: S311 - no secret
    return sorted(tried) + list(range(len(early), count))


def steps(base: Path, start: Path, events: Container[str]) -> int:
    """How many of some events a build has."""
    folder = base / "counted"
    shutil.copytree(start, folder)
    marks = os.open(base / "steps", os.O_CREAT | os.O_WRONLY | os.O_APPEND)

    def count(event: str) -> None:
        if event in events:
            os.write(marks, b".")

    assert run(folder, lambda: watched(folder, count)) == 0
    os.close(marks)
    return (base / "steps").stat().st_size


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
