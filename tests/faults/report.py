"""The figures of docs/reliability.md, each between two marks that name who wrote them."""

from __future__ import annotations

import platform
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tests.faults.proxy import KINDS


def put(page: Path, name: str, lines: Sequence[str]) -> None:
    """Puts lines between the marks of this name.

    Raises:
        ValueError: the page has no such marks.
    """
    text = page.read_text("utf-8")
    marks = f"<!-- {name} -->", f"<!-- end of {name} -->"
    pattern = re.compile(f"{re.escape(marks[0])}.*?{re.escape(marks[1])}", re.DOTALL)
    body = "\n".join((marks[0], "", *lines, "", about(), marks[1]))
    changed, count = pattern.subn(lambda _: body, text)
    if count != 1:
        raise ValueError(f"{page} has no marks {marks[0]}")
    page.write_text(changed, encoding="utf-8")


def about() -> str:
    """When and with what it was measured."""
    day = datetime.now(UTC).date().isoformat()
    parts = f"Python {platform.python_version()}, Label Studio {version('label-studio')}"
    return f"Measured {day}; {parts}, SQLite."


def faults(found: Mapping[str, Any]) -> list[str]:
    """What became of a campaign through the proxy."""
    lines = [
        "| one campaign | |",
        "|---|---|",
        f"| tasks at the end (twice or not), adjudicated articles | {found['tasks']:,}, "
        f"{found['gold']:,} |",
        f"| annotations submitted, and in the history once each | {found['annotations']:,} |",
        f"| tasks with the pre-annotations of two versions | {found['upgraded']:,} |",
        f"| requests through the proxy | {found['requests']:,} |",
        f"| **faults survived** | **{found['faults']:,}** |",
        f"| times the server was killed | {found['killed']} |",
        f"| commands that came to their end | {found['commands']} |",
        f"| runs before that ended with a clear error | {_counts(found['errors'])} |",
        "| lost | 0 |",
        f"| tasks there twice, as their import was repeated on its way; all named | "
        f"{found['twins']} |",
        "",
        "| fault | times |",
        "|---|---|",
    ]
    kinds = {**KINDS, "no server": "the server is killed, or not up again"}
    return lines + [f"| {kinds[kind]} | {count} |" for kind, count in found["by kind"].items()]


def _counts(found: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(found.items())) or "none"


def kills(found: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> list[str]:
    """What was killed, or had no space, at each of its writes."""
    lines = [
        "| what is written | writes | killed at one | old, new after it | disk full: refused "
        "| size limit: refused, done |",
        "|---|---|---|---|---|---|",
    ]
    total: Counter[str] = Counter()
    for name, one in found["kill"].items():
        full, small = found["full"][name], found["small"][name]
        total.update({"killed": one["killed"], "refused": full["refused"] + small["refused"]})
        lines.append(
            f"| {name} | {one['writes']} | {one['killed']} | {one['old']}, {one['new']} "
            f"| {full['refused']} of {full['tried']} | {small['refused']}, {small['done']} |"
        )
    writes = sum(one["writes"] for one in found["kill"].values())
    summary = (
        f"**{total['killed']:,} kills** of {writes:,} writes, {total['refused']:,} times no space"
    )
    return [*lines, "", f"{summary}: nothing was ever neither as before nor as after a commit."]


def inputs(found: Sequence[Mapping[str, Any]]) -> list[str]:
    """How many bad inputs were tried."""
    total = sum(one["inputs"] for one in found)
    refused = sum(one["refused"] for one in found)
    lines = [
        f"**{total:,} inputs** of {len(found)} kinds; {refused:,} refused with an error of the "
        "tool's own, the others read; none crashed, none took too long.",
        "",
        "| what reads | inputs | refused | slowest |",
        "|---|---|---|---|",
    ]
    return lines + [
        f"| {one['name']} | {one['inputs']:,} | {one['refused']:,} | {one['slowest']:.2f} s |"
        for one in found
    ]


def soak(found: Mapping[str, Any]) -> list[str]:
    """What was submitted and pulled, and how much memory the watching pull took."""
    return [
        "| | |",
        "|---|---|",
        f"| annotations submitted by {found['people']} people at once | {found['submitted']:,} |",
        f"| in the history at the end, once each, as they were left | {found['pulled']:,} |",
        f"| tasks pushed meanwhile | {found['tasks']:,} |",
        f"| pushes, upgrades of the heuristics, exports meanwhile | {found['pushes']}, "
        f"{found['upgrades']}, {found['exports']} |",
        f"| minutes | {found['seconds'] / 60:.1f} |",
        f"| memory (RSS) of the watching pull after its first {found['warm']} s, at the end, at "
        f"most | {found['first']:.0f}, {found['last']:.0f}, {found['most']:.0f} MB |",
    ]


LINES: dict[str, Callable[[Any], list[str]]] = {
    "faults": faults,
    "kills": kills,
    "inputs": inputs,
    "soak": soak,
}
