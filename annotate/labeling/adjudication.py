"""Adjudication: what annotators saw differently is put to somebody, and their answer is gold.

It has a project of its own in the annotators' campaign, of the kind `adjudication`, to which it is
pushed as to any other. The ledger keeps what was asked in it, under which version, and which work
was collected: only that is gold.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from annotate.labeling.assignments import project_title
from annotate.labeling.campaigns import KnownProject, projects_of
from annotate.labeling.client import Client
from annotate.labeling.entry import Entry, kept_json
from annotate.labeling.extras import Extras
from annotate.labeling.ledger import Ledger, Task
from annotate.labeling.projects import Target
from annotate.labeling.sampling import Plan
from annotate.labeling.wire import DISPUTE, KEEP, to_task
from annotate.labeling.work import Work
from annotate.ontology import Ontology

_TABLES = (
    """CREATE TABLE IF NOT EXISTS adjudication_asked (
  server TEXT NOT NULL, campaign TEXT NOT NULL, doc_id TEXT NOT NULL, text_sha256 TEXT NOT NULL,
  version TEXT NOT NULL, digest TEXT NOT NULL, questions TEXT NOT NULL,
  PRIMARY KEY (server, campaign, doc_id, text_sha256, version))""",
    """CREATE TABLE IF NOT EXISTS adjudicated (
  server TEXT NOT NULL, campaign TEXT NOT NULL, doc_id TEXT NOT NULL, text_sha256 TEXT NOT NULL,
  digest TEXT NOT NULL,
  PRIMARY KEY (server, campaign, doc_id, text_sha256))""",
)


class TextKey(NamedTuple):
    """One text of an article."""

    doc_id: str
    text_sha256: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What an adjudicator is asked about one text.

    Attributes:
        version: of the project's pre-annotations that it goes with.
        digest: of everything that is shown.
        questions: JSON values.
    """

    key: TextKey
    version: str
    digest: str
    questions: tuple[Mapping[str, Any], ...]


def target_of(target: Target, extras: Extras) -> Target:
    """Where a campaign is adjudicated: one project for all of it, every task for one person."""
    return replace(
        target,
        title=project_title(f"{target.title} (adjudication)"),
        plan=Plan(),
        layers="all",
        annotators=None,
        splits={},
        kind="adjudication",
        campaign=target.title,
        extras=extras,
    )


def projects(ledger: Ledger, server: str, campaign: str) -> list[KnownProject]:
    """The project in which a campaign is adjudicated; none before anything was sent."""
    return projects_of(ledger, server, campaign, "adjudication")


def tasks(ledger: Ledger, server: str, campaign: str) -> list[Task]:
    """The tasks of a campaign's adjudication."""
    found = projects(ledger, server, campaign)
    return [task for p in found for task in ledger.tasks(server, p.project_id)]


# What is asked


def keep_asked(ledger: Ledger, server: str, campaign: str, asked: Iterable[Asked]) -> None:
    """Keeps what is asked; what was asked under earlier versions stays."""
    rows = [
        (server, campaign, *one.key, one.version, one.digest, json.dumps(one.questions))
        for one in asked
    ]
    with _tables(ledger) as database:
        database.executemany(
            "INSERT OR REPLACE INTO adjudication_asked VALUES (?,?,?,?,?,?,?)", rows
        )


def asked_of(ledger: Ledger, server: str, campaign: str) -> dict[TextKey, dict[str, Asked]]:
    """What was asked about each text, by version, the latest one last."""
    with _tables(ledger) as database:
        rows = database.execute(
            "SELECT doc_id, text_sha256, version, digest, questions FROM adjudication_asked"
            " WHERE server = ? AND campaign = ? ORDER BY rowid",
            (server, campaign),
        ).fetchall()
    found: dict[TextKey, dict[str, Asked]] = {}
    for doc_id, sha256, version, digest, questions in rows:
        key = TextKey(doc_id, sha256)
        found.setdefault(key, {})[version] = Asked(
            key, version, digest, tuple(json.loads(questions))
        )
    return found


