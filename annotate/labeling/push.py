"""Push: articles and their pre-annotations become tasks, each article once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from annotate.corpus.article import Article
from annotate.errors import ServerError, SpanError
from annotate.labeling.client import Client, Project
from annotate.labeling.interface import labeling_interface
from annotate.labeling.ledger import Ledger, Task
from annotate.labeling.wire import sendable_problems, to_task
from annotate.ontology import Ontology
from annotate.spans import Annotation

BATCH = 250  # larger requests are no faster and cost the server memory


@dataclass(frozen=True, slots=True)
class Target:
    """Where a push goes.

    Attributes:
        server: what the ledger knows the server by: its URL, or "embedded", whose port may change.
        title: the project's title.
        overlap: how many annotators a task is for.
    """

    server: str
    title: str
    overlap: int = 1


@dataclass(frozen=True, slots=True)
class Pushed:
    """What a push did.

    Attributes:
        project_id: the project; None in a dry run that would create it.
        created: doc_ids that became tasks (or would, in a dry run).
        known: doc_ids that were tasks already.
        recovered: of the known, those the server had and the ledger did not.
        changed: doc_ids whose clean text differs from the one that was pushed; left as they are.
        hidden: tasks whose pre-annotation is of another version than the one that the project now
            shows: Label Studio shows one version at a time.
    """

    project_id: int | None
    created: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    recovered: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    hidden: int = 0


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

    Texts and pre-annotations are frozen in the ledger first, then a batch is sent, then its task
    ids are recorded. If a run died in between, the server's task count differs from the ledger's,
    and the server is asked which articles it has.

    Args:
        preannotate: gives an article's pre-annotation; None pushes blank tasks.
        version: names the heuristics; becomes the project's model version.
        on_progress: called with the number of articles settled by each batch.

    Raises:
        SpanError: a pre-annotation does not hold; nothing of its batch is sent.
        ServerError: the server refuses, or does not keep a setting.
    """
    project = _project(target, client, ledger, ontology, dry_run)
    if project is None:
        doc_ids = tuple(article.doc_id for article in articles)
        return Pushed(None, created=doc_ids)
    known = {task.doc_id for task in ledger.tasks(target.server, project.id)}
    unsure = project.tasks != len(ledger.tasks(target.server, project.id))
    done: dict[str, list[str]] = {"created": [], "known": [], "recovered": [], "changed": []}
    for batch in _batches(articles, BATCH):
        if unsure:
            found = _recover(batch, known, target, project, client, ledger, dry_run)
            done["recovered"] += found
            known.update(found)
        new = [article for article in batch if article.doc_id not in known]
        for article in batch:
            frozen = ledger.article(article.doc_id)
            if frozen is not None and frozen.text_sha256 != article.text_sha256:
                done["changed"].append(article.doc_id)
            if article.doc_id in known:
                done["known"].append(article.doc_id)
        # A text that was frozen for another project is pushed as it was frozen.
        new = [ledger.article(article.doc_id) or article for article in new]
        if new and not dry_run:
            _send(new, preannotate, version, target, project, client, ledger, ontology)
        done["created"] += [article.doc_id for article in new]
        known.update(article.doc_id for article in new)
        on_progress(len(batch))
    versions = ledger.task_versions(target.server, project.id)
    if version in versions and not dry_run:
        _show_predictions(project.id, version, client)
    hidden = {v: n for v, n in versions.items() if v != version} if version in versions else {}
    return Pushed(
        project.id,
        hidden=sum(hidden.values()),
        **{name: tuple(doc_ids) for name, doc_ids in done.items()},
    )


def _project(
    target: Target, client: Client, ledger: Ledger, ontology: Ontology, dry_run: bool
) -> Project | None:
    """The target project, created if need be; None in a dry run that would create it."""
    project_id = ledger.project_id(target.server, target.title)
    project = (
        client.project(project_id)
        if project_id is not None and client.project_exists(project_id)
        else client.find_project(target.title)
    )
    if project is None:
        if dry_run:
            return None
        interface = labeling_interface(ontology)
        about = f"annotate, ontology {ontology.name} {ontology.version}"
        project = client.project(client.create_project(target.title, interface, about))
    if not dry_run:
        ledger.set_project(target.server, target.title, project.id)
        if project.overlap != target.overlap:
            # Given at creation it was once ignored: set it afterwards, and read it back.
            client.update_project(project.id, maximum_annotations=target.overlap)
            project = client.project(project.id)
            if project.overlap != target.overlap:
                raise ServerError(
                    f"the server keeps {project.overlap} annotators a task, not {target.overlap}",
                    where=client.project_url(project.id),
                )
    return project


def _recover(
    batch: list[Article],
    known: set[str],
    target: Target,
    project: Project,
    client: Client,
    ledger: Ledger,
    dry_run: bool,
) -> list[str]:
    """Articles of the batch that the server has as tasks and the ledger does not know."""
    missing = {article.doc_id: article for article in batch if article.doc_id not in known}
    found: list[str] = []
    for task_id, doc_id, sha256 in client.find_tasks(project.id, list(missing)):
        frozen = ledger.article(doc_id) or missing[doc_id]
        if frozen.text_sha256 != sha256:
            raise ServerError(
                f"task {task_id} shows article {doc_id} with another text, and the ledger that "
                "knew this text is gone",
                where=client.task_url(project.id, task_id),
                fix="restore .annotate/ledger.sqlite, or push to a project with another title",
            )
        if not dry_run:
            ledger.freeze([frozen])
            ledger.add_tasks(target.server, project.id, [Task(task_id, doc_id)])
        if doc_id not in found:
            found.append(doc_id)
    return found


def _send(
    articles: list[Article],
    preannotate: Callable[[Article], Annotation] | None,
    version: str,
    target: Target,
    project: Project,
    client: Client,
    ledger: Ledger,
    ontology: Ontology,
) -> None:
    predictions = [preannotate(article) for article in articles] if preannotate else []
    for article, prediction in zip(articles, predictions, strict=False):
        found = sendable_problems(prediction, article.text, ontology)
        if found:
            raise SpanError(
                f"the pre-annotation does not hold: span {found[0].item}: {found[0].reason}",
                where=f"article {article.doc_id}",
                fix="this is a fault of the heuristics; nothing of this batch was sent",
            )
    ledger.freeze(articles)
    ledger.add_predictions(version, predictions)
    tasks = [
        to_task(article, predictions[index] if predictions else None, version, ontology)
        for index, article in enumerate(articles)
    ]
    task_ids = client.import_tasks(project.id, tasks)
    ledger.add_tasks(
        target.server,
        project.id,
        [Task(t, article.doc_id) for t, article in zip(task_ids, articles, strict=True)],
    )


def _show_predictions(project_id: int, version: str, client: Client) -> None:
    """Pre-labels show only if the project names their version and has the switch on."""
    project = client.project(project_id)
    if project.model_version == version and project.shows_predictions:
        return
    client.update_project(project_id, model_version=version, show_collab_predictions=True)
    project = client.project(project_id)
    if project.model_version != version or not project.shows_predictions:
        raise ServerError(
            "the server did not keep the switch that shows pre-annotations",
            where=client.project_url(project_id),
        )


def _batches(articles: Iterable[Article], size: int) -> Iterator[list[Article]]:
    iterator = iter(articles)
    while batch := list(islice(iterator, size)):
        yield batch
