"""Pull: what annotators did comes into the local history, whole, and only what changed.

A chunk of tasks at a time streams into one new file of the history, which takes its place when all
is there; then the ledger notes up to when was pulled. So a pull that dies leaves nothing behind,
and one that dies between the two finds that it knows everything already.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from annotate.collector import rarely
from annotate.errors import OntologyError
from annotate.labeling import history, interfaces, migration, sync
from annotate.labeling.campaigns import KnownProject
from annotate.labeling.client import Client
from annotate.labeling.entry import Entry, EntryKey
from annotate.labeling.fetching import fetch
from annotate.labeling.history import Head
from annotate.labeling.ledger import Ledger
from annotate.labeling.reading import Reader
from annotate.ontology import Ontology
from annotate.spans import Problem

__all__ = ["Pulled", "Quarantined", "pull"]


class Quarantined(NamedTuple):
    """Something in an annotation that does not hold, and where it is."""

    project_id: int
    task_id: int
    annotation_id: int
    annotator: str
    problem: Problem


@dataclass(slots=True)
class Pulled:
    """What a pull found.

    Attributes:
        tasks: number of tasks of the projects.
        fetched: of these, the tasks that were asked for.
        new, changed, deleted: annotations that were added to the history, by what happened.
        unchanged: annotations of fetched tasks that are in the history already.
        drafts: tasks with work that somebody has begun, or changed, and not submitted.
        new_drafts, gone_drafts: states of drafts, and their ends, that were added to the history.
        gone: tasks that were deleted on the server since the last pull.
        foreign: tasks that the server has and the ledger does not know; nobody asks for them.
        unknown: tasks of the history that the ledger does not know, and so are not asked for.
        not_owner: of new and changed annotations, those in a project that is another one's.
        trimmed: of their spans, those that lost blanks or punctuation at an edge.
        quarantined: everything new that does not hold.
        file: what was written, None for nothing.
    """

    tasks: int = 0
    fetched: int = 0
    new: int = 0
    changed: int = 0
    deleted: int = 0
    unchanged: int = 0
    drafts: int = 0
    new_drafts: int = 0
    gone_drafts: int = 0
    gone: int = 0
    foreign: int = 0
    unknown: int = 0
    not_owner: int = 0
    trimmed: int = 0
    quarantined: list[Quarantined] = field(default_factory=list)
    file: Path | None = None

    @property
    def anything(self) -> bool:
        """Whether the history has something that it had not before."""
        return any(
            (self.new, self.changed, self.deleted, self.new_drafts, self.gone_drafts),
        )


@dataclass(slots=True)
class _Seen:
    """What came of one project's tasks."""

    states: dict[int, str] = field(default_factory=dict)
    drafts: set[int] = field(default_factory=set)
    keys: set[EntryKey] = field(default_factory=set)
    gone: set[int] = field(default_factory=set)


