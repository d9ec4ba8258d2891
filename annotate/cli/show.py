"""show: draws annotated articles, and compares two annotations of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from annotate.agreement.evaluate import pair_up
from annotate.annotation_files import read_annotations
from annotate.cli.corpus import check_spans
from annotate.cli.heuristics import loader
from annotate.cli.output import examples, figure, json_option, print_json, say, settings_of, table
from annotate.corpus.article import Article
from annotate.corpus.readers import read_articles
from annotate.corpus.rules import CleaningRules, load_rules
from annotate.errors import InputError
from annotate.ontology import Ontology, load_ontology
from annotate.settings import Settings
from annotate.show import terminal
from annotate.show.compare import compare
from annotate.show.faces import KIND_NAMES, STATUSES, Faces, is_light
from annotate.show.view import KINDS, Drawing, draw, to_json
from annotate.spans import Annotation
from annotate.storage import write_text
from annotate.wording import counted

if TYPE_CHECKING:
    from annotate.heuristics.pipeline import Heuristics

_LISTED = 12  # articles that an error names
Item = TypeVar("Item", Annotation, Article)


@dataclass(frozen=True, slots=True)
class Reader:
    """What reading articles and annotations depends on. `rules` are None for clean texts.

    `load` loads what pre-annotates.
    """

    ontology: Ontology
    rules: CleaningRules | None
    load: Callable[[], Heuristics]


@click.command(
    epilog=examples(
        "annotate show article.txt",
        "annotate show spans.jsonl --doc 2 --html page.html",
        "annotate show articles/one.txt --against gold.jsonl",
        "annotate show a.jsonl --against b.jsonl --text articles/ --html page.html",
    )
)
@click.argument("article", metavar="ARTICLE")
@click.option(
    "--against",
    metavar="FILE",
    help="Compare with the annotations (or articles) in this file, by the hash of the text.",
)
@click.option(
    "--html",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write one page that needs no network, instead of drawing in the terminal.",
)
@click.option(
    "--doc",
    metavar="ID",
    help="Only this article: its doc_id, its source_id, or its number (from 1).",
)
@click.option(
    "--text",
    "sources",
    multiple=True,
    metavar="SOURCE",
    help="Articles with the texts, if the annotations lack them (default: annotate.toml's).",
)
@click.option("--no-clean", is_flag=True, help="Use the texts of articles as they are.")
@json_option
@click.pass_context
def show(
    context: click.Context,
    article: str,
    against: str | None,
    html: Path | None,
    doc: str | None,
    sources: tuple[str, ...],
    no_clean: bool,
    as_json: bool,
) -> None:
    """Draw annotated articles, or compare two annotations of them.

    ARTICLE is an annotation file (.jsonl or .parquet, as `preannotate` writes it), or articles
    (.txt, .jsonl, .csv, .parquet), which are pre-annotated first. In the terminal an entity stands
    in [brackets/LABEL] and a trigger in {braces/LABEL}; a comparison says A: or B: where the two
    differ. Scores are strict: equal offsets.
    """
    settings = settings_of(context)
    rules = None if no_clean else load_rules(settings.corpus.cleaning)
    ontology = load_ontology(settings.ontology.path)
    reader = Reader(ontology, rules, loader(settings, ontology))
    _refuse_to_overwrite(html, [article, *([against] if against else []), *sources])
    left = read_side(article, reader, doc)
    right = read_side(against, reader, None) if against else []
    if right:
        pairs = _pairs(left, right, (article, str(against)))
    else:
        pairs = [(annotation, None) for annotation in left]
    drawings = list(_drawings(pairs, article, against, sources, settings, reader))
    if html:
        from annotate.show.html import page

        title = drawings[0].title if len(drawings) == 1 else f"annotate: {len(drawings)} articles"
        write_text(html, page(drawings, reader.ontology, title=title))
        count = "1 article" if len(drawings) == 1 else f"{len(drawings)} articles"
        say(f"{count} drawn in {html}: open it in a browser")
    if as_json:
        print_json({"articles": [to_json(drawing) for drawing in drawings]})
    elif not html:
        _print(drawings, Faces(reader.ontology))


def _refuse_to_overwrite(html: Path | None, inputs: Sequence[str]) -> None:
    for name in inputs:
        if html and html.exists() and Path(name).exists() and html.samefile(name):
            raise InputError("this file is a source", where=str(html), fix="write to another one")


def read_side(source: str, reader: Reader, doc: str | None) -> list[Annotation]:
    """The annotations of a file, or the pre-annotation of articles; `doc` chooses one of them.

    Raises:
        InputError: nothing can be read, or there is no such article.
    """
    if is_annotation_file(Path(source)):
        found = list(read_annotations(Path(source), reader.ontology))
        return found if doc is None else _chosen(found, doc, source)
    from annotate.heuristics.pipeline import preannotate_article

    articles = list(read_articles([source], reader.rules))
    articles = articles if doc is None else _chosen(articles, doc, source)
    heuristics = reader.load()
    return [preannotate_article(article, heuristics) for article in articles]


def is_annotation_file(path: Path) -> bool:
    """Whether a file holds annotations (by its first object or its columns), and no raw articles.

    Raises:
        InputError: it belongs to a dataset, which is neither.
    """
    names: Iterable[str] = ()
    if path.is_file() and path.suffix == ".jsonl":
        with path.open("rb") as file:
            first = next((line for line in file if line.strip()), b"")
        try:
            value = json.loads(first.decode("utf-8-sig"))
        except (ValueError, RecursionError):
            return False  # whoever reads the articles says what is wrong
        names = value if isinstance(value, dict) else ()
    elif path.is_file() and path.suffix == ".parquet":
        import pyarrow as pa
        import pyarrow.parquet as pq

        try:
            names = pq.read_schema(path).names
        except (pa.ArrowException, OSError):
            return False
        if {"text_sha256", "entities", "events"} <= set(names):
            raise InputError(
                "this file is part of a dataset, not an annotation file",
                where=str(path),
                fix="give the annotations that it was built from",
            )
    return "text_sha256" in names and "spans" in names


def _chosen(items: list[Item], doc: str, source: str) -> list[Item]:
    """The items of one article: by doc_id or source_id, else by their number from 1."""
    found = [item for item in items if doc in (item.doc_id, item.source_id)]
    if found:
        return found
    if doc.isascii() and doc.isdigit() and 1 <= int(doc) <= len(items):
        return [items[int(doc) - 1]]
    names = [
        f"{number} {item.doc_id or '(no doc_id)'}"
        + (f" ({item.source_id})" if item.source_id else "")
        for number, item in enumerate(items[:_LISTED], start=1)
    ]
    more = f" and {len(items) - _LISTED} more" if len(items) > _LISTED else ""
    raise InputError(
        f"there is no article {doc!r}", where=source, fix=f"there are {', '.join(names)}{more}"
    )


def _pairs(
    left: Sequence[Annotation], right: Sequence[Annotation], names: tuple[str, str]
) -> list[tuple[Annotation, Annotation | None]]:
    """The annotations of the same texts; says which articles only one side has.

    Raises:
        InputError: no text is in both, or a side annotates one article twice.
    """
    texts = {annotation.text_sha256 for annotation in right}
    by_id = {annotation.doc_id: annotation for annotation in right if annotation.doc_id}
    for annotation in left:
        other = by_id.get(annotation.doc_id or "")
        if annotation.text_sha256 not in texts and other is not None:
            raise InputError(
                f"article {annotation.doc_id} has another text here "
                f"({other.text_sha256[:12]}…) than in {names[0]} ({annotation.text_sha256[:12]}…)",
                where=names[1],
                fix="compare annotations of the same clean text",
            )
    paired = pair_up(left, right, names)
    if paired.only_left:
        say(f"not compared: {counted(len(paired.only_left), 'article')} that only {names[0]} has")
    return list(paired.shared)


def _drawings(
    pairs: Sequence[tuple[Annotation, Annotation | None]],
    article: str,
    against: str | None,
    sources: Sequence[str],
    settings: Settings,
    reader: Reader,
) -> Iterable[Drawing]:
    """The articles with their texts, once every span was found to be where it says.

    Raises:
        InputError: a text is not to be found, or a span does not hold over it.
    """
    known = {a.text_sha256: a.text for pair in pairs for a in pair if a and a.text is not None}
    wanted = {a.text_sha256 for a, _ in pairs} - set(known)
    sources = sources or settings.corpus.sources
    if wanted and sources:
        for found in read_articles(sources, reader.rules):
            known.setdefault(found.text_sha256, found.text)
    for a, b in pairs:
        text = known.get(a.text_sha256)
        if text is None:
            places = "no source was given" if not sources else f"not in {', '.join(sources)}"
            raise InputError(
                f"the text {a.text_sha256[:12]}… of article {a.doc_id or '?'} is missing "
                f"({places})",
                where=article,
                fix="say where the articles are: --text SOURCE",
            )
        check_spans(replace(a, text=text), Path(article))
        if b is None:
            yield draw(a, text)
            continue
        check_spans(replace(b, text=text), Path(str(against)))
        yield compare(a, b, text)


def _print(drawings: Sequence[Drawing], faces: Faces) -> None:
    for number, drawing in enumerate(drawings):
        if number:
            click.echo()
        _print_one(drawing, faces)


def _print_one(drawing: Drawing, faces: Faces) -> None:
    first, *others = drawing.readings
    parts = [first.doc_id, first.source, first.source_id, first.annotator if not others else None]
    click.echo(click.style("  ".join(terminal.plain(part) for part in parts if part), bold=True))
    if others:
        for side, reading in zip("AB", drawing.readings, strict=True):
            click.echo(f"{side}: {terminal.plain(reading.annotator or '?')}")
    click.echo()
    for line in terminal.lines(drawing, faces):
        click.echo("".join(_styled(ink) for ink in line))
    click.echo()
    if drawing.scores:
        headers = ("strict", "F1", *(english for _, english in STATUSES.values()))
        rows = []
        for kind in KINDS:
            tally = drawing.tally(kind)
            counts = [str(tally.get(status, 0)) for status in STATUSES]
            rows.append((KIND_NAMES[kind][1], figure(drawing.scores[kind].f1), *counts))
        table("", headers, rows)
        differences = list(terminal.difference_rows(drawing, faces))
        if differences:
            table("spans that differ", terminal.DIFFERENCE_HEADERS, differences)
    roles = list(terminal.role_rows(drawing))
    if roles:
        extra = ("difference",) if drawing.scores else ()
        title = "roles that differ" if drawing.scores else "roles"
        table(title, (*terminal.ROLE_HEADERS, *extra), roles)


def _styled(ink: terminal.Ink) -> str:
    if ink.background is None:
        return click.style(ink.text, bold=True) if ink.bold else ink.text
    red, green, blue = (int(ink.background[at : at + 2], 16) for at in (1, 3, 5))
    color = "black" if is_light(ink.background) else "bright_white"
    return click.style(ink.text, fg=color, bg=(red, green, blue))
