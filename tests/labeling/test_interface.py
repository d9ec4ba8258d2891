"""The labeling interface, built from the ontology."""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, fromstring

import pytest

from annotate.annotation_files import read_annotations
from annotate.labeling.guidelines import guidelines_html
from annotate.labeling.interface import SKIP_REASONS, interface_names, labeling_interface
from annotate.labeling.interface_style import style
from annotate.labeling.wire import COMMENT, NOTE, SKIP_REASON, UNSURE, UNSURE_VALUE
from annotate.ontology import RESERVED_KEYS, Ontology, Rule
from tests.contrast import WHITE, contrast, over, rgb, text_on_selected
from tests.support import ONTOLOGY, SEEDS

INK = rgb("#262522")  # text of Label Studio's light theme
LABELS = [*ONTOLOGY.entities, *ONTOLOGY.events]
NASTY = '"/><script>alert(1)</script><Label value="x'


def view_of(ontology: Ontology, **options: Any) -> Element:
    return fromstring(labeling_interface(ontology, **options))  # noqa: S314 - our own output


def names(view: Element, control: str) -> dict[str | None, list[str | None]]:
    return {c.get("name"): [x.get("value") for x in c] for c in view.iter(control)}


def test_every_label_role_and_attribute_is_there_once(ontology: Ontology) -> None:
    view = view_of(ontology)
    assert names(view, "Labels") == {
        "entity": list(ontology.entity_codes),
        "event": list(ontology.event_codes),
    }
    assert [r.get("value") for r in view.iter("Relation")] == list(ontology.role_codes)
    assert names(view, "Choices") == {
        SKIP_REASON: [code for code, _, _ in SKIP_REASONS],
        UNSURE: [UNSURE_VALUE],
        **{a.code: list(ontology.values(a.code)) for a in ontology.attributes},
    }
    assert [a.get("name") for a in view.iter("TextArea")] == [COMMENT, NOTE]


def test_names_are_read_back_from_it(ontology: Ontology) -> None:
    found = interface_names(labeling_interface(ontology))
    assert found["entity"] == set(ontology.entity_codes)
    assert found["event"] == set(ontology.event_codes)
    assert found["relations"] == set(ontology.role_codes)
    assert found[UNSURE] == {UNSURE_VALUE}


def test_captions_are_arabic_code_and_key_and_colours_are_the_ontologys(
    ontology: Ontology,
) -> None:
    view = view_of(ontology)
    for label in [*ontology.entities, *ontology.events]:
        found = view.find(f".//Label[@value='{label.code}']")
        assert found is not None
        caption = fromstring(found.get("html") or "")  # noqa: S314 - our own output
        key = (label.hotkey or "").upper().replace("SHIFT+", "⇧")
        assert [part.text for part in caption] == [label.ar, label.code, key]
        assert found.get("background") == label.color
        assert found.get("hotkey") == label.hotkey


def test_a_region_belongs_to_the_details_that_show_only_with_it(ontology: Ontology) -> None:
    view = view_of(ontology)
    (details,) = (v for v in view.iter("View") if v.get("className") == "ar-attr")
    assert details.get("visibleWhen") == "region-selected"
    about = [c.get("name") for c in details.iter() if c.get("perRegion") == "true"]
    assert about == [UNSURE, *(a.code for a in ontology.attributes), NOTE]
    (of_events,) = (v for v in details.iter("View") if v.get("className") == "ar-event")
    assert of_events.get("whenTagName") == "event"
    assert [c.get("name") for c in of_events.iter("Choices")] == [
        a.code for a in ontology.attributes
    ]
    for attribute in ontology.attributes:
        (default,) = (
            c
            for c in of_events.iter("Choice")
            if c.get("value") in ontology.values(attribute.code)
            and "ar-default" in (c.get("html") or "")
        )
        assert default.get("value") == attribute.default


