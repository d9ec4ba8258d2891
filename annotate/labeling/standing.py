"""Where a campaign stands: its tasks, who has done which, and how many are still wanted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from annotate.errors import WorkspaceError
from annotate.labeling.campaigns import KnownProject
from annotate.labeling.entry import Entry
from annotate.labeling.ledger import Ledger, Task
from annotate.labeling.pace import word_count


class Place(NamedTuple):
    """Where a task is: ids of its project and of itself."""

    project_id: int
    task_id: int


@dataclass(frozen=True, slots=True)
class Shown:
    """A task of a campaign.

    Attributes:
        words: how many its part of the text has.
    """

    project: KnownProject
    task: Task
    words: int

    @property
    def place(self) -> Place:
        return Place(self.project.project_id, self.task.task_id)

    @property
    def wanted(self) -> int:
        """How many annotations of it are planned; in a project with an owner theirs is the one."""
        return 1 if self.project.owner is not None else self.task.overlap


# Not slots: what is derived is kept.
@dataclass(frozen=True)
class Standing:
    """A campaign as it stands.

    Attributes:
        projects: the campaign's, oldest first.
        tasks: all tasks that the server still has, by place.
        entries: the current state of every annotation that is not deleted.
    """

    projects: tuple[KnownProject, ...]
    tasks: Mapping[Place, Shown]
    entries: tuple[Entry, ...]

    @cached_property
    def submitted(self) -> dict[Place, dict[str, Entry]]:
        """By task and annotator: what was submitted; of two annotations the later one."""
        return self._latest("submitted")

    @cached_property
    def skipped(self) -> dict[Place, dict[str, Entry]]:
        """By task and annotator: what was passed over, and not submitted by the same person."""
        return {
            place: {name: e for name, e in by.items() if name not in self.submitted.get(place, {})}
            for place, by in self._latest("skipped").items()
        }

    @cached_property
    def drafts(self) -> dict[Place, dict[str, Entry]]:
        """By task and annotator: what was begun, or changed, and not submitted."""
        return self._latest("draft")

    def _latest(self, status: str) -> dict[Place, dict[str, Entry]]:
        found: dict[Place, dict[str, Entry]] = defaultdict(dict)
        for entry in self.entries:
            if entry.status != status:
                continue
            at = Place(entry.project_id, entry.task_id)
            before = found[at].get(entry.annotator)
            if before is None or _age(before) <= _age(entry):
                found[at][entry.annotator] = entry
        return dict(found)

    def project(self, project_id: int) -> KnownProject:
        """The campaign's project with this id."""
        return self._by_id[project_id]

    @cached_property
    def _by_id(self) -> dict[int, KnownProject]:
        return {project.project_id: project for project in self.projects}

    def words_of(self, entry: Entry) -> int | None:
        """Words of the task that was annotated, None where the ledger does not know it."""
        shown = self.tasks.get(Place(entry.project_id, entry.task_id))
        return None if shown is None else shown.words

    def missing(self, shown: Shown) -> int:
        """How many of the planned annotations of a task are not submitted yet."""
        return max(0, shown.wanted - len(self.submitted.get(shown.place, {})))

    @cached_property
    def articles(self) -> dict[str, tuple[Shown, ...]]:
        """The tasks of each article, over all projects, by doc_id."""
        found: dict[str, list[Shown]] = defaultdict(list)
        for shown in self.tasks.values():
            found[shown.task.doc_id].append(shown)
        return {doc_id: tuple(tasks) for doc_id, tasks in found.items()}

    def is_complete(self, doc_id: str) -> bool:
        """Whether all parts of an article are done by as many annotators as planned."""
        for shown in self.articles[doc_id]:
            done = self.submitted.get(shown.place, {})
            if sum(entry.is_sound for entry in done.values()) < shown.wanted:
                return False
        return True


def standing(
    ledger: Ledger, projects: Sequence[KnownProject], entries: Iterable[Entry]
) -> Standing:
    """Where the projects of a campaign stand.

    Args:
        entries: the current state of their annotations; tombstones are left out here.

    Raises:
        WorkspaceError: the ledger lacks a text.
    """
    tasks: dict[Place, Shown] = {}
    for project in projects:
        counts = _words(ledger, project)
        for task in ledger.tasks(project.server, project.project_id):
            if task.task_id not in counts:
                raise WorkspaceError(
                    f"the ledger lacks the text of task {task.task_id}",
                    fix="restore it from a backup",
                )
            shown = Shown(project, task, counts[task.task_id])
            tasks[shown.place] = shown
    alive = tuple(entry for entry in entries if entry.status != "deleted")
    return Standing(tuple(projects), tasks, alive)


def story_groups(ledger: Ledger) -> dict[str, str]:
    """doc_id -> story group, for the articles whose group is known."""
    return dict(ledger.database.execute("SELECT doc_id, group_id FROM groups"))


def _words(ledger: Ledger, project: KnownProject) -> dict[int, int]:
    """Words of each task of a project, by task id."""
    rows = ledger.database.execute(
        "SELECT task_id, start, end, text FROM tasks JOIN articles USING (doc_id, text_sha256)"
        " WHERE server = ? AND project_id = ?",
        (project.server, project.project_id),
    )
    return {
        task_id: word_count(text[start:end])
        for task_id, start, end, text in rows
        if isinstance(text, str)
    }


def _age(entry: Entry) -> tuple[str, int]:
    return (entry.updated_at, entry.annotation_id)
