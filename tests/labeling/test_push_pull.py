"""Push and pull against the real server: nothing twice, nothing lost, nothing guessed."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from annotate.corpus.article import Article
from annotate.errors import OntologyError, ServerError, SpanError
from annotate.labeling import campaigns, history
from annotate.labeling.client import Client
from annotate.labeling.entry import Entry
from annotate.labeling.ledger import Ledger, Staged
from annotate.labeling.load import Loaded, load_annotations
from annotate.labeling.parts import whole
from annotate.labeling.projects import Target
from annotate.labeling.pull import Pulled, pull
from annotate.labeling.push import Pushed, push
from annotate.labeling.wire import to_results
from annotate.ontology import Ontology
from annotate.spans import Annotation, Relation
from tests.conftest import Live
from tests.labeling.builders import annotate, article, predicted, span

pytestmark = pytest.mark.server
VERSION = "test-1"
KEY = "live"


@dataclass
class Bench:
    """A project of its own on the session's server, with its own ledger and history."""

    client: Client
    ledger: Ledger
    folder: Path
    target: Target
    ontology: Ontology
    user_id: int

    def push(
        self, articles: list[Article], *, blank: bool = False, dry_run: bool = False
    ) -> Pushed:
        return push(
            articles,
            None if blank else lambda made: predicted(made, self.ontology),
            VERSION,
            target=self.target,
            client=self.client,
            ledger=self.ledger,
            ontology=self.ontology,
            dry_run=dry_run,
        )

    def pull(self, *, dry_run: bool = False) -> Pulled:
        return pull(
            KEY,
            self.project_id,
            client=self.client,
            ledger=self.ledger,
            folder=self.folder,
            ontology=self.ontology,
            dry_run=dry_run,
        )

    @property
    def project_id(self) -> int:
        project_id = campaigns.project_id(self.ledger, KEY, self.target.title)
        assert project_id is not None
        return project_id

    def tasks(self) -> dict[str, int]:
        return {task.doc_id: task.task_id for task in self.ledger.tasks(KEY, self.project_id)}

    def submit(self, made: Article, annotation: Annotation) -> int:
        results = to_results(annotation, self.ontology)
        return self.client.create_annotation(self.tasks()[made.doc_id], results, self.user_id)

    def entries(self) -> list[Entry]:
        return list(history.current(self.folder).values())


@pytest.fixture
def bench(
    live: Live, client: Client, tmp_path: Path, ontology: Ontology, request: pytest.FixtureRequest
) -> Iterator[Bench]:
    title = request.node.name[:50]
    user_id = next(i for i, email in client.users().items() if email == live.login.email)
    with Ledger(tmp_path / "ledger.sqlite") as ledger:
        yield Bench(client, ledger, tmp_path / "history", Target(KEY, title, 2), ontology, user_id)


def test_push_makes_each_article_a_task_once(bench: Bench) -> None:
    articles = [article(n) for n in range(3)]
    first = bench.push(articles)
    assert first.created == tuple(a.doc_id for a in articles)
    before = bench.tasks()
    second = bench.push([*articles, article(3)])
    assert second.created == (article(3).doc_id,)
    assert second.known == first.created
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


def replace_ledger(bench: Bench, ledger: Ledger) -> Bench:
    return replace(bench, ledger=ledger)


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


def test_a_changed_text_is_reported_and_the_pushed_one_stays(bench: Bench) -> None:
    made = article(1)
    bench.push([made])
    changed = replace(made, text=f"{made.text}\nسطر جديد")
    done = bench.push([changed])
    assert (done.created, done.changed) == ((), (made.doc_id,))
    assert bench.ledger.article(made.doc_id) == made
    (task,) = bench.client.export_tasks(bench.project_id, list(bench.tasks().values()))
    assert task["data"]["text"] == made.text


def test_a_prediction_that_does_not_hold_is_never_sent(bench: Bench) -> None:
    bench.push([article(1)])
    good = predicted(article(2), bench.ontology)
    bad = replace(good, spans=(replace(good.spans[0], end=good.spans[0].end + 1), *good.spans[1:]))
    with pytest.raises(SpanError, match="does not hold: span E1"):
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


