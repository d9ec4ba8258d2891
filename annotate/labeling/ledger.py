"""The ledger: which articles were pushed, as which tasks, with which pre-annotation.

One SQLite file, so that every entry is whole or absent. What is about to be sent is staged first,
and confirmed when the server has named its tasks: then the clean text of the article is frozen, and
its offsets mean this text, whatever a newer cleaning rule would make of it. A changed text is
another text of the same article, with tasks of its own.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from annotate.corpus.article import Article
from annotate.errors import WorkspaceError
from annotate.jsontext import written
from annotate.labeling.entry import kept_json
from annotate.labeling.ledger_schema import about_json, article_of, prepare
from annotate.labeling.parts import Part
from annotate.ontology import Ontology
from annotate.records import from_record, to_record
from annotate.spans import Annotation


class Key(NamedTuple):
    """What a task shows: one part of one text of an article."""

    doc_id: str
    text_sha256: str
    part: int


@dataclass(frozen=True, slots=True)
class Task:
    """One task on the server, and what it shows.

    Attributes:
        task_id: the server's.
        doc_id, text_sha256: the article, and which of its texts.
        part: the part of the text.
        blank: whether it was pushed without pre-annotation.
        split: train, validation or test, by the sampling plan.
        overlap: how many annotators it is for.
    """

    task_id: int
    doc_id: str
    text_sha256: str
    part: Part
    blank: bool = False
    split: str = "train"
    overlap: int = 1

    @property
    def key(self) -> Key:
        return Key(self.doc_id, self.text_sha256, self.part.number)


@dataclass(frozen=True, slots=True)
class Staged:
    """What is about to be sent as one task.

    Attributes:
        article, part: what it shows.
        version, prediction: its pre-annotation (offsets over the whole article); None for none.
        blank, split, overlap: as in `Task`.
    """

    article: Article
    part: Part
    version: str | None = None
    prediction: Annotation | None = None
    blank: bool = False
    split: str = "train"
    overlap: int = 1

    @property
    def key(self) -> Key:
        return Key(self.article.doc_id, self.article.text_sha256, self.part.number)


class Ledger:
    """An open ledger; use it in a `with` block. Every method commits what it writes.

    `database` is for the modules of this folder that keep tables of their own in it.
    """

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
            self.database = sqlite3.connect(path or ":memory:", timeout=patience)
            prepare(self.database)
            self.database.execute("PRAGMA foreign_keys = ON")
        except sqlite3.Error as problem:
            raise self._explained(problem) from None

    def _explained(self, problem: sqlite3.Error) -> WorkspaceError:
        if "locked" in str(problem):
            return WorkspaceError(
                "another process uses the ledger", where=str(self._path), fix="wait until it ends"
            )
        if "full" in str(problem):
            return WorkspaceError(
                "the disk is full", where=str(self._path), fix="make room, and run it again"
            )
        return WorkspaceError(
            f"the ledger cannot be used ({problem})",
            where=str(self._path),
            fix="restore it from a backup; without one, move it away: push finds the tasks again",
        )

    def close(self) -> None:
        self.database.close()

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, _: object, problem: BaseException | None, __: object) -> None:
        self.close()
        if isinstance(problem, sqlite3.Error):
            raise self._explained(problem) from None

    # Articles, frozen

    def article(self, doc_id: str, text_sha256: str | None = None) -> Article | None:
        """A frozen text of an article, without a hash the latest one; None if there is none."""
        rows = self.database.execute(
            "SELECT text_sha256, text, about FROM articles WHERE doc_id = ? AND frozen"
            " ORDER BY rowid DESC",
            (doc_id,),
        )
        for sha256, text, about in rows:
            if text_sha256 in (None, sha256):
                return article_of(doc_id, text, about)
        return None

    # Sending: what is staged may or may not have reached the server; what is confirmed has

    def stage(
        self, server: str, project_id: int, staged: Iterable[Staged], *, now: float = 0.0
    ) -> None:
        """Keeps exactly what is about to be sent, so that a lost answer can be settled.

        Args:
            now: the time (Unix), for who has to judge whether it may still be on its way.
        """
        articles, rows = {}, []
        for item in staged:
            key, part = item.key, item.part
            articles[key[:2]] = (item.article.text, about_json(item.article))
            record = None
            if item.prediction is not None:
                bare = replace(item.prediction, text=None)
                record = written(to_record(bare))
            shown = (*key, part.count, part.start, part.end)
            planned = (int(item.blank), item.split, item.overlap)
            version = item.version if record else None
            rows.append((server, project_id, *shown, *planned, version, record, now))
        with self.database as database:
            database.executemany(
                "INSERT OR IGNORE INTO articles VALUES (?, ?, ?, ?, 0)",
                [(*key, *value) for key, value in articles.items()],
            )
            database.executemany(
                "INSERT OR REPLACE INTO pending VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)", rows
            )

    def sent(self, server: str, project_id: int, *, now: float) -> None:
        """Notes that what is staged is on its way from now on (Unix time)."""
        with self.database as database:
            database.execute(
                "UPDATE pending SET staged_at = ? WHERE server = ? AND project_id = ?",
                (now, server, project_id),
            )

    def pending(self, server: str, project_id: int) -> set[Key]:
        """What was staged and not confirmed: a push ended in between."""
        rows = self.database.execute(
            "SELECT doc_id, text_sha256, part FROM pending WHERE server = ? AND project_id = ?",
            (server, project_id),
        )
        return {Key(*row) for row in rows}

    def staged_at(self, server: str, project_id: int) -> float:
        """When the latest of what is pending was about to be sent (Unix time); else 0.0."""
        row = self.database.execute(
            "SELECT MAX(staged_at) FROM pending WHERE server = ? AND project_id = ?",
            (server, project_id),
        ).fetchone()
        return float(row[0] or 0.0)

    def drop_pending(self, server: str, project_id: int, keys: Iterable[Key]) -> None:
        """Forgets what was staged and never reached the server."""
        with self.database as database:
            database.executemany(
                "DELETE FROM pending WHERE server = ? AND project_id = ?"
                " AND doc_id = ? AND text_sha256 = ? AND part = ?",
                [(server, project_id, *key) for key in keys],
            )
            database.execute(
                "DELETE FROM articles WHERE NOT frozen AND NOT EXISTS (SELECT 1 FROM pending"
                " WHERE pending.doc_id = articles.doc_id"
                " AND pending.text_sha256 = articles.text_sha256)"
            )

    def confirm(self, server: str, project_id: int, tasks: Iterable[tuple[int, Key]]) -> None:
        """Makes staged parts tasks: freezes their text, and keeps what was shown with it."""
        with self.database as database:
            for task_id, key in tasks:
                place = (server, project_id, *key)
                *shown, version, record = database.execute(
                    "SELECT parts, start, end, blank, split, overlap, version, record FROM pending"
                    " WHERE server = ? AND project_id = ?"
                    " AND doc_id = ? AND text_sha256 = ? AND part = ?",
                    place,
                ).fetchone()
                database.execute(
                    "UPDATE articles SET frozen = 1 WHERE doc_id = ? AND text_sha256 = ?", key[:2]
                )
                database.execute(
                    "INSERT OR REPLACE INTO tasks VALUES (?,?,?,?,?,?,?,?,?,?,?,?,0,0)",
                    (server, project_id, task_id, *key, *shown),
                )
                if record is not None:
                    database.execute(
                        "INSERT OR REPLACE INTO predictions VALUES (?, ?, ?, ?, ?)",
                        (server, project_id, task_id, version, record),
                    )
                database.execute(
                    "DELETE FROM pending WHERE server = ? AND project_id = ?"
                    " AND doc_id = ? AND text_sha256 = ? AND part = ?",
                    place,
                )

    # Tasks

    def tasks(self, server: str, project_id: int, *, gone: bool = False) -> list[Task]:
        """Tasks of a project in order of their id; with `gone`, those deleted on the server."""
        rows = self.database.execute(
            "SELECT task_id, doc_id, text_sha256, part, parts, start, end, blank, split, overlap"
            " FROM tasks WHERE server = ? AND project_id = ? AND gone = ? ORDER BY task_id",
            (server, project_id, int(gone)),
        )
        found = []
        for task_id, doc_id, sha256, *part, blank, split, overlap in rows:
            if any(type(number) is not int for number in (*part, overlap)):
                raise self._explained(sqlite3.DataError(f"task {task_id} has no numbers"))
            found.append(Task(task_id, doc_id, sha256, Part(*part), bool(blank), split, overlap))
        return found

    def mark_gone(self, server: str, project_id: int, task_ids: Iterable[int]) -> None:
        """Records that tasks were deleted on the server; their article may be pushed again."""
        with self.database as database:
            database.executemany(
                "UPDATE tasks SET gone = 1 WHERE server = ? AND project_id = ? AND task_id = ?",
                [(server, project_id, task_id) for task_id in task_ids],
            )

    # Pre-annotations

    def add_predictions(
        self, server: str, project_id: int, version: str, shown: Iterable[tuple[int, Annotation]]
    ) -> None:
        """Keeps further pre-annotations of tasks, by task id, beside those of other versions."""
        rows = []
        for task_id, annotation in shown:
            record = written(to_record(replace(annotation, text=None)))
            rows.append((server, project_id, task_id, version, record))
        with self.database as database:
            database.executemany("INSERT OR REPLACE INTO predictions VALUES (?, ?, ?, ?, ?)", rows)

    def prediction(
        self, server: str, project_id: int, task_id: int, version: str, ontology: Ontology
    ) -> Annotation | None:
        """The pre-annotation that a task showed, by one version of the heuristics, or None."""
        row = self.database.execute(
            "SELECT record FROM predictions"
            " WHERE server = ? AND project_id = ? AND task_id = ? AND version = ?",
            (server, project_id, task_id, version),
        ).fetchone()
        where = f"ledger: task {task_id}"
        return from_record(kept_json(row[0], dict, where), ontology, where) if row else None

    def task_versions(self, server: str, project_id: int) -> dict[str, set[int]]:
        """Version of the heuristics -> the project's tasks that have its pre-annotation."""
        found: dict[str, set[int]] = {}
        rows = self.database.execute(
            "SELECT version, task_id FROM tasks"
            " JOIN predictions USING (server, project_id, task_id)"
            " WHERE server = ? AND project_id = ? AND gone = 0 ORDER BY version",
            (server, project_id),
        )
        for version, task_id in rows:
            found.setdefault(version, set()).add(task_id)
        return found
