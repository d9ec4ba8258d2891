"""What was pulled, as the commands read it: entries, and the work that they make up."""

from __future__ import annotations

from collections.abc import Iterable

from annotate.cli.connect import pushed_projects
from annotate.labeling import history
from annotate.labeling.entry import Entry
from annotate.labeling.ledger import Ledger
from annotate.labeling.work import Work, joined
from annotate.settings import Settings


def entries_of(settings: Settings, ledger: Ledger, *, until: str | None = None) -> list[Entry]:
    """The current state of the campaign's annotations, tombstones included.

    Args:
        until: as they were then (ISO 8601, UTC).

    Raises:
        WorkspaceError: nothing was pushed to the campaign from here.
    """
    ours = {(p.server, p.project_id) for p in pushed_projects(settings, ledger)}
    state = history.current(settings.workspace.history, until=until)
    return [entry for key, entry in state.items() if key[:2] in ours]


def finished_work(entries: Iterable[Entry]) -> list[Work]:
    """The work that speaks for a whole text: every part is submitted; oldest first."""
    return [work for work in joined(entries) if work.is_complete]
