"""annotators qualify: hidden gold, scores by label, and what newcomers are told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from annotate.annotation_files import write_annotations
from annotate.labeling import history, qualification
from annotate.labeling.client import Client
from annotate.labeling.ledger import Ledger
from annotate.labeling.wire import to_results
from annotate.ontology import load_ontology
from annotate.settings import load_settings
from annotate.spans import Annotation
from tests.cli.conftest import Run
from tests.conftest import Live
from tests.labeling.builders import SENTENCE, article, predicted
from tests.labeling.campaign import ANNA, OMAR, SALMA, SERVER, TITLE, Campaign
from tests.support import write_lines

ONTOLOGY = load_ontology()
QUALIFY = ("annotators", "qualify")


@pytest.fixture
def here(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder whose project is on a server that nobody answers at."""
    monkeypatch.setenv("LABEL_STUDIO_URL", SERVER)
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", "0" * 40)
    (folder / "annotate.toml").write_text(f'[project]\ntitle = "{TITLE}"\n', encoding="utf-8")
    return folder


@contextmanager
def sent(gold: list[Annotation], who: str = SALMA) -> Iterator[tuple[Campaign, dict[str, int]]]:
    """What a sending leaves in the ledger; tasks by article."""
    settings = load_settings()
    name = qualification.campaign_of(TITLE, who)
    with Ledger(settings.workspace.ledger) as ledger:
        made = Campaign(ledger, ONTOLOGY)
        project = made.project(name)
        qualification.keep_gold(ledger, SERVER, name, gold)
        tasks = {
            str(one.doc_id): made.push(project, article(number))[0]
            for number, one in enumerate(gold)
        }
        qualification.set_apart(ledger, SERVER, name, project.project_id, who)
        yield made, tasks


def golds(count: int) -> list[Annotation]:
    return [predicted(article(number), ONTOLOGY) for number in range(count)]


def pulled(*entries: Any) -> None:
    history.append(load_settings().workspace.history, entries)


def without(annotation: Annotation, *ids: str) -> Annotation:
    spans = tuple(span for span in annotation.spans if span.id not in ids)
    kept = {span.id for span in spans}
    relations = tuple(r for r in annotation.relations if r.head in kept and r.tail in kept)
    return replace(annotation, spans=spans, relations=relations)


def test_who_did_all_as_the_gold_has_passed(run: Run, here: Path) -> None:
    gold = golds(2)
    with sent(gold) as (made, tasks):
        pulled(*(made.done(tasks[str(one.doc_id)], SALMA, one) for one in gold))
    ran = run(*QUALIFY, SALMA, "--report", "--json")
    assert ran.code == 0, ran.err
    assert "measured by the last pull: " in ran.err
    found = json.loads(ran.out)
    (result,) = found["annotators"]
    assert found["pass"] == 0.8
    assert (result["annotator"], result["passed"]) == (SALMA, True)
    assert result["articles"] == {"given": 2, "finished": 2}
    assert result["scores"]["entities"]["strict"]["f1"] == 1.0
    assert result["scores"]["triggers"]["overlap"]["by_label"]["ATTACK"]["tp"] == 2
    assert result["differences"] == []