def version_of(
    before: Mapping[TextKey, Asked], now: Mapping[TextKey, str], settled: Set[TextKey]
) -> str:
    """The version of the pre-annotations: another one when what was asked before has changed.

    Annotators of open tasks then see the new one; further articles alone need none.

    Args:
        before: what was asked last.
        now: the digest of what would be shown of each text.
        settled: texts that were adjudicated; what becomes of them does not matter.
    """
    changed = any(
        key in now and now[key] != asked.digest
        for key, asked in before.items()
        if key not in settled
    )
    if before and not changed:
        return list(before.values())[-1].version
    every = "\n".join(f"{key.doc_id} {key.text_sha256} {now[key]}" for key in sorted(now))
    return f"adjudication-{hashlib.sha256(every.encode()).hexdigest()[:10]}"


def show_anew(
    project: KnownProject,
    changed: Set[TextKey],
    extras: Extras,
    client: Client,
    ledger: Ledger,
    ontology: Ontology,
) -> int:
    """Rewrites what open tasks say of the readings; their text stays as it is.

    Returns:
        How many tasks.
    """
    server, number = project.server, project.project_id
    mine = [t for t in ledger.tasks(server, number) if TextKey(*t.key[:2]) in changed]
    if not mine:
        return 0
    is_open = {state.task_id for state in client.task_states(number) if not state.finished}
    done = 0
    for task in mine:
        article = ledger.article(task.doc_id, task.text_sha256)
        if task.task_id in is_open and article is not None:
            more = extras.fields(article, task.part)
            made = to_task(article, task.part, None, "", ontology, more=more)
            client.set_data(task.task_id, made["data"])
            done += 1
    return done


# What comes back


def kept_regions(entry: Entry) -> set[str]:
    """Ids of the regions that an adjudicator marked as to be kept."""
    return {
        str(result.get("id"))
        for result in kept_json(entry.raw, list, f"history: annotation {entry.annotation_id}")
        if isinstance(result, Mapping) and result.get("from_name") == DISPUTE
        if isinstance(value := result.get("value"), Mapping)
        if isinstance(choices := value.get("choices"), list) and KEEP in choices
    }


def digest_of(work: Work) -> str:
    """What the work says, to tell whether it has changed since it was collected."""
    said = "\n".join(f"{entry.annotation_id} {entry.digest}" for entry in work.entries)
    return hashlib.sha256(said.encode()).hexdigest()


def collect(ledger: Ledger, server: str, campaign: str, works: Sequence[Work]) -> None:
    """Records finished works as gold; of one text the last one."""
    rows = [(server, campaign, w.doc_id, w.text_sha256, digest_of(w)) for w in works]
    with _tables(ledger) as database:
        database.executemany("INSERT OR REPLACE INTO adjudicated VALUES (?,?,?,?,?)", rows)


def collected(ledger: Ledger, server: str, campaign: str) -> dict[TextKey, str]:
    """The digest of the work that was collected of each text."""
    with _tables(ledger) as database:
        rows = database.execute(
            "SELECT doc_id, text_sha256, digest FROM adjudicated WHERE server = ? AND campaign = ?",
            (server, campaign),
        ).fetchall()
    return {TextKey(doc_id, sha256): digest for doc_id, sha256, digest in rows}


def is_collected(ledger: Ledger, server: str, campaign: str) -> Callable[[Work], bool]:
    """Tells the works that were collected, and have not changed since."""
    known = collected(ledger, server, campaign)
    return lambda work: known.get(TextKey(work.doc_id, work.text_sha256)) == digest_of(work)


def _tables(ledger: Ledger) -> sqlite3.Connection:
    """The database, which has the tables from now on; a `with` block commits."""
    for table in _TABLES:
        ledger.database.execute(table)
    return ledger.database
