"""Campaigns: the projects on a server that belong together, as the ledger knows them.

A campaign has the title that the settings give. Most have one project of that title; passes over
one layer, and annotators who work blind, have projects of their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from annotate.labeling.ledger import Ledger
from annotate.labeling.wire import Layers

Kind = Literal["labeling", "qualification", "adjudication"]


@dataclass(frozen=True, slots=True)
class KnownProject:
    """A project that was pushed to from here.

    Attributes:
        server: what the ledger knows the server by: its URL, or the embedded one's own name.
        project_id, title: as the server has them.
        campaign: title of the campaign that it belongs to.
        layers: what its tasks are for: all, entities or events.
        kind: labeling; qualification of newcomers (whose work is no data); or adjudication, where
            what annotators saw differently is settled (whose work is gold).
        owner: e-mail address of the annotator whose project it is; None if it is for everybody.
    """

    server: str
    project_id: int
    title: str
    campaign: str
    layers: Layers = "all"
    kind: Kind = "labeling"
    owner: str | None = None


def remember(ledger: Ledger, project: KnownProject) -> None:
    """Records a project, also where the ledger knows another one of this title (now gone)."""
    with ledger.database as database:
        database.execute(
            "INSERT OR REPLACE INTO projects"
            " (server, project_id, title, campaign, layers, kind, owner) VALUES (?,?,?,?,?,?,?)",
            (
                *(project.server, project.project_id, project.title, project.campaign),
                *(project.layers, project.kind, project.owner),
            ),
        )


def projects_of(
    ledger: Ledger, server: str, campaign: str, kind: Kind = "labeling"
) -> list[KnownProject]:
    """The projects of a campaign, oldest first; of one title the newest only."""
    rows = ledger.database.execute(
        "SELECT server, project_id, title, campaign, layers, kind, owner FROM projects"
        " WHERE server = ? AND campaign = ? AND kind = ? ORDER BY project_id",
        (server, campaign, kind),
    )
    by_title = {row[2]: KnownProject(*row) for row in rows}
    return sorted(by_title.values(), key=lambda project: project.project_id)


def campaigns(ledger: Ledger, server: str) -> list[str]:
    """Titles of the campaigns on this server that were pushed to from here."""
    rows = ledger.database.execute(
        "SELECT DISTINCT campaign FROM projects WHERE server = ? ORDER BY campaign", (server,)
    )
    return [title for (title,) in rows]


def project_id(ledger: Ledger, server: str, title: str) -> int | None:
    """Id of the newest project of this title that was pushed to from here, or None."""
    row = ledger.database.execute(
        "SELECT MAX(project_id) FROM projects WHERE server = ? AND title = ?", (server, title)
    ).fetchone()
    return None if row[0] is None else int(row[0])
