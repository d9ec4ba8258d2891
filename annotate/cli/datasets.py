"""datasets: list, publish, fetch, rehydrate and convert versions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from annotate.cli.output import (
    examples,
    json_option,
    next_step,
    print_json,
    progress,
    say,
    settings_of,
    table,
)
from annotate.cli.rehydrating import rehydrate, report_texts, sources_option, with_texts_of
from annotate.ontology import load_ontology
from annotate.settings_values import SPLITS
from annotate.wording import counted

if TYPE_CHECKING:
    from annotate.dataset.share import Transfer

FORMATS = ("conll", "docbin", "brat", "jsonl", "oneie", "gliner", "instructions")


@click.group()
def datasets() -> None:
    """Share dataset versions, put their texts back, and convert them to other formats."""


@datasets.command(
    name="list",
    epilog=examples("annotate datasets list", "annotate datasets list s3://bucket/data"),
)
@click.argument("place", required=False, metavar="[FOLDER|URL]")
@json_option
@click.pass_context
def list_datasets(context: click.Context, place: str | None, as_json: bool) -> None:
    """List datasets and their versions (default: those of dataset.folder)."""
    from annotate.dataset.remotes import open_store
    from annotate.dataset.share import listed

    store = open_store(place or str(settings_of(context).dataset.folder))
    found = listed(store)
    if as_json:
        print_json(
            [
                {
                    "name": item.name,
                    "versions": list(item.versions),
                    "latest": item.latest,
                    "counts": item.counts,
                    "texts": item.texts,
                }
                for item in found
            ]
        )
        return
    if not found:
        say(f"no datasets in {store.where}")
        return
    counted = ("articles", "entities", "events")
    rows = [
        [i.name, i.latest, "yes" if i.texts else "no", ", ".join(i.versions)]
        + [str(i.counts.get(what, "-")) for what in counted]
        for i in found
    ]
    table("", ("dataset", "latest", "texts", "versions", *counted), rows, texts=4)


@datasets.command(
    epilog=examples(
        "annotate datasets publish news@1.2.0 s3://bucket/datasets",
        "annotate datasets publish news /mnt/share/datasets",
        "annotate datasets publish news hf://datasets/our-group/news",
    )
)
@click.argument("version", metavar="NAME[@VERSION]")
@click.argument("to", metavar="FOLDER|URL")
@json_option
@click.pass_context
def publish(context: click.Context, version: str, to: str, as_json: bool) -> None:
    """Publish a version to a folder, a bucket or the Hub.

    Files that are there already with the right sum are not sent again, so an interrupted
    publication can be run again; it is no version before its manifest, which goes last. A version
    that is there is never changed. Keys come from the environment or the SDK's own files.
    """
    from annotate.dataset.remotes import open_store
    from annotate.dataset.share import publish as send
    from annotate.dataset.share import to_publish
    from annotate.dataset.shipment import split_reference

    settings = settings_of(context)
    store = open_store(to)
    path, shipment = to_publish(settings.dataset.folder, *split_reference(version))
    with progress("published (bytes)", shipment.bytes) as advance:
        done = send(path, shipment, store, advance)
    _report(done, as_json, "published", "sent")
    next_step(f"annotate datasets fetch {shipment.name}@{shipment.version} {to}")


@datasets.command(
    epilog=examples(
        "annotate datasets fetch news s3://bucket/datasets",
        "annotate datasets fetch news@1.2.0 /mnt/share/datasets --out exports",
        "annotate datasets fetch news s3://bucket/data --rehydrate --sources articles.jsonl",
    )
)
@click.argument("version", metavar="NAME[@VERSION]")
@click.argument("source", metavar="FOLDER|URL")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="The folder of datasets to put it into (default: dataset.folder).",
)
@click.option(
    "--rehydrate",
    "with_texts",
    is_flag=True,
    help="Then write a copy with the texts of your own articles, as `datasets rehydrate` does.",
)
@sources_option
@json_option
@click.pass_context
def fetch(
    context: click.Context,
    version: str,
    source: str,
    out: Path | None,
    with_texts: bool,
    sources: tuple[str, ...],
    as_json: bool,
) -> None:
    """Fetch a version (default: the latest) from a folder, a bucket or the Hub.

    It is there when all of it is, and as its manifest says; run again, an interrupted fetch goes on
    where it was.
    """
    from annotate.dataset.remotes import open_store
    from annotate.dataset.share import fetch as receive
    from annotate.dataset.share import to_fetch
    from annotate.dataset.shipment import split_reference

    if sources and not with_texts:
        raise click.UsageError("--sources goes with --rehydrate")
    settings = settings_of(context)
    store = open_store(source)
    shipment = to_fetch(store, *split_reference(version))
    with progress("fetched (bytes)", shipment.bytes) as advance:
        done = receive(shipment, store, out or settings.dataset.folder, advance)
    if with_texts:
        found = with_texts_of(settings, Path(done.where), sources, None)
        report_texts(found, as_json)
        return
    _report(done, as_json, "fetched", "fetched")
    if shipment.about.get("texts") is False:
        next_step(f"annotate datasets rehydrate {done.where} --sources FILE")
    else:
        next_step(f"annotate verify {done.where}")


@datasets.command(
    epilog=examples(
        "annotate datasets convert exports/news --to conll --out conll",
        "annotate datasets convert news@1.2.0 --to gliner --split train --out train.json",
        "annotate datasets convert exports/news --to conll --layer events --out triggers",
    )
)
@click.argument("version")
@click.option("--to", type=click.Choice(FORMATS), required=True, help="The format.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    required=True,
    help="With --split the file (brat: folder) to write, else a folder for one a split.",
)
@click.option("--split", type=click.Choice(SPLITS), help="Only this one.")
@click.option(
    "--layer",
    type=click.Choice(["entities", "events"]),
    help="Only this layer (default: both; conll holds one: entities).",
)
@json_option
@click.pass_context
def convert(
    context: click.Context,
    version: str,
    to: str,
    out: Path,
    split: str | None,
    layer: Any,
    as_json: bool,
) -> None:
    """Write a version in another format: a folder, NAME@VERSION, or NAME (its latest).

    What the format does not hold is counted by kind. docs/exchange.md says what each looks like.
    """
    from annotate.dataset.convert.formats import convert as written
    from annotate.dataset.reference import version_at

    settings = settings_of(context)
    ontology = load_ontology(settings.ontology.path)
    path = version_at(version, settings.dataset.folder)
    done = written(path, to, out, split=split, layer=layer, ontology=ontology)
    if as_json:
        print_json(
            {"version": str(done.version), "files": dict(done.files), "lost": dict(done.lost)}
        )
    else:
        for file in done.files:
            click.echo(file)
    say(f"{counted(done.articles, 'article')} of {done.version}")
    for what, count in done.lost.items():
        say(f"not in it: {count} {what}")


def _report(done: Transfer, as_json: bool, verb: str, moved: str) -> None:
    from annotate.dataset.share import as_json as values

    if as_json:
        print_json(values(done))
    else:
        click.echo(done.where)
    if done.is_new:
        files = counted(done.moved, "file")
        say(f"{verb}: {files} {moved}, {done.kept} there already, {done.bytes:,} bytes")
    else:
        say("it is there already, the same")


datasets.add_command(rehydrate)
