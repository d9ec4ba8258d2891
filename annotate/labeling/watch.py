"""Pulling again and again, through restarts of the server, until somebody stops it."""

from __future__ import annotations

import time
from collections.abc import Callable

from annotate.errors import AccessDenied, AnnotateError, ServerError, WorkspaceError
from annotate.labeling.pull import Pulled

LONGEST_WAIT = 300.0  # seconds between two tries of a server that is down


def watch(
    pull: Callable[[], Pulled],
    seconds: float,
    *,
    on_pull: Callable[[Pulled], None],
    on_trouble: Callable[[AnnotateError, float], None],
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Pulls every so many seconds; ends only with an error that waiting does not mend.

    A server that is down, or busy, is asked again after twice as long each time. So is a workspace
    in which another command is at work.

    Args:
        pull: one pull, with a connection of its own: a server may come back at another port.
        on_pull: told what each pull found, also where it found nothing.
        on_trouble: told what is wrong, and in how many seconds it is tried again.
        sleep: waits; tests pass another.

    Raises:
        AccessDenied: the server does not accept the token.
        AnnotateError: the ontology, the settings or the ledger are wrong.
    """
    failed = 0
    while True:
        wait = seconds
        try:
            done = pull()
        except AccessDenied:
            raise
        except (ServerError, WorkspaceError) as problem:
            if isinstance(problem, WorkspaceError) and not _may_pass(problem):
                raise
            failed += 1
            wait = min(max(seconds, 1.0) * 2 ** min(failed - 1, 20), max(seconds, LONGEST_WAIT))
            on_trouble(problem, wait)
        else:
            failed = 0
            on_pull(done)
        sleep(wait)


def _may_pass(problem: WorkspaceError) -> bool:
    """Whether another command is in the way, which ends some time."""
    return (problem.fix or "").startswith("wait until it ends")
