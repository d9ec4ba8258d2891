"""preannotate and evaluate."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from annotate.agreement.evaluate import check_ids
from annotate.agreement.evaluate import evaluate as score
from annotate.annotation_files import (
    ENCODERS,
    Encoded,
    annotation_files,
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
from annotate.cli.sharded import SHARD_ROWS, Engine, is_folder, preannotate_shards
from annotate.corpus.readers import find_files, read_articles
from annotate.corpus.rules import CleaningRules, load_rules
from annotate.errors import InputError
from annotate.ontology import load_ontology
from annotate.spans import Annotation
from annotate.storage import text_sha256
from annotate.wording import counted

if TYPE_CHECKING:
    from annotate.heuristics.pipeline import Heuristics


@click.command(
    epilog=examples(
        "annotate preannotate articles/*.jsonl --out spans.jsonl",
        "annotate preannotate clean.jsonl --no-clean --out spans.parquet --workers 8",
        "annotate preannotate 'news/*.parquet' --out annotated/ --workers 8",
        "annotate preannotate s3://bucket/news --out s3://bucket/annotated --engine ray",
        "annotate preannotate article.txt --explain",
    )
)
@click.argument("sources", nargs=-1, metavar="[SOURCE]...")
@click.option(
    "--out",
    metavar="FILE|FOLDER",
    help="File to write, .jsonl or .parquet, or a folder of Parquet shards, also one at an address "
    "such as s3://bucket/folder (required without --explain).",
)
@click.option("--no-clean", is_flag=True, help="Use the texts as they are.")
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    metavar="N",
    help="Processes to use (default: one for each core); the result is the same.",
)
@click.option(
    "--engine",
    type=click.Choice(["local", "ray"]),
    default="local",
    show_default=True,
    help="Who makes the shards of a folder: processes here, or Ray; the result is the same.",
)
@click.option(
    "--ray-address",
    metavar="ADDRESS",
    help="With --engine ray: a cluster that runs already (default: a Ray of this machine).",
)
@click.option(
    "--shard-rows",
    type=click.IntRange(min=1),
    default=SHARD_ROWS,
    show_default=True,
    help="For a folder: how many rows of the input go into each shard.",
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
    "--json",
    "as_json",
    is_flag=True,
    help="Print a summary as JSON; with --explain, one JSON object a line, by article.",
)
@dry_run_option
@click.pass_context
def preannotate(
    context: click.Context,
    sources: tuple[str, ...],
    out: str | None,
    no_clean: bool,
    workers: int | None,
    engine: str,
    ray_address: str | None,
    shard_rows: int,
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

    A folder gets shards of the same rows as Parquet, whatever the engine and its workers; SOURCE
    may then be an address, too. What fails is set aside (errors.jsonl, exit code 1). The same
    command again makes what is missing, and nothing else.
    """
    if (out is None) != explain:
        raise click.UsageError("Give either --out FILE or --explain.", context)
    if ray_address is not None and engine != "ray":
        raise click.UsageError("--ray-address needs --engine ray.", context)
    from annotate.heuristics.morphology import BUILTIN

    settings = settings_of(context)
    chosen = sources or settings.corpus.sources
    if not chosen:
        raise InputError("no source was given", fix="name files, folders or globs")
    ontology = load_ontology(settings.ontology.path)
    rules = None if no_clean else load_rules(settings.corpus.cleaning)
    lemmas = morphology_db or (BUILTIN if morphology else None)
    if out is not None and is_folder(out):
        whole = preannotate_shards(
            settings,
            chosen,
            out,
            engine=Engine(engine, workers, ray_address),
            ontology=ontology,
            rules=rules,
            morphology=lemmas,
            min_precision=min_precision,
            shard_rows=shard_rows,
            as_json=as_json,
            dry_run=dry_run,
        )
        context.exit(0 if whole else 1)
    if engine != "local":
        raise click.UsageError("--engine ray writes shards: --out FOLDER.", context)
    load = loader(settings, ontology, lemmas, min_precision)
    if out is None:
        from annotate.cli.explain import print_explanations

        print_explanations(read_articles(chosen, rules), load(), as_json=as_json)
        return
    _to_file(chosen, Path(out), rules, load, workers, as_json=as_json, dry_run=dry_run)


def _to_file(
    sources: Sequence[str],
    out: Path,
    rules: CleaningRules | None,
    load: Callable[[], Heuristics],
    workers: int | None,
    *,
    as_json: bool,
    dry_run: bool,
) -> None:
    """Writes one file, whole or not at all: the first article that is wrong is an error."""
    from annotate.heuristics.engines import preannotate_batches, usable_cores

    for file in find_files(sources):
        if out.exists() and out.samefile(file):
            raise InputError("this file is a source", where=str(out), fix="write to another one")
    encode = ENCODERS[checked_suffix(out)]
    load()  # a wrong lexicon is said before any process starts
    spans = relations = 0

    with progress("pre-annotating") as advance:

        def parts() -> Iterator[Encoded]:
            nonlocal spans, relations
            for part in preannotate_batches(
                read_articles(sources, rules),
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
    what = f"{counted(count, 'article')}, {counted(spans, 'span')} and {counted(relations, 'role')}"
    say(f"{what} {verb} to {out}")
    if as_json:
        counts = {"articles": count, "spans": spans, "relations": relations}
        print_json({"out": str(out), **counts, "written": not dry_run})
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

    Both are files in the annotation format, or folders of them; articles are matched by the hash of
    their text. strict needs equal offsets, overlap one shared character; matching is one to one. A
    role matches if trigger, role and filler do. Polarity and modality are compared on the triggers
    that both sides have.
    """
    ontology = load_ontology(settings_of(context).ontology.path)
    sides: list[list[Annotation]] = []
    for path in (predicted, gold):
        annotations = []
        for file in annotation_files(path):
            for annotation in read_annotations(file, ontology):
                check_spans(annotation, file)
                annotations.append(replace(annotation, text=None))
        sides.append(annotations)
    result = score(*sides)
    if as_json:
        print_json(result.to_json())
    else:
        title = counted(result.matched, "article")
        table(title, EVALUATION_HEADERS, evaluation_rows(result, by_label=True))
    for what, hashes in (("predicted", result.only_predicted), ("gold", result.only_gold)):
        if hashes:
            say(f"not scored: {counted(len(hashes), 'article')} that only {what} has")


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
