"""datasets rehydrate: the texts of one's own articles come back into a version without them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from annotate.cli.output import examples, json_option, next_step, print_json, say, settings_of
from annotate.corpus.readers import read_articles
from annotate.corpus.rules import load_rules
from annotate.errors import InputError
from annotate.settings import Settings

if TYPE_CHECKING:
    from annotate.dataset.rights import Rehydrated

SHOWN = 5  # articles without a text, in the terminal

sources_option = click.option(
    "--sources",
    multiple=True,
    metavar="FILE",
    help="Your own copies of the articles: files, folders or globs (default: corpus.sources).",
)


@click.command(
    epilog=examples(
        "annotate datasets rehydrate exports/news/1.2.0 --sources articles.jsonl",
        "annotate datasets rehydrate exports/news/1.2.0 --sources 'texts/*.txt' --out news-texts",
    )
)
@click.argument("version", type=click.Path(path_type=Path))
@sources_option
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="The folder to write (default: beside the version, VERSION-with-texts).",
)
@json_option
@click.pass_context
def rehydrate(
    context: click.Context, version: Path, sources: tuple[str, ...], out: Path | None, as_json: bool
) -> None:
    """Put the texts back into a version that was published without them.

    Your copies are cleaned by the settings' rules, and taken, clean or as they are, where their
    hash is the one that the version's offsets refer to; the others are counted. The version itself
    stays as it is.
    """
    report_texts(with_texts_of(settings_of(context), version, sources, out), as_json)


def with_texts_of(
    settings: Settings, version: Path, sources: tuple[str, ...], out: Path | None
) -> Rehydrated:
    from annotate.dataset.convert.reading import version_folder
    from annotate.dataset.rights import articles, rehydrate_version

    chosen = sources or settings.corpus.sources
    if not chosen:
        raise InputError("there are no articles", fix="name your copies: --sources FILE")
    folder = version_folder(version)
    wanted = {sha256 for sha256, _ in articles(folder).values()}
    rules = load_rules(settings.corpus.cleaning)
    texts = {
        article.text_sha256: article.text
        for cleaning in (rules, None)  # imported corpora keep their texts as they are
        for article in read_articles(chosen, cleaning)
        if article.text_sha256 in wanted
    }
    if not texts:
        raise InputError(
            f"{', '.join(chosen[:SHOWN])}: no text of the version's articles is there",
            fix="check --sources, and take the cleaning rules that the version was made with",
        )
    target = out or folder.with_name(f"{folder.name}-with-texts")
    return rehydrate_version(folder, texts, target)


def report_texts(done: Rehydrated, as_json: bool) -> None:
    missing = [{"doc_id": doc_id, "source": source} for doc_id, source in done.missing]
    if as_json:
        print_json({"path": str(done.path), "found": done.found, "missing": missing})
    else:
        click.echo(str(done.path))
    say(f"{done.found} articles have their text, {len(missing)} have none")
    for item in missing[:SHOWN]:
        say(f"no copy of the text of {item['doc_id']} ({item['source'] or 'unknown source'})")
    if len(missing) > SHOWN:
        say(f"... and {len(missing) - SHOWN} more")
    next_step(f"annotate verify {done.path}")
