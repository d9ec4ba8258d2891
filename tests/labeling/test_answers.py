"""Answers of the server that are not as they should be: what is kept, and what is refused."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from annotate.errors import ServerError, WorkspaceError
from annotate.jsontext import storable
from annotate.labeling import history, interfaces
from annotate.labeling.entry import Entry
from annotate.labeling.ledger import Ledger
from annotate.labeling.pull import Pulled, pull
from tests.fuzz.answers import EXPORTED, MADE, PREDICTED, PROJECT, WHEN, Spoiled, client_of
from tests.labeling.campaign import Campaign
from tests.support import ONTOLOGY


def pulled(folder: Path, exported: Any) -> tuple[Pulled, list[Entry]]:
    """A pull of these tasks, as JSON text where it is one."""
    body = exported if isinstance(exported, bytes) else json.dumps(exported).encode()
    with Ledger(None) as ledger, client_of(Spoiled("/export", 200, body, {})) as client:
        campaign = Campaign(ledger, ONTOLOGY)
        project = campaign.project()
        campaign.push(project, MADE, prediction=PREDICTED)
        place = (project.server, project.project_id)
        interfaces.record(ledger, *place, str(PROJECT["label_config"]), ONTOLOGY, WHEN)
        done = pull([project], client=client, ledger=ledger, folder=folder, ontology=ONTOLOGY)
    return done, list(history.read(folder))


def changed(**annotation: Any) -> list[dict[str, Any]]:
    """The usual export with another annotation."""
    exported = copy.deepcopy(EXPORTED)
    exported[0]["annotations"][0].update(annotation)
    return exported


def test_half_an_emoji_in_a_remark_does_not_stop_the_pull(tmp_path: Path) -> None:
    results = copy.deepcopy(EXPORTED[0]["annotations"][0]["result"])
    region = next(result for result in results if result["type"] == "labels")
    region["meta"] = {"text": ["جيد \ud83d"]}
    done, entries = pulled(tmp_path, changed(result=results))
    assert (done.new, done.quarantined) == (1, [])
    (entry,) = [entry for entry in entries if entry.status == "submitted"]
    notes = [span.note for span in entry.annotation(ONTOLOGY).spans if span.note]
    assert notes == ["جيد \ufffd"]
    assert "\ufffd" in json.loads(entry.raw)[results.index(region)]["meta"]["text"][0]


def test_what_json_does_not_know_is_nothing() -> None:
    assert storable('{"a": NaN, "b": [Infinity, "\\ud800x"]}') == {
        "a": None,
        "b": [None, "\ufffdx"],
    }
    assert storable('{"a": "\\ud83d\\ude00"}') == {"a": "😀"}
    with pytest.raises(ValueError, match="nested"):
        storable("[" * 100_000)


@pytest.mark.parametrize("seconds", ["12", -1, 1e308, True, [], 10**400])
def test_a_time_that_is_none_is_not_known(tmp_path: Path, seconds: Any) -> None:
    done, entries = pulled(tmp_path, changed(lead_time=seconds))
    assert done.new == 1
    times = {entry.status: entry.lead_time for entry in entries}
    assert times["submitted"] in (None, 1.0)  # true is a number of JSON's readers
    assert (times["submitted"] is None) == (seconds is not True)


def test_a_score_that_is_none_is_left_out(tmp_path: Path) -> None:
    results = [dict(result, score=10**400) for result in EXPORTED[0]["annotations"][0]["result"]]
    done, entries = pulled(tmp_path, changed(result=results))
    assert done.new == 1
    assert len(entries[0].annotation(ONTOLOGY).spans) == len(PREDICTED.spans)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda exported: exported[0].update(annotations=[None]),
        lambda exported: exported[0].update(annotations=5),
        lambda exported: exported[0]["annotations"][0].update(id=2**63),
        lambda exported: exported[0]["annotations"][0].pop("id"),
        lambda exported: exported[0].update(id=[1]),
        lambda exported: exported[0].update(id=2),
        lambda exported: exported.append(exported[0]),
        lambda exported: exported.clear() or exported.append(None),
    ],
)
def test_what_is_no_export_is_one_error_and_nothing_is_kept(tmp_path: Path, spoil: Any) -> None:
    exported = copy.deepcopy(EXPORTED)
    spoil(exported)
    with pytest.raises(ServerError):
        pulled(tmp_path, exported)
    assert history.newest(tmp_path) == 0


@pytest.mark.parametrize("data", [None, 5, {}, {"text": None}, {"text": "something else"}])
def test_what_the_task_shows_instead_is_quarantined(tmp_path: Path, data: Any) -> None:
    exported = copy.deepcopy(EXPORTED)
    exported[0]["data"] = data
    done, entries = pulled(tmp_path, exported)
    assert [one.problem.reason for one in done.quarantined][:1] == [
        "the task shows another text than the one that was pushed"
    ]
    assert not entries[0].is_sound


def test_a_user_whom_the_server_forgot(tmp_path: Path) -> None:
    _, entries = pulled(tmp_path, changed(completed_by=None))
    assert entries[0].annotator == "deleted user of annotation 5"


def test_kinds_of_results_that_nobody_knows_are_quarantined(tmp_path: Path) -> None:
    results = [*EXPORTED[0]["annotations"][0]["result"], {"type": "rectangle", "id": "r"}, 7]
    done, entries = pulled(tmp_path, changed(result=results))
    assert [one.problem.reason for one in done.quarantined] == [
        "unknown kind of result 'rectangle'"
    ]
    assert json.loads(entries[0].raw) == results


def test_a_server_that_lists_the_same_again_and_again_is_found_out() -> None:
    page = {"count": 1, "next": "more", "previous": None, "results": [PROJECT]}
    server = Spoiled("/api/projects", 200, json.dumps(page).encode(), {})
    with client_of(server) as client, pytest.raises(ServerError, match="again and again"):
        client.find_project("another title")


def test_a_full_disk_is_said(tmp_path: Path) -> None:
    def write() -> None:
        with Ledger(tmp_path / "ledger.sqlite") as ledger:
            ledger.database.execute("PRAGMA max_page_count = 1")
            ledger.database.execute("CREATE TABLE more AS SELECT zeroblob(1000000) AS x")

    with pytest.raises(WorkspaceError, match=r"ledger\.sqlite: the disk is full; make room"):
        write()
