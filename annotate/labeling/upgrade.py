"""A new version of the heuristics: new predictions beside the old ones, for what is still open.

Label Studio shows the predictions of one version, which the project names. So all open tasks get
the new version first, whoever pushed them, and then the project names it: no annotator meets a task
without its pre-labels in between. Old predictions stay, because people's annotations point to
them; annotations are not touched; what was pushed blank stays blank; and tasks that are finished
stay as they are, because nobody is shown their pre-labels any more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from annotate.corpus.article import Article
from annotate.errors import ServerDown
from annotate.labeling.checks import check_batch
from annotate.labeling.client import TaskState
from annotate.labeling.ledger import Staged, Task
from annotate.labeling.received import from_results
from annotate.labeling.sending import Place
from annotate.labeling.wire import shown_of, to_prediction
from annotate.spans import Annotation


@dataclass(frozen=True, slots=True)
class Upgraded:
    """What an upgrade did: tasks that got new predictions, and finished ones that need none."""

    tasks: int = 0
    finished: int = 0


def outdated(place: Place, version: str) -> list[Task]:
    """Tasks with pre-annotations, but none of this version; blank ones have none, and get none."""
    versions = place.ledger.task_versions(place.server, place.id)
    have = versions.get(version, set())
    some = set().union(*versions.values())
    tasks = place.ledger.tasks(place.server, place.id)
    return [t for t in tasks if t.task_id in some and t.task_id not in have and not t.blank]


def upgrade(
    place: Place,
    preannotate: Callable[[Article], Annotation],
    version: str,
    *,
    size: int,
    dry_run: bool = False,
    on_progress: Callable[[int], None] = lambda _: None,
) -> Upgraded:
    """Adds predictions of this version to all open tasks that lack one.

    Killed half way, it goes on where it stopped: what a request whose answer was lost has added is
    found by asking the server.

    Args:
        size: tasks in one request.
        dry_run: only count.
        on_progress: called with the number of tasks done.

    Raises:
        SpanError: a pre-annotation does not hold; nothing of its batch is sent.
        ServerError: the server refuses, or does not answer.
    """
    tasks = outdated(place, version)
    if not tasks:
        return Upgraded()
    if not dry_run:
        _wait_for_what_may_be_under_way(place)
    states = {state.task_id: state for state in place.client.task_states(place.id)}
    if not dry_run:
        _take_over(place, [t for t in tasks if _has(states, t, version)], version)
    todo = [t for t in tasks if t.task_id in states and not _has(states, t, version)]
    finished = [task for task in todo if states[task.task_id].finished]
    todo = [task for task in todo if not states[task.task_id].finished]
    for start in range(0, 0 if dry_run else len(todo), size):
        batch = todo[start : start + size]
        _send(place, _staged(place, batch, preannotate, version), batch, version)
        on_progress(len(batch))
    return Upgraded(len(todo), len(finished))


def _has(states: dict[int, TaskState], task: Task, version: str) -> bool:
    return task.task_id in states and version in states[task.task_id].versions


def _staged(
    place: Place,
    batch: Sequence[Task],
    preannotate: Callable[[Article], Annotation],
    version: str,
) -> list[Staged]:
    """The new pre-annotations, each over the text that its task was pushed with."""
    made: dict[tuple[str, str], tuple[Article, Annotation]] = {}
    staged = []
    for task in batch:
        if task.key[:2] not in made:
            article = place.ledger.article(task.doc_id, task.text_sha256)
            assert article is not None  # noqa: S101 - the ledger's foreign key holds this
            made[task.key[:2]] = (article, preannotate(article))
        article, prediction = made[task.key[:2]]
        staged.append(Staged(article, task.part, version, prediction))
    return staged


def _send(place: Place, staged: Sequence[Staged], batch: Sequence[Task], version: str) -> None:
    check_batch(staged, place.ontology)
    shown = {
        task.task_id: shown_of(item.prediction, task.part, place.layers)
        for task, item in zip(batch, staged, strict=True)
        if item.prediction is not None
    }
    parts = {task.task_id: task.part for task in batch}
    marked = {
        task.task_id: place.extras.marked(item.article)
        for task, item in zip(batch, staged, strict=True)
    }
    left = set(shown)
    for attempt in range(1, place.waiting.tries + 1):
        since = place.waiting.now()
        _set_under_way(place, version, since)
        try:
            place.client.import_predictions(
                place.id,
                [
                    {
                        "task": task_id,
                        **to_prediction(
                            *(shown[task_id], version, place.ontology, part, marked[task_id])
                        ),
                    }
                    for task_id, part in parts.items()
                    if task_id in left
                ],
            )
            break
        except ServerDown:
            left -= _arrived(place, left, version, since)
            if left and attempt == place.waiting.tries:
                raise
            if not left:
                break
    place.ledger.add_predictions(place.server, place.id, version, shown.items())
    _set_under_way(place, version, None)


def _arrived(place: Place, task_ids: set[int], version: str, since: float) -> set[int]:
    """Which of these have the version by now; waits as long as a request may be under way.

    Args:
        since: when it was sent (Unix time).
    """
    waiting = place.waiting

    def find() -> set[int]:
        return {
            state.task_id
            for state in place.client.task_states(place.id)
            if state.task_id in task_ids and version in state.versions
        }

    # One request is taken whole, or not at all.
    return waiting.look(find, bool, max(waiting.now() + waiting.settle, waiting.until(since)))


def _take_over(place: Place, tasks: Sequence[Task], version: str) -> None:
    """What a push that died had added is read back: it is what annotators see."""
    for task in tasks:
        article = place.ledger.article(task.doc_id, task.text_sha256)
        assert article is not None  # noqa: S101 - the ledger's foreign key holds this
        for name, results in place.client.predictions(task.task_id):
            if name == version:
                received = from_results(
                    results, article.text, article.text_sha256, task.part, place.ontology
                )
                annotation = replace(received.annotation, doc_id=task.doc_id)
                place.ledger.add_predictions(
                    place.server, place.id, version, [(task.task_id, annotation)]
                )


def _wait_for_what_may_be_under_way(place: Place) -> None:
    """A push that died may have left a request that the server is still working on."""
    row = place.ledger.database.execute(
        "SELECT sent_at FROM upgrades WHERE server = ? AND project_id = ?",
        (place.server, place.id),
    ).fetchone()
    if row is not None:
        since = min(row[0], place.waiting.now())  # a clock may have been set back
        place.waiting.sleep(max(0.0, since + place.waiting.settle - place.waiting.now()))


def _set_under_way(place: Place, version: str, sent_at: float | None) -> None:
    with place.ledger.database as database:
        database.execute(
            "DELETE FROM upgrades WHERE server = ? AND project_id = ?", (place.server, place.id)
        )
        if sent_at is not None:
            database.execute(
                "INSERT INTO upgrades VALUES (?, ?, ?, ?)",
                (place.server, place.id, version, sent_at),
            )
