"""The stage between choosing and building: every article gets its story group and its split."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from annotate.arabic.likeness import LEAST_JACCARD, SHARED, signature_of, triples
from annotate.dataset.leaks import Likeness, highest_of, highest_of_all
from annotate.dataset.rows import SPLITS, Chosen, Split
from annotate.dataset.similar import FEW, Search, Signatures
from annotate.dataset.split_ledger import HELD_OUT, PLACES, SplitLedger, read_ledger
from annotate.dataset.splits import Decided, asked_of, decide
from annotate.errors import DatasetError

Array = np.ndarray[Any, np.dtype[Any]]

_LIKEST = 100  # pairs whose index is computed exactly, where there are too many to take all
_NAMED = 100  # held out articles, or pairs, in the manifest
_SHOWN = 3  # of them, on the console
_METHOD = (
    "word triples in the search form; MinHash of 128 values, pairs that share one of 64 bands; "
    "near: half of the shorter text's triples are in the other one, as estimated"
)


class Splitting:
    """Articles with their groups and splits, without those that are held out.

    The articles are read twice: to decide, and when this is iterated.
    """

    def __init__(
        self,
        chosen: Iterable[Chosen],
        folder: Path,
        explicit: Mapping[str, Split],
        draw: Callable[[str], Split] | None = None,
        admit: Callable[[Iterator[Chosen]], Iterator[Chosen]] = iter,
    ) -> None:
        """Decides over all articles.

        Args:
            chosen: can be read twice, in the order of doc_id; a list may have any.
            folder: of the dataset, with its versions and its split ledger.
            explicit: what the settings say, by doc_id.
            draw: the plan's split of a story group; None: an article's own `split` is the plan's.
            admit: passes on those that are good enough for their split, one after the other. The
                others have a split all the same: they may be good enough in a later version.

        Raises:
            DatasetError: the split ledger or a published version cannot be read.
        """
        if isinstance(chosen, Sequence):
            chosen = sorted(chosen, key=lambda item: item.article.doc_id)
        self._chosen = chosen
        self._before = read_ledger(folder)
        self._triples: dict[int, Array] = {}  # of all where they are few, else of the likest
        with Signatures() as signatures:
            rows = self._read(signatures, with_plan=draw is None)
            asked = asked_of(rows, explicit)
            search = Search(signatures)
            self._decided: Decided = decide(asked, self._before, search, draw or _train)
        self._doc_ids = asked.doc_ids
        self._is_small = len(rows) <= FEW
        self._pairs = [] if self._is_small else self._likest(search)
        if not self._is_small:
            self._triples = {}
        self._wanted = {number for pair in self._pairs for number in pair}
        self._admit = admit
        self._number = 0
        self._exported = np.zeros(len(rows), bool)

    def _read(
        self, signatures: Signatures, *, with_plan: bool
    ) -> list[tuple[str, str | None, Split | None]]:
        """Of each article doc_id, group and the plan's split; the signatures on the way."""
        rows: list[tuple[str, str | None, Split | None]] = []
        for number, item in enumerate(self._chosen):
            found = triples(item.article.text)
            if number < FEW:
                self._triples[number] = found
            signatures.add(signature_of(found))
            planned = item.split if with_plan else None
            rows.append((item.article.doc_id, item.group_id, planned))
        return rows

    def __iter__(self) -> Iterator[Chosen]:
        """The articles that go into the version, in order.

        Raises:
            DatasetError: they are not those that were decided over.
        """
        self._exported[:] = False
        for item in self._admit(self._placed()):
            self._exported[self._number] = True
            yield item

    def _placed(self) -> Iterator[Chosen]:
        splits, groups = self._decided.splits, self._decided.groups
        number = -1
        for number, item in enumerate(self._chosen):
            doc_id = item.article.doc_id
            if number >= len(self._doc_ids) or self._doc_ids[number] != doc_id.encode("ascii"):
                break
            if splits[number] == HELD_OUT:
                continue
            if number in self._wanted:
                self._triples[number] = triples(item.article.text)
            group = groups[number].decode("ascii")
            self._number = number
            yield replace(item, group_id=group, split=SPLITS[splits[number]])
        else:
            if number + 1 == len(self._doc_ids):
                return
        raise DatasetError("the history changed while it was exported", fix="export again")

    def ledger(self, version: str) -> SplitLedger:
        """The split ledger once this version is published."""
        found = self._decided
        return self._before.updated(self._doc_ids, found.groups, found.splits, version)

    def leaks(self) -> dict[str, Any]:
        """The figures of the leak check, for the manifest; after all articles were read."""
        found = self._decided
        sides = np.where(self._exported, found.splits, -1)
        across = found.across[self._exported[found.across].all(axis=1)]
        pairs = [pair for pair in self._pairs if self._exported[list(pair)].all()]
        highest = (
            highest_of_all([self._triples[n] for n in range(len(sides))], sides)
            if self._is_small
            else highest_of(pairs, self._triples)
        )
        return {
            "method": _METHOD,
            "threshold": {"shared": SHARED, "jaccard": LEAST_JACCARD},
            "pairs_across_splits": len(across),
            "pairs": [self._pair(*pair) for pair in across[:_NAMED].tolist()],
            "highest": None if highest is None else self._likeness(highest),
            "highest_of": "all pairs" if self._is_small else f"the {len(pairs)} likest pairs found",
            "held_out": int((found.splits == HELD_OUT).sum()),
            "held_out_now": [
                {
                    "doc_id": one.doc_id,
                    "split": one.split,
                    "near": one.near,
                    "near_split": one.near_split,
                    "published_before": one.published,
                }
                for one in found.held_out[:_NAMED]
            ],
            "moved": [
                {"doc_id": doc_id, "from": before, "to": now} for doc_id, before, now in found.moved
            ],
        }

    def lines(self) -> Iterator[str]:
        """What there is to say on the console."""
        found = self._decided
        held = int((found.splits == HELD_OUT).sum())
        if held:
            named = [f"{h.doc_id} ({h.split}) ~ {h.near} ({h.near_split})" for h in found.held_out]
            more = f": {', '.join(named[:_SHOWN])}" if named else " since an earlier version"
            rest = f" and {len(named) - _SHOWN} more" if len(named) > _SHOWN else ""
            yield f"{held} articles are held out, near to one of another split{more}{rest}"
        for doc_id, before, now in found.moved[:_SHOWN]:
            yield f"{doc_id} moved from {before} to {now}, as the settings say"
        if len(found.moved) > _SHOWN:
            yield f"{len(found.moved) - _SHOWN} more articles moved, as the settings say"
        if len(found.across):
            one = self._pair(*found.across[0].tolist())
            yield (
                f"{len(found.across)} pairs of articles are near to each other and in two splits, "
                f"as the settings say: {' ~ '.join(one['doc_ids'])}"
            )
        there = {PLACES[code] for code in np.unique(found.splits).tolist()}
        missing = [split for split in SPLITS if split not in there]
        if missing and len(found.splits):
            yield f"no article is {' or '.join(missing)}: there is no file for it"

    def _likest(self, search: Search) -> list[tuple[int, int]]:
        """Pairs of two splits, the likest as estimated; first those that stay although near."""
        splits = self._decided.splits
        pairs = [(one, other) for one, other in self._decided.across[:_LIKEST].tolist()]
        for _, one, other in search.likest:
            if len(pairs) >= _LIKEST:
                break
            if HELD_OUT not in (splits[one], splits[other]):
                pairs.append((one, other))
        return pairs

    def _pair(self, one: int, other: int) -> dict[str, Any]:
        numbers = (one, other)
        return {
            "doc_ids": [self._doc_ids[number].decode("ascii") for number in numbers],
            "splits": [PLACES[self._decided.splits[number]] for number in numbers],
        }

    def _likeness(self, found: Likeness) -> dict[str, Any]:
        return {"jaccard": round(found.jaccard, 4), **self._pair(found.one, found.other)}


def _train(_: str) -> Split:
    return "train"
