"""`annotate push` that is killed at a point: run by test_push_killed.

python -m tests.labeling.kill_push SOURCE

Each line that it reads is a POINT. A push then runs in a process of its own, forked with everything
loaded, and how it ended is written, as `os.waitpid` has it. POINT is where it dies (SIGKILL):
before: the batch is staged and nothing is sent; middle: the request is on its way;
after: the server has answered and nothing is confirmed; border: the batch is
confirmed, and the next one may be on its way.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import traceback
from collections.abc import Sequence
from typing import Any

import label_studio_sdk  # noqa: F401 - loaded before the fork

from annotate.cli import push as command
from annotate.cli.main import main
from annotate.heuristics.pipeline import Heuristics, load_heuristics
from annotate.labeling.client import Client
from annotate.labeling.ledger import Key, Ledger
from annotate.labeling.push import push
from annotate.labeling.sending import Waiting
from annotate.ontology import load_ontology

SIZE = 5  # tasks a request
LONGEST = 120  # seconds that a push may take
SETTLE = 6.0  # what a busy machine needs for one small batch


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def run(point: str, source: str, heuristics: Heuristics) -> None:
    """Runs the command with small batches, and dies on the way."""
    sent = False
    import_json, confirm = Client.import_json, Ledger.confirm

    def sending(client: Client, project_id: int, tasks: bytes, size: int) -> list[int]:
        nonlocal sent
        sent = True
        if point == "before":
            die()
        if point == "middle":
            threading.Timer(0.05, die).start()
        ids = import_json(client, project_id, tasks, size)
        if point in ("after", "middle"):
            die()
        return ids

    def confirming(
        ledger: Ledger, server: str, project_id: int, tasks: Sequence[tuple[int, Key]]
    ) -> None:
        confirm(ledger, server, project_id, tasks)
        if sent and point == "border" and tasks:
            die()

    def small(*given: Any, **options: Any) -> Any:
        return push(*given, **options, size=SIZE, waiting=Waiting(settle=SETTLE))

    Client.import_json = sending  # type: ignore[method-assign, assignment]
    Ledger.confirm = confirming  # type: ignore[method-assign, assignment]
    command.push_to = small  # type: ignore[attr-defined]
    command.loader = lambda *_, **_options: lambda: heuristics  # type: ignore[attr-defined]
    sys.argv = ["annotate", "push", source]
    main()


def serve(source: str) -> None:
    heuristics = load_heuristics(load_ontology())
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            signal.alarm(LONGEST)
            os.dup2(2, 1)  # what the command says is no answer of ours
            try:
                run(line.strip(), source, heuristics)
            except BaseException:
                traceback.print_exc()
                raise
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(1)
        print(os.waitpid(child, 0)[1], flush=True)


if __name__ == "__main__":
    serve(sys.argv[1])
