"""Verifies a dataset version, ours or edited: every problem with file, row and rule.

Files are read a few hundred rows at a time; of every article some numbers are kept. What the rules
are is in `annotate.dataset.checks`, a module for each kind.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq

from annotate.dataset.checks.agree import check_agreement, placed_rows
from annotate.dataset.checks.articles import Checker
from annotate.dataset.checks.contract import Contract, read_contract
from annotate.dataset.checks.counted import check_counts, recounted
from annotate.dataset.checks.digests import Digester
from annotate.dataset.checks.faults import MOST, Fault, Faults, Report
from annotate.dataset.checks.files import check_files, split_of
from annotate.dataset.checks.frame import Rows, rows_of
from annotate.dataset.checks.index import check_leaks, check_unique
from annotate.dataset.checks.others import Others
from annotate.dataset.checks.reading import (
    UNREADABLE,
    TooMuch,
    batches,
    check_columns,
    check_features,
    check_metadata,
    first_line,
)
from annotate.dataset.manifest import FOLDERS, read_manifest
from annotate.dataset.rights import REHYDRATED

__all__ = ["Fault", "Report", "check", "verify"]


def verify(version: Path) -> list[Fault]:
    """The faults of a version, of which there may be more; see `check`."""
    return list(check(version).faults)


def check(version: Path, most: int = MOST) -> Report:
    """Every fault of a version: in its files, its rows, and between its tables.

    Args:
        most: how many faults are listed; the others are counted.

    Raises:
        DatasetError: the folder is no dataset version at all.
    """
    manifest = read_manifest(version)
    faults = Faults(most)
    unread = check_files(version, manifest, faults)
    contract = read_contract(version, manifest, faults)
    return _Check(version, manifest, contract, faults, unread).report()


class _Check:
    """One version, read table by table."""

    def __init__(
        self,
        version: Path,
        manifest: Mapping[str, Any],
        contract: Contract,
        faults: Faults,
        unread: frozenset[str],
    ) -> None:
        """
        Args:
            unread: files that cannot be read, whose faults are there.
        """
        self._version, self._manifest = version, manifest
        self._contract, self._faults = contract, faults
        self._texts = manifest.get("texts") is not False
        self._sound: dict[str, frozenset[str]] = {}
        self._lost = unread
        self._is_whole = True
        self._checker = Checker(
            contract,
            faults,
            self._texts,
            REHYDRATED in manifest,
            Digester(self._span_columns()),
        )

    def report(self) -> Report:
        faults, checker = self._faults, self._checker
        if not self._texts:
            faults.skipped(
                "texts, tokens and surfaces: this version has none; offsets were checked"
            )
        elif REHYDRATED in self._manifest:
            faults.skipped("articles whose text was not put back: only their offsets were checked")
        self._each("articles", checker.articles)
        checker.index.complete()
        if self._is_whole and not len(checker.index):
            faults.add("data", None, "present", "there is no article")
        checker.broken += not self._is_whole
        unique = check_unique(checker.index, faults)
        check_leaks(checker.index, unique, faults)
        others = Others(checker, self._texts_of)
        for table, see in (
            ("sentences", others.sentences),
            ("spans", others.spans),
            ("annotations", others.annotations),
        ):
            whole, self._is_whole = self._is_whole, True
            others.is_read[table] = self._each(table, see)
            if not self._is_whole:
                others.partly.add(table)
            self._is_whole &= whole
        others.finish()
        check_agreement(checker, others, unique, self._asked)
        if self._is_whole:
            check_counts(self._manifest["counts"], recounted(checker, others), faults)
        else:
            faults.skipped("counts of the manifest: not all rows could be read")
        return faults.report()

    def _texts_of(self, doc_ids: Collection[str]) -> dict[str, tuple[str | None, str | None]]:
        """Texts of articles with their hashes, by doc_id; none where some could not be read."""
        if self._checker.broken:
            return {}
        found = {}
        wanted = pc.field("doc_id").isin(list(doc_ids))
        for path in self._files("articles"):
            # The rows are in the order of doc_id: few groups of them are read.
            table = pq.read_table(path, columns=["doc_id", "text", "text_sha256"], filters=wanted)
            for row in table.to_pylist():
                found[row["doc_id"]] = (row["text"], row["text_sha256"])
        return found

    def _span_columns(self) -> tuple[str, ...]:
        """Columns that a span has in its article and in the table of its own."""
        tables = self._contract.tables
        articles, spans = tables.get("articles", {}), tables.get("spans", {})
        found: dict[str, None] = {}
        for name in ("entities", "events"):
            item = articles[name].item if name in articles else None
            found.update(dict.fromkeys(item.parts if item else ()))
        return tuple(n for n in found if n != "roles" and (not spans or n in spans))

    def _files(self, table: str) -> list[Path]:
        return sorted((self._version / FOLDERS[table]).glob("*.parquet"))

    def _each(self, table: str, see: Callable[[Rows], None]) -> bool:
        """Shows all rows of a table to its rules; returns whether there are files of it."""
        if table not in self._contract.tables:
            return False
        files = self._files(table)
        for path in files:
            if path.relative_to(self._version).as_posix() in self._lost:
                self._is_whole = False
                continue
            try:
                for rows in self._rows(table, path, self._faults):
                    see(rows)
            except TooMuch as problem:
                self._unread(path, "limits", str(problem))
            except UNREADABLE as problem:
                self._unread(path, "readable", first_line(problem))
        return bool(files)

    def _unread(self, path: Path, rule: str, what: str) -> None:
        self._is_whole = False
        self._faults.add(path.relative_to(self._version).as_posix(), None, rule, what)

    def _rows(self, table: str, path: Path, faults: Faults) -> Iterator[Rows]:
        columns = self._contract.tables[table]
        name = path.relative_to(self._version).as_posix()
        if name not in self._sound:
            self._sound[name] = self._columns(table, name, path)
        sound = self._sound[name]
        if not sound.issuperset(columns):
            self._is_whole = False
        if not sound:
            return
        first = 0
        for batch in batches(path, sound):
            yield rows_of(name, split_of(name), first, batch, columns, faults)
            first += len(batch)

    def _columns(self, table: str, name: str, path: Path) -> frozenset[str]:
        """The columns of a file that can be checked; faults of its schema are added."""
        schema = pq.read_schema(path)
        contract, faults = self._contract, self._faults
        columns, strict = contract.tables[table], contract.is_said
        check_metadata(name, schema, self._manifest, faults)
        if strict:
            check_features(name, schema, columns, faults)
        found = check_columns(
            name, schema, columns, contract.arrow.get(table), faults, strict=strict
        )
        missing = sorted(columns.keys() - found)
        if missing:
            faults.skipped(f"{name}: what depends on {', '.join(missing)}")
        return found

    def _asked(self, table: str, asked: frozenset[int]) -> Iterator[tuple[str, int, Any]]:
        """Rows of some articles, read again; what is wrong with them was said before."""
        silent = Faults(0)
        for path in self._files(table):
            try:
                for rows in self._rows(table, path, silent):
                    yield from placed_rows(rows, asked)
            except (TooMuch, *UNREADABLE):
                continue
