"""Tokens and sentences of many texts at once, as arrays: what `annotate.arabic.words` finds.

Each character is looked up in a table of classes, and borders are where the class changes. What
stands between white space and may have a symbol of several characters (an emoji sequence) is cut by
`words` itself; a property test holds the two equal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa

from annotate.arabic.words import words

Ints = np.ndarray[Any, np.dtype[np.int64]]
Codes = np.ndarray[Any, np.dtype[np.uint32]]
Classes = np.ndarray[Any, np.dtype[np.uint8]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]
# A stop is a symbol that may end a sentence, a break is white space that does.
_WORD, _UNCLEAR, _SYMBOL, _STOP, _SPACE, _BREAK = range(6)
_PLANE = 1 << 16  # beyond are emoji, and rare scripts
_JOINERS = (0xFE0F, 0x20E3, 0x200D)
_STOPS = ".!؟"


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts one after the other, with a line feed after each.

    All offsets are those of characters in the whole (code points, half open).

    Attributes:
        whole: the texts.
        codes: the code point of every character of the whole.
        is_space: whether it is white space, which belongs to no token.
        bases: where each text begins, and one more for the end.
        token_starts, token_ends: tokens in order.
        sentence_tokens: the number of each sentence's first token, and one more for the end.
        text_tokens, text_sentences: the same of the texts, in tokens and in sentences.
    """

    whole: str
    codes: Codes
    is_space: Flags
    bases: Ints
    token_starts: Ints
    token_ends: Ints
    sentence_tokens: Ints
    text_tokens: Ints
    text_sentences: Ints

    @property
    def sentence_starts(self) -> Ints:
        return self.token_starts[self.sentence_tokens[:-1]]

    @property
    def sentence_ends(self) -> Ints:
        return self.token_ends[self.sentence_tokens[1:] - 1]

    def tokens(self) -> pa.Array[Any]:
        """The tokens as strings: all characters but white space, cut where tokens begin."""
        codes = self.codes
        widths = (codes > 0x7F).view(np.uint8) + (codes > 0x7FF) + (codes > 0xFFFF) + np.uint8(1)
        data = np.frombuffer(self.whole.encode("utf-8"), np.uint8)
        data = data[np.repeat(~self.is_space, widths)]
        widths[self.is_space] = 0
        before = np.concatenate(([0], np.cumsum(widths, dtype=np.int32)), dtype=np.int32)
        ends = np.append(before[self.token_starts], before[-1])
        buffers = [None, pa.py_buffer(ends.tobytes()), pa.py_buffer(data.tobytes())]
        return pa.Array.from_buffers(pa.string(), len(self.token_starts), buffers)


def listed(values: Ints) -> list[int]:
    """Python's own numbers, which are quicker one by one."""
    found: Any = values.tolist()
    return list(found)


def texts_of(texts: Sequence[str]) -> Texts:
    """Tokens and sentences of texts, of which each may be empty."""
    whole = "".join(f"{text}\n" for text in texts)
    codes = np.frombuffer(whole.encode("utf-32-le"), np.uint32)
    lengths = np.fromiter((len(text) + 1 for text in texts), np.int64, len(texts))
    bases = np.concatenate(([0], np.cumsum(lengths)))
    classes = _classes().take(codes, mode="clip")
    is_space = classes >= _SPACE
    starts, ends = _tokens(classes)
    unclear = np.flatnonzero(classes == _UNCLEAR)
    if len(unclear):
        starts, ends = _cut_by_words(whole, unclear, is_space, starts, ends)
    sentence_tokens = _sentences(classes, is_space, starts)
    text_tokens = np.searchsorted(starts, bases)
    return Texts(
        whole,
        codes,
        is_space,
        bases,
        starts,
        ends,
        sentence_tokens,
        text_tokens,
        np.searchsorted(sentence_tokens, text_tokens),
    )


@cache
def _classes() -> Classes:
    """The class of every character of the first plane, and of all others together."""
    classes = np.zeros(_PLANE + 1, np.uint8)
    for code in range(_PLANE):
        char = chr(code)
        if char.isspace():
            classes[code] = _SPACE
        elif not char.isalnum() and not 0xD800 <= code < 0xE000 and len(words(f"ا{char}ا")) == 3:
            classes[code] = _SYMBOL
    classes[list(map(ord, _STOPS))] = _STOP
    classes[ord("\n")] = _BREAK
    classes[list(_JOINERS)] = _UNCLEAR
    classes[_PLANE] = _UNCLEAR
    return classes


def _tokens(classes: Classes) -> tuple[Ints, Ints]:
    is_word = classes <= _UNCLEAR
    start = is_word.copy()
    start[1:] &= ~is_word[:-1]
    end = is_word.copy()
    end[:-1] &= ~is_word[1:]
    is_symbol = (classes == _SYMBOL) | (classes == _STOP)
    return np.flatnonzero(start | is_symbol), np.flatnonzero(end | is_symbol) + 1


def _cut_by_words(
    whole: str, unclear: Ints, is_space: Flags, starts: Ints, ends: Ints
) -> tuple[Ints, Ints]:
    """The tokens with those found anew that stand between white space with an unclear character."""
    spaces = np.flatnonzero(is_space)  # the last one ends the whole
    after = np.unique(np.searchsorted(spaces, unclear))
    lefts = np.where(after > 0, spaces[after - 1] + 1, 0)
    rights = spaces[after]
    found = [
        (word.start + left, word.end + left)
        for left, right in zip(lefts.tolist(), rights.tolist(), strict=True)
        for word in words(whole[left:right])
    ]
    chunk = np.searchsorted(lefts, starts, "right") - 1
    kept = (chunk < 0) | (starts >= rights[chunk])
    pairs = np.array(found, np.int64).reshape(-1, 2)
    starts = np.concatenate((starts[kept], pairs[:, 0]))
    ends = np.concatenate((ends[kept], pairs[:, 1]))
    order = np.argsort(starts, kind="stable")
    return starts[order], ends[order]


def _sentences(classes: Classes, is_space: Flags, starts: Ints) -> Ints:
    """A sentence ends with a stop before white space, which is a token, and at line feeds."""
    stops = classes == _STOP
    stops[:-1] &= is_space[1:]
    places = np.flatnonzero(stops | (classes == _BREAK))
    found: Ints = np.unique(np.concatenate(([0], np.searchsorted(starts, places, "right"))))
    return found
