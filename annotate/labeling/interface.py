"""The labeling interface (Label Studio's XML), generated from the ontology.

Built as an element tree and never by pasting strings: a label can hold any character.
"""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree.ElementTree import Element, ParseError, SubElement, indent, tostring

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from annotate.labeling.guidelines import guidelines_html
from annotate.labeling.interface_style import style
from annotate.labeling.wire import (
    COMMENT,
    DISPUTE,
    KEEP,
    NOTE,
    OPEN,
    READINGS,
    SKIP_REASON,
    TEXT,
    UNSURE,
    UNSURE_VALUE,
    Layers,
)
from annotate.ontology import UNSURE_KEY, AttributeValue, Label, Ontology

# Why a task is skipped: code, Arabic, English. Codes may be added, and are never taken away.
SKIP_REASONS = (
    ("BAD_TEXT", "نص معطوب", "broken text"),
    ("NOT_NEWS", "ليس خبرا", "no news"),
    ("NOT_ARABIC", "ليس بالعربية", "not Arabic"),
    ("DUPLICATE", "مكرر", "duplicate"),
    ("TOO_HARD", "لا أستطيع الحكم", "cannot judge"),
    ("OTHER", "غير ذلك", "other"),
)


def labeling_interface(
    ontology: Ontology, layers: Layers = "all", *, adjudicating: bool = False
) -> str:
    """The labeling config of an ontology, as XML text.

    Args:
        layers: "entities" offers the entities alone; "all" and "events" offer everything, since
            roles need the entities, which stay correctable.
        adjudicating: shows what annotators saw differently, and asks whether a region stays.
    """
    events = layers != "entities" and bool(ontology.events)
    view = Element("View")
    SubElement(view, "Style").text = style(ontology)
    _panel(view, ontology, layers, events, adjudicating)
    if events and ontology.roles:
        relations = SubElement(view, "Relations")
        for role in ontology.roles:
            SubElement(relations, "Relation", value=role.code, background=role.color)
    document = SubElement(view, "View", className="ar-doc")
    SubElement(
        document,
        "Text",
        name=TEXT,
        value="$text",
        granularity="word",
        showLabels="true",
        saveTextResult="yes",
    )
    _region(view, ontology, events, adjudicating)
    indent(view)
    return tostring(view, encoding="unicode")


def interface_names(xml: str) -> dict[str, frozenset[str]]:
    """Control -> the names it offers, of any labeling config; empty if it cannot be read."""
    try:
        view = fromstring(xml)
    except (ParseError, DefusedXmlException, ValueError):
        return {}
    found: dict[str, frozenset[str]] = {}
    for tag, item in (("Labels", "Label"), ("Choices", "Choice"), ("Relations", "Relation")):
        for control in view.iter(tag):
            names = frozenset(str(part.get("value")) for part in control.iter(item))
            found[control.get("name") or tag.lower()] = names
    return found


def _panel(
    parent: Element, ontology: Ontology, layers: Layers, events: bool, adjudicating: bool
) -> None:
    """What stays above the text: labels, guidelines, and what is said about the whole task."""
    panel = SubElement(parent, "View", className="ar-panel")
    SubElement(SubElement(panel, "View", className="ar-about"), "Header", value="$about", size="5")
    collapse = SubElement(panel, "Collapse", accordion="false", bordered="false")
    entities = SubElement(collapse, "Panel", value="الكيانات Entities", open="true")
    _labels(entities, "entity", ontology.entities)
    if events:
        triggers = SubElement(collapse, "Panel", value="الأحداث Events", open="true")
        _labels(triggers, "event", ontology.events)
    if adjudicating:
        disputes = SubElement(collapse, "Panel", value="مواضع الخلاف Disputes", open="true")
        inside = SubElement(disputes, "View", className="ar-readings")
        SubElement(inside, "Markdown", value=f"${READINGS}")
    guide = SubElement(collapse, "Panel", value="الدليل Guidelines")
    inside = SubElement(guide, "View", className="ar-guide")
    SubElement(inside, "Markdown", value=guidelines_html(ontology, layers))
    task = SubElement(collapse, "Panel", value="تعليق أو تخطٍّ Comment, skip")
    inside = SubElement(task, "View", className="ar-task")
    SubElement(inside, "Header", value="سبب التخطي Why skip", size="5")
    choices = _choices(inside, SKIP_REASON, choice="single-radio")
    for number, (code, ar, en) in enumerate(SKIP_REASONS, start=1):
        _choice(choices, code, f"{ar} {en}", f"alt+shift+{number}")
    area = SubElement(inside, "TextArea", name=COMMENT, toName=TEXT, rows="1", editable="true")
    area.attrib.update(
        maxSubmissions="1", showSubmitButton="true", placeholder="تعليق على المهمة، ثم Enter"
    )


