"""The labeling interface, built from the ontology."""

from __future__ import annotations

from xml.etree.ElementTree import fromstring

from annotate.labeling.interface import labeling_interface
from annotate.ontology import Ontology


def test_every_label_role_and_attribute_is_there_once(ontology: Ontology) -> None:
    view = fromstring(labeling_interface(ontology))  # noqa: S314 - our own output
    labels = {c.get("name"): [x.get("value") for x in c] for c in view.iter("Labels")}
    assert labels == {"entity": list(ontology.entity_codes), "event": list(ontology.event_codes)}
    assert [r.get("value") for r in view.iter("Relation")] == list(ontology.role_codes)
    choices = {c.get("name"): [x.get("value") for x in c] for c in view.iter("Choices")}
    assert choices == {a.code: list(ontology.values(a.code)) for a in ontology.attributes}


def test_captions_are_arabic_and_code_and_colours_are_the_ontologys(ontology: Ontology) -> None:
    view = fromstring(labeling_interface(ontology))  # noqa: S314 - our own output
    for label in [*ontology.entities, *ontology.events]:
        found = view.find(f".//Label[@value='{label.code}']")
        assert found is not None
        assert found.get("html") == f"{label.ar} {label.code}"
        assert found.get("background") == label.color
        assert found.get("hotkey") == label.hotkey


def test_a_hostile_name_stays_text(ontology: Ontology) -> None:
    nasty = '"/><script>alert(1)</script><Label value="x'
    first = ontology.entities[0].model_copy(update={"ar": nasty})
    hostile = ontology.model_copy(update={"entities": (first, *ontology.entities[1:])})
    xml = labeling_interface(hostile)
    assert "<script" not in xml
    view = fromstring(xml)  # noqa: S314 - our own output
    assert [x.get("value") for x in view.iter("Label")] == [
        *ontology.entity_codes,
        *ontology.event_codes,
    ]
    label = view.find(".//Label[@value='PER']")
    assert label is not None
    # Label Studio reads `html` as HTML: it must hold no tag either.
    assert "<" not in (label.get("html") or "")


def test_an_ontology_of_entities_alone_has_no_event_controls(ontology: Ontology) -> None:
    small = ontology.model_copy(update={"events": (), "attributes": (), "roles": ()})
    view = fromstring(labeling_interface(small))  # noqa: S314 - our own output
    assert [c.get("name") for c in view.iter("Labels")] == ["entity"]
    assert view.find(".//Choices") is None
    assert view.find(".//Relations") is None
