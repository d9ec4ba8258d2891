"""Candidate spans, and how those that overlap are settled."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from operator import itemgetter
from typing import NamedTuple

from annotate.errors import InputError
from annotate.heuristics.document import Document

_START = itemgetter(0)  # of a candidate
UNITS = frozenset("%٪")  # marks that a span may end with: they are units, not punctuation


class Candidate(NamedTuple):
    """A span that a rule proposes.

    Attributes:
        start, end: words of the document, half open.
        label: code of the ontology.
        priority: 0..1, how sure the rule's author was: it settles overlaps, and is no score.
        origin: `rule/entry` (see rules.py).
        preposition: clitic preposition on the first word (ب, ل, ك) or nothing.
    """

    start: int
    end: int
    label: str
    priority: float
    origin: str
    preposition: str = ""

    def overlaps(self, other: Candidate) -> bool:
        """Whether both have a word in common."""
        return self.start < other.end and other.start < self.end


# Sorts candidates that overlap; those that come first win. It must tell any two different
# candidates apart.
Policy = Callable[[Candidate], tuple[float | str, ...]]


def longest_first(candidate: Candidate) -> tuple[float | str, ...]:
    """The longer span wins, then the higher priority, then what comes first: text, alphabet."""
    start, end, label, priority, origin, preposition = candidate
    return (start - end, -priority, start, label, origin, preposition)


def highest_priority_first(candidate: Candidate) -> tuple[float | str, ...]:
    """The higher priority wins, then the longer span, then what comes first: text, alphabet."""
    return (-candidate.priority, *longest_first(candidate))


POLICIES: Mapping[str, Policy] = {
    policy.__name__: policy for policy in (longest_first, highest_priority_first)
}


def policy_of(policy: str | Policy) -> Policy:
    """The policy of a name, or the policy itself.

    Raises:
        InputError: there is none of this name.
    """
    if not isinstance(policy, str):
        return policy
    if policy not in POLICIES:
        raise InputError(
            f"there is no overlap policy {policy!r}", fix=f"use one of {', '.join(POLICIES)}"
        )
    return POLICIES[policy]


def resolve(
    candidates: Iterable[Candidate], document: Document, policy: Policy = longest_first
) -> list[Candidate]:
    """The flat choice among candidates, in text order; the order they come in does not matter.

    What overlaps a winner is dropped, and so is what holds part of an address or handle, crosses a
    sentence, or covers only part of a hashtag of several words (`#سوريا_تتحرر`).
    """
    waiting = sorted(candidates, key=_START)
    taken = bytearray(len(document) + 1)
    chosen: list[Candidate] = []
    first = 0
    while first < len(waiting):
        # Most overlap nothing; only those that hang together are put in the policy's order.
        end = waiting[first].end
        after = first + 1
        while after < len(waiting) and waiting[after].start < end:
            end = max(end, waiting[after].end)
            after += 1
        if after == first + 1:
            if _allowed(waiting[first], document):
                chosen.append(waiting[first])
        else:
            chosen += _settled(waiting[first:after], document, policy, taken)
        first = after
    return chosen


def _settled(
    together: list[Candidate], document: Document, policy: Policy, taken: bytearray
) -> list[Candidate]:
    """The choice among candidates that overlap; `taken`: one byte for each word, all 0 there."""
    chosen: list[Candidate] = []
    for candidate in sorted(together, key=policy):
        start, end = candidate.start, candidate.end
        if taken.find(1, start, end) >= 0 or not _allowed(candidate, document):
            continue
        taken[start:end] = b"\1" * (end - start)
        chosen.append(candidate)
    return sorted(chosen, key=_START)


def _allowed(candidate: Candidate, document: Document) -> bool:
    start, end = candidate.start, candidate.end
    last = document.info[end - 1]
    if document.info[start].kind == "symbol" or (last.kind == "symbol" and last.form not in UNITS):
        return False
    if document.sentence[start] != document.sentence[end - 1]:
        return False
    if document.noise and not document.noise.isdisjoint(range(start, end)):
        return False
    if document.hashtags:
        for index in (start, end - 1):
            first, after = document.hashtags.get(index, (index, index + 1))
            if first < start or after > end:
                return False
    return True
