"""Push by the sampling plan, in parts and passes, against the real server."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from annotate.corpus.article import Article
from annotate.errors import SettingsError, WorkspaceError
from annotate.labeling import campaigns
from annotate.labeling.first_pass import begin_second, first_passes
from annotate.labeling.ledger import Ledger
from annotate.labeling.parts import split
from annotate.labeling.push import push
from annotate.labeling.pushed import Pushed
from annotate.labeling.sampling import Plan, placement
from annotate.labeling.wire import to_results
from annotate.labeling.work import joined
from annotate.ontology import Ontology
from annotate.spans import Annotation, Span, ordered
from tests.labeling.bench import KEY, VERSION, Bench, replace_ledger
from tests.labeling.builders import SENTENCE, annotate, article, span

pytestmark = pytest.mark.server
PLAN = Plan(
    seed=3, test_share=0.3, validation_share=0.2, overlap=3, overlap_share=0.4, blank_share=0.5
)
LONG = "\n".join([" ".join([SENTENCE] * 3)] * 3)  # three paragraphs of 36 words and punctuation


def all_marked(made: Article, ontology: Ontology) -> Annotation:
    """Every occurrence of a few words, so that each part has some."""
    spans: list[Span] = []
    for surface, label in (("هاجم", "ATTACK"), ("الجيش", "ARM"), ("سرت", "GPE")):
        after = 0
        while (start := made.text.find(surface, after)) >= 0:
            after = start + len(surface)
            found = span(made.text, surface, label, ontology, f"R{len(spans)}")
            spans.append(replace(found, start=start, end=after))
    return annotate(made, ontology, ordered(spans))


def push_to(
    bench: Bench, articles: list[Article], version: str = VERSION, *, dry_run: bool = False
) -> Pushed:
    return push(
        articles,
        lambda made: all_marked(made, bench.ontology),
        version,
        target=bench.target,
        client=bench.client,
        ledger=bench.ledger,
        ontology=bench.ontology,
        dry_run=dry_run,
    )


def with_plan(bench: Bench, plan: Plan, **changes: object) -> Bench:
    return replace(bench, target=replace(bench.target, plan=plan, **changes))  # type: ignore[arg-type]


def overlaps(bench: Bench) -> dict[int, int]:
    return {state.task_id: state.overlap for state in bench.client.task_states(bench.project_id)}


def test_the_server_has_the_plan_and_the_order(bench: Bench) -> None:
    there = with_plan(bench, PLAN)
    articles = [article(n) for n in range(12)]
    said = push_to(there, articles, dry_run=True)
    done = push_to(there, articles)
    assert said.planned == done.planned
    assert sum(tasks for _, tasks in done.planned.values()) == done.tasks == 12
    wanted = {a.doc_id: placement(PLAN, a.doc_id) for a in articles}
    tasks = bench.ledger.tasks(KEY, there.project_id)
    assert {t.doc_id: (t.split, t.overlap, t.blank) for t in tasks} == {
        doc_id: (p.split, p.overlap, p.blank) for doc_id, p in wanted.items()
    }
    assert len({(p.overlap, p.blank) for p in wanted.values()}) >= 3  # the plan shows
    assert [wanted[t.doc_id].rank for t in tasks] == sorted(p.rank for p in wanted.values())
    assert overlaps(there) == {t.task_id: t.overlap for t in tasks}
    assert done.overlaps == sum(t.overlap != 3 for t in tasks)
    for exported in bench.client.export_tasks(there.project_id, [t.task_id for t in tasks]):
        is_blank = wanted[exported["data"]["doc_id"]].blank
        assert exported["data"]["blank"] is is_blank
        assert bool(exported["predictions"]) is not is_blank


def test_another_plan_afterwards_is_refused_and_changes_nothing(bench: Bench) -> None:
    push_to(with_plan(bench, PLAN), [article(1)])
    other = with_plan(bench, PLAN.model_copy(update={"overlap": 2}))
    with pytest.raises(SettingsError, match=r"fixed by its first push with overlap = 3"):
        push_to(other, [article(2)])
    assert bench.client.project(bench.project_id).tasks == 1


def test_overlaps_are_finished_by_the_next_push_also_where_somebody_was_quicker(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = with_plan(bench, Plan(overlap=2, overlap_share=0.4))
    articles = [article(n) for n in range(8)]
    calls = Counter[str]()
    set_overlap = bench.client.set_overlap

    def dies(task_id: int, overlap: int) -> None:
        calls["set"] += 1
        if calls["set"] == 2:
            raise KeyboardInterrupt
        set_overlap(task_id, overlap)

    with monkeypatch.context() as patch:
        patch.setattr(bench.client, "set_overlap", dies)
        with pytest.raises(KeyboardInterrupt):
            push_to(there, articles)
    wanted = {t.task_id: t.overlap for t in bench.ledger.tasks(KEY, there.project_id)}
    behind = [task for task, overlap in overlaps(there).items() if overlap != wanted[task]]
    assert behind
    # Somebody submits before the overlap is set: the server takes the task for finished.
    bench.client.create_annotation(behind[0], [], bench.user_id)
    done = push_to(there, articles)
    assert done.overlaps == len(behind)
    states = {state.task_id: state for state in bench.client.task_states(there.project_id)}
    assert {task: state.overlap for task, state in states.items()} == wanted
    assert not states[behind[0]].finished
    assert push_to(there, articles).overlaps == 0


def test_overlaps_that_somebody_rewrote_are_put_back(bench: Bench) -> None:
    there = with_plan(bench, Plan(overlap=2, overlap_share=0.4))
    articles = [article(n) for n in range(8)]
    push_to(there, articles)
    wanted = {t.task_id: t.overlap for t in bench.ledger.tasks(KEY, there.project_id)}
    assert set(wanted.values()) == {1, 2}
    bench.client.update_project(there.project_id, maximum_annotations=5)
    assert set(overlaps(there).values()) == {1, 5}
    done = push_to(there, [*articles, article(9)])
    assert done.overlaps >= list(wanted.values()).count(2)
    assert overlaps(there).items() >= wanted.items()
    assert set(overlaps(there).values()) == {1, 2}


def test_long_articles_become_parts_that_stay_as_they_were_pushed(bench: Bench) -> None:
    there = with_plan(bench, Plan(), max_words=50)
    made, short = article(1, LONG), article(2)
    done = push_to(there, [made, short])
    assert (len(done.created), done.tasks) == (2, 4)
    tasks = [t for t in bench.ledger.tasks(KEY, there.project_id) if t.doc_id == made.doc_id]
    assert tuple(t.part for t in tasks) == split(made.text, 50)
    ids = [t.task_id for t in tasks]
    assert ids == list(range(ids[0], ids[0] + 3))  # one after the other
    shown = bench.client.export_tasks(there.project_id, ids)
    for task, exported in zip(tasks, sorted(shown, key=lambda t: t["id"]), strict=True):
        text = task.part.of(made.text)
        assert exported["data"]["text"] == text
        ((_, results),) = bench.client.predictions(task.task_id)
        regions = [r["value"] for r in results if r["type"] == "labels"]
        assert len(regions) == 9
        assert all(text[r["start"] : r["end"]] == r["text"] for r in regions)
        kept = bench.ledger.prediction(KEY, there.project_id, task.task_id, VERSION, bench.ontology)
        assert kept is not None
        assert {(s.start, s.end) for s in kept.spans} == {
            (r["start"] + task.part.start, r["end"] + task.part.start) for r in regions
        }
    # Other settings later: what is pushed stays, what is deleted comes back as it was.
    wider = with_plan(bench, Plan(), max_words=350)
    assert push_to(wider, [made, short]).tasks == 0
    bench.client._sdk.tasks.delete(str(ids[1]))
    again = push_to(wider, [made, short])
    assert (again.gone, again.tasks) == (1, 1)
    parts = {t.part for t in bench.ledger.tasks(KEY, there.project_id) if t.doc_id == made.doc_id}
    assert parts == set(split(made.text, 50))


def test_a_lost_ledger_finds_all_parts_again(bench: Bench) -> None:
    there = with_plan(bench, Plan(), max_words=50)
    made = article(1, LONG)
    push_to(there, [made])
    before = bench.ledger.tasks(KEY, there.project_id)
    with Ledger(None) as empty:
        wider = with_plan(replace_ledger(bench, empty), Plan(), max_words=350)
        changed = replace(made, text=f"{made.text}\nسطر")
        done = push_to(wider, [changed])
        assert (done.recovered, done.created) == ((made.doc_id,), (made.doc_id,))
        tasks = empty.tasks(KEY, wider.project_id)
        assert [t for t in tasks if t.text_sha256 == made.text_sha256] == before
        found = empty.article(made.doc_id, made.text_sha256)
        assert found is not None
        assert found.text == made.text


def test_a_task_that_is_there_twice_is_said_and_kept(bench: Bench) -> None:
    made = article(1)
    push_to(bench, [made])
    (exported,) = bench.client.export_tasks(bench.project_id, list(bench.tasks().values()))
    (double,) = bench.client.import_tasks(bench.project_id, [{"data": exported["data"]}])
    done = push_to(bench, [made])
    assert (done.tasks, done.doubled) == (0, ((bench.project_id, double),))
    assert len(bench.ledger.tasks(KEY, bench.project_id)) == 2
    assert push_to(bench, [made]).doubled == ()


def test_parts_that_cannot_be_made_again_are_refused(bench: Bench) -> None:
    there = with_plan(bench, Plan(), max_words=50)
    made = article(1, LONG)
    push_to(there, [made])
    first = bench.ledger.tasks(KEY, there.project_id)[0]
    for task in bench.ledger.tasks(KEY, there.project_id)[1:]:
        bench.client._sdk.tasks.delete(str(task.task_id))
    with Ledger(None) as empty:
        wider = with_plan(replace_ledger(bench, empty), Plan(), max_words=350)
        with pytest.raises(WorkspaceError, match="some parts of article"):
            push_to(wider, [made])
        same = with_plan(wider, Plan(), max_words=50)
        assert push_to(same, [made]).tasks == 2
        assert first in empty.tasks(KEY, same.project_id)


def test_two_passes_have_projects_of_their_own_and_the_second_begins_from_the_first(
    bench: Bench,
) -> None:
    made = article(1, LONG)
    first = with_plan(bench, Plan(), max_words=50, layers="entities")
    push_to(first, [made])
    projects = campaigns.projects_of(bench.ledger, KEY, bench.target.title)
    assert [(p.layers, p.title[-11:]) for p in projects] == [("entities", " (entities)")]
    (project,) = projects
    tasks = bench.ledger.tasks(KEY, project.project_id)
    for task in tasks:
        ((_, results),) = bench.client.predictions(task.task_id)
        assert {r["from_name"] for r in results} == {"entity"}
    marked = annotate(
        made,
        bench.ontology,
        [s for s in all_marked(made, bench.ontology).entities if s.label == "ARM"],
    )
    for task in tasks:
        done = to_results(marked, bench.ontology, task.part)
        bench.client.create_annotation(task.task_id, done, bench.user_id)
    bench.pull()
    assert [w.is_complete for w in joined(bench.entries())] == [True]
    works = first_passes(bench.entries())

    second = with_plan(bench, Plan(), max_words=350, layers="events")
    pushed = push(
        [made],
        lambda a: (
            begin_second(
                all_marked(a, bench.ontology),
                works[a.text_sha256].annotation(bench.ontology),
                bench.ontology,
            ).annotation
        ),
        VERSION,
        target=second.target,
        client=bench.client,
        ledger=bench.ledger,
        ontology=bench.ontology,
    )
    assert pushed.tasks == 3  # the parts of the first pass
    (project_id,) = pushed.project_ids
    assert project_id != project.project_id
    for task in bench.ledger.tasks(KEY, project_id):
        kept = bench.ledger.prediction(KEY, project_id, task.task_id, VERSION, bench.ontology)
        assert kept is not None
        assert {s.label for s in kept.spans} == {"ATTACK", "ARM"}
