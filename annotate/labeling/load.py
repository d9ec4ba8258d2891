"""Loads finished annotations into a project as the work of an annotator, each once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from annotate.errors import SpanError
from annotate.labeling.client import Client
from annotate.labeling.ledger import Ledger, Task
from annotate.labeling.wire import to_results, within
from annotate.ontology import Ontology
from annotate.spans import Annotation, problems


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did: tasks that got an annotation now, and those that had it already."""

    added: int = 0
    known: int = 0


def load_annotations(
    annotations: Iterable[Annotation],
    email: str,
    *,
    server: str,
    project_id: int,
    client: Client,
    ledger: Ledger,
    ontology: Ontology,
    on_progress: Callable[[int], None] = lambda _: None,
) -> Loaded:
    """Adds each annotation to the tasks of its text, submitted by the user with this address.

    Each task gets what lies in its part. What was loaded once is never loaded again, even if
    somebody changed or deleted it since; if the ledger does not know, the server is asked first.

    Args:
        on_progress: called with 1 for each annotation.

    Raises:
        SpanError: an annotation does not hold over the text of its tasks, a part would cut one of
            its spans or relations, or no task shows its text.
    """
    tasks: dict[str, dict[int, Task]] = defaultdict(dict)
    for task in ledger.tasks(server, project_id):
        tasks[task.text_sha256].setdefault(task.part.number, task)
    user_id: int | None = None
    added = known = 0
    for annotation in annotations:
        shown = tasks.get(annotation.text_sha256)
        if not shown:
            raise SpanError(f"no task shows the text {annotation.text_sha256[:12]}…", where=email)
        _check(annotation, list(shown.values()), ledger, ontology, email)
        for task in shown.values():
            if _was_loaded(ledger, server, project_id, task.task_id, email):
                known += 1
                continue
            user_id = user_id if user_id is not None else _user(client, email)
            if _has_work_of(client, project_id, task.task_id, user_id):
                known += 1
            else:
                results = to_results(annotation, ontology, task.part)
                client.create_annotation(task.task_id, results, user_id)
                added += 1
            _set_loaded(ledger, server, project_id, task.task_id, email)
        on_progress(1)
    return Loaded(added, known)


def _check(
    annotation: Annotation, tasks: Sequence[Task], ledger: Ledger, ontology: Ontology, email: str
) -> None:
    """Refuses what does not hold, and what would be lost between the parts."""
    task = tasks[0]
    article = ledger.article(task.doc_id, task.text_sha256)
    assert article is not None  # noqa: S101 - the ledger's foreign key holds this
    found = problems(annotation, article.text, ontology)
    if found:
        raise SpanError(
            f"span {found[0].item}: {found[0].reason}", where=f"{email}: {task.task_id}"
        )
    if len(tasks) != task.part.count:
        raise SpanError(
            f"{len(tasks)} of the {task.part.count} parts of article {task.doc_id} are tasks",
            where=email,
            fix="push the article again",
        )
    parts = [within(annotation, task.part) for task in tasks]
    kept = (sum(len(p.spans) for p in parts), sum(len(p.relations) for p in parts))
    if kept != (len(annotation.spans), len(annotation.relations)):
        raise SpanError(
            f"the parts of article {task.doc_id} cut a span or a role of the annotation",
            where=email,
        )


def _user(client: Client, email: str) -> int:
    ids = {address: user_id for user_id, address in client.users().items()}
    return ids[email] if email in ids else client.create_user(email)


def _has_work_of(client: Client, project_id: int, task_id: int, user_id: int) -> bool:
    return any(
        annotation.get("completed_by") == user_id
        for task in client.export_tasks(project_id, [task_id])
        for annotation in task.get("annotations") or []
    )


def _was_loaded(ledger: Ledger, server: str, project_id: int, task_id: int, annotator: str) -> bool:
    """Whether this annotator's work was once loaded into the task."""
    row = ledger.database.execute(
        "SELECT 1 FROM loaded WHERE server = ? AND project_id = ? AND task_id = ?"
        " AND annotator = ?",
        (server, project_id, task_id, annotator),
    ).fetchone()
    return row is not None


def _set_loaded(ledger: Ledger, server: str, project_id: int, task_id: int, annotator: str) -> None:
    """Records that this annotator's work is in the task, so that it is never loaded twice."""
    with ledger.database as database:
        database.execute(
            "INSERT OR IGNORE INTO loaded VALUES (?, ?, ?, ?)",
            (server, project_id, task_id, annotator),
        )
