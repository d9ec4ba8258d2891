"""The page: the whole text, everything escaped, nothing from elsewhere."""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser

import pytest
from hypothesis import given

from annotate.show.compare import compare
from annotate.show.html import page
from annotate.show.page import direction
from annotate.show.view import Drawing, draw, visible
from annotate.spans import Annotation, ordered, with_defaults
from tests.show.builders import any_annotations
from tests.support import CAPTURE, CITY, FORCE, ONTOLOGY, PROPERTY, TEXT, sample_annotation

TAGS = {
    *("html", "head", "meta", "title", "style", "body", "header", "div", "b", "label", "input"),
    *("nav", "ol", "article", "h1", "p", "svg", "section", "span", "bdi", "table", "thead"),
    *("tbody", "tr", "th", "td", "ul", "li", "a", "script"),
}


@dataclass
class Parsed(HTMLParser):
    """What a page holds: its elements, the text of the article, and what captions say."""

    tags: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    drawn: str = ""
    content: dict[str, str] = field(default_factory=dict)
    _open: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "input"):
            self._open.append((tag, dict(attrs).get("class") or ""))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        tag, css = self._open[-1] if self._open else ("", "")
        if css == "t":
            self.drawn += data
        self.content[tag] = self.content.get(tag, "") + data

    def all(self, css: str) -> list[dict[str, str | None]]:
        """Attributes of the elements of one class."""
        return [found for _, found in self.tags if css in (found.get("class") or "").split()]


def parsed(*drawings: Drawing, title: str = "عنوان") -> Parsed:
    found = Parsed()
    found.feed(page(drawings, ONTOLOGY, title=title))
    found.close()
    return found


@PROPERTY
@given(any_annotations())
def test_the_drawn_text_is_the_text_and_all_is_escaped(drawn: tuple[Annotation, str]) -> None:
    annotation, text = drawn
    found = parsed(draw(annotation, text), title=text)
    assert found.drawn == visible(text)
    assert {tag for tag, _ in found.tags} <= TAGS
    assert sum(tag in ("script", "style") for tag, _ in found.tags) == 2
    for tag, attributes in found.tags:
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
        assert attributes.keys().isdisjoint({"src", "href"}) or tag == "a"
    assert len(found.all("role")) == len(annotation.relations)
    titles = "\n".join(str(box["title"]) for box in found.all("m"))
    for span in annotation.spans:
        assert visible(span.label) in titles
        assert visible(span.origin or "") in titles


@pytest.mark.slow
@PROPERTY
@given(any_annotations(), any_annotations())
def test_a_comparison_draws_the_text_once(
    first: tuple[Annotation, str], second: tuple[Annotation, str]
) -> None:
    a, text = first
    # The other reading: spans of another text that happen to hold over this one.
    spans = [s for s in second[0].spans if s.end <= len(text)]
    b = replace(
        second[0],
        text_sha256=a.text_sha256,
        spans=ordered(replace(span, text=text[span.start : span.end]) for span in spans),
        relations=tuple(
            r for r in second[0].relations if {r.head, r.tail} <= {span.id for span in spans}
        ),
    )
    found = parsed(compare(a, b, text))
    assert found.drawn == visible(text)
    assert {tag for tag, _ in found.tags} <= TAGS


def test_a_policy_that_allows_this_style_and_this_script_alone() -> None:
    found = parsed(draw(sample_annotation(), TEXT))
    (policy,) = (a["content"] for _, a in found.tags if a.get("http-equiv"))
    assert policy is not None
    for directive, tag in (("style-src", "style"), ("script-src", "script")):
        digest = hashlib.sha256(found.content[tag].encode("utf-8")).digest()
        assert f"{directive} 'sha256-{b64encode(digest).decode()}'" in policy.split("; ")
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy


def test_nothing_is_fetched() -> None:
    text = page([draw(sample_annotation(), TEXT)], ONTOLOGY, title="x")
    assert re.findall(r"https?:|url\(|@import|fetch\(|XMLHttp", text) == [
        "http:"  # the name of SVG's namespace, which is no address
    ]
    assert "http://www.w3.org/2000/svg" in text


def test_marks_have_their_labels_colour_names_and_what_is_known_of_them() -> None:
    city = replace(CITY, score=0.85, origin="gazetteer:دمشق")
    denied = replace(CAPTURE, attributes=with_defaults({"polarity": "NEGATIVE"}, ONTOLOGY))
    annotation = replace(sample_annotation(), spans=ordered([FORCE, city, denied]))
    found = parsed(draw(annotation, TEXT))
    titles = [str(box["title"]) for box in found.all("m")]
    (title,) = (title for title in titles if title.startswith("GPE "))
    assert title.endswith(" · score 0.85 · origin gazetteer:دمشق")
    place = ONTOLOGY.entity_codes.index("GPE")
    color = ONTOLOGY.entities[place].color
    assert f".e{place}{{--c:{color};" in found.content["style"]
    assert found.all(f"e{place}")
    assert "كيان جيوسياسي" in found.content["span"]
    assert "منفي" in found.content["span"]  # an attribute that is not the default is shown
    assert "مثبت" not in found.content["span"]


def test_the_legend_counts_and_switches_what_is_there() -> None:
    found = parsed(draw(sample_annotation(), TEXT))
    boxes = {str(a["id"]): a for tag, a in found.tags if tag == "input"}
    arm, gpe = (ONTOLOGY.entity_codes.index(code) for code in ("ARM", "GPE"))
    takeover = ONTOLOGY.event_codes.index("TAKEOVER")
    agent, target = (ONTOLOGY.role_codes.index(code) for code in ("AGENT", "TARGET"))
    labels = {f"t-e{arm}", f"t-e{gpe}", f"t-v{takeover}", f"t-r{agent}", f"t-r{target}"}
    assert set(boxes) == labels | {"t-arrows", "t-tables"}
    style = found.content["style"]
    for name in labels:
        assert f"body:has(#{name}:not(:checked)) .m.{name[2:]}" in style
    for role in found.all("role"):
        assert set(str(role["data-switches"]).split()) <= labels


def test_roles_lead_from_and_to_marks() -> None:
    drawing = draw(sample_annotation(), TEXT)
    found = parsed(drawing, drawing)
    ids = {str(box["data-m"]) for box in found.all("m")}
    assert len(ids) == 6  # three marks in each of two articles
    ends = [(str(role["data-head"]), str(role["data-tail"])) for role in found.all("role")]
    assert len(set(ends)) == 4
    assert {end for pair in ends for end in pair} == ids


def test_a_comparison_says_how_far_it_agrees() -> None:
    other = replace(sample_annotation(), spans=ordered([FORCE, CAPTURE]), relations=())
    drawing = compare(sample_annotation(), other, TEXT)
    found = parsed(drawing)
    assert "0.667" in found.content["td"]  # one of two entities, and one of one
    assert len(found.all("s-only_a")) > len(found.all("s-only_b")) > 0
    only = [box for box in found.all("m") if "s-only_a" in str(box["class"])]
    assert [str(box["title"]).splitlines()[0] for box in only] == ["في A وحدها / only in A"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("قال", "rtl"), ("12 (قال) x", "rtl"), ("— Syria دمشق", "ltr"), ("12", "rtl"), ("", "rtl")],
)
def test_the_direction_of_a_paragraph(text: str, expected: str) -> None:
    assert direction(text) == expected
