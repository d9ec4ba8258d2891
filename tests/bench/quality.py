"""Quality by type, on the seeds and on whatever reference is named."""

from __future__ import annotations

from pathlib import Path

from annotate import evaluate, load_ontology, preannotate, read_annotations
from annotate.agreement.evaluate import Evaluation
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


OTHERS = """\
Reference annotation of other articles, named on the command line: {articles} articles, which are
not in the repository."""


def section() -> Section:
    """Precision, recall and F1 by layer and type, on the seeds."""
    gold = read_annotations(resource("seeds", "annotations", "adjudicated.jsonl"), load_ontology())
    result = evaluate(preannotate(seeds().texts), gold)
    return _section("Quality on the seeds", ABOVE, result, "--only quality", BELOW)


def others(name: str, path: Path) -> Section:
    """The same on reference annotation that holds its texts, from a file."""
    gold = list(read_annotations(path, load_ontology()))
    result = evaluate(preannotate([annotation.text or "" for annotation in gold]), gold)
    above = OTHERS.format(articles=len(gold))
    options = f'--only quality --gold "{name}=path/to/reference.jsonl"'
    return _section(f"Quality: {name}", above, result, options, "")


def _section(title: str, above: str, result: Evaluation, options: str, below: str) -> Section:
    rows = [
        (name.replace("  ", "… "), *rest)
        for name, how, *rest in evaluation_rows(result, by_label=True)
        if how == "strict"
    ]
    return Section(
        title,
        above,
        (EVALUATION_HEADERS[0], *EVALUATION_HEADERS[2:]),
        rows,
        options=options,
        below=below,
        data=result.to_json(),
    )
