"""Titles of projects, and who gets which article."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.errors import SettingsError
from annotate.labeling.assignments import LONGEST_TITLE, check_manner, lanes, project_title
from annotate.labeling.campaigns import KnownProject, remember
from annotate.labeling.ledger import Ledger
from annotate.labeling.planning import Planned
from annotate.labeling.sampling import Plan, placement
from tests.labeling.builders import article

PEOPLE = ("anna@example.org", "omar@example.org", "zeid@example.org")
PLAN = Plan(overlap=2, overlap_share=0.5)


def planned(count: int) -> list[Planned]:
    made = [article(n) for n in range(count)]
    return [Planned(a, a.doc_id, placement(PLAN, a.doc_id)) for a in made]


def test_titles_say_the_pass_and_the_annotator() -> None:
    assert project_title("Arabic news") == "Arabic news"
    assert project_title("Arabic news", "events") == "Arabic news (events)"
    assert project_title("News", "all", "anna@example.org") == "News - anna@example.org"


@given(
    st.text(min_size=3, max_size=50),
    st.lists(st.emails(), min_size=2, max_size=5, unique=True),
)
def test_titles_are_short_enough_and_tell_annotators_apart(title: str, people: list[str]) -> None:
    for layers in ("all", "entities", "events"):
        titles = [project_title(title, layers, name) for name in people]
        assert len(set(titles)) == len(titles)
        assert max(map(len, titles)) <= LONGEST_TITLE


def test_each_article_goes_to_as_many_as_the_plan_says_and_all_get_as_much() -> None:
    items = planned(600)
    found = lanes(items, PLAN, "c", "all", PEOPLE, {})
    assert [lane.owner for lane in found] == sorted(PEOPLE)
    times = Counter(item.article.doc_id for lane in found for item in lane.articles)
    assert times == {item.article.doc_id: item.placement.overlap for item in items}
    shares = [len(lane.articles) / sum(times.values()) for lane in found]
    assert all(abs(share - 1 / 3) < 0.06 for share in shares)
    for lane in found:  # in the order of pushing
        assert list(lane.articles) == [item for item in items if item in lane.articles]


def test_who_has_an_article_keeps_it_when_others_come_or_go() -> None:
    items = planned(50)
    before = lanes(items, PLAN, "c", "all", PEOPLE, {})
    holders: dict[str, set[str]] = {}
    for lane in before:
        for item in lane.articles:
            holders.setdefault(item.article.doc_id, set()).add(str(lane.owner))
    more = lanes(items, PLAN, "c", "all", (*PEOPLE, "noor@example.org"), holders)
    assert more == before
    less = lanes(items, PLAN, "c", "all", PEOPLE[:2], holders)
    assert less == before


def test_too_few_annotators_are_refused() -> None:
    with pytest.raises(SettingsError, match="is for 2 annotators, and there are 1"):
        lanes(planned(20), PLAN, "c", "all", PEOPLE[:1], {})


def test_a_campaign_is_blind_or_not_but_each_pass_may_differ() -> None:
    with Ledger(None) as ledger:
        check_manner(ledger, "s", "c", "all", blind=True)
        remember(ledger, KnownProject("s", 1, "c - anna", "c", owner="anna@example.org"))
        check_manner(ledger, "s", "c", "all", blind=True)
        check_manner(ledger, "s", "c", "events", blind=False)
        with pytest.raises(SettingsError, match="was begun blind"):
            check_manner(ledger, "s", "c", "all", blind=False)
