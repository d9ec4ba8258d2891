"""Every annotator's work -> the table `annotations`, as Arrow columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from operator import attrgetter
from typing import Any

import numpy as np
import pyarrow as pa

from annotate.dataset.counts import Counts
from annotate.dataset.rows import Contribution
from annotate.dataset.schema import LAYERS, annotation_schema
from annotate.dataset.span_columns import lists, roles_of, struct_array, table_of
from annotate.dataset.tables import TableMaker
from annotate.errors import SpanError
from annotate.voices import covered

# What a contribution has as it is.
_PLAIN = (
    *("doc_id", "annotator", "layers", "parts_done", "parts", "skipped", "prelabelled"),
    *("prelabel_version", "created_at", "updated_at", "lead_time"),
)


def contributions_table(
    items: Sequence[Contribution], maker: TableMaker
) -> tuple[pa.Table, Counts]:
    """The rows of `annotations`, in the order given, and their number by annotator.

    Raises:
        SpanError: a relation or an attribute does not hold; the texts are not looked at.
    """
    options = maker.options
    ontology = options.ontology
    schema = annotation_schema(ontology)
    annotations = [item.annotation for item in items]
    columns: dict[str, Any] = {name: list(map(attrgetter(name), items)) for name in _PLAIN}
    columns["text_sha256"] = [annotation.text_sha256 for annotation in annotations]
    columns["labels_covered"] = [covered(annotation, ontology) for annotation in annotations]
    columns["ontology_version"] = [a.ontology_version or ontology.version for a in annotations]
    spans = maker.span_columns(annotations)
    roles = roles_of(annotations, spans, ontology.role_codes)
    unsound = roles.bad.union(*(found.numbers[found.bad].tolist() for found in spans.values()))
    if unsound:
        item = items[min(unsound)]
        raise SpanError(
            f"the work of {item.annotator} does not hold: a relation or an attribute",
            where=f"article {item.doc_id}",
        )
    for layer, name, _ in LAYERS:
        kind = schema.field(name).type
        found = spans[layer]
        more, _ = maker.core_columns(found)
        if layer == "event":
            more["roles"] = roles.lists(kind.value_type.field("roles").type, len(found))
        structs = found.structs(kind.value_type, more)
        columns[name] = lists(found.list_ends(len(items)), structs, kind)
    kind = schema.field("deleted").type
    deleted = [span for item in items for span in item.deleted]
    values = {part.name: [getattr(span, part.name) for span in deleted] for part in kind.value_type}
    if not options.texts:
        values["text"] = [None] * len(deleted)
    ends = np.cumsum([0, *(len(item.deleted) for item in items)])
    columns["deleted"] = lists(ends, struct_array(values, kind.value_type), kind)
    counts: Counts = Counter({("annotations",): len(items)})
    counts.update(("annotator", item.annotator) for item in items)
    return table_of(schema, columns), counts
