"""The guidelines as the labeling interface shows them: built from the ontology, Arabic first.

An element tree, serialised once: whatever stands in an ontology stays text.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal
from xml.etree.ElementTree import Element, SubElement, tostring

from annotate.ontology import Label, Ontology

Language = Literal["ar", "en"]
_HEADINGS: dict[str, tuple[str, str]] = {
    "rules": ("قواعد", "Rules of thumb"),
    "entities": ("الكيانات", "Entities"),
    "events": ("الأحداث", "Events"),
    "attributes": ("صفات الحدث", "Attributes of an event"),
    "roles": ("الأدوار", "Roles"),
}
_FILLERS = ("يشغله", "played by")
_ROLES = ("أدواره", "roles")
_DEFAULT = ("إن لم يُعلَّم شيء", "where nothing is marked")


def guidelines_html(ontology: Ontology, layers: str = "all") -> str:
    """One line of HTML: definitions, examples, roles and rules, in Arabic and then in English.

    Args:
        layers: "entities" leaves out what is about events.
    """
    root = Element("div")
    for language in ("ar", "en"):
        direction = "rtl" if language == "ar" else "ltr"
        part = SubElement(root, "div", dir=direction, lang=language)
        _guide(part, ontology, "ar" if language == "ar" else "en", layers != "entities")
    # The editor reads a blank line as the end of HTML, and `$name` as a field of the task.
    lines = tostring(root, encoding="unicode").split()
    return " ".join(lines).replace("$", "&#36;")


def _guide(parent: Element, ontology: Ontology, language: Language, events: bool) -> None:
    if ontology.rules:
        _heading(parent, "rules", language)
        rules = SubElement(parent, "ul")
        for rule in ontology.rules:
            SubElement(rules, "li").text = rule.ar if language == "ar" else rule.en
    _labels(parent, "entities", ontology.entities, language)
    if not events or not ontology.events:
        return
    _labels(parent, "events", ontology.events, language)
    if ontology.attributes:
        _heading(parent, "attributes", language)
        table = SubElement(SubElement(parent, "table"), "tbody")
        for attribute in ontology.attributes:
            names = [
                f"{v.ar if language == 'ar' else v.en} {v.code}"
                + (f" ({_said(_DEFAULT, language)})" if v.code == attribute.default else "")
                for v in attribute.values
            ]
            about = attribute.definition_ar if language == "ar" else attribute.definition_en
            name = attribute.ar if language == "ar" else attribute.en
            _row(table, name, attribute.code, f"{about} {' · '.join(names)}", None)
    if ontology.roles:
        _heading(parent, "roles", language)
        table = SubElement(SubElement(parent, "table"), "tbody")
        for role in ontology.roles:
            about = role.definition_ar if language == "ar" else role.definition_en
            fillers = f"{_said(_FILLERS, language)}: {' '.join(role.fillers)}"
            name = role.ar if language == "ar" else role.en
            _row(table, name, role.code, f"{about} {fillers}", role.color)


def _labels(parent: Element, part: str, labels: Iterable[Label], language: Language) -> None:
    _heading(parent, part, language)
    table = SubElement(SubElement(parent, "table"), "tbody")
    for label in labels:
        about = label.definition_ar if language == "ar" else label.definition_en
        examples = " · ".join(label.examples)
        roles = getattr(label, "roles", ())
        said = f"{about} ({examples})"
        if roles:
            said += f" — {_said(_ROLES, language)}: {' '.join(roles)}"
        name = label.ar if language == "ar" else label.en
        _row(table, name, label.code, said, label.color)


def _heading(parent: Element, part: str, language: Language) -> None:
    SubElement(parent, "h3").text = _said(_HEADINGS[part], language)


def _said(both: tuple[str, str], language: Language) -> str:
    return both[0] if language == "ar" else both[1]


def _row(table: Element, name: str, code: str, about: str, colour: str | None) -> None:
    row = SubElement(table, "tr")
    first = SubElement(row, "td")
    label = SubElement(first, "b")
    label.text = name
    if colour:
        label.set("style", f"border-bottom:3px solid {colour}")
    SubElement(SubElement(row, "td"), "span", {"class": "ar-code"}).text = code
    SubElement(row, "td").text = about
