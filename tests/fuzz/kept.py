"""What is kept of the labeling: history, migrations and ledger, spoiled on the disk."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import cache
from io import BytesIO
from typing import Any

import pyarrow.parquet as pq
from hypothesis import strategies as st

from annotate.labeling import campaigns, history, interfaces, migration
from annotate.labeling.interface import labeling_interface
from annotate.labeling.ledger import Ledger
from annotate.labeling.standing import standing
from tests.fuzz.answers import MADE, PREDICTED, PROJECT, WHEN, new_folder, read_all
from tests.fuzz.files import NO_TABLE, parquet, put, scratch
from tests.fuzz.mutations import as_lines, spoiled_bytes, spoiled_json
from tests.fuzz.trying import Target
from tests.labeling.builders import article
from tests.labeling.campaign import Campaign
from tests.support import ONTOLOGY


@cache
def _good_history() -> bytes:
    folder = new_folder()
    with Ledger(None) as ledger:
        campaign = Campaign(ledger, ONTOLOGY)
        task = campaign.push(campaign.project(), MADE, prediction=PREDICTED)[0]
        entries = [campaign.done(task, "anna@example.org"), campaign.done(task, "omar@example.org")]
        path = history.append(folder, entries)
    assert path is not None
    return path.read_bytes()


def _history(data: bytes) -> None:
    folder = scratch() / "history"
    folder.mkdir(exist_ok=True)
    (folder / "000001.parquet").write_bytes(data)
    read_all(folder)


def _history_rows() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(BytesIO(_good_history())).to_pylist()
    return rows


def _history_values(rows: Any) -> None:
    try:
        data = parquet(rows)
    except NO_TABLE:
        return  # nobody can write such a file
    _history(data)


def _migrations(data: bytes) -> None:
    folder = scratch() / "migrations"
    folder.mkdir(exist_ok=True)
    (folder / "migrations.jsonl").write_bytes(data)
    found = migration.read(folder, until="2026-05-01T00:00:00+00:00")
    renamed = migration.renames(migration.read(folder))
    assert len(found) >= 0
    migration.check(ONTOLOGY, renamed)
    migration.with_hidden(labeling_interface(ONTOLOGY), renamed)


@cache
def _good_ledger() -> bytes:
    path = scratch() / "good.sqlite"
    with Ledger(path) as ledger:
        campaign = Campaign(ledger, ONTOLOGY)
        project = campaign.project()
        campaign.push(project, MADE, prediction=PREDICTED)
        campaign.push(project, article(2))
        interfaces.record(
            ledger, project.server, project.project_id, PROJECT["label_config"], ONTOLOGY, WHEN
        )
    return path.read_bytes()


def _ledger(data: bytes) -> None:
    path = put("ledger.sqlite", data)
    for extra in ("-journal", "-wal"):
        path.with_name(path.name + extra).unlink(missing_ok=True)
    with Ledger(path) as ledger:
        for title in campaigns.campaigns(ledger, "http://labels.invalid"):
            for project in campaigns.projects_of(ledger, "http://labels.invalid", title):
                place = (project.server, project.project_id)
                for task in ledger.tasks(*place):
                    ledger.article(task.doc_id, task.text_sha256)
                    for version in ledger.task_versions(*place):
                        ledger.prediction(*place, task.task_id, version, ONTOLOGY)
                standing(ledger, [project], [])
                ledger.pending(*place)
                interfaces.installed(ledger, *place)


_COLUMNS = {
    "articles": ("text", "about", "frozen", "text_sha256"),
    "tasks": ("part", "parts", "start", "end", "overlap", "split", "gone", "blank"),
    "predictions": ("record", "version"),
    "interfaces": ("installed_at", "labels"),
    "projects": ("campaign", "layers", "kind"),
}


@st.composite
def _ledger_values(draw: st.DrawFn) -> bytes:
    """A sound database in which a value is something else."""
    table = draw(st.sampled_from(list(_COLUMNS)))
    column = draw(st.sampled_from(_COLUMNS[table]))
    value = draw(
        st.none()
        | st.integers(-(2**62), 2**62)
        | st.sampled_from(
            ("", "x", "[]", "{}", "[1]", '{"offsets": []}', "null", "[" * 2000, "NaN")
        )
        | st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
        | st.binary(max_size=8)
        | st.floats(allow_nan=False)
    )
    path = put("changed.sqlite", _good_ledger())
    with closing(sqlite3.connect(path)) as database:
        try:
            with database:
                database.execute(f"UPDATE OR IGNORE {table} SET {column} = ?", (value,))  # noqa: S608 - names of ours
        except sqlite3.IntegrityError:
            pass
    return path.read_bytes()


def _as_rows(values: Any) -> bytes:
    return as_lines(values if isinstance(values, list) else [values])


_MIGRATIONS = [
    {
        "at": WHEN,
        "layer": "entity",
        "old": "OLD",
        "new": "PER",
        "spans": 3,
        "ontology_version": "1",
    },
    {
        "at": WHEN,
        "layer": "event",
        "old": "HIT",
        "new": "ATTACK",
        "spans": 0,
        "ontology_version": "1",
    },
]

TARGETS = [
    Target("history: bytes", st.deferred(lambda: spoiled_bytes([_good_history()])), _history),
    Target(
        "history: values",
        st.deferred(lambda: spoiled_json([_history_rows()])),
        _history_values,
        1.5,
    ),
    Target("migrations: bytes", spoiled_bytes([as_lines(_MIGRATIONS)]), _migrations, 0.5),
    Target(
        "migrations: values", spoiled_json([_MIGRATIONS]), lambda v: _migrations(_as_rows(v)), 0.5
    ),
    Target("ledger: bytes", st.deferred(lambda: spoiled_bytes([_good_ledger()])), _ledger, 0.5),
    Target("ledger: values", _ledger_values(), _ledger),
]