def test_what_differs_is_told_with_its_sentence(run: Run, here: Path) -> None:
    (gold,) = golds(1)
    text = article(0).text
    changed = []
    for span in without(gold, "T3").spans:
        if span.id == "T1":
            span = replace(span, label="ORG")
        if span.id == "T2":
            start = text.index("مدينة سرت")
            span = replace(span, start=start, text="مدينة سرت")
        if span.id == "E2":
            span = replace(span, attributes=(("polarity", "NEGATIVE"), ("modality", "ASSERTED")))
        changed.append(span)
    extra = replace(gold.spans[0], id="X", layer="event", label="CLASH", attributes=())
    start = text.index("القوات")
    extra = replace(extra, start=start, end=start + 6, text="القوات")
    with sent([gold]) as (made, tasks):
        theirs = replace(gold, spans=(*changed, extra), relations=())
        pulled(made.done(tasks[str(gold.doc_id)], SALMA, theirs))
    ran = run(*QUALIFY, SALMA, "--report", "--json")
    assert ran.code == 1
    (result,) = json.loads(ran.out)["annotators"]
    told = {
        (item["kind"], (item["yours"] or item["gold"])["text"]) for item in result["differences"]
    }
    assert told == {
        ("label", "الجيش"),
        ("boundary", "مدينة سرت"),
        ("missed", "الثلاثاء"),
        ("attributes", "وقال"),
        ("extra", "القوات"),
    }
    for item in result["differences"]:
        assert item["sentence"] == SENTENCE
        for side in (item["yours"], item["gold"]):
            assert side is None or text[side["start"] : side["end"]] == side["text"]
    strict = result["scores"]["entities"]["strict"]
    assert (strict["tp"], strict["fp"], strict["fn"]) == (0, 2, 3)
    assert result["scores"]["entities"]["overlap"]["tp"] == 1
    out = run(*QUALIFY, SALMA, "--report").out
    assert f"{SALMA}: not passed; 1 of 1 articles finished" in out
    assert "F1 (strict): entities 0.000, triggers 0.857; to pass: 0.8" in out
    lines = out.splitlines()
    place = lines.index("  another label:")
    assert lines[place + 1 : place + 4] == [
        "    yours: ORG: الجيش",
        "    gold: ARM: الجيش",
        f"    {SENTENCE}",
    ]


@pytest.mark.parametrize(("mark", "code"), [("0.79", 0), ("0.81", 1), ("0", 0), ("1", 1)])
@pytest.mark.parametrize("missed", ["E3", "T3"])
def test_the_mark_is_for_entities_and_for_triggers(
    run: Run, here: Path, mark: str, code: int, missed: str
) -> None:
    gold = golds(1)
    with sent(gold) as (made, tasks):
        # Two of three, and none too many: F1 is 4/5.
        pulled(made.done(tasks[str(gold[0].doc_id)], SALMA, without(gold[0], missed)))
    assert run(*QUALIFY, SALMA, "--report", "--pass", mark).code == code


def test_all_articles_must_be_finished(run: Run, here: Path) -> None:
    gold = golds(3)
    with sent(gold) as (made, tasks):
        names = [str(one.doc_id) for one in gold]
        pulled(
            made.done(tasks[names[0]], SALMA, gold[0]),
            made.done(tasks[names[1]], SALMA, gold[1], status="draft"),
            made.done(tasks[names[2]], OMAR, gold[2]),  # somebody else's work counts for nobody
        )
    ran = run(*QUALIFY, SALMA, "--report", "--json")
    assert ran.code == 1
    (result,) = json.loads(ran.out)["annotators"]
    assert result["articles"] == {"given": 3, "finished": 1}
    assert result["scores"]["entities"]["strict"]["f1"] == 1.0
    assert result["passed"] is False


def test_before_anything_is_finished_nothing_is_scored(run: Run, here: Path) -> None:
    with sent(golds(1)):
        pass
    ran = run(*QUALIFY, SALMA, "--report", "--json")
    assert ran.code == 1
    (result,) = json.loads(ran.out)["annotators"]
    assert (result["scores"], result["reason"]) == (None, "no article is finished yet")
    ran = run(*QUALIFY, SALMA, "--report", "--html", "page.html")
    assert ran.code == 1
    assert ran.err.splitlines()[-1].endswith("has finished no article: there is nothing to draw")


def test_the_page_shows_both_readings(run: Run, here: Path) -> None:
    gold = golds(1)
    with sent(gold) as (made, tasks):
        pulled(made.done(tasks[str(gold[0].doc_id)], SALMA, without(gold[0], "T3")))
    run(*QUALIFY, SALMA, "--report", "--html", "page.html", "--pass", "0")
    page = (here / "page.html").read_text("utf-8")
    assert SALMA in page
    assert "الثلاثاء" in page


