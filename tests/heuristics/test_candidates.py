"""Overlaps: the policy decides, whatever the order."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.errors import InputError
from annotate.heuristics.candidates import (
    POLICIES,
    Candidate,
    highest_priority_first,
    longest_first,
    policy_of,
    resolve,
)
from annotate.heuristics.document import read_document
from tests.heuristics.proposals import heuristics

TEXT = "واحد اثنان ثلاثة أربعة خمسة ستة سبعة ثمانية"
CANDIDATES = st.builds(
    lambda start, size, label, score: Candidate(start, min(start + size, 8), label, score, "r"),
    st.integers(0, 7),
    st.integers(1, 4),
    st.sampled_from(["PER", "ORG"]),
    st.sampled_from([0.5, 0.9]),
)


def chosen(*candidates: Candidate, text: str = TEXT) -> list[Candidate]:
    return resolve(candidates, read_document(text, heuristics().analyse))


def test_the_longest_wins_then_the_surest() -> None:
    long, sure = Candidate(0, 3, "ORG", 0.5, "a"), Candidate(1, 2, "PER", 0.9, "b")
    assert chosen(sure, long) == [long]
    assert chosen(Candidate(1, 2, "ORG", 0.5, "a"), sure) == [sure]


def test_another_policy() -> None:
    long, sure = Candidate(0, 3, "ORG", 0.5, "a"), Candidate(1, 2, "PER", 0.9, "b")
    document = read_document(TEXT, heuristics().analyse)
    assert resolve([long, sure], document, lambda candidate: (-candidate.priority,)) == [sure]


def test_policies_by_name() -> None:
    long, sure = Candidate(0, 3, "ORG", 0.5, "a"), Candidate(1, 2, "PER", 0.9, "b")
    document = read_document(TEXT, heuristics().analyse)
    kept = {name: resolve([long, sure], document, policy_of(name)) for name in POLICIES}
    assert kept == {"longest_first": [long], "highest_priority_first": [sure]}
    assert policy_of(longest_first) is longest_first
    with pytest.raises(InputError, match="no overlap policy 'best'; use one of longest_first, hi"):
        policy_of("best")


def test_the_highest_priority_wins_then_the_longest() -> None:
    long, short = Candidate(0, 3, "ORG", 0.5, "a"), Candidate(1, 2, "PER", 0.5, "b")
    document = read_document(TEXT, heuristics().analyse)
    assert resolve([short, long], document, highest_priority_first) == [long]


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(sorted(POLICIES)),
    st.lists(CANDIDATES, max_size=8).flatmap(lambda c: st.tuples(st.just(c), st.permutations(c))),
)
def test_no_policy_depends_on_the_order(
    name: str, both: tuple[list[Candidate], list[Candidate]]
) -> None:
    document = read_document(TEXT, heuristics().analyse)
    candidates, shuffled = both
    found = resolve(candidates, document, POLICIES[name])
    assert resolve(shuffled, document, POLICIES[name]) == found
    assert resolve([*shuffled, *candidates], document, POLICIES[name]) == found


def test_nothing_covers_part_of_a_hashtag_or_crosses_a_sentence() -> None:
    part, whole = Candidate(1, 2, "GPE", 0.9, "a"), Candidate(1, 3, "GPE", 0.9, "b")
    assert chosen(part, text="#سوريا_تتحرر") == []
    assert chosen(whole, text="#سوريا_تتحرر") == [whole]
    assert chosen(Candidate(0, 3, "GPE", 0.9, "a"), text="حلب. دمشق") == []


@settings(max_examples=150, deadline=None)
@given(st.lists(CANDIDATES, max_size=12), st.randoms(use_true_random=False))
def test_the_order_does_not_matter(candidates: list[Candidate], generator: object) -> None:
    first = chosen(*candidates)
    assert chosen(*reversed(candidates)) == first
    assert all(a.end <= b.start for a, b in itertools.pairwise(first))
    for candidate in candidates:  # what lost, lost to something at least as long
        if candidate not in first:
            winners = [other for other in first if other.overlaps(candidate)]
            assert max(w.end - w.start for w in winners) >= candidate.end - candidate.start
