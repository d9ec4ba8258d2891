"""The ledger's tables, and how a ledger of an earlier version becomes one of this version."""

from __future__ import annotations

import hashlib
import sqlite3
from dataclasses import fields

from annotate.corpus.article import Article, OffsetMap, Segment
from annotate.errors import WorkspaceError
from annotate.jsontext import parsed, written

VERSION = 2

# `articles.frozen`: a task shows this text, so that it may never change; else it is only staged.
# `interfaces`: which labels annotators could choose in a project, from when on.
# `plans`, `groups`: the sampling plan of a campaign, and the story group of each article.
# `tasks.agreed`: whether the server is known to have the overlap; NULL where it is not ours to say.
# `pending.staged_at`, `upgrades.sent_at`: when a request was about to be sent (Unix time).
# `synced`: up to when the tasks of a project were pulled (the server's clock).
TABLES = """
CREATE TABLE IF NOT EXISTS articles (
  doc_id TEXT NOT NULL, text_sha256 TEXT NOT NULL, text TEXT NOT NULL, about TEXT NOT NULL,
  frozen INTEGER NOT NULL, PRIMARY KEY (doc_id, text_sha256));
CREATE TABLE IF NOT EXISTS projects (
  server TEXT NOT NULL, project_id INTEGER NOT NULL, campaign TEXT NOT NULL, title TEXT NOT NULL,
  layers TEXT NOT NULL DEFAULT 'all', kind TEXT NOT NULL DEFAULT 'labeling', owner TEXT,
  PRIMARY KEY (server, project_id));
CREATE TABLE IF NOT EXISTS pending (
  server TEXT NOT NULL, project_id INTEGER NOT NULL, doc_id TEXT NOT NULL,
  text_sha256 TEXT NOT NULL, part INTEGER NOT NULL, parts INTEGER NOT NULL,
  start INTEGER NOT NULL, end INTEGER NOT NULL, blank INTEGER NOT NULL, split TEXT NOT NULL,
  overlap INTEGER NOT NULL, version TEXT, record TEXT, staged_at REAL NOT NULL,
  PRIMARY KEY (server, project_id, doc_id, text_sha256, part),
  FOREIGN KEY (doc_id, text_sha256) REFERENCES articles);
CREATE TABLE IF NOT EXISTS tasks (
  server TEXT NOT NULL, project_id INTEGER NOT NULL, task_id INTEGER NOT NULL,
  doc_id TEXT NOT NULL, text_sha256 TEXT NOT NULL, part INTEGER NOT NULL, parts INTEGER NOT NULL,
  start INTEGER NOT NULL, end INTEGER NOT NULL, blank INTEGER NOT NULL, split TEXT NOT NULL,
  overlap INTEGER NOT NULL, gone INTEGER NOT NULL DEFAULT 0, agreed INTEGER DEFAULT 0,
  PRIMARY KEY (server, project_id, task_id),
  FOREIGN KEY (doc_id, text_sha256) REFERENCES articles);
CREATE TABLE IF NOT EXISTS predictions (
  server TEXT NOT NULL, project_id INTEGER NOT NULL, task_id INTEGER NOT NULL,
  version TEXT NOT NULL, record TEXT NOT NULL,
  PRIMARY KEY (server, project_id, task_id, version));
CREATE TABLE IF NOT EXISTS upgrades (
  server TEXT NOT NULL, project_id INTEGER NOT NULL, version TEXT NOT NULL, sent_at REAL NOT NULL,
  PRIMARY KEY (server, project_id));
CREATE TABLE IF NOT EXISTS loaded (
  server TEXT NOT NULL, project_id INTEGER NOT NULL, task_id INTEGER NOT NULL,
  annotator TEXT NOT NULL, PRIMARY KEY (server, project_id, task_id, annotator));
CREATE TABLE IF NOT EXISTS interfaces (
  server TEXT NOT NULL, project_id INTEGER NOT NULL, installed_at TEXT NOT NULL,
  ontology_version TEXT NOT NULL, guidelines_version TEXT NOT NULL, labels TEXT NOT NULL,
  PRIMARY KEY (server, project_id, installed_at));
CREATE TABLE IF NOT EXISTS plans (
  server TEXT NOT NULL, campaign TEXT NOT NULL, plan TEXT NOT NULL, fixed_at TEXT NOT NULL,
  PRIMARY KEY (server, campaign));
CREATE TABLE IF NOT EXISTS groups (
  doc_id TEXT PRIMARY KEY, group_id TEXT NOT NULL, signature BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS synced (
  server TEXT NOT NULL, project_id INTEGER NOT NULL, updated_at TEXT NOT NULL,
  PRIMARY KEY (server, project_id));
"""
ABOUT = ("source", "source_id", "url", "outlet", "published", "crawled")


