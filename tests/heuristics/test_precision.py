"""Scores: the posterior by another way, articles left out, and the table of counts."""

from __future__ import annotations

import itertools
import shutil
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import beta

from annotate.annotation_files import read_annotations
from annotate.corpus.readers import read_articles
from annotate.corpus.rules import load_rules
from annotate.errors import RulesError
from annotate.heuristics.pipeline import load_heuristics, preannotate_article
from annotate.heuristics.precision import (
    STRENGTH,
    Precision,
    Row,
    count,
    read_rows,
    replaced,
    table,
)
from annotate.ontology import load_ontology
from annotate.resources import resource
from tests.heuristics.proposals import annotation, heuristics
from tests.support import SEEDS, TEXT, sample_annotation

TABLE = resource("schemas", "lexicon", "precision.tsv")
ARTICLES = [f"{number:012x}" for number in range(4)]
KEYS = [
    ("entity", "GPE", "lexicon:gpe"),
    ("entity", "GPE", "listed"),
    ("entity", "ORG", "head"),
    ("event", "KILL", "trigger:KILL"),
]
UNSEEN = [("entity", "GPE", "inside"), ("entity", "WEA", "weapon"), ("other", "X", "y")]


@st.composite
def tables(draw: st.DrawFn) -> list[Row]:
    """Rows of a few articles, sources and rules; a source may lack an article's rule."""
    rows = []
    for source, article, key in itertools.product(("a", "b"), ARTICLES, KEYS):
        proposed = draw(st.integers(0, 9))
        if proposed:
            rows.append(Row(source, article, *key, proposed, draw(st.integers(0, proposed))))
    return rows


def brute_force(rows: Iterable[Row], key: tuple[str, ...], article: str) -> Fraction:
    """The posterior mean, from the rows of all other articles, as an exact fraction."""
    mean = Fraction(1, 2)
    for end in range(1, len(key) + 1):
        chosen = [row for row in rows if row.article != article and row[2 : 2 + end] == key[:end]]
        proposed = sum(row.proposed for row in chosen)
        correct = sum(row.correct for row in chosen)
        weight = Fraction(STRENGTH)
        mean = (correct + weight * mean) / (proposed + weight)
    return mean


@settings(max_examples=60, deadline=None)
@given(tables(), st.sampled_from([*ARTICLES, "ffffffffffff"]), st.sampled_from(KEYS + UNSEEN))
def test_the_score_is_the_posterior_mean_without_the_article(
    rows: list[Row], article: str, key: tuple[str, str, str]
) -> None:
    layer, label, rule = key
    scorer = Precision(rows).scorer(article + "0" * 52)
    expected = float(brute_force(rows, key, article))
    for _ in range(2):  # the second time it is remembered
        assert scorer.score(layer, label, f"{rule}/x/y") == pytest.approx(expected, abs=0.00051)
    assert scorer.posterior(key) == pytest.approx(expected, rel=1e-12)
    others = [row for row in rows if row.article != article]
    assert scorer.posterior(key) == pytest.approx(
        Precision(others).scorer("f" * 64).posterior(key), rel=1e-12
    )


def test_the_formula_is_the_mean_of_bayes_rule() -> None:
    """Against the posterior itself: likelihood times prior, integrated numerically."""
    rows = [Row("a", ARTICLES[0], *KEYS[0], 7, 5), Row("a", ARTICLES[0], *KEYS[2], 4, 1)]
    scorer = Precision(rows).scorer("f" * 64)
    mean = scorer.posterior(KEYS[0][:2])
    prior = beta(STRENGTH * mean, STRENGTH * (1 - mean))

    def density(p: float) -> float:
        return float(p**5 * (1 - p) ** 2 * prior.pdf(p))

    whole, _ = quad(density, 0, 1)
    first, _ = quad(lambda p: p * density(p), 0, 1)
    assert scorer.posterior(KEYS[0]) == pytest.approx(first / whole, rel=1e-6)
    posterior = beta(5 + STRENGTH * mean, 2 + STRENGTH * (1 - mean))
    assert scorer.posterior(KEYS[0]) == pytest.approx(posterior.mean(), rel=1e-12)


