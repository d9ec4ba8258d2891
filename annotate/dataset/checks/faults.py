"""What verification finds: faults, listed up to a limit and counted beyond it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from annotate.dataset.text_columns import Flags, Ints

MOST = 1_000
_LONGEST = 300  # characters of one fault: a surface may be as long as a book
Describe = Callable[[int], str]


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that does not hold: in which file, in which row (None: the whole file), why."""

    file: str
    row: int | None
    rule: str
    what: str

    def __str__(self) -> str:
        place = self.file if self.row is None else f"{self.file}: row {self.row}"
        return f"{place}: {self.rule}: {self.what}"


@dataclass(frozen=True, slots=True)
class Report:
    """What a check of a version found.

    Attributes:
        faults: the first ones.
        by_rule: the number of all, listed or not.
        unchecked: what could not be checked, and why.
    """

    faults: tuple[Fault, ...]
    by_rule: Mapping[str, int]
    unchecked: tuple[str, ...]

    @property
    def total(self) -> int:
        return sum(self.by_rule.values())

    def summary(self) -> str:
        """All in one line."""
        if not self.total:
            return "ok"
        problems = "1 problem" if self.total == 1 else f"{self.total:,} problems"
        more = f", {len(self.faults):,} of them listed" if len(self.faults) < self.total else ""
        rules = ", ".join(f"{rule} {count:,}" for rule, count in self.by_rule.items())
        return f"{problems}{more} ({rules})"

    def to_json(self) -> dict[str, Any]:
        return {
            "ok": not self.total,
            "total": self.total,
            "by_rule": dict(self.by_rule),
            "faults": [
                {"file": f.file, "row": f.row, "rule": f.rule, "what": f.what} for f in self.faults
            ],
            "unchecked": list(self.unchecked),
        }


class Faults:
    """Collects faults: lists the first ones, counts all."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._listed: list[Fault] = []
        self._counts: Counter[str] = Counter()
        self._unchecked: dict[str, None] = {}

    def add(self, file: str, row: int | None, rule: str, what: str) -> None:
        self._counts[rule] += 1
        if len(self._listed) < self._most:
            self._listed.append(Fault(file, row, rule, _short(what)))

    def add_each(self, file: str, rule: str, rows: Ints, describe: Describe) -> None:
        """A fault for each of `rows`; `describe` is called for those that are listed only."""
        self._counts[rule] += len(rows)
        for place, row in enumerate(rows[: self._most - len(self._listed)].tolist()):
            self._listed.append(Fault(file, row, rule, _short(describe(place))))

    def add_where(self, file: str, rule: str, wrong: Flags, rows: Ints, describe: Describe) -> None:
        """A fault for each that is wrong; `rows` has the row of each."""
        places = np.flatnonzero(wrong)
        if len(places):
            self.add_each(file, rule, rows[places], lambda number: describe(int(places[number])))

    def skipped(self, what: str) -> None:
        """Remembers something that could not be checked."""
        self._unchecked[what] = None

    def report(self) -> Report:
        counts = dict(sorted(self._counts.items()))
        return Report(tuple(self._listed), counts, tuple(self._unchecked))


def _short(what: str) -> str:
    return what if len(what) <= _LONGEST else f"{what[: _LONGEST - 1]}…"
