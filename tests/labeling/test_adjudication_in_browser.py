"""Adjudication on the real server: two annotators, a third settles it in the browser, then gold."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from selenium.webdriver import Keys

from annotate.corpus.article import Article
from annotate.labeling import adjudication
from annotate.labeling.campaigns import KnownProject, project_id
from annotate.labeling.client import Client
from annotate.labeling.ledger import Ledger
from annotate.labeling.projects import Target
from annotate.labeling.push import push
from annotate.labeling.sampling import Plan
from annotate.labeling.wire import DISPUTE, KEEP, to_results
from annotate.settings import load_settings
from annotate.spans import Annotation
from tests.browser import Annotator
from tests.cli.conftest import Run, folder, run
from tests.conftest import Live
from tests.labeling.builders import annotate, article, predicted, span
from tests.labeling.conftest import PasswordOf
from tests.support import ONTOLOGY

__all__ = ["folder", "run"]
pytestmark = [pytest.mark.server, pytest.mark.browser]
ANNA, OMAR, SALMA = (f"{name}.judged@example.org" for name in ("anna", "omar", "salma"))
# Whether the selected region still has its mark, as the page says it.
_CHOSEN = """return [...document.querySelectorAll('.ar-attr .ant-radio-wrapper-checked')]
  .map(e => e.textContent).some(text => text.includes('مختلف')) ? ['OPEN'] : []"""
TRAP = "قالت <script>window.hit=1</script> المنظمة $text إن سرت هادئة ."


@dataclass
class Court:
    """A campaign of the test's own, annotated by two people."""

    client: Client
    server: str
    title: str
    users: dict[str, int]

    def ledger(self) -> Ledger:
        return Ledger(load_settings().workspace.ledger)

    def push(self, *articles: Article) -> None:
        target = Target(self.server, self.title, Plan(overlap=2, overlap_share=1.0))
        with self.ledger() as ledger:
            push(
                articles,
                None,
                "",
                target=target,
                client=self.client,
                ledger=ledger,
                ontology=ONTOLOGY,
            )

    def submit(self, who: str, of: Article, annotation: Annotation) -> int:
        """Submits a reading of an article; the annotation's id."""
        with self.ledger() as ledger:
            place = project_id(ledger, self.server, self.title)
            assert place is not None
            tasks = {t.text_sha256: t.task_id for t in ledger.tasks(self.server, place)}
        results = to_results(annotation, ONTOLOGY)
        return self.client.create_annotation(tasks[of.text_sha256], results, self.users[who])

    def project(self) -> KnownProject:
        with self.ledger() as ledger:
            (found,) = adjudication.projects(ledger, self.server, self.title)
            return found

    def tasks(self) -> dict[str, int]:
        """Text -> task of the adjudication."""
        with self.ledger() as ledger:
            found = adjudication.tasks(ledger, self.server, self.title)
            return {task.text_sha256: task.task_id for task in found}


