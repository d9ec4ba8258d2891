"""The ledger: which articles were pushed, as which tasks, with which pre-annotation.

One SQLite file, so that every entry is whole or absent. The clean text of an article is frozen
here before it is sent: from then on its offsets mean this text, whatever a newer cleaning rule
would make of it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path

from annotate.corpus.article import Article, OffsetMap, Segment
from annotate.errors import WorkspaceError
from annotate.ontology import Ontology
from annotate.records import from_record, to_record
from annotate.spans import Annotation

_SCHEMA = """
CREATE TABLE IF NOT EXISTS articles (
  doc_id TEXT PRIMARY KEY, text_sha256 TEXT NOT NULL, text TEXT NOT NULL, about TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS projects (
  server TEXT NOT NULL, title TEXT NOT NULL, project_id INTEGER NOT NULL,
  PRIMARY KEY (server, title));
CREATE TABLE IF NOT EXISTS tasks (
  server TEXT NOT NULL, project_id INTEGER NOT NULL, task_id INTEGER NOT NULL,
  doc_id TEXT NOT NULL REFERENCES articles, PRIMARY KEY (server, project_id, task_id));
CREATE INDEX IF NOT EXISTS tasks_by_article ON tasks (server, project_id, doc_id);
CREATE TABLE IF NOT EXISTS predictions (
  doc_id TEXT NOT NULL REFERENCES articles, version TEXT NOT NULL, record TEXT NOT NULL,
  PRIMARY KEY (doc_id, version));
CREATE TABLE IF NOT EXISTS loaded (
  server TEXT NOT NULL, project_id INTEGER NOT NULL, task_id INTEGER NOT NULL,
  annotator TEXT NOT NULL, PRIMARY KEY (server, project_id, task_id, annotator));
"""
_ABOUT = ("source", "source_id", "url", "outlet", "published", "crawled")


@dataclass(frozen=True, slots=True)
class Task:
    """One task on the server and the article that it shows."""

    task_id: int
    doc_id: str


class Ledger:
    """An open ledger; use it in a `with` block. Every method commits what it writes."""

    def __init__(self, path: Path) -> None:
        """Opens or creates the ledger; raises WorkspaceError if the file is no ledger."""
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._db = sqlite3.connect(path, timeout=30)
            self._db.execute("PRAGMA foreign_keys = ON")
            self._db.executescript(_SCHEMA)
        except sqlite3.DatabaseError as problem:
            raise WorkspaceError(
                f"the ledger cannot be read ({problem})",
                where=str(path),
                fix="move it away: push finds the tasks on the server again",
            ) from None

    def close(self) -> None:
        self._db.close()

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Articles, frozen

    def freeze(self, articles: Iterable[Article]) -> None:
        """Keeps articles as they are now; one that is there already stays as it was."""
        rows = [(a.doc_id, a.text_sha256, a.text, _about_json(a)) for a in articles]
        with self._db:
            self._db.executemany("INSERT OR IGNORE INTO articles VALUES (?, ?, ?, ?)", rows)

    def article(self, doc_id: str) -> Article | None:
        """The frozen article, or None."""
        row = self._db.execute(
            "SELECT text, about FROM articles WHERE doc_id = ?", (doc_id,)
        ).fetchone()
        return _article(doc_id, row[0], row[1]) if row else None

    def articles(self) -> Iterator[Article]:
        """All frozen articles in order of doc_id."""
        rows = self._db.execute("SELECT doc_id, text, about FROM articles ORDER BY doc_id")
        for doc_id, text, about in rows:
            yield _article(doc_id, text, about)

    # Projects and tasks

    def project_id(self, server: str, title: str) -> int | None:
        """The project's id on the server, if it is known."""
        row = self._db.execute(
            "SELECT project_id FROM projects WHERE server = ? AND title = ?", (server, title)
        ).fetchone()
        return int(row[0]) if row else None

    def set_project(self, server: str, title: str, project_id: int) -> None:
        """Records which project on the server has this title."""
        with self._db:
            self._db.execute(
                "INSERT OR REPLACE INTO projects VALUES (?, ?, ?)", (server, title, project_id)
            )

    def titles(self, server: str) -> list[str]:
        """Titles of the projects on this server that were pushed to from here."""
        rows = self._db.execute(
            "SELECT title FROM projects WHERE server = ? ORDER BY title", (server,)
        )
        return [title for (title,) in rows]

    def tasks(self, server: str, project_id: int) -> list[Task]:
        """Tasks of a project in order of their id."""
        rows = self._db.execute(
            "SELECT task_id, doc_id FROM tasks WHERE server = ? AND project_id = ?"
            " ORDER BY task_id",
            (server, project_id),
        )
        return [Task(int(task_id), doc_id) for task_id, doc_id in rows]

    def add_tasks(self, server: str, project_id: int, tasks: Iterable[Task]) -> None:
        """Records tasks that the server confirmed."""
        rows = [(server, project_id, task.task_id, task.doc_id) for task in tasks]
        with self._db:
            self._db.executemany("INSERT OR IGNORE INTO tasks VALUES (?, ?, ?, ?)", rows)

    # Pre-annotations

    def add_predictions(self, version: str, predictions: Iterable[Annotation]) -> None:
        """Keeps the pre-annotations that are about to be shown to people."""
        rows = [
            (p.doc_id, version, json.dumps(to_record(p), ensure_ascii=False)) for p in predictions
        ]
        with self._db:
            self._db.executemany("INSERT OR IGNORE INTO predictions VALUES (?, ?, ?)", rows)

    def prediction(self, doc_id: str, version: str, ontology: Ontology) -> Annotation | None:
        """The pre-annotation of an article by one version of the heuristics, or None."""
        row = self._db.execute(
            "SELECT record FROM predictions WHERE doc_id = ? AND version = ?", (doc_id, version)
        ).fetchone()
        return from_record(json.loads(row[0]), ontology, f"ledger: {doc_id}") if row else None

    def task_versions(self, server: str, project_id: int) -> dict[str, int]:
        """Version of the heuristics -> number of the project's tasks with its pre-annotation."""
        rows = self._db.execute(
            "SELECT version, COUNT(DISTINCT task_id) FROM tasks JOIN predictions USING (doc_id)"
            " WHERE server = ? AND project_id = ? GROUP BY version ORDER BY version",
            (server, project_id),
        )
        return {version: int(count) for version, count in rows}

    # Annotations that were loaded and not made in the browser

    def was_loaded(self, server: str, project_id: int, task_id: int, annotator: str) -> bool:
        """Whether this annotator's work was once loaded into the task."""
        row = self._db.execute(
            "SELECT 1 FROM loaded WHERE server = ? AND project_id = ? AND task_id = ?"
            " AND annotator = ?",
            (server, project_id, task_id, annotator),
        ).fetchone()
        return row is not None

    def set_loaded(self, server: str, project_id: int, task_id: int, annotator: str) -> None:
        """Records that this annotator's work is in the task, so that it is never loaded twice."""
        with self._db:
            self._db.execute(
                "INSERT OR IGNORE INTO loaded VALUES (?, ?, ?, ?)",
                (server, project_id, task_id, annotator),
            )


def _about_json(article: Article) -> str:
    about: dict[str, object] = {name: getattr(article, name) for name in _ABOUT}
    about["segments"] = [[getattr(s, f.name) for f in fields(Segment)] for s in article.segments]
    about["offsets"] = [list(article.offsets.clean_starts), list(article.offsets.raw_starts)]
    return json.dumps(about, ensure_ascii=False)


def _article(doc_id: str, text: str, about_json: str) -> Article:
    about = json.loads(about_json)
    clean_starts, raw_starts = about.pop("offsets")
    segments = tuple(Segment(*values) for values in about.pop("segments"))
    offsets = OffsetMap(tuple(clean_starts), tuple(raw_starts))
    return Article(doc_id, text, segments=segments, offsets=offsets, **about)
