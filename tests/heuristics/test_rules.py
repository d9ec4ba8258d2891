"""Every span names the rule that made it, and the overlap policy is the caller's."""

from __future__ import annotations

import pytest

from annotate.corpus.readers import read_articles
from annotate.corpus.rules import load_rules
from annotate.errors import InputError
from annotate.heuristics.candidates import Policy, highest_priority_first
from annotate.heuristics.engines import preannotate
from annotate.heuristics.pipeline import load_heuristics, preannotate_article
from annotate.heuristics.precision import read_rows
from annotate.heuristics.rules import RULES, entry_of, family_of, rule_of
from annotate.ontology import load_ontology
from tests.heuristics.proposals import annotation, heuristics
from tests.heuristics.test_precision import TABLE
from tests.support import SEEDS


def emitted() -> set[str]:
    """Origins of all spans on the seeds, and all rules of the table."""
    articles = read_articles([str(SEEDS / "*.txt")], load_rules())
    found = {
        span.origin or "?"
        for article in articles
        for span in preannotate_article(article, heuristics()).spans
    }
    return found | {row.rule for row in read_rows(TABLE)}


def test_every_rule_is_explained() -> None:
    origins = emitted()
    assert len({rule_of(origin) for origin in origins}) > 30
    missing = {family_of(origin) for origin in origins} - set(RULES)
    assert missing == set(), "name these in annotate/heuristics/rules.py"
    assert all(meaning and "\n" not in meaning for meaning in RULES.values())


def test_origins_are_stable() -> None:
    found = annotation("قتل رئيس البلدية في دمشق")
    origins = {span.text: span.origin or "" for span in found.spans}
    phrases = annotation("بدير الزور خارج سيطرة النظام").spans
    assert [(span.text, span.origin) for span in phrases[:2]] == [
        ("بدير الزور", "lexicon:gpe/دير الزور"),
        ("خارج سيطرة", "trigger:TAKEOVER/خارج سيطره"),
    ]
    assert origins["دمشق"] == "lexicon:gpe/دمشق"
    assert origins["قتل"] == "trigger:KILL/قتل"
    assert rule_of("trigger:KILL/قتل") == "trigger:KILL"
    assert entry_of("trigger:KILL/قتل") == "قتل"
    assert family_of("trigger:KILL/قتل") == "trigger"
    assert (rule_of("speaker"), entry_of("speaker"), family_of("speaker")) == (
        "speaker",
        "",
        "speaker",
    )


def test_the_policy_is_passed_in() -> None:
    text = "وصل إلى مطار إدلب الشعبي"

    def found(policy: str | Policy) -> set[tuple[str, str]]:
        (one,) = preannotate([text], policy=policy)
        return {(span.text, span.label) for span in one.entities}

    assert found("longest_first") == {("مطار إدلب الشعبي", "FAC")}
    assert [span.text for span in annotation(text).entities] == ["مطار إدلب الشعبي"]
    assert found("highest_priority_first") == {("إدلب", "GPE")} == found(highest_priority_first)
    chosen = load_heuristics(load_ontology(), policy="highest_priority_first")
    assert chosen.policy is highest_priority_first
    with pytest.raises(InputError, match="there is no overlap policy 'best'"):
        next(preannotate([text], policy="best"))
