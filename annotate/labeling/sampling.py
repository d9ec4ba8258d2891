"""The sampling plan: which articles are test, which are doubled, which are blank, and for whom.

Every choice is a draw of its own: a SHA-256 over the plan's seed, the purpose of the draw, and the
article's story group. So it depends on no other article, on no order and on no machine; articles
that tell one story share all choices; and the draws are independent of each other, so that the
doubled articles, the blank ones and the next hundred are each a random sample of their kind.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from annotate.errors import SettingsError
from annotate.settings import SamplingSettings as Plan
from annotate.settings import Split

__all__ = ["Placement", "Plan", "annotators_for", "placement"]

TEST_OVERLAP = 2  # a test article is adjudicated, and so needs two readings, whatever the plan says
_BITS = 53  # of a draw: what a float, a JSON number and an integer of a database hold exactly
_END = 1 << _BITS


@dataclass(frozen=True, slots=True)
class Placement:
    """What the plan says of a story group.

    Attributes:
        split: train, validation or test.
        overlap: how many annotators each of its articles is for.
        blank: whether they see no pre-labels.
        rank: its place in the order of pushing, from 0, below 2 ** 53; random, without gaps or
            meaning. Two groups may share one: break ties by the group's id.
    """

    split: Split
    overlap: int
    blank: bool
    rank: int


def placement(plan: Plan, group_id: str, split: Split | None = None) -> Placement:
    """Where a story group belongs.

    Test articles are blank and for two annotators at least. Of all others, `plan.overlap_share`
    are for `plan.overlap` annotators, and of these `plan.blank_share` are blank: the control group
    that shows how far pre-labels bias people. The rest is pre-labelled and for one annotator.
    A larger share keeps what a smaller one had drawn.

    Args:
        split: said explicitly, it wins over the plan's draw.
    """
    rank = _draw(plan, "rank", group_id)
    split = split or _split(plan, group_id)
    if split == "test":
        return Placement("test", max(TEST_OVERLAP, plan.overlap), True, rank)
    if not _drawn(plan, "overlap", group_id, plan.overlap_share):
        return Placement(split, 1, False, rank)
    blank = _drawn(plan, "blank", group_id, plan.blank_share)
    return Placement(split, plan.overlap, blank, rank)


def annotators_for(
    plan: Plan, group_id: str, annotators: Sequence[str], count: int
) -> tuple[str, ...]:
    """Who annotates a story group, where each annotator has a project of their own.

    Rendezvous hashing (Thaler and Ravishankar 1998, Using name-based mappings to increase hit
    rates, IEEE/ACM Transactions on Networking 6(1)): each annotator has a random weight for each
    group, and the heaviest `count` get it. Everybody gets as much; another annotator takes from
    each of the others only what becomes theirs, and who leaves moves nobody else's articles.

    Args:
        annotators: distinct names, in any order.

    Raises:
        SettingsError: there are fewer than `count`.
    """
    if len(annotators) < count:
        raise SettingsError(
            f"an article is for {count} annotators, and there are {len(annotators)}",
            fix="name more of them in project.annotators, or lower sampling.overlap",
        )
    weights = {name: _draw(plan, "annotator", f"{group_id}\n{name}") for name in annotators}
    return tuple(sorted(annotators, key=lambda name: (weights[name], name), reverse=True)[:count])


def _split(plan: Plan, group_id: str) -> Split:
    """Test is drawn from one end and validation from the other: neither share moves the other."""
    drawn = _draw(plan, "split", group_id)
    if drawn < plan.test_share * _END:
        return "test"
    return "validation" if drawn >= (1 - plan.validation_share) * _END else "train"


def _drawn(plan: Plan, purpose: str, group_id: str, share: float) -> bool:
    return _draw(plan, purpose, group_id) < share * _END


def _draw(plan: Plan, purpose: str, name: str) -> int:
    """A number from 0 to 2 ** 53 - 1, each as likely, for one purpose and name."""
    digest = hashlib.sha256(f"{plan.seed}\n{purpose}\n{name}".encode()).digest()
    return int.from_bytes(digest[:8], "big") >> (64 - _BITS)
