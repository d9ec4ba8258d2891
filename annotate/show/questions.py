"""What an adjudicator is asked, as a piece of HTML that stands in the labeling interface.

An element tree, serialised once: whatever stands in an article or a note stays text. Which answer
is whose is not said, unless names are asked for, and neither is which question is an audit.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from xml.etree.ElementTree import Element, SubElement, tostring

from annotate.agreement.questions import Option, Question
from annotate.ontology import Ontology
from annotate.spans import SpanKey

_HOW = (
    "لكل موضع قراءة واحدة: احذف ما سواها (Backspace) أو صحّحها. إن صحّت قراءتان متداخلتان معا "
    "فعلّم إحداهما «تبقى»."
)
_NONE = "لا خلاف بين القراءات في هذا النص."
_NOTHING = "لا شيء"
_NO_ROLE = "لا دور"
_AROUND = 3  # words of context on either side


def panel(
    questions: Sequence[Question],
    text: str,
    start: int,
    end: int,
    ontology: Ontology,
    name_of: Callable[[str], str] | None = None,
) -> str:
    """One line of HTML with the questions about a part of a text.

    Args:
        text: the whole article.
        start, end: the part.
        name_of: how an annotator is called; None hides who said what.
    """
    root = Element("div", {"dir": "rtl", "lang": "ar"})
    mine = [q for q in questions if start <= q.start and q.end <= end]
    SubElement(root, "div", {"class": "ar-context"}).text = _HOW if mine else _NONE
    rows = SubElement(root, "ol") if mine else root
    for question in mine:
        _row(SubElement(rows, "li"), question, text[start:end], start, ontology, name_of)
    # The editor reads a blank line as the end of HTML, and `$name` as a field of the task.
    return " ".join(tostring(root, encoding="unicode").split()).replace("$", "&#36;")


def _row(
    row: Element,
    question: Question,
    text: str,
    shift: int,
    ontology: Ontology,
    name_of: Callable[[str], str] | None,
) -> None:
    first = question.spans[:1] if question.kind == "role" else question.spans
    start = min(key[1] for key in first) - shift
    end = max(key[2] for key in first) - shift
    before, after = text[:start].split()[-_AROUND:], text[end:].split()[:_AROUND]
    SubElement(row, "span", {"class": "ar-context"}).text = " ".join(["…", *before, ""])
    SubElement(row, "b").text = text[start:end]
    SubElement(row, "span", {"class": "ar-context"}).text = " ".join(["", *after, "… "])
    if question.kind == "role":
        SubElement(row, "b").text = f" ← {question.texts[1]} "
    elif question.kind == "value":
        attribute = next((a for a in ontology.attributes if a.code == question.name), None)
        SubElement(row, "b").text = f" {attribute.ar if attribute else question.name} "
    for option in _shuffled(question):
        item = SubElement(row, "span", {"class": "ar-option"})
        _option(item, option, question, ontology)
        more = [f"({note})" for note in option.notes]
        if name_of is not None and option.by:
            more.append(f"[{'، '.join(name_of(name) for name in option.by)}]")
        if more:
            SubElement(item, "small").text = " " + " ".join(more)


def _shuffled(question: Question) -> list[Option]:
    """In an order that tells nothing of who said it, or how many did; always the same."""

    def drawn(option: Option) -> str:
        said = f"{question.spans}\n{question.name}\n{option.keys}\n{option.values}"
        return hashlib.sha256(said.encode()).hexdigest()

    return sorted(question.options, key=drawn)


def _option(item: Element, option: Option, question: Question, ontology: Ontology) -> None:
    if question.kind == "value":
        (value,) = option.values
        codes = {v.code: v.ar for a in ontology.attributes for v in a.values}
        _named(item, codes.get(value, value), value)
    elif question.kind == "role":
        roles = {role.code: role.ar for role in ontology.roles}
        for value in option.values:
            _named(item, roles.get(value, value), value)
        item.text = None if option.values else _NO_ROLE
    else:
        places = {key[1:3] for key in question.spans}
        for key in option.keys:
            if len(places) > 1:
                SubElement(item, "b").text = f"{question.texts[question.spans.index(key)]} "
            _label(item, key, ontology)
        item.text = None if option.keys else _NOTHING


def _label(item: Element, key: SpanKey, ontology: Ontology) -> None:
    labels = ontology.entities if key[0] == "entity" else ontology.events
    label = next((label for label in labels if label.code == key[3]), None)
    if label is None:  # of another ontology: whoever sends it says so
        _named(item, key[3], key[3])
    else:
        _named(item, label.ar, label.code, label.color)


def _named(item: Element, name: str, code: str, colour: str | None = None) -> None:
    span = SubElement(item, "span")
    span.text = name
    if colour:
        span.set("style", f"border-bottom:3px solid {colour}")
    SubElement(item, "span", {"class": "ar-code"}).text = f" {code} "
