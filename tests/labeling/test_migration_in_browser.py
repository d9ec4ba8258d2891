"""Labels that change under open work, in a real browser: what was marked can be saved as before."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.browser import Annotator
from tests.labeling.bench import Bench
from tests.labeling.builders import article, predicted
from tests.labeling.test_migration import migrated, renamed, upgraded

pytestmark = [pytest.mark.server, pytest.mark.browser]


def test_a_hidden_label_is_kept_and_cannot_be_chosen(bench: Bench, browser: Annotator) -> None:
    old, new = article(1), article(2)
    bench.push([old, new])
    number = bench.submit(old, predicted(old, bench.ontology))
    after = renamed(bench.ontology, "GPE", "PLACE_NAME")
    migrated(bench, after, GPE="PLACE_NAME")
    upgraded(bench, after)
    now = replace(bench, ontology=after)
    places = {(s.start, s.end): s for s in predicted(old, bench.ontology).spans}
    marked = next(place for place, s in places.items() if s.label == "GPE")
    other = next(place for place, s in places.items() if s.label == "TIME")

    # Work that was submitted with the old label: opened, changed elsewhere, saved.
    browser.open_task(bench.project_id, bench.tasks()[old.doc_id], len(places))
    offered = {label.text for label in browser.all(".lsf-label") if label.is_displayed()}
    assert any("PLACE_NAME" in text for text in offered)
    assert not any("GPE" in text for text in offered)
    browser.delete(*other)
    browser.update()
    browser.until(lambda: now.pull().anything)
    (entry,) = [e for e in now.entries() if e.annotation_id == number and e.status == "submitted"]
    labels = {(s.start, s.end): s.label for s in entry.annotation(after).spans}
    assert labels == {place: after_label(s.label) for place, s in places.items() if place != other}
    assert labels[marked] == "PLACE_NAME"
    assert '"GPE"' in entry.raw, "the server keeps what was marked"
    assert entry.problems == []

    # A task whose pre-annotation has the old label: submitted as it is.
    browser.open_label_stream(bench.project_id, len(places))
    browser.submit()
    browser.until(lambda: now.pull().new)
    (entry,) = [e for e in now.entries() if e.doc_id == new.doc_id and e.status == "submitted"]
    spans = entry.annotation(after).spans
    assert {after_label(s.label) for s in places.values()} == {s.label for s in spans}
    assert {s.decision for s in spans} == {"accepted"}
    assert (entry.problems, entry.deleted_spans) == ([], "[]")


def after_label(label: str) -> str:
    return "PLACE_NAME" if label == "GPE" else label
