"""What `annotate export` takes of each article: from a real history, without a server."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from annotate.annotation_files import write_annotations
from annotate.corpus.article import Article
from annotate.labeling import adjudication, history
from annotate.labeling.entry import Entry
from annotate.labeling.ledger import Ledger
from annotate.labeling.parts import Part
from annotate.labeling.wire import within
from annotate.labeling.work import joined
from annotate.settings import load_settings
from annotate.spans import Annotation
from tests.cli.conftest import Run
from tests.labeling.builders import SENTENCE, article, predicted
from tests.labeling.campaign import ANNA, OMAR, ROBOT, SALMA, SERVER, TITLE, VERSION, Campaign
from tests.support import ONTOLOGY

pytestmark = pytest.mark.slow

OTHER_ROBOT = ROBOT.replace("pass-a", "pass-b")


@pytest.fixture
def here(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder whose project is on a server that nobody answers at."""
    monkeypatch.setenv("LABEL_STUDIO_URL", SERVER)
    (folder / "annotate.toml").write_text(f'[project]\ntitle = "{TITLE}"\n', encoding="utf-8")
    return folder


@contextmanager
def campaign() -> Iterator[Campaign]:
    with Ledger(load_settings().workspace.ledger) as ledger:
        made = Campaign(ledger, ONTOLOGY)
        made.project()
        yield made


def pulled(*entries: Entry) -> None:
    history.append(load_settings().workspace.history, entries)


def story(number: int, text: str = SENTENCE) -> Article:
    """An article that is near to no other one."""
    chance = random.Random(number)  # noqa: S311
    own = ("".join(chance.choices("ابتثجحخدرزسشعفقكلمنهوي", k=5)) for _ in range(90))
    return article(number, f"{text}\n{' '.join(own)}")


def push(made: Campaign, number: int, **about: Any) -> tuple[Article, int]:
    """Pushes an article with its pre-annotation as one task; each is a story of its own."""
    own = " ".join(f"حرف{number}{letter}" for letter in "ابتثجحخدذرزس")
    pushed = story(number, f"{SENTENCE}\n{own}")
    about = {"prediction": predicted(pushed, ONTOLOGY)} | about
    (task,) = made.push(made.projects[0], pushed, **about)
    return pushed, task


def without(of: Article, *ids: str, **changed: str) -> Annotation:
    """The pre-annotation less some spans; `T1="ORG"` gives a span another label."""
    found = predicted(of, ONTOLOGY)
    spans = [replace(s, label=changed.get(s.id, s.label)) for s in found.spans if s.id not in ids]
    relations = [r for r in found.relations if not {r.head, r.tail} & set(ids)]
    return replace(found, spans=tuple(spans), relations=tuple(relations))


def export(run: Run, *options: str, code: int = 0) -> dict[str, Any]:
    """What the command says; `rows` are those of data/, by doc_id."""
    ran = run("export", "--json", *options)
    assert ran.code == code, ran.err
    if code:
        return {"err": ran.err}
    values: dict[str, Any] = json.loads(ran.out)
    values["rows"] = {
        row["doc_id"]: row for row in pq.read_table(Path(values["path"]) / "data").to_pylist()
    }
    values["err"] = ran.err
    return values


def collected(made: Campaign, *entries: Entry) -> None:
    """What `adjudicate collect` notes of an adjudicator's work that is settled."""
    adjudication.collect(made.ledger, SERVER, TITLE, joined(entries))


def labels(row: dict[str, Any]) -> list[str]:
    spans = sorted((s["start"], s["label"]) for s in [*row["entities"], *row["events"]])
    return [label for _, label in spans]


