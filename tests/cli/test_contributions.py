"""What each annotator made, from the history: parts joined, skips and deletions kept."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from annotate.annotation_files import write_annotations
from annotate.cli.contributions import contributions, contributions_from_files
from annotate.cli.pseudonyms import Numbered
from annotate.dataset.rows import Contribution
from annotate.errors import InputError
from annotate.labeling.by_article import OfArticle
from annotate.labeling.entry import Entry
from annotate.records import span_record, to_record
from annotate.spans import Annotation, Span
from annotate.storage import text_sha256
from tests.cli.conftest import Run
from tests.labeling.test_history import ENTRY
from tests.support import CITY, FORCE, ONTOLOGY, TEXT, mark, sample_annotation

NAMES = {"a@example.org": "annotator-1", "b@example.org": "annotator-2"}
DOC = ENTRY.doc_id


def entry(*spans: Span, **changes: object) -> Entry:
    record = to_record(Annotation(text_sha256(TEXT), spans))
    base = replace(ENTRY, text_sha256=text_sha256(TEXT), record=json.dumps(record))
    return replace(base, **changes)  # type: ignore[arg-type]


def made(entries: Sequence[Entry]) -> list[Contribution]:
    return list(contributions([OfArticle(DOC, tuple(entries), ())], NAMES, ONTOLOGY))


def test_the_parts_of_an_article_are_one_contribution() -> None:
    first = entry(
        FORCE, annotation_id=1, part=1, parts=2, lead_time=5.0, updated_at="2026-01-02T00:00:00Z"
    )
    second = entry(
        CITY,
        annotation_id=2,
        part=2,
        parts=2,
        lead_time=2.5,
        created_at="2025-12-31T00:00:00Z",
        prelabel_version="heuristics-1",
        deleted_spans=json.dumps([span_record(mark(TEXT, "على", "LOC"))]),
    )
    (found,) = made([first, second])
    assert [span.id for span in found.annotation.spans] == ["1:e1", "2:e2"]
    assert (found.annotator, found.parts_done, found.parts) == ("annotator-1", 2, 2)
    assert (found.created_at, found.updated_at) == ("2025-12-31T00:00:00Z", "2026-01-02T00:00:00Z")
    assert (found.lead_time, found.skipped) == (7.5, False)
    assert (found.prelabelled, found.prelabel_version) == (True, "heuristics-1")
    assert [span.text for span in found.deleted] == ["على"]


def test_what_was_skipped_or_only_begun() -> None:
    done = entry(FORCE, annotation_id=1, part=1, parts=3)
    passed = entry(annotation_id=2, part=2, parts=3, status="skipped")
    draft = entry(CITY, annotation_id=-3, part=3, parts=3, status="draft")
    (found,) = made([done, passed, draft])
    assert (found.parts_done, found.parts, found.skipped) == (1, 3, True)
    (alone,) = made([replace(passed, part=1, parts=1)])
    assert (alone.parts_done, alone.annotation.spans, alone.skipped) == (0, (), True)
    assert alone.annotation.labels_covered == ()
    assert made([draft, entry(status="deleted")]) == []


def test_they_come_in_the_order_of_their_keys_and_of_two_servers_the_later() -> None:
    entries = [
        entry(FORCE, annotation_id=1, annotator="b@example.org"),
        entry(FORCE, annotation_id=2, server="old"),
        entry(CITY, annotation_id=3, updated_at="2026-01-05T00:00:00Z"),
        entry(annotation_id=4, layers="entities"),
    ]
    found = made(entries)
    assert [(one.annotator, one.layers) for one in found] == [
        ("annotator-1", "all"),
        ("annotator-1", "entities"),
        ("annotator-2", "all"),
    ]
    assert [span.id for span in found[0].annotation.spans] == [CITY.id]
    assert [one.key for one in found] == sorted(one.key for one in found)


def test_from_files_addresses_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "work.jsonl"
    named = replace(sample_annotation(), doc_id=DOC)
    write_annotations(path, [replace(named, annotator=name) for name in ("x@y.org", "anna")])
    found = contributions_from_files([path], ONTOLOGY, Numbered())
    assert [one.annotator for one in found] == ["anna", "annotator-1"]
    with pytest.raises(InputError, match=f"annotator-1 has article {DOC} twice"):
        contributions_from_files([path, path], ONTOLOGY, Numbered())
    write_annotations(path, [sample_annotation()])
    with pytest.raises(InputError, match="an annotation lacks doc_id or annotator"):
        contributions_from_files([path], ONTOLOGY, Numbered())


def test_two_people_of_two_files_are_not_one_annotator() -> None:
    people = Numbered()
    assert people.name("anna@example.org") == "annotator-1"
    assert people.name("annotator-2") == "annotator-2"  # of a dataset, say
    assert people.name("editor@example.org") == "annotator-3"
    assert people.name("anna@example.org") == "annotator-1"
    with pytest.raises(InputError, match="'annotator-1', which stands for somebody else's"):
        people.name("annotator-1")


def test_who_adjudicated_is_not_called_as_an_annotator_is(run: Run, folder: Path) -> None:
    item = replace(sample_annotation(), doc_id=DOC, text=TEXT)
    for name, people in (("gold", ("editor",)), ("work", ("anna", "omar"))):
        found = [replace(item, annotator=f"{person}@example.org") for person in people]
        write_annotations(folder / f"{name}.jsonl", found)
    ran = run(
        *("export", "--annotations", "gold.jsonl", "--status", "gold", "--work", "work.jsonl")
    )
    assert ran.code == 0, ran.err
    (row,) = pq.read_table(Path(ran.out.strip()) / "data").to_pylist()
    work = pq.read_table(Path(ran.out.strip()) / "annotations")["annotator"].to_pylist()
    assert (row["annotators"], work) == (["annotator-3"], ["annotator-1", "annotator-2"])
