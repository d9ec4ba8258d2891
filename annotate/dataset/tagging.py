"""IOB2 tags of many spans at once, as arrays: what `annotate.dataset.bio.tag` says of one text."""

from __future__ import annotations

from typing import NamedTuple, Protocol

import numpy as np

from annotate.dataset.text_columns import Flags, Ints, listed


class Tokens(Protocol):
    """Offsets of the tokens of some texts, ascending."""

    @property
    def token_starts(self) -> Ints: ...
    @property
    def token_ends(self) -> Ints: ...


class Tags(NamedTuple):
    """Tags of all tokens, and which spans they lack or have with more than their characters."""

    tags: Ints
    lost: Flags
    widened: Flags


def tags_of(texts: Tokens, starts: Ints, ends: Ints, ranks: Ints, ids: list[str]) -> Tags:
    """Tags of the tokens of texts.

    Args:
        starts, ends: of spans of one layer, in the whole; in the order of their starts.
        ranks: their labels' numbers in the ontology.
        ids: what settles a tie that nothing else does.
    """
    first = np.searchsorted(texts.token_ends, starts, "right")
    after = np.searchsorted(texts.token_starts, ends, "left")
    lost = first >= after
    # Runs of spans that share tokens: in each of them it is one after the other.
    furthest = np.maximum.accumulate(after) if len(after) else after
    opens = np.ones(len(starts), bool)
    opens[1:] = first[1:] >= furthest[:-1]
    group = np.cumsum(opens)
    crowded = np.bincount(group)[group] > 1 if len(group) else opens
    for members in _groups(np.flatnonzero(crowded & ~lost), group):
        _settle(members, starts, ends, ranks, ids, first, after, lost)
    kept = np.flatnonzero(~lost)
    tags = np.zeros(len(texts.token_starts), np.int64)
    lengths = (after - first)[kept]
    begins = 1 + 2 * ranks[kept]
    before = np.cumsum(lengths) - lengths
    inner = np.repeat(first[kept] - before, lengths) + np.arange(lengths.sum())
    tags[inner] = np.repeat(begins + 1, lengths)
    tags[first[kept]] = begins
    widened = np.zeros(len(starts), bool)
    widened[kept] = (texts.token_starts[first[kept]] < starts[kept]) | (
        texts.token_ends[after[kept] - 1] > ends[kept]
    )
    return Tags(tags, lost, widened)


def _groups(members: Ints, group: Ints) -> list[Ints]:
    if not len(members):
        return []
    return np.split(members, np.flatnonzero(np.diff(group[members])) + 1)


def _settle(
    members: Ints,
    starts: Ints,
    ends: Ints,
    ranks: Ints,
    ids: list[str],
    first: Ints,
    after: Ints,
    lost: Flags,
) -> None:
    """Longer spans before shorter ones, then earlier, then in the ontology's order."""
    taken: set[int] = set()
    order = sorted(
        listed(members), key=lambda m: (starts[m] - ends[m], starts[m], ranks[m], ids[m])
    )
    for member in order:
        tokens = range(first[member], after[member])
        if taken.isdisjoint(tokens):
            taken.update(tokens)
        else:
            lost[member] = True
