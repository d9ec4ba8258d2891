"""Blind work in a real browser: two annotators, each with a project, neither meets the other's."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest

from annotate.labeling.assignments import project_title
from annotate.labeling.campaigns import KnownProject, projects_of
from annotate.labeling.sampling import Plan
from tests.browser import Annotator
from tests.labeling.bench import KEY, Bench
from tests.labeling.builders import article, predicted
from tests.labeling.conftest import PasswordOf

pytestmark = [pytest.mark.server, pytest.mark.browser]
ANNA, OMAR = "anna.blind@example.org", "omar.blind@example.org"


def test_each_sees_their_own_tasks_and_pull_tells_them_apart(
    bench: Bench, browser: Annotator, password_of: PasswordOf
) -> None:
    passwords = {email: password_of(email) for email in (ANNA, OMAR)}
    target = replace(bench.target, plan=Plan(overlap=2), annotators=(ANNA, OMAR))
    there = replace(bench, target=target)
    made = article(1)
    done = there.push([made])
    assert (done.created, done.tasks, len(done.project_ids)) == ((made.doc_id,), 2, 2)
    projects: dict[str, KnownProject] = {
        str(p.owner): p for p in projects_of(bench.ledger, KEY, target.title)
    }
    assert {owner: p.title for owner, p in projects.items()} == {
        name: project_title(target.title, "all", name) for name in (ANNA, OMAR)
    }
    tasks = {
        owner: bench.ledger.tasks(KEY, p.project_id)[0].task_id for owner, p in projects.items()
    }
    drawn = {(s.start, s.end) for s in predicted(made, bench.ontology).spans}
    left: dict[str, set[tuple[int, int]]] = {}
    for owner, delete in ((ANNA, "الثلاثاء"), (OMAR, "تتقدم")):
        project, task_id = projects[owner], tasks[owner]
        start = made.text.index(delete)
        left[owner] = drawn - {(start, start + len(delete))}
        browser.sign_in(owner, passwords[owner])
        # What the heuristics proposed, and nothing of who was here before.
        assert browser.open_label_stream(project.project_id, len(drawn)) == task_id
        assert browser.regions() == drawn
        browser.delete(start, start + len(delete))
        browser.submit()
        browser.until(partial(_is_submitted, there, project, task_id))
        if owner == OMAR:
            # Community has no access control: whoever looks for it finds another's work.
            anna = projects[ANNA]
            browser.open_task(anna.project_id, tasks[ANNA], len(left[ANNA]))

    pulled = there.pull()
    assert (pulled.new, pulled.not_owner) == (2, 0)
    found = {entry.annotator: entry for entry in there.entries()}
    assert set(found) == {ANNA, OMAR}
    for owner, entry in found.items():
        assert (entry.owner, entry.is_foreign) == (owner, False)
        spans = entry.annotation(bench.ontology).spans
        assert {(s.start, s.end) for s in spans} == left[owner]

    # It is seen, too, where somebody works in another's project.
    results = bench.client.predictions(tasks[ANNA])[0][1]
    omar = next(number for number, email in bench.client.users().items() if email == OMAR)
    bench.client.create_annotation(tasks[ANNA], results, omar)
    pulled = there.pull()
    assert (pulled.new, pulled.not_owner) == (1, 1)
    (foreign,) = [entry for entry in there.entries() if entry.is_foreign]
    assert (foreign.owner, foreign.annotator) == (ANNA, OMAR)


def _is_submitted(bench: Bench, project: KnownProject, task_id: int) -> bool:
    (task,) = bench.client.export_tasks(project.project_id, [task_id])
    return len(task["annotations"]) == 1
