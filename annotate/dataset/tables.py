"""Articles with their annotations -> the tables, as Arrow columns.

A group of articles is worked on as a whole: offsets of all texts together are arrays, and what each
table has is cut out of them. So the time does not go into Python's loops.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from annotate.dataset.cores import PLAIN, Cores
from annotate.dataset.group import LAYERS, Counts, Group, LayerColumns, Options
from annotate.dataset.rows import Chosen, checked
from annotate.dataset.span_columns import (
    NO_LABEL,
    Arrays,
    RoleColumns,
    SpanColumns,
    SpanReader,
    in_order,
    roles_of,
)
from annotate.dataset.tagging import tags_of
from annotate.dataset.text_columns import Flags, Texts, listed, texts_of
from annotate.spans import Annotation, Layer


@dataclass(frozen=True, slots=True)
class Tables:
    """Rows of some articles, and what was counted in making them."""

    tables: Mapping[str, pa.Table]
    counts: Counts


class TableMaker:
    """Makes the tables; it remembers words and attributes that it has seen."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.cores = Cores(options.is_known)
        self.reader = SpanReader(options.ontology)

    def tables(self, items: Sequence[Chosen]) -> Tables:
        """The rows of `articles`, `sentences` and `spans`, in the order given.

        Counted, in keys of several words: articles, sentences, tokens, entities, events, roles,
        prelabelled, simulated; ("status", status), ("label", label), ("bio", layer, "lost" or
        "widened"), ("cores", "none"), and what sentences cannot hold: ("sentences", "spans_cut")
        and ("sentences", "roles_cut").

        Raises:
            SpanError: an annotation does not hold over its article's text.
        """
        texts = texts_of([item.article.text for item in items])
        annotations = [item.annotation for item in items]
        spans = self.span_columns(annotations)
        roles = roles_of(annotations, spans, self.options.ontology.role_codes)
        self._check(items, texts, spans, roles)
        layers = {layer: self._layer(texts, spans[layer]) for layer, _, _ in LAYERS}
        group = Group(items, self.options, texts, layers, roles)
        return Tables(
            {"articles": group.articles(), "sentences": group.sentences(), "spans": group.spans()},
            group.counts(),
        )

    def span_columns(self, annotations: Sequence[Annotation]) -> dict[Layer, SpanColumns]:
        """The spans of some annotations by layer."""
        every = [in_order(annotation) for annotation in annotations]
        return {
            layer: self.reader.columns(
                [[span for span in spans if span.layer == layer] for spans in every],
                layer,
                self.options.texts,
            )
            for layer, _, _ in LAYERS
        }

    def core_columns(self, spans: SpanColumns, plain: Flags | None = None) -> tuple[Arrays, int]:
        """`core_start` and `core_end` of spans, and how many have none.

        Args:
            plain: spans that begin with a letter that no proclitic begins with.
        """
        places = np.arange(len(spans)) if plain is None else np.flatnonzero(~plain)
        numbers = listed(spans.numbers)
        cuts = self.cores.cuts(spans.surfaces, spans.labels, numbers, listed(places))
        starts, none = spans.starts.copy(), np.zeros(len(spans), bool)
        starts[places] += np.array([cut or 0 for cut in cuts], np.int64)
        none[places] = [cut is None for cut in cuts]
        return {
            "core_start": pa.array(starts, pa.int32(), mask=none),
            "core_end": pa.array(spans.ends, pa.int32(), mask=none),
        }, int(none.sum())

    def _check(
        self,
        items: Sequence[Chosen],
        texts: Texts,
        spans: Mapping[Layer, SpanColumns],
        roles: RoleColumns,
    ) -> None:
        """Every annotation holds over its text, or the first that does not is refused."""
        suspects = set(roles.bad)
        lengths = np.diff(texts.bases) - 1
        for found in spans.values():
            wrong = found.bad | (found.ranks == NO_LABEL)
            wrong |= (found.starts < 0) | (found.starts >= found.ends)
            wrong |= found.ends > lengths[found.numbers]
            sizes = np.fromiter(map(len, found.surfaces), np.int64, len(found))
            wrong |= sizes != found.ends - found.starts
            if not wrong.any():
                wrong |= _differ(texts, found)
            suspects.update(found.numbers[wrong].tolist())
        for number, item in enumerate(items):
            if number in suspects or item.annotation.text_sha256 != item.article.text_sha256:
                checked(item, self.options.ontology)

    def _layer(self, texts: Texts, spans: SpanColumns) -> LayerColumns:
        starts = spans.starts + texts.bases[spans.numbers]
        ends = spans.ends + texts.bases[spans.numbers]
        sentence_starts, sentence_ends = texts.sentence_starts, texts.sentence_ends
        numbers = np.searchsorted(sentence_starts, starts, "right") - 1
        within = (numbers >= 0) & (starts < np.append(sentence_ends, 0)[numbers])
        inside = within & (ends <= np.append(sentence_ends, 0)[numbers])
        more, coreless = self.core_columns(spans, np.isin(texts.codes[starts], _PLAIN_CODES))
        return LayerColumns(
            spans,
            starts,
            ends,
            np.where(within, numbers, -1),
            inside,
            tags_of(texts, starts, ends, spans.ranks, spans.ids),
            more,
            coreless,
        )


_PLAIN_CODES = np.array([ord(letter) for letter in PLAIN], np.uint32)


def _differ(texts: Texts, spans: SpanColumns) -> Flags:
    """Which surfaces are not what the text has; all offsets are inside, all lengths fit."""
    codes = np.frombuffer("".join(spans.surfaces).encode("utf-32-le", "surrogatepass"), np.uint32)
    sizes = spans.ends - spans.starts
    before = np.cumsum(sizes) - sizes
    starts = spans.starts + texts.bases[spans.numbers]
    places = np.repeat(starts - before, sizes) + np.arange(len(codes))
    wrong = texts.codes[places] != codes
    found = np.zeros(len(spans), bool)
    if wrong.any():
        found[np.repeat(np.arange(len(spans)), sizes)[wrong]] = True
    return found


def tables_of(items: Sequence[Chosen], options: Options) -> Tables:
    """See `TableMaker.tables`."""
    return TableMaker(options).tables(items)
