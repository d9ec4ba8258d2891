"""Where each article belongs: decided over all of them, before the first row is written.

In this order: what the settings say of the article; what they say of others of its story group, if
that is one split; its line in the split ledger; what the ledger says of its group; the plan.
Articles that are near to each other and would be in two splits cannot both stay: one is held out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np

from annotate.dataset.rows import Split
from annotate.dataset.similar import Search
from annotate.dataset.split_ledger import CODES, HELD_OUT, PLACES, SplitLedger, ids_of

Array = np.ndarray[Any, np.dtype[Any]]

UNKNOWN = -1
_ROWS = 10_000  # made arrays of at a time
_ROUNDS = 5  # of search, at most, where not all pairs are compared in one


@dataclass(frozen=True, slots=True)
class Asked:
    """What is known of the articles, in the order of doc_id, before they have a split.

    Attributes:
        doc_ids: ASCII.
        groups: story groups that are known already; empty where one is to be found.
        explicit: codes of what the settings say; `UNKNOWN` where they say nothing.
        planned: codes of what the plan says; `UNKNOWN`: `draw` says it for the story group.
    """

    doc_ids: Array
    groups: Array
    explicit: Array
    planned: Array


@dataclass(frozen=True, slots=True)
class HeldOut:
    """An article that is not exported, because another split has what is near to it.

    Attributes:
        split: where it would have been.
        near: the article that it is near to.
        near_split: where that one is.
        published: whether it was in a version before.
    """

    doc_id: str
    split: str
    near: str
    near_split: str
    published: bool


@dataclass(frozen=True, slots=True)
class Decided:
    """Where the articles belong.

    Attributes:
        groups: story groups; none is in two splits.
        splits: codes (`PLACES`).
        held_out: articles that are held out since now.
        moved: (doc_id, split before, split now) where the settings contradict the ledger.
        across: pairs of articles (their numbers) that are near and stay in two splits, because
            the settings say so.
    """

    groups: Array
    splits: Array
    held_out: tuple[HeldOut, ...]
    moved: tuple[tuple[str, str, str], ...]
    across: Array


def decide(
    asked: Asked, ledger: SplitLedger, search: Search, draw: Callable[[str], Split]
) -> Decided:
    """Where each article belongs.

    Args:
        search: over the signatures of the same articles, by number.
        draw: the plan's split of a story group.
    """
    rows = ledger.rows_of(asked.doc_ids)
    known = rows >= 0
    before = np.full(len(rows), UNKNOWN)
    before[known] = ledger.splits[rows[known]]
    since = np.full(len(rows), len(ledger.versions))
    since[known] = ledger.since[rows[known]]
    groups = _grouped(asked, ledger, rows, search)
    splits, told = _by_authority(asked, groups, before, ledger, draw)
    # Who stays where two are near: what the settings name, then what was published first.
    order = np.lexsort((np.arange(len(rows)), since, asked.explicit == UNKNOWN))
    held, across = _held_out(search, order, splits, asked.explicit != UNKNOWN)
    stays = np.ones(len(rows), bool)
    stays[list(held)] = False
    moved = np.flatnonzero((told != UNKNOWN) & known & (told != before) & stays)
    name = _namer(asked.doc_ids)
    found = Decided(
        groups,
        splits.copy(),
        tuple(
            HeldOut(
                name(one), PLACES[splits[one]], name(other), PLACES[splits[other]], bool(known[one])
            )
            for one, other in sorted(held.items())
        ),
        tuple((name(one), PLACES[before[one]], PLACES[splits[one]]) for one in moved.tolist()),
        across,
    )
    found.splits[list(held)] = HELD_OUT
    _apart(asked.doc_ids, groups, found.splits, ledger)
    return found


def _namer(doc_ids: Array) -> Callable[[int], str]:
    return lambda number: str(doc_ids[number].decode("ascii"))


def _grouped(asked: Asked, ledger: SplitLedger, rows: Array, search: Search) -> Array:
    """The story group of each article: the ledger's, else the given one, else one that is found.

    An article without a group joins that of the earliest one that it is near to: those of the
    ledger come first, then those with a group, then the others by doc_id.
    """
    groups = asked.groups.astype(_wider(asked.groups, asked.doc_ids, ledger.groups))
    known = rows >= 0
    groups[known] = ledger.groups[rows[known]]
    open_ = np.flatnonzero(groups == b"")
    if not len(open_):
        return groups
    order = np.lexsort((np.arange(len(rows)), groups == b"", ~known))
    parents = np.arange(len(rows))
    parents[open_] = order[search.heads(order)][open_]
    while True:  # from each article to the first of its group
        further = parents[parents]
        if (further == parents).all():
            break
        parents = further
    groups[open_] = np.where(groups == b"", asked.doc_ids, groups)[parents[open_]]
    return groups


def _by_authority(
    asked: Asked, groups: Array, before: Array, ledger: SplitLedger, draw: Callable[[str], Split]
) -> tuple[Array, Array]:
    """The split of each article, and what the settings say of it, or of its story.

    Where they tear a story apart, who is not named stays where it was.
    """
    names, first, group_of = np.unique(groups, return_index=True, return_inverse=True)
    of_group = ledger.split_of_groups(names)
    said = np.flatnonzero(asked.explicit != UNKNOWN)[::-1]  # the first one is written last
    by_settings = np.full(len(names), UNKNOWN)
    by_settings[group_of[said]] = asked.explicit[said]
    torn = np.zeros(len(names), bool)
    torn[group_of[said[asked.explicit[said] != by_settings[group_of[said]]]]] = True
    of_group = np.where(of_group == UNKNOWN, by_settings, of_group)
    of_group = np.where(of_group == UNKNOWN, asked.planned[first], of_group)
    for place in np.flatnonzero(of_group == UNKNOWN).tolist():
        of_group[place] = CODES[draw(names[place].decode("ascii"))]
    told = np.where(torn, UNKNOWN, by_settings)[group_of]
    told = np.where(asked.explicit != UNKNOWN, asked.explicit, told)
    splits = np.where(before == UNKNOWN, of_group[group_of], before)
    return np.where(told != UNKNOWN, told, splits), told


def _held_out(
    search: Search, order: Array, splits: Array, fixed: Array
) -> tuple[dict[int, int], Array]:
    """Who is held out for whom, and the pairs that stay although they are near.

    One after the other stays, in `order`, unless it is near to one that stays in another split.
    """
    places = np.empty(len(order), np.int64)
    places[order] = np.arange(len(order))
    held: dict[int, int] = {}
    sides = np.where(splits == HELD_OUT, UNKNOWN, splits).astype(np.int8)
    across = np.empty((0, 2), np.int64)
    for _ in range(_ROUNDS):
        pairs = search.across(order, sides)
        near: dict[int, list[int]] = defaultdict(list)
        for one, other in pairs.tolist():
            near[one].append(other)
            near[other].append(one)
        new: dict[int, int] = {}
        for one in sorted(near, key=lambda number: int(places[number])):
            stays = [n for n in near[one] if places[n] < places[one] and n not in new]
            if stays and not fixed[one]:
                new[one] = min(stays, key=lambda number: int(places[number]))
        gone = list(new)
        kept = ~np.isin(pairs, gone).any(axis=1)
        across = np.unique(np.concatenate((across, pairs[kept])), axis=0)
        held |= new
        sides[gone] = UNKNOWN
        if not new or search.is_complete:
            break
    across = across[(sides[across] != UNKNOWN).all(axis=1)]
    return held, across


def _apart(doc_ids: Array, groups: Array, splits: Array, ledger: SplitLedger) -> None:
    """Names a story group anew in each split but one, where the settings tear it apart.

    The part with the article that named the group keeps the name, else the one that was there.
    """
    kept = np.flatnonzero(splits != HELD_OUT)
    pairs = np.unique(
        np.stack((np.unique(groups[kept], return_inverse=True)[1], splits[kept])), axis=1
    )
    names = np.unique(groups[kept])
    for place in np.flatnonzero(np.bincount(pairs[0], minlength=len(names)) > 1).tolist():
        name = names[place]
        members = kept[groups[kept] == name]
        own = members[doc_ids[members] == name]
        main = int(splits[own[0]]) if len(own) else int(ledger.split_of_groups(names[[place]])[0])
        if main == UNKNOWN:
            main = int(splits[members[0]])
        for code in set(splits[members].tolist()) - {main}:
            part = members[splits[members] == code]
            groups[part] = doc_ids[part[0]]


def _wider(*columns: Array) -> str:
    return f"S{max(column.dtype.itemsize for column in columns)}"


def asked_of(
    rows: Iterable[tuple[str, str | None, Split | None]], explicit: Mapping[str, Split]
) -> Asked:
    """From (doc_id, group, planned split) of articles, and what the settings say.

    Raises:
        DatasetError: a name is not ASCII.
    """
    todo = iter(rows)
    parts = [_asked((), explicit)]
    while some := list(islice(todo, _ROWS)):  # as arrays they take little memory
        parts.append(_asked(some, explicit))
    columns = ("doc_ids", "groups", "explicit", "planned")
    return Asked(*(np.concatenate([getattr(part, name) for part in parts]) for name in columns))


def _asked(
    rows: Sequence[tuple[str, str | None, Split | None]], explicit: Mapping[str, Split]
) -> Asked:
    said = [explicit.get(doc_id) for doc_id, _, _ in rows]
    return Asked(
        ids_of([doc_id for doc_id, _, _ in rows]),
        ids_of([group or "" for _, group, _ in rows]),
        np.array([UNKNOWN if split is None else CODES[split] for split in said], np.int8),
        np.array([UNKNOWN if split is None else CODES[split] for _, _, split in rows], np.int8),
    )
