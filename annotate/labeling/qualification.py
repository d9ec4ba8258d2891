"""Qualification: newcomers annotate articles whose gold they do not see, and no data come of it.

Each newcomer has a project of their own in a campaign of its own, so that nothing else reads what
they do there. The gold that they are measured by is kept in the ledger, and never sent.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import replace

from annotate.labeling.assignments import project_title
from annotate.labeling.campaigns import KnownProject, projects_of, remember
from annotate.labeling.ledger import Ledger
from annotate.ontology import Ontology
from annotate.records import from_record, to_record
from annotate.spans import Annotation

_TABLE = """
CREATE TABLE IF NOT EXISTS qualification_gold (
  server TEXT NOT NULL, campaign TEXT NOT NULL, text_sha256 TEXT NOT NULL, record TEXT NOT NULL,
  PRIMARY KEY (server, campaign, text_sha256))
"""


def campaign_of(title: str, email: str) -> str:
    """Title of the project in which a newcomer to a campaign qualifies."""
    return project_title(f"{title} (qualification)", owner=email)


def choose(gold: Iterable[Annotation], number: int, seed: int) -> list[Annotation]:
    """Some of the gold, by chance; the same for every newcomer, and more of it keeps the fewer."""

    def drawn(annotation: Annotation) -> str:
        name = f"{seed}\nqualification\n{annotation.text_sha256}"
        return hashlib.sha256(name.encode()).hexdigest()

    return sorted(gold, key=drawn)[:number]


def keep_gold(ledger: Ledger, server: str, campaign: str, gold: Iterable[Annotation]) -> None:
    """Keeps what a newcomer's work is measured by; of one text the latest counts."""
    rows = [
        (
            *(server, campaign, annotation.text_sha256),
            json.dumps(to_record(replace(annotation, text=None)), ensure_ascii=False),
        )
        for annotation in gold
    ]
    with ledger.database as database:
        database.execute(_TABLE)
        database.executemany("INSERT OR REPLACE INTO qualification_gold VALUES (?,?,?,?)", rows)


def gold_of(ledger: Ledger, server: str, campaign: str, ontology: Ontology) -> list[Annotation]:
    """What a newcomer's work is measured by, in order of the texts' hashes."""
    with ledger.database as database:
        database.execute(_TABLE)
        rows = database.execute(
            "SELECT record FROM qualification_gold WHERE server = ? AND campaign = ?"
            " ORDER BY text_sha256",
            (server, campaign),
        ).fetchall()
    return [from_record(json.loads(record), ontology, "ledger: gold") for (record,) in rows]


def set_apart(ledger: Ledger, server: str, campaign: str, project_id: int, email: str) -> None:
    """Records that a project is for the qualification of one newcomer: its work is no data."""
    remember(
        ledger,
        KnownProject(server, project_id, campaign, campaign, kind="qualification", owner=email),
    )


def projects(ledger: Ledger, server: str, campaign: str) -> Sequence[KnownProject]:
    """The project in which a newcomer qualifies; none before anything was sent."""
    return projects_of(ledger, server, campaign, "qualification")