def test_another_version_of_the_heuristics_is_said_and_breaks_nothing(bench: Bench) -> None:
    def push_as(version: str, articles: list[Article]) -> Pushed:
        return push(
            articles,
            lambda made: predicted(made, bench.ontology),
            version,
            target=bench.target,
            client=bench.client,
            ledger=bench.ledger,
            ontology=bench.ontology,
        )

    push_as("h-1", [article(1)])
    again = push_as("h-2", [article(1)])
    assert (again.created, again.hidden) == ((), 0)
    assert bench.client.project(bench.project_id).model_version == "h-1"
    more = push_as("h-2", [article(1), article(2)])
    assert (more.created, more.hidden) == ((article(2).doc_id,), 1)
    assert bench.client.project(bench.project_id).model_version == "h-2"


def test_blank_tasks_carry_no_prediction(bench: Bench) -> None:
    bench.push([article(1)], blank=True)
    (task,) = bench.client.export_tasks(bench.project_id, list(bench.tasks().values()))
    assert task["predictions"] == []


def test_another_text_on_the_server_is_not_taken_for_ours(bench: Bench, tmp_path: Path) -> None:
    made = article(1)
    bench.push([made])
    with Ledger(tmp_path / "new.sqlite") as empty, pytest.raises(ServerError, match="another text"):
        replace_ledger(bench, empty).push([replace(made, text=f"{made.text} زيادة")])


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
    assert (done.tasks, done.new, done.quarantined) == (2, 1, ())
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
    assert (done.new, done.changed, done.deleted, done.unchanged) == (0, 0, 0, 1)
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
    assert (done.deleted, done.unchanged) == (1, 1)
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
    assert done.quarantined[0][1].item == "E1"
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
    assert "another text" in done.quarantined[0][1].reason
    (entry,) = bench.entries()
    assert entry.annotation(bench.ontology).spans == ()
    assert not entry.is_sound
    assert "هاجم" in entry.raw


def test_loading_is_done_once_even_if_somebody_deleted_it_since(bench: Bench) -> None:
    articles = [article(1), article(2)]
    bench.push(articles)
    annotations = [predicted(a, bench.ontology) for a in articles]
    email = "pass-x@simulated.invalid"

    def load() -> Loaded:
        return load_annotations(
            annotations,
            email,
            server=KEY,
            project_id=bench.project_id,
            client=bench.client,
            ledger=bench.ledger,
            ontology=bench.ontology,
        )

    assert load() == Loaded(added=2)
    assert load() == Loaded(known=2)
    bench.pull()
    assert {e.annotator_name for e in bench.entries()} == {"pass-x (simulated)"}
    bench.client._sdk.annotations.delete(bench.entries()[0].annotation_id)
    assert load() == Loaded(known=2)
    assert bench.pull().deleted == 1


def test_loading_asks_the_server_where_the_ledger_does_not_know(
    bench: Bench, tmp_path: Path
) -> None:
    made = article(1)
    bench.push([made])
    email = "pass-y@simulated.invalid"
    for path, expected in (("a.sqlite", Loaded(added=1)), ("b.sqlite", Loaded(known=1))):
        with Ledger(tmp_path / path) as ledger:
            staged = Staged(made, whole(made.text))
            ledger.stage(KEY, bench.project_id, [staged])
            ledger.confirm(KEY, bench.project_id, [(bench.tasks()[made.doc_id], staged.key)])
            done = load_annotations(
                [predicted(made, bench.ontology)],
                email,
                server=KEY,
                project_id=bench.project_id,
                client=bench.client,
                ledger=ledger,
                ontology=bench.ontology,
            )
        assert done == expected


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


def test_labels_may_be_added_to_a_project_and_not_taken_away(bench: Bench) -> None:
    bench.push([article(1)])
    whole = bench.ontology
    less = replace(bench, ontology=whole.model_copy(update={"entities": whole.entities[:-1]}))
    with pytest.raises(OntologyError, match="entity CAMPAIGN"):
        less.push([article(2)])
    extra = whole.entities[0].model_copy(update={"code": "NEW", "hotkey": None})
    more = replace(bench, ontology=whole.model_copy(update={"entities": (*whole.entities, extra)}))
    more.push([article(2)])
    assert "NEW" in bench.client.project(bench.project_id).interface


def test_two_processes_never_write_one_file_of_the_history(bench: Bench) -> None:
    made = article(1)
    bench.push([made])
    bench.submit(made, predicted(made, bench.ontology))
    bench.pull()
    (entry,) = bench.entries()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: history.append(bench.folder, [entry]), range(20)))
    assert len(list(history.read(bench.folder))) == 21
