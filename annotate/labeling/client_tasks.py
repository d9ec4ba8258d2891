"""What is asked of the server about tasks and their pre-annotations."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from annotate.errors import ServerDown, ServerError
from annotate.jsontext import parsed
from annotate.labeling.connection import Connection
from annotate.labeling.parts import Part, whole

_PAGE = 1000  # tasks


@dataclass(frozen=True, slots=True)
class FoundTask:
    """A task as the server has it, and what its data say that it shows."""

    task_id: int
    doc_id: str
    text_sha256: str
    part: Part
    blank: bool = False
    text: str = ""


@dataclass(frozen=True, slots=True)
class TaskState:
    """How far a task is.

    Attributes:
        overlap: how many annotators it is for.
        annotations: how many were submitted.
        finished: whether the server offers it to nobody any more.
        versions: model versions of its predictions.
    """

    task_id: int
    overlap: int
    annotations: int
    finished: bool
    versions: frozenset[str]


class Tasks(Connection):
    """The part of the client that sends tasks and asks about them."""

    def import_tasks(self, project_id: int, tasks: Sequence[Mapping[str, Any]]) -> list[int]:
        """Imports tasks (see `import_json`)."""
        return self.import_json(project_id, as_json(tasks), len(tasks))

    def import_json(self, project_id: int, tasks: bytes, count: int) -> list[int]:
        """Imports tasks in one request, all or none; their ids, in the same order.

        Never repeated by itself: the server does not deduplicate, so that a lost answer has to be
        settled by `find_tasks`.

        Args:
            tasks: as `as_json` gives them.
            count: how many they are.

        Raises:
            ServerDown: no answer, or none that can be read: the tasks may be there, or not.
            ServerError: the server refused them: none is there.
        """
        path = f"api/projects/{project_id}/import?return_task_ids=true"
        answer = self._post(path, tasks, f"importing {count} tasks")
        ids = answer.get("task_ids") if isinstance(answer, Mapping) else None
        if not isinstance(ids, list) or [type(task_id) for task_id in ids] != [int] * count:
            named = sum(type(i) is int for i in ids) if isinstance(ids, list) else 0
            raise ServerDown(
                f"{count} tasks were sent but the server names {named}", where=self.url
            )
        return ids

    def import_predictions(self, project_id: int, predictions: Sequence[Mapping[str, Any]]) -> None:
        """Adds predictions to tasks, in one request; never repeated by itself.

        Raises:
            ServerDown: no answer, or none that can be read: they may be there, or not.
            ServerError: the server refused them.
        """
        answer = self._post(
            f"api/projects/{project_id}/import/predictions",
            as_json(predictions),
            f"adding {len(predictions)} pre-annotations",
        )
        made = answer.get("created") if isinstance(answer, Mapping) else None
        if made != len(predictions):
            raise ServerDown(
                f"{len(predictions)} pre-annotations were sent but the server made {made}",
                where=self.url,
            )

    def _post(self, path: str, content: bytes, what: str) -> Any:
        with self._asking(what):
            response = self._request("POST", path, content)
        try:
            return parsed(response)
        except ValueError:
            raise ServerDown(f"{what}: the answer is no JSON", where=self.url) from None

    def set_overlap(self, task_id: int, overlap: int) -> None:
        """Sets for how many annotators a task is, and reads it back.

        Raises:
            ServerError: the server does not keep it.
        """
        with self._asking(f"setting the overlap of task {task_id}"):
            body = json.dumps({"overlap": overlap}).encode("utf-8")
            answer = json.loads(self._request("PATCH", f"api/tasks/{task_id}/", body))
            kept, finished = answer.get("overlap"), answer.get("is_labeled")
            if finished and int(answer.get("total_annotations") or 0) < overlap:
                # Somebody was quicker than us, and the server counts again only when the next
                # annotation comes, which it would not let come.
                body = json.dumps({"is_labeled": False}).encode("utf-8")
                self._request("PATCH", f"api/tasks/{task_id}/", body)
        if kept != overlap:
            raise ServerError(
                f"the server keeps an overlap of {kept} for task {task_id}, not {overlap}",
                where=self.url,
            )

    def set_data(self, task_id: int, data: Mapping[str, Any]) -> None:
        """Replaces the fields of a task; whoever calls it gives the text that it has.

        Raises:
            ServerError: the server does not keep them.
        """
        with self._asking(f"changing task {task_id}"):
            body = json.dumps({"data": data}).encode("utf-8")
            kept = json.loads(self._request("PATCH", f"api/tasks/{task_id}/", body)).get("data")
        if kept != data:
            raise ServerError(f"the server does not keep what task {task_id} shows", where=self.url)

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
                    page_size=_PAGE,
                )
                for task in self._ended(tasks):
                    found.append(_found(int(task.id), task.data or {}))
        return sorted(found, key=lambda task: task.task_id)

    def task_states(self, project_id: int) -> Iterator[TaskState]:
        """How far each task of a project is; without texts, a thousand tasks a request."""
        names = "id,overlap,total_annotations,is_labeled,predictions_model_versions"
        with self._asking("asking how far the tasks are"):
            # Not `task_only`: that leaves the versions out.
            tasks = self._sdk.tasks.list(
                project=project_id, fields="all", include=names, page_size=_PAGE
            )
            for task in self._ended(tasks):
                versions = str(getattr(task, "predictions_model_versions", None) or "")
                yield TaskState(
                    task_id=int(task.id),
                    overlap=int(task.overlap or 1),
                    annotations=int(task.total_annotations or 0),
                    finished=bool(task.is_labeled),
                    versions=frozenset(name for name in versions.split(",") if name),
                )

    def predictions(self, task_id: int) -> list[tuple[str, list[dict[str, Any]]]]:
        """(model version, results) of a task's predictions, oldest first."""
        with self._asking(f"reading the predictions of task {task_id}"):
            found = sorted(self._sdk.predictions.list(task=task_id), key=lambda p: int(p.id))
            return [(str(p.model_version), [dict(item) for item in p.result or ()]) for p in found]

    def task_url(self, project_id: int, task_id: int) -> str:
        """Address of a task in the browser."""
        return f"{self.url}/projects/{project_id}/data?task={task_id}"


def as_json(values: Sequence[Mapping[str, Any]]) -> bytes:
    """What is posted. The SDK walks through every value in Python, which costs far more."""
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def _found(task_id: int, data: Mapping[str, Any]) -> FoundTask:
    """What a task shows; one that was pushed before articles were split shows all of its text."""
    names = ("part", "parts", "start", "end")
    numbers = [value for name in names if type(value := data.get(name)) is int]
    text = str(data.get("text") or "")
    part = Part(*numbers) if len(numbers) == 4 else whole(text)
    doc_id, sha256 = str(data.get("doc_id")), str(data.get("text_sha256"))
    return FoundTask(task_id, doc_id, sha256, part, blank=data.get("blank") is True, text=text)
