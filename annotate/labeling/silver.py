"""What the heuristics proposed for each article that was pushed, as annotators were shown it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from annotate.labeling.campaigns import KnownProject
from annotate.labeling.ledger import Ledger
from annotate.labeling.work import of_parts
from annotate.ontology import Ontology
from annotate.spans import Annotation


class _Row(NamedTuple):
    """A task, as it is read here."""

    doc_id: str
    text_sha256: str
    server: str
    project_id: int
    task_id: int
    part: int
    parts: int
    split: str

    @property
    def text(self) -> tuple[str, str, int, int]:
        """One text, as it was cut for one project."""
        return (self.text_sha256, self.server, self.project_id, self.parts)


@dataclass(frozen=True, slots=True)
class PushedArticle:
    """An article that was pushed; its tasks of one text in one project, in order of the parts."""

    doc_id: str
    tasks: tuple[_Row, ...]

    @property
    def text_sha256(self) -> str:
        return self.tasks[0].text_sha256

    @property
    def split(self) -> str:
        """The split that the sampling plan gave it."""
        return self.tasks[0].split


def pushed_articles(ledger: Ledger, projects: Sequence[KnownProject]) -> Iterator[PushedArticle]:
    """The articles of these projects in the order of their ids, each as it was pushed last.

    Passes over one layer are left out: there, people's work is part of what was shown.
    """
    whole = [project for project in projects if project.layers == "all"]
    if not whole:
        return
    places = ",".join("(?,?)" for _ in whole)
    rows = ledger.database.execute(
        "SELECT doc_id, text_sha256, server, project_id, task_id, part, parts, split"  # noqa: S608
        " FROM tasks"
        f" WHERE gone = 0 AND (server, project_id) IN (VALUES {places})"
        " ORDER BY doc_id, part, task_id",
        [value for project in whole for value in (project.server, project.project_id)],
    )
    for doc_id, group in groupby(map(_Row._make, rows), attrgetter("doc_id")):
        tasks = list(group)
        last = max(tasks, key=attrgetter("task_id"))
        parts = {task.part: task for task in tasks if task.text == last.text}
        yield PushedArticle(doc_id, tuple(parts.values()))


def proposal(
    ledger: Ledger, pushed: PushedArticle, ontology: Ontology
) -> tuple[str, Annotation] | None:
    """The newest version of the heuristics that all parts were shown with, and what it proposed.

    None if an article was pushed blank, or not all of it.
    """
    if len(pushed.tasks) < pushed.tasks[0].parts:
        return None
    versions: list[str] | None = None
    for task in pushed.tasks:
        rows = ledger.database.execute(
            "SELECT version FROM predictions WHERE server = ? AND project_id = ? AND task_id = ?"
            " ORDER BY rowid DESC",
            (task.server, task.project_id, task.task_id),
        )
        there = [version for (version,) in rows]
        versions = there if versions is None else [v for v in versions if v in there]
    if not versions:
        return None
    found = [
        (task.part, prediction)
        for task in pushed.tasks
        for prediction in [
            ledger.prediction(task.server, task.project_id, task.task_id, versions[0], ontology)
        ]
        if prediction is not None
    ]
    return versions[0], of_parts(found, pushed.tasks[0].parts)
