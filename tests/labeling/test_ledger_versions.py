"""A ledger of an earlier version goes on working; one of a later version is left alone."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from annotate.errors import WorkspaceError
from annotate.labeling.campaigns import KnownProject, projects_of
from annotate.labeling.ledger import Ledger, Task
from annotate.labeling.ledger_schema import VERSION, about_json
from annotate.labeling.parts import whole
from annotate.ontology import Ontology
from annotate.records import to_record
from tests.labeling.builders import article, predicted

# The tables of version 1, as it made them.
TABLES_1 = """
CREATE TABLE articles (doc_id TEXT PRIMARY KEY, text TEXT NOT NULL, about TEXT NOT NULL);
CREATE TABLE projects (
  server TEXT NOT NULL, title TEXT NOT NULL, project_id INTEGER NOT NULL,
  PRIMARY KEY (server, title));
CREATE TABLE pending (
  server TEXT NOT NULL, project_id INTEGER NOT NULL, doc_id TEXT NOT NULL,
  text TEXT NOT NULL, about TEXT NOT NULL, version TEXT, record TEXT,
  PRIMARY KEY (server, project_id, doc_id));
CREATE TABLE tasks (
  server TEXT NOT NULL, project_id INTEGER NOT NULL, task_id INTEGER NOT NULL,
  doc_id TEXT NOT NULL REFERENCES articles, gone INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (server, project_id, task_id));
CREATE TABLE predictions (
  server TEXT NOT NULL, project_id INTEGER NOT NULL, task_id INTEGER NOT NULL,
  version TEXT NOT NULL, record TEXT NOT NULL,
  PRIMARY KEY (server, project_id, task_id, version));
CREATE TABLE loaded (
  server TEXT NOT NULL, project_id INTEGER NOT NULL, task_id INTEGER NOT NULL,
  annotator TEXT NOT NULL, PRIMARY KEY (server, project_id, task_id, annotator));
"""


def ledger_of_version_1(path: Path, ontology: Ontology) -> None:
    with closing(sqlite3.connect(path)) as database, database:
        database.executescript(TABLES_1)
        for number in (1, 2):
            made = article(number)
            about = about_json(made)
            database.execute("INSERT INTO articles VALUES (?,?,?)", (made.doc_id, made.text, about))
            place = ("s", 3, 10 + number, made.doc_id)
            database.execute("INSERT INTO tasks VALUES (?,?,?,?,?)", (*place, number == 2))
        database.execute("INSERT INTO projects VALUES ('s', 'Arabic news', 3)")
        database.execute("INSERT INTO loaded VALUES ('s', 3, 11, 'a@simulated.invalid')")
        record = json.dumps(to_record(predicted(article(1), ontology)))
        database.execute("INSERT INTO predictions VALUES ('s', 3, 11, 'h-1', ?)", (record,))
        made = article(4)
        staged = ("s", 3, made.doc_id, made.text, about_json(made))
        database.execute("INSERT INTO pending VALUES (?,?,?,?,?,NULL,NULL)", staged)


def test_a_ledger_of_version_1_keeps_everything(tmp_path: Path, ontology: Ontology) -> None:
    path = tmp_path / "ledger.sqlite"
    ledger_of_version_1(path, ontology)
    first, second = article(1), article(2)
    for _ in range(2):  # and opening it again changes nothing more
        with Ledger(path) as ledger:
            task = Task(11, first.doc_id, first.text_sha256, whole(first.text))
            assert ledger.tasks("s", 3) == [task]
            assert [t.doc_id for t in ledger.tasks("s", 3, gone=True)] == [second.doc_id]
            assert ledger.article(first.doc_id) == first
            assert ledger.prediction("s", 3, 11, "h-1", ontology) == predicted(first, ontology)
            assert projects_of(ledger, "s", "Arabic news") == [
                KnownProject("s", 3, "Arabic news", "Arabic news")
            ]
            # What was staged may have reached the server: push asks there, not here.
            assert ledger.pending("s", 3) == set()
            assert ledger.database.execute("SELECT COUNT(*) FROM loaded").fetchone() == (1,)


def test_an_upgrade_that_fails_leaves_the_old_ledger(tmp_path: Path, ontology: Ontology) -> None:
    path = tmp_path / "ledger.sqlite"
    ledger_of_version_1(path, ontology)
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE TABLE old_tasks (in_the_way)")
    with pytest.raises(WorkspaceError, match="the ledger cannot be used"):
        Ledger(path)
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("SELECT COUNT(*) FROM articles").fetchone() == (2,)
        assert database.execute("SELECT COUNT(*) FROM pending").fetchone() == (1,)
        assert database.execute("PRAGMA user_version").fetchone() == (0,)


def test_a_ledger_of_a_later_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with Ledger(path) as ledger:
        ledger.database.execute(f"PRAGMA user_version = {VERSION + 1}")
    with pytest.raises(WorkspaceError, match="a newer version of annotate wrote the ledger"):
        Ledger(path)
