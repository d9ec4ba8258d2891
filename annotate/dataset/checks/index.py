"""What is kept of every article while a version is read: some numbers, and where its row is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from annotate.dataset.checks.faults import Faults
from annotate.dataset.checks.frame import Rows, hashes
from annotate.dataset.text_columns import Flags, Ints

_NONE = np.zeros(0, np.int64)


@dataclass
class Index:
    """Articles by number, in the order in which they were read.

    Attributes:
        files: names of files, to which `column("file")` refers.
        splits: names of splits, to which `column("split")` refers.
    """

    files: list[str] = field(default_factory=list)
    splits: list[str] = field(default_factory=list)
    _parts: dict[str, list[Ints]] = field(default_factory=dict)
    _whole: dict[str, Ints] = field(default_factory=dict)
    _order: Ints = field(default_factory=lambda: _NONE)

    def add(self, rows: Rows, values: Mapping[str, Ints]) -> None:
        """Adds articles; `values`: doc, and what else is to be kept."""
        for names, name in ((self.files, rows.file), (self.splits, rows.split)):
            if name not in names:
                names.append(name)
        everything: dict[str, Any] = {
            **values,
            "file": np.full(len(rows), self.files.index(rows.file), np.int32),
            "split": np.full(len(rows), self.splits.index(rows.split), np.int8),
            "row": rows.numbers.astype(np.int64),
        }
        for name, part in everything.items():
            self._parts.setdefault(name, []).append(part)

    def complete(self) -> None:
        """All articles are in."""
        for name in list(self._parts):
            self._whole[name] = np.concatenate(self._parts.pop(name))
        self._order = np.argsort(self.column("doc"), kind="stable")

    def __len__(self) -> int:
        return len(self.column("doc"))

    def column(self, name: str) -> Ints:
        return self._whole.get(name, _NONE)

    def has(self, name: str) -> bool:
        """Whether this is known of all articles."""
        return len(self.column(name)) == len(self)

    def find(self, docs: Ints) -> Ints:
        """The number of the article with each doc_id (as `hashes` gives it); -1 where none is."""
        if not len(self):
            return np.full(len(docs), -1)
        known = self.column("doc")[self._order]
        place = np.minimum(np.searchsorted(known, docs), len(known) - 1)
        return np.where(known[place] == docs, self._order[place], -1)

    def said(self, number: int) -> tuple[str, int]:
        """File and row of an article."""
        return self.files[int(self.column("file")[number])], int(self.column("row")[number])

    def where(self, number: int) -> str:
        file, row = self.said(number)
        return f"{file}: row {row}"

    def split_of(self, number: int) -> str:
        return self.splits[int(self.column("split")[number])]


def check_unique(index: Index, faults: Faults) -> Flags:
    """No article is there twice.

    Returns:
        Which articles are first with their doc_id.
    """
    docs = index.column("doc")
    order = np.argsort(docs, kind="stable")
    again = np.zeros(len(docs), bool)
    again[1:] = docs[order][1:] == docs[order][:-1]
    first = np.ones(len(docs), bool)
    first[order[again]] = False
    for number in np.flatnonzero(~first).tolist():
        before = int(order[np.searchsorted(docs[order], docs[number])])
        file, row = index.said(number)
        faults.add(file, row, "unique", f"article is at {index.where(before)} too")
    return first


def check_leaks(index: Index, first: Flags, faults: Faults) -> None:
    """No story group and no text is in two splits."""
    told = ~first
    kinds = (("group", "its story group"), ("text", "its text"))
    for name, what in kinds:
        if not index.has(name):
            continue
        for number, before in _across(index.column(name), index.column("split"), ~told):
            if told[number]:
                continue
            told[number] = True
            file, row = index.said(number)
            other = f"{index.split_of(before)} too ({index.where(before)})"
            faults.add(file, row, "leaks", f"{what} is in {other}")


def _across(keys: Ints, splits: Ints, kept: Flags) -> Iterable[tuple[int, int]]:
    """Those of a key that are in another split than the first one with it, with that one."""
    numbers = np.flatnonzero(kept)
    order = numbers[np.argsort(keys[numbers], kind="stable")]
    if not len(order):
        return
    begins = np.ones(len(order), bool)
    begins[1:] = keys[order][1:] != keys[order][:-1]
    first = order[np.flatnonzero(begins)][np.cumsum(begins) - 1]
    wrong = np.flatnonzero(splits[order] != splits[first])
    for place in wrong[np.argsort(order[wrong])].tolist():
        yield int(order[place]), int(first[place])


def docs_of(rows: Rows) -> Ints:
    """The articles that rows name, as numbers."""
    return hashes(rows.array("doc_id"))
