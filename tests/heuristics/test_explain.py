"""What explains proposals is about the proposals themselves."""

from __future__ import annotations

import json

from hypothesis import given, settings

from annotate.corpus.article import Article
from annotate.corpus.readers import read_articles
from annotate.corpus.rules import load_rules
from annotate.heuristics.explain import Explanation, Reason, explain
from annotate.heuristics.pipeline import preannotate_article
from annotate.heuristics.precision import read_rows
from annotate.heuristics.rules import RULES
from annotate.spans import Relation
from tests.heuristics.proposals import heuristics
from tests.heuristics.test_pipeline import TEXTS
from tests.heuristics.test_precision import TABLE
from tests.support import SEEDS


def check(article: Article, explanation: Explanation) -> None:
    """Every proposal is in the sentence that it stands in, once."""
    found = preannotate_article(article, heuristics())
    reasons = [reason for sentence in explanation.sentences for reason in sentence.reasons]
    assert [reason.span for reason in reasons] == list(found.spans)
    roles = [role for sentence in explanation.sentences for role in sentence.roles]
    assert sorted(Relation(r.trigger.id, r.filler.id, r.role) for r in roles) == list(
        found.relations
    )
    for sentence in explanation.sentences:
        assert sentence.text == article.text[sentence.start : sentence.end]
        for reason in sentence.reasons:
            assert sentence.start <= reason.span.start < reason.span.end <= sentence.end
        for role in sentence.roles:
            assert sentence.start <= role.trigger.start < sentence.end
    between = [0, *(end for s in explanation.sentences for end in (s.start, s.end))]
    assert between == sorted(between)


@settings(max_examples=40, deadline=None)
@given(TEXTS)
def test_every_proposal_is_explained_once(text: str) -> None:
    article = Article("0" * 16, text)
    check(article, explain(article, heuristics()))


def test_seeds_are_explained_by_the_counts_of_the_others() -> None:
    rows = read_rows(TABLE)
    for article in read_articles([str(SEEDS / "*.txt")], load_rules()):
        explanation = explain(article, heuristics())
        check(article, explanation)
        assert set(explanation.meanings) <= set(RULES)
        key = article.text_sha256[:12]
        for reason in (r for sentence in explanation.sentences for r in sentence.reasons):
            span = reason.span
            others = [
                row
                for row in rows
                if row.article != key
                and (row.layer, row.label, row.rule) == (span.layer, span.label, reason.rule)
            ]
            assert reason.tally == (
                sum(row.proposed for row in others),
                sum(row.correct for row in others),
            )
        json.dumps(explanation.to_json(), allow_nan=False)


def reasons_of(text: str) -> dict[str, Reason]:
    explanation = explain(Article("0" * 16, text), heuristics())
    return {r.span.text: r for sentence in explanation.sentences for r in sentence.reasons}


def test_clitics_and_conditions_that_decided() -> None:
    reasons = reasons_of("وسيطرت الفصائل على مدينة حلب، وقصفها الطيران بدمشق")
    assert reasons["وسيطرت"].clitics == "و+سيطرت"
    assert "near place" in reasons["وسيطرت"].conditions
    assert "not topic sport" in reasons["وسيطرت"].conditions
    assert (reasons["وسيطرت"].root, reasons["وسيطرت"].form) == ("سيطر", "QI")
    assert reasons["وقصفها"].clitics == "و+قصف+ها"
    assert reasons["بدمشق"].clitics == "ب+"
    assert (reasons["حلب"].clitics, reasons["حلب"].conditions) == ("", ())
    assert (reasons["حلب"].root, reasons["حلب"].to_json()["root"]) == ("", None)
    assert (reasons["حلب"].rule, reasons["حلب"].entry) == ("lexicon:gpe", "حلب")
