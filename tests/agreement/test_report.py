"""The table of annotators."""

from __future__ import annotations

import json
from dataclasses import replace

from annotate.agreement.evaluate import evaluate
from annotate.agreement.matching import Counts
from annotate.agreement.report import agreement, summed
from annotate.storage import text_sha256
from tests.agreement.builders import annotation, span
from tests.agreement.test_evaluate import seeds

SECOND = text_sha256("نص ثان")
THIRD = text_sha256("نص ثالث")


def test_two_passes_agree_as_evaluate_says() -> None:
    both = [
        replace(found, annotator=name) for name in ("pass_a", "pass_b") for found in seeds(name)
    ]
    result = agreement(both)
    assert result.articles == 7
    assert list(result.pairs) == [("pass_a", "pass_b")]
    expected = evaluate(seeds("pass_a"), seeds("pass_b"))
    assert result.pairs["pass_a", "pass_b"].to_json() == expected.to_json()
    assert result.total is not None
    assert result.total.to_json() == expected.to_json()
    assert agreement(reversed(both)).to_json() == result.to_json()


def test_every_pair_on_what_it_shares() -> None:
    spans = [span(0, 2), span(3, 5)]
    result = agreement(
        [
            annotation(spans, annotator="omar"),
            annotation(spans, annotator="anna"),
            annotation(spans[:1], annotator="lina"),
            annotation(spans, annotator="lina", text_sha256=SECOND),
            annotation([], annotator="anna", text_sha256=SECOND),
            annotation(spans, annotator="omar", text_sha256=THIRD),
        ]
    )
    assert result.articles == 2
    totals = {
        names: (found.matched, found.scores["entities"]["strict"].total)
        for names, found in result.pairs.items()
    }
    assert totals == {
        ("anna", "lina"): (2, Counts(tp=1, fp=1, fn=2)),
        ("anna", "omar"): (1, Counts(tp=2)),
        ("lina", "omar"): (1, Counts(tp=1, fn=1)),
    }
    assert result.total is not None
    assert result.total.matched == 4
    assert result.total.scores["entities"]["strict"].total == Counts(tp=4, fp=1, fn=3)


def test_of_two_annotations_by_one_annotator_the_later_counts() -> None:
    first = annotation([span(0, 2)], annotator="anna")
    later = annotation([span(5, 6)], annotator="anna")
    other = annotation([span(5, 6)], annotator="omar")
    result = agreement([first, other, later])
    assert result.total is not None
    assert result.total.scores["entities"]["strict"].total == Counts(tp=1)
    result = agreement([later, other, first])
    assert result.total is not None
    assert result.total.scores["entities"]["strict"].total == Counts(fp=1, fn=1)


def test_one_annotator_agrees_with_nobody() -> None:
    for found in (
        [],
        [annotation([span(0, 2)], annotator="anna")],
        [annotation(annotator="anna"), annotation(annotator="omar", text_sha256=SECOND)],
    ):
        result = agreement(found)
        assert (result.articles, result.total, dict(result.pairs)) == (0, None, {})
        assert result.to_json() == {
            "articles": 0,
            "pairs": [],
            "total": None,
            "reason": "no article has two annotators",
        }


def test_json_names_the_pairs() -> None:
    result = agreement([annotation(annotator="omar"), annotation(annotator="anna")])
    values = json.loads(json.dumps(result.to_json(), allow_nan=False))
    assert "reason" not in values
    assert [pair["annotators"] for pair in values["pairs"]] == [["anna", "omar"]]
    assert values["pairs"][0]["entities"]["strict"]["reason"] == "neither side has any"


def test_agreement_on_some_articles_at_a_time_adds_up() -> None:
    both = [
        replace(found, annotator=name)
        for name in ("pass_a", "pass_b", "adjudicated")
        for found in seeds(name)
    ]
    texts = sorted({found.text_sha256 for found in both})
    parts = [
        agreement([found for found in both if found.text_sha256 in some])
        for some in (texts[:3], texts[3:4], texts[4:])
    ]
    assert summed(parts).to_json() == agreement(both).to_json()
    assert summed([]).to_json() == agreement([]).to_json()
    # Whom a part lacks counts with what the others have.
    alone = agreement([both[0], both[7]])
    assert summed([alone, *parts]).articles == 8
