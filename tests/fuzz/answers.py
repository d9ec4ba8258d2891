"""What comes from the labeling server: results, answers of any shape, the interface."""

from __future__ import annotations

import itertools
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
from hypothesis import strategies as st

from annotate.labeling import adjudication, history, interfaces
from annotate.labeling.by_article import by_article
from annotate.labeling.client import Client
from annotate.labeling.interface import interface_names, labeling_interface
from annotate.labeling.ledger import Ledger
from annotate.labeling.parts import whole
from annotate.labeling.pull import pull
from annotate.labeling.received import from_results
from annotate.labeling.standing import standing
from annotate.labeling.wire import to_results, to_task
from annotate.labeling.work import joined
from annotate.spans import problems
from tests.fuzz.files import scratch
from tests.fuzz.mutations import spoiled_bytes, spoiled_json
from tests.fuzz.trying import Target
from tests.labeling.builders import article, predicted
from tests.labeling.campaign import TITLE, VERSION, Campaign
from tests.support import ONTOLOGY

MADE = article(1)
PREDICTED = predicted(MADE, ONTOLOGY)
RESULTS = [dict(item, origin="manual") for item in to_results(PREDICTED, ONTOLOGY)]
WHEN = "2026-01-10T12:00:00.000000Z"
DATE = "Sat, 10 Jan 2026 13:00:00 GMT"
ANNOTATION = {
    "id": 5,
    "completed_by": 1,
    "result": RESULTS,
    "was_cancelled": False,
    "ground_truth": False,
    "created_at": WHEN,
    "updated_at": WHEN,
    "lead_time": 12.5,
    "prediction": {"id": 9, "model_version": VERSION},
    "parent_prediction": 9,
    "task": 1,
    "project": 1,
}
DRAFT = {
    "id": 6,
    "user": "anna@example.org",
    "result": RESULTS[:2],
    "created_at": WHEN,
    "updated_at": WHEN,
    "lead_time": 1.0,
}
EXPORTED: list[dict[str, Any]] = [
    {
        "id": 1,
        "annotations": [ANNOTATION],
        "drafts": [DRAFT],
        "predictions": [9],
        "data": dict(to_task(MADE, whole(MADE.text), PREDICTED, VERSION, ONTOLOGY)["data"]),
        "created_at": WHEN,
        "updated_at": WHEN,
        "project": 1,
    }
]


def _wire(results: Any) -> None:
    items = results if isinstance(results, list) else [results]
    items = [item for item in items if isinstance(item, dict)]
    part = whole(MADE.text)
    found = from_results(items, MADE.text, MADE.text_sha256, part, ONTOLOGY)
    assert problems(found.annotation, MADE.text, ONTOLOGY) == []
    again = from_results(
        [dict(item) for item in to_results(found.annotation, ONTOLOGY)],
        *(MADE.text, MADE.text_sha256, part, ONTOLOGY),
    )
    assert len(again.annotation.spans) == len(found.annotation.spans)


# A server that answers one request wrongly


PROJECT: dict[str, Any] = {
    "id": 1,
    "title": TITLE,
    "task_number": 1,
    "model_version": VERSION,
    "show_collab_predictions": True,
    "maximum_annotations": 1,
    "label_config": labeling_interface(ONTOLOGY),
    "created_at": WHEN,
}
USER = {
    "id": 1,
    "email": "anna@example.org",
    "username": "anna",
    "first_name": "",
    "last_name": "",
    "initials": "a",
    "avatar": None,
    "phone": "",
    "active_organization": 1,
    "last_activity": WHEN,
    "date_joined": WHEN,
    "allow_newsletters": False,
    "organization_membership": {"active": "OW", "organization_id": 1},
    "active_organization_meta": {"title": "x", "email": "a@b.c"},
    "lse_fields": None,
    "pause": "",
}
TASK = {
    "id": 1,
    "updated_at": WHEN,
    "overlap": 1,
    "total_annotations": 1,
    "is_labeled": False,
    "predictions_model_versions": VERSION,
    "data": EXPORTED[0]["data"],
}
ANSWERS: dict[str, Any] = {
    "/export": EXPORTED,
    "/api/projects/1/import/predictions": {"created": 1},
    "/api/projects/1/import": {"task_ids": [1]},
    "/api/projects/1": PROJECT,
    "/api/projects": {"count": 1, "next": None, "previous": None, "results": [PROJECT]},
    "/api/tasks/1": TASK | {"overlap": 2},
    "/api/tasks": {"tasks": [TASK], "total": 1, "total_annotations": 1, "total_predictions": 1},
    "/api/predictions": [
        {"id": 9, "model_version": VERSION, "result": RESULTS, "task": 1, "score": 0.5}
    ],
    "/api/users": [USER],
    "/api/current-user/whoami": USER,
    "/api/version": {"release": "1.23.2"},
    "/api/annotations": ANNOTATION,
    "/api/organizations/1/memberships/1": {"user": 1, "organization": 1, "annotations_count": 3},
}