@rarely()
def pull(
    projects: Sequence[KnownProject],
    *,
    client: Client,
    ledger: Ledger,
    folder: Path,
    ontology: Ontology,
    full: bool = False,
    dry_run: bool = False,
    on_progress: Callable[[int], None] = lambda _: None,
) -> Pulled:
    """Fetches every annotation that changed and appends it to the history.

    Args:
        projects: of one campaign.
        folder: the history.
        full: ask for all tasks, whatever is known of the last pull.
        on_progress: called with the number of tasks in each chunk.

    Raises:
        ServerError: the server cannot be asked, or answers with something else.
        OntologyError: annotators have labels that the ontology lacks.
    """
    migrations = migration.read(folder)
    renamed = migration.renames(migrations)
    for project in projects:
        _check_labels(project, ledger, ontology, renamed)
    plans = [sync.plan(project, client, ledger, folder, full=full) for project in projects]
    done = Pulled(
        tasks=sum(plan.known for plan in plans),
        foreign=sum(plan.foreign for plan in plans),
    )
    seen = [_Seen(gone=set(plan.gone)) for plan in plans]
    if any(plan.tasks or plan.gone for plan in plans) or full:
        heads = history.heads(folder)
        users = client.users()
        now = _now()

        def entries() -> Iterator[Entry]:
            for plan, found in zip(plans, seen, strict=True):
                place = (plan.project.server, plan.project.project_id)
                reader = Reader(
                    plan.project,
                    users=users,
                    ledger=ledger,
                    ontology=ontology,
                    interfaces=interfaces.installed(ledger, *place),
                    renamed=renamed,
                    now=now,
                )
                known = {key: head for key, head in heads.items() if key[:2] == place}
                yield from _fetched(plan, reader, client, known, done, found, on_progress)
                yield from _tombstones(plan, reader, known, done, found)

        if dry_run:
            for _ in entries():
                pass
        else:
            done.file = history.append(folder, entries())
    if not dry_run:
        for plan, found in zip(plans, seen, strict=True):
            sync.finish(
                plan,
                ledger,
                folder,
                fetched=found.states,
                drafts=found.drafts,
                gone=found.gone,
            )
    done.drafts = sum(len(found.drafts) for found in seen)
    done.gone = sum(len(found.gone) for found in seen)
    return done


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _check_labels(
    project: KnownProject, ledger: Ledger, ontology: Ontology, renamed: Mapping[str, str]
) -> None:
    """What annotators may choose must be known, or their work would look like a mistake."""
    migration.check(ontology, renamed)
    had = interfaces.installed(ledger, project.server, project.project_id)
    codes = {*ontology.entity_codes, *ontology.event_codes, *renamed}
    lost = sorted({code for one in had[-1:] for code in one.labels} - codes)
    if lost:
        raise OntologyError(
            f"annotators have labels that the ontology lacks: {', '.join(lost)}",
            where=f"project {project.title!r}",
            fix="put them back, or run: annotate ontology migrate "
            + " ".join(f"{code}=NEW" for code in lost),
        )


def _fetched(
    plan: sync.Plan,
    reader: Reader,
    client: Client,
    known: Mapping[EntryKey, Head],
    done: Pulled,
    found: _Seen,
    on_progress: Callable[[int], None],
) -> Iterator[Entry]:
    """What is new in the tasks that are fetched."""
    for chunk, exported in fetch(client, plan.project.project_id, plan.tasks):
        tasks = {task.task_id: task for task in chunk}
        for item in exported:
            task = tasks.pop(int(item["id"]))
            found.states[task.task_id] = str(item.get("updated_at"))
            if item.get("drafts"):
                found.drafts.add(task.task_id)
            for entry, is_new in reader.entries(task, item, known):
                found.keys.add(entry.key)
                if is_new:
                    _count(entry, known.get(entry.key), done)
                    yield entry
                elif entry.status != "draft":
                    done.unchanged += 1
        found.gone |= tasks.keys()
        done.fetched += len(chunk)
        on_progress(len(chunk))


def _count(entry: Entry, before: Head | None, done: Pulled) -> None:
    if entry.status == "draft":
        done.new_drafts += 1
    elif before is None:
        done.new += 1
    else:
        done.changed += 1
    if entry.status != "draft":
        done.not_owner += entry.is_foreign
        done.trimmed += entry.trimmed
    where = (entry.project_id, entry.task_id, entry.annotation_id, entry.annotator)
    done.quarantined += [
        Quarantined(*where, Problem(*problem)) for problem in json.loads(entry.quarantined)
    ]


def _tombstones(
    plan: sync.Plan,
    reader: Reader,
    known: Mapping[EntryKey, Head],
    done: Pulled,
    found: _Seen,
) -> Iterator[Entry]:
    """What is in the history and not on the server any more.

    A draft that was submitted is one: its annotation is another entry, with a number of its own.
    """
    place = (plan.project.server, plan.project.project_id)
    # Only of tasks that the server was asked about can it be said what is gone.
    earlier = {task.task_id for task in reader.ledger.tasks(*place, gone=True)}
    asked = found.states.keys() | found.gone | earlier
    there = {task.task_id for task in reader.ledger.tasks(*place)} | asked
    done.unknown += len({head.task_id for head in known.values()} - there)
    for key, head in known.items():
        if key in found.keys or head.status == "deleted" or head.task_id not in asked:
            continue
        if head.status == "draft":
            done.gone_drafts += 1
        else:
            done.deleted += 1
        yield _tombstone(head, reader.now)


def _tombstone(head: Head, now: str) -> Entry:
    empty = {"text_sha256": head.text_sha256, "spans": [], "relations": []}
    about: dict[str, Any] = asdict(head) | {"status": "deleted", "pulled_at": now}
    return Entry(**about, record=json.dumps(empty), deleted_spans="[]", quarantined="[]", raw="[]")
