"""For how many annotators each task is: told to the server, task by task, and read back.

A project has one number, which new tasks take over, and which rewrites those of old tasks when it
is changed. So it is set once, before there are tasks, to the commonest overlap of the plan; the
others are set one by one. What is known to be set is kept: a push that died is finished later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from annotate.labeling.ledger import Ledger
from annotate.labeling.sending import Place


def set_overlaps(place: Place, on_progress: Callable[[int], None] = lambda _: None) -> int:
    """Sets the overlap of every task for which the server is not known to have it.

    Returns:
        How many tasks had to be set one by one.

    Raises:
        ServerError: the server does not keep an overlap.
    """
    rows = place.ledger.database.execute(
        "SELECT task_id, overlap FROM tasks"
        " WHERE server = ? AND project_id = ? AND gone = 0 AND agreed = 0 ORDER BY task_id",
        (place.server, place.id),
    ).fetchall()
    others = [(task_id, overlap) for task_id, overlap in rows if overlap != place.project.overlap]
    alike = {task_id for task_id, _ in rows} - {task_id for task_id, _ in others}
    _set_agreed(place.ledger, place, alike)
    for task_id, overlap in others:
        place.client.set_overlap(task_id, overlap)
        _set_agreed(place.ledger, place, [task_id])
        on_progress(1)
    return len(others)


def restore_overlaps(place: Place) -> int:
    """Puts back what somebody changed on the server, where the project's number was changed.

    Returns:
        How many tasks had another overlap than they were pushed with.
    """
    rows = place.ledger.database.execute(
        "SELECT task_id, overlap FROM tasks"
        " WHERE server = ? AND project_id = ? AND gone = 0 AND agreed IS NOT NULL",
        (place.server, place.id),
    )
    wanted: dict[int, int] = dict(rows.fetchall())
    restored: list[int] = []
    alike: list[int] = []
    for state in place.client.task_states(place.id):
        overlap = wanted.get(state.task_id)
        if overlap is None:
            continue
        if overlap != state.overlap:
            place.client.set_overlap(state.task_id, overlap)
            restored.append(state.task_id)
        else:
            alike.append(state.task_id)
    _set_agreed(place.ledger, place, [*restored, *alike])
    return len(restored)


def _set_agreed(ledger: Ledger, place: Place, task_ids: Iterable[int]) -> None:
    with ledger.database as database:
        database.executemany(
            "UPDATE tasks SET agreed = 1 WHERE server = ? AND project_id = ? AND task_id = ?",
            [(place.server, place.id, task_id) for task_id in task_ids],
        )
