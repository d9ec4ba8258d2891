"""The ledger: which articles were pushed, as which tasks, with which pre-annotation.

One SQLite file, so that every entry is whole or absent. What is about to be sent is staged first,
and confirmed when the server has named its tasks: then the clean text of the article is frozen, and
its offsets mean this text, whatever a newer cleaning rule would make of it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from pathlib import Path

from annotate.corpus.article import Article, OffsetMap, Segment
from annotate.errors import WorkspaceError
from annotate.ontology import Ontology
from annotate.records import from_record, to_record
from annotate.spans import Annotation

_SCHEMA = """
CREATE TABLE IF NOT EXISTS articles (
  doc_id TEXT PRIMARY KEY, text TEXT NOT NULL, about TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS projects (
  server TEXT NOT NULL, title TEXT NOT NULL, project_id INTEGER NOT NULL,
  PRIMARY KEY (server, title));
CREATE TABLE IF NOT EXISTS pending (
  server TEXT NOT NULL, project_id INTEGER NOT NULL, doc_id TEXT NOT NULL,
  text TEXT NOT NULL, about TEXT NOT NULL, version TEXT, record TEXT,
  PRIMARY KEY (server, project_id, doc_id));
CREATE TABLE IF NOT EXISTS tasks (
  server TEXT NOT NULL, project_id INTEGER NOT NULL, task_id INTEGER NOT NULL,
  doc_id TEXT NOT NULL REFERENCES articles, gone INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (server, project_id, task_id));
CREATE TABLE IF NOT EXISTS predictions (
  server TEXT NOT NULL, project_id INTEGER NOT NULL, task_id INTEGER NOT NULL,
  version TEXT NOT NULL, record TEXT NOT NULL,
  PRIMARY KEY (server, project_id, task_id, version));
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


@dataclass(frozen=True, slots=True)
class Staged:
    """What is about to be sent as one task: the article, and its pre-annotation if there is one."""

    article: Article
    version: str | None = None
    prediction: Annotation | None = None


class Ledger:
    """An open ledger; use it in a `with` block. Every method commits what it writes."""

    def __init__(self, path: Path | None, *, patience: float = 30.0) -> None:
        """Opens or creates the ledger; None makes one in memory, for a dry run.

        Args:
            patience: seconds to wait for a process that is writing to it.

        Raises:
            WorkspaceError: the file is no ledger, or another process holds it.
        """
        self._path = path
        if path:
            path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._db = sqlite3.connect(path or ":memory:", timeout=patience)
            self._db.execute("PRAGMA foreign_keys = ON")
            self._db.executescript(_SCHEMA)
        except sqlite3.Error as problem:
            raise self._explained(problem) from None

    def _explained(self, problem: sqlite3.Error) -> WorkspaceError:
        if "locked" in str(problem):
            return WorkspaceError(
                "another process uses the ledger", where=str(self._path), fix="wait until it ends"
            )
        return WorkspaceError(
            f"the ledger cannot be used ({problem})",
            where=str(self._path),
            fix="restore it from a backup; without one, move it away: push finds the tasks again",
        )

    def close(self) -> None:
        self._db.close()

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, _: object, problem: BaseException | None, __: object) -> None:
        self.close()
        if isinstance(problem, sqlite3.Error):
            raise self._explained(problem) from None

    # Articles, frozen

    def article(self, doc_id: str) -> Article | None:
        """The frozen article, or None."""
        row = self._db.execute(
            "SELECT text, about FROM articles WHERE doc_id = ?", (doc_id,)
        ).fetchone()
        return _article(doc_id, *row) if row else None

    # Projects

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

    # Sending: what is staged may or may not have reached the server; what is confirmed has

    def stage(self, server: str, project_id: int, staged: Iterable[Staged]) -> None:
        """Keeps exactly what is about to be sent, so that a lost answer can be settled."""
        rows = []
        for item in staged:
            article, prediction = item.article, item.prediction
            record = None
            if prediction is not None:
                bare = replace(prediction, text=None)
                record = json.dumps(to_record(bare), ensure_ascii=False)
            about = _about_json(article)
            key = (server, project_id, article.doc_id)
            rows.append((*key, article.text, about, item.version if record else None, record))
        with self._db:
            self._db.executemany("INSERT OR REPLACE INTO pending VALUES (?,?,?,?,?,?,?)", rows)

    def pending(self, server: str, project_id: int) -> dict[str, str]:
        """doc_id -> text of what was staged and not confirmed: a push ended in between."""
        rows = self._db.execute(
            "SELECT doc_id, text FROM pending WHERE server = ? AND project_id = ?",
            (server, project_id),
        )
        return dict(rows.fetchall())

    def drop_pending(self, server: str, project_id: int) -> None:
        """Forgets what was staged and never reached the server."""
        with self._db:
            self._db.execute(
                "DELETE FROM pending WHERE server = ? AND project_id = ?", (server, project_id)
            )

    def confirm(self, server: str, project_id: int, tasks: Iterable[Task]) -> None:
        """Makes staged articles tasks: freezes their text, and keeps what was shown with it."""
        confirmed = list(tasks)
        with self._db:
            for task in confirmed:
                key = (server, project_id, task.doc_id)
                text, about, version, record = self._db.execute(
                    "SELECT text, about, version, record FROM pending"
                    " WHERE server = ? AND project_id = ? AND doc_id = ?",
                    key,
                ).fetchone()
                self._db.execute(
                    "INSERT OR IGNORE INTO articles VALUES (?, ?, ?)", (task.doc_id, text, about)
                )
                place = (server, project_id, task.task_id)
                self._db.execute(
                    "INSERT OR REPLACE INTO tasks VALUES (?, ?, ?, ?, 0)", (*place, task.doc_id)
                )
                if record is not None:
                    self._db.execute(
                        "INSERT OR REPLACE INTO predictions VALUES (?, ?, ?, ?, ?)",
                        (*place, version, record),
                    )
                self._db.execute(
                    "DELETE FROM pending WHERE server = ? AND project_id = ? AND doc_id = ?", key
                )

    # Tasks

    def tasks(self, server: str, project_id: int, *, gone: bool = False) -> list[Task]:
        """Tasks of a project in order of their id; with `gone`, those deleted on the server."""
        rows = self._db.execute(
            "SELECT task_id, doc_id FROM tasks WHERE server = ? AND project_id = ? AND gone = ?"
            " ORDER BY task_id",
            (server, project_id, int(gone)),
        )
        return [Task(int(task_id), doc_id) for task_id, doc_id in rows]

    def mark_gone(self, server: str, project_id: int, task_ids: Iterable[int]) -> None:
        """Records that tasks were deleted on the server; their article may be pushed again."""
        with self._db:
            self._db.executemany(
                "UPDATE tasks SET gone = 1 WHERE server = ? AND project_id = ? AND task_id = ?",
                [(server, project_id, task_id) for task_id in task_ids],
            )

    # Pre-annotations

    def prediction(
        self, server: str, project_id: int, task_id: int, version: str, ontology: Ontology
    ) -> Annotation | None:
        """The pre-annotation that a task showed, by one version of the heuristics, or None."""
        row = self._db.execute(
            "SELECT record FROM predictions"
            " WHERE server = ? AND project_id = ? AND task_id = ? AND version = ?",
            (server, project_id, task_id, version),
        ).fetchone()
        return from_record(json.loads(row[0]), ontology, f"ledger: task {task_id}") if row else None

    def task_versions(self, server: str, project_id: int) -> dict[str, int]:
        """Version of the heuristics -> number of the project's tasks with its pre-annotation."""
        rows = self._db.execute(
            "SELECT version, COUNT(*) FROM tasks"
            " JOIN predictions USING (server, project_id, task_id)"
            " WHERE server = ? AND project_id = ? AND gone = 0 GROUP BY version ORDER BY version",
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
    try:
        about = json.loads(about_json)
        clean_starts, raw_starts = about.pop("offsets")
        segments = tuple(Segment(*values) for values in about.pop("segments"))
        offsets = OffsetMap(tuple(clean_starts), tuple(raw_starts))
        return Article(doc_id, text, segments=segments, offsets=offsets, **about)
    except (ValueError, TypeError, KeyError, AttributeError):
        raise WorkspaceError(f"the ledger's article {doc_id} cannot be read") from None
