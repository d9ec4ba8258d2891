"""Parts joined again: one annotator's work on a whole text."""

from __future__ import annotations

import json
from dataclasses import replace

from annotate.labeling.entry import Entry
from annotate.labeling.parts import Part
from annotate.labeling.wire import within
from annotate.labeling.work import joined
from annotate.ontology import Ontology
from annotate.records import to_record
from annotate.spans import Annotation
from tests.labeling.builders import SENTENCE, article, predicted
from tests.labeling.test_history import ENTRY

TWICE = f"{SENTENCE}\n{SENTENCE.replace('سرت', 'درنة')}"


def part_entry(number: int, of: Annotation, ontology: Ontology, **changed: object) -> Entry:
    """The entry of one sentence of a text of two."""
    start, end = (0, len(SENTENCE)) if number == 1 else (len(SENTENCE) + 1, len(TWICE))
    shown = within(of, Part(number, 2, start, end))
    record = json.dumps(to_record(replace(shown, comment=f"جزء {number}")), ensure_ascii=False)
    entry = replace(
        ENTRY,
        annotation_id=number,
        task_id=number,
        part=number,
        parts=2,
        start=start,
        end=end,
        text_sha256=of.text_sha256,
        record=record,
    )
    return replace(entry, **changed)  # type: ignore[arg-type]


def both_sentences(ontology: Ontology) -> Annotation:
    """The same events in both sentences, with ids that meet."""
    first = predicted(article(1, TWICE), ontology)
    shift = len(SENTENCE) + 1
    moved = [replace(s, start=s.start + shift, end=s.end + shift) for s in first.spans]
    moved = [replace(s, text=TWICE[s.start : s.end]) for s in moved if s.text != "سرت"]
    return replace(first, spans=(*first.spans, *moved))


def test_parts_become_one_annotation_whose_ids_do_not_meet(ontology: Ontology) -> None:
    whole = both_sentences(ontology)
    entries = [part_entry(n, whole, ontology) for n in (2, 1)]
    (work,) = joined(entries)
    assert work.is_complete
    annotation = work.annotation(ontology)
    assert sorted(s.key for s in annotation.spans) == sorted(s.key for s in whole.spans)
    assert len({s.id for s in annotation.spans}) == len(whole.spans)
    by_id = {span.id: span for span in annotation.spans}
    assert sorted(r.role for r in annotation.relations) == ["AGENT", "AGENT", "TARGET"]
    for relation in annotation.relations:
        ends = (by_id[relation.head].end, by_id[relation.tail].end)
        assert max(ends) <= len(SENTENCE) or min(ends) > len(SENTENCE), "one role, one sentence"
    assert annotation.comment == "جزء 1\nجزء 2"


def test_a_part_that_is_not_submitted_leaves_the_work_open(ontology: Ontology) -> None:
    whole = both_sentences(ontology)
    first = part_entry(1, whole, ontology)
    for other in ("draft", "skipped", "deleted"):
        (work,) = joined([first, part_entry(2, whole, ontology, status=other)])
        assert not work.is_complete
    (work,) = joined([first, part_entry(2, whole, ontology, quarantined='[["", "another text"]]')])
    assert not work.is_complete


def test_of_two_annotations_of_one_task_the_later_counts(ontology: Ontology) -> None:
    whole = both_sentences(ontology)
    later = part_entry(1, replace(whole, spans=(), relations=()), ontology, annotation_id=9)
    later = replace(later, updated_at="2026-01-02T00:00:00Z")
    (work,) = joined([later, part_entry(1, whole, ontology), part_entry(2, whole, ontology)])
    assert [entry.annotation_id for entry in work.entries] == [9, 2]


def test_annotators_texts_passes_and_splits_are_told_apart(ontology: Ontology) -> None:
    whole = both_sentences(ontology)
    first = part_entry(1, whole, ontology)
    others = [
        replace(first, annotator="b@example.org"),
        replace(first, text_sha256="1" * 64),
        replace(first, layers="entities"),
        replace(first, parts=3),
    ]
    assert len(joined([first, *others])) == 5


def test_work_covers_what_each_part_covers(ontology: Ontology) -> None:
    whole = both_sentences(ontology)
    full = part_entry(1, whole, ontology, labels_covered='["PER", "ORG", "ATTACK"]')
    less = part_entry(2, whole, ontology, labels_covered='["ORG", "PER"]')
    (work,) = joined([full, less])
    assert work.annotation(ontology).labels_covered == ("PER", "ORG")
    (work,) = joined([part_entry(n, whole, ontology) for n in (1, 2)])
    assert work.annotation(ontology).labels_covered is None
