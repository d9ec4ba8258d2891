"""status: what a lead reads, from a real ledger and a real history, without a server."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from annotate.corpus.article import Article
from annotate.labeling import history
from annotate.labeling.campaigns import projects_of
from annotate.labeling.client import Client
from annotate.labeling.entry import Entry
from annotate.labeling.ledger import Ledger
from annotate.labeling.wire import to_results
from annotate.ontology import load_ontology
from annotate.settings import load_settings
from annotate.spans import Annotation
from tests.cli.conftest import Run
from tests.conftest import Live
from tests.labeling.builders import article, predicted, span
from tests.labeling.campaign import ANNA, OMAR, ROBOT, SALMA, SERVER, TITLE, Campaign
from tests.support import write_lines

ONTOLOGY = load_ontology()
Pulled = Callable[..., None]


@pytest.fixture
def here(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder whose project is on a server that nobody answers at."""
    monkeypatch.setenv("LABEL_STUDIO_URL", SERVER)
    monkeypatch.setenv("COLUMNS", "100")
    (folder / "annotate.toml").write_text(
        f'[project]\ntitle = "{TITLE}"\nannotators = ["{ANNA}", "{OMAR}"]\n', encoding="utf-8"
    )
    return folder


@contextmanager
def campaign() -> Iterator[tuple[Campaign, Pulled]]:
    """A campaign in the settings' ledger, and what appends a pull to its history."""
    settings = load_settings()

    def pulled(*entries: Entry) -> None:
        history.append(settings.workspace.history, entries)

    with Ledger(settings.workspace.ledger) as ledger:
        yield Campaign(ledger, ONTOLOGY), pulled


def show(run: Run, *arguments: str) -> dict[str, Any]:
    ran = run("status", "--json", "--names", *arguments)
    assert ran.code == 0, ran.err
    found: dict[str, Any] = json.loads(ran.out)
    return found


def pushed(made: Campaign, count: int, **about: Any) -> list[int]:
    project = made.projects[0] if made.projects else made.project()
    articles = [article(number) for number in range(count)]
    return [made.push(project, a, prediction=predicted(a, ONTOLOGY), **about)[0] for a in articles]


def test_progress_as_json_and_as_a_table(run: Run, here: Path) -> None:
    with campaign() as (made, pulled):
        first, second, third = pushed(made, 3, overlap=2)
        pulled(
            made.done(first, ANNA, seconds=605),
            made.done(second, ANNA, status="skipped"),
            made.done(third, ANNA, status="draft"),
            made.done(first, ROBOT, seconds=None),
        )
    found = show(run)
    assert (found["tasks"], found["tasks_done"], found["planned"], found["made"]) == (3, 1, 6, 2)
    assert (found["articles"], found["complete"], found["at"]) == (3, 1, None)
    assert found["splits"]["train"]["complete"] == 1
    rows = {row["annotator"]: row for row in found["annotators"]}
    assert list(rows) == [ANNA, OMAR, ROBOT]
    expected = {"submitted": 1, "skipped": 1, "drafts": 1, "left": 1, "simulated": False}
    assert rows[ANNA].items() >= expected.items()
    assert rows[ANNA]["seconds_per_task"] == 605.0
    assert rows[ANNA]["edits"]["per_task"] == 0.0
    assert rows[OMAR].items() >= {"submitted": 0, "left": 2, "last_activity": None}.items()
    assert rows[ROBOT].items() >= {"submitted": 1, "left": None, "simulated": True}.items()
    ran = run("status")
    lines = ran.out.splitlines()
    assert lines[0] == f"{TITLE}: 1 of 3 tasks done by people"
    assert lines[1] == "2 of 6 planned annotations; 1 of 3 articles complete"
    assert any(line.split()[:6] == [ANNA, "1", "1", "1", "1", "0"] for line in lines)
    assert any("10:05" in line for line in lines)
    assert any(line.split()[:2] == ["pass-a", "(simulated)"] for line in lines)
    assert max(len(line) for line in lines) <= 100


