"""Where labels, roles and attribute values are in use: on the server, and in the history."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from annotate.labeling import history
from annotate.labeling.campaigns import KnownProject
from annotate.labeling.client import Client
from annotate.labeling.entry import EntryKey
from annotate.labeling.fetching import ahead
from annotate.labeling.ledger import Ledger

_CHUNK = 250  # tasks a request


class Name(NamedTuple):
    """Something that an interface offers: the control it belongs to, and its code."""

    control: str
    code: str


@dataclass(slots=True)
class Usage:
    """How often something is in use.

    Attributes:
        server: spans (relations, choices) of annotations and drafts that are on the server now.
        history: those of the annotations and drafts that were pulled, deleted ones left out.
        proposed: those of pre-annotations that tasks show.
    """

    server: int = 0
    history: int = 0
    proposed: int = 0

    def __bool__(self) -> bool:
        return bool(self.server or self.history or self.proposed)

    def __str__(self) -> str:
        return (
            f"{self.server} spans on the server, {self.history} in the history, "
            f"{self.proposed} in pre-annotations"
        )


def usage(
    names: Collection[Name],
    project: KnownProject,
    client: Client,
    ledger: Ledger,
    folder: Path | None,
) -> dict[Name, Usage]:
    """How often each of the names is in use in a project.

    Args:
        folder: the history; None where there is none.

    Raises:
        ServerError: the server cannot be asked.
    """
    found = {name: Usage() for name in names}
    place = (project.server, project.project_id)
    for name, count in _on_server(names, project.project_id, client).items():
        found[name].server = count
    for name, count in _in_history(names, place, folder).items():
        found[name].history = count
    rows = ledger.database.execute(
        "SELECT record FROM tasks JOIN predictions USING (server, project_id, task_id)"
        " WHERE server = ? AND project_id = ? AND gone = 0",
        place,
    )
    for (record,) in rows:
        for name in _in_record(json.loads(record)):
            if name in found:
                found[name].proposed += 1
    return found


def _on_server(names: Collection[Name], project_id: int, client: Client) -> Counter[Name]:
    counts: Counter[Name] = Counter()
    tasks = client.with_drafts(project_id)
    for code in {name.code for name in names}:
        tasks |= client.with_text_in_results(project_id, code)
    ids = sorted(tasks)
    chunks = [ids[start : start + _CHUNK] for start in range(0, len(ids), _CHUNK)]
    # Bound now: the lambda is called later, in another thread.
    calls = (lambda chunk=chunk: client.export_tasks(project_id, chunk) for chunk in chunks)
    for exported in ahead(calls):
        for task in exported:
            for said in [*(task.get("annotations") or []), *(task.get("drafts") or [])]:
                counts.update(n for n in _in_results(said.get("result")) if n in names)
    return counts


def _in_history(
    names: Collection[Name], place: tuple[str, int], folder: Path | None
) -> Counter[Name]:
    """Of the latest state of each annotation; contents are in memory one by one."""
    latest: dict[EntryKey, Counter[Name]] = {}
    for entry in history.read(folder) if folder else ():
        if entry.key[:2] != place:
            continue
        used = () if entry.status == "deleted" else _in_record(json.loads(entry.record or "{}"))
        latest[entry.key] = Counter(name for name in used if name in names)
    return sum(latest.values(), Counter())


def _in_results(results: Any) -> Iterator[Name]:
    """Everything that a `result` list uses."""
    for item in results if isinstance(results, list) else ():
        if not isinstance(item, Mapping):
            continue
        if item.get("type") == "relation":
            yield from (Name("relations", str(code)) for code in item.get("labels") or ())
        value = item.get("value")
        if isinstance(value, Mapping):
            codes = value.get("labels") or value.get("choices")
            for code in codes if isinstance(codes, list) else ():
                yield Name(str(item.get("from_name")), str(code))


def _in_record(record: Mapping[str, Any]) -> Iterator[Name]:
    """Everything that a record of the annotation format uses."""
    for span in record.get("spans") or ():
        yield Name(str(span["layer"]), str(span["label"]))
        for attribute, value in (span.get("attributes") or {}).items():
            yield Name(str(attribute), str(value))
    for relation in record.get("relations") or ():
        yield Name("relations", str(relation["role"]))
