"""The figures as a whole: what they are over, what is undefined, and what is said of them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest

from annotate.agreement.evaluate import evaluate
from annotate.agreement.figures import measure
from annotate.agreement.matching import Counts
from annotate.agreement.readings import Item, Reading
from annotate.agreement.resampling import Estimate, estimate
from annotate.agreement.verdict import verdict
from annotate.cli.agreement_table import print_agreement
from annotate.show.agreement_page import agreement_page
from tests.agreement.items import TEXT, item, marked, seed_items, words
from tests.agreement.test_evaluate import seeds
from tests.support import ONTOLOGY

ALEPPO, FORCE = words("حلب", "GPE"), words("الجيش", "ARM")
SHELLED = words("قصف", "ATTACK", "event")
FULL = marked(ALEPPO, FORCE, SHELLED, roles=[(SHELLED, FORCE, "AGENT")])
LESS = marked(FORCE, SHELLED)


def values(items: Sequence[Item], **about: Any) -> dict[str, Any]:
    found: dict[str, Any] = measure(items, ONTOLOGY, **about).to_json()
    text = json.dumps(found, allow_nan=False)
    again: dict[str, Any] = json.loads(text)
    return again


def of(found: dict[str, Any], name: str, how: str = "strict") -> dict[str, Any]:
    (one,) = (m for m in found["measures"] if (m["measure"], m["how"]) == (name, how))
    assert isinstance(one, dict)
    return one


def blank(found: Item, *, is_blank: bool | None = True, doc_id: str | None = None) -> Item:
    readings = tuple(replace(reading, blank=is_blank) for reading in found.readings)
    name = doc_id or found.doc_id
    return replace(found, readings=readings, doc_id=name, group=name)


def test_the_seeds_agree_as_evaluate_says() -> None:
    found = values(seed_items("pass_a", "pass_b"), simulated=("pass_a", "pass_b"))
    expected = evaluate(seeds("pass_a"), seeds("pass_b")).scores
    for name in ("entities", "triggers", "roles"):
        for how in ("strict", "overlap"):
            total = expected[name]["strict" if how == "strict" else "overlap"].total
            mine = of(found, name, how)
            assert (mine["tp"], mine["fp"], mine["fn"]) == (total.tp, total.fp, total.fn)
    spans = sum((expected[m]["strict"].total for m in ("entities", "triggers")), start=Counts())
    assert found["headline"]["f1"] == pytest.approx(spans.f1, abs=1e-6)
    assert found["headline"]["low"] < found["headline"]["f1"] < found["headline"]["high"]
    assert (found["articles"], found["groups"], found["simulated"]) == (7, 7, True)
    assert found["headline"]["verdict"] is None
    assert found["headline"]["reason"] == "7 stories; 20 are needed for a verdict"
    (pair,) = found["pairs"]
    assert pair["spans"] == found["headline"]["f1"]
    by_label = {(one["layer"], one["label"]): one for one in found["labels"]}
    gold = expected["entities"]["strict"].by_label["LOC"]
    assert by_label["entity", "LOC"]["f1"] == pytest.approx(gold.f1, abs=1e-6)
    assert by_label["entity", "NORP"]["few"] is True
    assert found["disagreements_total"] >= len(found["disagreements"]) > 0


def test_blank_articles_are_the_basis() -> None:
    items = [
        blank(item(anna=FULL, omar=LESS), doc_id="blank"),
        blank(item(anna=FULL, omar=FULL), is_blank=False, doc_id="shown"),
    ]
    found = values(items)
    assert found["basis"] == {
        "kind": "blank",
        "articles": 1,
        "groups": 1,
        "words": "on 1 article annotated blank",
    }
    assert found["headline"]["f1"] == found["bias"]["blank"]["f1"] == 0.8
    assert found["bias"]["prelabelled"]["f1"] == 1.0
    assert found["articles"] == 2
    # What is there to be talked about is over all.
    assert values(items[::-1]) == found
    assert [one["kind"] for one in found["disagreements"]] == ["missed", "role"]
    assert found["confusion"]["entities"] == {
        "labels": ["ARM", "GPE", "none"],
        "counts": [[2, 0, 0], [0, 1, 1], [0, 1, 0]],
    }


def test_without_blank_articles_it_is_an_upper_bound() -> None:
    shown = values([blank(item(anna=FULL, omar=LESS), is_blank=False)])
    assert shown["basis"]["kind"] == "prelabelled"
    assert shown["basis"]["words"].startswith("upper bound")
    unknown = values([item(anna=FULL, omar=LESS)])
    assert unknown["basis"]["kind"] == "mixed"
    assert unknown["basis"]["words"].startswith("upper bound")


def numbers(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for name, one in value.items():
            yield from numbers(one, f"{path}.{name}")
    elif isinstance(value, list):
        for one in value:
            yield from numbers(one, path)
    else:
        yield path, value


@pytest.mark.parametrize(
    "items",
    [[], [item(anna=FULL)], [item(anna=marked(), omar=marked())]],
    ids=["nothing", "one annotator", "no spans"],
)
def test_what_is_undefined_is_null_with_a_reason(items: list[Item]) -> None:
    found = values(items)
    assert found["headline"]["f1"] is None
    assert found["headline"]["reason"]
    assert all(one["f1"] is None and one["reason"] for one in found["measures"])
    assert all(one["reason"] for one in found["chance"])
    ratios = [v for path, v in numbers(found) if path.rsplit(".", 1)[-1] in ("f1", "low", "high")]
    assert ratios
    assert set(ratios) == {None}
    assert {one["measure"] for one in found["measures"]} == {
        *("spans", "entities", "triggers", "triggers_without_statement", "roles", "attributes")
    }
    assert found["disagreements"] == found["fought"] == found["labels"] == []


@pytest.mark.parametrize("text", ["", TEXT])
def test_articles_without_a_span_are_shown_in_the_terminal_all_the_same(
    text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    nothing = marked(text=text)
    print_agreement(values([item(text, anna=nothing, lina=nothing, omar=nothing)]))
    out = capsys.readouterr().out
    assert out.startswith("3 annotators on 1 article (1 story)\n")
    assert "verdict: none: neither annotator has marked any" in out


def test_labels_that_the_ontology_lacks_are_measured_and_shown() -> None:
    strange, event = words("حلب", "LATER"), words("قصف", "LATER_EVENT", "event")
    one, other = marked(strange, event), marked(words("حلب", "GPE"), FORCE)
    found = values([item(anna=one, lina=one, omar=one, salma=one, tarek=other)])
    assert len(found["pairs"]) == 10
    assert {one["label"] for one in found["labels"]} == {"ARM", "GPE", "LATER", "LATER_EVENT"}
    assert {one["label"] for one in found["chance"][0]["labels"]} == {"ARM", "GPE", "LATER"}
    page = agreement_page(found, ONTOLOGY, title="later", made="today")
    assert "LATER_EVENT" in page
    assert " people the first " not in page  # all five are there


def test_a_chart_says_whom_it_leaves_out() -> None:
    readings = tuple(Reading(f"reader{n:02}", FULL if n % 2 else LESS) for n in range(16))
    found = values([replace(item(), readings=readings)])
    assert len(found["pairs"]) == 120
    page = agreement_page(found, ONTOLOGY, title="many", made="today")
    assert "Of 16 people the first 14 (by name)." in page


def test_who_agrees_in_everything_has_one_everywhere() -> None:
    found = values([blank(item(anna=FULL, lina=FULL, omar=FULL))])
    assert {m["f1"] for m in found["measures"] if m["measure"] != "attributes"} == {1.0}
    assert {pair["spans"] for pair in found["pairs"]} == {1.0}
    assert len(found["pairs"]) == 3
    assert found["headline"]["n"] == 9
    assert {one["alpha"] for one in found["chance"]} == {1.0}
    for one in found["chance"]:
        assert [(pair["annotators"], pair["cohen"]) for pair in one["pairs"]] == [
            (["anna", "lina"], 1.0),
            (["anna", "omar"], 1.0),
            (["lina", "omar"], 1.0),
        ]
    assert found["disagreements_total"] == 0


def test_nothing_depends_on_the_order_of_articles() -> None:
    items = seed_items("pass_a", "pass_b")
    assert values(items[::-1]) == values(items)


def test_without_quotes_no_word_of_the_texts_is_in_it() -> None:
    found = measure(seed_items("pass_a", "pass_b"), ONTOLOGY)
    silent = json.dumps(found.to_json(quote=False), ensure_ascii=False)
    assert not any("\u0621" <= character <= "\u064a" for character in silent)
    assert any("\u0621" <= c <= "\u064a" for c in json.dumps(found.to_json(), ensure_ascii=False))


def test_the_entities_of_a_first_pass_do_not_count() -> None:
    there = replace(blank(item(anna=FULL, omar=FULL)), given=("entity",))
    found = values([there])
    assert (of(found, "entities")["n"], of(found, "spans")["n"]) == (0, 1)
    assert of(found, "roles")["tp"] == 1
    assert found["headline"]["n"] == 1


def test_progress_goes_along() -> None:
    figures = measure([], ONTOLOGY).with_progress([{"annotator": "anna", "submitted": 3}])
    assert figures.to_json()["annotators_progress"] == [{"annotator": "anna", "submitted": 3}]
    assert "pulled_at" not in figures.to_json()
    known = figures.with_progress([], "2026-01-05T10:00:00+00:00").to_json()
    assert known["pulled_at"] == "2026-01-05T10:00:00+00:00"
    assert "annotators_progress" not in measure([], ONTOLOGY).to_json()


def known(low: float, high: float, groups: int = 30) -> Estimate:
    return Estimate(Counts(80, 10, 10), groups, low, high)


def test_verdicts() -> None:
    assert verdict(known(0.85, 0.95), "blank") == ("reliable", None)
    assert verdict(known(0.7, 0.9), "blank") == ("good enough for tentative conclusions", None)
    assert verdict(known(0.5, 0.7), "blank")[0] == "open: it takes more articles to tell"
    words, reason = verdict(known(0.5, 0.6), "blank")
    assert words is not None
    assert words.startswith("not reliable yet")
    assert reason is None


def test_no_verdict_where_none_can_be_given() -> None:
    for found, basis, simulated, said in (
        (known(0.85, 0.95, 19), "blank", False, "19 stories; 20 are needed for a verdict"),
        (known(0.85, 0.95), "blank", True, "simulated annotators say nothing about people"),
        (known(0.85, 0.95), "prelabelled", False, "upper bound"),
        (known(0.85, 0.95), "mixed", False, "upper bound"),
        (estimate([]), "blank", False, "no text has two annotators"),
    ):
        words, reason = verdict(found, basis, has_simulated=simulated)
        assert words is None
        assert reason is not None
        assert said in reason
    # Even an upper bound can be too low.
    assert verdict(known(0.5, 0.6), "prelabelled")[0] is not None
