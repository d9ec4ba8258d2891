"""The network: every request to Label Studio is made here, and its failures become our errors."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from annotate.errors import AccessDenied, ServerDown, ServerError
from annotate.labeling.parts import Part, whole

OLDEST_SERVER = (1, 23)  # older ones have known cross-site scripting holes (CVE-2026-22033)
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


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


class Client:
    """A thin, typed face of the SDK: only what the tool needs, only plain values."""

    def __init__(self, url: str, token: str, *, timeout: float = 300.0) -> None:
        """Prepares a client; nothing is sent yet. `timeout` is in seconds for each request."""
        import httpx
        from label_studio_sdk import LabelStudio

        self.url = url.rstrip("/")
        # A proxy from the environment must not come between us and a server on this machine.
        direct = urlsplit(self.url).hostname in _LOOPBACK
        http = httpx.Client(timeout=timeout, trust_env=not direct)
        self._http = http
        self._sdk = LabelStudio(base_url=self.url, api_key=token, httpx_client=http)

    def close(self) -> None:
        """Closes the connections."""
        self._http.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextlib.contextmanager
    def _asking(self, what: str) -> Iterator[None]:
        """Turns what the SDK raises into one clear error; the token is in none of them."""
        import httpx
        from label_studio_sdk.core.api_error import ApiError

        try:
            yield
        except ApiError as problem:
            if problem.status_code in (401, 403):
                raise AccessDenied(
                    f"the server does not accept the token ({what})",
                    where=self.url,
                    fix="copy the token from Account & Settings, Access Token",
                ) from None
            raise ServerError(
                f"{what} failed with status {problem.status_code}: {_detail(problem.body)}",
                where=self.url,
            ) from None
        except (TypeError, AttributeError, KeyError, ValueError) as problem:
            # The SDK reads answers into models: what does not fit is no Label Studio's answer.
            raise ServerError(
                f"this is not the answer of a Label Studio ({what}: {type(problem).__name__})",
                where=self.url,
                fix="check the address",
            ) from None
        except httpx.TimeoutException:
            raise ServerDown(f"{what} got no answer in time", where=self.url) from None
        except (httpx.HTTPError, httpx.InvalidURL) as problem:
            raise ServerDown(
                f"no Label Studio answers ({what}: {type(problem).__name__})",
                where=self.url,
                fix="check the address, or run: annotate server start",
            ) from None

    def check(self) -> str:
        """E-mail address of the token's user, on a server new enough.

        Raises:
            ServerDown, AccessDenied: it cannot be used.
            ServerError: it is older than `OLDEST_SERVER`.
        """
        with self._asking("asking who we are"):
            # At once: who waits for a server that is down is told so.
            email = str(self._sdk.users.whoami(request_options={"max_retries": 0}).email)
            release = str(self._sdk.versions.get().release)
        if "@" not in email:
            raise ServerError("this is no Label Studio", where=self.url, fix="check the address")
        numbers = tuple(int(part) for part in release.split(".")[:2] if part.isdigit())
        if numbers and numbers < OLDEST_SERVER:
            oldest = ".".join(str(number) for number in OLDEST_SERVER)
            raise ServerError(
                f"the server is Label Studio {release}, which has known security holes",
                where=self.url,
                fix=f"upgrade it to {oldest} or newer",
            )
        return email

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

    def users(self) -> dict[int, str]:
        """E-mail address of each user by id."""
        with self._asking("listing users"):
            return {int(user.id): str(user.email) for user in self._sdk.users.list()}

    def create_user(self, email: str) -> int:
        """Creates a user who cannot log in yet, and returns the id."""
        with self._asking(f"creating user {email}"):
            return int(self._sdk.users.create(username=email, email=email).id)

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
        return f"{self.url}/projects/{project_id}/data?task={task_id}"

    def project_url(self, project_id: int) -> str:
        """Address of a project in the browser."""
        return f"{self.url}/projects/{project_id}/data"


def _found(task_id: int, data: Mapping[str, Any]) -> FoundTask:
    """What a task shows; one that was pushed before articles were split shows all of its text."""
    names = ("part", "parts", "start", "end")
    numbers = [value for name in names if type(value := data.get(name)) is int]
    part = Part(*numbers) if len(numbers) == 4 else whole(str(data.get("text") or ""))
    doc_id, sha256 = str(data.get("doc_id")), str(data.get("text_sha256"))
    return FoundTask(task_id, doc_id, sha256, part, blank=data.get("blank") is True)


def _detail(body: object) -> str:
    """The part of an error's body that a person can use."""
    if isinstance(body, Mapping):
        detail = body.get("validation_errors") or body.get("detail") or body
        return json.dumps(detail, ensure_ascii=False, default=str)[:500]
    return str(body)[:500]
