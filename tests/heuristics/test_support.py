"""What rules and tagger are worth together and alone, and how they are settled by it."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.corpus.article import Article
from annotate.errors import InputError
from annotate.heuristics.explain import explain
from annotate.heuristics.learned import Known, Learned
from annotate.heuristics.pipeline import preannotate_text
from annotate.heuristics.precision import Precision
from annotate.heuristics.precision import Row as Counted
from annotate.heuristics.proposing import Proposed, propose
from annotate.heuristics.settling import settle
from annotate.heuristics.support import (
    Class,
    Row,
    Support,
    read_rows,
    rows_of,
    table,
    tenth,
)
from annotate.heuristics.tagger import Tagged, Tagging
from annotate.ontology import load_ontology
from tests.heuristics.proposals import heuristics
from tests.support import PROPERTY

S = 32
TEXT = "وقال زوباري ان مدينة درعا هادئة"
SHIPPED = Precision([Counted("a", "0" * 12, "entity", "GPE", "lexicon:gpe", 100, 90)])
SCORER = SHIPPED.scorer("f" * 64)


def posterior(mean: Fraction, correct: int, proposed: int) -> Fraction:
    return (correct + S * mean) / (proposed + S)


@PROPERTY
@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 50), st.integers(0, 50))
def test_scores_are_posterior_means_level_by_level(a: int, b: int, c: int, d: int) -> None:
    rows = [
        Row("rules", "entity", "GPE", "lexicon:gpe", a + b, a),
        Row("rules", "entity", "PER", "given", c + d, c),
        Row("tagger", "entity", "GPE", "tagger:p7", a + c, c),
        Row("tagger", "entity", "PER", "tagger:p7", b + d, d),
        Row("agreed", "entity", "GPE", "lexicon:gpe", b + c, b),
    ]
    support = Support([row for row in rows if row.proposed])
    layer = Fraction(SCORER.posterior(("entity",)))
    one = posterior(layer, a + c, a + b + c + d)
    two = posterior(one, a, a + b)
    assert support.score(Class("rules", "entity", "GPE", "lexicon:gpe"), SCORER) == pytest.approx(
        float(posterior(two, a, a + b))
    )
    tenths = posterior(Fraction(3, 4), c + d, a + b + c + d)
    assert support.score(Class("tagger", "entity", "GPE", "tagger:p7"), SCORER) == pytest.approx(
        float(posterior(tenths, c, a + c))
    )
    rule = Fraction(SCORER.posterior(("entity", "GPE", "lexicon:gpe")))
    assert support.score(Class("agreed", "entity", "GPE", "lexicon:gpe"), SCORER) == pytest.approx(
        float(posterior(rule, b, b + c))
    )


def test_without_counts_rules_are_worth_what_the_references_say() -> None:
    found = Class("plain", "entity", "GPE", "lexicon:gpe")
    expected = SCORER.posterior(("entity", "GPE", "lexicon:gpe"))
    assert Support().score(found, SCORER) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("probability", "name"), [(0.0, "p0"), (0.5, "p5"), (0.89, "p8"), (0.9, "p9"), (1.0, "p9")]
)
def test_tenths(probability: float, name: str) -> None:
    assert tenth(probability) == f"tagger:{name}"


def test_counts_are_stored_as_they_are(tmp_path: Path) -> None:
    agreed = Class("agreed", "event", "KILL", "trigger:KILL")
    alone = Class("tagger", "entity", "PER", "tagger:p9")
    rows = rows_of([(agreed, True), (alone, False), (agreed, False), (agreed, True)])
    assert rows == [Row(*agreed, 3, 2), Row(*alone, 1, 0)]
    path = tmp_path / "support.tsv"
    path.write_text(table(rows), "utf-8")
    assert read_rows(path) == rows
    path.write_text(table(rows).replace("tagger\t", "someone\t"), "utf-8")
    with pytest.raises(InputError, match=r"support\.tsv:3"):
        read_rows(path)


def proposed() -> Proposed:
    rules = heuristics()
    found = propose(TEXT, rules.analyse, load_ontology(), rules.policy)
    assert [(e.label, e.start) for e in found.entities] == [("GPE", 4)]  # درعا
    return found


def learned(rows: list[Row], *labels: str) -> Learned:
    return Learned("v", None, Support(rows), Known({"entity": frozenset(labels)}, "v"))


def surfaces(found: Proposed, tagged: list[Tagged], by: Learned, least: float) -> set[str]:
    settled = settle(
        found, Tagging(tuple(tagged), {}), by, heuristics().precision.scorer(""), least
    )
    starts, ends = found.document.starts, found.document.ends
    return {TEXT[starts[e.start] : ends[e.end - 1]] for e, _ in settled.entities}


def test_what_the_tagger_is_sure_of_is_added() -> None:
    name = Tagged("entity", 1, 2, "PER", 0.95)
    assert surfaces(proposed(), [name], learned([], "PER"), 0.5) == {"زوباري", "درعا"}
    assert surfaces(proposed(), [name], learned([], "PER"), 0.96) == set()
    doubtful = name._replace(probability=0.4)
    assert surfaces(proposed(), [doubtful], learned([], "PER"), 0.5) == {"درعا"}


def test_rules_that_are_wrong_where_the_tagger_is_silent_are_overruled() -> None:
    rule = proposed().entities[0].origin.partition("/")[0]
    wrong = [Row("rules", "entity", "GPE", rule, 400, 4)]
    assert surfaces(proposed(), [], learned(wrong, "GPE"), 0.5) == set()
    right = [Row("rules", "entity", "GPE", rule, 400, 396)]
    assert surfaces(proposed(), [], learned(right, "GPE"), 0.5) == {"درعا"}
    # Of labels that it was not taught, the tagger's silence says nothing.
    assert surfaces(proposed(), [], learned(wrong), 0.5) == {"درعا"}


def test_expected_precision_settles_what_overlaps() -> None:
    outer = Tagged("entity", 3, 5, "GPE", 0.99)
    found = proposed()
    rule = found.entities[0].origin.partition("/")[0]
    often = Row("rules", "entity", "GPE", rule, 400, 300)
    assert surfaces(found, [outer], learned([often], "GPE"), 0.5) == {"مدينة درعا"}
    sure = Row("rules", "entity", "GPE", rule, 4000, 3990)
    assert surfaces(found, [outer], learned([sure], "GPE"), 0.5) == {"درعا"}


def test_demoted_entries_propose_nothing() -> None:
    text = "وصل الوفد الى دمشق"
    plain = preannotate_text(text, heuristics())
    (city,) = (span for span in plain.spans if span.label == "GPE")
    entry = (city.origin or "").partition("/")[2]
    by = replace(learned([]), demoted=frozenset({("entity", "GPE", entry)}))
    without = preannotate_text(text, replace(heuristics(), learned=by))
    assert city.key not in {span.key for span in without.spans}
    # Where another rule finds the name, the list that has it does not matter.
    announced = "وصل الوفد الى مدينة زوباري"
    (found,) = (s for s in preannotate_text(announced, heuristics()).spans if s.label == "GPE")
    rule, _, word = (found.origin or "").partition("/")
    assert not rule.startswith("lexicon")
    by_rule = replace(learned([]), demoted=frozenset({("entity", "GPE", word)}))
    kept = preannotate_text(announced, replace(heuristics(), learned=by_rule))
    assert found.key in {span.key for span in kept.spans}
    other = replace(learned([]), demoted=frozenset({("entity", "PER", entry)}))
    with_it = preannotate_text(text, replace(heuristics(), learned=other))
    assert city.key in {span.key for span in with_it.spans}


def test_an_explanation_says_what_scores_rest_on() -> None:
    text = "وصل الوفد الى دمشق"
    plain = explain(Article("a", text), heuristics())
    (reason,) = (r for s in plain.sentences for r in s.reasons if r.span.label == "GPE")
    rows = [Row("plain", "entity", "GPE", reason.rule, 40, 10)]
    by = replace(heuristics(), learned=learned(rows))
    (after,) = (
        r
        for s in explain(Article("a", text), by).sentences
        for r in s.reasons
        if r.rule == reason.rule
    )
    assert after.tally == (reason.tally.proposed + 40, reason.tally.correct + 10)
    assert (after.span.score or 0) < (reason.span.score or 0)


def test_least_leaves_out_what_is_less_likely_right() -> None:
    rules = heuristics()
    text = "وقال محمد العلي في دمشق امس ان 20 مدنيا قتلوا في قصف"
    scores = {span.key: span.score or 0 for span in preannotate_text(text, rules).spans}
    least = sorted(scores.values())[len(scores) // 2]
    kept = preannotate_text(text, replace(rules, least=least))
    assert {span.key for span in kept.spans} <= {key for key, s in scores.items() if s >= least}
    assert 0 < len(kept.spans) < len(scores)
    ids = {span.id for span in kept.spans}
    assert all(r.head in ids and r.tail in ids for r in kept.relations)
