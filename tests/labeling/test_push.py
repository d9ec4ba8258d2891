"""Push against the real server: nothing twice, nothing lost, nothing sent that does not hold."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from annotate.errors import ServerError, SpanError
from annotate.labeling import campaigns
from annotate.labeling.ledger import Ledger
from annotate.labeling.push import push
from annotate.labeling.pushed import Older
from tests.labeling.bench import KEY, VERSION, Bench, replace_ledger
from tests.labeling.builders import article, predicted

pytestmark = pytest.mark.server


def test_push_makes_each_article_a_task_once(bench: Bench) -> None:
    articles = [article(n) for n in range(3)]
    first = bench.push(articles)
    assert sorted(first.created) == sorted(a.doc_id for a in articles)
    assert first.tasks == 3
    before = bench.tasks()
    second = bench.push([*articles, article(3)])
    assert second.created == (article(3).doc_id,)
    assert set(second.known) == set(first.created)
    assert bench.tasks().items() >= before.items()
    project = bench.client.project(bench.project_id)
    assert project.tasks == 4
    assert (project.model_version, project.shows_predictions) == (VERSION, True)
    assert project.overlap == 2


def test_the_server_shows_the_text_and_prediction_that_were_sent(bench: Bench) -> None:
    made = article(1, "هاجم الجيش 😀 مدينة سرت يوم الثلاثاء وقال المتحدث إن القوات تتقدم .")
    bench.push([made])
    (task,) = bench.client.export_tasks(bench.project_id, list(bench.tasks().values()))
    assert task["data"]["text"] == made.text
    assert task["data"]["text_sha256"] == made.text_sha256
    assert len(task["predictions"]) == 1


def test_a_dry_run_changes_nothing(bench: Bench) -> None:
    done = bench.push([article(1)], dry_run=True)
    assert (done.project_id, done.created) == (None, (article(1).doc_id,))
    assert bench.client.find_project(bench.target.title) is None
    bench.push([article(1)])
    assert bench.push([article(2)], dry_run=True).created == (article(2).doc_id,)
    assert bench.client.project(bench.project_id).tasks == 1
    assert bench.ledger.article(article(2).doc_id) is None


def test_a_lost_ledger_is_made_again_from_the_server(bench: Bench, tmp_path: Path) -> None:
    articles = [article(n) for n in range(4)]
    bench.push(articles[:3])
    before = bench.tasks()
    with Ledger(tmp_path / "new.sqlite") as empty:
        again = replace_ledger(bench, empty)
        done = again.push(articles)
        assert set(done.recovered) == set(before)
        assert done.created == (articles[3].doc_id,)
        assert again.tasks().items() >= before.items()
    assert bench.client.project(bench.project_id).tasks == 4


def test_a_push_that_died_after_sending_doubles_nothing(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    articles = [article(n) for n in range(3)]
    bench.push(articles[:1])

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(bench.ledger, "confirm", die)
        with pytest.raises(KeyboardInterrupt):
            bench.push(articles)
    assert bench.client.project(bench.project_id).tasks == 3
    done = bench.push(articles)
    assert done.created == ()
    assert set(done.recovered) == {a.doc_id for a in articles[1:]}
    assert bench.client.project(bench.project_id).tasks == len(bench.tasks()) == 3


def test_a_changed_text_becomes_a_new_task_and_the_old_one_stays(bench: Bench) -> None:
    made = article(1)
    bench.push([made])
    (old,) = bench.tasks().values()
    bench.submit(made, predicted(made, bench.ontology))
    changed = replace(made, text=f"{made.text}\nسطر جديد")
    older = (Older(made.doc_id, bench.project_id, old, 1),)
    said = bench.push([changed], dry_run=True)
    assert (said.created, said.older) == ((made.doc_id,), older)
    done = bench.push([changed])
    assert (done.created, done.older) == ((made.doc_id,), older)
    again = bench.push([changed])
    assert (again.created, again.older, again.known) == ((), (), (made.doc_id,))
    assert bench.ledger.article(made.doc_id, made.text_sha256) == made
    assert bench.ledger.article(made.doc_id) == changed
    tasks = {
        task["data"]["text_sha256"]: task
        for task in bench.client.export_tasks(
            bench.project_id, [t.task_id for t in bench.ledger.tasks(KEY, bench.project_id)]
        )
    }
    assert set(tasks) == {made.text_sha256, changed.text_sha256}
    assert tasks[made.text_sha256]["data"]["text"] == made.text
    assert len(tasks[made.text_sha256]["annotations"]) == 1
    assert tasks[changed.text_sha256]["annotations"] == []
    # The text of old is known, too: nothing is sent when it comes back.
    assert bench.push([made]).created == ()


def test_a_prediction_that_does_not_hold_is_never_sent(bench: Bench) -> None:
    bench.push([article(1)])
    good = predicted(article(2), bench.ontology)
    bad = replace(good, spans=(replace(good.spans[0], end=good.spans[0].end + 1), *good.spans[1:]))
    with pytest.raises(SpanError, match=r"does not hold: article \w+: span E1"):
        push(
            [article(2)],
            lambda _: bad,
            VERSION,
            target=bench.target,
            client=bench.client,
            ledger=bench.ledger,
            ontology=bench.ontology,
        )
    assert bench.client.project(bench.project_id).tasks == 1
    assert bench.ledger.article(article(2).doc_id) is None


def test_blank_tasks_carry_no_prediction(bench: Bench) -> None:
    bench.push([article(1)], blank=True)
    (task,) = bench.client.export_tasks(bench.project_id, list(bench.tasks().values()))
    assert task["predictions"] == []


def test_an_older_text_comes_back_from_the_server_where_the_ledger_is_lost(
    bench: Bench, tmp_path: Path
) -> None:
    made = article(1)
    bench.push([made])
    changed = replace(made, text=f"{made.text} زيادة")
    with Ledger(tmp_path / "new.sqlite") as empty:
        again = replace_ledger(bench, empty)
        done = again.push([changed])
        assert (done.created, done.recovered) == ((made.doc_id,), (made.doc_id,))
        assert len(done.older) == 1
        found = empty.article(made.doc_id, made.text_sha256)
        assert found is not None
        assert found.text == made.text


def test_another_text_on_the_server_is_not_taken_for_ours(bench: Bench, tmp_path: Path) -> None:
    made = article(1)
    bench.push([made])
    (task_id,) = bench.tasks().values()
    data = {"doc_id": made.doc_id, "text": "شيء آخر", "text_sha256": made.text_sha256, "about": ""}
    bench.client._sdk.tasks.update(str(task_id), data=data)
    with Ledger(tmp_path / "new.sqlite") as empty, pytest.raises(ServerError, match="another text"):
        replace_ledger(bench, empty).push([replace(made, text=f"{made.text} زيادة")])


def test_a_recovered_task_brings_its_pre_annotation_back(bench: Bench, tmp_path: Path) -> None:
    made = article(1)
    bench.push([made])
    task_id = bench.tasks()[made.doc_id]
    shown = predicted(made, bench.ontology)
    with Ledger(tmp_path / "new.sqlite") as empty:
        replace_ledger(bench, empty).push([made])
        found = empty.prediction(KEY, bench.project_id, task_id, VERSION, bench.ontology)
    assert found is not None
    assert [s.key for s in found.spans] == [s.key for s in shown.spans]
    assert found.relations == shown.relations


def test_a_task_deleted_on_the_server_is_sent_again_and_said(bench: Bench) -> None:
    articles = [article(1), article(2)]
    bench.push(articles)
    bench.submit(articles[0], predicted(articles[0], bench.ontology))
    bench.pull()
    bench.client._sdk.tasks.delete(str(bench.tasks()[articles[0].doc_id]))
    done = bench.push(articles)
    assert (done.gone, done.created) == (1, (articles[0].doc_id,))
    assert bench.client.project(bench.project_id).tasks == 2
    assert bench.pull().deleted == 1
    assert [e.status for e in bench.entries()] == ["deleted"]


def test_projects_do_not_share_what_they_showed(bench: Bench) -> None:
    made = article(1)
    bench.push([made])
    other = replace(bench, target=replace(bench.target, title=f"{bench.target.title[:40]} 2"))
    done = other.push([made], blank=True)
    assert done.created == (made.doc_id,)
    other.push([made], blank=True)
    other.submit(made, predicted(made, bench.ontology))
    other.pull()
    (entry,) = other.entries()
    assert entry.prelabel_version is None
    assert entry.deleted_spans == "[]"


def test_a_project_that_is_not_ours_is_left_alone(bench: Bench) -> None:
    config = "<View><Text name='t' value='$body'/></View>"
    project_id = bench.client.create_project(bench.target.title, config, "")
    with pytest.raises(ServerError, match="was not made by annotate"):
        bench.push([article(1)])
    project = bench.client.project(project_id)
    assert (project.overlap, project.interface, project.tasks) == (1, config, 0)
    assert campaigns.project_id(bench.ledger, KEY, bench.target.title) is None