def test_any_past_day(run: Run, here: Path) -> None:
    with campaign() as (made, pulled):
        first, second = pushed(made, 2)
        early = made.done(first, ANNA, pulled_at="2026-01-10T13:00:00+00:00")
        pulled(early)
        pulled(
            made.done(second, ANNA, pulled_at="2026-01-11T09:00:00+00:00"),
            replace(early, status="deleted", pulled_at="2026-01-11T09:00:00+00:00"),
        )

    def done(*arguments: str) -> list[int]:
        found = show(run, *arguments)
        return [found["tasks_done"], *(row["submitted"] for row in found["annotators"][:1])]

    assert done() == [1, 1]
    assert done("--at", "2026-01-09") == [0, 0]
    assert done("--at", "2026-01-10") == [1, 1]  # that day's end
    assert done("--at", "2026-01-10T12:59:59") == [0, 0]
    assert done("--at", "2026-01-10T14:59:59+02:00") == [0, 0]
    assert done("--at", "2026-01-10T15:00:00+02:00") == [1, 1]
    assert show(run, "--at", "2026-01-10")["at"] == "2026-01-10T23:59:59+00:00"
    assert "(as pulled by 2026-01-10T23:59:59+00:00)" in run("status", "--at", "2026-01-10").out


def test_no_time_is_wrong_usage(run: Run, here: Path) -> None:
    ran = run("status", "--at", "yesterday")
    assert ran.code == 2
    assert "write it as 2026-01-31" in ran.err


def test_only_one_annotator(run: Run, here: Path) -> None:
    with campaign() as (made, pulled):
        (task,) = pushed(made, 1, overlap=2)
        pulled(made.done(task, ANNA), made.done(task, OMAR))
    found = show(run, "--annotator", OMAR)
    assert [row["annotator"] for row in found["annotators"]] == [OMAR]
    assert found["made"] == 2  # the campaign's figures stay


def test_projects_of_their_own_and_work_by_another(run: Run, here: Path) -> None:
    with campaign() as (made, pulled):
        tasks = {}
        for who in (ANNA, OMAR):
            project = made.project(f"{TITLE} - {who.partition('@')[0]}", owner=who)
            (tasks[who],) = made.push(project, article(1), overlap=2)
        qualification = made.project(f"{TITLE} (qualification)", kind="qualification")
        (trial,) = made.push(qualification, article(2))
        pulled(
            made.done(tasks[ANNA], ANNA),
            made.done(tasks[OMAR], ANNA),
            made.done(trial, SALMA),
        )
    found = show(run)
    assert [(row["annotator"], row["owner"], row["not_owner"]) for row in found["annotators"]] == [
        (ANNA, ANNA, 0),
        (ANNA, OMAR, 1),
        (OMAR, OMAR, 0),
    ]
    out = run("status").out
    assert f"not the owner: {ANNA}, {TITLE} - omar: 1 tasks of {OMAR}" in out
    assert SALMA not in out
    assert any(line.split()[:2] == [OMAR, "omar"] for line in out.splitlines())


def test_pauses_and_quarantine_are_said(run: Run, here: Path) -> None:
    with campaign() as (made, pulled):
        first, second = pushed(made, 2)
        pulled(
            made.done(first, ANNA, seconds=90_000),
            made.done(second, ANNA, quarantined='[["T1", "offsets"]]'),
        )
    out = run("status").out
    assert "time: pauses were taken off 1 of 2 tasks" in out
    assert f"quarantined: {ANNA}, {TITLE}: 1 (see: annotate pull --json)" in out


# Forecast


def two_readings(made: Campaign, count: int, *, blank: bool = True) -> list[Entry]:
    """Articles that two people annotated, one of them a bit differently each time."""
    project = made.projects[0] if made.projects else made.project()
    entries = []
    first = len(made.tasks)
    for number in range(first, first + count):
        text = article(number)
        gold = predicted(text, ONTOLOGY)
        shown = None if blank else gold
        (task,) = made.push(project, text, prediction=shown, overlap=2)
        left = tuple(s for s in gold.spans if s.id != ("T3", "T2", "E3")[number % 3])
        other = replace(gold, spans=left, relations=())
        at = (datetime.now(UTC) - timedelta(days=2)).isoformat()
        entries += [
            made.done(task, ANNA, gold, seconds=120, at=at),
            made.done(task, OMAR, other, seconds=240, at=at),
        ]
    return entries


