"""Pull against the real server: what people did, whole, and nothing guessed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from annotate.labeling import history
from annotate.labeling.ledger import Ledger
from annotate.labeling.wire import to_results
from annotate.spans import Relation
from tests.labeling.bench import Bench, replace_ledger
from tests.labeling.builders import annotate, article, predicted, span

pytestmark = pytest.mark.server


def test_pull_gives_back_what_was_submitted(bench: Bench) -> None:
    made = article(1)
    bench.push([made, article(2)])
    text = made.text
    spans = [
        span(text, "هاجم", "ATTACK", bench.ontology, "E1", polarity="NEGATIVE"),
        span(text, "الجيش", "ARM", bench.ontology, "T1"),
        span(text, "مدينة سرت", "GPE", bench.ontology, "T2"),
    ]
    relations = [Relation("E1", "T2", "TARGET"), Relation("E1", "T2", "PLACE")]
    submitted = annotate(made, bench.ontology, spans, relations)
    annotation_id = bench.submit(made, submitted)
    done = bench.pull()
    assert (done.tasks, done.fetched, done.new, done.quarantined) == (2, 2, 1, [])
    (entry,) = bench.entries()
    assert (entry.annotation_id, entry.doc_id, entry.status) == (
        annotation_id,
        made.doc_id,
        "submitted",
    )
    pulled = entry.annotation(bench.ontology)
    assert [s.key for s in pulled.spans] == [s.key for s in submitted.spans]
    assert [s.attributes for s in pulled.spans] == [s.attributes for s in submitted.spans]
    assert pulled.relations == submitted.relations
    assert all(text[s.start : s.end] == s.text for s in pulled.spans)


def test_a_second_pull_finds_nothing_and_writes_nothing(bench: Bench) -> None:
    made = article(1)
    bench.push([made])
    bench.submit(made, predicted(made, bench.ontology))
    bench.pull()
    files = {p: p.read_bytes() for p in bench.folder.iterdir()}
    done = bench.pull()
    assert (done.fetched, done.new, done.changed, done.deleted) == (0, 0, 0, 0)
    done = bench.pull(full=True)
    assert (done.fetched, done.unchanged, done.anything) == (1, 1, False)
    assert {p: p.read_bytes() for p in bench.folder.iterdir()} == files


def test_changes_skips_and_deletions_are_all_kept(bench: Bench) -> None:
    made, other = article(1), article(2)
    bench.push([made, other])
    first = bench.submit(made, predicted(made, bench.ontology))
    bench.submit(other, annotate(other, bench.ontology, []))
    assert bench.pull().new == 2
    sdk = bench.client._sdk
    less = annotate(made, bench.ontology, predicted(made, bench.ontology).spans[:1])
    sdk.annotations.update(first, result=to_results(less, bench.ontology))
    assert bench.pull().changed == 1
    sdk.annotations.update(first, was_cancelled=True)
    assert bench.pull().changed == 1
    assert {e.status for e in bench.entries()} == {"submitted", "skipped"}
    sdk.annotations.delete(first)
    done = bench.pull()
    assert (done.deleted, done.fetched) == (1, 1)
    assert [e.status for e in history.read(bench.folder) if e.annotation_id == first] == [
        "submitted",
        "submitted",
        "skipped",
        "deleted",
    ]
    assert bench.pull().deleted == 0


def test_a_dry_pull_writes_nothing(bench: Bench) -> None:
    made = article(1)
    bench.push([made])
    bench.submit(made, predicted(made, bench.ontology))
    assert bench.pull(dry_run=True).new == 1
    assert not bench.folder.exists()


def test_what_does_not_hold_is_counted_and_its_raw_form_kept(bench: Bench) -> None:
    made = article(1)
    bench.push([made])
    results = to_results(predicted(made, bench.ontology), bench.ontology)
    results[0]["value"]["end"] += 1
    bench.client.create_annotation(bench.tasks()[made.doc_id], results, bench.user_id)
    done = bench.pull()
    assert done.quarantined[0].problem.item == "E1"
    (entry,) = bench.entries()
    assert str(results[0]["value"]["end"]) in entry.raw
    assert "E1" not in {s.id for s in entry.annotation(bench.ontology).spans}


def test_a_text_changed_on_the_server_puts_the_annotation_into_quarantine(bench: Bench) -> None:
    made = article(1)
    bench.push([made])
    bench.submit(made, predicted(made, bench.ontology))
    # The task goes on to claim the old hash: only the text itself tells.
    data = {"text": "نص مبدل", "text_sha256": made.text_sha256, "doc_id": made.doc_id, "about": ""}
    bench.client._sdk.tasks.update(str(bench.tasks()[made.doc_id]), data=data)
    done = bench.pull()
    assert "another text" in done.quarantined[0].problem.reason
    (entry,) = bench.entries()
    assert entry.annotation(bench.ontology).spans == ()
    assert not entry.is_sound
    assert "هاجم" in entry.raw


def test_a_task_that_the_ledger_lost_gets_no_tombstone(bench: Bench, tmp_path: Path) -> None:
    articles = [article(1), article(2)]
    bench.push(articles)
    for made in articles:
        bench.submit(made, predicted(made, bench.ontology))
    bench.pull()
    with Ledger(tmp_path / "new.sqlite") as empty:
        again = replace_ledger(bench, empty)
        again.push(articles[:1])
        done = again.pull()
        assert (done.deleted, done.unknown, done.unchanged) == (0, 1, 1)
        assert {e.status for e in bench.entries()} == {"submitted"}


def test_a_deleted_user_keeps_the_name_in_the_history(bench: Bench) -> None:
    made = article(1)
    bench.push([made])
    users = []
    for name in ("one", "two"):
        user_id = bench.client.create_user(f"{name}-{bench.project_id}@example.org")
        results = to_results(predicted(made, bench.ontology), bench.ontology)
        bench.client.create_annotation(bench.tasks()[made.doc_id], results, user_id)
        users.append(user_id)
    bench.pull()
    before = {e.annotator for e in bench.entries()}
    assert len(before) == 2
    for user_id in users:
        bench.client._sdk.users.delete(user_id)
    done = bench.pull()
    assert (done.new, done.changed, done.deleted) == (0, 0, 0)
    assert {e.annotator for e in bench.entries()} == before


def test_two_processes_never_write_one_file_of_the_history(bench: Bench) -> None:
    made = article(1)
    bench.push([made])
    bench.submit(made, predicted(made, bench.ontology))
    bench.pull()
    (entry,) = bench.entries()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: history.append(bench.folder, [entry]), range(20)))
    assert len(list(history.read(bench.folder))) == 21
