"""A campaign from its first push to gold and another version of the heuristics, through all harm.

At the end the server, asked directly, the ledger and the history are compared: nothing is lost, and
nothing is there twice, but where a request that makes something was itself repeated on its way.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from dataclasses import dataclass
from typing import Any

from annotate.arabic.words import words
from annotate.corpus.article import make_doc_id
from annotate.labeling import adjudication
from annotate.labeling.campaigns import projects_of
from annotate.labeling.ledger import Key, Ledger
from annotate.labeling.wire import DISPUTE, KEEP
from annotate.storage import text_sha256
from tests.faults.world import PEOPLE, World

CHUNK = 250
BEGIN = "هاجم الجيش مدينة سرت يوم الثلاثاء"
_LETTERS = "بتثجحخدذرزسشصضطظعغفقكلمنهوي"
WORDS = [first + middle + last for first in _LETTERS for middle in "اوي" for last in _LETTERS]
LEXICON = "PER: [ميّاسة الزرنوقي]\n"
SETTINGS = """[project]
title = "{title}"
max_words = 50
[sampling]
seed = {seed}
test_share = 0.1
overlap = 2
overlap_share = 0.4
blank_share = 0.2
"""


@dataclass(frozen=True)
class Told:
    """What came of it.

    Attributes:
        tasks: of the campaign and of its adjudication.
        annotations: that people submitted, and that the history has.
        twins: tasks that are there twice, because their import was repeated on its way.
        gold: articles that were adjudicated.
        upgraded: tasks that got the pre-annotations of another version.
    """

    tasks: int
    annotations: int
    twins: int
    gold: int
    upgraded: int


def write(world: World, articles: int) -> None:
    """Settings and articles; every third has two parts."""
    settings = SETTINGS.format(title=world.title, seed=world.harm.seed)
    (world.folder / "annotate.toml").write_text(settings, encoding="utf-8")
    lines = []
    for number in range(articles):
        draw = random.Random(number)  # noqa: S311 - no secret
        paragraphs = [
            " ".join([BEGIN, *draw.choices(WORDS, k=22), "."]) for _ in range(1 + (number % 3 == 0))
        ]
        lines.append(json.dumps({"id": f"f{number}", "text": "\n".join(paragraphs)}))
    (world.folder / "articles.jsonl").write_text("\n".join(lines), encoding="utf-8")


def play(world: World, articles: int) -> Told:
    """All of it. `world.harm` says what happens on the way."""
    write(world, articles)
    source = str(world.folder / "articles.jsonl")
    world.until_done("push", source)
    tasks = world.tasks()
    with Ledger(world.workspace.ledger) as ledger:
        (project,) = projects_of(ledger, world.url, world.title)
        (version,) = ledger.task_versions(world.url, project.project_id)
    submitted: set[int] = set()
    half = sorted({task.doc_id for task in tasks})[::2]
    for number, task in enumerate(tasks):
        if task.doc_id in half:
            for place, who in enumerate(PEOPLE[: task.overlap]):
                left = number if place else None
                submitted.add(world.submit(task, who, version, without=left))
        if number == len(tasks) // 2:
            world.until_done("pull")
    world.until_done("pull")
    sent = world.until_done("adjudicate", "send")
    assert sent["articles"], sent
    settle(world, submitted)
    gold = world.until_done("adjudicate", "collect")
    upgraded = upgrade(world, source)
    for task in tasks:  # what is still open
        if task.doc_id not in half:
            submitted.add(world.submit(task, PEOPLE[0], version))
    world.until_done("pull")
    world.until_done("push", source)  # says and takes over what was repeated
    world.until_done("adjudicate", "collect")
    twins = check(world, submitted, articles)
    return Told(
        tasks=len(tasks),
        annotations=len(submitted),
        twins=twins,
        gold=int(gold["collected"]),
        upgraded=upgraded,
    )


def settle(world: World, submitted: set[int]) -> None:
    """The adjudicator marks every reading as to be kept."""
    with Ledger(world.workspace.ledger) as ledger:
        places = adjudication.projects(ledger, world.url, world.title)
        asked = [t for p in places for t in ledger.tasks(world.url, p.project_id)]
    assert asked, "nobody saw anything differently"
    for task in asked:
        _, results = world.direct.predictions(task.task_id)[-1]
        kept = [
            result | {"value": result["value"] | {"choices": [KEEP]}}
            if result.get("from_name") == DISPUTE
            else result
            for result in results
        ]
        submitted.add(world.direct.create_annotation(task.task_id, kept, world.people["salma"]))


def upgrade(world: World, source: str) -> int:
    """Another version of the heuristics, by a lexicon of one's own."""
    (world.folder / "entities.yaml").write_text(LEXICON, encoding="utf-8")
    with (world.folder / "annotate.toml").open("a", encoding="utf-8") as file:
        file.write('[preannotate]\nlexicons = ["entities.yaml"]\n')
    world.until_done("push", source)
    with Ledger(world.workspace.ledger) as ledger:
        (project,) = projects_of(ledger, world.url, world.title)
        versions = ledger.task_versions(world.url, project.project_id)
    assert len(versions) == 2
    return min(len(tasks) for tasks in versions.values())


