"""The stage between choosing and building: every article gets its story group and its split."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from annotate.arabic.likeness import LEAST_JACCARD, SHARED, signature_of, triples
from annotate.dataset.leaks import Likeness, highest_of, highest_of_all
from annotate.dataset.rows import SPLITS, Chosen, Split
from annotate.dataset.similar import FEW, Search, Signatures
from annotate.dataset.split_ledger import FILE, HELD_OUT, PLACES, SplitLedger, read_ledger
from annotate.dataset.splits import Decided, asked_of, decide
from annotate.errors import DatasetError
from annotate.storage import file_sha256
from annotate.wording import counted

Array = np.ndarray[Any, np.dtype[Any]]

_LIKEST = 100  # pairs whose index is computed exactly, where there are too many to take all
_NAMED = 100  # held out articles, or pairs, in the manifest
_SHOWN = 3  # of them, on the console
_METHOD = (
    "word triples in the search form; MinHash of 128 values, pairs that share one of 64 bands; "
    "near: half of the shorter text's triples are in the other one, as estimated"
)


@dataclass(frozen=True, slots=True)
class _Over:
    """What was decided, over which articles, and what the ledger was before.

    Attributes:
        pairs: the likest of two splits, where there are too many articles to take all pairs.
    """

    before: SplitLedger
    doc_ids: Array
    decided: Decided
    pairs: Sequence[tuple[int, int]]


class Splitting:
    """Articles with their groups and splits, without those that are held out.

    The articles are read twice when this is iterated: once to decide.
    """

    def __init__(
        self,
        chosen: Iterable[Chosen],
        folder: Path,
        explicit: Mapping[str, Split],
        draw: Callable[[str], Split] | None = None,
        admit: Callable[[Iterator[Chosen]], Iterator[Chosen]] = iter,
    ) -> None:
        """Nothing is read yet.

        Args:
            chosen: can be read twice, in the order of doc_id; a list may have any.
            folder: of the dataset, with its versions and its split ledger.
            explicit: what the settings say, by doc_id.
            draw: the plan's split of a story group; None: an article's own `split` is the plan's.
            admit: passes on those that are good enough for their split, one after the other. The
                others have a split all the same: they may be good enough in a later version.
        """
        if isinstance(chosen, Sequence):
            chosen = sorted(chosen, key=lambda item: item.article.doc_id)
        self._chosen = chosen
        self._folder = folder
        self._explicit = explicit
        self._draw = draw
        self._admit = admit
        self._triples: dict[int, Array] = {}  # of all where they are few, else of the likest
        self._number = 0
        self._exported: Array = np.zeros(0, bool)

    @cached_property
    def _over(self) -> _Over:
        before = read_ledger(self._folder)
        with Signatures() as signatures:
            asked = asked_of(self._read(signatures), self._explicit)
            search = Search(signatures)
            decided = decide(asked, before, search, self._draw or _train)
        pairs: list[tuple[int, int]] = []
        if len(asked.doc_ids) > FEW:
            self._triples = {}
            pairs = _likest(search, decided)
        return _Over(before, asked.doc_ids, decided, pairs)

    def _read(self, signatures: Signatures) -> Iterator[tuple[str, str | None, Split | None]]:
        """Of each article doc_id, group and the plan's split; the signatures on the way."""
        for number, item in enumerate(self._chosen):
            found = triples(item.article.text)
            if number < FEW:
                self._triples[number] = found
            signatures.add(signature_of(found))
            planned = None if self._draw else item.split
            yield item.article.doc_id, item.group_id, planned

    def __iter__(self) -> Iterator[Chosen]:
        """The articles that go into the version, in order.

        Raises:
            DatasetError: the split ledger or a published version cannot be read, or the articles
                are not the same at the second time.
        """
        self._exported = np.zeros(len(self._over.doc_ids), bool)
        for item in self._admit(self._placed()):
            self._exported[self._number] = True
            yield item

    def _placed(self) -> Iterator[Chosen]:
        doc_ids, decided = self._over.doc_ids, self._over.decided
        splits, groups = decided.splits, decided.groups
        wanted = {number for pair in self._over.pairs for number in pair}
        number = -1
        for number, item in enumerate(self._chosen):
            doc_id = item.article.doc_id.encode("ascii", "replace")
            if number >= len(doc_ids) or doc_ids[number] != doc_id:
                break
            if splits[number] == HELD_OUT:
                continue
            if number in wanted:
                self._triples[number] = triples(item.article.text)
            group = groups[number].decode("ascii")
            self._number = number
            yield replace(item, group_id=group, split=SPLITS[splits[number]])
        else:
            if number + 1 == len(doc_ids):
                return
        raise DatasetError("the history changed while it was exported", fix="export again")

    def ledger(self, version: str) -> SplitLedger:
        """The split ledger once this version is published."""
        over = self._over
        found = over.decided
        return over.before.updated(over.doc_ids, found.groups, found.splits, version)

    def heal(self, folder: Path) -> None:
        """Writes the split ledger as it was before, if its file lacks something of it."""
        path = folder / FILE
        if not path.is_file() or file_sha256(path) != self._over.before.sha256:
            self._over.before.write(folder)

    def leaks(self) -> dict[str, Any]:
        """The figures of the leak check, for the manifest; after all articles were read."""
        over = self._over
        found = over.decided
        sides = np.where(self._exported, found.splits, -1)
        across = found.across[self._exported[found.across].all(axis=1)]
        pairs = [pair for pair in over.pairs if self._exported[list(pair)].all()]
        highest = (
            highest_of_all([self._triples[n] for n in range(len(sides))], sides)
            if len(sides) <= FEW
            else highest_of(pairs, self._triples)
        )
        return {
            "method": _METHOD,
            "threshold": {"shared": SHARED, "jaccard": LEAST_JACCARD},
            "pairs_across_splits": len(across),
            "pairs": [self._pair(*pair) for pair in across[:_NAMED].tolist()],
            "highest": None if highest is None else self._likeness(highest),
            "highest_of": "all pairs"
            if len(sides) <= FEW
            else f"the {len(pairs)} likest pairs found",
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
        """What there is to say on the console; nothing before the articles were read."""
        if "_over" not in self.__dict__:
            return
        found = self._over.decided
        held = int((found.splits == HELD_OUT).sum())
        if held:
            named = [f"{h.doc_id} ({h.split}) ~ {h.near} ({h.near_split})" for h in found.held_out]
            more = f": {', '.join(named[:_SHOWN])}" if named else " since an earlier version"
            rest = f" and {len(named) - _SHOWN} more" if len(named) > _SHOWN else ""
            who = counted(held, "article is", "articles are")
            yield f"{who} held out, near to one of another split{more}{rest}"
        for doc_id, before, now in found.moved[:_SHOWN]:
            yield f"{doc_id} moved from {before} to {now}, as the settings say"
        if len(found.moved) > _SHOWN:
            others = counted(len(found.moved) - _SHOWN, "more article", "more articles")
            yield f"{others} moved, as the settings say"
        if len(found.across):
            one = self._pair(*found.across[0].tolist())
            pairs = counted(len(found.across), "pair of articles is", "pairs of articles are")
            yield (
                f"{pairs} near to each other and in two splits, as the settings say: "
                f"{' ~ '.join(one['doc_ids'])}"
            )
        there = {PLACES[code] for code in np.unique(found.splits).tolist()}
        missing = [split for split in SPLITS if split not in there]
        if missing and len(found.splits):
            yield f"no article is {' or '.join(missing)}: there is no file for it"

    def _pair(self, one: int, other: int) -> dict[str, Any]:
        numbers = (one, other)
        return {
            "doc_ids": [self._over.doc_ids[number].decode("ascii") for number in numbers],
            "splits": [PLACES[self._over.decided.splits[number]] for number in numbers],
        }

    def _likeness(self, found: Likeness) -> dict[str, Any]:
        return {"jaccard": round(found.jaccard, 4), **self._pair(found.one, found.other)}


def _likest(search: Search, decided: Decided) -> list[tuple[int, int]]:
    """Pairs of two splits, the likest as estimated; first those that stay although near."""
    pairs = [(one, other) for one, other in decided.across[:_LIKEST].tolist()]
    for _, one, other in search.likest:
        if len(pairs) >= _LIKEST:
            break
        if HELD_OUT not in (decided.splits[one], decided.splits[other]):
            pairs.append((one, other))
    return pairs


def _train(_: str) -> Split:
    return "train"
