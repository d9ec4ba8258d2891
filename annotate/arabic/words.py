"""Words and sentences with offsets.

The words are those of camel-tools' `simple_word_tokenize` (white space splits; each punctuation
mark, symbol or emoji sequence is a word of its own), found by compiled patterns that keep the
offsets; a property test holds the two equal.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

import regex

from annotate.arabic.emoji import emoji

QUOTES = frozenset("\"'«»“”„‟‘’‹›")
OPENING = frozenset("\"'«“‘‹„")
CLOSING = frozenset("\"'»”’›")
# Letters, marks and digits at which no symbol can begin: nearly all that news is made of.
_LETTERS = "0-9A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u0621-\u0669\u066e-\u06d3"
_CHUNK = re.compile(rf"([{_LETTERS}]+)(?!\S)|\S+")
# What can turn the character before it into an emoji.
_JOINERS = "\ufe0f\u20e3\u200d\U000e0020-\U000e007f\U0001f3fb-\U0001f3ff"
_RUN = re.compile(rf"[{_LETTERS}]+(?![{_JOINERS}])")
_MARK = re.compile(rf"[.,:;!?()\[\]\"'/_\-«»،؛؟“”‘’…–—](?![{_JOINERS}])")
# A symbol, punctuation mark or emoji sequence, after the grammar of Unicode UTS #51, section 1.4.9.
_EMOJI = r"(?:\p{RI}\p{RI}|\p{Emoji}(?:\p{EMod}|\uFE0F\u20E3?|[\U000E0020-\U000E007E]+\U000E007F)?)"
_SYMBOL = regex.compile(rf"{_EMOJI}(?:\u200D{_EMOJI})*|[0-9*#]\u20e3|\p{{S}}|\p{{P}}")
_OTHER = re.compile(rf"[^\s{_LETTERS}]")
_SENTENCE_END = re.compile(r"[.!؟](?=\s|$)|\n")


class Word(NamedTuple):
    """A word and its offsets (code points, half open)."""

    text: str
    start: int
    end: int


def words(text: str) -> list[Word]:
    """The words of a text, in order; white space belongs to none."""
    found: list[Word] = []
    for chunk in _CHUNK.finditer(text):
        start = position = chunk.start()
        end = chunk.end()
        if chunk.lastindex:
            found.append(Word(chunk[0], start, end))
            continue
        while position < end:
            run = _RUN.match(text, position, end)
            if run:
                position = run.end()
                continue
            symbol = _MARK.match(text, position, end) or _SYMBOL.match(text, position, end)
            if symbol and is_symbol(symbol[0]):
                if position > start:
                    found.append(Word(text[start:position], start, position))
                start = position = symbol.end()
                found.append(Word(symbol[0], symbol.start(), position))
            else:
                position += 1
        if position > start:
            found.append(Word(text[start:position], start, position))
    return found


def at_most(text: str) -> int:
    """No fewer than a text has words, and for prose not many more; far quicker than counting."""
    # Every symbol holds one of the other characters, and ends one word and begins another.
    return len(text.split()) + 2 * len(_OTHER.findall(text))


def is_symbol(word: str) -> bool:
    """Whether a word is a punctuation mark, symbol or emoji."""
    return (len(word) == 1 and unicodedata.category(word)[0] in "PS") or word in emoji()


def sentences(text: str) -> list[tuple[int, int]]:
    """Sentences as [start, end) offsets (code points), trimmed of white space, in order.

    A sentence ends at `.`, `!` or `؟` before white space or the end, and at every line break.
    """
    found = []
    start = 0
    for stop in [*(match.end() for match in _SENTENCE_END.finditer(text)), len(text)]:
        piece = text[start:stop]
        left = start + len(piece) - len(piece.lstrip())
        right = start + len(piece.rstrip())
        if left < right:
            found.append((left, right))
        start = stop
    return found
