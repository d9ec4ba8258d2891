"""Labels that change while people annotate: nothing is lost, nothing is rewritten."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from annotate.errors import OntologyError, WorkspaceError
from annotate.labeling import history, migration
from annotate.labeling.campaigns import projects_of
from annotate.labeling.changing import Upgraded, interface_now, migrate, upgrade
from annotate.labeling.interface import interface_names, labeling_interface
from annotate.labeling.interfaces import offered
from annotate.labeling.migration import Migration
from annotate.labeling.usage import Name
from annotate.labeling.wire import to_results
from annotate.ontology import Ontology
from tests.labeling.bench import KEY, Bench
from tests.labeling.builders import annotate, article, predicted, span


def changed_in(ontology: Ontology, update: dict[str, object]) -> Ontology:
    """Another ontology, made anew: a copy would keep what was derived from the first."""
    return Ontology.model_validate(ontology.model_copy(update=update).model_dump())


def without(ontology: Ontology, *codes: str) -> Ontology:
    """The ontology without some labels, and with nothing that names them."""
    return changed_in(
        ontology,
        {
            "version": "9.0.0",
            "entities": tuple(e for e in ontology.entities if e.code not in codes),
            "events": tuple(e for e in ontology.events if e.code not in codes),
            "roles": tuple(
                r.model_copy(update={"fillers": tuple(f for f in r.fillers if f not in codes)})
                for r in ontology.roles
            ),
        },
    )


def renamed(ontology: Ontology, old: str, new: str) -> Ontology:
    """The ontology with another code for an entity type."""
    return changed_in(
        ontology,
        {
            "version": "9.1.0",
            "entities": tuple(
                e.model_copy(update={"code": new}) if e.code == old else e
                for e in ontology.entities
            ),
            "roles": tuple(
                r.model_copy(update={"fillers": tuple(new if f == old else f for f in r.fillers)})
                for r in ontology.roles
            ),
        },
    )


def one(old: str, new: str, at: str = "2026-01-01T00:00:00+00:00") -> Migration:
    return Migration(at, "entity", old, new, 3, "2.0.0")


def test_migrations_are_kept_and_read_as_of_a_time(tmp_path: Path) -> None:
    assert migration.read(tmp_path) == []
    migration.append(tmp_path, [one("A", "B")])
    migration.append(tmp_path, [one("C", "D", "2026-02-01T00:00:00+00:00")])
    assert [m.old for m in migration.read(tmp_path)] == ["A", "C"]
    assert [m.old for m in migration.read(tmp_path, until="2026-01-15T00:00:00+00:00")] == ["A"]
    (tmp_path / "migrations.jsonl").write_text("{}\n")
    with pytest.raises(WorkspaceError, match="the migrations cannot be read"):
        migration.read(tmp_path)


def test_chains_and_ways_back_are_followed() -> None:
    assert migration.renames([one("A", "B"), one("B", "C")]) == {"A": "C", "B": "C"}
    assert migration.renames([one("A", "B"), one("B", "A")]) == {"B": "A"}


def test_the_history_is_read_with_the_labels_of_today_and_not_rewritten(
    tmp_path: Path, ontology: Ontology
) -> None:
    from tests.labeling.test_history import ENTRY

    spans = [
        {"id": "a", "layer": "entity", "start": 0, "end": 1, "label": "GPE", "text": "x"},
        {"id": "b", "layer": "entity", "start": 1, "end": 2, "label": "ORG", "text": "y"},
    ]
    record = {"text_sha256": "0" * 64, "spans": spans, "relations": []}
    entry = replace(
        ENTRY,
        record=json.dumps(record),
        deleted_spans=json.dumps(spans[:1]),
        labels_covered='["ORG", "GPE", "LOC"]',
        raw='[{"labels": ["GPE"]}]',
    )
    path = history.append(tmp_path, [entry])
    assert path is not None
    before = path.read_bytes()
    migration.append(tmp_path, [one("GPE", "LOC", "2026-02-01T00:00:00+00:00")])
    (read,) = history.read(tmp_path)
    assert [s.label for s in read.annotation(ontology).spans] == ["LOC", "ORG"]
    assert json.loads(read.deleted_spans)[0]["label"] == "LOC"
    assert json.loads(read.labels_covered) == ["ORG", "LOC"]
    assert read.raw == entry.raw
    assert path.read_bytes() == before
    (then,) = history.read(tmp_path, until=ENTRY.pulled_at)
    assert "GPE" in then.labels_covered, "that day has its own labels"


def test_a_code_that_was_given_up_does_not_come_back(ontology: Ontology) -> None:
    with pytest.raises(OntologyError, match="GPE stands for LOC since it was migrated"):
        migration.check(ontology, {"GPE": "LOC"})
    with pytest.raises(OntologyError, match="lacks NOWHERE"):
        migration.check(ontology, {"OLD": "NOWHERE"})
    migration.check(ontology, {"OLD": "LOC"})


def test_the_old_label_is_in_the_interface_and_cannot_be_chosen(
    tmp_path: Path, ontology: Ontology
) -> None:
    migration.append(tmp_path, [one("OLD", "GPE")])
    xml = interface_now(ontology, "all", tmp_path)
    assert "OLD" in interface_names(xml)["entity"]
    assert offered(xml) == offered(labeling_interface(ontology))
    assert interface_now(ontology, "all", tmp_path) == xml, "the same each time"
    assert interface_now(ontology, "all", tmp_path / "none") == labeling_interface(ontology)


def changed(bench: Bench, ontology: Ontology) -> Bench:
    return replace(bench, ontology=ontology)


def migrated(bench: Bench, ontology: Ontology, **pairs: str) -> list[int]:
    """Spans on the server of each old label."""
    projects = projects_of(bench.ledger, KEY, bench.target.title)
    made = migrate(pairs, projects, bench.client, bench.ledger, ontology, bench.folder)
    return [used.server for _, used in made]


def upgraded(bench: Bench, ontology: Ontology, *, dry_run: bool = False) -> Upgraded:
    (project,) = projects_of(bench.ledger, KEY, bench.target.title)
    return upgrade(project, bench.client, bench.ledger, ontology, bench.folder, dry_run=dry_run)


@pytest.mark.server
def test_what_nothing_uses_may_go_and_what_is_used_may_not(bench: Bench) -> None:
    made = article(1)
    bench.push([made], blank=True)
    bench.submit(made, predicted(made, bench.ontology))
    unused = without(bench.ontology, "CAMPAIGN")
    assert upgraded(bench, unused, dry_run=True).removed == (Name("entity", "CAMPAIGN"),)
    changed(bench, unused).push([made], blank=True)
    xml = bench.client.project(bench.project_id).interface
    assert "CAMPAIGN" not in interface_names(xml)["entity"]
    used = without(bench.ontology, "CAMPAIGN", "GPE")
    words = r"entity GPE: 1 spans on the server, 0 in the history, 0 in pre-annotations"
    with pytest.raises(OntologyError, match=words) as refused:
        changed(bench, used).push([made], blank=True)
    assert "ontology migrate GPE=NEW" in str(refused.value)
    assert bench.client.project(bench.project_id).interface == xml
    changed(bench, unused).pull()
    with pytest.raises(OntologyError, match="1 spans on the server, 1 in the history"):
        upgraded(bench, used)


@pytest.mark.server
def test_a_label_that_only_pre_annotations_use_is_in_use(bench: Bench) -> None:
    bench.push([article(1)])
    with pytest.raises(OntologyError, match=r"event ADVANCE: 0 spans .* 1 in pre-annotations"):
        upgraded(bench, without(bench.ontology, "ADVANCE"))


@pytest.mark.server
def test_a_renamed_label_keeps_all_work(bench: Bench) -> None:
    articles = [article(1), article(2)]
    bench.push(articles)
    bench.submit(articles[0], predicted(articles[0], bench.ontology))
    bench.pull()
    files = {path: path.read_bytes() for path in bench.folder.glob("*.parquet")}
    after = renamed(bench.ontology, "GPE", "PLACE_NAME")
    with pytest.raises(OntologyError, match="labels that the ontology lacks: GPE"):
        changed(bench, after).pull()
    assert migrated(bench, after, GPE="PLACE_NAME") == [1]
    done = upgraded(bench, after)
    assert (done.added, done.hidden) == ((Name("entity", "PLACE_NAME"),), ("GPE",))
    assert not upgraded(bench, after).anything, "once is enough"
    now = changed(bench, after)
    (entry,) = now.entries()
    labels = {s.text: s.label for s in entry.annotation(after).spans}
    assert labels["سرت"] == "PLACE_NAME"
    # Somebody whose page was open, or who opens old work, still saves the old label.
    bench.submit(articles[1], predicted(articles[1], bench.ontology))
    assert now.pull().quarantined == []
    for entry in now.entries():
        spans = entry.annotation(after).spans
        assert {s.label for s in spans if s.text == "سرت"} == {"PLACE_NAME"}
        assert "PLACE_NAME" in json.loads(entry.labels_covered)
    assert {p: p.read_bytes() for p in files} == files
    assert now.push([article(3)], blank=True).created == (article(3).doc_id,)


@pytest.mark.server
def test_pairs_that_make_no_sense_are_refused(bench: Bench) -> None:
    bench.push([article(1)])
    for pairs, words in (
        ({"GPE": "NOWHERE"}, "the ontology has no label NOWHERE"),
        ({"GPE": "LOC"}, "the ontology still has the label GPE"),
        ({"NEVER": "LOC"}, "no project has ever had a label NEVER"),
    ):
        with pytest.raises(OntologyError, match=words):
            migrated(bench, bench.ontology, **pairs)
    with pytest.raises(OntologyError, match="ATTACK is an event label and LOC an entity label"):
        migrated(bench, without(bench.ontology, "ATTACK"), ATTACK="LOC")
    assert migration.read(bench.folder) == []


@pytest.mark.server
def test_roles_and_values_in_use_stay_too(bench: Bench) -> None:
    made = article(1)
    bench.push([made], blank=True)
    annotation = annotate(
        made,
        bench.ontology,
        [span(made.text, "تتقدم", "ADVANCE", bench.ontology, "E3", modality="OTHER")],
    )
    results = to_results(annotation, bench.ontology)
    bench.client.create_annotation(bench.tasks()[made.doc_id], results, bench.user_id)
    attributes = tuple(
        a.model_copy(
            update={
                "values": tuple(
                    v.model_copy(update={"code": "UNREAL"}) if v.code == "OTHER" else v
                    for v in a.values
                )
            }
        )
        for a in bench.ontology.attributes
    )
    less = changed_in(bench.ontology, {"attributes": attributes})
    with pytest.raises(OntologyError, match="modality OTHER: 1 spans on the server"):
        upgraded(bench, less)
