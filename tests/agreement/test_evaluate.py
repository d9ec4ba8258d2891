"""Scores of one set of annotations against another."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given

from annotate.agreement.evaluate import HOWS, MEASURES, Evaluation, evaluate, score_pairs
from annotate.agreement.matching import Counts
from annotate.annotation_files import read_annotations
from annotate.errors import InputError
from annotate.spans import Annotation
from annotate.storage import text_sha256
from tests.agreement.builders import annotation, some_annotations, span
from tests.support import ONTOLOGY, PROPERTY, SEEDS

OTHER = text_sha256("نص آخر")


@cache
def seeds(name: str) -> tuple[Annotation, ...]:
    path = Path(SEEDS / "annotations" / f"{name}.jsonl")
    return tuple(read_annotations(path, ONTOLOGY))


def f1(result: Evaluation, measure: str, how: str = "strict") -> float:
    found = {str(key): score for key, score in result.scores[measure].items()}[how].total.f1
    assert found is not None
    return found


def test_the_two_passes_over_the_seeds() -> None:
    result = evaluate(seeds("pass_a"), seeds("pass_b"))
    assert result.matched == 7
    assert (result.only_predicted, result.only_gold) == ((), ())
    assert round(f1(result, "entities"), 3) == 0.971
    assert round(f1(result, "triggers"), 3) == 0.983
    assert round(f1(result, "roles"), 3) == 0.961


def test_strict_entities_of_the_passes_by_a_counter() -> None:
    """An oracle that knows nothing of our matching: multisets of (text, label, start, end)."""
    sides = [
        Counter((a.text_sha256, *s.key) for a in seeds(name) for s in a.entities)
        for name in ("pass_a", "pass_b")
    ]
    tp = (sides[0] & sides[1]).total()
    score = evaluate(seeds("pass_a"), seeds("pass_b")).scores["entities"]["strict"].total
    assert score == Counts(tp, sides[0].total() - tp, sides[1].total() - tp)


@pytest.mark.parametrize("name", ["pass_a", "pass_b", "adjudicated"])
def test_annotations_against_themselves(name: str) -> None:
    result = evaluate(seeds(name), seeds(name))
    for measure in MEASURES:
        for how in HOWS:
            assert f1(result, measure, how) == 1.0
    assert result.scores["entities"]["strict"].total.tp == sum(len(a.entities) for a in seeds(name))


def test_f1_is_the_same_both_ways() -> None:
    there = evaluate(seeds("pass_a"), seeds("adjudicated"))
    back = evaluate(seeds("adjudicated"), seeds("pass_a"))
    for measure in MEASURES:
        for how in HOWS:
            assert f1(there, measure, how) == f1(back, measure, how)


def test_order_of_articles_and_spans_does_not_matter() -> None:
    random = Random(7)  # noqa: S311 - an order, no secret
    shuffled = []
    for found in seeds("pass_a"):
        spans, relations = list(found.spans), list(found.relations)
        random.shuffle(spans)
        random.shuffle(relations)
        shuffled.append(replace(found, spans=tuple(spans), relations=tuple(relations)))
    random.shuffle(shuffled)
    expected = evaluate(seeds("pass_a"), seeds("pass_b"))
    assert evaluate(shuffled, seeds("pass_b")).to_json() == expected.to_json()


def test_micro_totals_are_sums_of_counts() -> None:
    result = evaluate(seeds("pass_a"), seeds("pass_b"))
    for measure in ("entities", "triggers", "roles"):
        for score in result.scores[measure].values():
            assert score.total == sum(score.by_label.values(), start=Counts())
    assert set(result.scores["entities"]["strict"].by_label) <= set(ONTOLOGY.entity_codes)
    assert set(result.scores["triggers"]["strict"].by_label) <= set(ONTOLOGY.event_codes)
    assert set(result.scores["roles"]["strict"].by_label) <= set(ONTOLOGY.role_codes)
    assert result.scores["triggers_untyped"]["strict"].by_label == {}


@given(some_annotations(), some_annotations())
@PROPERTY
def test_typed_and_strict_are_the_harder_measures(left: Annotation, right: Annotation) -> None:
    scores = evaluate([left], [right]).scores
    for measure in MEASURES:
        assert scores[measure]["strict"].total.tp <= scores[measure]["overlap"].total.tp
    for how in HOWS:
        typed, untyped = scores["triggers"][how].total, scores["triggers_untyped"][how].total
        assert typed.tp <= untyped.tp
        assert typed.tp + typed.fp == untyped.tp + untyped.fp == len(left.events)


def test_a_wrong_type_counts_for_untyped_triggers_only() -> None:
    left = annotation(events=[span(0, 3, "ATTACK", "event")])
    right = annotation(events=[span(0, 3, "KILL", "event")])
    scores = evaluate([left], [right]).scores
    assert scores["triggers"]["strict"].total == Counts(fp=1, fn=1)
    assert scores["triggers_untyped"]["strict"].total == Counts(tp=1)
    assert scores["entities"]["strict"].total == Counts()


def test_counts_of_articles_are_summed_and_ratios_are_not_averaged() -> None:
    gold = [
        annotation([span(n, n + 1) for n in range(9)]),
        annotation([span(0, 1)], text_sha256=OTHER),
    ]
    predicted = [gold[0], annotation([span(1, 2)], text_sha256=OTHER)]
    score = evaluate(predicted, gold).scores["entities"]["strict"].total
    assert score == Counts(tp=9, fp=1, fn=1)
    assert score.f1 == 0.9


# Which articles


def test_articles_of_one_side_are_reported_and_not_scored() -> None:
    shared = annotation([span(0, 2)])
    alone = annotation([span(0, 2), span(3, 4)], text_sha256=OTHER)
    result = evaluate([shared, alone], [shared])
    assert (result.matched, result.only_predicted, result.only_gold) == (1, (OTHER,), ())
    assert result.scores["entities"]["strict"].total == Counts(tp=1)
    result = evaluate([shared], [alone, shared])
    assert (result.matched, result.only_predicted, result.only_gold) == (1, (), (OTHER,))
    assert result.to_json()["articles"] == {"matched": 1, "only_predicted": 0, "only_gold": 1}


def test_reposts_share_a_text_and_are_told_apart_by_their_article() -> None:
    first = replace(annotation([span(0, 2)]), doc_id="a" * 16)
    second = replace(annotation([span(3, 5)]), doc_id="b" * 16)
    score = evaluate([first, second], [second, first]).scores["entities"]["strict"].total
    assert score == Counts(tp=2)
    result = evaluate([first, second], [second])
    assert (result.matched, result.only_predicted) == (1, (first.text_sha256,))
    assert result.scores["entities"]["strict"].total == Counts(tp=1)


def test_without_reposts_the_text_tells_whatever_the_article_is_called() -> None:
    names = (None, "a" * 16, "b" * 16)
    for left in names:
        for right in names:
            sides = [replace(annotation([span(0, 2)]), doc_id=name) for name in (left, right)]
            assert evaluate(sides[:1], sides[1:]).matched == 1


def test_nothing_in_common() -> None:
    with pytest.raises(InputError) as caught:
        evaluate([annotation()], [annotation(text_sha256=OTHER)])
    assert str(caught.value) == (
        "no text is in both: 1 predicted, 1 gold; compare annotations of the same clean texts"
    )
    with pytest.raises(InputError, match="0 predicted, 0 gold"):
        evaluate([], [])


@pytest.mark.parametrize("annotators", [("anna", "omar"), ("anna", "anna"), (None, None)])
def test_two_annotations_of_one_text(annotators: tuple[str | None, str | None]) -> None:
    one, two = (annotation([span(0, 2)], annotator=name) for name in annotators)
    names = " and ".join(name or "?" for name in annotators)
    for sides, which in ((([one, two], [one]), "predicted"), (([one], [one, two]), "gold")):
        with pytest.raises(InputError) as caught:
            evaluate(*sides)
        assert str(caught.value).startswith(f"two {which} annotations are of one text ({names}, ")
    with pytest.raises(InputError, match="two predicted annotations are of one text"):
        evaluate([one, one], [one])


@pytest.mark.parametrize("end", ["head", "tail"])
def test_a_relation_to_nowhere(end: str) -> None:
    ends = {"head": "t", "tail": "e", end: "x"}
    broken = annotation(
        [span(0, 2, name="e")],
        [span(3, 5, "ATTACK", "event", "t")],
        [(ends["head"], ends["tail"], "AGENT")],
    )
    for sides, which in (
        (([broken], [annotation()]), "predicted"),
        (([annotation()], [broken]), "gold"),
    ):
        with pytest.raises(InputError) as caught:
            evaluate(*sides)
        assert str(caught.value) == (
            f"{which} annotation of {broken.text_sha256[:12]}…: "
            "a relation points to span x, which is not there"
        )


def test_two_spans_of_one_id() -> None:
    broken = annotation([span(0, 2, name="e"), span(3, 5, name="e")])
    with pytest.raises(InputError, match="two spans have one id"):
        evaluate([annotation()], [broken])


# The JSON face


def no_nan(_: str) -> Any:
    raise AssertionError("JSON has no NaN")


@given(some_annotations(), some_annotations())
@PROPERTY
def test_json_has_no_nan_and_says_why_a_ratio_is_undefined(
    left: Annotation, right: Annotation
) -> None:
    text = json.dumps(evaluate([left], [right]).to_json(), allow_nan=False)
    values = json.loads(text, parse_constant=no_nan)
    for measure in MEASURES:
        for how in HOWS:
            found = values[measure][how]
            for counts in (found, *found["by_label"].values()):
                undefined = None in (counts["precision"], counts["recall"], counts["f1"])
                assert undefined == ("reason" in counts)


def test_json_of_nothing() -> None:
    values = evaluate([annotation()], [annotation()]).to_json()
    assert values["roles"]["strict"] == {
        "tp": 0,
        "fp": 0,
        "fn": 0,
        "precision": None,
        "recall": None,
        "f1": None,
        "reason": "neither side has any",
        "by_label": {},
    }


def test_json_of_the_seeds() -> None:
    values = evaluate(seeds("pass_a"), seeds("pass_b")).to_json()
    assert list(values) == ["articles", *MEASURES, "attributes"]
    strict = values["entities"]["strict"]
    assert strict["f1"] == round(
        2 * strict["tp"] / (2 * strict["tp"] + strict["fp"] + strict["fn"]), 6
    )


def test_no_pairs_have_no_scores() -> None:
    scores = score_pairs([])
    assert {score.total for by_how in scores.values() for score in by_how.values()} == {Counts()}


def test_attributes_are_compared_where_both_sides_have_the_span() -> None:
    denied = (("modality", "ASSERTED"), ("polarity", "NEGATIVE"))
    stated = (("modality", "ASSERTED"), ("polarity", "POSITIVE"))
    places = [(0, 2), (3, 5), (6, 8), (9, 11)]

    def events(*values: tuple[tuple[str, str], ...]) -> Annotation:
        spans = [span(*place, "STRIKE", "event") for place in places]
        pairs = zip(spans, values, strict=False)
        return annotation(events=[replace(one, attributes=some) for one, some in pairs])

    # The last one is only predicted: nothing is said of its attributes.
    result = evaluate(
        [events(stated, denied, denied, denied)], [events(stated, stated, denied)]
    ).attributes
    assert result["polarity"].total == Counts(2, 1, 1)
    assert result["polarity"].by_label == {
        "NEGATIVE": Counts(1, 1, 0),
        "POSITIVE": Counts(1, 0, 1),
    }
    assert result["modality"].total == Counts(3, 0, 0)


def test_attributes_of_the_seeds_by_sklearn() -> None:
    """An oracle that knows nothing of our counting."""
    from sklearn import metrics

    ours = {(a.text_sha256, *s.key): dict(s.attributes) for a in seeds("pass_a") for s in a.events}
    gold = {(a.text_sha256, *s.key): dict(s.attributes) for a in seeds("pass_b") for s in a.events}
    both = sorted(ours.keys() & gold.keys())
    result = evaluate(seeds("pass_a"), seeds("pass_b")).attributes
    for name, score in result.items():
        values = sorted(score.by_label)
        expected = metrics.precision_recall_fscore_support(
            [gold[key][name] for key in both],
            [ours[key][name] for key in both],
            labels=values,
            zero_division=0,
        )
        for value, precision, recall in zip(values, *expected[:2], strict=True):
            assert score.by_label[value].precision == pytest.approx(precision)
            assert score.by_label[value].recall == pytest.approx(recall)
