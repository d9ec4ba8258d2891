"""The guidelines outside of the editor: as a page, and as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from annotate.labeling.guidelines import Language, guidelines_html
from annotate.ontology import AttributeValue, Label, Ontology, Role

_STYLE = """
body { max-width: 60em; margin: 2em auto; padding: 0 1em; line-height: 1.6;
  font-family: "Noto Naskh Arabic", "Amiri", "Geeza Pro", serif; }
table { border-collapse: collapse; }
td { border-bottom: 1px solid #ddd; padding: .3em .6em; vertical-align: top; }
.ar-code { font-family: monospace; font-size: 85%; }
@media (prefers-color-scheme: dark) { body { background: #16181c; color: #e6e6e6; } }
"""


def guidelines_page(ontology: Ontology) -> str:
    """The guidelines as one HTML page, in Arabic and then in English."""
    title = escape(f"{ontology.name} {ontology.version}")
    return (
        '<!doctype html>\n<html lang="ar">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f"<h1>{title}</h1>\n{guidelines_html(ontology)}\n</body>\n</html>\n"
    )


def guidelines_text(ontology: Ontology, language: Language) -> str:
    """The guidelines as lines of text."""
    return "\n".join(_lines(ontology, language)).strip() + "\n"


def _lines(ontology: Ontology, language: Language) -> Iterator[str]:
    arabic = language == "ar"
    yield f"{ontology.name} {ontology.version}"
    if ontology.rules:
        yield "\nقواعد" if arabic else "\nRules of thumb"
        yield from (f"- {rule.ar if arabic else rule.en}" for rule in ontology.rules)
    yield "\nالكيانات" if arabic else "\nEntities"
    for entity in ontology.entities:
        yield from _label(entity, arabic)
    if ontology.events:
        yield "\nالأحداث" if arabic else "\nEvents"
    for event in ontology.events:
        yield from _label(event, arabic)
        if event.roles:
            yield f"    {'أدواره' if arabic else 'roles'}: {' '.join(event.roles)}"
    for attribute in ontology.attributes:
        yield f"\n{attribute.ar if arabic else attribute.en} ({attribute.code})"
        yield f"    {attribute.definition_ar if arabic else attribute.definition_en}"
        for value in attribute.values:
            yield f"    - {_named(value, arabic)}"
    if ontology.roles:
        yield "\nالأدوار" if arabic else "\nRoles"
    for role in ontology.roles:
        yield _named(role, arabic)
        yield f"    {role.definition_ar if arabic else role.definition_en}"
        yield f"    {'يشغله' if arabic else 'played by'}: {' '.join(role.fillers)}"


def _label(label: Label, arabic: bool) -> Iterator[str]:
    yield _named(label, arabic)
    yield f"    {label.definition_ar if arabic else label.definition_en}"
    yield f"    {' · '.join(label.examples)}"


def _named(label: Label | Role | AttributeValue, arabic: bool) -> str:
    return f"{label.ar if arabic else label.en} ({label.code})"
