"""A project that somebody deleted on the server, and that the ledger still knows."""

from __future__ import annotations

import pytest

from annotate.errors import ServerError
from tests.labeling.bench import KEY, Bench
from tests.labeling.builders import article, predicted

pytestmark = pytest.mark.server


def test_the_work_in_it_stays_and_a_push_begins_anew(bench: Bench) -> None:
    made = article(1)
    bench.push([made])
    bench.submit(made, predicted(made, bench.ontology))
    bench.pull()
    before = bench.entries()
    project_id = bench.project_id
    bench.client._sdk.projects.delete(project_id)
    # One clear error: that all of it was deleted is not taken for granted.
    with pytest.raises(ServerError, match=r"asking what changed failed with status 404"):
        bench.pull()
    assert bench.entries() == before
    done = bench.push([made])
    assert (done.created, done.tasks) == ((made.doc_id,), 1)
    assert bench.project_id != project_id
    assert bench.ledger.tasks(KEY, project_id)
    assert bench.pull().new == 0
    assert bench.entries() == before
