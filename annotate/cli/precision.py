"""Counts anew how often each rule is right, and prints whether scores hold. No verb: for makers.

python -m annotate.cli.precision schemas/lexicon/precision.tsv --source NAME GOLD.jsonl ...
python -m annotate.cli.precision schemas/lexicon/precision.tsv --check
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import click

from annotate.cli.output import progress, say
from annotate.corpus.readers import read_articles
from annotate.corpus.rules import load_rules
from annotate.errors import AnnotateError, InputError
from annotate.heuristics.calibration import report
from annotate.heuristics.pipeline import load_heuristics, preannotate_text
from annotate.heuristics.precision import Row, count, read_rows, replaced, table
from annotate.ontology import load_ontology
from annotate.spans import Annotation
from annotate.storage import text_sha256, write_text


@click.command()
@click.argument("path", metavar="TABLE", type=click.Path(dir_okay=False, path_type=Path))
@click.argument("gold", nargs=-1, type=click.Path(path_type=Path))
@click.option("--source", metavar="NAME", help="The rows to replace; those of others stay.")
@click.option(
    "--texts",
    multiple=True,
    metavar="SOURCE",
    help="Articles with the texts, if the annotations lack them; they are cleaned.",
)
@click.option("--check", is_flag=True, help="Print how well scores hold, and write nothing.")
def main(
    path: Path, gold: tuple[Path, ...], source: str | None, texts: tuple[str, ...], check: bool
) -> None:
    """Count how often each rule is right in GOLD, reference annotations, and write it to TABLE."""
    try:
        if check:
            click.echo(report(read_rows(path)), nl=False)
            return
        if source is None or not gold:
            raise click.UsageError("give --source NAME and GOLD, or --check")
        new = measure(gold, source, texts)
        old = read_rows(path) if path.exists() else []
        write_text(path, table(replaced(old, source, new)))
        say(f"{len(new)} rows of {source} written to {path}")
    except AnnotateError as problem:
        raise click.ClickException(str(problem)) from None


def measure(gold: Sequence[Path], source: str, texts: Sequence[str] = ()) -> list[Row]:
    """The rows of a source: what the heuristics propose now, compared with its references.

    Raises:
        InputError: a text is not to be found, or is annotated twice.
    """
    heuristics = load_heuristics(load_ontology())
    rows: list[Row] = []
    seen: set[str] = set()
    with progress("counting") as advance:
        for reference, text in _with_texts(gold, texts):
            if reference.text_sha256 in seen:
                raise InputError("two references are of one text", where=reference.text_sha256[:12])
            seen.add(reference.text_sha256)
            rows += count(preannotate_text(text, heuristics), reference, source)
            advance(1)
    return sorted(rows)


def _with_texts(gold: Iterable[Path], sources: Sequence[str]) -> Iterator[tuple[Annotation, str]]:
    """Every reference with its text.

    Raises:
        InputError: a text is missing, or is not the one that was annotated.
    """
    from annotate.annotation_files import read_annotations

    known = {a.text_sha256: a.text for a in read_articles(sources, load_rules())} if sources else {}
    for path in gold:
        for reference in read_annotations(path, load_ontology()):
            text = reference.text or known.get(reference.text_sha256)
            if text is None or text_sha256(text) != reference.text_sha256:
                raise InputError(
                    f"the text {reference.text_sha256[:12]}… is missing",
                    where=str(path),
                    fix="say where the articles are: --texts SOURCE",
                )
            yield reference, text


if __name__ == "__main__":
    main()
