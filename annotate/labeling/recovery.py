"""Settles what ledger and server say differently: after a crash, a deletion, or a lost ledger."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

from annotate.corpus.article import Article, OffsetMap
from annotate.errors import ServerError
from annotate.labeling.client import FoundTask
from annotate.labeling.ledger import Key, Staged
from annotate.labeling.planning import Planned
from annotate.labeling.received import from_results
from annotate.labeling.sending import Place, settle
from annotate.storage import text_sha256

_MOST_GAPS = 12  # between parts, for which a text is put together again


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What was settled.

    Attributes:
        found: parts that the server has as tasks and the ledger did not know.
        lost: parts whose only task was deleted on the server.
        gone: number of tasks that were deleted on the server.
        doubled: tasks that show what an earlier task shows already.
    """

    found: frozenset[Key] = frozenset()
    lost: frozenset[Key] = frozenset()
    gone: int = 0
    doubled: tuple[int, ...] = ()


def reconcile(
    place: Place, planned: Mapping[str, Planned], *, overlap: int | None, dry_run: bool
) -> Reconciled:
    """Asks the server for everything that the ledger has staged or confirmed, or that is given.

    What was staged and is there is confirmed, what is not there was never sent. A task that the
    ledger lost is taken over, with the pre-annotation that it shows (only the rule that proposed
    each span is lost). A confirmed task that is not there was deleted by somebody: it is marked so.

    Args:
        planned: the articles that are given now, by doc_id.
        overlap: of all tasks of the project; None: as planned.

    Raises:
        ServerError: a task shows a text that nobody knows any more.
    """
    arrived: set[Key] = set()
    if not dry_run:
        pending = place.ledger.pending(place.server, place.id)
        arrived = settle(place, pending, place.ledger.staged_at(place.server, place.id))
    tasks = place.ledger.tasks(place.server, place.id)
    known = {task.task_id for task in tasks}
    doc_ids = sorted({task.doc_id for task in tasks} | set(planned))
    there = place.client.find_tasks(place.id, doc_ids)
    lost = known - {found.task_id for found in there}
    keys = {task.key for task in tasks if task.task_id not in lost}
    missing = {task.key for task in tasks} - keys
    if not dry_run:
        place.ledger.mark_gone(place.server, place.id, lost)
    by_text: dict[tuple[str, str], list[FoundTask]] = defaultdict(list)
    for task in there:
        by_text[task.doc_id, task.text_sha256].append(task)
    adopted: set[Key] = set()
    doubled = []
    for task in there:
        if task.task_id in known:
            continue
        key = Key(task.doc_id, task.text_sha256, task.part.number)
        if key in keys:
            doubled.append(task.task_id)
        keys.add(key)
        adopted.add(key)
        given = planned.get(task.doc_id)
        article = _article(place, task, by_text[task.doc_id, task.text_sha256], given)
        if not dry_run:
            _adopt(place, task, article, given, overlap)
    return Reconciled(
        frozenset(arrived | adopted), frozenset(missing - keys), len(lost), tuple(doubled)
    )


def _article(
    place: Place, task: FoundTask, parts: Sequence[FoundTask], given: Planned | None
) -> Article:
    """The article with the text that a task shows a part of."""
    known = place.ledger.article(task.doc_id, task.text_sha256)
    if known is None and given is not None:
        known = given.article
        if known.text_sha256 != task.text_sha256:
            text = whole_text(parts, task.text_sha256)
            # Where its lines were in the raw text is not known any more.
            known = (
                None
                if text is None
                else replace(known, text=text, segments=(), offsets=OffsetMap())
            )
    if known is None:
        raise ServerError(
            f"task {task.task_id} shows article {task.doc_id} with another text, and the ledger "
            "that knew this text is gone",
            where=place.client.task_url(place.id, task.task_id),
            fix="restore .annotate/ledger.sqlite, or push to a project with another title",
        )
    return known


def whole_text(tasks: Sequence[FoundTask], sha256: str) -> str | None:
    """The text that tasks show the parts of, if all are there and its hash confirms it.

    Between two parts a clean text has one blank or line feed: which, the hash tells.
    """
    parts = sorted({task.part.number: task for task in tasks}.values(), key=lambda t: t.part.number)
    if len(parts) != parts[0].part.count or len(parts) - 1 > _MOST_GAPS:
        return None
    for gaps in product("\n ", repeat=len(parts) - 1):
        text = parts[0].text + "".join(
            gap + task.text for gap, task in zip(gaps, parts[1:], strict=True)
        )
        if text_sha256(text) == sha256:
            return text
    return None


def _adopt(
    place: Place, task: FoundTask, article: Article, given: Planned | None, overlap: int | None
) -> None:
    placement = given.placement if given else None
    staged = Staged(
        article,
        task.part,
        blank=task.blank,
        split=placement.split if placement else "train",
        overlap=overlap or (placement.overlap if placement else 1),
    )
    shown = []
    for version, results in place.client.predictions(task.task_id):
        received = from_results(
            results, article.text, article.text_sha256, task.part, place.ontology
        )
        shown.append((version, replace(received.annotation, doc_id=article.doc_id)))
    place.ledger.stage(place.server, place.id, [staged], now=place.waiting.now())
    place.ledger.confirm(place.server, place.id, [(task.task_id, staged.key)])
    for version, annotation in shown:
        place.ledger.add_predictions(place.server, place.id, version, [(task.task_id, annotation)])