def test_the_forecast_in_json(run: Run, here: Path) -> None:
    with campaign() as (made, pulled):
        pulled(*two_readings(made, 24))
        made.push(made.projects[0], article(99), overlap=2)
    found = show(run, "--forecast")["forecast"]
    words = len(article(1).text.split())
    assert (found["annotations_left"], found["words_left"]) == (2, 2 * words)
    assert found["hours"]["value"] == pytest.approx((120 + 240) / 3600, abs=1e-4)
    assert found["days"] == pytest.approx(2 / (48 / 2), rel=0.01)
    by_measure = {(item["measure"], item["blank"]): item for item in found["agreement"]}
    assert set(by_measure) == {(m, b) for m in ("entities", "triggers") for b in (True, False)}
    entities = by_measure["entities", True]
    # Of three articles two lack one entity of three: 8 + 8 + 8 spans a side, less 16 of 72.
    assert entities["articles"] == 24
    assert entities["f1"] == pytest.approx(2 * 56 / (72 + 56), abs=1e-4)
    assert entities["articles_needed"] >= 20
    assert entities["articles_missing"] == max(0, entities["articles_needed"] - 24)
    assert entities["articles_coming"] == 1
    assert "reason" not in entities


def test_below_twenty_articles_agreement_says_why_not(run: Run, here: Path) -> None:
    with campaign() as (made, pulled):
        pulled(*two_readings(made, 15), *two_readings(made, 10, blank=False))
        for task in list(made.tasks)[:3]:  # one story, told three times
            made.ledger.database.execute(
                "INSERT INTO groups VALUES (?, 'story', x'')", (made.tasks[task][1].doc_id,)
            )
        made.ledger.database.commit()
    found = show(run, "--forecast")["forecast"]["agreement"]
    for item in found:
        if item["blank"]:
            assert item["articles"] == 13
            assert item["half_width"] is item["articles_needed"] is None
            assert item["reason"] == "13 articles have several annotators; 20 are needed to say"
        else:
            assert item["articles"] == 23
            assert item["articles_needed"] is not None
    out = run("status", "--forecast").out
    assert "-: 13 articles have several annotators; 20 are needed to say" in out
    assert "hours of work: 0.0 (0.0 to 0.0)" in out


def test_without_any_time_the_forecast_says_so(run: Run, here: Path) -> None:
    with campaign() as (made, pulled):
        pushed(made, 2)
        pulled()
    found = show(run, "--forecast")["forecast"]
    assert found["hours"] is None
    assert found["hours_reason"] == "only 0 submitted tasks have a time; 5 are needed"
    assert found["days"] is None
    assert found["days_reason"] == "nothing was submitted in the last 14 days"
    out = run("status", "--forecast").out
    assert "hours: not known: only 0 submitted tasks have a time; 5 are needed" in out


def test_labels_that_one_could_not_choose_are_no_disagreement(run: Run, here: Path) -> None:
    with campaign() as (made, pulled):
        project = made.project()
        entries = []
        for number in range(20):
            text = article(number)
            (task,) = made.push(project, text, overlap=2)
            gold = predicted(text, ONTOLOGY)
            fewer = replace(
                gold, spans=tuple(s for s in gold.spans if s.label != "TIME"), relations=()
            )
            covered = json.dumps([c for c in ONTOLOGY.entity_codes if c != "TIME"])
            entries += [
                made.done(task, ANNA, gold),
                made.done(task, OMAR, fewer, labels_covered=covered),
            ]
        pulled(*entries)
    found = show(run, "--forecast")["forecast"]["agreement"]
    assert {item["f1"] for item in found if item["measure"] == "entities"} == {1.0}


# Consistency


def forgetful(made: Campaign) -> tuple[Article, Annotation, int]:
    text = article(1, "هاجم الجيش سرت .\nودخل الجيش بسرت .\nوالجيش هنا .")
    (task,) = made.push(made.project(), text, overlap=2)
    marked = predicted_one(text)
    return text, marked, task


