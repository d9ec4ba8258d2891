"""What each annotator has done in each project of a campaign, how fast, and with how many edits."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median

from annotate.labeling.campaigns import KnownProject
from annotate.labeling.entry import Entry, is_simulated
from annotate.labeling.ledger import Ledger
from annotate.labeling.pace import active, is_fast
from annotate.labeling.parts import Part
from annotate.labeling.standing import Place, Shown, Standing
from annotate.labeling.wire import within
from annotate.ontology import Ontology
from annotate.spans import Annotation, Span

_EDITS = ("relabelled", "resized", "deleted", "added")


@dataclass(frozen=True, slots=True)
class Edits:
    """What was done to the spans of pre-annotations.

    Attributes:
        tasks: number of submitted tasks that began from a pre-annotation that is known.
        accepted, relabelled, resized, deleted, added: numbers of spans.
    """

    tasks: int = 0
    accepted: int = 0
    relabelled: int = 0
    resized: int = 0
    deleted: int = 0
    added: int = 0

    @property
    def per_task(self) -> float | None:
        """Edits of spans in each task, on average; None without such tasks."""
        total = sum(getattr(self, name) for name in _EDITS)
        return total / self.tasks if self.tasks else None


@dataclass(frozen=True, slots=True)
class Row:
    """What one annotator has done in one project.

    Attributes:
        submitted, skipped, drafts: numbers of tasks.
        left: tasks that this annotator may still get; None for who is no person, or not the owner.
        unsure: spans that were marked as unsure.
        quarantined: spans, relations or whole annotations that did not hold.
        not_owner: submitted tasks of a project that is another one's.
        timed: submitted tasks whose time is known.
        capped: of these, the tasks of which a pause was taken off (`pace.idle_limit`).
        seconds: active time of the timed tasks together.
        seconds_per_task: their median.
        words: words of the timed tasks together.
        edits: what was done to pre-annotated spans.
        fast: timed tasks that were submitted faster than they can be read, without any change.
        last_activity: ISO 8601, UTC; None before any.
    """

    annotator: str
    project: KnownProject
    submitted: int = 0
    skipped: int = 0
    drafts: int = 0
    left: int | None = None
    unsure: int = 0
    quarantined: int = 0
    not_owner: int = 0
    timed: int = 0
    capped: int = 0
    seconds: float = 0.0
    seconds_per_task: float | None = None
    words: int = 0
    edits: Edits = Edits()
    fast: int = 0
    last_activity: str | None = None

    @property
    def fast_share(self) -> float | None:
        """Share of the timed tasks that were submitted unread; None without timed tasks."""
        return self.fast / self.timed if self.timed else None


@dataclass(frozen=True, slots=True)
class Totals:
    """A campaign, or one split of it, in numbers.

    Attributes:
        tasks: tasks on the server.
        tasks_done: of these, what at least one person has submitted.
        planned, made: annotations that the plan wants, and those of them that are submitted.
        articles: articles of these tasks.
        complete: of these, what as many annotators as planned have done, all parts of it.
    """

    tasks: int
    tasks_done: int
    planned: int
    made: int
    articles: int
    complete: int


def rows(
    state: Standing,
    annotators: Iterable[str],
    unchanged: Callable[[Entry], bool],
) -> list[Row]:
    """A row for each annotator and project, in order of project and name.

    Args:
        annotators: addresses of those who are expected to work, beside those who did.
        unchanged: whether an annotation says just what was shown (`is_unchanged`).
    """
    names = {project.project_id: set[str]() for project in state.projects}
    for entry in state.entries:
        names[entry.project_id].add(entry.annotator)
    expected = tuple(annotators)
    for project in state.projects:
        found = names[project.project_id]
        there = {name.casefold() for name in found}
        wanted = expected if project.owner is None else (project.owner,)
        found.update(name for name in wanted if name.casefold() not in there)
    return [
        _row(state, project, name, unchanged)
        for project in state.projects
        for name in sorted(names[project.project_id])
    ]


def _row(
    state: Standing, project: KnownProject, name: str, unchanged: Callable[[Entry], bool]
) -> Row:
    def own(found: Mapping[Place, Mapping[str, Entry]]) -> list[Entry]:
        here = project.project_id
        return [by[name] for at, by in found.items() if at.project_id == here and name in by]

    submitted, skipped, drafts = own(state.submitted), own(state.skipped), own(state.drafts)
    timed = [
        (entry, entry.lead_time, words)
        for entry in submitted
        if entry.lead_time is not None and (words := state.words_of(entry))
    ]
    spent = [active(seconds, words) for _, seconds, words in timed]
    foreign = project.owner is not None and project.owner.casefold() != name.casefold()
    return Row(
        annotator=name,
        project=project,
        submitted=len(submitted),
        skipped=len(skipped),
        drafts=len(drafts),
        left=None if foreign or is_simulated(name) else _left(state, project, name),
        unsure=sum(entry.unsure for entry in submitted),
        quarantined=sum(len(entry.problems) for entry in submitted),
        not_owner=len(submitted) if foreign else 0,
        timed=len(timed),
        capped=sum(time.capped for time in spent),
        seconds=sum(time.seconds for time in spent),
        seconds_per_task=median(time.seconds for time in spent) if spent else None,
        words=sum(words for _, _, words in timed),
        edits=edits(submitted),
        fast=sum(is_fast(seconds, words) and unchanged(e) for e, seconds, words in timed),
        last_activity=max(
            (entry.updated_at for entry in (*submitted, *skipped, *drafts)), default=None
        ),
    )


def _left(state: Standing, project: KnownProject, name: str) -> int:
    return sum(
        state.missing(shown) > 0
        and name not in state.submitted.get(shown.place, {})
        and name not in state.skipped.get(shown.place, {})
        for shown in state.tasks.values()
        if shown.project == project
    )


def edits(entries: Sequence[Entry]) -> Edits:
    """What was done to pre-annotated spans; work that began from nothing is left out."""
    counts: Counter[str] = Counter()
    tasks = 0
    for entry in entries:
        if entry.prelabel_version is None:
            continue
        spans = json.loads(entry.record).get("spans") or []
        deleted = len(json.loads(entry.deleted_spans))
        if not deleted and any("decision" not in span for span in spans):
            continue  # the pre-annotation is not known any more: nobody knows what was changed
        tasks += 1
        counts.update(str(span["decision"]) for span in spans if "decision" in span)
        counts["deleted"] += deleted
    return Edits(tasks, counts["accepted"], *(counts[name] for name in _EDITS))


def totals(state: Standing) -> Totals:
    """The whole campaign in numbers."""
    return _totals(state, list(state.tasks.values()))


def totals_by_split(state: Standing) -> dict[str, Totals]:
    """Each split in numbers; what is in a split stays its own business."""
    splits = sorted({shown.task.split for shown in state.tasks.values()})
    return {
        split: _totals(state, [s for s in state.tasks.values() if s.task.split == split])
        for split in splits
    }


def _totals(state: Standing, tasks: Sequence[Shown]) -> Totals:
    articles = {shown.task.doc_id for shown in tasks}
    return Totals(
        tasks=len(tasks),
        tasks_done=sum(
            any(not is_simulated(name) for name in state.submitted.get(shown.place, {}))
            for shown in tasks
        ),
        planned=sum(shown.wanted for shown in tasks),
        made=sum(shown.wanted - state.missing(shown) for shown in tasks),
        articles=len(articles),
        complete=sum(state.is_complete(doc_id) for doc_id in articles),
    )


def is_unchanged(entry: Entry, shown: Annotation | None, ontology: Ontology) -> bool:
    """Whether an annotation says just what the task showed: spans, attributes and roles.

    Args:
        shown: the pre-annotation that it began from, over the whole article; None for none.
    """
    if any(span["decision"] != "accepted" for span in _decided(entry)) or entry.unsure:
        return False
    if json.loads(entry.deleted_spans) or entry.comment:
        return False
    annotation = entry.annotation(ontology)
    if entry.prelabel_version is None or shown is None:
        return entry.prelabel_version is None and not annotation.spans
    if entry.layers == "entities":
        shown = replace(shown, spans=shown.entities, relations=())
    if entry.end >= 0:
        shown = within(shown, Part(entry.part, entry.parts, entry.start, entry.end))
    return _said(annotation) == _said(shown)


def unchanged_by(ledger: Ledger, ontology: Ontology) -> Callable[[Entry], bool]:
    """`is_unchanged` with the pre-annotations that the ledger keeps."""

    def check(entry: Entry) -> bool:
        version = entry.prelabel_version
        place = (entry.server, entry.project_id, entry.task_id)
        shown = None if version is None else ledger.prediction(*place, version, ontology)
        return is_unchanged(entry, shown, ontology)

    return check


def _decided(entry: Entry) -> list[dict[str, str]]:
    return [span for span in json.loads(entry.record).get("spans") or [] if "decision" in span]


def _said(annotation: Annotation) -> tuple[frozenset[object], frozenset[object]]:
    """What an annotation says, whatever its spans are called."""
    by_id: dict[str, Span] = {span.id: span for span in annotation.spans}
    spans = frozenset((span.key, span.attributes) for span in annotation.spans)
    roles = frozenset((by_id[r.head].key, by_id[r.tail].key, r.role) for r in annotation.relations)
    return spans, roles
