"""What an annotation covers: the labels that could be chosen when the work began."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from annotate.labeling.interface import labeling_interface
from annotate.labeling.interfaces import Installed, installed, interface_of, offered, record
from annotate.labeling.ledger import Ledger
from annotate.labeling.work import joined
from annotate.ontology import Ontology
from tests.labeling.bench import KEY, Bench
from tests.labeling.builders import article, predicted

FIRST = Installed("2026-01-01T10:00:00+00:00", "1.0.0", "1.0.0", ("PER",))
SECOND = Installed("2026-01-02T10:00:00+00:00", "1.1.0", "1.0.0", ("PER", "NEW"))


def with_label(ontology: Ontology, code: str) -> Ontology:
    extra = ontology.entities[0].model_copy(update={"code": code, "hotkey": None})
    update = {"version": "9.0.0", "entities": (*ontology.entities, extra)}
    return Ontology.model_validate(ontology.model_copy(update=update).model_dump())


def test_the_interface_is_the_one_of_when_the_work_began() -> None:
    both = [FIRST, SECOND]
    assert interface_of(both, "2026-01-02T09:59:59Z", 5) == FIRST
    assert interface_of(both, "2026-01-02T10:00:01Z", 5) == FIRST, "begun before, finished after"
    assert interface_of(both, "2026-01-02T10:00:10.5Z", 5) == SECOND
    assert interface_of(both, "2026-01-02T10:00:10Z", None) == SECOND
    assert interface_of(both, "2026-01-01T10:00:10Z", 99999) == FIRST, "nothing is before it"
    assert interface_of([], "2026-01-01T10:00:10Z", 1) is None


def test_an_interface_is_recorded_once(ontology: Ontology) -> None:
    xml = labeling_interface(ontology)
    with Ledger(None) as ledger:
        record(ledger, "s", 1, xml, ontology, "2026-01-01T10:00:00+00:00")
        record(ledger, "s", 1, xml, ontology, "2026-01-03T10:00:00+00:00")
        (only,) = installed(ledger, "s", 1)
        assert only.at == "2026-01-01T10:00:00+00:00"
        assert set(only.labels) == {*ontology.entity_codes, *ontology.event_codes}
        more = with_label(ontology, "NEW")
        record(ledger, "s", 1, labeling_interface(more), more, "")
        _, second = installed(ledger, "s", 1)
        assert second.at > only.at, "what is not known to be old is new"
        assert second.labels != only.labels
        assert installed(ledger, "s", 2) == []


@pytest.mark.parametrize("at", ["2026-01-01T10:00:00+00:00", "2026-01-01T09:00:00+00:00"])
def test_an_interface_of_the_same_second_or_of_a_clock_set_back_is_the_later_one(
    ontology: Ontology, at: str
) -> None:
    more = with_label(ontology, "NEW")
    with Ledger(None) as ledger:
        record(ledger, "s", 1, labeling_interface(ontology), ontology, "2026-01-01T10:00:00+00:00")
        record(ledger, "s", 1, labeling_interface(more), more, at)
        first, second = installed(ledger, "s", 1)
    assert (first.ontology_version, second.ontology_version) == (ontology.version, "9.0.0")
    assert (first.at, second.at) == ("2026-01-01T10:00:00+00:00", "2026-01-01T10:00:01+00:00")


def test_the_entities_pass_offers_entities_only(ontology: Ontology) -> None:
    assert offered(labeling_interface(ontology, "entities")) == ontology.entity_codes
    assert offered("no xml") == ()


@pytest.mark.server
def test_an_article_finished_before_a_label_existed_does_not_cover_it(bench: Bench) -> None:
    first, second = article(1), article(2)
    bench.push([first], blank=True)
    bench.submit(first, predicted(first, bench.ontology))
    bench.pull()
    more = replace(bench, ontology=with_label(bench.ontology, "NEW"))
    more.push([second], blank=True)
    # By the server's clock the upgrade was up to a second later than it says.
    installed_at = datetime.fromisoformat(installed(bench.ledger, KEY, bench.project_id)[-1].at)
    while datetime.now(UTC) < installed_at + timedelta(seconds=1):
        pass
    more.submit(second, predicted(second, more.ontology))
    more.pull()
    works = {work.doc_id: work for work in joined(more.entries())}
    before, after = (works[a.doc_id].annotation(more.ontology) for a in (first, second))
    assert before.labels_covered is not None
    assert after.labels_covered is not None
    assert "NEW" not in before.labels_covered
    assert "NEW" in after.labels_covered
    assert set(after.labels_covered) == {*more.ontology.entity_codes, *more.ontology.event_codes}
    assert (before.ontology_version, after.ontology_version) == (bench.ontology.version, "9.0.0")


@pytest.mark.server
def test_work_that_began_before_the_label_does_not_cover_it(bench: Bench) -> None:
    made = article(1)
    bench.push([made], blank=True)
    number = bench.submit(made, predicted(made, bench.ontology))
    more = replace(bench, ontology=with_label(bench.ontology, "NEW"))
    more.push([made], blank=True)
    # Saved after the label was there, by a page that had been open for an hour.
    bench.client._sdk.annotations.update(number, lead_time=3600.0)
    more.pull()
    (entry,) = more.entries()
    assert "NEW" not in json.loads(entry.labels_covered)
