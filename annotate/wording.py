"""Numbers in sentences."""

from __future__ import annotations

from collections.abc import Mapping

# What is counted in a dataset: one of it, and many.
THINGS = {
    "articles": "article",
    "entities": "entity",
    "events": "event",
    "roles": "role",
}


def counted(count: int, one: str, many: str | None = None) -> str:
    """A number with its noun, and what else changes with it: `1 article is`, `2 articles are`.

    Args:
        many: what stands after any number but 1; None: `one` with an s (story, stories).
    """
    if count == 1:
        return f"{count} {one}"
    plural = one[:-1] + "ies" if one.endswith("y") else one + "s"
    return f"{count:,} {many or plural}"


def listed(counts: Mapping[str, int]) -> str:
    """Counts of what a dataset holds, in one line: `1 article, 2 entities`."""
    return ", ".join(counted(count, THINGS[what], what) for what, count in counts.items())
