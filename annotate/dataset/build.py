"""Builds a dataset version: all of it in a hidden folder, then one rename."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annotate.collector import rarely
from annotate.dataset.contribution_columns import contributions_table
from annotate.dataset.counts import Tally
from annotate.dataset.diff import Difference, difference
from annotate.dataset.group import Options
from annotate.dataset.manifest import FOLDERS, NAMING, is_version, latest_version, read_manifest
from annotate.dataset.pages import Release, entries_of, write_about, write_schema
from annotate.dataset.publishing import point, publish, workplace
from annotate.dataset.recipe import Recipe as Recipe
from annotate.dataset.rows import Chosen, Contribution, Split
from annotate.dataset.tables import TableMaker
from annotate.dataset.versions import Change, check_number, inventory, next_number, side
from annotate.dataset.versions import change as change_of
from annotate.dataset.workers import made
from annotate.dataset.writer import ShardWriter, article_groups, contribution_groups
from annotate.errors import DatasetError


@dataclass(frozen=True, slots=True)
class Built:
    """What a build did.

    Attributes:
        path: the folder of the version (in a dry run, where it would be).
        version: its number; the latest one's where nothing changed.
        is_new: whether a version was (or would be) published.
        counts: what is in it (`annotate.dataset.counts`).
        change: what it is to the version before.
    """

    path: Path
    version: str
    is_new: bool
    counts: Mapping[str, Any]
    change: Change


@rarely()
def build(
    chosen: Iterable[Chosen],
    name: str,
    folder: Path,
    recipe: Recipe,
    *,
    contributions: Iterable[Contribution] = (),
    version: str | None = None,
    dry_run: bool = False,
) -> Built:
    """Publishes the articles as the next version of a dataset, unless nothing changed.

    Equal inputs give equal bytes: rows are ordered by doc_id and no clock is read. The version is
    written to a hidden folder, synced, and renamed; a reader sees all of it or nothing. A row group
    for each split is in memory at a time, and no more.

    Args:
        chosen: in the order of doc_id; a list may have any order.
        folder: the folder of datasets; the version becomes `folder/name/version`.
        contributions: every annotator's work, in the order of their keys; a list may have any.
        version: number to publish as, which may be higher than what changed asks for; None
            computes it (`annotate.dataset.versions`). The first is 1.0.0.

    Raises:
        DatasetError: there are no articles, one is there twice or out of order, the version
            exists already or its number is too low, the version before is damaged, or another
            build of the dataset is running.
        SpanError: an annotation does not hold.
    """
    if version is not None and not is_version(version):
        raise DatasetError(f"{version!r} is no version such as 1.2.0")
    if isinstance(chosen, Sequence):
        chosen = sorted(chosen, key=lambda item: item.article.doc_id)
    if isinstance(contributions, Sequence):
        contributions = sorted(contributions, key=lambda item: item.key)
    target = folder / name
    with workplace(target, dry_run=dry_run) as work:
        tally = _write_data(work, chosen, contributions, recipe)
        counts = tally.to_json(recipe.ontology)
        write_schema(work, recipe.ontology, recipe.agreement)
        entries = entries_of(work)
        parent = latest_version(target)
        before = target / parent if parent else None
        change, found = _compared(before, work, entries, recipe)
        if parent and not change.level and version in (None, parent):
            if not dry_run:
                if recipe.splitting:
                    recipe.splitting.heal(target)
                point(target)
            return Built(target / parent, parent, False, counts, change)
        number = version or next_number(parent, change.level)
        path = target / number
        if path.exists():
            raise DatasetError(
                "this version is published and never changes", where=str(path), fix="name a new one"
            )
        check_number(number, parent, change)
        release = Release(name, number, before, change, found, counts)
        write_about(work, release, recipe, entries, recipe.date or tally.changed)
        if not dry_run:
            publish(work, path)
            if recipe.splitting:  # the version is the truth; what dies before this is made good
                recipe.splitting.ledger(number).write(target)
            point(target)
        return Built(path, number, True, counts, change)


def _compared(
    parent: Path | None, work: Path, entries: Mapping[str, Any], recipe: Recipe
) -> tuple[Change, Difference]:
    """What the rows in `work` are to the version before."""
    if parent is None:
        return Change(None), Difference()
    before = read_manifest(parent)
    if _says_the_same(before, entries, recipe):
        return Change(None), Difference()
    about = {
        "ontology": inventory(recipe.ontology),
        "licences": recipe.rights,
        "texts": recipe.texts,
        "files": entries,
    }
    found = difference(parent, work)
    return change_of(side(parent, before), side(work, about), found), found


def _write_data(
    work: Path, chosen: Iterable[Chosen], contributions: Iterable[Contribution], recipe: Recipe
) -> Tally:
    """All Parquet files; what was counted on the way."""
    tally = Tally()
    options = Options(recipe.ontology, recipe.is_known, recipe.texts)
    writers: dict[tuple[str, str], ShardWriter] = {}

    def writer(table: str, stem: str) -> ShardWriter:
        if (table, stem) not in writers:
            writers[table, stem] = ShardWriter(work / FOLDERS[table], stem, recipe.limits)
        return writers[table, stem]

    def seen() -> Iterator[tuple[Split, list[Chosen]]]:
        for split, items in article_groups(chosen, recipe.limits):
            tally.saw(items)
            yield split, items

    try:
        for split, group in made(seen(), options, recipe.workers):
            tally.by_split[split].update(group.counts)
            for table, rows in group.tables.items():
                writer(table, split).write(rows)
        if not tally.by_split:
            raise DatasetError("there is no annotated article to export", fix="annotate, then pull")
        maker = TableMaker(options)
        for items in contribution_groups(contributions, recipe.limits):
            rows, counts = contributions_table(items, maker)
            tally.annotations.update(counts)
            tally.saw_work(items)
            writer("annotations", "annotations").write(rows)
        for each in writers.values():
            each.close()
    except BaseException:
        for each in writers.values():
            each.abandon()
        raise
    return tally


def _says_the_same(before: Mapping[str, Any], entries: Mapping[str, Any], recipe: Recipe) -> bool:
    """Whether a version would differ from `before` in nothing but the pages that name it."""
    kept = {key: entry for key, entry in before["files"].items() if key not in NAMING}
    return kept == entries and before.get("licences") == recipe.rights
