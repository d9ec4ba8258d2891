"""`annotate push` that is killed at a point: run by test_push_killed, in a process of its own.

python -m tests.labeling.kill_push POINT NUMBER SOURCE

POINT is where it dies (SIGKILL), at the NUMBER-th time it comes there:
before: the batch is staged and nothing is sent; middle: the request is on its way;
after: the server has answered and nothing is confirmed; border: the batch is
confirmed, and the next one may be on its way.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Sequence
from typing import Any

from annotate.cli import push as command
from annotate.cli.main import main
from annotate.labeling.client import Client
from annotate.labeling.ledger import Key, Ledger
from annotate.labeling.push import push
from annotate.labeling.sending import Waiting

SIZE = 5  # tasks a request
SETTLE = 6.0  # what a busy machine needs for one small batch


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def run(point: str, number: int, source: str) -> None:
    """Runs the command with small batches, and dies on the way."""
    count = 0
    import_json, confirm = Client.import_json, Ledger.confirm

    def sending(client: Client, project_id: int, tasks: bytes, size: int) -> list[int]:
        nonlocal count
        count += 1
        if count == number and point == "before":
            die()
        if count == number and point == "middle":
            threading.Timer(0.05, die).start()
        ids = import_json(client, project_id, tasks, size)
        if count == number and point in ("after", "middle"):
            die()
        return ids

    def confirming(
        ledger: Ledger, server: str, project_id: int, tasks: Sequence[tuple[int, Key]]
    ) -> None:
        confirm(ledger, server, project_id, tasks)
        if count >= number and point == "border" and tasks:
            die()

    def small(*given: Any, **options: Any) -> Any:
        return push(*given, **options, size=SIZE, waiting=Waiting(settle=SETTLE))

    Client.import_json = sending  # type: ignore[method-assign, assignment]
    Ledger.confirm = confirming  # type: ignore[method-assign, assignment]
    command.push_to = small  # type: ignore[attr-defined]
    sys.argv = ["annotate", "push", source]
    main()


if __name__ == "__main__":
    run(sys.argv[1], int(sys.argv[2]), sys.argv[3])
