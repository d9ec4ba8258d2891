"""A group of articles as the rows of the tables, cut out of arrays over all its texts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from annotate.corpus.article import KEPT_KINDS
from annotate.dataset.counts import Counts
from annotate.dataset.rows import Chosen
from annotate.dataset.schema import LAYERS, article_schema, sentence_schema, span_schema
from annotate.dataset.span_columns import (
    Arrays,
    RoleColumns,
    SpanColumns,
    ends_of,
    lists,
    struct_array,
    table_of,
)
from annotate.dataset.tagging import Tags, tags_of
from annotate.dataset.text_columns import Flags, Ints, Texts, listed
from annotate.ontology import Ontology
from annotate.spans import Layer
from annotate.voices import covered

Known = Callable[[str], bool]
_OF_ARTICLES = ("doc_id", "source", "source_id", "url", "outlet", "published", "crawled")
_OF_CHOSEN = ("status", "prelabelled", "prelabel_version")


@dataclass(frozen=True, slots=True)
class Options:
    """What the tables are made with.

    Attributes:
        is_known: whether a word in search form is known; cores depend on it.
        texts: write texts, surfaces and tokens; without them there are offsets and hashes only.
    """

    ontology: Ontology
    is_known: Known
    texts: bool = True


@dataclass(frozen=True, slots=True)
class LayerColumns:
    """The spans of one layer in the texts, with offsets in the whole.

    Attributes:
        sentences: the sentence that each begins in; -1 outside of all.
        inside: whether it lies wholly in that sentence.
        more: the columns `core_start` and `core_end`.
    """

    spans: SpanColumns
    starts: Ints
    ends: Ints
    sentences: Ints
    inside: Flags
    tags: Tags
    more: Arrays
    coreless: int


@dataclass(frozen=True, slots=True)
class Group:
    """A group of articles, and what was found in their texts."""

    items: Sequence[Chosen]
    options: Options
    texts: Texts
    layers: Mapping[Layer, LayerColumns]
    roles: RoleColumns

    def articles(self) -> pa.Table:
        schema = article_schema(self.options.ontology)
        items, count, texts = self.items, len(self.items), self.texts
        columns: dict[str, Any] = self._shared() | {
            name: [getattr(item.article, name) for item in items] for name in _OF_ARTICLES
        }
        columns["text"] = [item.article.text if self.options.texts else None for item in items]
        columns["annotators"] = [list(item.annotators) for item in items]
        for name in ("ontology_version", "guidelines_version"):
            own = getattr(self.options.ontology, name.replace("ontology_", ""))
            columns[name] = [getattr(item.annotation, name) or own for item in items]
        columns["segments"] = self._segments(schema.field("segments").type)
        kind = schema.field("sentences").type
        bases = np.repeat(texts.bases[:-1], np.diff(texts.text_sentences))
        places = {"start": texts.sentence_starts - bases, "end": texts.sentence_ends - bases}
        columns["sentences"] = lists(
            texts.text_sentences, struct_array(places, kind.value_type), kind
        )
        columns |= self._tokens(schema, texts.text_tokens, {})
        for layer, name, _ in LAYERS:
            kind = schema.field(name).type
            found = self.layers[layer]
            more = dict(found.more)
            if layer == "event":
                role_kind = kind.value_type.field("roles").type
                more["roles"] = self.roles.lists(role_kind, len(found.spans))
            structs = found.spans.structs(kind.value_type, more)
            columns[name] = lists(found.spans.list_ends(count), structs, kind)
        return table_of(schema, columns)

    def sentences(self) -> pa.Table:
        """One row a sentence, with the spans that lie wholly inside of it."""
        schema = sentence_schema(self.options.ontology)
        texts = self.texts
        of = np.repeat(np.arange(len(self.items)), np.diff(texts.text_sentences))
        bases = texts.bases[of]
        row = pa.array(of)
        columns: dict[str, Any] = {
            name: pa.array(values, schema.field(name).type).take(row)
            for name, values in self._shared().items()
        }
        starts, ends = texts.sentence_starts, texts.sentence_ends
        columns["sentence"] = pa.array(np.arange(len(of)) - texts.text_sentences[of], pa.int32())
        columns["start"] = pa.array(starts - bases, pa.int32())
        columns["end"] = pa.array(ends - bases, pa.int32())
        places = zip(listed(starts), listed(ends), strict=True)
        shown = self.options.texts
        columns["text"] = [texts.whole[start:end] if shown else None for start, end in places]
        tags = {
            name: self._inner_tags(self.layers[layer])
            for layer, _, name in LAYERS
            if not self.layers[layer].inside.all()
        }
        columns |= self._tokens(schema, texts.sentence_tokens, tags)
        for layer, name, _ in LAYERS:
            kind = schema.field(name).type
            found = self.layers[layer]
            kept = None if found.inside.all() else found.inside
            more = dict(found.more)
            if layer == "event":
                more["roles"] = self._inner_roles(kind.value_type.field("roles").type, kept)
            structs = found.spans.structs(kind.value_type, more, kept)
            counted = ends_of(found.sentences[found.inside], len(of))
            columns[name] = lists(counted, structs, kind)
        return table_of(schema, columns)

    def spans(self) -> pa.Table:
        """Entities and events together, in the order of the texts."""
        schema = span_schema(self.options.ontology)
        entities, events = self.layers["entity"], self.layers["event"]
        numbers = np.concatenate((entities.spans.numbers, events.spans.numbers))
        is_event = np.repeat([0, 1], [len(entities.spans), len(events.spans)])
        keys = (
            is_event,
            np.concatenate((entities.spans.ends, events.spans.ends)),
            np.concatenate((entities.spans.starts, events.spans.starts)),
            numbers,
        )
        order = np.lexsort(keys)
        of = pa.array(numbers[order])
        shared = self._shared()
        columns: dict[str, Any] = {
            name: pa.array(shared[name], schema.field(name).type).take(of)
            for name in ("doc_id", "group_id", "status")
        }
        sentences = np.concatenate((entities.sentences, events.sentences))[order]
        inner = sentences - self.texts.text_sentences[numbers[order]]
        columns["sentence"] = pa.array(inner, pa.int32(), mask=sentences < 0)
        columns["layer"] = pa.array(["entity", "event"], pa.string()).take(
            pa.array(is_event[order])
        )
        played = np.bincount(self.roles.tails, minlength=len(entities.spans))
        had = np.bincount(self.roles.heads, minlength=len(events.spans))
        columns["roles"] = pa.array(np.concatenate((played, had))[order], pa.int32())
        rows = pa.array(order)
        for field in schema:
            if field.name not in columns:
                parts = [
                    found[field.name] if field.name in found else pa.nulls(size, field.type)
                    for layer in (entities, events)
                    for found, size in [(layer.spans.arrays | layer.more, len(layer.spans))]
                ]
                columns[field.name] = pa.concat_arrays(parts).take(rows)
        return table_of(schema, columns)

    def counts(self) -> Counts:
        counts: Counts = Counter()
        counts["articles",] = len(self.items)
        counts["sentences",] = int(self.texts.text_sentences[-1])
        counts["tokens",] = len(self.texts.token_starts)
        counts["roles",] = len(self.roles.heads)
        counts["prelabelled",] = sum(item.prelabelled for item in self.items)
        counts["simulated",] = sum(item.is_simulated for item in self.items)
        counts.update(("status", item.status) for item in self.items)
        for layer, name, _ in LAYERS:
            found = self.layers[layer]
            counts[name,] = len(found.spans)
            counts.update(("label", label) for label in found.spans.labels)
            counts["bio", layer, "lost"] = int(found.tags.lost.sum())
            counts["bio", layer, "widened"] = int(found.tags.widened.sum())
            counts["cores", "none"] += found.coreless
            counts["sentences", "spans_cut"] += int((~found.inside).sum())
        counts["sentences", "roles_cut"] = int((~self._inner()).sum())
        return counts

    def _shared(self) -> dict[str, Any]:
        """What articles, sentences and spans have in common."""
        items = self.items
        columns: dict[str, Any] = {
            name: [getattr(item, name) for item in items] for name in _OF_CHOSEN
        }
        columns["doc_id"] = [item.article.doc_id for item in items]
        columns["group_id"] = [item.group for item in items]
        columns["text_sha256"] = [item.annotation.text_sha256 for item in items]
        columns["labels_covered"] = [covered(i.annotation, self.options.ontology) for i in items]
        return columns

    def _segments(self, kind: Any) -> pa.Array[Any]:
        values: dict[str, list[Any]] = defaultdict(list)
        ends = [0]
        for item in self.items:
            for segment in item.article.segments:
                if segment.kind in KEPT_KINDS:
                    values["kind"].append(segment.kind)
                    values["start"].append(segment.start)
                    values["end"].append(segment.end)
            ends.append(len(values["kind"]))
        return lists(np.array(ends), struct_array(values, kind.value_type), kind)

    def _tokens(self, schema: pa.Schema, ends: Ints, tags: Mapping[str, Ints]) -> Arrays:
        """Columns of tokens, cut at `ends`; `tags`: those that are not the articles'."""
        texts = self.texts
        shown = self.options.texts
        of = np.repeat(texts.bases[:-1], np.diff(texts.text_tokens))
        values: dict[str, Any] = {
            "tokens": texts.tokens() if shown else pa.array([], pa.string()),
            "token_starts": pa.array(texts.token_starts - of, pa.int32()),
            "token_ends": pa.array(texts.token_ends - of, pa.int32()),
            **{
                name: pa.array(tags.get(name, self.layers[layer].tags.tags), pa.int64())
                for layer, _, name in LAYERS
            },
        }
        none = np.zeros_like(ends)
        return {
            name: lists(ends if shown or name != "tokens" else none, items, schema.field(name).type)
            for name, items in values.items()
        }

    def _inner_tags(self, found: LayerColumns) -> Ints:
        """Tags of the spans that a sentence holds."""
        kept = found.inside
        ids = [name for name, is_kept in zip(found.spans.ids, kept, strict=True) if is_kept]
        ranks = found.spans.ranks[kept]
        return tags_of(self.texts, found.starts[kept], found.ends[kept], ranks, ids).tags

    def _inner(self) -> Flags:
        """Which arguments are in the sentence of their event, with both spans."""
        entities, events, roles = self.layers["entity"], self.layers["event"], self.roles
        same = events.sentences[roles.heads] == entities.sentences[roles.tails]
        kept: Flags = same & events.inside[roles.heads] & entities.inside[roles.tails]
        return kept

    def _inner_roles(self, kind: Any, kept: Flags | None) -> pa.Array[Any]:
        """The arguments of each event that a sentence holds, inside of the sentence."""
        made = self.roles.lists(kind, len(self.layers["event"].spans), self._inner())
        return made if kept is None else made.filter(pa.array(kept))