def _answer(path: str) -> str:
    """Which of the answers a path gets."""
    return next((known for known in ANSWERS if known in path or path.startswith(known)), "")


class Spoiled:
    """A server whose answer to one kind of request is something else."""

    def __init__(self, which: str, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.which, self.status, self.body, self.headers = which, status, body, headers

    def __repr__(self) -> str:
        return f"Spoiled({self.which!r}, {self.status}, {self.body!r}, {self.headers})"

    def __call__(self, request: httpx.Request) -> httpx.Response:
        name = _answer(request.url.path.rstrip("/"))
        usual = {"content-type": "application/json", "date": DATE}
        if name == self.which:
            return httpx.Response(self.status, content=self.body, headers=usual | self.headers)
        return httpx.Response(200, content=json.dumps(ANSWERS[name]).encode(), headers=usual)


def client_of(server: Spoiled) -> Client:
    client = Client("http://127.0.0.1:9", "0" * 40, sleep=lambda _: None)
    client._http._transport = httpx.MockTransport(server)
    client._http._mounts = {}
    return client


CALLS: list[Callable[[Client], Any]] = [
    lambda c: c.check(),
    lambda c: c.find_project(TITLE),
    lambda c: c.project_exists(1),
    lambda c: c.size(1),
    lambda c: c.changed_since(1, WHEN, 10),
    lambda c: c.with_drafts(1),
    lambda c: c.missing(1, [1, 2]),
    lambda c: list(c.task_states(1)),
    lambda c: c.find_tasks(1, [MADE.doc_id]),
    lambda c: c.predictions(1),
    lambda c: c.users(),
    lambda c: c.members(),
    lambda c: c.export_tasks(1, [1]),
    lambda c: c.import_tasks(1, [{}]),
    lambda c: c.import_predictions(1, [{}]),
    lambda c: c.set_overlap(1, 2),
    lambda c: c.create_annotation(1, RESULTS, 1),
]


@st.composite
def _spoiled_answers(draw: st.DrawFn) -> Spoiled:
    which = draw(st.sampled_from(list(ANSWERS)))
    status = draw(st.sampled_from((200, 200, 200, 200, 201, 204, 302, 404, 500)))
    if draw(st.integers(0, 4)):
        value = draw(spoiled_json([ANSWERS[which]]))
        body = json.dumps(value).encode("ascii", "replace")
    else:
        body = draw(spoiled_bytes([json.dumps(ANSWERS[which]).encode()[:2000]]))
    headers = draw(st.sampled_from(({}, {}, {"date": "yesterday"}, {"content-type": "text/html"})))
    return Spoiled(which, status, body, headers)


def _ask(given: tuple[int, Spoiled]) -> None:
    number, server = given
    with client_of(server) as client:
        CALLS[number % len(CALLS)](client)


_NUMBERS = itertools.count()


def new_folder() -> Path:
    folder = scratch() / f"pull-{next(_NUMBERS)}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder


def _pull(server: Spoiled) -> None:
    """A pull from such a server: its history is whole, and holds what can be read again."""
    folder = new_folder()
    try:
        with Ledger(None) as ledger, client_of(server) as client:
            campaign = Campaign(ledger, ONTOLOGY)
            project = campaign.project()
            campaign.push(project, MADE, prediction=PREDICTED)
            place = (project.server, project.project_id)
            interfaces.record(ledger, *place, PROJECT["label_config"], ONTOLOGY, WHEN)
            try:
                for _ in range(2):
                    pull(
                        [project],
                        client=client,
                        ledger=ledger,
                        folder=folder,
                        ontology=ONTOLOGY,
                    )
            finally:
                read_all(folder)
                current = history.current(folder).values()
                state = standing(ledger, [project], current)
                assert state.tasks is not None
                _ = [state.is_complete(doc_id) for doc_id in state.articles]
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def read_all(folder: Path) -> None:
    entries = list(history.read(folder))
    assert history.heads(folder).keys() == {entry.key for entry in entries}
    for work in joined(entries):
        work.annotation(ONTOLOGY)
    for entry in entries:
        adjudication.kept_regions(entry)
        assert isinstance(entry.problems, list)
    for found in by_article(folder, lambda _: True):
        assert found.entries or found.unsound


XML = [
    labeling_interface(ONTOLOGY).encode(),
    b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    b'<View><Labels name="entity"><Label value="&b;"/></Labels></View>',
]


def _interface(data: bytes) -> None:
    xml = data.decode("utf-8", "replace")
    interface_names(xml)
    interfaces.offered(xml)


TARGETS = [
    Target("results of an annotation", spoiled_json([RESULTS]), _wire, 3),
    Target("answers of a server", st.tuples(st.integers(0, 60), _spoiled_answers()), _ask, 3),
    Target("pull from a server", _spoiled_answers(), _pull, 2),
    Target(
        "pull of an annotation",
        spoiled_json([EXPORTED]).map(
            lambda v: Spoiled("/export", 200, json.dumps(v).encode("ascii", "replace"), {})
        ),
        _pull,
        2,
    ),
    Target("labeling interface", spoiled_bytes(XML), _interface, 0.5),
]
