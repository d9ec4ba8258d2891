"""Which pre-annotation a person's work began from."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from annotate.labeling.versions import shown_version
from annotate.labeling.wire import to_results
from annotate.ontology import Ontology
from annotate.spans import Annotation
from tests.labeling.builders import article, predicted


def taken(annotation: Annotation, ontology: Ontology, origin: str | None) -> list[dict[str, Any]]:
    """The results of an annotation as the editor saves them."""
    results: list[dict[str, Any]] = [dict(item) for item in to_results(annotation, ontology)]
    for item in results:
        if origin and item["type"] == "labels":
            item["origin"] = origin
    return results


def test_work_from_nothing_has_none_though_the_server_names_one(ontology: Ontology) -> None:
    shown = predicted(article(1), ontology)
    results = taken(shown, ontology, "manual")
    said = {"prediction": {"id": 7, "model_version": "h-1"}}
    assert shown_version(said, results, {"h-1": shown}, 0) is None


def test_the_prediction_that_it_says_it_began_from(ontology: Ontology) -> None:
    shown = predicted(article(1), ontology)
    said = {"parent_prediction": 7, "prediction": {"id": 7, "model_version": "h-1"}}
    # Everything may be deleted by then.
    assert shown_version(said, [], {"h-1": shown, "h-2": shown}, 0) == "h-1"
    assert shown_version(said, [], {}, 0) == "h-1", "the ledger may have lost it"


def test_a_version_that_came_while_somebody_worked_is_not_the_one_that_was_shown(
    ontology: Ontology,
) -> None:
    old = predicted(article(1), ontology)
    new = replace(old, spans=tuple(replace(s, label="ORG") for s in old.entities))
    results = taken(old, ontology, "prediction")
    said = {"parent_prediction": 7, "prediction": {"id": 8, "model_version": "h-2"}}
    assert shown_version(said, results, {"h-1": old, "h-2": new}, 0) == "h-1"
    draft: dict[str, Any] = {}
    assert shown_version(draft, results, {"h-1": old, "h-2": new}, 0) == "h-1"
    assert shown_version(draft, results, {}, 0) is None


def test_a_tie_goes_to_the_version_that_the_server_names(ontology: Ontology) -> None:
    shown = predicted(article(1), ontology)
    results = taken(shown, ontology, "prediction")
    said = {"prediction": {"id": 8, "model_version": "h-1"}}
    assert shown_version(said, results, {"h-1": shown, "h-2": shown}, 0) == "h-1"


def test_offsets_on_the_wire_are_those_of_the_part(ontology: Ontology) -> None:
    made = article(1)
    old = predicted(made, ontology)
    shifted = replace(
        old, spans=tuple(replace(s, start=s.start + 9, end=s.end + 9) for s in old.spans)
    )
    results = taken(old, ontology, "prediction")
    assert shown_version({}, results, {"a": old, "b": shifted}, 9) == "b"
    assert shown_version({}, results, {"a": old, "b": shifted}, 0) == "a"