def prepare(database: sqlite3.Connection) -> None:
    """Makes the tables, or brings an older ledger up to this version, all in one transaction.

    Raises:
        WorkspaceError: a newer version of annotate wrote it.
        sqlite3.Error: the file is no ledger.
    """
    (version,) = database.execute("PRAGMA user_version").fetchone()
    if version > VERSION:
        raise WorkspaceError(
            "a newer version of annotate wrote the ledger", fix="upgrade annotate and run it again"
        )
    if version == VERSION:
        return
    database.execute("BEGIN IMMEDIATE")
    try:
        (version,) = database.execute("PRAGMA user_version").fetchone()
        named = "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'articles'"
        (old,) = database.execute(named).fetchone()
        if version < VERSION and old:
            _from_version_1(database)
        elif version < VERSION:
            _create(database)
        database.execute(f"PRAGMA user_version = {VERSION}")
        database.execute("COMMIT")
    except BaseException:
        database.execute("ROLLBACK")
        raise


def _create(database: sqlite3.Connection) -> None:
    # executescript would commit: one statement at a time keeps the transaction.
    for statement in TABLES.split(";\n"):
        if statement.strip():
            database.execute(statement)


def _from_version_1(database: sqlite3.Connection) -> None:
    """One text an article and one task an article, before articles were split into parts."""
    for table in ("articles", "projects", "pending", "tasks"):
        database.execute(f"ALTER TABLE {table} RENAME TO old_{table}")
    _create(database)
    sums = {}
    rows = database.execute("SELECT doc_id, text, about FROM old_articles").fetchall()
    for doc_id, text, about in rows:
        sums[doc_id] = (hashlib.sha256(text.encode("utf-8")).hexdigest(), len(text))
        database.execute(
            "INSERT INTO articles VALUES (?, ?, ?, ?, 1)", (doc_id, sums[doc_id][0], text, about)
        )
    database.execute(
        "INSERT INTO projects (server, project_id, campaign, title)"
        " SELECT server, project_id, title, title FROM old_projects"
    )
    rows = database.execute(
        "SELECT server, project_id, task_id, doc_id, gone FROM old_tasks"
    ).fetchall()
    for server, project_id, task_id, doc_id, gone in rows:
        sha256, length = sums[doc_id]
        database.execute(
            "INSERT INTO tasks VALUES (?, ?, ?, ?, ?, 1, 1, 0, ?, 0, 'train', 1, ?, NULL)",
            (server, project_id, task_id, doc_id, sha256, length, gone),
        )
    # What was staged and never confirmed is settled by asking the server: nothing to keep.
    for table in ("tasks", "pending", "projects", "articles"):
        database.execute(f"DROP TABLE old_{table}")


def about_json(article: Article) -> str:
    """All of an article but its text, for the column `about`."""
    about: dict[str, object] = {name: getattr(article, name) for name in ABOUT}
    about["segments"] = [[getattr(s, f.name) for f in fields(Segment)] for s in article.segments]
    about["offsets"] = [list(article.offsets.clean_starts), list(article.offsets.raw_starts)]
    return written(about)


def article_of(doc_id: str, text: str, about: str) -> Article:
    """The article in a row of `articles`.

    Raises:
        WorkspaceError: the row cannot be read.
    """
    try:
        values = parsed(about)
        clean_starts, raw_starts = values.pop("offsets")
        segments = tuple(Segment(*parts) for parts in values.pop("segments"))
        offsets = OffsetMap(tuple(clean_starts), tuple(raw_starts))
        return Article(doc_id, text, segments=segments, offsets=offsets, **values)
    except (ValueError, TypeError, KeyError, AttributeError):
        raise WorkspaceError(f"the ledger's article {doc_id} cannot be read") from None
