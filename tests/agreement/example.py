"""The example in docs/agreement.md: the seeds' reference passes, as the command shows them."""

from __future__ import annotations

import io
from contextlib import redirect_stdout
from dataclasses import replace

from annotate.agreement.figures import Figures, measure
from annotate.cli.agreement_table import print_agreement
from tests.agreement.items import seed_items
from tests.support import ONTOLOGY

NAMES = {"pass_a": "pass-a (simulated)", "pass_b": "pass-b (simulated)"}


def simulated() -> Figures:
    """Agreement of the two simulated annotators on the seeds, gamma included."""
    items = [
        replace(
            item,
            readings=tuple(replace(r, annotator=NAMES[r.annotator]) for r in item.readings),
        )
        for item in seed_items(*NAMES)
    ]
    return measure(items, ONTOLOGY, simulated=tuple(NAMES.values()), gamma=True)


def agreement_of_the_seeds() -> str:
    """What `annotate agreement --gamma` prints of them."""
    drawn = io.StringIO()
    with redirect_stdout(drawn):
        print_agreement(simulated().to_json())
    return "\n".join(line.rstrip() for line in drawn.getvalue().splitlines())
