"""Articles with their annotations -> the four tables, as Arrow record batches. Pure.

Columns are filled one after the other, not row by row: the same values, several times as fast. The
sentences' columns are cut out of the articles'.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import pyarrow as pa

from annotate.arabic.words import sentences, words
from annotate.corpus.article import KEPT_KINDS
from annotate.dataset.bio import Tagged, tag
from annotate.dataset.cores import cores
from annotate.dataset.rows import Chosen, checked, covered
from annotate.dataset.schema import (
    article_schema,
    sentence_schema,
    span_schema,
)
from annotate.dataset.span_columns import (
    Columns,
    Core,
    Role,
    SpanColumns,
    lists,
    roles_of,
    struct_array,
    table_of,
)
from annotate.ontology import Ontology
from annotate.spans import Span

Known = Callable[[str], bool]


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
class Tables:
    """Rows of some articles, and what was counted in making them."""

    tables: Mapping[str, pa.Table]
    counts: Counter[tuple[str, ...]]


def tables_of(items: Sequence[Chosen], options: Options) -> Tables:
    """The rows of `articles`, `sentences` and `spans`, in the order given.

    Counted, in keys of several words: articles, entities, events, roles, sentences; ("status",
    status), ("label", label), ("bio", layer, "lost" or "widened"), ("cores", "none"), and what
    sentences cannot hold: ("sentences", "spans_cut") and ("sentences", "roles_cut").

    Raises:
        SpanError: an annotation does not hold over its article's text.
    """
    made = _Made(options)
    for item in items:
        made.add(checked(item, options.ontology))
    return Tables(made.tables(), made.counts)


class _Made:
    """The columns so far. `ends` of lists begin with 0 and have one more item than rows."""

    def __init__(self, options: Options) -> None:
        ontology = options.ontology
        self.options = options
        self.counts: Counter[tuple[str, ...]] = Counter()
        self.articles: Columns = defaultdict(list)
        self.sentences: Columns = defaultdict(list)
        self.segments: Columns = defaultdict(list)
        self.places: Columns = defaultdict(list)  # of sentences, in the articles
        self.tokens: Columns = defaultdict(list)
        self.ends: dict[str, list[int]] = defaultdict(lambda: [0])
        self.entities = SpanColumns("entity", ontology)
        self.events = SpanColumns("event", ontology)
        self.inner_entities = SpanColumns("entity", ontology)  # of sentences
        self.inner_events = SpanColumns("event", ontology)
        self.spans: Columns = defaultdict(list)
        self.order: list[int] = []  # of the spans' rows: number in entities, or ~number in events

    def add(self, item: Chosen) -> None:
        annotation, options, text = item.annotation, self.options, item.article.text
        found = words(text)
        starts, ends = [word.start for word in found], [word.end for word in found]
        places = sentences(text)
        roles = roles_of(annotation)
        ontology = options.ontology
        tags = {
            "entity": tag(annotation.entities, starts, ends, ontology.entity_codes),
            "event": tag(annotation.events, starts, ends, ontology.event_codes),
        }
        place_of = dict(
            zip(
                (span.id for span in annotation.spans),
                cores(annotation.spans, options.is_known),
                strict=True,
            )
        )
        self._add_article(item, len(found), places)
        self.tokens["tokens"] += [word.text for word in found] if options.texts else ()
        self.tokens["token_starts"] += starts
        self.tokens["token_ends"] += ends
        self.tokens["entity_tags"] += tags["entity"].tags
        self.tokens["trigger_tags"] += tags["event"].tags
        for columns, spans in (
            (self.entities, annotation.entities),
            (self.events, annotation.events),
        ):
            columns.add(spans, [place_of[s.id] for s in spans], roles, texts=options.texts)
        self.ends["entities"].append(len(self.entities))
        self.ends["events"].append(len(self.events))
        numbers = _sentence_numbers(annotation.spans, places)
        self._add_sentences(item, starts, ends, places, numbers, place_of, roles, tags)
        self._add_spans(item, numbers, roles)
        self._count(item, tags, place_of)

    def _add_article(self, item: Chosen, tokens: int, places: list[tuple[int, int]]) -> None:
        article, annotation, columns = item.article, item.annotation, self.articles
        ontology = self.options.ontology
        labels = list(covered(annotation, ontology))
        for name, value in (
            *((n, getattr(article, n)) for n in ("doc_id", "source", "source_id", "url", "outlet")),
            *((n, getattr(article, n)) for n in ("published", "crawled")),
            ("group_id", item.group),
            ("text", article.text if self.options.texts else None),
            ("text_sha256", annotation.text_sha256),
            ("status", item.status),
            ("prelabelled", item.prelabelled),
            ("prelabel_version", item.prelabel_version),
            ("annotators", list(item.annotators)),
            ("labels_covered", labels),
            ("ontology_version", annotation.ontology_version or ontology.version),
            ("guidelines_version", annotation.guidelines_version or ontology.guidelines_version),
        ):
            columns[name].append(value)
        for segment in article.segments:
            if segment.kind in KEPT_KINDS:
                for name in ("kind", "start", "end"):
                    self.segments[name].append(getattr(segment, name))
        self.ends["segments"].append(len(self.segments["kind"]))
        self.places["start"] += [start for start, _ in places]
        self.places["end"] += [end for _, end in places]
        self.ends["sentences"].append(len(self.places["start"]))
        self.ends["tokens"].append(self.ends["tokens"][-1] + tokens)

    def _add_sentences(
        self,
        item: Chosen,
        starts: list[int],
        ends: list[int],
        places: list[tuple[int, int]],
        numbers: Mapping[str, int | None],
        place_of: Mapping[str, Core],
        roles: Mapping[str, Sequence[Role]],
        tags: Mapping[str, Tagged],
    ) -> None:
        """One row a sentence, with the spans that lie wholly inside of it."""
        annotation, columns, options = item.annotation, self.sentences, self.options
        count = len(places)
        article = self.articles
        before = self.ends["tokens"][-2]
        for name in (
            *("doc_id", "text_sha256", "group_id", "status", "prelabelled", "prelabel_version"),
            "labels_covered",
        ):
            columns[name] += [article[name][-1]] * count
        columns["sentence"] += range(count)
        columns["start"] += [start for start, _ in places]
        columns["end"] += [end for _, end in places]
        columns["text"] += [item.article.text[s:e] if options.texts else None for s, e in places]
        # Tokens never cross the border of a sentence: both end at white space or at a mark.
        self.ends["inner tokens"] += [before + bisect_right(starts, end - 1) for _, end in places]
        inside = {
            span.id: numbers[span.id]
            for span in annotation.spans
            if (number := numbers[span.id]) is not None and span.end <= places[number][1]
        }
        cut = len(annotation.spans) - len(inside)
        kept = {
            head: [pair for pair in pairs if head in inside and inside.get(pair[1]) == inside[head]]
            for head, pairs in roles.items()
        }
        self.counts["sentences", "spans_cut"] += cut
        self.counts["sentences", "roles_cut"] += sum(
            len(pairs) - len(kept[head]) for head, pairs in roles.items()
        )
        for name, layer_columns, layer_spans, labels in (
            ("entity", self.inner_entities, annotation.entities, options.ontology.entity_codes),
            ("event", self.inner_events, annotation.events, options.ontology.event_codes),
        ):
            spans = [span for span in layer_spans if span.id in inside] if cut else layer_spans
            layer_columns.add(spans, [place_of[s.id] for s in spans], kept, texts=options.texts)
            per_sentence = Counter(inside[span.id] for span in spans)
            first = self.ends[f"inner {name}"][-1]
            totals = accumulate((per_sentence[n] for n in range(count)), initial=first)
            self.ends[f"inner {name}"] += list(totals)[1:]
            column = "entity_tags" if name == "entity" else "trigger_tags"
            found = (
                tags[name] if len(spans) == len(layer_spans) else tag(spans, starts, ends, labels)
            )
            self.tokens[f"inner {column}"] += found.tags

    def _add_spans(
        self,
        item: Chosen,
        numbers: Mapping[str, int | None],
        roles: Mapping[str, Sequence[Role]],
    ) -> None:
        annotation, columns = item.annotation, self.spans
        spans = annotation.spans
        count = len(spans)
        columns["doc_id"] += [item.article.doc_id] * count
        columns["group_id"] += [item.group] * count
        columns["status"] += [item.status] * count
        columns["sentence"] += [numbers[span.id] for span in spans]
        columns["layer"] += [span.layer for span in spans]
        played = Counter(entity for pairs in roles.values() for _, entity in pairs)
        columns["roles"] += [
            len(roles.get(s.id, ())) if s.layer == "event" else played[s.id] for s in spans
        ]
        entity = len(self.entities) - len(annotation.entities)
        event = len(self.events) - len(annotation.events)
        for span in spans:
            if span.layer == "entity":
                self.order.append(entity)
                entity += 1
            else:
                self.order.append(~event)
                event += 1

    def _count(
        self, item: Chosen, tags: Mapping[str, Tagged], place_of: Mapping[str, Core]
    ) -> None:
        annotation, counts = item.annotation, self.counts
        counts["articles",] += 1
        counts["sentences",] = len(self.places["start"])
        counts["tokens",] = self.ends["tokens"][-1]
        counts["entities",] += len(annotation.entities)
        counts["events",] += len(annotation.events)
        counts["roles",] += len(annotation.relations)
        counts["status", item.status] += 1
        counts["prelabelled",] += item.prelabelled
        counts["simulated",] += item.is_simulated
        for span in annotation.spans:
            counts["label", span.label] += 1
        for layer, found in tags.items():
            counts["bio", layer, "lost"] += len(found.lost)
            counts["bio", layer, "widened"] += found.widened
        counts["cores", "none"] += sum(place is None for place in place_of.values())

    def tables(self) -> dict[str, pa.Table]:
        """All rows; columns in the order of the schemas."""
        ontology = self.options.ontology
        articles, inner = article_schema(ontology), sentence_schema(ontology)
        ends = self.ends
        nested = {
            "segments": (ends["segments"], self.segments),
            "sentences": (ends["sentences"], self.places),
        }
        arrays: dict[str, Any] = {}
        for name, (column_ends, values) in nested.items():
            kind = articles.field(name).type
            items = struct_array(
                {part.name: values[part.name] for part in kind.value_type}, kind.value_type
            )
            arrays[name] = lists(column_ends, items, kind)
        for name, columns in (("entities", self.entities), ("events", self.events)):
            kind = articles.field(name).type
            arrays[name] = lists(ends[name], columns.array(kind.value_type), kind)
        inner_arrays: dict[str, Any] = {}
        for name, layer, columns in (
            ("entities", "entity", self.inner_entities),
            ("events", "event", self.inner_events),
        ):
            kind = inner.field(name).type
            inner_arrays[name] = lists(ends[f"inner {layer}"], columns.array(kind.value_type), kind)
        for name in TOKENS:
            kind = articles.field(name).type
            items = pa.array(self.tokens[name], kind.value_type)
            none = not self.options.texts and name == "tokens"
            arrays[name] = lists([0] * len(ends["tokens"]) if none else ends["tokens"], items, kind)
            if f"inner {name}" in self.tokens:
                items = pa.array(self.tokens[f"inner {name}"], kind.value_type)
            own = ends["inner tokens"]
            inner_arrays[name] = lists([0] * len(own) if none else own, items, kind)
        return {
            "articles": table_of(articles, self.articles, arrays),
            "sentences": table_of(inner, self.sentences, inner_arrays),
            "spans": self._span_table(span_schema(ontology)),
        }

    def _span_table(self, schema: pa.Schema) -> pa.Table:
        """Entities and events together, in the order of the texts."""
        shift = len(self.entities)
        order = pa.array([n if n >= 0 else shift + ~n for n in self.order], pa.int32())
        arrays = {}
        for field in schema:
            if field.name in self.spans:
                continue
            absent = [None] * shift
            first = self.entities.values.get(field.name, absent)
            second = self.events.values.get(field.name, self.events.attributes.get(field.name))
            arrays[field.name] = pa.array([*first, *(second or ())], field.type).take(order)
        return table_of(schema, self.spans, arrays)


TOKENS = ("tokens", "token_starts", "token_ends", "entity_tags", "trigger_tags")


def _sentence_numbers(
    spans: Sequence[Span], places: Sequence[tuple[int, int]]
) -> dict[str, int | None]:
    """The sentence that each span begins in, by the span's id; None outside of all."""
    starts = [start for start, _ in places]
    found: dict[str, int | None] = {}
    for span in spans:
        number = bisect_right(starts, span.start) - 1
        found[span.id] = number if number >= 0 and span.start < places[number][1] else None
    return found