def test_a_hostile_name_stays_text(ontology: Ontology) -> None:
    first = ontology.entities[0].model_copy(update={"ar": NASTY, "definition_ar": NASTY})
    hostile = ontology.model_copy(update={"entities": (first, *ontology.entities[1:])})
    xml = labeling_interface(hostile)
    assert "<script" not in xml
    view = fromstring(xml)  # noqa: S314 - our own output
    assert [x.get("value") for x in view.iter("Label")] == [
        *ontology.entity_codes,
        *ontology.event_codes,
    ]
    label = view.find(".//Label[@value='PER']")
    guide = view.find(".//Markdown")
    assert label is not None
    assert guide is not None
    # Label Studio reads both as HTML: what the name holds must be text there too.
    for html in (label.get("html") or "", guide.get("value") or ""):
        read = fromstring(html)  # noqa: S314 - our own output
        assert NASTY in "".join(read.itertext())
        assert {"script", "Label"}.isdisjoint(element.tag for element in read.iter())


def test_an_ontology_of_entities_alone_has_no_event_controls(ontology: Ontology) -> None:
    small = ontology.model_copy(update={"events": (), "attributes": (), "roles": ()})
    view = view_of(small)
    assert list(names(view, "Labels")) == ["entity"]
    assert list(names(view, "Choices")) == [SKIP_REASON, UNSURE]
    assert view.find(".//Relations") is None


def test_the_first_pass_offers_entities_alone_and_the_second_everything(
    ontology: Ontology,
) -> None:
    first = view_of(ontology, layers="entities")
    assert list(names(first, "Labels")) == ["entity"]
    assert list(names(first, "Choices")) == [SKIP_REASON, UNSURE]
    assert first.find(".//Relations") is None
    assert [a.get("name") for a in first.iter("TextArea")] == [COMMENT, NOTE]
    guide = first.find(".//Markdown")
    assert guide is not None
    assert "ATTACK" not in (guide.get("value") or "").replace("ATTACK SIEGE", "")
    assert labeling_interface(ontology, "events") == labeling_interface(ontology, "all")


# Keys


@cache
def editors_keys() -> frozenset[str]:
    """The keys of the installed editor, out of the keymap in its script."""
    spec = find_spec("label_studio")
    assert spec is not None
    assert spec.origin is not None
    scripts = Path(spec.origin).parent.parent / "web" / "dist" / "apps" / "labelstudio"
    (keymap,) = (
        found.group(1)
        for script in scripts.glob("*.js")
        for found in re.finditer(
            r"""JSON\.parse\('(\{"[^']*?"annotation:submit".*?\})'\)""", script.read_text("utf-8")
        )
    )
    keys = json.loads(keymap.replace("\\\\", "\\"))
    assert keys["region:unselect"]["key"] == "u"
    named = [entry.get(system, "") for entry in keys.values() for system in ("key", "mac")]
    return frozenset(key.strip().lower() for name in named for key in name.split(","))


def all_keys(view: Element) -> list[str]:
    return [str(x.get("hotkey")) for x in view.iter() if x.tag in ("Label", "Choice")]


def test_no_key_is_the_editors_own_and_none_is_there_twice(ontology: Ontology) -> None:
    keys = all_keys(view_of(ontology))
    assert len(keys) == 12 + 20 + 4 + 1 + len(SKIP_REASONS)
    assert [key for key, count in Counter(keys).items() if count > 1] == []
    assert len(editors_keys()) > 40
    assert editors_keys().intersection(keys) == set()
    assert editors_keys().intersection(RESERVED_KEYS) == {"u"}


def test_keys_are_letters_and_digits_that_every_layout_and_browser_sends() -> None:
    """Firefox and Chromium number the keys of punctuation differently; the editor knows one."""
    for label in LABELS:
        assert re.fullmatch(r"(shift\+)?[a-z]|[0-9]", str(label.hotkey)), label.code


