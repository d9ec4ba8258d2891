"""What was pulled, as the commands read it: entries and annotations of a campaign."""

from __future__ import annotations

from dataclasses import replace

from annotate.cli.connect import server_key
from annotate.labeling import history
from annotate.labeling.entry import Entry
from annotate.ontology import load_ontology
from annotate.settings import Settings
from annotate.spans import Annotation


def entries_of(settings: Settings, project_id: int) -> list[Entry]:
    """The current state of the project's annotations, tombstones included."""
    key = (server_key(settings), project_id)
    state = history.current(settings.workspace.history)
    return [entry for entry in state.values() if entry.key[:2] == key]


def submitted_annotations(settings: Settings, project_id: int) -> list[Annotation]:
    """Submitted annotations by the names that tables show, oldest first."""
    ontology = load_ontology(settings.ontology.path)
    entries = [e for e in entries_of(settings, project_id) if e.status == "submitted"]
    entries.sort(key=lambda entry: (entry.updated_at, entry.annotation_id))
    return [replace(e.annotation(ontology), annotator=e.annotator_name) for e in entries]
