"""What each annotator made of each article, for a dataset's `annotations` table."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from annotate.annotation_files import read_annotations
from annotate.cli.pseudonyms import Numbered
from annotate.dataset.rows import Contribution
from annotate.errors import InputError
from annotate.labeling.by_article import OfArticle
from annotate.labeling.entry import Entry
from annotate.labeling.work import joined
from annotate.ontology import Ontology
from annotate.records import from_record
from annotate.spans import Annotation, Span


def contributions(
    articles: Iterable[OfArticle], names: Mapping[str, str], ontology: Ontology
) -> Iterator[Contribution]:
    """One for each annotator, article and pass, in order; of work on two servers the later one.

    Args:
        names: pseudonyms of the annotators.
    """
    for found in articles:
        yield from _of_article(found.entries, names, ontology)


def _of_article(
    entries: Iterable[Entry], names: Mapping[str, str], ontology: Ontology
) -> list[Contribution]:
    passes: dict[tuple[str, ...], list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.status in ("submitted", "skipped"):
            text = (entry.server, entry.doc_id, entry.text_sha256, str(entry.parts))
            passes[(*text, entry.annotator, entry.layers)].append(entry)
    found: dict[tuple[str, ...], Contribution] = {}
    for group in passes.values():
        made = _contribution(group, names, ontology)
        before = found.get(made.key)
        if before is None or (before.updated_at or "") <= (made.updated_at or ""):
            found[made.key] = made
    return [found[key] for key in sorted(found)]


def _contribution(group: list[Entry], names: Mapping[str, str], ontology: Ontology) -> Contribution:
    first = group[0]
    works = joined(group)
    done = works[0].entries if works else ()
    annotation = works[0].annotation(ontology) if works else Annotation(first.text_sha256)
    deleted = [span for entry in done for span in _deleted(entry, ontology)]
    versions = [e.prelabel_version for e in group if e.prelabel_version is not None]
    submitted = {entry.part for entry in done}
    return Contribution(
        first.doc_id,
        names[first.annotator],
        replace(annotation, labels_covered=works[0].labels_covered if works else ()),
        tuple(sorted(deleted, key=lambda span: (span.start, span.end, span.layer, span.label))),
        layers=first.layers,
        parts_done=len(done),
        parts=first.parts,
        skipped=any(e.status == "skipped" and e.part not in submitted for e in group),
        prelabelled=bool(versions),
        prelabel_version=versions[0] if versions else None,
        created_at=min(entry.created_at for entry in group),
        updated_at=max(entry.updated_at for entry in group),
        lead_time=works[0].lead_time if works else None,
    )


def _deleted(entry: Entry, ontology: Ontology) -> tuple[Span, ...]:
    record = {
        "text_sha256": entry.text_sha256,
        "spans": json.loads(entry.deleted_spans),
        "relations": [],
    }
    where = f"history: annotation {entry.annotation_id}"
    return from_record(record, ontology, where).spans


def contributions_from_files(
    paths: Iterable[Path], ontology: Ontology, people: Numbered
) -> list[Contribution]:
    """One for each annotation of the files, which name article and annotator.

    Args:
        people: what addresses are replaced by.

    Raises:
        InputError: one names neither, or an annotator has an article twice.
    """
    found: dict[tuple[str, ...], Contribution] = {}
    for path in paths:
        for annotation in read_annotations(path, ontology):
            if annotation.doc_id is None or not annotation.annotator:
                raise InputError("an annotation lacks doc_id or annotator", where=str(path))
            name = people.name(annotation.annotator)
            made = Contribution(annotation.doc_id, name, annotation)
            if made.key in found:
                raise InputError(f"{name} has article {annotation.doc_id} twice", where=str(path))
            found[made.key] = made
    return [found[key] for key in sorted(found)]