def test_the_ten_commonest_triggers_need_no_shift(ontology: Ontology) -> None:
    read = read_annotations(SEEDS / "annotations" / "adjudicated.jsonl", ontology)
    counts = Counter(event.label for annotation in read for event in annotation.events)
    plain = {e.code for e in ontology.events if len(e.hotkey or "") == 1}
    assert len(plain) == 10
    rest = set(ontology.event_codes) - plain
    assert min(counts[code] for code in plain) >= max(counts[code] for code in rest)


# Colours


@pytest.mark.parametrize("label", LABELS, ids=[label.code for label in LABELS])
def test_captions_and_marked_text_have_contrast(label: Any) -> None:
    """AA (4.5) on a label that is chosen and on a selected span, AAA (7) where one reads long."""
    colour = rgb(label.color)
    assert contrast(INK, over(colour, 0.15)) >= 7  # a label
    assert contrast(WHITE, colour) >= 4.5  # a chosen label
    assert contrast(INK, over(colour, 0.3)) >= 7  # marked text
    assert contrast(INK, over(over(colour, 0.3), 0.7, colour)) >= 4.5  # marked in both layers
    selected = over(colour, 0.8)
    assert contrast(text_on_selected(selected), selected) >= 4.5


@pytest.mark.parametrize("role", ONTOLOGY.roles, ids=ONTOLOGY.role_codes)
def test_roles_have_contrast(role: Any) -> None:
    assert contrast(WHITE, rgb(role.color)) >= 4.5


def test_the_style_can_stand_in_xml_and_names_only_what_the_ontology_has(
    ontology: Ontology,
) -> None:
    """The editor takes the XML's text as it is written, so nothing in it may be escaped."""
    css = style(ontology)
    assert set("<>&").isdisjoint(css)
    assert css.count("{") == css.count("}")
    for code in [*ontology.entity_codes, *ontology.event_codes]:
        assert css.count(f':{code}"]::after') == 1
    for role in ontology.roles:
        assert css.count(f'"select-option-{role.code}"] {{') == 1
    assert "FACES" not in css
    assert "LOCAL" not in css


def test_a_hostile_role_stays_inside_its_string(ontology: Ontology) -> None:
    first = ontology.roles[0].model_copy(update={"ar": '"; } body { display: none } </style>'})
    css = style(ontology.model_copy(update={"roles": (first, *ontology.roles[1:])}))
    assert css.count("{") == style(ontology).count("{")
    assert "display: none }" not in css
    assert "<" not in css


# Guidelines


def test_the_guidelines_say_everything_in_arabic_and_then_in_english(ontology: Ontology) -> None:
    root = fromstring(guidelines_html(ontology))  # noqa: S314 - our own output
    arabic, english = root
    assert [(part.get("lang"), part.get("dir")) for part in root] == [("ar", "rtl"), ("en", "ltr")]
    for language, part in (("ar", arabic), ("en", english)):
        text = "".join(part.itertext())
        for label in [*ontology.entities, *ontology.events]:
            assert getattr(label, f"definition_{language}") in text
            assert " · ".join(label.examples) in text
        for item in [*ontology.roles, *ontology.attributes]:
            assert getattr(item, f"definition_{language}") in text
        assert ontology.rules
        assert all(getattr(rule, language) in text for rule in ontology.rules)


def test_the_guidelines_are_one_line_without_fields(ontology: Ontology) -> None:
    """The editor ends HTML at a blank line, and puts the task's data where `$name` stands."""
    rule = Rule(ar="سطر\n\nآخر $text", en="a\n\n<b>line</b> $text")
    html = guidelines_html(ontology.model_copy(update={"rules": (rule,)}))
    assert "\n" not in html
    assert "$" not in html
    text = "".join(fromstring(html).itertext())  # noqa: S314 - our own output
    assert "سطر آخر $text" in text
    assert "a <b>line</b> $text" in text