def test_its_work_is_no_data(run: Run, here: Path) -> None:
    gold = golds(1)
    with sent(gold) as (made, tasks):
        made.push(made.project(), article(5))
        pulled(made.done(tasks[str(gold[0].doc_id)], SALMA, gold[0]))
    status = json.loads(run("status", "--json").out)
    assert (status["tasks"], status["annotators"]) == (1, [])
    name = qualification.campaign_of(TITLE, SALMA)
    assert run("export", "--project", name).code == 1
    assert run("agreement", "--project", name).code == 1


def test_nothing_was_sent(run: Run, here: Path) -> None:
    with sent(golds(1)):
        pass
    ran = run(*QUALIFY, ANNA, "--report")
    assert ran.code == 1
    assert f"nothing was sent to {ANNA} yet" in ran.err


@pytest.mark.parametrize(
    "arguments",
    [
        (SALMA,),
        (SALMA, "--gold", "gold.jsonl", "--from", ANNA),
        (SALMA, "--report", "--from", ANNA),
        (SALMA, "--html", "page.html"),
        (SALMA, ANNA, "--report", "--html", "page.html"),
        (SALMA, "--report", "--pass", "2"),
        (SALMA, "--from", ANNA, "--articles", "0"),
    ],
)
def test_wrong_usage(run: Run, here: Path, arguments: tuple[str, ...]) -> None:
    write_annotations(here / "gold.jsonl", golds(1))
    assert run(*QUALIFY, *arguments).code == 2


# On the real server


@pytest.mark.server
def test_from_gold_to_verdict(
    run: Run, folder: Path, live: Live, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    title = "Qualification"
    monkeypatch.setenv("LABEL_STUDIO_URL", live.running.url)
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", live.login.token)
    texts = [article(number) for number in range(4)]
    write_lines(
        folder / "articles.jsonl",
        [{"text": one.text, "id": one.source_id} for one in texts],
    )
    (folder / "annotate.toml").write_text(
        f'[corpus]\nsources = ["articles.jsonl"]\n[project]\ntitle = "{title}"\n', encoding="utf-8"
    )
    gold = [predicted(one, ONTOLOGY) for one in texts]
    write_annotations(folder / "gold.jsonl", gold)
    users = {email: number for number, email in client.users().items()}
    salma = users.get(SALMA) or client.create_user(SALMA)
    command = (*QUALIFY, SALMA, "--gold", "gold.jsonl", "--articles", "3")
    dry = run(*command, "--dry-run")
    assert dry.code == 0, dry.err
    name = qualification.campaign_of(title, SALMA)
    assert client.find_project(name) is None
    for _ in range(2):  # a second time sends nothing more
        ran = run(*command, "--json")
        assert ran.code == 0, ran.err
        (line,) = json.loads(ran.out)
        assert (line["annotator"], line["articles"]) == (SALMA, 3)
    project = client.find_project(name)
    assert project is not None
    assert project.tasks == 3
    with Ledger(load_settings().workspace.ledger) as ledger:
        tasks = ledger.tasks(live.running.url, project.id)
    assert len(tasks) == 3
    assert all(task.blank for task in tasks)
    by_doc = {one.doc_id: one for one in gold}
    exported = client.export_tasks(project.id, [task.task_id for task in tasks])
    for task in exported:
        # Nothing of the gold is on the server.
        assert task["annotations"] == []
        assert client.predictions(task["id"]) == []
        assert "ATTACK" not in json.dumps(task)
    assert run(*QUALIFY, SALMA, "--report").code == 1
    for number, one in enumerate(tasks):
        theirs = by_doc[one.doc_id]
        theirs = without(theirs, "T3") if number == 0 else theirs
        client.create_annotation(one.task_id, to_results(theirs, ONTOLOGY), salma)
    ran = run(*QUALIFY, SALMA, "--report", "--json")
    assert ran.code == 0, ran.err
    (result,) = json.loads(ran.out)["annotators"]
    assert (result["passed"], result["articles"]) == (True, {"given": 3, "finished": 3})
    assert result["scores"]["entities"]["strict"]["f1"] == pytest.approx(16 / 17, abs=1e-4)
    assert [item["kind"] for item in result["differences"]] == ["missed"]
    assert run("export").code == 1  # no data came of it
