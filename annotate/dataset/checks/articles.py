"""The rules of `data/`: every article by itself, and what is kept of it for the other tables."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np

from annotate.dataset.checks.contract import Contract
from annotate.dataset.checks.digests import (
    SHARED_BY_SENTENCES,
    SHARED_BY_SPANS,
    Digester,
    sentences_of,
)
from annotate.dataset.checks.faults import Faults
from annotate.dataset.checks.frame import Rows, hashes, strings
from annotate.dataset.checks.index import Index
from annotate.dataset.checks.place import Place, place_of_articles
from annotate.dataset.checks.rules_spans import (
    SPAN,
    Roles,
    check_cores,
    check_ids,
    check_labels,
    check_places,
    check_roles,
    check_tags,
    check_values,
    ranks_of,
)
from annotate.dataset.checks.rules_text import (
    TOKENS,
    check_hashes,
    check_pieces,
    check_presence,
    check_tokens,
    check_tokens_in_sentences,
)
from annotate.dataset.counts import Counts
from annotate.dataset.schema import LAYERS, STATUSES
from annotate.dataset.text_columns import Flags, Ints

IN_TEST = ("gold",)  # statuses that test data may have
_HEX = {"doc_id": re.compile(r"[0-9a-f]{16}"), "text_sha256": re.compile(r"[0-9a-f]{64}")}
_LAYER_COLUMNS = tuple(name for _, name, _ in LAYERS)


@dataclass
class _Lines:
    """What the hash of a split is made of (`annotate.dataset.counts`)."""

    sha256: Any = field(default_factory=hashlib.sha256)
    last: str = ""
    is_whole: bool = True


@dataclass
class Checker:
    """Checks rows; remembers what the other tables and the manifest are held to.

    Attributes:
        texts: whether the manifest says that there are texts.
        some: whether only some of them were put back.
        counts: of each split, in the words of `annotate.dataset.counts`.
        unsound: rows with faults that other figures depend on.
        broken: rows that no rule saw, for what is null in them; rows that could not be read.
    """

    contract: Contract
    faults: Faults
    texts: bool
    some: bool
    digester: Digester
    index: Index = field(default_factory=Index)
    counts: dict[str, Counts] = field(default_factory=dict)
    unsound: int = 0
    broken: int = 0
    _lines: dict[str, _Lines] = field(default_factory=dict)

    def split_hash(self, split: str) -> dict[str, str]:
        """The hash of a split, if all of its rows are there in their order."""
        lines = self._lines.get(split)
        return {"sha256": lines.sha256.hexdigest()} if lines and lines.is_whole else {}

    def articles(self, rows: Rows) -> None:
        """Checks some rows of `data/`."""
        self.unsound += len(rows.broken)
        self.broken += len(rows.broken)
        if not len(rows):
            return
        place = place_of_articles(rows)
        counts = self.counts.setdefault(rows.split, Counter())
        counts["articles",] += len(rows)
        if rows.has("text", "text_sha256"):
            check_hashes(rows, place, self.faults)
        check_presence(rows, place, self.texts, self.some, self.faults)
        self._check_names(rows)
        self._check_order(rows)
        self.check_status(rows, counts)
        sound, roles = self.check_spans(rows, place, counts)
        pieces = np.ones(len(rows), bool)
        for name in ("segments", "sentences"):
            if rows.has(f"{name}.start", f"{name}.end"):
                good = check_pieces(rows, place, name, self.faults)
                pieces = good if name == "sentences" else pieces
        if rows.has("sentences", *TOKENS):
            good = sound & pieces
            check_tokens_in_sentences(rows, place, good, self.faults)
            counts["sentences",] += rows.many("sentences").size
            sound &= pieces
        self._remember(rows, place, roles, counts)
        self.unsound += int((~sound).sum())

    def check_spans(self, rows: Rows, place: Place, counts: Counts) -> tuple[Flags, Roles | None]:
        """What articles and sentences share: tokens, spans, roles and tags.

        Returns:
            The rows that are sound, and the roles.
        """
        faults = self.faults
        sound = np.ones(len(rows), bool)
        has_tokens = rows.has(*TOKENS)
        if has_tokens:
            sound &= check_tokens(rows, place, faults)
            counts["tokens",] += rows.many("token_starts").size
        layers = {}
        for layer, name, column in LAYERS:
            if not rows.has(*(f"{name}.{part}" for part in SPAN)):
                continue
            good = check_places(rows, place, name, faults)
            ranks = self._check_values(rows, layer, name)
            counts[name,] += rows.many(name).size
            self._count_labels(rows, name, counts)
            layers[layer] = good
            classes = self.contract.tables.get("articles", {}).get(column)
            names = classes.classes if classes else None
            if has_tokens and rows.has(column) and names:
                lost = check_tags(rows, place, column, name, ranks, sound & good, names, faults)
                counts["bio", layer, "lost"] += lost.lost
                counts["bio", layer, "widened"] += lost.widened
        for good in layers.values():
            sound &= good
        ids = [f"{name}.id" for name in _LAYER_COLUMNS if rows.has(f"{name}.id")]
        if ids:
            check_ids(rows, faults)
        return sound, self.check_roles(rows, counts)

    def _check_values(self, rows: Rows, layer: str, name: str) -> Ints:
        ranks = check_labels(rows, layer, name, self.contract, self.faults)
        check_values(rows, layer, name, self.contract, self.faults)
        if rows.has(f"{name}.core_start", f"{name}.core_end"):
            check_cores(rows, name, self.faults)
        return ranks

    def check_roles(self, rows: Rows, counts: Counts) -> Roles | None:
        """Roles between the spans of rows; None where a column is missing."""
        if not rows.has("entities.id", "events.id", "events.roles.role", "events.roles.entity_id"):
            return None
        roles = check_roles(rows, self.contract, self.faults)
        counts["roles",] += len(roles.events)
        return roles

    def _check_names(self, rows: Rows) -> None:
        """Ids and hashes look as they have to; labels that are covered are labels."""
        for name, pattern in _HEX.items():
            if not rows.has(name):
                continue
            values = strings(rows.array(name))
            wrong = np.array([not pattern.fullmatch(value or "") for value in values], bool)
            self.faults.add_where(
                rows.file,
                "values",
                wrong,
                rows.numbers,
                lambda row, name=name, values=values: f"{name} is {values[row]!r}",  # type: ignore[misc]
            )
        self.check_covered(rows)

    def _check_order(self, rows: Rows) -> None:
        """A split is in the order of doc_id: one fault for a file is enough."""
        lines = self._lines.setdefault(rows.split, _Lines())
        if len(rows.broken) or not rows.has("doc_id", "text_sha256"):
            lines.is_whole = False
            return
        docs = [str(doc) for doc in strings(rows.array("doc_id"))]
        for row, (before, doc) in enumerate(pairwise((lines.last, *docs))):
            if doc < before and lines.is_whole:
                what = f"doc_id {doc} stands after {before}"
                self.faults.add(rows.file, int(rows.numbers[row]), "order", what)
                lines.is_whole = False
        lines.last = docs[-1]
        texts = strings(rows.array("text_sha256"))
        for doc, text in zip(docs, texts, strict=True):
            lines.sha256.update(f"{doc} {text}\n".encode())

    def check_covered(self, rows: Rows) -> None:
        """Labels that are said to be covered are those of the ontology."""
        labels = self.contract.labels
        known = (*labels.get("entity", ()), *labels.get("event", ()))
        if not known or not rows.has("labels_covered"):
            return
        many = rows.many("labels_covered")
        wrong = ranks_of(many.items, known) < 0
        self.faults.add_where(
            rows.file,
            "labels",
            wrong,
            rows.numbers[many.rows],
            lambda item: f"labels_covered has {many.items[item].as_py()!r}, which is no label",
        )

    def check_status(self, rows: Rows, counts: Counts) -> None:
        """The status is one that there is, and one that the split may have."""
        if rows.has("prelabelled"):
            counts["prelabelled",] += sum(map(bool, rows.array("prelabelled").to_pylist()))
        if rows.has("annotators"):
            many = rows.many("annotators")
            simulated = np.array(["(simulated)" in str(n) for n in strings(many.items)], bool)
            counts["simulated",] += len(np.unique(many.rows[simulated]))
        if not rows.has("status"):
            return
        values = strings(rows.array("status"))
        counts.update(("status", str(value)) for value in values)
        known = ranks_of(rows.array("status"), STATUSES) >= 0
        self.faults.add_where(
            rows.file,
            "status",
            ~known,
            rows.numbers,
            lambda row: f"{values[row]!r} is none of {', '.join(STATUSES)}",
        )
        if rows.split == "test":
            fits = ranks_of(rows.array("status"), IN_TEST) >= 0
            self.faults.add_where(
                rows.file,
                "status",
                known & ~fits,
                rows.numbers,
                lambda row: f"{values[row]} in test, which takes {', '.join(IN_TEST)} only",
            )

    def _count_labels(self, rows: Rows, name: str, counts: Counts) -> None:
        many = rows.many(name)
        for found in many.array("label").value_counts().to_pylist():
            counts["label", str(found["values"])] += found["counts"]
        if "core_start" in many.parts:
            counts["cores", "none"] += many.array("core_start").null_count

    def _remember(self, rows: Rows, place: Place, roles: Roles | None, counts: Counts) -> None:
        if not rows.has("doc_id"):
            return
        values: dict[str, Ints] = {"doc": hashes(rows.array("doc_id"))}
        if rows.has("group_id"):
            values["group"] = hashes(rows.array("group_id"))
        if rows.has("text_sha256"):
            values["text"] = hashes(rows.array("text_sha256"))
            values["length"] = place.highs.astype(np.int32)
        spans = [f"{name}.{part}" for name in _LAYER_COLUMNS for part in SPAN]
        if roles is not None and rows.has(
            *spans, *SHARED_BY_SPANS, "sentences.start", "sentences.end"
        ):
            found = sentences_of(rows, place, roles)
            counts["sentences", "spans_cut"] += sum(int((~i).sum()) for i in found.inside.values())
            counts["sentences", "roles_cut"] += int((~found.roles).sum())
            values["in spans"] = self.digester.of_spans_in_articles(rows, found, roles)
            if rows.has(*SHARED_BY_SENTENCES, *TOKENS, "text"):
                values["in sentences"] = self.digester.of_sentences_in_articles(
                    rows, place, found, roles
                )
        self.index.add(rows, values)
