"""agreement: from a real ledger and a real history, without a server."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from annotate.agreement.corrected import NOT_ASKED
from annotate.agreement.figures import measure
from annotate.cli.items import Source, readings_of
from annotate.labeling import history
from annotate.labeling.by_article import by_article
from annotate.labeling.entry import Entry
from annotate.labeling.ledger import Ledger
from annotate.labeling.parts import split
from annotate.ontology import load_ontology
from annotate.settings import load_settings
from annotate.spans import Annotation
from tests.cli.conftest import Run
from tests.labeling.builders import SENTENCE, article, predicted, span
from tests.labeling.campaign import ANNA, OMAR, ROBOT, SALMA, SERVER, TITLE, Campaign
from tests.support import SEEDS

ONTOLOGY = load_ontology()
ROBOT_B = "pass-b@simulated.invalid"


@pytest.fixture
def here(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder whose project is on a server that nobody answers at."""
    monkeypatch.setenv("LABEL_STUDIO_URL", SERVER)
    monkeypatch.setenv("COLUMNS", "100")
    (folder / "annotate.toml").write_text(f'[project]\ntitle = "{TITLE}"\n', encoding="utf-8")
    return folder


@contextmanager
def campaign() -> Iterator[tuple[Campaign, Callable[..., None]]]:
    settings = load_settings()

    def pulled(*entries: Entry) -> None:
        history.append(settings.workspace.history, entries)

    with Ledger(settings.workspace.ledger) as ledger:
        yield Campaign(ledger, ONTOLOGY), pulled


def less(full: Annotation) -> Annotation:
    """Without the time, and with another label for the place."""
    spans = [
        replace(s, label="LOC") if s.label == "GPE" else s for s in full.spans if s.label != "TIME"
    ]
    return replace(full, spans=tuple(spans))


def doubled(made: Campaign, count: int, *, blank: bool = True, differ: bool = True) -> list[Entry]:
    """Articles that two people did; every second one not alike."""
    project = made.projects[0] if made.projects else made.project()
    entries = []
    first = len(made.tasks)
    for number in range(first, first + count):
        text = article(number)
        full = predicted(text, ONTOLOGY)
        (task,) = made.push(project, text, prediction=None if blank else full, overlap=2)
        other = less(full) if differ and number % 2 else full
        entries += [made.done(task, ANNA, full), made.done(task, OMAR, other)]
    return entries


def show(run: Run, *arguments: str) -> dict[str, Any]:
    ran = run("agreement", "--json", "--names", *arguments)
    assert ran.code == 0, ran.err
    found: dict[str, Any] = json.loads(ran.out)
    return found


def test_blank_articles_make_the_headline(run: Run, here: Path) -> None:
    with campaign() as (made, pulled):
        pulled(*doubled(made, 22), *doubled(made, 4, blank=False, differ=False))
    found = show(run)
    assert (found["articles"], found["annotators"]) == (26, [ANNA, OMAR])
    assert found["basis"]["words"] == "on 22 articles annotated blank"
    assert found["headline"]["articles"] == 22
    assert found["headline"]["f1"] == found["bias"]["blank"]["f1"] < 1
    assert found["headline"]["verdict"]
    assert found["bias"]["prelabelled"]["f1"] == 1.0
    # Both took over all that was proposed: nothing was changed.
    assert found["bias"]["changed"]["n"] == 0
    assert [one["f1"] for one in found["bias"]["with_prelabels"]] == [1.0, 1.0]
    (rule,) = found["bias"]["rules"]
    assert (rule["origin"], rule["rate"]) == ("test", 1.0)
    assert rule["accepted"] == rule["proposed"] > 0
    assert [week["week"] for week in found["trend"]["weeks"]] == ["2026-W02"]
    assert [batch["batch"] for batch in found["trend"]["batches"]] == ["1", "2"]
    rows = {row["annotator"]: row for row in found["annotators_progress"]}
    assert rows[ANNA]["submitted"] == 26


def test_a_disagreement_links_to_its_task(run: Run, here: Path) -> None:
    with campaign() as (made, pulled):
        pulled(*doubled(made, 2))
        (project,) = made.projects
        _, task = sorted(made.tasks)
    label, missed = show(run)["disagreements"]
    assert label["links"] == [f"{SERVER}/projects/{project.project_id}/data?task={task}"]
    assert (label["kind"], {view["label"] for view in label["readings"]}) == (
        "label",
        {"GPE", "LOC"},
    )
    assert (missed["kind"], missed["readings"][1], missed["without"]) == ("missed", None, [OMAR])
    assert missed["sentence"]["text"] == SENTENCE


