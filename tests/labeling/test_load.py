"""Loading finished annotations into tasks: each once."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotate.labeling.ledger import Ledger, Staged
from annotate.labeling.load import Loaded, load_annotations
from annotate.labeling.parts import whole
from tests.labeling.bench import KEY, Bench
from tests.labeling.builders import article, predicted

pytestmark = pytest.mark.server


def test_loading_is_done_once_even_if_somebody_deleted_it_since(bench: Bench) -> None:
    articles = [article(1), article(2)]
    bench.push(articles)
    annotations = [predicted(a, bench.ontology) for a in articles]
    email = "pass-x@simulated.invalid"

    def load() -> Loaded:
        return load_annotations(
            annotations,
            email,
            server=KEY,
            project_id=bench.project_id,
            client=bench.client,
            ledger=bench.ledger,
            ontology=bench.ontology,
        )

    assert load() == Loaded(added=2)
    assert load() == Loaded(known=2)
    bench.pull()
    assert {e.annotator_name for e in bench.entries()} == {"pass-x (simulated)"}
    bench.client._sdk.annotations.delete(bench.entries()[0].annotation_id)
    assert load() == Loaded(known=2)
    assert bench.pull().deleted == 1


def test_loading_asks_the_server_where_the_ledger_does_not_know(
    bench: Bench, tmp_path: Path
) -> None:
    made = article(1)
    bench.push([made])
    email = "pass-y@simulated.invalid"
    for path, expected in (("a.sqlite", Loaded(added=1)), ("b.sqlite", Loaded(known=1))):
        with Ledger(tmp_path / path) as ledger:
            staged = Staged(made, whole(made.text))
            ledger.stage(KEY, bench.project_id, [staged])
            ledger.confirm(KEY, bench.project_id, [(bench.tasks()[made.doc_id], staged.key)])
            done = load_annotations(
                [predicted(made, bench.ontology)],
                email,
                server=KEY,
                project_id=bench.project_id,
                client=bench.client,
                ledger=ledger,
                ontology=bench.ontology,
            )
        assert done == expected
