"""pull --watch: through restarts of the server, with a clock that tests turn."""

from __future__ import annotations

import pytest

from annotate.errors import (
    AccessDenied,
    AnnotateError,
    OntologyError,
    ServerDown,
    ServerError,
    WorkspaceError,
)
from annotate.labeling.pull import Pulled
from annotate.labeling.watch import LONGEST_WAIT, watch

BUSY = WorkspaceError("another annotate process is running: pull", fix="wait until it ends")


class Script:
    """Pulls that go as it is written, and then Ctrl-C."""

    def __init__(self, *steps: Pulled | BaseException) -> None:
        self.steps = list(steps)
        self.waits: list[float] = []
        self.pulled: list[Pulled] = []
        self.troubles: list[tuple[AnnotateError, float]] = []

    def pull(self) -> Pulled:
        if not self.steps:
            raise KeyboardInterrupt
        step = self.steps.pop(0)
        if isinstance(step, BaseException):
            raise step
        return step

    def run(self, seconds: float = 10.0) -> None:
        watch(
            self.pull,
            seconds,
            on_pull=self.pulled.append,
            on_trouble=lambda problem, wait: self.troubles.append((problem, wait)),
            sleep=self.waits.append,
        )


def test_every_pull_is_told_and_waited_for() -> None:
    script = Script(Pulled(new=1), Pulled(), Pulled(changed=2))
    with pytest.raises(KeyboardInterrupt):
        script.run()
    assert [done.new + done.changed for done in script.pulled] == [1, 0, 2]
    assert script.waits == [10.0, 10.0, 10.0]


def test_a_server_that_restarts_is_asked_less_and_less_and_then_as_before() -> None:
    down = [ServerDown("no Label Studio answers") for _ in range(8)]
    script = Script(*down, Pulled(new=1), ServerError("busy"), Pulled())
    with pytest.raises(KeyboardInterrupt):
        script.run()
    longest = [LONGEST_WAIT] * 3
    assert script.waits[:8] == [10, 20, 40, 80, 160, *longest]
    assert script.waits[8:] == [10, 10, 10], "it answered: from the first wait again"
    assert len(script.troubles) == 9
    assert len(script.pulled) == 2


def test_another_command_in_the_workspace_is_waited_for() -> None:
    script = Script(BUSY, Pulled())
    with pytest.raises(KeyboardInterrupt):
        script.run()
    assert len(script.pulled) == 1


@pytest.mark.parametrize(
    "problem",
    [
        AccessDenied("the server does not accept the token"),
        OntologyError("annotators have labels that the ontology lacks"),
        WorkspaceError("the ledger cannot be used", fix="restore it from a backup"),
    ],
)
def test_what_waiting_does_not_mend_ends_it(problem: AnnotateError) -> None:
    script = Script(problem, Pulled())
    with pytest.raises(type(problem)):
        script.run()
    assert script.waits == []


def test_a_long_interval_is_never_cut_short() -> None:
    script = Script(ServerDown("down"), ServerDown("down"), Pulled())
    with pytest.raises(KeyboardInterrupt):
        script.run(seconds=3600)
    assert script.waits == [3600, 3600, 3600]
