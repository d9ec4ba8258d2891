"""What is asked of a Label Studio server: projects, tasks, annotations."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from annotate.errors import ServerError
from annotate.labeling.parts import Part, whole
from annotate.labeling.people import People


@dataclass(frozen=True, slots=True)
class Project:
    """A project as the server has it."""

    id: int
    title: str
    tasks: int
    model_version: str | None
    shows_predictions: bool
    overlap: int
    interface: str


@dataclass(frozen=True, slots=True)
class FoundTask:
    """A task as the server has it, and what its data say that it shows."""

    task_id: int
    doc_id: str
    text_sha256: str
    part: Part
    blank: bool = False


class Client(People):
    """A thin, typed face of the SDK: only what the tool needs, only plain values."""

    def find_project(self, title: str) -> Project | None:
        """The project with exactly this title, the oldest if there are several."""
        with self._asking("looking for the project"):
            ids = [p.id for p in self._sdk.projects.list(title=title) if p.title == title]
        return self.project(min(ids)) if ids else None

    def project(self, project_id: int) -> Project:
        """The project as the server has it now."""
        with self._asking(f"reading project {project_id}"):
            found = self._sdk.projects.get(project_id)
        return Project(
            id=project_id,
            title=str(found.title),
            tasks=int(found.task_number or 0),
            model_version=found.model_version or None,
            shows_predictions=bool(found.show_collab_predictions),
            overlap=int(found.maximum_annotations or 1),
            interface=str(found.label_config or ""),
        )

    def project_exists(self, project_id: int) -> bool:
        """Whether the server still has the project."""
        from label_studio_sdk.core.api_error import ApiError

        with self._asking(f"reading project {project_id}"):
            try:
                self._sdk.projects.get(project_id)
            except ApiError as problem:
                if problem.status_code == 404:
                    return False
                raise
        return True

    def create_project(self, title: str, interface: str, description: str) -> int:
        """Creates a project and returns its id."""
        with self._asking("creating the project"):
            made = self._sdk.projects.create(
                title=title, label_config=interface, description=description
            )
        return int(made.id)

    def update_project(self, project_id: int, **fields: Any) -> None:
        """Changes fields of a project (PATCH)."""
        with self._asking("changing the project"):
            self._sdk.projects.update(project_id, **fields)

    def import_tasks(self, project_id: int, tasks: Sequence[Mapping[str, Any]]) -> list[int]:
        """Imports tasks in one request, all or none; their ids, in the same order.

        Never repeated by itself: the server does not deduplicate, so that a lost answer has to be
        settled by `find_tasks`.
        """
        with self._asking(f"importing {len(tasks)} tasks"):
            answer = self._sdk.projects.import_tasks(
                project_id,
                request=tasks,
                return_task_ids=True,
                request_options={"max_retries": 0},
            )
        ids = [int(task_id) for task_id in answer.task_ids or ()]
        if len(ids) != len(tasks):
            raise ServerError(
                f"{len(tasks)} tasks were sent but the server names {len(ids)}", where=self.url
            )
        return ids

    def find_tasks(self, project_id: int, doc_ids: Sequence[str]) -> list[FoundTask]:
        """Tasks of these articles, by their id; at most 500 articles a request."""
        found: list[FoundTask] = []
        for start in range(0, len(doc_ids), 500):
            query = {
                "filters": {
                    "conjunction": "and",
                    "items": [
                        {
                            "filter": "filter:tasks:data.doc_id",
                            "operator": "in_list",
                            "type": "String",
                            "value": list(doc_ids[start : start + 500]),
                        }
                    ],
                }
            }
            with self._asking("looking for tasks"):
                tasks = self._sdk.tasks.list(
                    project=project_id,
                    query=json.dumps(query),
                    fields="task_only",
                    include="id,data",
                    page_size=1000,
                )
                for task in tasks:
                    found.append(_found(int(task.id), task.data or {}))
        return sorted(found, key=lambda task: task.task_id)

    def export_tasks(self, project_id: int, task_ids: Sequence[int]) -> list[dict[str, Any]]:
        """These tasks in full, with every annotation, drafts and skipped ones included.

        A task that was deleted on the server is not among them; one that was not asked for raises
        ServerError, for then the answer is to another question.
        """
        if not task_ids:
            return []
        with self._asking(f"fetching {len(task_ids)} tasks"):
            # The SDK would send `ids=1&ids=2`, of which the server reads one.
            chunks = self._sdk.projects.exports.download_sync(
                project_id,
                export_type="JSON",
                download_all_tasks=True,
                request_options={"additional_query_parameters": {"ids[]": list(task_ids)}},
            )
            body = b"".join(chunks)
        try:
            tasks = json.loads(body)
        except ValueError:
            tasks = None
        if not isinstance(tasks, list) or not all(isinstance(task, dict) for task in tasks):
            raise ServerError("the export is not a JSON list of tasks", where=self.url)
        strange = {task.get("id") for task in tasks} - set(task_ids)
        if strange:
            raise ServerError(f"the export holds tasks not asked for: {strange}", where=self.url)
        return tasks

    def predictions(self, task_id: int) -> list[tuple[str, list[dict[str, Any]]]]:
        """(model version, results) of a task's predictions, oldest first."""
        with self._asking(f"reading the predictions of task {task_id}"):
            found = sorted(self._sdk.predictions.list(task=task_id), key=lambda p: int(p.id))
            return [(str(p.model_version), [dict(item) for item in p.result or ()]) for p in found]

    def create_annotation(
        self, task_id: int, results: Sequence[Mapping[str, Any]], user_id: int
    ) -> int:
        """Adds a submitted annotation of a user to a task, and returns its id."""
        with self._asking(f"adding an annotation to task {task_id}"):
            made = self._sdk.annotations.create(
                task_id,
                result=results,
                completed_by=user_id,
                ground_truth=False,
                request_options={"max_retries": 0},
            )
        return int(made.id)

    def task_url(self, project_id: int, task_id: int) -> str:
        """Address of a task in the browser."""
        return task_address(self.url, project_id, task_id)

    def project_url(self, project_id: int) -> str:
        """Address of a project in the browser."""
        return f"{self.url}/projects/{project_id}/data"


def task_address(url: str | None, project_id: int, task_id: int) -> str:
    """Address of a task in the browser; without a server's address, what follows it."""
    return f"{url or ''}/projects/{project_id}/data?task={task_id}"


def _found(task_id: int, data: Mapping[str, Any]) -> FoundTask:
    """What a task shows; one that was pushed before articles were split shows all of its text."""
    names = ("part", "parts", "start", "end")
    numbers = [value for name in names if type(value := data.get(name)) is int]
    part = Part(*numbers) if len(numbers) == 4 else whole(str(data.get("text") or ""))
    doc_id, sha256 = str(data.get("doc_id")), str(data.get("text_sha256"))
    return FoundTask(task_id, doc_id, sha256, part, blank=data.get("blank") is True)
