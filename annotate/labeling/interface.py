"""The labeling interface (Label Studio's XML), generated from the ontology.

Built as an element tree and never by pasting strings: a label can hold any character.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from xml.etree.ElementTree import Element, ParseError, SubElement, indent, tostring

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from annotate.labeling.wire import TEXT
from annotate.ontology import Label, Ontology

# The labels stay in view above the text while it scrolls; small, so that the text has the room.
_STYLE = """
.ar-doc { padding-top: 26px; }
.ar-doc [class*="htx-richtext"] { direction: rtl; text-align: right;
  font-size: 19px; line-height: 2.4; font-family: "Noto Naskh Arabic", "Amiri",
  "Noto Sans Arabic", "Geeza Pro", "Traditional Arabic", serif !important; }
.ar-doc [class*="richtext__line"] { unicode-bidi: plaintext; }
.ar-doc .htx-highlight::after { unicode-bidi: isolate; direction: ltr; font-size: 10px; }
.ar-panel, .ar-attr { direction: rtl; text-align: right; }
.ar-panel { position: sticky; top: 0; z-index: 10; padding-bottom: 4px;
  background: var(--color-neutral-background, #fff);
  border-bottom: 1px solid var(--color-neutral-border, #ddd); }
.ar-panel [class*="lsf-labels"] { margin: 2px 0; padding: 0; gap: 3px; }
.ar-panel .lsf-label { margin: 0; padding: 0 6px; font-size: 12px; line-height: 20px;
  height: 22px; }
.ar-panel .ant-collapse-header { padding: 2px 12px !important; font-size: 12px; }
.ar-attr [class*="lsf-choices"], .ar-attr h6, .ar-attr [class*="lsf-header"] { margin: 2px 0; }
.ar-about { unicode-bidi: plaintext; text-align: right; font-size: 12px; opacity: 0.75; }
.ar-about * { font-size: 12px !important; margin: 0 !important; }
"""
_HELP = (
    "صحّح الكيانات والأحداث، ثم اربط كل حدث بأدواره: اختر الحدث، ثم Alt+R، ثم انقر الكيان. "
    "Correct entities and events, then link each event to its roles: "
    "select it, Alt+R, click the entity."
)


def labeling_interface(ontology: Ontology) -> str:
    """The labeling config of an ontology, as XML text."""
    view = Element("View")
    SubElement(view, "Style").text = _STYLE
    SubElement(SubElement(view, "View", className="ar-about"), "Header", value="$about", size="6")
    panel = SubElement(view, "View", className="ar-panel")
    guide = SubElement(SubElement(panel, "Collapse"), "Panel", value="تعليمات / Instructions")
    SubElement(guide, "Header", size="6", value=_HELP)
    _labels(panel, "entity", ontology.entities)
    if ontology.events:
        _labels(panel, "event", ontology.events)
    if ontology.roles:
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
    if ontology.events and ontology.attributes:
        _attributes(view, ontology)
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


def _labels(parent: Element, name: str, labels: Iterable[Label]) -> None:
    control = SubElement(parent, "Labels", name=name, toName=TEXT, showInline="true")
    for label in labels:
        item = SubElement(
            control,
            "Label",
            value=label.code,
            html=escape(f"{label.ar} {label.code}"),
            background=label.color,
        )
        if label.hotkey:
            item.set("hotkey", label.hotkey)


def _attributes(parent: Element, ontology: Ontology) -> None:
    """Choices that show only while an event is selected; nothing chosen means the default."""
    view = SubElement(parent, "View", className="ar-attr")
    view.attrib.update(visibleWhen="region-selected", whenTagName="event")
    for attribute in ontology.attributes:
        SubElement(view, "Header", value=f"{attribute.ar} / {attribute.en}", size="6")
        choices = SubElement(view, "Choices", name=attribute.code, toName=TEXT)
        choices.attrib.update(
            perRegion="true", whenTagName="event", choice="single-radio", showInline="true"
        )
        for value in attribute.values:
            default = " *" if value.code == attribute.default else ""
            SubElement(
                choices,
                "Choice",
                value=value.code,
                html=escape(f"{value.ar} {value.code}{default}"),
            )