def test_what_two_share_is_agreed_and_one_alone_is_single(run: Run, here: Path) -> None:
    with campaign() as made:
        first, task = push(made, 1, overlap=2)
        second, alone = push(made, 2)
        pulled(
            made.done(task, ANNA, without(first, "T3")),
            made.done(task, OMAR, without(first, T1="ORG")),
            made.done(alone, ANNA),
        )
    found = export(run)
    row = found["rows"][first.doc_id]
    assert (row["status"], row["annotators"]) == ("agreed", ["annotator-1", "annotator-2"])
    assert labels(row) == ["ATTACK", "GPE", "STATEMENT", "ADVANCE"]
    (attack,) = [event for event in row["events"] if event["label"] == "ATTACK"]
    assert [role["role"] for role in attack["roles"]] == ["TARGET"]  # of the agent only the label
    assert (row["prelabelled"], row["prelabel_version"]) == (True, VERSION)
    other = found["rows"][second.doc_id]
    assert (other["status"], other["annotators"]) == ("single", ["annotator-1"])
    # The agent with two labels, and the time that only one has.
    assert found["counts"]["disputed"] == {"entities": 3, "events": 0, "roles": 0}
    assert "disputed, in annotations/ only: 3 entities" in found["err"]
    work = pq.read_table(Path(found["path"]) / "annotations").to_pylist()
    assert len(work) == 3
    assert {"ORG", "TIME"} <= {e["label"] for row in work for e in row["entities"]}
    card = (Path(found["path"]) / "README.md").read_text("utf-8")
    assert "- 1 articles are `agreed`: spans that at least 2 annotators share, exactly" in card
    assert "- `test` takes adjudicated articles only; the other splits take `single`" in card
    assert "- Disputed: 3 entities that some annotators marked are not in these" in card
    manifest = json.loads((Path(found["path"]) / "manifest.json").read_text("utf-8"))
    assert manifest["settings"]["gold"] == {"policy": "single", "k": 2, "include_silver": False}

    found = export(run, "--policy", "agreed")
    assert list(found["rows"]) == [first.doc_id]
    assert found["left_out"]["below"] == 1
    assert "1 articles are left out: their status is below --policy" in found["err"]
    found = export(run, "--k", "3")  # nothing that three could share: the latest
    assert found["rows"][first.doc_id]["status"] == "single"
    assert found["rows"][first.doc_id]["annotators"] == ["annotator-2"]
    assert found["counts"]["disputed"] == {"entities": 1, "events": 0, "roles": 0}
    refused = export(run, "--policy", "adjudicated", code=1)
    assert "2 articles are left out: their status is below --policy" in refused["err"]


def test_what_was_adjudicated_is_gold_and_the_later_wins(run: Run, here: Path) -> None:
    with campaign() as made:
        judging = made.project(f"{TITLE} (adjudication)", kind="adjudication")
        first, task = push(made, 1, overlap=2, split="test")
        second, _ = push(made, 2, split="test")
        third, waits = push(made, 3, split="test")
        (judged,) = made.push(judging, first, prediction=None, split="test")
        earlier = made.done(judged, SALMA, without(first, "T1"), at="2026-01-11T12:00:00Z")
        later = made.done(judged, ANNA, without(first, "T2"), at="2026-01-12T12:00:00Z")
        pulled(
            made.done(task, ANNA),
            made.done(task, OMAR, without(first, "T3")),
            made.done(waits, ANNA),
            made.done(waits, OMAR),
            earlier,
            later,
        )
        none = export(run, code=1)
        assert "1 articles are adjudicated, and not collected yet" in none["err"]
        collected(made, earlier)
        collected(made, later)
    found = export(run)
    assert list(found["rows"]) == [first.doc_id]  # it is test, and the others wait
    row = found["rows"][first.doc_id]
    assert (row["status"], row["annotators"]) == ("gold", ["annotator-1"])
    assert labels(row) == labels(
        {"entities": [], "events": [vars_of(s) for s in without(first, "T2").spans]}
    )
    assert (row["prelabelled"], row["prelabel_version"]) == (True, VERSION)  # as its readings were
    assert found["left_out"]["waiting"] == 1
    assert "1 test articles wait for adjudication: test takes gold only" in found["err"]
    assert second.doc_id not in found["err"]
    assert third.doc_id not in found["rows"]
    assert found["counts"]["disputed"] == {"entities": 0, "events": 0, "roles": 0}
    figures = json.loads((Path(found["path"]) / "agreement.json").read_text("utf-8"))
    assert [pair["annotators"] for pair in figures["pairs"]] == [["annotator-1", "annotator-2"]]
    # The adjudicators' work is neither a contribution nor part of agreement.
    work = pq.read_table(Path(found["path"]) / "annotations").to_pylist()
    assert [(w["doc_id"], w["annotator"]) for w in work if w["doc_id"] == first.doc_id] == [
        (first.doc_id, "annotator-1"),
        (first.doc_id, "annotator-2"),
    ]


