"""What was pulled, as the commands read it: entries, and the work that they make up."""

from __future__ import annotations

from collections.abc import Iterable

from annotate.cli.connect import pushed_projects
from annotate.cli.output import say
from annotate.labeling import history
from annotate.labeling.entry import Entry, EntryKey
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


def sound_entries(settings: Settings, ledger: Ledger) -> list[Entry]:
    """The latest state of each annotation of the campaign that could be read over its text.

    An annotation that is quarantined as a whole is no empty work: its last sound state counts.
    """
    ours = {(p.server, p.project_id) for p in pushed_projects(settings, ledger)}
    state: dict[EntryKey, Entry] = {}
    skipped = set()
    for entry in history.read(settings.workspace.history):
        if entry.key[:2] not in ours:
            continue
        if entry.is_sound:
            state[entry.key] = entry
        else:
            skipped.add(entry.annotation_id)
    if skipped:
        numbers = ", ".join(str(number) for number in sorted(skipped)[:10])
        say(f"quarantined as a whole, their last sound state is taken: annotations {numbers}")
    return list(state.values())


def finished_work(entries: Iterable[Entry]) -> list[Work]:
    """The work that speaks for a whole text: every part is submitted; oldest first."""
    return [work for work in joined(entries) if work.is_complete]
