"""A new version of the heuristics beside the old one, while people work."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from typing import Any

import pytest

from annotate.corpus.article import Article
from annotate.labeling.push import push
from annotate.labeling.pushed import Pushed
from annotate.labeling.sampling import Plan, placement
from annotate.labeling.sending import Waiting
from annotate.labeling.wire import to_results
from annotate.spans import Annotation
from tests.conftest import Live
from tests.labeling.bench import KEY, Bench
from tests.labeling.builders import annotate, article, predicted
from tests.labeling.test_push_plan import with_plan

pytestmark = pytest.mark.server


def push_as(
    bench: Bench,
    version: str,
    articles: list[Article],
    *,
    size: int = 250,
    less: bool = False,
    dry_run: bool = False,
) -> Pushed:
    def preannotate(made: Article) -> Annotation:
        whole = predicted(made, bench.ontology)
        return annotate(made, bench.ontology, whole.spans[:1]) if less else whole

    return push(
        articles,
        preannotate,
        version,
        target=bench.target,
        client=bench.client,
        ledger=bench.ledger,
        ontology=bench.ontology,
        size=size,
        dry_run=dry_run,
        waiting=Waiting(settle=1.0),
    )


def versions(bench: Bench) -> dict[int, list[str]]:
    return {
        task.task_id: [name for name, _ in bench.client.predictions(task.task_id)]
        for task in bench.ledger.tasks(KEY, bench.project_id)
    }


def test_open_tasks_get_the_new_version_and_the_project_shows_it(bench: Bench) -> None:
    articles = [article(n) for n in range(4)]
    push_as(bench, "h-1", articles)
    finished = bench.tasks()[articles[0].doc_id]
    for name in ("one", "two"):
        user = bench.client.create_user(f"{name}-{bench.project_id}@example.org")
        results = to_results(predicted(articles[0], bench.ontology), bench.ontology)
        bench.client.create_annotation(finished, results, user)
    before = bench.client.export_tasks(bench.project_id, [finished])[0]["annotations"]
    said = push_as(bench, "h-2", [article(4)], less=True, dry_run=True)
    assert (said.upgraded, said.finished) == (3, 1)
    assert set(map(tuple, versions(bench).values())) == {("h-1",)}
    done = push_as(bench, "h-2", [article(4)], less=True)
    assert (done.created, done.upgraded, done.finished) == ((article(4).doc_id,), 3, 1)
    found = versions(bench)
    new = bench.tasks()[article(4).doc_id]
    assert found.pop(finished) == ["h-1"]
    assert found.pop(new) == ["h-2"]
    assert set(map(tuple, found.values())) == {("h-1", "h-2")}
    project = bench.client.project(bench.project_id)
    assert (project.model_version, project.shows_predictions) == ("h-2", True)
    assert bench.client.export_tasks(bench.project_id, [finished])[0]["annotations"] == before
    for task_id in found:
        for version, count in (("h-1", 6), ("h-2", 1)):
            kept = bench.ledger.prediction(KEY, bench.project_id, task_id, version, bench.ontology)
            assert kept is not None
            assert len(kept.spans) == count
    assert push_as(bench, "h-2", articles).upgraded == 0


def test_blank_tasks_stay_blank(bench: Bench) -> None:
    plan = Plan(test_share=0.5)
    there = with_plan(bench, plan)
    articles = [article(n) for n in range(6)]
    push_as(there, "h-1", articles)
    push_as(there, "h-2", articles)
    blank = {a.doc_id for a in articles if placement(plan, a.doc_id).blank}
    assert 0 < len(blank) < 6
    by_task = {task: doc_id for doc_id, task in there.tasks().items()}
    assert {by_task[task] for task, names in versions(there).items() if not names} == blank


def test_an_upgrade_that_died_goes_on(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    articles = [article(n) for n in range(5)]
    push_as(bench, "h-1", articles)
    calls = 0
    send = bench.client.import_predictions

    def dies(project_id: int, predictions: Sequence[Any]) -> None:
        nonlocal calls
        calls += 1
        send(project_id, predictions)
        if calls == 2:
            raise KeyboardInterrupt  # the second batch is there, and nobody has written it down

    with monkeypatch.context() as patch:
        patch.setattr(bench.client, "import_predictions", dies)
        with pytest.raises(KeyboardInterrupt):
            push_as(bench, "h-2", articles, size=2)
    assert bench.client.project(bench.project_id).model_version == "h-1"
    done = push_as(bench, "h-2", articles, size=2)
    assert done.upgraded == 1
    assert set(map(tuple, versions(bench).values())) == {("h-1", "h-2")}
    assert bench.client.project(bench.project_id).model_version == "h-2"
    have = bench.ledger.task_versions(KEY, bench.project_id)
    assert have["h-2"] == have["h-1"] == set(bench.tasks().values())


def test_nothing_that_is_submitted_meanwhile_is_lost_or_changed(bench: Bench, live: Live) -> None:
    articles = [article(n) for n in range(100)]
    push_as(bench, "h-1", articles)
    by_task = {bench.tasks()[made.doc_id]: made for made in articles}
    submitted: dict[int, str] = {}
    failed: list[BaseException] = []
    done = threading.Event()

    def work() -> None:
        try:
            with live.client() as client:
                for task_id, made in by_task.items():
                    results = to_results(predicted(made, bench.ontology), bench.ontology)
                    number = client.create_annotation(task_id, results, bench.user_id)
                    submitted[number] = json.dumps(results, sort_keys=True)
                    if done.is_set():
                        return
        except BaseException as problem:
            failed.append(problem)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        upgraded = push_as(bench, "h-2", articles, size=10).upgraded
    finally:
        done.set()
        thread.join()
    assert not failed
    assert upgraded == 100  # each is for two annotators, and so still open
    assert len(submitted) > 1
    found = {
        made["id"]: json.dumps(made["result"], sort_keys=True)
        for task in bench.client.export_tasks(bench.project_id, list(by_task))
        for made in task["annotations"]
    }
    assert found == submitted
    assert set(map(tuple, versions(bench).values())) == {("h-1", "h-2")}
