"""A campaign by hand: tasks in a ledger, and what annotators made of them, without a server."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import count

from annotate.corpus.article import Article
from annotate.labeling.campaigns import KnownProject, remember
from annotate.labeling.decisions import decide
from annotate.labeling.entry import Entry, Status
from annotate.labeling.ledger import Ledger, Staged, Task
from annotate.labeling.parts import Part, whole
from annotate.ontology import Ontology
from annotate.records import span_record, to_record
from annotate.spans import Annotation

SERVER = "https://labels.invalid"
TITLE = "Arabic news"
VERSION = "heuristics-test"
ANNA, OMAR, SALMA = "anna@example.org", "omar@example.org", "salma@example.org"
ROBOT = "pass-a@simulated.invalid"


@dataclass
class Campaign:
    """A ledger with projects and tasks; `done` makes the entries of a pull."""

    ledger: Ledger
    ontology: Ontology
    server: str = SERVER
    projects: list[KnownProject] = field(default_factory=list)
    tasks: dict[int, tuple[KnownProject, Task, Annotation | None]] = field(default_factory=dict)
    _ids: count[int] = field(default_factory=lambda: count(1))

    def project(self, title: str = TITLE, owner: str | None = None, **about: str) -> KnownProject:
        known = KnownProject(self.server, len(self.projects) + 1, title, TITLE, owner=owner)
        known = replace(known, **about)  # type: ignore[arg-type]
        remember(self.ledger, known)
        self.projects.append(known)
        return known

    def push(
        self,
        project: KnownProject,
        article: Article,
        *,
        prediction: Annotation | None = None,
        parts: Sequence[Part] | None = None,
        overlap: int = 1,
        split: str = "train",
    ) -> list[int]:
        """Pushes an article to a project; the ids of its tasks."""
        version = VERSION if prediction else None
        staged = [
            Staged(article, part, version, prediction, prediction is None, split, overlap)
            for part in parts or [whole(article.text)]
        ]
        ids = [next(self._ids) for _ in staged]
        place = (project.server, project.project_id)
        self.ledger.stage(*place, staged)
        self.ledger.confirm(*place, [(i, s.key) for i, s in zip(ids, staged, strict=True)])
        for task in self.ledger.tasks(*place):
            if task.task_id in ids:
                self.tasks[task.task_id] = (project, task, prediction)
        return ids

    def done(
        self,
        task_id: int,
        annotator: str,
        annotation: Annotation | None = None,
        *,
        status: Status = "submitted",
        seconds: float | None = 600.0,
        at: str = "2026-01-10T12:00:00Z",
        pulled_at: str = "2026-01-10T13:00:00+00:00",
        **about: object,
    ) -> Entry:
        """What a pull makes of one annotation; without one, the task is submitted as shown."""
        project, task, shown = self.tasks[task_id]
        article = self.ledger.article(task.doc_id, task.text_sha256)
        assert article is not None
        base = annotation or shown or Annotation(task.text_sha256, doc_id=task.doc_id)
        decided = decide(replace(base, annotator=annotator), shown)
        number = next(self._ids)
        entry = Entry(
            server=project.server,
            project_id=project.project_id,
            task_id=task_id,
            annotation_id=-number if status == "draft" else number,
            doc_id=task.doc_id,
            text_sha256=task.text_sha256,
            annotator=annotator,
            status=status,
            created_at=at,
            updated_at=at,
            lead_time=seconds,
            prelabel_version=None if shown is None else VERSION,
            record=json.dumps(to_record(decided.annotation), ensure_ascii=False),
            deleted_spans=json.dumps([span_record(span) for span in decided.deleted]),
            quarantined="[]",
            raw="[]",
            digest="x",
            pulled_at=pulled_at,
            part=task.part.number,
            parts=task.part.count,
            start=task.part.start,
            end=task.part.end,
            blank=task.blank,
            layers=project.layers,
            split=task.split,
            unsure=sum(span.unsure for span in base.spans),
            owner=project.owner,
        )
        return replace(entry, **about)  # type: ignore[arg-type]
