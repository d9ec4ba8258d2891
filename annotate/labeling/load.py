"""Loads finished annotations into a project as the work of an annotator, each once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from annotate.corpus.article import Article
from annotate.errors import SpanError
from annotate.labeling.client import Client
from annotate.labeling.ledger import Ledger
from annotate.labeling.wire import to_results
from annotate.ontology import Ontology
from annotate.spans import Annotation, problems


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did: annotations added now, and those that were there already."""

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
    """Adds each annotation to the task of its text, submitted by the user with this address.

    What was loaded once is never loaded again, even if somebody changed or deleted it since; if
    the ledger does not know, the server is asked first.

    Raises:
        SpanError: an annotation does not hold over the text of its task, or no task shows its text.
    """
    tasks: dict[str, tuple[int, Article]] = {}
    for task in ledger.tasks(server, project_id):
        article = ledger.article(task.doc_id, task.text_sha256)
        if article is not None:
            tasks.setdefault(article.text_sha256, (task.task_id, article))
    user_id: int | None = None
    added = known = 0
    for annotation in annotations:
        if annotation.text_sha256 not in tasks:
            raise SpanError(f"no task shows the text {annotation.text_sha256[:12]}…", where=email)
        task_id, article = tasks[annotation.text_sha256]
        found = problems(annotation, article.text, ontology)
        if found:
            raise SpanError(f"span {found[0].item}: {found[0].reason}", where=f"{email}: {task_id}")
        if not _was_loaded(ledger, server, project_id, task_id, email):
            user_id = user_id if user_id is not None else _user(client, email)
            if _has_work_of(client, project_id, task_id, user_id):
                known += 1
            else:
                client.create_annotation(task_id, to_results(annotation, ontology), user_id)
                added += 1
            _set_loaded(ledger, server, project_id, task_id, email)
        else:
            known += 1
        on_progress(1)
    return Loaded(added, known)


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
