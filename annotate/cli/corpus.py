"""preannotate and evaluate."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import click

from annotate.agreement.evaluate import check_ids
from annotate.agreement.evaluate import evaluate as score
from annotate.annotation_files import (
    ENCODERS,
    Encoded,
    checked_suffix,
    read_annotations,
    write_encoded,
)
from annotate.cli.heuristics import loader, min_precision_option
from annotate.cli.output import (
    EVALUATION_HEADERS,
    dry_run_option,
    evaluation_rows,
    examples,
    json_option,
    next_step,
    print_json,
    progress,
    say,
    settings_of,
    table,
)
from annotate.corpus.readers import find_files, read_articles
from annotate.corpus.rules import load_rules
from annotate.errors import InputError
from annotate.ontology import load_ontology
from annotate.spans import Annotation
from annotate.storage import text_sha256


@click.command(
    epilog=examples(
        "annotate preannotate articles/*.jsonl --out spans.jsonl",
        "annotate preannotate clean.jsonl --no-clean --out spans.parquet --workers 8",
        "annotate preannotate article.txt --explain",
    )
)
@click.argument("sources", nargs=-1, metavar="[SOURCE]...")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write, .jsonl or .parquet (required without --explain).",
)
@click.option("--no-clean", is_flag=True, help="Use the texts as they are.")
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    metavar="N",
    help="Processes to use (default: one for each core); the result is the same.",
)
@click.option(
    "--morphology",
    is_flag=True,
    help="Look the lemmas of unknown words up in camel-tools' installed database.",
)
@click.option(
    "--morphology-db", metavar="DB", help="The same, in this database: its name or .db file."
)
@min_precision_option
@click.option(
    "--explain",
    is_flag=True,
    help="Write nothing: print which rule made what, by sentence, and what its score rests on.",
)
@click.option(
    "--json", "as_json", is_flag=True, help="With --explain: one JSON object a line, by article."
)
@dry_run_option
@click.pass_context
def preannotate(
    context: click.Context,
    sources: tuple[str, ...],
    out: Path | None,
    no_clean: bool,
    workers: int | None,
    morphology: bool,
    morphology_db: str | None,
    min_precision: float | None,
    explain: bool,
    as_json: bool,
    dry_run: bool,
) -> None:
    """Propose entities, triggers and roles.

    SOURCE is a file (.txt, .jsonl, .csv, .parquet), a folder or a glob; without one, the sources of
    annotate.toml are read. Writes one object a line (schemas/annotation.schema.json). The score of
    a span is the expected precision of its rule, its origin names the rule: --explain shows both.
    """
    if (out is None) != explain:
        raise click.UsageError("Give either --out FILE or --explain.", context)
    if as_json and not explain:
        raise click.UsageError("--json needs --explain.", context)
    from annotate.heuristics.engines import preannotate_batches, usable_cores
    from annotate.heuristics.morphology import BUILTIN

    settings = settings_of(context)
    chosen = sources or settings.corpus.sources
    if not chosen:
        raise InputError("no source was given", fix="name files, folders or globs")
    ontology = load_ontology(settings.ontology.path)
    rules = None if no_clean else load_rules(settings.corpus.cleaning)
    lemmas = morphology_db or (BUILTIN if morphology else None)
    load = loader(settings, ontology, lemmas, min_precision)
    if out is None:
        from annotate.cli.explain import print_explanations

        print_explanations(read_articles(chosen, rules), load(), as_json=as_json)
        return
    for file in find_files(chosen):
        if out.exists() and out.samefile(file):
            raise InputError("this file is a source", where=str(out), fix="write to another one")
    encode = ENCODERS[checked_suffix(out)]
    load()  # a wrong lexicon is said before any process starts
    spans = relations = 0

    with progress("pre-annotating") as advance:

        def parts() -> Iterator[Encoded]:
            nonlocal spans, relations
            for part in preannotate_batches(
                read_articles(chosen, rules),
                load,
                encode,
                workers or usable_cores(),
            ):
                spans += part.spans
                relations += part.relations
                advance(part.annotations)
                yield part

        if dry_run:
            count = sum(part.annotations for part in parts())
        else:
            count = write_encoded(out, parts())
    verb = "would be written" if dry_run else "written"
    say(f"{count} articles, {spans} spans and {relations} roles {verb} to {out}")
    next_step(f"annotate evaluate {out} GOLD.jsonl", "annotate push")


@click.command(
    epilog=examples(
        "annotate evaluate spans.jsonl gold.jsonl",
        "annotate evaluate spans.jsonl gold.jsonl --json",
    )
)
@click.argument("predicted", type=click.Path(path_type=Path))
@click.argument("gold", type=click.Path(path_type=Path))
@json_option
@click.pass_context
def evaluate(context: click.Context, predicted: Path, gold: Path, as_json: bool) -> None:
    """Score predicted against gold annotation.

    Both files are in the annotation format; articles are matched by the hash of their text. strict
    needs equal offsets, overlap one shared character; matching is one to one. A role matches if
    trigger, role and filler do.
    """
    ontology = load_ontology(settings_of(context).ontology.path)
    sides: list[list[Annotation]] = []
    for path in (predicted, gold):
        annotations = []
        for annotation in read_annotations(path, ontology):
            check_spans(annotation, path)
            annotations.append(replace(annotation, text=None))
        sides.append(annotations)
    result = score(*sides)
    if as_json:
        print_json(result.to_json())
    else:
        title = f"{result.matched} articles"
        table(title, EVALUATION_HEADERS, evaluation_rows(result, by_label=True))
    for what, hashes in (("predicted", result.only_predicted), ("gold", result.only_gold)):
        if hashes:
            say(f"not scored: {len(hashes)} articles that only {what} has")


def check_spans(annotation: Annotation, path: Path) -> None:
    """What is scored must hold: each surface is where its offsets say, as far as can be told."""
    where = f"{path}: text {annotation.text_sha256[:12]}…"
    check_ids(annotation, where)
    text = annotation.text
    if text is not None and text_sha256(text) != annotation.text_sha256:
        raise InputError("text_sha256 names another text", where=where)
    for span in annotation.spans:
        there = span.text if text is None else text[span.start : span.end]
        if not 0 <= span.start < span.end or len(span.text) != span.end - span.start:
            raise InputError(f"span {span.id} is no part of a text", where=where)
        if there != span.text:
            raise InputError(f"span {span.id} is {span.text!r}, not {there!r}", where=where)
