"""Pull: what annotators did comes into the local history, whole, and only what changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from annotate.corpus.article import Article
from annotate.errors import ServerError
from annotate.labeling import history
from annotate.labeling.client import Client
from annotate.labeling.decisions import decide
from annotate.labeling.entry import Entry, Status
from annotate.labeling.ledger import Ledger, Task
from annotate.labeling.parts import whole
from annotate.labeling.received import from_results
from annotate.ontology import Ontology
from annotate.records import span_record, to_record
from annotate.spans import Annotation, Problem, Span
from annotate.storage import canonical_json, text_sha256

CHUNK = 250  # tasks a request: bounded memory on both sides


@dataclass(frozen=True, slots=True)
class Pulled:
    """What a pull found.

    Attributes:
        tasks: number of tasks looked at.
        new, changed, deleted: annotations that were added to the history, by what happened.
        unchanged: annotations that are in the history already.
        quarantined: (annotation id, problem) of everything new that does not hold.
        unknown: tasks of the history that the ledger does not know; they were not asked about.
        drafts: tasks that somebody has begun and not submitted; drafts stay on the server.
    """

    tasks: int = 0
    new: int = 0
    changed: int = 0
    deleted: int = 0
    unchanged: int = 0
    drafts: int = 0
    unknown: int = 0
    quarantined: tuple[tuple[int, Problem], ...] = ()


def pull(
    server: str,
    project_id: int,
    *,
    client: Client,
    ledger: Ledger,
    folder: Path,
    ontology: Ontology,
    dry_run: bool = False,
    on_progress: Callable[[int], None] = lambda _: None,
) -> Pulled:
    """Fetches every annotation of the project's tasks and appends what is new to the history.

    Args:
        server: what the ledger knows the server by.
        folder: the history.
        on_progress: called with the number of tasks in each chunk.

    Raises:
        ServerError: the server cannot be asked, or answers with something else.
    """
    users = client.users()
    state = {
        key: entry
        for key, entry in history.current(folder).items()
        if key[:2] == (server, project_id)
    }
    now = datetime.now(UTC).isoformat(timespec="seconds")
    seen: set[tuple[str, int, int]] = set()
    # Only of tasks that the server was asked about can it be said what is gone.
    asked = {task.task_id for task in ledger.tasks(server, project_id, gone=True)}
    entries: list[Entry] = []
    unchanged = new = drafts = 0
    tasks = ledger.tasks(server, project_id)
    asked |= {task.task_id for task in tasks}
    for chunk in _chunks(tasks, CHUNK):
        articles = {task.task_id: _article(ledger, task) for task in chunk}
        exported_tasks = client.export_tasks(project_id, [task.task_id for task in chunk])
        _check_gone(chunk, exported_tasks, project_id, client)
        for exported in exported_tasks:
            article = articles[_integer(exported, "id", "task")]
            drafts += bool(exported.get("drafts"))
            for annotation in exported.get("annotations") or []:
                entry = _entry(annotation, exported, article, server, project_id, now)
                seen.add(entry.key)
                before = state.get(entry.key)
                entry = replace(entry, annotator=_annotator(annotation, users, before))
                if before and before.digest == entry.digest and before.status != "deleted":
                    unchanged += 1
                    continue
                new += before is None
                entries.append(_interpreted(entry, article, ledger, ontology))
        on_progress(len(chunk))
    gone = [
        replace(entry, status="deleted", pulled_at=now)
        for key, entry in state.items()
        if key not in seen and entry.status != "deleted" and entry.task_id in asked
    ]
    if not dry_run:
        history.append(folder, [*entries, *gone])
    return Pulled(
        tasks=len(tasks),
        new=new,
        changed=len(entries) - new,
        deleted=len(gone),
        unknown=len({entry.task_id for entry in state.values()} - asked),
        unchanged=unchanged,
        drafts=drafts,
        quarantined=tuple(
            (entry.annotation_id, Problem(*problem))
            for entry in entries
            for problem in json.loads(entry.quarantined)
        ),
    )


def _check_gone(
    chunk: Sequence[Task], exported: Sequence[Mapping[str, Any]], project_id: int, client: Client
) -> None:
    """A task that an export lacks must really be gone: its annotations become tombstones."""
    ids = {task.get("id") for task in exported}
    missing = [task for task in chunk if task.task_id not in ids]
    there = client.find_tasks(project_id, [task.doc_id for task in missing]) if missing else []
    lost = {found.task_id for found in there} & {task.task_id for task in missing}
    if lost:
        raise ServerError(
            f"the export lacks tasks that are there: {sorted(lost)}", fix="run the pull again"
        )


def _entry(
    annotation: Mapping[str, Any],
    task: Mapping[str, Any],
    article: Article,
    server: str,
    project_id: int,
    now: str,
) -> Entry:
    """The annotation as the server gives it; its annotator and spans are not read yet."""
    status: Status = "skipped" if annotation.get("was_cancelled") else "submitted"
    raw = annotation.get("result")
    said = canonical_json([raw, status])
    shown_text = (task.get("data") or {}).get("text")
    return Entry(
        server=server,
        project_id=project_id,
        task_id=_integer(task, "id", "task"),
        annotation_id=_integer(annotation, "id", "annotation"),
        doc_id=article.doc_id,
        text_sha256=text_sha256(str(shown_text)),  # of what people saw, whatever the task says
        annotator="",
        status=status,
        created_at=str(annotation.get("created_at")),
        updated_at=str(annotation.get("updated_at")),
        lead_time=annotation.get("lead_time"),
        prelabel_version=_prelabel_version(annotation),
        record="",
        deleted_spans="[]",
        quarantined="[]",
        raw=json.dumps(raw, ensure_ascii=False),
        digest=hashlib.sha256(said.encode("utf-8")).hexdigest(),
        pulled_at=now,
    )


def _annotator(
    annotation: Mapping[str, Any], users: Mapping[int, str], before: Entry | None
) -> str:
    """Who made it. The server forgets a deleted user: the history remembers, or nobody does."""
    user = annotation.get("completed_by")
    user_id = user.get("id") if isinstance(user, Mapping) else user
    if isinstance(user_id, int) and user_id in users:
        return users[user_id]
    if before is not None:
        return before.annotator
    return f"deleted user of annotation {annotation.get('id')}"


def _prelabel_version(annotation: Mapping[str, Any]) -> str | None:
    """Version of the pre-annotation that a person's work began from, or None.

    The server names the prediction that it showed, also where the work began from nothing; a
    region that came from it has the origin "prediction" or "prediction-changed".
    """
    shown = annotation.get("prediction")
    if not isinstance(shown, Mapping) or not shown.get("model_version"):
        return None
    results = annotation.get("result")
    items = [item for item in results if isinstance(item, Mapping)] if results else []
    began = annotation.get("parent_prediction") is not None or any(
        str(item.get("origin")).startswith("prediction") for item in items
    )
    return str(shown["model_version"]) if began else None


def _interpreted(entry: Entry, article: Article, ledger: Ledger, ontology: Ontology) -> Entry:
    """The entry with its spans read, checked, and compared with the pre-annotation."""
    raw = json.loads(entry.raw)
    about = Annotation(
        text_sha256=article.text_sha256,
        doc_id=article.doc_id,
        source=article.source,
        source_id=article.source_id,
        annotator=entry.annotator,
        ontology_version=ontology.version,
        guidelines_version=ontology.guidelines_version,
    )
    if entry.text_sha256 != article.text_sha256:
        problems = [Problem("", "the task shows another text than the one that was pushed")]
        return replace(entry, record=_json(about), quarantined=json.dumps(problems))
    if not isinstance(raw, list):
        problems = [Problem("", "the annotation has no list of results")]
        return replace(entry, record=_json(about), quarantined=json.dumps(problems))
    received = from_results(
        [item for item in raw if isinstance(item, Mapping)],
        article.text,
        article.text_sha256,
        whole(article.text),
        ontology,
    )
    annotation = replace(
        about,
        spans=received.annotation.spans,
        relations=received.annotation.relations,
        comment=received.comment,
    )
    deleted: tuple[Span, ...] = ()
    version = entry.prelabel_version
    shown = (
        ledger.prediction(entry.server, entry.project_id, entry.task_id, version, ontology)
        if version
        else None
    )
    if shown is not None or version is None:
        decided = decide(annotation, shown)
        annotation, deleted = decided.annotation, decided.deleted
    # Else it began from a pre-annotation that nobody knows any more: no decision is guessed.
    return replace(
        entry,
        record=_json(annotation),
        deleted_spans=json.dumps([span_record(s) for s in deleted], ensure_ascii=False),
        quarantined=json.dumps(received.quarantined, ensure_ascii=False),
    )


def _json(annotation: Annotation) -> str:
    return json.dumps(to_record(annotation), ensure_ascii=False)


def _article(ledger: Ledger, task: Task) -> Article:
    article = ledger.article(task.doc_id, task.text_sha256)
    assert article is not None  # noqa: S101 - the ledger's foreign key holds this
    return article


def _integer(item: Mapping[str, Any], key: str, what: str) -> int:
    value = item.get(key)
    if type(value) is not int:
        raise ServerError(f"the export holds a {what} whose {key} is {value!r}")
    return value


def _chunks(tasks: Sequence[Task], size: int) -> Iterator[Sequence[Task]]:
    for start in range(0, len(tasks), size):
        yield tasks[start : start + size]
