"""What is said of the figures in words: no more than the intervals carry."""

from __future__ import annotations

import random
from copy import deepcopy
from itertools import combinations
from typing import Any

import pytest

from annotate.show.findings import problems, topics, trend_words, trust
from tests.show.team import figures


@pytest.fixture
def made() -> dict[str, Any]:
    return deepcopy(figures())


@pytest.mark.parametrize(
    ("low", "high", "level"),
    [(0.81, 0.9, "good"), (0.7, 0.9, "fair"), (0.5, 0.9, "open"), (0.5, 0.6, "poor")],
)
def test_the_level_is_that_of_the_interval(
    made: dict[str, Any], low: float, high: float, level: str
) -> None:
    made["headline"] |= {"low": low, "high": high, "verdict": "one thing: and another"}
    found = trust(made)
    assert (found.level, found.words, found.why) == (level, "one thing", "and another")


def test_without_a_verdict_the_reason_is_said(made: dict[str, Any]) -> None:
    made["headline"] |= {"verdict": None, "reason": "7 stories; 20 are needed"}
    assert (trust(made).level, trust(made).why) == ("open", "7 stories; 20 are needed")


def weeks(*values: tuple[float, int]) -> dict[str, Any]:
    rows = [
        {"week": f"2026-W{10 + number}", "f1": f1, "low": f1 - 0.05, "high": f1 + 0.05, "n": n}
        for number, (f1, n) in enumerate(values)
    ]
    return {"trend": {"weeks": rows, "batches": [], "drift": [], "learning": []}}


def test_a_trend_is_said_only_if_it_is_more_than_chance() -> None:
    many = 5000
    assert trend_words(weeks((0.7, many), (0.75, many), (0.85, many))) == (
        "good",
        "yes: up by 0.15 from W10 to W12",
    )
    assert trend_words(weeks((0.85, many), (0.7, many)))[0] == "poor"
    assert "no clear change" in trend_words(weeks((0.8, many), (0.82, many)))[1]
    assert "no clear change" in trend_words(weeks((0.7, 12), (0.85, 12)))[1]
    assert "too early" in trend_words(weeks((0.7, many)))[1]
    assert "too early" in trend_words(weeks((0.7, many), (0.9, 9)))[1]  # nine spans are too few


def test_batches_stand_for_weeks_where_all_is_of_one_week() -> None:
    made = weeks((0.7, 5000))
    made["trend"]["batches"] = [
        {"batch": number, "f1": f1, "low": f1, "high": f1, "n": 900}
        for number, f1 in ((1, 0.6), (2, 0.8))
    ]
    assert trend_words(made) == ("good", "yes: up by 0.20 from batch 1 to batch 2")


def test_the_person_who_is_worse_is_named_and_only_then(made: dict[str, Any]) -> None:
    (person,) = (one for one in problems(made) if one.sort == "person")
    assert person.name == "omar"
    for pair in made["pairs"]:
        pair["spans"] = 0.8
    (nobody,) = (one for one in problems(made) if one.sort == "person")
    assert nobody.name == "nobody stands out"
    made["annotators"] = made["annotators"][:2]
    (either,) = (one for one in problems(made) if one.sort == "person")
    assert either.name == "either one"


def team(values: dict[tuple[str, str], tuple[float, float, int]]) -> dict[str, Any]:
    """The figures of a team: of every pair F1, half the width of its interval, and spans."""
    return {
        "annotators": sorted({name for pair in values for name in pair}),
        "measures": [],
        "labels": [],
        "confusion": {},
        "pairs": [
            {"annotators": list(pair), "spans": f1, "low": f1 - half, "high": f1 + half, "n": n}
            for pair, (f1, half, n) in values.items()
        ],
    }


def test_of_a_team_that_is_all_alike_hardly_ever_anybody_is_named() -> None:
    chance = random.Random(5)  # noqa: S311 - a test that repeats
    pairs = list(combinations("abcdefghij", 2))
    named = 0
    for _ in range(400):
        (person,) = problems(
            team({pair: (chance.gauss(0.8, 0.02), 1.96 * 0.02, 2000) for pair in pairs})
        )
        named += person.name != "nobody stands out"
    assert named <= 20  # of ten people the lowest is below 1.96 standard errors in 80 teams or so


def test_who_is_surely_worse_is_named_beside_one_of_whom_little_is_known() -> None:
    made = dict.fromkeys(combinations("abcd", 2), (0.85, 0.01, 5000))
    made |= {(one, "low"): (0.75, 0.01, 5000) for one in "abcd"}
    made |= {(one, "new"): (0.6, 0.5, 12) for one in (*"abcd", "low")}
    (person,) = problems(team(made))
    assert person.name == "low"


def test_a_label_of_few_spans_is_no_problem(made: dict[str, Any]) -> None:
    (label,) = (one for one in problems(made) if one.sort == "label")
    known = [r for r in made["labels"] if r["n"] >= 10 and r["layer"] in ("entity", "event")]
    worst = min(known, key=lambda row: row["f1"])
    assert label.name == worst["label"]
    assert min(row["f1"] for row in made["labels"] if row["layer"] == "event") < 0.8
    for row in made["labels"]:
        row["n"] = 9
    assert [one for one in problems(made) if one.sort == "label"] == []


def test_what_is_confused_most_is_said_and_nothing_is_not_a_label(made: dict[str, Any]) -> None:
    (confusion,) = (one for one in problems(made) if one.sort == "confusion")
    assert confusion.name == "GPE or LOC"
    made["confusion"] = {"entities": {"labels": ["GPE", "none"], "counts": [[5, 9], [9, 0]]}}
    assert [one for one in problems(made) if one.sort == "confusion"] == []


def test_topics_are_the_commonest_confusions_each_once(made: dict[str, Any]) -> None:
    found = topics(made)
    assert len(found) == 5
    assert len({(one.question, one.times) for one in found}) == 5
    assert [one.times for one in found] == sorted((one.times for one in found), reverse=True)
    assert found[0].question == "GPE or LOC?"
    for one in found:
        assert one.times == made["disagreements"][one.example - 1]["times"]
    assert any(" of " in one.question for one in found if one.kind == "role")


def test_attributes_are_asked_by_their_name(made: dict[str, Any]) -> None:
    made["disagreements"] = [one for one in made["disagreements"] if one["kind"] == "attribute"]
    assert "polarity: NEGATIVE or POSITIVE?" in {one.question for one in topics(made)}
