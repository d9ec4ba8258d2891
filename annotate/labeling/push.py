"""Push: articles and their pre-annotations become tasks, each part of each text once."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace

from annotate.corpus.article import Article
from annotate.labeling.assignments import Lane, check_manner, holders_of, lanes
from annotate.labeling.checks import check_articles
from annotate.labeling.client import Client
from annotate.labeling.layouts import Layouts, layouts
from annotate.labeling.ledger import Key, Ledger, Staged
from annotate.labeling.overlaps import restore_overlaps, set_overlaps
from annotate.labeling.planning import (
    NewGrouping,
    Planned,
    agree,
    commonest_overlap,
    fix,
    follow,
    tells_stories,
)
from annotate.labeling.projects import Target, open_project, show_predictions
from annotate.labeling.pushed import Older, Pushed, Tally
from annotate.labeling.recovery import Reconciled, reconcile
from annotate.labeling.sending import Place, Sender, Waiting, prepare
from annotate.labeling.upgrade import outdated, upgrade
from annotate.ontology import Ontology
from annotate.spans import Annotation

BATCH = 250  # tasks a request: larger ones are no faster and cost the server memory


@dataclass(frozen=True, slots=True)
class _Run:
    """What stays the same over all projects of a push."""

    preannotate: Callable[[Article], Annotation] | None
    version: str
    target: Target
    client: Client
    ledger: Ledger
    ontology: Ontology
    dry_run: bool
    size: int
    waiting: Waiting
    tally: Tally


def push(
    articles: Iterable[Article],
    preannotate: Callable[[Article], Annotation] | None,
    version: str,
    *,
    target: Target,
    client: Client,
    ledger: Ledger,
    ontology: Ontology,
    grouping: NewGrouping | None = None,
    order: Sequence[str] | None = None,
    dry_run: bool = False,
    size: int = BATCH,
    waiting: Waiting | None = None,
    on_progress: Callable[[int], None] = lambda _: None,
) -> Pushed:
    """Sends what is not a task yet, by the campaign's plan; running it again sends nothing twice.

    Where a run died, or tasks were deleted or the ledger lost, the counts of server and ledger
    differ or something is still staged, and the server is asked. A changed text becomes new tasks;
    those of the old text stay as they are. Open tasks with pre-annotations of another version of
    the heuristics get new ones beside them first (see `upgrade`).

    Args:
        preannotate: gives an article's pre-annotation; None pushes blank tasks.
        version: names the heuristics; becomes the project's model version.
        grouping: tells which articles are one story; without it each is one of its own.
        order: doc_ids in the order in which they are worth annotating; by chance without it, and
            for test articles always.
        size: tasks a request; the parts of an article are never torn apart.
        on_progress: called with the number of articles settled by each batch.

    Raises:
        InputError: a text cannot be kept as it is.
        SettingsError: the campaign has another plan, or too few annotators.
        SpanError: a pre-annotation does not hold; nothing of its batch is sent.
        ServerError: the server refuses, does not keep a setting, or the project is not ours.
    """
    given = list(articles)
    check_articles(given)
    server, campaign = target.server, target.title
    agree(ledger, server, campaign, target.plan)
    check_manner(ledger, server, campaign, target.layers, blind=target.annotators is not None)
    if target.annotators is None and not target.splits and not tells_stories(target.plan):
        grouping = None  # who is alone with everything need not wait for it
    planned = follow(
        target.plan, given, ledger, grouping, target.splits, dry_run=dry_run, order=order
    )
    holders = holders_of(ledger, server, campaign, target.layers)
    ways = lanes(planned, target.plan, campaign, target.layers, target.annotators, holders)
    on_progress(len(given) - len(planned))
    run = _Run(
        *(preannotate, version, target, client, ledger, ontology, dry_run, size),
        *(waiting or Waiting(), Tally()),
    )
    left = Counter(item.article.doc_id for lane in ways for item in lane.articles)
    for lane in ways:
        for batch in _into(lane, run):
            left.subtract(item.article.doc_id for item in batch)
            on_progress(sum(left[item.article.doc_id] == 0 for item in batch))
    return run.tally.pushed()


def _into(lane: Lane, run: _Run) -> Iterator[list[Planned]]:
    """Pushes to one project; yields the articles that each batch has settled."""
    target, ledger, tally = run.target, run.ledger, run.tally
    project = open_project(
        *(target, lane.title, lane.owner, run.client, ledger, run.ontology), dry_run=run.dry_run
    )
    if project is None:
        place, known = None, set[Key]()
    else:
        place = Place(
            *(target.server, project, target.layers, run.client, ledger, run.ontology),
            waiting=run.waiting,
            extras=target.extras,
        )
        tally.projects.append(project.id)
        if not run.dry_run:
            fix(ledger, target.server, target.title, target.plan)
        known = _settled(place, lane, run)
        _bring_up_to_date(place, lane, run)
    layout = layouts(ledger, target.server, project.id if project else None)
    texts: dict[str, set[str]] = defaultdict(set)
    for key in known:
        texts[key.doc_id].add(key.text_sha256)
    batch = _Batch([], [])
    flying: list[Planned] = []
    changed: dict[str, str] = {}
    with _sender(place, run) as sender:
        for item in lane.articles:
            batch.articles.append(item)
            new = _missing(item, lane, layout, known, run)
            batch.missing.extend(new)
            article = item.article
            if not new:
                tally.known[article.doc_id] = None
                continue
            _count(item, new, tally)
            if texts[article.doc_id] and article.text_sha256 not in texts[article.doc_id]:
                changed[article.doc_id] = article.text_sha256
            if len(batch.missing) >= run.size:
                _send(sender, batch, run)
                yield flying
                flying, batch = batch.articles, _Batch([], [])
        _send(sender, batch, run)
        yield flying
        if sender is not None:
            sender.finish()
        yield batch.articles
    if place is not None:
        tally.older += _older(place, changed)
        if not run.dry_run:
            _find_repeated(place, lane, run)
            _show(place, run)


@dataclass(frozen=True, slots=True)
class _Batch:
    """What goes in one request: articles, and what of them is not there yet."""

    articles: list[Planned]
    missing: list[Staged]


def _missing(
    item: Planned, lane: Lane, layout: Layouts, known: Set[Key], run: _Run
) -> list[Staged]:
    """The parts of an article that are no tasks yet."""
    article, place_of = item.article, item.placement
    blank = place_of.blank or run.preannotate is None
    overlap = 1 if lane.owner is not None else place_of.overlap
    sha256 = article.text_sha256
    return [
        Staged(article, part, None, None, blank, place_of.split, overlap)
        for part in layout.parts(article, run.target.max_words)
        if Key(article.doc_id, sha256, part.number) not in known
    ]


def _count(item: Planned, new: list[Staged], tally: Tally) -> None:
    doc_id = item.article.doc_id
    tally.created[doc_id] = item
    tally.tasks[doc_id] += len(new)
    tally.blank.update([doc_id] if new[0].blank else [])


def _settled(place: Place, lane: Lane, run: _Run) -> set[Key]:
    """What the project has as tasks, after ledger and server were brought to say the same."""
    ledger, server = run.ledger, run.target.server
    tasks = ledger.tasks(server, place.id)
    known = {task.key for task in tasks}
    if place.project.tasks == len(tasks) and not ledger.pending(server, place.id):
        return known
    found: Reconciled = reconcile(
        place,
        {item.article.doc_id: item for item in lane.articles},
        overlap=1 if lane.owner is not None else None,
        dry_run=run.dry_run,
    )
    run.tally.recovered.update(dict.fromkeys(key.doc_id for key in sorted(found.found)))
    run.tally.gone += found.gone
    run.tally.doubled += [(place.id, task_id) for task_id in found.doubled]
    if run.dry_run:
        return (known - found.lost) | found.found
    return {task.key for task in ledger.tasks(server, place.id)}


def _find_repeated(place: Place, lane: Lane, run: _Run) -> None:
    """What something on the way to the server has sent twice is said now, and pulled."""
    there = place.client.project(place.id).tasks
    if not run.tally.tasks or there <= len(run.ledger.tasks(place.server, place.id)):
        return
    found = reconcile(
        place,
        {item.article.doc_id: item for item in lane.articles},
        overlap=1 if lane.owner is not None else None,
        dry_run=False,
    )
    run.tally.doubled += [(place.id, task_id) for task_id in found.doubled]
    run.tally.overlaps += set_overlaps(place)


def _bring_up_to_date(place: Place, lane: Lane, run: _Run) -> None:
    """Overlaps that somebody changed, or a push that died left, and older pre-annotations."""
    overlap = 1 if lane.owner is not None else commonest_overlap(run.target.plan)
    if not run.dry_run:
        if place.project.tasks and place.project.overlap != overlap:
            run.tally.overlaps += restore_overlaps(place)
        run.tally.overlaps += set_overlaps(place)
    if run.preannotate is None or not outdated(place, run.version):
        return
    done = upgrade(place, run.preannotate, run.version, size=run.size, dry_run=run.dry_run)
    run.tally.upgraded += done.tasks
    run.tally.finished += done.finished
    if not run.dry_run:
        _show(place, run)


def _show(place: Place, run: _Run) -> None:
    """Annotators see the pre-annotations of this version, if there are any."""
    versions = run.ledger.task_versions(place.server, place.id)
    if run.preannotate is not None and run.version in versions:
        show_predictions(place.id, run.version, place.client)


def _sender(place: Place | None, run: _Run) -> AbstractContextManager[Sender | None]:
    """What sends to the project; nothing where nothing is to be sent."""
    if place is None or run.dry_run:
        return nullcontext()

    def landed() -> None:
        if place.project.model_version != run.version and place.id not in run.tally.shown:
            run.tally.shown.add(place.id)  # annotators may begin while the rest is on its way
            _show(place, run)
        run.tally.overlaps += set_overlaps(place)

    return Sender(place, landed)


def _send(sender: Sender | None, batch: _Batch, run: _Run) -> None:
    """Sends a batch; it is made while the server works on the one before."""
    if sender is None or not batch.missing:
        return
    made: dict[str, Annotation] = {}
    staged = []
    for item in batch.missing:
        if item.blank or run.preannotate is None:
            staged.append(item)
            continue
        doc_id = item.article.doc_id
        if doc_id not in made:  # once for all parts
            made[doc_id] = run.preannotate(item.article)
        staged.append(replace(item, version=run.version, prediction=made[doc_id]))
    sender.send(prepare(sender.place, staged))


def _older(place: Place, changed: Mapping[str, str]) -> list[Older]:
    """Tasks that show another text of the articles, and what was done in them.

    Args:
        changed: doc_id -> text_sha256 of the text that it has now.
    """
    old = {
        task.task_id: task.doc_id
        for task in place.ledger.tasks(place.server, place.id)
        if task.text_sha256 != changed.get(task.doc_id, task.text_sha256)
    }
    ids = sorted(old)
    return [
        Older(old[task["id"]], place.id, task["id"], len(task.get("annotations") or []))
        for start in range(0, len(ids), BATCH)
        for task in place.client.export_tasks(place.id, ids[start : start + BATCH])
    ]