def vars_of(span: Any) -> dict[str, Any]:
    return {"start": span.start, "label": span.label}


def test_an_explicit_split_makes_an_article_wait_as_well(run: Run, here: Path) -> None:
    with campaign() as made:
        first, task = push(made, 1)
        second, other = push(made, 2)
        pulled(made.done(task, ANNA), made.done(other, ANNA))
    with (here / "annotate.toml").open("a", encoding="utf-8") as file:
        file.write(f'[dataset.splits]\n"{first.doc_id}" = "test"\n')
    found = export(run)
    assert list(found["rows"]) == [second.doc_id]
    assert found["left_out"]["waiting"] == 1
    assert set(found["counts"]["by_split"]) == {"train"}


def test_an_adjudication_that_changed_since_it_was_collected_is_no_gold(
    run: Run, here: Path
) -> None:
    with campaign() as made:
        judging = made.project(f"{TITLE} (adjudication)", kind="adjudication")
        first, task = push(made, 1, overlap=2)
        (judged,) = made.push(judging, first)
        before = made.done(judged, SALMA, without(first, "T1"))
        collected(made, before)
        # Anna annotates and adjudicates: two works, and neither hides the other.
        own = made.done(judged, ANNA, without(first, "T2"), at="2026-02-01T12:00:00Z")
        pulled(made.done(task, ANNA), made.done(task, OMAR), before)
        assert export(run)["rows"][first.doc_id]["status"] == "gold"
        pulled(replace(before, digest="another"), own)
    found = export(run)
    assert found["rows"][first.doc_id]["status"] == "agreed"
    assert found["rows"][first.doc_id]["annotators"] == ["annotator-1", "annotator-2"]
    assert "1 articles are adjudicated, and not collected yet" in found["err"]


def test_people_come_before_simulated_annotators(run: Run, here: Path) -> None:
    with campaign() as made:
        first, task = push(made, 1)
        second, other = push(made, 2)
        robots = [made.done(t, name) for t in (task, other) for name in (ROBOT, OTHER_ROBOT)]
        pulled(*robots, made.done(task, ANNA, without(first, "T3")))
    found = export(run)
    row = found["rows"][first.doc_id]
    assert (row["status"], row["annotators"]) == ("single", ["annotator-1"])
    assert "TIME" not in labels(row)
    row = found["rows"][second.doc_id]
    assert row["status"] == "agreed"
    assert row["annotators"] == ["pass-a (simulated)", "pass-b (simulated)"]
    assert found["counts"]["simulated"] == 1


