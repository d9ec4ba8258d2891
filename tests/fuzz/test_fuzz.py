"""Bad input of every kind: only errors of the tool's own, nothing half done, and in time.

`make nightly` tries a hundred thousand (tests/fuzz/nightly.py).
"""

from __future__ import annotations

import pytest

from tests.fuzz.every import TARGETS
from tests.fuzz.trying import Target, TooSlow, Tried, attempt, bounded, search
from tests.support import PROPERTY

pytestmark = pytest.mark.slow

# In all some 2,000, fewer of what takes long.
COUNT = 58
SLOW = {"answers of a server": 0.3, "pull from a server": 0.2, "pull of an annotation": 0.3}


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_bad_input_is_refused_or_read(target: Target) -> None:
    share = PROPERTY.max_examples / 100
    count = max(5, round(COUNT * target.weight * SLOW.get(target.name, 1) * share))
    tried = search(target, count)
    assert tried.inputs >= count / 2
    if share == 1:  # where all is refused, nothing is tried but the first border
        assert tried.refused < tried.inputs


def test_what_hangs_is_stopped() -> None:
    def forever() -> None:
        while True:
            pass

    with pytest.raises(TooSlow), bounded(0.05):
        forever()


def test_other_errors_are_not_taken_for_refusals() -> None:
    def broken(_: object) -> None:
        raise KeyError("x")

    with pytest.raises(KeyError):
        attempt(Target("broken", TARGETS[0].inputs, broken), b"", Tried())
