"""How long a task took: what counts as idle, and what is too fast to have been read."""

from __future__ import annotations

from typing import NamedTuple

# Most adults read English non-fiction silently at 175 to 300 words a minute (Brysbaert 2019, How
# many words do we read per minute?, Journal of Memory and Language 109), and Arabic puts more into
# a word: who is faster than this has not read the text, let alone checked it.
READING_LIMIT = 300.0  # words a minute
# Time beyond this is taken for a pause: a quarter of an hour, or for a long text as long as it
# takes at ten words a minute.
IDLE_SECONDS = 15 * 60.0
SLOWEST = 10.0  # words a minute


class Active(NamedTuple):
    """Time that somebody worked on a task.

    Attributes:
        seconds: without what is taken for a pause.
        capped: whether some was taken off.
    """

    seconds: float
    capped: bool


def word_count(text: str) -> int:
    """The words of a text for measures of speed: what stands between white space."""
    return len(text.split())


def idle_limit(words: int) -> float:
    """Seconds that a task of so many words may take before the rest is taken for a pause."""
    return max(IDLE_SECONDS, words * 60 / SLOWEST)


def active(lead_time: float, words: int) -> Active:
    """The time that a task was open, less what is taken for a pause."""
    limit = idle_limit(words)
    return Active(min(lead_time, limit), lead_time > limit)


def is_fast(lead_time: float, words: int) -> bool:
    """Whether a task was open for less time than it takes to read it."""
    return lead_time * READING_LIMIT < words * 60
