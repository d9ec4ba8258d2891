"""The campaign's plan: fixed once; stories together; how it is said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.corpus.duplicates import Groups
from annotate.errors import SettingsError
from annotate.labeling.ledger import Ledger
from annotate.labeling.planning import (
    agree,
    commonest_overlap,
    fix,
    follow,
    in_words,
    plan_of,
    tells_stories,
)
from annotate.labeling.sampling import Plan, placement
from annotate.settings import Split
from tests.labeling.builders import article

TEAM = Plan(test_share=0.1, validation_share=0.1, overlap=2, overlap_share=0.2, blank_share=0.5)


def test_the_first_plan_is_the_plan() -> None:
    with Ledger(None) as ledger:
        agree(ledger, "s", "c", TEAM)
        assert plan_of(ledger, "s", "c") is None
        fix(ledger, "s", "c", TEAM)
        agree(ledger, "s", "c", TEAM)
        other = TEAM.model_copy(update={"overlap": 3, "seed": 2})
        with pytest.raises(SettingsError, match=r"seed = 1, overlap = 2, .* seed = 2, overlap = 3"):
            agree(ledger, "s", "c", other)
        fix(ledger, "s", "c", other)
        assert plan_of(ledger, "s", "c") == TEAM
        agree(ledger, "s", "another campaign", other)


def test_articles_of_one_story_stay_together_also_in_later_pushes() -> None:
    text = " ".join(f"كلمة{n} أخرى{n}" for n in range(60))
    first, copy, other = article(1, text), article(2, text), article(3, text[::-1])
    with Ledger(None) as ledger:
        (one,) = follow(TEAM, [first], ledger, Groups, {}, dry_run=False)
        both = follow(TEAM, [copy, other], ledger, Groups, {}, dry_run=False)
        found = {p.article.doc_id: p for p in both}
        assert one.group_id == found[copy.doc_id].group_id == first.doc_id
        assert one.placement == found[copy.doc_id].placement
        assert found[other.doc_id].group_id == other.doc_id
        follow(TEAM, [article(4, text)], ledger, Groups, {}, dry_run=True)
        rows = ledger.database.execute("SELECT doc_id FROM groups").fetchall()
        assert {doc_id for (doc_id,) in rows} == {a.doc_id for a in (first, copy, other)}


def test_the_order_is_that_of_the_draw_whatever_order_they_come_in() -> None:
    articles = [article(n) for n in range(30)]
    with Ledger(None) as ledger:
        one = follow(TEAM, articles, ledger, None, {}, dry_run=False)
        assert one == follow(TEAM, articles[::-1], ledger, None, {}, dry_run=False)
    assert [p.article for p in one] != articles
    assert [p.placement.rank for p in one] == sorted(
        placement(TEAM, a.doc_id).rank for a in articles
    )


def test_what_is_given_twice_counts_once_and_a_split_may_be_said() -> None:
    made = article(1)
    with Ledger(None) as ledger:
        (found,) = follow(Plan(), [made, made], ledger, None, {made.doc_id: "test"}, dry_run=False)
    assert (found.placement.split, found.placement.blank) == ("test", True)


def test_a_split_that_was_said_holds_for_the_story() -> None:
    text = " ".join(f"كلمة{n} أخرى{n}" for n in range(60))
    first, copy, late, other = article(1, text), article(2, text), article(3, text), article(4)
    splits: dict[str, Split] = {copy.doc_id: "test"}
    with Ledger(None) as ledger:
        found = follow(Plan(), [first, copy, other], ledger, Groups, splits, dry_run=False)
        assert {p.article.doc_id: p.placement.split for p in found} == {
            first.doc_id: "test",
            copy.doc_id: "test",
            other.doc_id: "train",
        }
        (one,) = follow(Plan(), [late], ledger, Groups, splits, dry_run=False)
        assert (one.placement.split, one.placement.blank) == ("test", True)
        splits[first.doc_id] = "validation"  # torn apart: the plan says where the others are
        found = follow(Plan(), [first, copy, late], ledger, Groups, splits, dry_run=True)
        assert {p.article.doc_id: p.placement.split for p in found} == {
            first.doc_id: "validation",
            copy.doc_id: "test",
            late.doc_id: "train",
        }


shares = st.floats(0, 1)


@given(shares, shares, st.integers(1, 4))
def test_the_commonest_overlap_is_the_one_of_most_articles(
    test_share: float, overlap_share: float, overlap: int
) -> None:
    plan = Plan(test_share=test_share, overlap_share=overlap_share, overlap=overlap)
    single = (1 - test_share) * (1 if overlap == 1 else 1 - overlap_share)
    found = commonest_overlap(plan)
    if overlap > 1:
        assert found == (1 if single >= 0.5 else overlap) or abs(single - 0.5) < 1e-9
    else:
        assert found == (1 if single >= 0.5 else 2) or abs(single - 0.5) < 1e-9


def test_stories_matter_where_articles_are_treated_differently_or_compared() -> None:
    assert not tells_stories(Plan())
    assert not tells_stories(Plan(overlap_share=0.5))
    for plan in (TEAM, Plan(test_share=0.1), Plan(validation_share=1.0), Plan(overlap=3)):
        assert tells_stories(plan)


def test_the_plan_in_words() -> None:
    assert in_words(Plan()) == (
        "sampling plan (seed 1): every article for one annotator, with pre-labels"
    )
    assert in_words(Plan(overlap=3)) == "sampling plan (seed 1): 100% for 3 annotators"
    assert in_words(TEAM) == (
        "sampling plan (seed 1): 10% test (blank, 2 annotators each); 10% validation; "
        "20% of the others for 2 annotators, 50% of these blank"
    )
