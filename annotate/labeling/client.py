"""What is asked of a Label Studio server: projects, tasks, annotations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from annotate.errors import ServerError
from annotate.jsontext import storable
from annotate.labeling.client_changes import Changes
from annotate.labeling.client_tasks import FoundTask, Tasks, TaskState
from annotate.labeling.people import People

__all__ = ["Client", "FoundTask", "Project", "TaskState"]


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


class Client(People, Tasks, Changes):
    """A thin, typed face of the SDK: only what the tool needs, only plain values."""

    def find_project(self, title: str) -> Project | None:
        """The project with exactly this title, the oldest if there are several."""
        with self._asking("looking for the project"):
            found = self._ended(self._sdk.projects.list(title=title))
            ids = [int(p.id) for p in found if p.title == title]
        return self.project(min(ids)) if ids else None

    def project(self, project_id: int) -> Project:
        """The project as the server has it now."""
        with self._asking(f"reading project {project_id}"):
            found = self._sdk.projects.get(project_id)
            return Project(
                id=project_id,
                title=str(found.title),
                tasks=int(found.task_number or 0),
                model_version=str(found.model_version or "") or None,
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

    def export_tasks(self, project_id: int, task_ids: Sequence[int]) -> list[dict[str, Any]]:
        """These tasks in full, with every annotation, drafts and skipped ones included.

        A task that was deleted on the server is not among them; one that was not asked for raises
        ServerError, for then the answer is to another question.
        """
        return self.read_export(self.export(project_id, task_ids), task_ids) if task_ids else []

    def export(self, project_id: int, task_ids: Sequence[int]) -> bytes:
        """These tasks in full, as the server sends them, for `read_export`."""
        with self._asking(f"fetching {len(task_ids)} tasks"):
            # Not the SDK's: it sends `ids=1&ids=2`, of which the server reads one, and streams the
            # answer, so that one whose line is cut in the middle could not be asked for again.
            asked = [("exportType", "JSON"), ("download_all_tasks", "true")]
            asked += [("ids[]", str(task_id)) for task_id in task_ids]
            return self._request("GET", f"api/projects/{project_id}/export?{urlencode(asked)}")

    def read_export(self, body: bytes, task_ids: Sequence[int]) -> list[dict[str, Any]]:
        """The tasks in the server's answer, of which these were asked for.

        Raises:
            ServerError: it is none, or is the answer to another question.
        """
        try:
            tasks = storable(body)
        except ValueError:
            tasks = None
        if not isinstance(tasks, list) or not all(
            isinstance(task, dict) and type(task.get("id")) is int for task in tasks
        ):
            raise ServerError("the export is not a JSON list of tasks", where=self.url)
        ids = [task["id"] for task in tasks]
        strange = sorted(set(ids) - set(task_ids))
        if strange:
            raise ServerError(f"the export holds tasks not asked for: {strange}", where=self.url)
        if len(set(ids)) < len(ids):
            raise ServerError("the export holds a task twice", where=self.url)
        return tasks

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

    def project_url(self, project_id: int) -> str:
        """Address of a project in the browser."""
        return f"{self.url}/projects/{project_id}/data"


def task_address(url: str | None, project_id: int, task_id: int) -> str:
    """Address of a task in the browser; without a server's address, what follows it."""
    return f"{url or ''}/projects/{project_id}/data?task={task_id}"