def test_passes_over_one_layer_vote_for_what_they_cover(run: Run, here: Path) -> None:
    with campaign() as made:
        entities = made.project(f"{TITLE} (entities)", layers="entities")
        events = made.project(f"{TITLE} (events)", layers="events")
        pushed = story(1)
        (named,) = made.push(entities, pushed)
        (marked,) = made.push(events, pushed)
        only = replace(without(pushed), spans=without(pushed).entities, relations=())
        pulled(
            made.done(named, ANNA, only, at="2026-01-01T00:00:00Z"),
            made.done(marked, OMAR, without(pushed, "T3"), at="2026-01-02T00:00:00Z"),
        )
        found = export(run)
        row = found["rows"][pushed.doc_id]
        assert (row["status"], row["annotators"]) == ("single", ["annotator-2"])
        assert found["counts"]["disputed"] == {"entities": 1, "events": 0, "roles": 0}
        pulled(made.done(marked, SALMA, without(pushed, "E3", "T3"), at="2026-01-03T00:00:00Z"))
        found = export(run)
        row = found["rows"][pushed.doc_id]
        assert row["status"] == "agreed"
        assert labels(row) == ["ATTACK", "ARM", "GPE", "STATEMENT"]
        assert found["counts"]["disputed"] == {"entities": 1, "events": 1, "roles": 0}
        # Her own entities are older than what she marked in the second pass: they are not heard.
        pulled(made.done(marked, ANNA, without(pushed, "T3"), at="2026-01-04T00:00:00Z"))
    found = export(run)
    assert labels(found["rows"][pushed.doc_id]) == [*labels(row), "ADVANCE"]
    assert found["counts"]["disputed"] == {"entities": 0, "events": 0, "roles": 0}


def test_another_text_of_the_article_is_not_compared(run: Run, here: Path) -> None:
    old = story(1)
    new = replace(story(1, f"{SENTENCE} وعاد الهدوء ."), doc_id=old.doc_id)
    with campaign() as made:
        (before,) = made.push(made.projects[0], old, overlap=2)
        (after,) = made.push(made.projects[0], new, overlap=2)
        pulled(
            made.done(before, ANNA, predicted(old, ONTOLOGY), at="2026-01-01T00:00:00Z"),
            made.done(after, OMAR, predicted(new, ONTOLOGY), at="2026-01-02T00:00:00Z"),
        )
        row = export(run)["rows"][old.doc_id]
        assert (row["status"], row["text_sha256"]) == ("single", new.text_sha256)
        # What two share of the older text is better than what one made of the newer.
        pulled(made.done(before, SALMA, predicted(old, ONTOLOGY), at="2026-01-01T00:00:00Z"))
        row = export(run)["rows"][old.doc_id]
        assert (row["status"], row["text_sha256"]) == ("agreed", old.text_sha256)
        pulled(made.done(after, SALMA, predicted(new, ONTOLOGY), at="2026-01-03T00:00:00Z"))
    row = export(run)["rows"][old.doc_id]
    assert (row["status"], row["text_sha256"]) == ("agreed", new.text_sha256)


def test_silver_is_what_was_proposed_for_what_nobody_finished(run: Run, here: Path) -> None:
    with campaign() as made:
        done, task = push(made, 1)
        open_one, _ = push(made, 2)
        held, _ = push(made, 3, split="test")
        _, passed = push(made, 4)
        push(made, 5, prediction=None)
        pulled(made.done(task, ANNA), made.done(passed, ANNA, status="skipped"))
    assert list(export(run)["rows"]) == [done.doc_id]
    found = export(run, "--include-silver")
    assert set(found["rows"]) == {done.doc_id, open_one.doc_id}
    assert held.doc_id not in found["rows"]
    row = found["rows"][open_one.doc_id]
    assert (row["status"], row["annotators"], row["prelabelled"]) == ("silver", [], True)
    assert row["prelabel_version"] == VERSION
    assert labels(row) == sorted_labels(predicted(open_one, ONTOLOGY))
    assert found["left_out"]["waiting"] == 1
    assert found["left_out"]["unproposed"] == 2  # pushed blank, or passed over
    assert found["counts"]["by_status"] == {"silver": 1, "single": 1}
    card = (Path(found["path"]) / "README.md").read_text("utf-8")
    assert "- 1 articles are `silver`: heuristics only, finished by nobody" in card
    assert run("verify", found["path"]).code == 0


def sorted_labels(annotation: Annotation) -> list[str]:
    return [label for _, label in sorted((s.start, s.label) for s in annotation.spans)]


