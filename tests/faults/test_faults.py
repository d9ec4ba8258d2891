"""A campaign through a line that does harm, and a server that is killed: nothing lost or doubled.

`make nightly` plays the same with a thousand tasks (tests/faults/nightly.py).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from annotate.labeling import server as embedded
from annotate.ontology import Ontology
from tests.conftest import copy_of
from tests.faults.proxy import KINDS, Harm
from tests.faults.story import play
from tests.faults.world import world

ARTICLES = 23  # 31 tasks
KILLED_AT = 14  # the request during which the server is killed: a push is under way


@pytest.mark.server
def test_a_campaign_through_faults_and_a_server_that_is_killed(
    migrated: Path, tmp_path: Path, ontology: Ontology
) -> None:
    # A server of its own: it may come back at another port.
    workspace = copy_of(migrated, tmp_path / "server")
    harm = Harm(embedded.start(workspace).url, share=0.2, seed=3)
    try:
        place = (workspace, embedded.credentials(workspace).token, ontology, harm)
        with world(tmp_path, "faults", *place, size=6) as one:
            harm.at[KILLED_AT] = one.kill_server
            told = play(one, ARTICLES)
    finally:
        embedded.stop(workspace)
    assert one.killed == 1
    assert harm.faults >= 10
    assert len(harm.done) >= 6
    assert harm.done.keys() <= KINDS.keys()
    assert told.tasks == ARTICLES + len(range(0, ARTICLES, 3))
    assert told.gold > 0
    assert told.upgraded > 0
    # A token that is refused ends a command at once: nobody asks again with it.
    assert one.runs.errors["AccessDenied"] == harm.done["401 before"]