@settings(max_examples=60, deadline=None)
@given(tables(), st.sampled_from(ARTICLES), st.data())
def test_an_articles_own_counts_never_reach_its_scores(
    rows: list[Row], article: str, data: st.DataObject
) -> None:
    changed = [
        row._replace(correct=data.draw(st.integers(0, row.proposed)))
        if row.article == article
        else row
        for row in rows
    ]
    one, two = (Precision(some).scorer(article + "0" * 52) for some in (rows, changed))
    for layer, label, rule in KEYS + UNSEEN:
        assert one.score(layer, label, rule) == two.score(layer, label, rule)
        assert 0 < one.score(layer, label, rule) < 1


def test_other_articles_do_reach_them() -> None:
    rows = [Row("a", article, *KEYS[0], 50, 50) for article in ARTICLES]
    worse = [rows[0]._replace(correct=0), *rows[1:]]
    layer, label, rule = KEYS[0]
    own, other = (article + "0" * 52 for article in ARTICLES[:2])
    before, after = Precision(rows), Precision(worse)
    assert after.scorer(own).score(layer, label, rule) == before.scorer(own).score(
        layer, label, rule
    )
    assert (
        after.scorer(other).score(layer, label, rule)
        < before.scorer(other).score(layer, label, rule) - 0.2
    )


def test_without_counts_nothing_is_known() -> None:
    assert Precision().scorer("f" * 64).score("entity", "GPE", "lexicon:gpe/دمشق") == 0.5


def test_spans_are_given_their_scores() -> None:
    found = annotation("قتل 20 مدنيا في قصف على مدينة حلب")
    scorer = Precision(read_rows(TABLE)).scorer(found.text_sha256)
    assert {span.layer for span in found.spans} == {"entity", "event"}
    for span in found.spans:
        assert span.score == scorer.score(span.layer, span.label, span.origin or "")


def test_seeds_are_scored_without_their_own_counts() -> None:
    """Were their counts false, the scores of the seeds themselves would not tell."""
    rows = read_rows(TABLE)
    (article, *_) = read_articles([str(SEEDS / "*.txt")], load_rules())
    key = article.text_sha256[:12]
    own = [row for row in rows if row.article == key]
    assert own
    false = [row._replace(correct=0) if row.article == key else row for row in rows]
    true_scores, false_scores = (
        preannotate_article(article, replace(heuristics(), precision=Precision(some)))
        for some in (rows, false)
    )
    assert true_scores == false_scores
    elsewhere = replace(article, text=article.text + "\nانتهى")
    assert preannotate_article(
        elsewhere, replace(heuristics(), precision=Precision(rows))
    ) != preannotate_article(elsewhere, replace(heuristics(), precision=Precision(false)))


def test_a_score_costs_little() -> None:
    scorer = Precision(read_rows(TABLE)).scorer("f" * 64)
    origins = [(row.layer, row.label, f"{row.rule}/x") for row in read_rows(TABLE)]
    known = dict.fromkeys(origins, 0.5)

    def seconds(score: Callable[[tuple[str, str, str]], object]) -> float:
        start = time.perf_counter()
        for origin in origins:
            score(origin)
        return time.perf_counter() - start

    # Beside a look into a dictionary, at the same time and often: a machine may be slow, or busy.
    looked = min(seconds(lambda origin: known.get(origin)) for _ in range(25))
    scored = min(seconds(lambda origin: scorer.score(*origin)) for _ in range(25))
    assert scored < 12 * looked  # measured: two to three times


# Counting


def test_counts_are_of_equal_offsets_and_labels() -> None:
    reference = sample_annotation()
    force, city, capture = (
        next(span for span in reference.spans if span.id == name) for name in ("e1", "e2", "t1")
    )
    found = replace(
        reference,
        spans=(
            replace(force, origin="head/فصائل", end=force.end - 1),
            replace(city, origin="lexicon:gpe/دمشق"),
            replace(city, id="x", origin="lexicon:gpe/دمشق", start=city.start + 1),
            replace(city, id="y", label="LOC", origin="natural/دمشق"),
            replace(capture, origin="trigger:TAKEOVER/سيطره"),
        ),
        relations=(),
    )
    key = reference.text_sha256[:12]
    assert count(found, reference, "s") == [
        Row("s", key, "entity", "ARM", "head", 1, 0),
        Row("s", key, "entity", "GPE", "lexicon:gpe", 2, 1),
        Row("s", key, "entity", "LOC", "natural", 1, 0),
        Row("s", key, "event", "TAKEOVER", "trigger:TAKEOVER", 1, 1),
    ]
    assert TEXT == "أعلنت فصائل المعارضة سيطرتها على دمشق"