def test_a_long_article_is_one_and_links_to_the_part(run: Run, here: Path) -> None:
    text = article(1, f"{SENTENCE}\n{SENTENCE}")
    parts = split(text.text, 12)
    assert len(parts) > 1
    marks = [s for s in predicted(text, ONTOLOGY).spans if s.label == "ARM"]
    last = span(text.text, "خبر", "ORG", ONTOLOGY, "T9")
    with campaign() as (made, pulled):
        tasks = made.push(made.project(), text, parts=parts, overlap=2)
        entries = []
        for task, part in zip(tasks, parts, strict=True):
            own = [s for s in (*marks, last) if part.start <= s.start < part.end]
            full = Annotation(text.text_sha256, tuple(own), doc_id=text.doc_id)
            less = replace(full, spans=tuple(s for s in own if s.label != "ORG"))
            entries += [made.done(task, ANNA, full), made.done(task, OMAR, less)]
        pulled(*entries)
    found = show(run)
    assert found["articles"] == 1
    (one,) = found["disagreements"]
    assert one["links"] == [f"{SERVER}/projects/1/data?task={tasks[-1]}"]
    # Of an article that one has not finished nothing is compared.
    with campaign() as (_, pulled):
        pulled(replace(entries[-1], status="deleted"))
    assert show(run)["articles"] == 0


def test_people_come_before_simulated_annotators(run: Run, here: Path) -> None:
    with campaign() as (made, pulled):
        text = article(1)
        (task,) = made.push(made.project(), text, overlap=3)
        full = predicted(text, ONTOLOGY)
        pulled(made.done(task, ROBOT, full), made.done(task, ROBOT_B, full))
        pulled(made.done(task, ANNA, less(full)))
    found = show(run)
    assert found["simulated"] is True
    assert len(found["pairs"]) == 3
    assert "pass-a (simulated)" in found["annotators"]
    out = run("agreement").out
    assert "simulated annotators stand for no person" in out
    with campaign() as (made, pulled):
        pulled(*doubled(made, 1))
    found = show(run)
    assert (found["simulated"], found["annotators"]) == (False, [ANNA, OMAR])
    assert found["articles"] == 1


def test_the_second_pass_does_not_count_the_entities_of_the_first(run: Run, here: Path) -> None:
    with campaign() as (made, pulled):
        first = made.project(f"{TITLE} (entities)", layers="entities")
        second = made.project(f"{TITLE} (events)", layers="events")
        text = article(1)
        full = predicted(text, ONTOLOGY)
        entities = replace(full, spans=full.entities, relations=())
        fewer = replace(entities, spans=entities.spans[:1])
        (one,) = made.push(first, text, overlap=2)
        (two,) = made.push(second, text, overlap=2)
        pulled(
            made.done(one, ANNA, entities),
            made.done(one, OMAR, fewer),
            made.done(two, ANNA, full),
            made.done(two, OMAR, full),
        )
    found = show(run)
    by = {(m["measure"], m["how"]): m for m in found["measures"]}
    assert found["articles"] == 1
    assert by["entities", "strict"]["tp"] == 1
    assert by["triggers", "strict"]["f1"] == by["roles", "strict"]["f1"] == 1.0


def test_the_table(run: Run, here: Path) -> None:
    with campaign() as (made, pulled):
        pulled(*doubled(made, 22))
        (task,) = made.push(made.projects[0], article(99), overlap=2)
        pulled(made.done(task, SALMA), made.done(task, ANNA))
    lines = run("agreement").out.splitlines()
    assert lines[0] == "3 annotators on 23 articles (23 stories)"
    assert lines[1].startswith("strict F1 of ")
    assert lines[1].endswith("), on 23 articles annotated blank")
    assert lines[2].startswith("verdict: ")
    assert any(line.strip().startswith("annotator-1 / annotator-2") for line in lines)
    named = run("agreement", "--names").out.splitlines()
    assert any(line.strip().startswith(f"{ANNA} / {OMAR}") for line in named)
    assert any("11× label: GPE / LOC" in line for line in lines)
    assert max(len(line) for line in lines) <= 100


