"""The rules of the tables that are made of articles, or of the work on them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from annotate.dataset.checks.articles import Checker
from annotate.dataset.checks.digests import SHARED_BY_SENTENCES, SHARED_BY_SPANS
from annotate.dataset.checks.frame import Array, Rows, hashes, mixed, nulls, plain, strings
from annotate.dataset.checks.index import docs_of
from annotate.dataset.checks.place import UNKNOWN, Place, no_texts, place_of, place_of_sentences
from annotate.dataset.checks.rules_spans import (
    SPAN,
    check_cores,
    check_ids,
    check_labels,
    check_values,
    listed_in,
)
from annotate.dataset.checks.rules_text import TOKENS
from annotate.dataset.counts import Counts
from annotate.dataset.schema import LAYERS
from annotate.dataset.text_columns import Ints

_LAYERS_OF_WORK = ("all", "entities", "events")
# doc_ids -> (text, text_sha256) of each.
ReadTexts = Callable[[Collection[str]], Mapping[str, tuple[str | None, str | None]]]


class Others:
    """Checks sentences, spans and annotations against the articles, which were read before.

    Attributes:
        sums: of each article what a table says of it (`annotate.dataset.checks.digests`).
        read: the number of rows of each table.
        is_read: whether there are files of a table.
        partly: tables of which not all could be read.
        annotators: the number of rows of each.
    """

    def __init__(self, checker: Checker, read_texts: ReadTexts) -> None:
        """
        Args:
            read_texts: gives the texts of articles by doc_id, read again.
        """
        self._checker = checker
        self._read_texts = read_texts
        self._faults = checker.faults
        size = len(checker.index)
        self.sums = {name: np.zeros(size, np.int64) for name in ("in sentences", "in spans")}
        self.read = dict.fromkeys(("sentences", "spans", "annotations"), 0)
        self.is_read: dict[str, bool] = {}
        self.partly: set[str] = set()
        self.annotators: Counter[str] = Counter()
        self._keys: list[Ints] = []
        self._places: list[tuple[str, Ints]] = []

    def sentences(self, rows: Rows) -> None:
        """Checks some rows of `sentences/`."""
        faults = self._faults
        self.read["sentences"] += len(rows) + len(rows.broken)
        if not len(rows):
            return
        checker = self._checker
        if rows.has("start", "end"):
            place = place_of_sentences(rows)
            lows, highs = rows.ints("start"), rows.ints("end")
            wrong = (lows < 0) | (lows >= highs) | (place.highs != highs)
            faults.add_where(
                rows.file,
                "sentences",
                wrong,
                rows.numbers,
                lambda row: f"the text is not as long as its offsets {lows[row]}:{highs[row]} say",
            )
            nowhere: Counts = Counter()
            checker.check_spans(rows, place, nowhere)
        checker.check_covered(rows)
        self._hold(
            rows,
            "in sentences",
            rows.has(
                *("sentence", "start", "end", "text", *SHARED_BY_SENTENCES, *TOKENS),
                *(f"{name}.{part}" for _, name, _ in LAYERS for part in SPAN),
                *("events.roles.role", "events.roles.entity_id"),
            ),
        )

    def spans(self, rows: Rows) -> None:
        """Checks some rows of `spans/`."""
        self.read["spans"] += len(rows) + len(rows.broken)
        names = (*self._checker.digester.spans, "layer", "sentence", "roles", *SHARED_BY_SPANS)
        if len(rows):
            self._hold(rows, "in spans", rows.has(*names))

    def _hold(self, rows: Rows, name: str, is_whole: bool) -> None:
        """Adds up what the rows of each article are, and says which name none."""
        index = self._checker.index
        if not rows.has("doc_id"):
            return
        found = index.find(docs_of(rows))
        docs = strings(rows.array("doc_id"))
        unknown = found < 0
        if self._checker.broken and unknown.any():
            self._faults.skipped(f"{rows.file}: rows of articles that could not be checked")
            unknown[:] = False
        self._faults.add_where(
            rows.file,
            "articles",
            unknown,
            rows.numbers,
            lambda row: f"no article has the doc_id {docs[row]}",
        )
        if not len(index):
            return
        there = found >= 0
        splits = index.column("split")[np.where(there, found, 0)]
        mine = index.splits.index(rows.split) if rows.split in index.splits else -1
        wrong = there & (splits != mine)
        self._faults.add_where(
            rows.file,
            "split",
            wrong,
            rows.numbers,
            lambda row: f"is in {rows.split}, its article in {index.split_of(int(found[row]))}",
        )
        if is_whole and index.has(name):
            digester = self._checker.digester
            of_rows = digester.of_span_rows if name == "in spans" else digester.of_sentence_rows
            numbers = of_rows(rows)
            np.add.at(self.sums[name], found[there], numbers[there])
        else:
            self._faults.skipped(
                f"{rows.file}: whether it says what data/ says: columns are missing"
            )

    def annotations(self, rows: Rows) -> None:
        """Checks some rows of `annotations/`."""
        faults, checker = self._faults, self._checker
        self.read["annotations"] += len(rows) + len(rows.broken)
        if not len(rows):
            return
        highs: Ints = np.full(len(rows), UNKNOWN)
        index = checker.index
        if rows.has("doc_id", "text_sha256") and index.has("text") and len(index):
            found = index.find(docs_of(rows))
            same = index.column("text")[found] == hashes(rows.array("text_sha256"))
            highs = np.where((found >= 0) & same, index.column("length")[found], highs)
        place = place_of(self._texts(rows), np.zeros(len(rows), np.int64), highs)
        for layer, name, _ in LAYERS:
            if not rows.has(*(f"{name}.{part}" for part in SPAN)):
                continue
            self._check_surfaces(rows, place, name)
            check_labels(rows, layer, name, checker.contract, faults)
            check_values(rows, layer, name, checker.contract, faults)
            if rows.has(f"{name}.core_start", f"{name}.core_end"):
                check_cores(rows, name, faults)
        if any(rows.has(f"{name}.id") for _, name, _ in LAYERS):
            check_ids(rows, faults)
        checker.check_roles(rows, Counter())
        checker.check_covered(rows)
        if rows.has("deleted.start", "deleted.end", "deleted.text", "deleted.layer"):
            self._check_surfaces(rows, place, "deleted")
            known = ("entity", "event")
            listed_in(rows, rows.many("deleted"), "layer", known, "values", faults)
        self._check_work(rows)

    def _texts(self, rows: Rows) -> Array:
        """The text that each row is about; null where the version has it not, or has another."""
        if not self._checker.texts or not rows.has("doc_id", "text_sha256"):
            return no_texts(len(rows))
        docs, named = strings(rows.array("doc_id")), strings(rows.array("text_sha256"))
        found = self._read_texts({doc for doc in docs if doc is not None})
        texts = [
            text if text is not None and sha256 == name else None
            for doc, name in zip(docs, named, strict=True)
            for text, sha256 in (found.get(doc or "", (None, None)),)
        ]
        return pa.array(texts, pa.string())

    def _check_surfaces(self, rows: Rows, place: Place, name: str) -> None:
        """Spans are pieces of the article; of a text that is not there, as long as they say."""
        many = rows.many(name)
        starts, ends, of = many.ints("start"), many.ints("end"), many.rows
        surfaces = plain(many.array("text"))
        none = nulls(surfaces)
        sizes: Array = pc.utf8_length(surfaces)
        sizes = sizes.fill_null(0).to_numpy(zero_copy_only=False)
        outside = ~place.inside(of, starts, ends)
        wrong = outside | (~none & (sizes != ends - starts))
        compared = ~wrong & ~none & place.known[of]
        inner = of[compared], starts[compared], ends[compared]
        differs = place.differs(*inner, surfaces.filter(pa.array(compared)))
        wrong[np.flatnonzero(compared)[differs]] = True
        if not self._checker.some:
            wrong |= none == self._checker.texts

        def describe(item: int) -> str:
            row, start, end = int(of[item]), int(starts[item]), int(ends[item])
            what = f"{name}: {surfaces[item].as_py()!r} is at {start}:{end}"
            if place.known[row] and not outside[item]:
                return f"{what}, text has {place.cut(row, start, end)!r}"
            high = int(place.highs[row])
            return what if high == UNKNOWN else f"{what} of a text of {high} characters"

        self._faults.add_where(rows.file, "spans", wrong, rows.numbers[of], describe)

    def _check_work(self, rows: Rows) -> None:
        faults = self._faults
        if rows.has("annotator"):
            self.annotators.update(str(name) for name in strings(rows.array("annotator")))
        if rows.has("parts", "parts_done"):
            parts, done = rows.ints("parts"), rows.ints("parts_done")
            faults.add_where(
                rows.file,
                "values",
                (done < 0) | (done > parts),
                rows.numbers,
                lambda row: f"{done[row]} parts of {parts[row]} are done",
            )
        if rows.has("layers"):
            layers = strings(rows.array("layers"))
            wrong = np.array([value not in _LAYERS_OF_WORK for value in layers], bool)
            faults.add_where(
                rows.file,
                "values",
                wrong,
                rows.numbers,
                lambda row: f"layers is {layers[row]!r}, none of {', '.join(_LAYERS_OF_WORK)}",
            )
        names = ("doc_id", "annotator", "layers", "text_sha256")
        if rows.has(*names):
            self._keys.append(mixed(*(hashes(rows.array(name)) for name in names)))
            self._places.append((rows.file, rows.numbers))

    def finish(self) -> None:
        """No annotator's work on an article is there twice."""
        if not self._keys:
            return
        _, first = np.unique(np.concatenate(self._keys), return_index=True)
        begin = 0
        for (file, numbers), keys in zip(self._places, self._keys, strict=True):
            again = ~np.isin(np.arange(begin, begin + len(keys)), first)
            begin += len(keys)
            what = "this annotator's work on this article is there twice"
            self._faults.add_where(file, "unique", again, numbers, lambda _, what=what: what)  # type: ignore[misc]