def test_the_table_is_read_as_it_was_written(tmp_path: Path) -> None:
    rows = read_rows(TABLE)
    (tmp_path / "again.tsv").write_text(table(reversed(rows)), "utf-8")
    assert read_rows(tmp_path / "again.tsv") == rows
    assert TABLE.read_text("utf-8") == table(rows)
    sources = {row.source for row in rows}
    newspapers = {"newspapers-2015", "newspapers-2015-later", "newspapers-2015-blind"}
    assert sources == {"seeds", *newspapers}
    assert len({row.article for row in rows if row.source == "seeds"}) == 7
    assert len({row.article for row in rows if row.source == "newspapers-2015"}) == 54
    assert len({row.article for row in rows if row.source == "newspapers-2015-blind"}) == 56


def test_only_the_rows_of_one_source_are_replaced() -> None:
    rows = [Row(source, ARTICLES[0], *KEYS[0], 2, 1) for source in ("a", "b")]
    new = [Row("a", ARTICLES[1], *KEYS[1], 3, 3)]
    assert replaced(rows, "a", new) == [*new, rows[1]]
    assert replaced(rows, "c", []) == rows


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("a\t000000000000\tentity\tGPE\tr\t1", "6 cells; give source, article, layer"),
        ("a\t000000000000\tentity\tGPE\t\t1\t1", "7 cells; give source, article, layer"),
        ("a\t000000000000\tboth\tGPE\tr\t1\t1", "layer is 'both', not one of entity, event"),
        ("a\t00000000000g\tentity\tGPE\tr\t1\t1", "article '00000000000g' is not 12 digits"),
        ("a\t000000000000\tentity\tGPE\tr\t1\t-1", "proposed and correct are not whole numbers"),
        ("a\t000000000000\tentity\tGPE\tr\t1\t2", "2 of 1 cannot be correct"),
        ("a\t000000000000\tentity\tGPE\tr\t0\t0", "0 of 0 cannot be correct"),
    ],
)
def test_a_wrong_row_is_named(tmp_path: Path, line: str, message: str) -> None:
    path = tmp_path / "precision.tsv"
    path.write_text(f"# note\n{line}\n", "utf-8")
    with pytest.raises(RulesError) as caught:
        read_rows(path)
    assert str(caught.value).startswith(f"{path}:2: {message}")


def test_a_row_twice_is_named(tmp_path: Path) -> None:
    path = tmp_path / "precision.tsv"
    row = "a\t000000000000\tentity\tGPE\tr\t1\t1\n"
    path.write_text(row * 2, "utf-8")
    with pytest.raises(RulesError, match=r"precision\.tsv:2: two rows are of one article and rule"):
        read_rows(path)


def test_a_lexicon_folder_without_a_table_has_the_packages(tmp_path: Path) -> None:
    shutil.copytree(resource("schemas", "lexicon"), tmp_path / "lexicon")
    (tmp_path / "lexicon" / "precision.tsv").unlink()
    (tmp_path / "own").mkdir()
    shutil.copytree(tmp_path / "lexicon", tmp_path / "own", dirs_exist_ok=True)
    (tmp_path / "own" / "precision.tsv").write_text(table([]), "utf-8")
    scores = [
        load_heuristics(load_ontology(), tmp_path / name).precision.scorer("f" * 64)
        for name in ("lexicon", "own")
    ]
    values = [scorer.score("entity", "GPE", "lexicon:gpe/دمشق") for scorer in scores]
    assert values == [
        Precision(read_rows(TABLE)).scorer("f" * 64).score("entity", "GPE", "lexicon:gpe"),
        0.5,
    ]


def test_references_hold_the_seeds() -> None:
    gold = list(read_annotations(SEEDS / "annotations" / "adjudicated.jsonl", load_ontology()))
    keys = {row.article for row in read_rows(TABLE) if row.source == "seeds"}
    assert keys == {found.text_sha256[:12] for found in gold}