def predicted_one(text: Article) -> Annotation:
    return Annotation(
        text.text_sha256,
        (
            span(text.text, "الجيش", "ARM", ONTOLOGY, "T1"),
            span(text.text, "سرت", "GPE", ONTOLOGY, "T2"),
        ),
        doc_id=text.doc_id,
    )


def test_the_list_has_links_and_whole_sentences(run: Run, here: Path) -> None:
    with campaign() as (made, pulled):
        text, marked, task = forgetful(made)
        pulled(made.done(task, ANNA, marked), made.done(task, OMAR, status="draft"))
    found = show(run, "--lint")
    assert found["counts"] == {"unmarked": 3, "label": 0, "no_role": 0}
    by_text = {item["text"]: item for item in found["findings"]}
    assert set(by_text) == {"الجيش", "بسرت", "والجيش"}
    for item in found["findings"]:
        assert text.text[item["start"] : item["end"]] == item["text"]
        assert item["url"] == f"{SERVER}/projects/1/data?task={task}"
    assert by_text["بسرت"]["sentence"] == "ودخل الجيش بسرت ."
    lines = run("status", "--lint").out.splitlines()
    assert "    ودخل الجيش بسرت ." in lines
    assert f"    {SERVER}/projects/1/data?task={task}" in lines
    assert "  GPE: marked 1× in this task, left 1×; anna@example.org" in lines


def test_the_list_of_one_annotator(run: Run, here: Path) -> None:
    with campaign() as (made, pulled):
        _, marked, task = forgetful(made)
        pulled(made.done(task, ANNA, marked), made.done(task, OMAR, marked))
    assert len(show(run, "--lint")["findings"]) == 6
    own = show(run, "--lint", "--annotator", OMAR)
    assert {item["annotator"] for item in own["findings"]} == {OMAR}
    assert own["counts"]["unmarked"] == 3


def test_what_could_not_be_read_is_left_out(run: Run, here: Path) -> None:
    with campaign() as (made, pulled):
        _, marked, task = forgetful(made)
        pulled(made.done(task, ANNA, marked, quarantined='[["", "another text"]]'))
    assert show(run, "--lint")["findings"] == []


