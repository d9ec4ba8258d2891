"""Every annotator's work -> the table `annotations`, as Arrow columns. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

import pyarrow as pa

from annotate.dataset.cores import cores
from annotate.dataset.rows import Contribution, covered
from annotate.dataset.schema import annotation_schema
from annotate.dataset.span_columns import (
    Columns,
    SpanColumns,
    lists,
    roles_of,
    struct_array,
    table_of,
)
from annotate.dataset.tables import Options


def contributions_table(
    items: Iterable[Contribution], options: Options
) -> tuple[pa.Table, Counter[tuple[str, ...]]]:
    """The rows of `annotations`, in the order given, and their number by annotator."""
    ontology = options.ontology
    schema = annotation_schema(ontology)
    columns: Columns = defaultdict(list)
    layers = {"entities": SpanColumns("entity", ontology), "events": SpanColumns("event", ontology)}
    ends: dict[str, list[int]] = {name: [0] for name in (*layers, "deleted")}
    deleted: Columns = defaultdict(list)
    counts: Counter[tuple[str, ...]] = Counter()
    for item in items:
        annotation = item.annotation
        counts["annotations",] += 1
        counts["annotator", item.annotator] += 1
        for name in CONTRIBUTED:
            columns[name].append(getattr(item, name))
        columns["text_sha256"].append(annotation.text_sha256)
        columns["labels_covered"].append(list(covered(annotation, ontology)))
        columns["ontology_version"].append(annotation.ontology_version or ontology.version)
        roles = roles_of(annotation)
        for name, spans in (("entities", annotation.entities), ("events", annotation.events)):
            layers[name].add(spans, cores(spans, options.is_known), roles, texts=options.texts)
            ends[name].append(len(layers[name]))
        for span in item.deleted:
            for name in ("layer", "start", "end", "label", "text", "origin"):
                shown = options.texts or name != "text"
                deleted[name].append(getattr(span, name) if shown else None)
        ends["deleted"].append(len(deleted["start"]))
    kind = schema.field("deleted").type
    arrays = {"deleted": lists(ends["deleted"], struct_array(deleted, kind.value_type), kind)}
    for name, made in layers.items():
        kind = schema.field(name).type
        arrays[name] = lists(ends[name], made.array(kind.value_type), kind)
    return table_of(schema, columns, arrays), counts


CONTRIBUTED = (
    *("doc_id", "annotator", "layers", "parts_done", "parts", "skipped", "prelabelled"),
    *("prelabel_version", "created_at", "updated_at", "lead_time"),
)
