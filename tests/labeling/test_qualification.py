"""Qualification: the gold stays in the ledger, the choice is the same for everybody."""

from __future__ import annotations

from annotate.labeling import qualification
from annotate.labeling.campaigns import KnownProject, projects_of, remember
from annotate.labeling.ledger import Ledger
from annotate.ontology import Ontology
from tests.labeling.builders import article, predicted
from tests.labeling.campaign import ANNA, SALMA, SERVER, TITLE


def test_each_newcomer_has_a_campaign_of_their_own() -> None:
    names = {qualification.campaign_of(TITLE, who) for who in (ANNA, SALMA)}
    assert names == {
        "Arabic news (qualification) - anna@example.org",
        "Arabic news (qualification) - salma@example.org",
    }
    long = qualification.campaign_of("A title that takes all the letters it may have at all", SALMA)
    assert len(long) <= 50
    assert long != qualification.campaign_of(
        "A title that takes all the letters it may have, too", SALMA
    )


def test_the_choice_is_by_chance_and_the_same_for_everybody(ontology: Ontology) -> None:
    gold = [predicted(article(number), ontology) for number in range(12)]
    chosen = qualification.choose(gold, 5, seed=1)
    assert chosen == qualification.choose(list(reversed(gold)), 5, seed=1)
    assert chosen == qualification.choose(gold, 8, seed=1)[:5]
    assert chosen != gold[:5]
    assert chosen != qualification.choose(gold, 5, seed=2)
    assert len(qualification.choose(gold, 99, seed=1)) == 12


def test_gold_is_kept_by_newcomer_and_the_latest_counts(ontology: Ontology) -> None:
    one, two = predicted(article(1), ontology), predicted(article(2), ontology)
    with Ledger(None) as ledger:
        assert qualification.gold_of(ledger, SERVER, "x", ontology) == []
        qualification.keep_gold(ledger, SERVER, "x", [one])
        qualification.keep_gold(ledger, SERVER, "y", [two])
        qualification.keep_gold(ledger, SERVER, "x", [one, two])
        kept = qualification.gold_of(ledger, SERVER, "x", ontology)
        assert {a.doc_id: a.spans for a in kept} == {a.doc_id: a.spans for a in (one, two)}
        assert len(qualification.gold_of(ledger, SERVER, "y", ontology)) == 1


def test_its_project_is_none_of_the_campaigns(ontology: Ontology) -> None:
    name = qualification.campaign_of(TITLE, SALMA)
    with Ledger(None) as ledger:
        remember(ledger, KnownProject(SERVER, 1, TITLE, TITLE))
        remember(ledger, KnownProject(SERVER, 2, name, name))  # as a push leaves it
        qualification.set_apart(ledger, SERVER, name, 2, SALMA)
        assert [p.project_id for p in projects_of(ledger, SERVER, TITLE)] == [1]
        assert projects_of(ledger, SERVER, name) == []
        (project,) = qualification.projects(ledger, SERVER, name)
        assert (project.project_id, project.kind, project.owner) == (2, "qualification", SALMA)
