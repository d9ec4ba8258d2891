"""diff."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from annotate.cli.output import examples, json_option, print_json, say, settings_of, table
from annotate.settings_values import SPLITS

if TYPE_CHECKING:
    from annotate.dataset.diff import Difference


@click.command(
    epilog=examples(
        "annotate diff news@1.2.0 news@1.3.0",
        "annotate diff exports/news/1.2.0 exports/news",
        "annotate diff news@1.2.0 news --json",
    )
)
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@json_option
@click.pass_context
def diff(context: click.Context, before: str, after: str, as_json: bool) -> None:
    """Compare two dataset versions: NAME@VERSION, NAME (its latest), or a folder.

    Articles, spans, attributes, roles and splits that were added, removed or changed, by label and
    by what annotators did. A span with another label at its place is relabelled, one that overlaps
    its former place is resized. Of an article whose text changed no spans are compared.
    """
    from annotate.dataset.changes import to_json
    from annotate.dataset.diff import difference
    from annotate.dataset.manifest import read_manifest
    from annotate.dataset.reference import version_at
    from annotate.dataset.versions import change, side

    datasets = settings_of(context).dataset.folder
    folders = [version_at(reference, datasets) for reference in (before, after)]
    manifests = [read_manifest(folder) for folder in folders]
    found = difference(*folders)
    what = change(side(folders[0], manifests[0]), side(folders[1], manifests[1]), found)
    if as_json:
        named = [
            {"path": str(folder), "name": about["name"], "version": about["version"]}
            for folder, about in zip(folders, manifests, strict=True)
        ]
        about = {"before": named[0], "after": named[1], "change": what.to_json()}
        print_json({**about, **to_json(found)})
        return
    for level, reason in what.reasons:
        click.echo(f"{level}: {reason}")
    if what.level is None:
        click.echo("nothing changed")
    _print_tables(found)
    say(f"{folders[0]} -> {folders[1]}")


def _print_tables(found: Difference) -> None:
    from annotate.dataset.changes import elsewhere, example_line, summary

    rows = [
        [what, which, *(f"{by_split.get(split, 0):,}" for split in SPLITS)]
        for what, which, by_split in summary(found)
    ]
    if rows:
        click.echo("")
        table("", ("", "which", *SPLITS), rows, texts=2)
    others = [[what, which, f"{count:,}"] for what, which, count in elsewhere(found)]
    if others:
        click.echo("")
        table("", ("", "which", "count"), others, texts=2)
    if found.examples:
        click.echo("\nFor example:")
        for example in found.examples:
            click.echo(f"  {example_line(example)}")
