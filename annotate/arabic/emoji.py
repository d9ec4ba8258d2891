"""The emoji that are words of their own, read from emoji.txt when the first one may be there."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import product
from pathlib import Path

FILE = Path(__file__).with_name("emoji.txt")
TONES = "\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"
JOINER = "\u200d"
KEEP = "\ufe0f"  # the character before it is a picture, no text
FLAGS = {chr(ord("A") + number): chr(0x1F1E6 + number) for number in range(26)}
TAGS, END_OF_TAGS = 0xE0000, "\U000e007f"


@cache
def emoji() -> frozenset[str]:
    """All emoji, of one character and of several."""
    lines = FILE.read_text("utf-8").splitlines()
    return frozenset(
        found
        for line in lines
        if not line.startswith("# ")
        for entry in line.split()
        for found in expand(entry)
    )


def expand(entry: str) -> Iterator[str]:
    """The emoji that an entry of the file stands for (its notation is in the file's head)."""
    first, dots, last = entry.partition("..")
    if dots:
        yield from map(chr, range(ord(first), ord(last) + 1))
        return
    if entry.isascii() and entry.isalpha():
        yield "".join(FLAGS[letter] for letter in entry)
        return
    base, bracket, tags = entry.partition("[")
    if bracket:
        yield base + "".join(chr(TAGS + ord(tag)) for tag in tags[:-1]) + END_OF_TAGS
        return
    choices = {"t": TONES, "o": TONES, "w": ("", KEEP), "-": (JOINER,)}
    for chosen in product(*(choices.get(char, (char,)) for char in entry)):
        if "o" not in entry or chosen[entry.index("o")] != chosen[entry.index("t")]:
            yield "".join(chosen)
