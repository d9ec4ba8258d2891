"""Settles what ledger and server say differently: after a crash, a deletion, or a lost ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from annotate.corpus.article import Article
from annotate.errors import ServerError
from annotate.labeling.client import Client
from annotate.labeling.ledger import Key, Ledger, Staged
from annotate.labeling.received import from_results
from annotate.ontology import Ontology


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
    asked = sorted({task.doc_id for task in tasks} | {key.doc_id for key in pending})
    there = client.find_tasks(project_id, asked)
    known = {task.task_id for task in tasks}
    reached = [
        (found.task_id, Key(found.doc_id, found.text_sha256, found.part.number))
        for found in there
        if found.task_id not in known
    ]
    reached = [(task_id, key) for task_id, key in reached if key in pending]
    ledger.confirm(server, project_id, reached)
    ledger.drop_pending(server, project_id)
    lost = known - {found.task_id for found in there}
    ledger.mark_gone(server, project_id, lost)
    doc_ids = dict.fromkeys(key.doc_id for _, key in reached)
    return Reconciled(tuple(doc_ids), len(lost))


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
    for there in client.find_tasks(project_id, list(wanted)):
        task_id, doc_id = there.task_id, there.doc_id
        article = ledger.article(doc_id, there.text_sha256) or wanted[doc_id]
        if article.text_sha256 != there.text_sha256:
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
        part = there.part
        staged = Staged(article, part, blank=there.blank)
        for version, results in client.predictions(task_id):
            received = from_results(results, article.text, article.text_sha256, part, ontology)
            shown = replace(received.annotation, doc_id=doc_id)
            staged = replace(staged, version=version, prediction=shown)
        ledger.stage(server, project_id, [staged])
        ledger.confirm(server, project_id, [(task_id, staged.key)])
    return found
