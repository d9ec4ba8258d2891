"""Pull fetches what changed and nothing else, and finds every change; drafts are changes, too."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from annotate.errors import ServerDown
from annotate.labeling import fetching, history, sync
from annotate.labeling.campaigns import KnownProject, projects_of, remember
from annotate.labeling.client_changes import Changed
from annotate.labeling.entry import EntryKey
from annotate.labeling.pull import pull
from annotate.labeling.wire import to_results
from annotate.labeling.work import joined
from annotate.spans import Annotation
from tests.labeling.bench import KEY, Bench
from tests.labeling.builders import SENTENCE, annotate, article, predicted, span

pytestmark = pytest.mark.server


def results(bench: Bench, annotation: Annotation) -> list[Any]:
    return list(to_results(annotation, bench.ontology))


def post(bench: Bench, path: str, body: dict[str, Any], method: str = "POST") -> dict[str, Any]:
    answer = bench.client._request(method, path, json.dumps(body).encode())
    return dict(json.loads(answer))


def statuses(bench: Bench, number: int) -> list[str]:
    return [e.status for e in history.read(bench.folder) if e.annotation_id == number]


def test_only_what_changed_is_fetched(bench: Bench) -> None:
    articles = [article(n) for n in range(5)]
    bench.push(articles)
    assert bench.pull().fetched == 5
    assert bench.pull().fetched == 0
    # At once: in the same second as the pull, by the server's clock.
    bench.submit(articles[3], predicted(articles[3], bench.ontology))
    done = bench.pull()
    assert (done.tasks, done.fetched, done.new) == (5, 1, 1)
    assert bench.pull().fetched == 0
    bench.push([article(9)])
    assert bench.pull().fetched == 1
    assert bench.pull(full=True).fetched == 6


def test_a_draft_is_pulled_follows_its_changes_and_ends_when_it_is_submitted(bench: Bench) -> None:
    made = article(1)
    bench.push([made, article(2)])
    bench.pull()
    whole = predicted(made, bench.ontology)
    task = bench.tasks()[made.doc_id]
    first = results(bench, replace(whole, spans=whole.spans[:1], relations=()))
    draft = post(bench, f"api/tasks/{task}/drafts", {"result": first, "lead_time": 4.0})
    number = -int(draft["id"])
    done = bench.pull()
    assert (done.drafts, done.new_drafts, done.new, done.fetched) == (1, 1, 0, 1)
    (entry,) = bench.entries()
    assert (entry.status, entry.annotation_id, entry.lead_time) == ("draft", number, 4.0)
    assert "@" in entry.annotator
    assert len(entry.annotation(bench.ontology).spans) == 1
    done = bench.pull()
    assert (done.drafts, done.new_drafts, done.anything) == (1, 0, False)

    # A changed draft moves no clock of the task.
    post(bench, f"api/drafts/{draft['id']}/", {"result": results(bench, whole)}, "PATCH")
    assert bench.pull().new_drafts == 1
    assert len(bench.entries()[0].annotation(bench.ontology).spans) == len(whole.spans)

    said = {"result": results(bench, whole), "draft_id": draft["id"], "lead_time": 9.0}
    submitted = post(bench, f"api/tasks/{task}/annotations/", said)
    done = bench.pull()
    assert (done.drafts, done.gone_drafts, done.new, done.deleted) == (0, 1, 1, 0)
    assert statuses(bench, number) == ["draft", "draft", "deleted"]
    assert statuses(bench, int(submitted["id"])) == ["submitted"]
    assert bench.pull().fetched == 0


def test_a_draft_that_is_thrown_away_ends(bench: Bench) -> None:
    made = article(1)
    bench.push([made])
    task = bench.tasks()[made.doc_id]
    draft = post(bench, f"api/tasks/{task}/drafts", {"result": [], "lead_time": 1.0})
    bench.pull()
    bench.client._request("DELETE", f"api/drafts/{draft['id']}/", b"")
    assert bench.pull().gone_drafts == 1
    assert statuses(bench, -int(draft["id"])) == ["draft", "deleted"]
    assert bench.pull().fetched == 0


def test_a_change_of_submitted_work_that_is_not_saved_is_a_draft_beside_it(bench: Bench) -> None:
    made = article(1)
    bench.push([made])
    number = bench.submit(made, predicted(made, bench.ontology))
    task = bench.tasks()[made.doc_id]
    post(bench, f"api/tasks/{task}/annotations/{number}/drafts", {"result": [], "lead_time": 1.0})
    done = bench.pull()
    assert (done.new, done.new_drafts) == (1, 1)
    (work,) = joined(bench.entries())
    assert work.entries[0].annotation_id == number, "a draft is no finished work"


def test_a_deleted_task_leaves_tombstones_and_is_not_asked_for_again(bench: Bench) -> None:
    articles = [article(n) for n in range(3)]
    bench.push(articles)
    numbers = [bench.submit(made, predicted(made, bench.ontology)) for made in articles]
    bench.pull()
    lost = bench.tasks()[articles[1].doc_id]
    bench.client._sdk.tasks.delete(str(lost))
    done = bench.pull()
    assert (done.gone, done.deleted, done.fetched) == (1, 1, 0)
    assert statuses(bench, numbers[1]) == ["submitted", "deleted"]
    tombstone = history.current(bench.folder)[EntryKey(KEY, bench.project_id, numbers[1])]
    assert (tombstone.doc_id, tombstone.task_id) == (articles[1].doc_id, lost)
    assert [t.task_id for t in bench.ledger.tasks(KEY, bench.project_id, gone=True)] == [lost]
    done = bench.pull()
    assert (done.gone, done.deleted, done.tasks) == (0, 0, 2)


def test_a_pull_that_dies_half_way_loses_nothing_and_doubles_nothing(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    articles = [article(n) for n in range(3)]
    bench.push(articles)
    for made in articles:
        bench.submit(made, predicted(made, bench.ontology))
    export, calls = bench.client.export, []

    def dies(project_id: int, task_ids: list[int]) -> bytes:
        calls.append(task_ids)
        if len(calls) > 1:
            raise ServerDown("the server is gone")
        return export(project_id, task_ids)

    with monkeypatch.context() as patch:
        patch.setattr(fetching.fetch, "__defaults__", (1,))
        patch.setattr(bench.client, "export", dies)
        with pytest.raises(ServerDown):
            bench.pull()
    assert len(calls) in (2, 3)  # two are asked for at once
    assert not list(bench.folder.glob("*.parquet"))

    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:  # the history is written, and nobody has noted it
        patch.setattr(sync, "finish", stop)
        with pytest.raises(KeyboardInterrupt):
            bench.pull()
    done = bench.pull()
    assert (done.fetched, done.new, done.unchanged) == (3, 0, 3)
    assert len(list(history.read(bench.folder))) == 3


def test_a_lost_history_is_fetched_again(bench: Bench) -> None:
    made = article(1)
    bench.push([made])
    bench.submit(made, predicted(made, bench.ontology))
    bench.pull()
    for path in bench.folder.glob("*.parquet"):
        path.unlink()
    assert bench.pull().new == 1


def test_where_most_changed_all_is_fetched_without_asking_which(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.push([article(0)])
    bench.pull()
    articles = [article(n) for n in range(4)]
    bench.push(articles)
    bench.submit(articles[0], predicted(articles[0], bench.ontology))
    answers: list[Changed] = []
    changed = bench.client.changed_since

    def seen(project_id: int, since: str, most: int) -> Changed:
        answers.append(changed(project_id, since, most))
        return answers[-1]

    monkeypatch.setattr(bench.client, "changed_since", seen)
    monkeypatch.setattr(sync, "LEAST", 0)
    done = bench.pull()
    assert (done.fetched, done.new) == (4, 1)
    assert answers == [Changed(4, {})]
    # What was fetched a moment ago is no reason to fetch everything again.
    assert bench.pull().fetched == 0


def test_all_projects_of_a_campaign_are_pulled_and_the_work_of_others_is_flagged(
    bench: Bench,
) -> None:
    made = article(1)
    bench.push([made])
    other = replace(bench, target=replace(bench.target, title=f"{bench.target.title[:40]} blind"))
    other.push([made])
    for place in (bench, other):
        place.submit(made, predicted(made, bench.ontology))
    owned = KnownProject(
        KEY, other.project_id, other.target.title, bench.target.title, owner="anna@example.org"
    )
    remember(bench.ledger, owned)
    projects = projects_of(bench.ledger, KEY, bench.target.title)
    assert [project.owner for project in projects] == [None, "anna@example.org"]
    done = pull(
        projects,
        client=bench.client,
        ledger=bench.ledger,
        folder=bench.folder,
        ontology=bench.ontology,
    )
    assert (done.tasks, done.new, done.not_owner) == (2, 2, 1)
    assert {e.owner: e.is_foreign for e in bench.entries()} == {
        None: False,
        "anna@example.org": True,
    }
    assert len(list(bench.folder.glob("*.parquet"))) == 1, "one file a pull"


def test_parts_come_back_with_the_offsets_of_the_article(bench: Bench) -> None:
    sentence = "أعلن الوزير في دمشق أن القوات دخلت حلب ."
    made = article(1, f"{SENTENCE}\n{sentence}")
    narrow = replace(bench, target=replace(bench.target, max_words=12))
    narrow.push([made], blank=True)
    tasks = bench.ledger.tasks(KEY, bench.project_id)
    assert len(tasks) > 1
    spans = [
        span(made.text, "سرت", "GPE", bench.ontology, "a"),
        span(made.text, "دمشق", "GPE", bench.ontology, "b"),
        span(made.text, "حلب", "GPE", bench.ontology, "c"),
    ]
    said = annotate(made, bench.ontology, spans)
    for task in tasks:
        part = to_results(said, bench.ontology, task.part)
        bench.client.create_annotation(task.task_id, part, bench.user_id)
    done = bench.pull()
    assert (done.new, done.quarantined) == (len(tasks), [])
    for entry in bench.entries():
        assert made.text[entry.start : entry.end]
        assert (entry.parts, entry.text_sha256) == (len(tasks), made.text_sha256)
        for found in entry.annotation(bench.ontology).spans:
            assert entry.start <= found.start < found.end <= entry.end
    (work,) = joined(bench.entries())
    assert work.is_complete
    pulled = work.annotation(bench.ontology)
    assert [s.key for s in pulled.spans] == [s.key for s in said.spans]


def test_the_state_of_any_pull_can_be_rebuilt(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = article(1)
    bench.push([made])
    number = bench.submit(made, predicted(made, bench.ontology))
    states: dict[str, dict[Any, Any]] = {}
    for day in ("2026-01-01", "2026-01-02", "2026-01-03"):
        monkeypatch.setattr("annotate.labeling.pull._now", lambda day=day: f"{day}T12:00:00+00:00")
        bench.pull()
        states[day] = history.current(bench.folder)
        if day == "2026-01-01":
            bench.client._sdk.annotations.update(number, was_cancelled=True)
        elif day == "2026-01-02":
            bench.client._sdk.annotations.delete(number)
    seen = [next(iter(state.values())).status for state in states.values()]
    assert seen == ["submitted", "skipped", "deleted"]
    for day, state in states.items():
        assert history.current(bench.folder, until=f"{day}T13:00:00") == state
    assert history.current(bench.folder, until="2025-12-31") == {}


def test_the_folder_may_be_missing(tmp_path: Path) -> None:
    assert history.newest(tmp_path / "none") == 0
