"""import: corpora of others become annotation files."""

from __future__ import annotations

from pathlib import Path

import click

from annotate.annotation_files import checked_suffix, write_annotations
from annotate.cli.output import examples, json_option, next_step, print_json, say, settings_of
from annotate.corpus.brat import read_brat
from annotate.corpus.conll import Columns, read_conll
from annotate.corpus.foreign import read_map
from annotate.errors import InputError
from annotate.ontology import load_ontology
from annotate.wording import listed

SEPARATORS = {"space": " ", "tab": "\t", "comma": ",", "blank": None}


@click.command(
    name="import",
    epilog=examples(
        "annotate import train.txt --from conll --labels PERS=PER,LOC=GPE,ORG=ORG,MISC=",
        "annotate import corpus/ --from brat --labels map.yaml --out corpus.jsonl",
    ),
)
@click.argument("files", type=click.Path(path_type=Path), nargs=-1, required=True)
@click.option(
    "--from",
    "kind",
    type=click.Choice(["conll", "brat"]),
    required=True,
    help="conll: a token a line with its tag (IOB1, IOB2, IOBES or BILOU). brat: .ann files with "
    "the .txt beside them, or folders of them.",
)
@click.option(
    "--labels",
    metavar="MAP",
    help="Their labels in ours: THEIRS=OURS,..., with THEIRS= to leave one out; or a YAML file "
    "with the sections labels, roles, attributes. What is not named is ours of that name.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("imported.jsonl"),
    show_default=True,
    help="The annotation file to write (.jsonl or .parquet).",
)
@click.option("--annotator", help="Who annotated the corpus, for the dataset's provenance.")
@click.option(
    "--column", type=click.IntRange(2), help="conll: the tag's column, from 1 (default: the last)."
)
@click.option(
    "--separator",
    type=click.Choice(list(SEPARATORS)),
    default="blank",
    show_default=True,
    help="conll: what is between columns; blank is any white space.",
)
@click.option(
    "--every",
    metavar="N",
    type=click.IntRange(1),
    help="conll: where no -DOCSTART- begins articles, begin one after N sentences (default: a file "
    "is one article).",
)
@json_option
@click.pass_context
def import_corpus(
    context: click.Context,
    files: tuple[Path, ...],
    kind: str,
    labels: str | None,
    out: Path,
    annotator: str | None,
    column: int | None,
    separator: str,
    every: int | None,
    as_json: bool,
) -> None:
    """Read an annotated corpus of others into an annotation file.

    Offsets are exact: brat's texts are kept to the character; of columns the text is made with one
    blank between tokens and a line feed between sentences. What the annotation cannot hold is
    counted. The file says which labels the corpus covers; that others are absent says nothing.
    """
    if kind == "brat" and (column or every or separator != "blank"):
        raise click.UsageError("--column, --separator and --every go with --from conll")
    checked_suffix(out)
    settings = settings_of(context)
    given = read_map(labels, load_ontology(settings.ontology.path))
    if kind == "conll":
        columns = Columns(column, SEPARATORS[separator], every)
        found = read_conll(files, given, columns, annotator=annotator)
    else:
        found = read_brat(files, given, annotator=annotator)
    if not any(item.labels_covered for item in found.annotations):
        raise InputError(
            "the corpus has none of the labels that --labels names, nor any of the ontology's",
            where=str(files[0]),
            fix="see --labels",
        )
    write_annotations(out, found.annotations)
    counts = {
        "articles": len(found.annotations),
        "entities": sum(len(item.entities) for item in found.annotations),
        "events": sum(len(item.events) for item in found.annotations),
        "roles": sum(len(item.relations) for item in found.annotations),
    }
    covered = list(found.annotations[0].labels_covered or ())
    if as_json:
        about = {"out": str(out), "counts": counts, "labels_covered": covered}
        print_json(about | {"lost": dict(found.lost)})
    else:
        click.echo(str(out))
    say(listed(counts))
    say(f"labels covered: {', '.join(covered)}")
    for what, count in found.lost.items():
        say(f"not as it was: {count} {what}")
    if settings.corpus.sources:
        say(
            "export reads corpus.sources first; this file holds its texts: if there are no other "
            "articles, set sources = [] in annotate.toml"
        )
    next_step(f"annotate export --annotations {out}")
