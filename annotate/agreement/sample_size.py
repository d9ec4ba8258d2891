"""How many more articles two people must annotate until agreement is known well enough.

The half width of the bootstrap's interval (annotate.agreement.resampling) falls as 1 / sqrt(n), as
that of any mean does (central limit theorem); so a half width of h at n articles asks for
n * (h / target) ** 2 of them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from annotate.agreement.matching import Counts

TARGET = 0.03  # half width of the interval that a lead wants
LEAST = 20  # groups, below which a bootstrap says too little


@dataclass(frozen=True, slots=True)
class Need:
    """How well an F1 is known, and how many articles it takes to know it well enough.

    Attributes:
        groups: articles at hand that several annotated; those that tell one story are one.
        f1: over all of them; None where nothing was annotated.
        half_width: of its 95 % interval; None with a reason.
        needed: groups that it takes for the target, those at hand included, and never fewer than
            `LEAST`; None with a reason.
        reason: why something is None.
    """

    groups: int
    f1: float | None = None
    half_width: float | None = None
    needed: int | None = None
    reason: str | None = None

    @property
    def missing(self) -> int | None:
        """Groups that are still to be annotated by several."""
        return None if self.needed is None else max(0, self.needed - self.groups)


def need(groups: Sequence[Counts], *, target: float = TARGET, seed: int = 1) -> Need:
    """What it takes for an interval of F1 of +- target.

    Args:
        groups: counts of each article, or of each group of articles that tell one story.
    """
    f1 = sum(groups, start=Counts()).f1
    if len(groups) < LEAST:
        what = f"{len(groups)} articles have several annotators; {LEAST} are needed to say"
        return Need(len(groups), f1, reason=what)
    if f1 is None:
        return Need(len(groups), reason="neither annotator has marked any")
    half_width = _half_width(groups, seed)
    # Rounded first, so that the noise of binary fractions asks for no article more.
    needed = math.ceil(round(len(groups) * (half_width / target) ** 2, 6))
    return Need(len(groups), f1, half_width, max(LEAST, needed))


def _half_width(groups: Sequence[Counts], seed: int) -> float:
    """Half of the 95 % bootstrap interval of F1."""
    from annotate.agreement.resampling import estimate

    found = estimate(groups, seed=seed)
    return 0.0 if found.low is None or found.high is None else (found.high - found.low) / 2