def test_links_without_a_running_server(
    run: Run, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LABEL_STUDIO_URL")
    settings = load_settings()
    with Ledger(settings.workspace.ledger) as ledger:
        made = Campaign(ledger, ONTOLOGY, server="embedded")
        _, marked, task = forgetful(made)
        history.append(settings.workspace.history, [made.done(task, ANNA, marked)])
    assert show(run, "--lint")["findings"][0]["url"] == f"/projects/1/data?task={task}"
    assert "it is not running: annotate server start" in run("status", "--lint").err


# On the real server


@pytest.fixture
def served(folder: Path, live: Live, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with four articles, whose project is on the session's server."""
    monkeypatch.setenv("LABEL_STUDIO_URL", live.running.url)
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", live.login.token)
    write_lines(
        folder / "articles.jsonl",
        [{"text": article(number).text, "id": f"article {number}"} for number in range(4)],
    )
    return folder


def configure(folder: Path, title: str, *lines: str) -> None:
    text = "\n".join(
        [
            *('[corpus]\nsources = ["articles.jsonl"]', "[sampling]\noverlap = 2", "[project]"),
            *(f'title = "{title}"', f'annotators = ["{ANNA}", "{OMAR}"]', *lines),
        ]
    )
    (folder / "annotate.toml").write_text(text + "\n", encoding="utf-8")


def user_ids(client: Client) -> dict[str, int]:
    there = {email: number for number, email in client.users().items()}
    return {who: there.get(who) or client.create_user(who) for who in (ANNA, OMAR)}


@pytest.mark.server
def test_what_people_did_on_the_server(run: Run, served: Path, live: Live, client: Client) -> None:
    configure(served, "Status on the server")
    assert run("push").code == 0
    users = user_ids(client)
    settings = load_settings()
    with Ledger(settings.workspace.ledger) as ledger:
        (project,) = projects_of(ledger, live.running.url, "Status on the server")
        tasks = ledger.tasks(live.running.url, project.project_id)
        shown = {}
        for task in tasks:
            (version,) = ledger.task_versions(live.running.url, project.project_id)
            place = (live.running.url, project.project_id, task.task_id)
            shown[task.task_id] = ledger.prediction(*place, version, ONTOLOGY)
    first, second, third, fourth = (task.task_id for task in tasks)

    def submit(task_id: int, who: str, *, seconds: float, fewer: bool = False) -> None:
        made = shown[task_id]
        assert made is not None
        results = to_results(made, ONTOLOGY)
        if fewer:  # the last span, to which nothing may be related
            bare = replace(made, spans=made.spans[:-1], relations=())
            results = to_results(bare, ONTOLOGY)
        (prediction,) = client._sdk.predictions.list(task=task_id)
        client._sdk.annotations.create(
            task_id,
            # What the editor says of a region that nobody touched.
            result=[{**item, "origin": "prediction"} for item in results],
            completed_by=users[who],
            lead_time=seconds,
            parent_prediction=prediction.id,
        )

    submit(first, ANNA, seconds=1)
    submit(first, OMAR, seconds=300, fewer=True)
    submit(second, ANNA, seconds=5000)
    client._sdk.annotations.create(third, result=[], completed_by=users[OMAR], was_cancelled=True)
    answer = httpx.post(
        f"{live.running.url}/api/tasks/{fourth}/drafts?project={project.project_id}",
        json={"result": [], "lead_time": 4.0},
        headers={"Authorization": f"Token {live.login.token}"},
        trust_env=False,
    )
    assert answer.status_code == 201, answer.text
    assert run("pull").code == 0
    found = show(run)
    assert (found["planned"], found["made"], found["articles"], found["complete"]) == (8, 3, 4, 1)
    rows = {row["annotator"]: row for row in found["annotators"]}
    anna, omar, admin = rows[ANNA], rows[OMAR], rows[live.login.email]
    assert (anna["submitted"], anna["left"], anna["fast_unchanged"]) == (2, 2, 1)
    assert (anna["timed"], anna["capped"], anna["seconds"]) == (2, 1, 901)
    assert (anna["edits"]["tasks"], anna["edits"]["per_task"]) == (2, 0)
    assert (omar["submitted"], omar["skipped"], omar["left"]) == (1, 1, 2)
    assert omar["edits"]["deleted"] == 1
    assert omar["fast_unchanged"] == 0
    assert (admin["submitted"], admin["drafts"]) == (0, 1)
    lint = show(run, "--lint")
    for item in lint["findings"]:
        assert item["url"] == client.task_url(project.project_id, item["task_id"])


@pytest.mark.server
def test_blind_projects_on_the_server(run: Run, served: Path, live: Live, client: Client) -> None:
    configure(served, "Status of blind work", "blind = true")
    assert run("push").code == 0
    users = user_ids(client)
    with Ledger(load_settings().workspace.ledger) as ledger:
        projects = projects_of(ledger, live.running.url, "Status of blind work")
        tasks = {
            str(p.owner): ledger.tasks(live.running.url, p.project_id)[0].task_id for p in projects
        }
    for owner in (ANNA, OMAR):
        client.create_annotation(tasks[owner], [], users[ANNA])
    assert run("pull").code == 0
    found = show(run)
    assert (found["tasks"], found["planned"], found["made"], found["articles"]) == (8, 8, 2, 4)
    rows = {(row["annotator"], row["owner"]): row for row in found["annotators"]}
    assert set(rows) == {(ANNA, ANNA), (ANNA, OMAR), (OMAR, OMAR)}
    assert (rows[ANNA, ANNA]["left"], rows[ANNA, ANNA]["not_owner"]) == (3, 0)
    assert (rows[ANNA, OMAR]["left"], rows[ANNA, OMAR]["not_owner"]) == (None, 1)
    assert rows[OMAR, OMAR]["submitted"] == 0
