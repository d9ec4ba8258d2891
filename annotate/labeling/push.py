"""Push: articles and their pre-annotations become tasks, each article once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from annotate.corpus.article import Article
from annotate.errors import ServerError, SpanError
from annotate.labeling.client import Client
from annotate.labeling.ledger import Ledger, Staged
from annotate.labeling.parts import whole
from annotate.labeling.projects import Target, open_project, show_predictions
from annotate.labeling.recovery import Reconciled, adopt, reconcile
from annotate.labeling.wire import sendable_problems, to_task
from annotate.ontology import Ontology
from annotate.spans import Annotation

BATCH = 250  # larger requests are no faster and cost the server memory


@dataclass(frozen=True, slots=True)
class Pushed:
    """What a push did.

    Attributes:
        project_id: the project; None in a dry run that would create it.
        created: doc_ids that became tasks (or would, in a dry run).
        known: doc_ids that were tasks already.
        recovered: of the known, those the server had and the ledger did not.
        changed: doc_ids whose clean text differs from the one that was pushed; left as they are.
        gone: tasks that were deleted on the server; their articles are sent again.
        hidden: tasks whose pre-annotation is of another version than the one that the project now
            shows: Label Studio shows one version at a time.
    """

    project_id: int | None
    created: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    recovered: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    gone: int = 0
    hidden: int = 0


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a push writes."""

    target: Target
    project_id: int
    client: Client
    ledger: Ledger
    ontology: Ontology


def push(
    articles: Iterable[Article],
    preannotate: Callable[[Article], Annotation] | None,
    version: str,
    *,
    target: Target,
    client: Client,
    ledger: Ledger,
    ontology: Ontology,
    dry_run: bool = False,
    on_progress: Callable[[int], None] = lambda _: None,
) -> Pushed:
    """Sends the articles that are not tasks yet; running it again sends nothing twice.

    Each batch is staged in the ledger, sent in one request, and confirmed with the task ids that
    the server names. Where a run died in between, or tasks were deleted or the ledger lost, the
    counts of server and ledger differ or something is still staged, and the server is asked.

    Args:
        preannotate: gives an article's pre-annotation; None pushes blank tasks.
        version: names the heuristics; becomes the project's model version.
        on_progress: called with the number of articles settled by each batch.

    Raises:
        SpanError: a pre-annotation does not hold; nothing of its batch is sent.
        ServerError: the server refuses, does not keep a setting, or the project is not ours.
    """
    project = open_project(target, client, ledger, ontology, dry_run=dry_run)
    if project is None:
        doc_ids = tuple(article.doc_id for article in articles)
        on_progress(len(doc_ids))
        return Pushed(None, created=doc_ids)
    place = _Place(target, project.id, client, ledger, ontology)
    settled = Reconciled()
    unsure = project.tasks != len(ledger.tasks(target.server, project.id))
    if (unsure or ledger.pending(target.server, project.id)) and not dry_run:
        settled = reconcile(target.server, project.id, client, ledger)
        unsure = project.tasks != len(ledger.tasks(target.server, project.id))
    known = {task.doc_id for task in ledger.tasks(target.server, project.id)}
    created: list[str] = []
    there: list[str] = []
    changed: list[str] = []
    recovered = list(settled.confirmed)
    for batch in _batches(articles, BATCH):
        if unsure:
            missing = [article for article in batch if article.doc_id not in known]
            found = adopt(missing, target.server, project.id, client, ledger, ontology, dry_run)
            recovered += found
            known.update(found)
        there += [article.doc_id for article in batch if article.doc_id in known]
        frozen = {article.doc_id: ledger.article(article.doc_id) or article for article in batch}
        changed += [a.doc_id for a in batch if frozen[a.doc_id].text != a.text]
        # A text that was frozen for another project is pushed as it was frozen.
        new = [frozen[article.doc_id] for article in batch if article.doc_id not in known]
        if new and not dry_run:
            _send(new, preannotate, version, place)
        created += [article.doc_id for article in new]
        known.update(article.doc_id for article in new)
        on_progress(len(batch))
    versions = ledger.task_versions(target.server, project.id)
    others = {task for name, tasks in versions.items() if name != version for task in tasks}
    hidden = len(others - versions[version]) if version in versions else 0
    if version in versions and not dry_run:
        show_predictions(project.id, version, client)
    return Pushed(
        project.id,
        created=tuple(created),
        known=tuple(there),
        recovered=tuple(recovered),
        changed=tuple(changed),
        gone=settled.gone,
        hidden=hidden,
    )


def _send(
    articles: list[Article],
    preannotate: Callable[[Article], Annotation] | None,
    version: str,
    place: _Place,
) -> None:
    staged = [
        Staged(article, whole(article.text), blank=True)
        if preannotate is None
        else Staged(article, whole(article.text), version, preannotate(article))
        for article in articles
    ]
    for item in staged:
        found = (
            sendable_problems(item.prediction, item.article.text, place.ontology)
            if item.prediction
            else []
        )
        if found:
            raise SpanError(
                f"the pre-annotation does not hold: span {found[0].item}: {found[0].reason}",
                where=f"article {item.article.doc_id}",
                fix="this is a fault of the heuristics; nothing of this batch was sent",
            )
    tasks = [
        to_task(s.article, s.part, s.prediction, version, place.ontology, blank=s.blank)
        for s in staged
    ]
    place.ledger.stage(place.target.server, place.project_id, staged)
    task_ids = place.client.import_tasks(place.project_id, tasks)
    if len(task_ids) != len(tasks):
        raise ServerError(f"{len(tasks)} tasks were sent but the server names {len(task_ids)}")
    confirmed = [(task_id, item.key) for task_id, item in zip(task_ids, staged, strict=True)]
    place.ledger.confirm(place.target.server, place.project_id, confirmed)


def _batches(articles: Iterable[Article], size: int) -> Iterator[list[Article]]:
    iterator = iter(articles)
    while batch := list(islice(iterator, size)):
        yield batch