def _labels(parent: Element, name: str, labels: Iterable[Label]) -> None:
    control = SubElement(parent, "Labels", name=name, toName=TEXT, showInline="true")
    for label in labels:
        item = SubElement(control, "Label", value=label.code, background=label.color)
        item.set("html", _caption(label.ar, label.code, label.hotkey))
        if label.hotkey:
            item.set("hotkey", label.hotkey.lower())


def _region(parent: Element, ontology: Ontology, events: bool, adjudicating: bool) -> None:
    """What is said about the selected region; nothing chosen means the default."""
    view = SubElement(parent, "View", className="ar-attr", visibleWhen="region-selected")
    if adjudicating:
        choices = _choices(view, DISPUTE, perRegion="true", choice="single-radio")
        _choice(choices, OPEN, "مختلف فيها", "alt+shift+o")
        _choice(choices, KEEP, "تبقى", "alt+shift+k")
    unsure = _choices(view, UNSURE, perRegion="true", choice="multiple")
    item = SubElement(unsure, "Choice", value=UNSURE_VALUE, hotkey=UNSURE_KEY)
    item.set("html", _caption("غير متأكد", "unsure", UNSURE_KEY))
    if events and ontology.attributes:
        inside = SubElement(view, "View", className="ar-event")
        inside.attrib.update(visibleWhen="region-selected", whenTagName="event")
        for attribute in ontology.attributes:
            SubElement(inside, "Header", value=attribute.ar, size="5")
            choices = _choices(
                inside, attribute.code, perRegion="true", whenTagName="event", choice="single-radio"
            )
            for value in attribute.values:
                _value(choices, value, value.code == attribute.default)
    note = SubElement(view, "TextArea", name=NOTE, toName=TEXT, rows="1", editable="true")
    note.attrib.update(
        perRegion="true", maxSubmissions="1", showSubmitButton="false", placeholder="ملاحظة Note"
    )


def _choices(parent: Element, name: str, **attributes: str) -> Element:
    control = SubElement(parent, "Choices", name=name, toName=TEXT, showInline="true")
    control.attrib.update(attributes)
    return control


def _choice(parent: Element, code: str, caption: str, hotkey: str) -> None:
    """Every choice has a key of its own: to one without, the editor gives any free letter."""
    item = SubElement(parent, "Choice", value=code, hotkey=hotkey)
    span = Element("span")
    span.text = caption
    item.set("html", tostring(span, encoding="unicode"))


def _value(parent: Element, value: AttributeValue, default: bool) -> None:
    item = SubElement(parent, "Choice", value=value.code)
    css = "ar-default" if default else None
    item.set("html", _caption(value.ar, value.code, value.hotkey, css))
    if value.hotkey:
        item.set("hotkey", value.hotkey.lower())


def _caption(name: str, code: str, hotkey: str | None, css: str | None = None) -> str:
    """A caption as HTML: Arabic name, code, key."""
    caption = Element("span", {"class": css} if css else {})
    SubElement(caption, "span").text = name
    SubElement(caption, "span", {"class": "ar-code"}).text = code
    if hotkey:
        key = SubElement(caption, "span", {"class": "ar-key"})
        key.text = hotkey.upper().replace("SHIFT+", "⇧")
    return tostring(caption, encoding="unicode")