def wanted_keys(world: World) -> set[Key]:
    """What articles and settings say that must be there, without the tool's own splitting."""
    found = set()
    for line in (world.folder / "articles.jsonl").read_text("utf-8").splitlines():
        value = json.loads(line)
        parts = value["text"].split("\n")
        assert all(len(words(part)) <= 50 for part in parts)
        doc_id = make_doc_id(0, given_id=value["id"])
        found |= {Key(doc_id, text_sha256(value["text"]), n + 1) for n in range(len(parts))}
    return found


def check(world: World, submitted: set[int], articles: int) -> int:
    """Compares all three; the number of tasks that are there twice."""
    harm, direct = world.harm, world.direct
    repeated = [seen for seen in harm.repeated if seen.endswith("/import")]
    with Ledger(world.workspace.ledger) as ledger:
        known = world.projects(ledger)
        places = {p.project_id: ledger.tasks(world.url, p.project_id) for p in known}
        for project in known:
            assert ledger.pending(world.url, project.project_id) == set()
    exported = {
        place: [
            task
            for start in range(0, len(tasks), CHUNK)
            for task in direct.export_tasks(
                place, [t.task_id for t in tasks[start : start + CHUNK]]
            )
        ]
        for place, tasks in places.items()
    }
    twins = 0
    for place, tasks in places.items():
        there = direct.project(place)
        assert there.tasks == len(tasks) == len(exported[place]), there.title
        keys = Counter(task.key for task in tasks)
        more = sum(keys.values()) - len(keys)
        assert more == 0 or repeated, keys.most_common(3)
        twins += more
        for task, found in zip(tasks, sorted(exported[place], key=_id), strict=True):
            _same(task.key, found)
    campaign = next(iter(places))
    assert {task.key for task in places[campaign]} == wanted_keys(world)
    made = {said["id"] for tasks in exported.values() for t in tasks for said in t["annotations"]}
    assert made == submitted, "the server has what people submitted"
    entries = [e for e in world.entries() if e.status != "deleted"]
    assert Counter(e.annotation_id for e in entries) == Counter(submitted)
    assert {e.status for e in entries} == {"submitted"}
    said = {s["id"]: s["result"] for ts in exported.values() for t in ts for s in t["annotations"]}
    assert all(json.loads(e.raw) == said[e.annotation_id] for e in entries)
    assert len({e.doc_id for e in entries}) == articles
    _once(world, exported)
    return twins


def _id(task: dict[str, Any]) -> int:
    return int(task["id"])


def _same(key: Key, there: dict[str, Any]) -> None:
    data = there["data"]
    assert Key(data["doc_id"], data["text_sha256"], data["part"]) == key


def _once(world: World, exported: dict[int, list[dict[str, Any]]]) -> None:
    """No task has a version of the pre-annotations twice, and each has the overlap of the plan."""
    doubled = any("import/predictions" in seen for seen in world.harm.repeated)
    for place, tasks in exported.items():
        overlaps = {state.task_id: state.overlap for state in world.direct.task_states(place)}
        with Ledger(world.workspace.ledger) as ledger:
            planned = {t.task_id: t.overlap for t in ledger.tasks(world.url, place)}
        assert overlaps == planned
        for task in tasks:
            versions = (
                Counter(version for version, _ in world.direct.predictions(_id(task)))
                if _sampled(task)
                else Counter()
            )
            assert doubled or set(versions.values()) <= {1}, versions


def _sampled(task: dict[str, Any]) -> bool:
    """One task in ten is asked about one by one; the others are counted in the export."""
    return _id(task) % 10 == 0 or len(task.get("predictions") or []) > 2
