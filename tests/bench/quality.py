"""Quality by type, on the seeds."""

from __future__ import annotations

from annotate import evaluate, load_ontology, preannotate, read_annotations
from annotate.cli.output import EVALUATION_HEADERS, evaluation_rows
from annotate.resources import resource
from tests.bench.corpora import seeds
from tests.bench.report import Section

ABOVE = """\
Strict: a span counts if offsets and type are equal, a role if trigger, role and filler are. The
reference is a development reference and no test set: the heuristics were written with it in view,
so expect clearly lower figures on other articles. Types with few items say little."""
BELOW = """\
The same from the command line: `annotate preannotate seeds --out spans.jsonl`, then
`annotate evaluate spans.jsonl seeds/annotations/adjudicated.jsonl`."""


def section() -> Section:
    """Precision, recall and F1 by layer and type."""
    gold = read_annotations(resource("seeds", "annotations", "adjudicated.jsonl"), load_ontology())
    result = evaluate(preannotate(seeds().texts), gold)
    rows = [
        (name.replace("  ", "… "), *rest)
        for name, how, *rest in evaluation_rows(result, by_label=True)
        if how == "strict"
    ]
    return Section(
        "Quality on the seeds",
        ABOVE,
        (EVALUATION_HEADERS[0], *EVALUATION_HEADERS[2:]),
        rows,
        options="--only quality",
        below=BELOW,
        data=result.to_json(),
    )
