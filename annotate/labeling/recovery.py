"""Settles what ledger and server say differently: after a crash, a deletion, or a lost ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from annotate.corpus.article import Article
from annotate.errors import ServerError
from annotate.labeling.client import Client
from annotate.labeling.ledger import Ledger, Staged, Task
from annotate.labeling.parts import whole
from annotate.labeling.received import from_results
from annotate.ontology import Ontology
from annotate.storage import text_sha256


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What was settled: staged articles that had reached the server, and tasks deleted there."""

    confirmed: tuple[str, ...] = ()
    gone: int = 0


def reconcile(server: str, project_id: int, client: Client, ledger: Ledger) -> Reconciled:
    """Asks the server for everything that the ledger has staged or confirmed.

    What was staged and is there is confirmed, what is not there was never sent; a confirmed task
    that is not there was deleted by somebody, and is marked so.
    """
    tasks = ledger.tasks(server, project_id)
    pending = ledger.pending(server, project_id)
    asked = sorted({task.doc_id for task in tasks} | set(pending))
    there = client.find_tasks(project_id, asked)
    known = {task.task_id for task in tasks}
    reached = [
        Task(task_id, doc_id)
        for task_id, doc_id, sha256 in there
        if task_id not in known and doc_id in pending and text_sha256(pending[doc_id]) == sha256
    ]
    ledger.confirm(server, project_id, reached)
    ledger.drop_pending(server, project_id)
    lost = known - {task_id for task_id, _, _ in there}
    ledger.mark_gone(server, project_id, lost)
    return Reconciled(tuple(task.doc_id for task in reached), len(lost))


def adopt(
    articles: Sequence[Article],
    server: str,
    project_id: int,
    client: Client,
    ledger: Ledger,
    ontology: Ontology,
    dry_run: bool,
) -> list[str]:
    """Takes over tasks that the server has and the ledger lost, with what they showed; doc_ids.

    The pre-annotation comes back from the server; only the rule that proposed each span is lost.

    Raises:
        ServerError: a task shows another text than the article has now, and the ledger that knew
            that text is gone.
    """
    wanted = {article.doc_id: article for article in articles}
    found: list[str] = []
    for task_id, doc_id, sha256 in client.find_tasks(project_id, list(wanted)):
        article = ledger.article(doc_id) or wanted[doc_id]
        if article.text_sha256 != sha256:
            raise ServerError(
                f"task {task_id} shows article {doc_id} with another text, and the ledger that "
                "knew this text is gone",
                where=client.task_url(project_id, task_id),
                fix="restore .annotate/ledger.sqlite, or push to a project with another title",
            )
        if doc_id not in found:
            found.append(doc_id)
        if dry_run:
            continue
        staged = Staged(article)
        for version, results in client.predictions(task_id):
            part = whole(article.text)
            received = from_results(results, article.text, article.text_sha256, part, ontology)
            shown = received.annotation
            staged = Staged(article, version, replace(shown, doc_id=doc_id))
        ledger.stage(server, project_id, [staged])
        ledger.confirm(server, project_id, [Task(task_id, doc_id)])
    return found