def test_silver_of_an_article_in_parts(run: Run, here: Path) -> None:
    text = f"{SENTENCE}\n{SENTENCE}"
    long = story(1, text)
    parts = [
        Part(1, 2, 0, len(SENTENCE)),
        Part(2, 2, len(SENTENCE) + 1, len(long.text)),
    ]
    whole = predicted(long, ONTOLOGY)
    with campaign() as made:
        tasks = made.push(made.projects[0], long, parts=parts)
        place = (SERVER, made.projects[0].project_id)
        _, other = push(made, 2)
        made.ledger.add_predictions(*place, "old", [(tasks[0], within(whole, parts[0]))])
        pulled(made.done(tasks[0], ANNA, whole), made.done(other, ANNA))
        # One part lacks it: then there is no pre-annotation of the article.
        assert export(run, "--include-silver")["left_out"]["unproposed"] == 1
        shown = [(t, within(whole, p)) for t, p in zip(tasks, parts, strict=True)]
        made.ledger.add_predictions(*place, "late", shown)
        made.ledger.add_predictions(*place, "new", shown)
        made.ledger.add_predictions(*place, "half", [shown[0]])
    row = export(run, "--include-silver")["rows"][long.doc_id]
    assert (row["status"], row["prelabel_version"]) == ("silver", "new")
    assert labels(row) == sorted_labels(whole)
    with Ledger(load_settings().workspace.ledger) as ledger:
        ledger.mark_gone(*place, tasks[1:])
    assert export(run, "--include-silver")["left_out"]["unproposed"] == 1
    with Ledger(load_settings().workspace.ledger) as ledger:
        ledger.mark_gone(*place, tasks)
    assert export(run, "--include-silver")["left_out"]["unproposed"] == 0


def test_passes_over_one_layer_are_no_silver(run: Run, here: Path) -> None:
    with campaign() as made:
        first, task = push(made, 1)
        marking = made.project(f"{TITLE} (events)", layers="events")
        begun = story(2)
        made.push(marking, begun, prediction=predicted(begun, ONTOLOGY))
        pulled(made.done(task, ANNA))
    assert list(export(run, "--include-silver")["rows"]) == [first.doc_id]


def test_an_adjudication_that_misses_a_label_is_not_taken(run: Run, here: Path) -> None:
    with campaign() as made:
        judging = made.project(f"{TITLE} (adjudication)", kind="adjudication")
        first, task = push(made, 1, overlap=2)
        (judged,) = made.push(judging, first)
        some = json.dumps(ONTOLOGY.entity_codes)
        judgement = made.done(judged, SALMA, without(first, "T1"), labels_covered=some)
        pulled(made.done(task, ANNA), made.done(task, OMAR), judgement)
        collected(made, judgement)
    assert export(run)["rows"][first.doc_id]["status"] == "agreed"


def test_annotations_of_a_file_have_the_status_that_is_said(run: Run, here: Path) -> None:
    one = story(1)
    write_annotations(here / "a.jsonl", [replace(predicted(one, ONTOLOGY), text=one.text)])
    auto = ("--annotations", "a.jsonl", "--status", "auto")
    assert export(run, *auto)["rows"][one.doc_id]["status"] == "auto"
    assert "below --policy" in export(run, *auto, "--policy", "agreed", code=1)["err"]
    ran = run("export", "--annotations", "a.jsonl", "--include-silver")
    assert (ran.code, "--include-silver is for what was pushed" in ran.err) == (2, True)
    with (here / "annotate.toml").open("a", encoding="utf-8") as file:
        file.write(f'[dataset.splits]\n"{one.doc_id}" = "test"\n')
    assert "wait for adjudication" in export(run, *auto, code=1)["err"]
    gold = ("--annotations", "a.jsonl", "--status", "gold", "--policy", "adjudicated")
    assert export(run, *gold)["rows"][one.doc_id]["status"] == "gold"