@pytest.fixture
def court(
    live: Live,
    client: Client,
    folder: Path,
    password_of: PasswordOf,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> Court:
    monkeypatch.setenv("LABEL_STUDIO_URL", live.running.url)
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", live.login.token)
    name = hashlib.sha256(request.node.name.encode()).hexdigest()[:8]
    title = f"court {name}"
    (folder / "annotate.toml").write_text(f'[project]\ntitle = "{title}"\n', encoding="utf-8")
    for email in (ANNA, OMAR, SALMA):
        password_of(email)
    users = {email: number for number, email in client.users().items()}
    return Court(client, live.running.url.rstrip("/"), title, users)


@pytest.fixture
def settings_file(folder: Path) -> Path:
    """The settings file."""
    return folder / "annotate.toml"


def without(of: Article, *ids: str, **changed: str) -> Annotation:
    """The pre-annotation less some spans; `T1="ORG"` gives a span another label."""
    found = predicted(of, ONTOLOGY)
    spans = [replace(s, label=changed.get(s.id, s.label)) for s in found.spans if s.id not in ids]
    relations = [r for r in found.relations if not {r.head, r.tail} & set(ids)]
    return replace(found, spans=tuple(spans), relations=tuple(relations))


def said(run: Run, *command: str, code: int = 0) -> dict[str, Any]:
    """What a command says as JSON."""
    ran = run(*command, "--json")
    assert ran.code == code, ran.err
    values: dict[str, Any] = json.loads(ran.out)
    return values


def test_two_annotators_then_a_third_in_the_browser_then_gold(
    run: Run, court: Court, browser: Annotator, password_of: PasswordOf
) -> None:
    made = article(1)
    text = made.text
    court.push(made)
    court.submit(ANNA, made, predicted(made, ONTOLOGY))
    court.submit(OMAR, made, without(made, "T3", T1="ORG"))
    assert run("pull").code == 0

    assert said(run, "adjudicate", "send", "--dry-run")["tasks"] == 1
    sent = said(run, "adjudicate", "send")
    assert (sent["articles"], sent["tasks"], sent["disputes"]) == (1, 1, 2)
    again = said(run, "adjudicate", "send")
    assert (again["articles"], again["tasks"], again["there"]) == (0, 0, 1)
    (task_id,) = court.tasks().values()
    project = court.project()

    browser.sign_in(SALMA, password_of(SALMA))
    drawn = {(s.start, s.end) for s in predicted(made, ONTOLOGY).spans}
    assert browser.open_label_stream(project.project_id, len(drawn)) == task_id
    assert browser.regions() == drawn  # the army twice, at one place
    asked = browser.until(lambda: browser.find(".ar-readings").text)
    assert "الجيش" in asked
    assert "ARM" in asked
    assert "ORG" in asked
    assert "لا شيء" in asked  # the day, which one of them has not marked
    assert ANNA.partition("@")[0] not in asked

    # Submitted as it is: two readings of the army are left.
    browser.submit()
    browser.until(lambda: submitted(court, project, task_id))
    refused = said(run, "adjudicate", "collect", code=1)
    assert (refused["collected"], len(refused["refused"])) == (0, 1)
    assert refused["refused"][0]["url"].endswith(
        f"/projects/{project.project_id}/data?task={task_id}"
    )
    assert refused["refused"][0]["texts"] == ["الجيش", "الجيش"]
    out = run("adjudicate", "collect")
    assert (out.code, "ARM / ORG" in out.out) == (1, True)
    exported = said(run, "export")
    assert {row["status"] for row in rows(exported)} == {"agreed"}

    # The adjudicator deletes one of the two, whichever lies on top, and updates.
    browser.open_task(project.project_id, task_id, len(drawn))
    place = f".htx-highlight[data-start='{text.index('الجيش')}']"
    both = browser.all(place)
    assert len(both) == 2
    both[-1].click()
    active = browser.find(f"{place}.__active")
    gone = (active.get_attribute("data-label") or "").partition(":")[2]
    assert "OPEN" in browser.driver.execute_script(_CHOSEN)
    browser.press(Keys.BACKSPACE)
    browser.until(lambda: len(browser.all(place)) == 1)
    left = browser.label_of(text.index("الجيش"), text.index("الجيش") + 5)
    before = submitted(court, project, task_id)[0]["updated_at"]
    browser.update()
    browser.until(lambda: submitted(court, project, task_id)[0]["updated_at"] != before)

    collected = said(run, "adjudicate", "collect")
    assert (collected["collected"], collected["new"], collected["refused"]) == (1, 1, [])
    taken = {one["annotator"]: one["taken"] for one in collected["readings"]}
    assert sum(taken.values()) == 2, taken
    assert said(run, "adjudicate", "collect")["new"] == 0
    (row,) = rows(said(run, "export"))
    assert row["status"] == "gold"
    labels = {entity["text"]: entity["label"] for entity in row["entities"]}
    assert {gone, left} == {"ARM", "ORG"}
    assert (labels["الجيش"], labels["سرت"]) == (left, "GPE")


def test_what_is_kept_audited_and_changed_since(
    run: Run, court: Court, browser: Annotator, settings_file: Path
) -> None:
    plain, trap = article(1), article(2, TRAP)
    court.push(trap, plain)
    settings_file.write_text(
        settings_file.read_text("utf-8") + f'[dataset.splits]\n"{plain.doc_id}" = "test"\n', "utf-8"
    )
    court.submit(ANNA, plain, predicted(plain, ONTOLOGY))
    court.submit(OMAR, plain, without(plain, T1="ORG"))
    one = annotate(trap, ONTOLOGY, [span(trap.text, "المنظمة", "ORG", ONTOLOGY, "T1")])
    court.submit(ANNA, trap, one)
    court.submit(OMAR, trap, replace(one, spans=()))
    assert run("pull").code == 0
    first = said(run, "adjudicate", "send", "--limit", "1")
    assert (first["articles"], first["test"], first["left"]) == (1, 1, 1)  # the test article
    assert list(court.tasks()) == [plain.text_sha256]
    second = said(run, "adjudicate", "send")
    assert (second["articles"], second["there"], second["updated"]) == (1, 1, 0)
    project, tasks = court.project(), court.tasks()

    # What stands in an article is text in the page.
    browser.open_task(project.project_id, tasks[trap.text_sha256], 1)
    asked = browser.until(lambda: browser.find(".ar-readings").text)
    assert "</script>" in asked
    assert "$text" in asked
    assert browser.driver.execute_script("return window.hit") is None
    assert browser.all(".ar-readings script") == []
    browser.driver.get("about:blank")

    # Both readings of the army are kept; a span that was up for audit is deleted.
    task = tasks[plain.text_sha256]
    ((version, results),) = court.client.predictions(task)
    with court.ledger() as ledger:
        asked_of = adjudication.asked_of(ledger, court.server, court.title)
    questions = asked_of[adjudication.TextKey(plain.doc_id, plain.text_sha256)][version].questions
    (audited,) = [q["spans"][0] for q in questions if q["kind"] == "audit"]
    (gone,) = [r["id"] for r in results if r["type"] == "labels" if places(r) == audited]
    marks = {r["id"] for r in results if r.get("from_name") == DISPUTE}
    assert len(marks) == 3
    assert gone in marks
    answer = [r for r in results if gone not in (r.get("id"), r.get("from_id"), r.get("to_id"))]
    (army,) = [r["id"] for r in results if r.get("value", {}).get("labels") == ["ARM"]]
    for result in answer:
        if (result.get("id"), result.get("from_name")) == (army, DISPUTE):
            result["value"] = {**result["value"], "choices": [KEEP]}
    court.client.create_annotation(task, answer, court.users[SALMA])
    report = said(run, "adjudicate", "collect")
    assert (report["sent"], report["collected"], report["refused"]) == (2, 1, [])
    assert report["audit"]["event"]["wrong"] == 1
    assert report["audit"]["event"]["rate"] == 1.0
    assert report["audit"]["event"]["low"] < 0.3
    assert report["audit"]["entity"]["audited"] == 0
    told = run("adjudicate", "collect")
    assert "1 of 2 articles are gold, 0 of them since now" in told.err
    assert "agreed spans looked at again" in told.out
    by_doc = {row["doc_id"]: row for row in rows(said(run, "export"))}
    assert by_doc[plain.doc_id]["status"] == "gold"
    at_army = [e["label"] for e in by_doc[plain.doc_id]["entities"] if e["text"] == "الجيش"]
    assert sorted(at_army) == ["ARM", "ORG"]
    assert len(by_doc[plain.doc_id]["events"]) == 2

    # Somebody changes a reading: the open task shows it, what is finished stays.
    court.submit(OMAR, trap, replace(one, spans=tuple(replace(s, label="PER") for s in one.spans)))
    assert run("pull").code == 0
    third = said(run, "adjudicate", "send")
    assert (third["articles"], third["updated"]) == (0, 1)
    versions = [name for name, _ in court.client.predictions(tasks[trap.text_sha256])]
    assert len(versions) == 2
    assert court.client.project(project.project_id).model_version == versions[-1]
    assert [name for name, _ in court.client.predictions(task)] == [version]
    browser.open_label_stream(project.project_id, 1)  # both readings at one place
    asked = browser.until(lambda: browser.find(".ar-readings").text)
    assert "PER" in asked
    assert len(browser.all(".htx-highlight")) == 2
    assert said(run, "adjudicate", "send")["updated"] == 0
    assert said(run, "adjudicate", "collect")["collected"] == 1


def places(result: dict[str, Any]) -> list[Any]:
    value = result["value"]
    return [result["from_name"], value["start"], value["end"], value["labels"][0]]


def submitted(court: Court, project: KnownProject, task_id: int) -> list[dict[str, Any]]:
    (task,) = court.client.export_tasks(project.project_id, [task_id])
    found: list[dict[str, Any]] = task["annotations"]
    return found


def rows(exported: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(Path(exported["path"]) / "data").to_pylist()
    return found
