"""What is asked of the server about changes: which tasks, since when, by the server's clock."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlencode

from annotate.errors import ServerError
from annotate.labeling.connection import Connection

_PAGE = 1000  # tasks
_COUNTED = 500  # task ids a request: they travel in its address


@dataclass(frozen=True, slots=True)
class Size:
    """How many tasks a project has. Ids are never used again, so that both tell every change.

    Attributes:
        tasks: number of tasks.
        newest: the highest id, 0 for none.
        clock: the server's time when it answered (ISO 8601, UTC, whole seconds).
    """

    tasks: int
    newest: int
    clock: str


@dataclass(frozen=True, slots=True)
class Changed:
    """Tasks that changed since some time.

    Attributes:
        total: how many there are.
        states: task id -> its `updated_at`, as the server writes it; not filled where there are
            more than the caller wants to be told one by one.
    """

    total: int
    states: Mapping[int, str]


class Changes(Connection):
    """The part of the client that asks what changed."""

    def size(self, project_id: int) -> Size:
        """How many tasks the project has now."""
        answer, clock = self._tasks(project_id, "id", 1, ordering=["-tasks:id"])
        found = answer["tasks"]
        return Size(int(answer["total"]), int(found[0]["id"]) if found else 0, clock)

    def clock(self, project_id: int) -> str:
        """The server's time (ISO 8601, UTC, whole seconds)."""
        return self.size(project_id).clock

    def changed_since(self, project_id: int, since: str, most: int) -> Changed:
        """Tasks whose annotations, predictions or data changed after a time; drafts do not count.

        Args:
            since: ISO 8601, UTC, by the server's clock.
            most: how many to name at most; of more than that only the number is told, since naming
                them costs the server nearly as much as their contents.
        """
        later = _filter("updated_at", "greater", "Datetime", _microseconds(since))
        return self._matching(project_id, later, most)

    def with_drafts(self, project_id: int) -> set[int]:
        """Tasks that somebody has begun, or changed, and not submitted."""
        drafts = _filter("draft_exists", "equal", "Boolean", True)
        return set(self._matching(project_id, drafts, None).states)

    def with_text_in_results(self, project_id: int, text: str) -> set[int]:
        """Tasks with an annotation or a draft in which this text may occur, as in a label."""
        found = _filter("annotations_results", "contains", "String", text)
        return set(self._matching(project_id, found, None).states)

    def missing(self, project_id: int, task_ids: Sequence[int]) -> set[int]:
        """Those of the tasks that the project does not have (any more)."""
        lost: set[int] = set()
        for start in range(0, len(task_ids), _COUNTED):
            asked = list(task_ids[start : start + _COUNTED])
            among = _filter("id", "in_list", "Number", asked)
            answer, _ = self._tasks(project_id, "id", 1, [among])
            if int(answer["total"]) < len(asked):
                answer, _ = self._tasks(project_id, "id", len(asked), [among])
                lost |= set(asked) - {int(task["id"]) for task in answer["tasks"]}
        return lost

    def _matching(self, project_id: int, item: dict[str, Any], most: int | None) -> Changed:
        """Page by page, each beyond the last id: a deletion in between shifts no page."""
        states: dict[int, str] = {}
        total, last = None, 0
        while True:
            after = _filter("id", "greater", "Number", last)
            answer, _ = self._tasks(project_id, "id,updated_at", _PAGE, [item, after])
            found = answer["tasks"]
            total = int(answer["total"]) if total is None else total
            if most is not None and total > most:
                return Changed(total, {})
            states |= {int(task["id"]): str(task.get("updated_at")) for task in found}
            if len(found) < _PAGE:
                return Changed(total, states)
            if max(states) <= last:
                raise ServerError("the server lists the same tasks again", where=self.url)
            last = max(states)

    def _tasks(
        self,
        project_id: int,
        include: str,
        size: int,
        items: Sequence[Mapping[str, Any]] = (),
        ordering: Sequence[str] = ("tasks:id",),
    ) -> tuple[dict[str, Any], str]:
        """One page of the project's tasks that pass all filters, and the server's time."""
        from label_studio_sdk.core.api_error import ApiError

        query: dict[str, Any] = {"ordering": list(ordering)}
        if items:
            query["filters"] = {"conjunction": "and", "items": list(items)}
        parameters = {
            "project": project_id,
            "fields": "task_only",
            "include": include,
            "page_size": size,
            "query": json.dumps(query),
        }
        with self._asking("asking what changed"):
            response = self._sdk._client_wrapper.httpx_client.request(
                f"api/tasks/?{urlencode(parameters)}", method="GET"
            )
            if not 200 <= response.status_code < 300:
                raise ApiError(status_code=response.status_code, body=response.text)
            answer = response.json()
            clock = parsedate_to_datetime(response.headers["date"]).astimezone(UTC)
        if not _is_page(answer):
            raise ServerError("the answer is no list of tasks", where=self.url)
        return answer, clock.isoformat()


def _is_page(answer: Any) -> bool:
    """Whether this is a page of tasks, with the number of all of them."""
    if not isinstance(answer, dict) or type(answer.get("total")) is not int:
        return False
    tasks = answer.get("tasks")
    return isinstance(tasks, list) and all(
        isinstance(task, dict) and type(task.get("id")) is int for task in tasks
    )


def _filter(name: str, operator: str, kind: str, value: Any) -> dict[str, Any]:
    return {
        "filter": f"filter:tasks:{name}",
        "operator": operator,
        "type": kind,
        "value": value,
    }


def _microseconds(time: str) -> str:
    """A time in the one way that the server's filter reads."""
    return datetime.fromisoformat(time).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