def test_nobody_agrees_with_oneself(run: Run, here: Path) -> None:
    with campaign() as (made, pulled):
        (task,) = made.push(made.project(), article(1))
        pulled(made.done(task, ANNA))
    assert run("agreement").out == ("no article has two annotators yet: agreement is undefined\n")
    ran = run("agreement", "--fail-under", "0.5")
    assert ran.code == 1
    assert "agreement is undefined: no text has two annotators" in ran.err


def test_fail_under(run: Run, here: Path) -> None:
    with campaign() as (made, pulled):
        pulled(*doubled(made, 4))
    f1 = show(run)["headline"]["f1"]
    ran = run("agreement", "--fail-under", f"{f1 - 0.01}")
    assert ran.code == 0
    assert "passed" in ran.err
    ran = run("agreement", "--fail-under", f"{f1 + 0.01}", "--json")
    assert ran.code == 1
    assert json.loads(ran.out)["headline"]["f1"] == f1
    assert f"{f1:.3f}" in ran.err
    assert "on 4 articles annotated blank" in ran.err
    assert run("agreement", "--fail-under", "1.5").code == 2


def test_a_port_is_of_the_served_page(run: Run, here: Path) -> None:
    ran = run("agreement", "--port", "0")
    assert (ran.code, "--port goes with --serve" in ran.err) == (2, True)


def test_fail_under_says_when_it_is_an_upper_bound(run: Run, here: Path) -> None:
    with campaign() as (made, pulled):
        pulled(*doubled(made, 2, blank=False, differ=False))
    ran = run("agreement", "--fail-under", "0.9")
    assert ran.code == 0
    assert "upper bound" in ran.err


def test_a_dataset_holds_them_without_texts_and_names(run: Run, here: Path) -> None:
    with campaign() as (made, pulled):
        pulled(*doubled(made, 4))
    ran = run("export", "--json")
    assert ran.code == 0, ran.err
    text = (Path(json.loads(ran.out)["path"]) / "agreement.json").read_text("utf-8")
    found = json.loads(text)
    assert found["annotators"] == ["annotator-1", "annotator-2"]
    assert found["headline"]["f1"] == show(run)["headline"]["f1"]
    assert found["disagreements_total"] == show(run)["disagreements_total"] > 0
    assert found["disagreements"][0]["links"] == found["fought"] == []
    assert not any("\u0621" <= character <= "\u064a" for character in text)
    assert "@" not in text
    assert json.loads(run("export", "--json").out)["new"] is False


def test_work_in_files_is_measured_too(run: Run, here: Path) -> None:
    there = SEEDS / "annotations"
    with (here / "annotate.toml").open("a", encoding="utf-8") as file:
        file.write(f'[corpus]\nsources = ["{SEEDS}/*.txt"]\n')
    work = [f"--work={there / name}.jsonl" for name in ("pass_a", "pass_b")]
    ran = run("export", "--annotations", there / "adjudicated.jsonl", *work, "--json")
    assert ran.code == 0, ran.err
    text = (Path(json.loads(ran.out)["path"]) / "agreement.json").read_text("utf-8")
    found = json.loads(text)
    assert (found["articles"], found["simulated"]) == (7, True)
    assert found["headline"]["f1"] == pytest.approx(0.975, abs=0.001)
    assert {one["reason"] for one in found["chance"]} == {NOT_ASKED}


def test_of_very_many_texts_some_are_taken_by_chance(run: Run, here: Path) -> None:
    with campaign() as (made, pulled):
        entries = [*doubled(made, 6, blank=False), *doubled(made, 4)]
        pulled(*entries)
        source = Source(made.ledger, ONTOLOGY, str, {})
        folder = load_settings().workspace.history
        found = readings_of(by_article(folder, lambda _: True), source, most=5)
        again = readings_of(by_article(folder, lambda _: True), source, most=5)
    assert (len(found.items), found.left_out) == (5, 5)
    assert found == again
    # All that are blank are among them.
    assert sum(one.is_blank for one in found.items) == 4
    assert [one.doc_id for one in found.items] == sorted(one.doc_id for one in found.items)
    figures = measure(found.items, ONTOLOGY, left_out=found.left_out)
    assert figures.to_json()["left_out"] == 5
