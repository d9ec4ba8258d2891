"""What a push did, or in a dry run would do."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from annotate.labeling.planning import Planned
from annotate.settings import Split


@dataclass(frozen=True, slots=True)
class Older:
    """A task that shows an older text of an article; `annotations` were submitted in it."""

    doc_id: str
    project_id: int
    task_id: int
    annotations: int


@dataclass(frozen=True, slots=True)
class Pushed:
    """What a push did, or in a dry run would do.

    Attributes:
        project_ids: the projects, oldest first; those that a dry run would create are not among
            them.
        created: doc_ids of which something became a task.
        tasks: number of tasks created.
        known: doc_ids whose tasks were all there already.
        recovered: doc_ids with tasks that the server had and the ledger did not know.
        older: tasks that show an older text of a created article; they stay as they are.
        gone: tasks that were deleted on the server; their articles are sent again.
        doubled: (project, task) of tasks that show what another task shows, too.
        overlaps: tasks whose overlap was set one by one.
        upgraded: tasks that got pre-annotations of a new version of the heuristics.
        finished: tasks that need none, because they are done.
        planned: (split, overlap, blank) -> number of created articles and tasks.
    """

    project_ids: tuple[int, ...] = ()
    created: tuple[str, ...] = ()
    tasks: int = 0
    known: tuple[str, ...] = ()
    recovered: tuple[str, ...] = ()
    older: tuple[Older, ...] = ()
    gone: int = 0
    doubled: tuple[tuple[int, int], ...] = ()
    overlaps: int = 0
    upgraded: int = 0
    finished: int = 0
    planned: Mapping[tuple[Split, int, bool], tuple[int, int]] = field(default_factory=dict)

    @property
    def project_id(self) -> int | None:
        """The first project; None in a dry run that would create it."""
        return self.project_ids[0] if self.project_ids else None


@dataclass(slots=True)
class Tally:
    """What was done so far, over all projects."""

    projects: list[int] = field(default_factory=list)
    created: dict[str, Planned] = field(default_factory=dict)
    tasks: Counter[str] = field(default_factory=Counter)
    blank: set[str] = field(default_factory=set)
    known: dict[str, None] = field(default_factory=dict)
    recovered: dict[str, None] = field(default_factory=dict)
    older: list[Older] = field(default_factory=list)
    gone: int = 0
    doubled: list[tuple[int, int]] = field(default_factory=list)
    overlaps: int = 0
    upgraded: int = 0
    finished: int = 0
    shown: set[int] = field(default_factory=set)

    def pushed(self) -> Pushed:
        planned: dict[tuple[Split, int, bool], tuple[int, int]] = defaultdict(lambda: (0, 0))
        for doc_id, item in self.created.items():
            key = (item.placement.split, item.placement.overlap, doc_id in self.blank)
            articles, tasks = planned[key]
            planned[key] = (articles + 1, tasks + self.tasks[doc_id])
        return Pushed(
            tuple(sorted(self.projects)),
            tuple(self.created),
            sum(self.tasks.values()),
            tuple(doc_id for doc_id in self.known if doc_id not in self.created),
            tuple(self.recovered),
            tuple(self.older),
            self.gone,
            tuple(self.doubled),
            self.overlaps,
            self.upgraded,
            self.finished,
            dict(sorted(planned.items())),
        )
