"""Charts: drawn in both colours, of shapes and text alone; what is missing is said once."""

from __future__ import annotations

import sys
from copy import deepcopy
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from annotate.errors import WorkspaceError
from annotate.show import charts, label_charts
from annotate.show.agreement_page import agreement_page
from annotate.show.svg import cleaned, drawn, plain
from annotate.show.themes import DARK, LIGHT
from tests.show.team import figures
from tests.support import ONTOLOGY

BAD = """<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"
 width="1" onload="x()"><script>x()</script><style>*{}</style><foreignObject><b/></foreignObject>
<a href="//example.org"><text>in a</text></a><image xlink:href="//example.org"/>
<defs><clipPath id="clip0"><rect width="9"/></clipPath></defs>
<g clip-path="url(#clip0)"><path style="x" onclick="x()" d="M0 0" fill="url(//example.org)"
 role="graphics-symbol" aria-label="&lt;i&gt;"/></g><g/></svg>"""


def test_nothing_but_shapes_and_text_is_kept() -> None:
    found = ET.fromstring(cleaned(BAD, key="one", label="what <it> shows"))  # noqa: S314 - our own output
    tags = [element.tag for element in found.iter()]
    assert tags == ["svg", "defs", "clipPath", "rect", "g", "path", "title"]
    assert found.attrib == {"width": "1", "role": "img", "aria-label": "what <it> shows"}
    path = next(found.iter("path"))
    assert path.attrib == {"d": "M0 0"}
    assert path[0].text == "<i>"
    assert next(found.iter("clipPath")).get("id") == "one-clip0"
    assert next(found.iter("g")).get("clip-path") == "url(#one-clip0)"


def test_names_that_xml_cannot_hold_are_drawn_all_the_same() -> None:
    name = "a\x00\ud800b\ufffe\n c"
    assert plain(name) == "a\u2400\ufffdb\ufffd c"
    made: dict[str, Any] = deepcopy(figures())
    made["pairs"][0]["annotators"] = [name, made["pairs"][0]["annotators"][1]]
    made["annotators"][0] = name
    chart = label_charts.pairs(made, LIGHT)
    assert plain(name) in drawn(chart, LIGHT, key="k", label="l")


def test_both_colours_show_the_same_in_other_colours() -> None:
    texts, fills = [], []
    for theme in (LIGHT, DARK):
        chart = label_charts.labels(figures(), theme, "entity")
        root = ET.fromstring(drawn(chart, theme, key="k", label="l"))  # noqa: S314 - our own output
        texts.append([element.text for element in root.iter("text")])
        fills.append({element.get("fill") for element in root.iter("text")})
    assert texts[0] == texts[1]
    assert {name.split()[0] for name in texts[0] if name} >= {"LOC", "GPE", "PER"}
    assert fills == [{LIGHT.ink}, {DARK.ink}]


def test_a_label_of_few_spans_is_grey() -> None:
    rows = label_charts.label_rows(figures(), "event")
    assert any(row["few"] for row in rows)
    chart = label_charts.labels(figures(), LIGHT, "event")
    root = ET.fromstring(drawn(chart, LIGHT, key="k", label="l"))  # noqa: S314 - our own output
    grey = [element for element in root.iter() if element.get("fill") == LIGHT.faint]
    assert len(grey) == sum(row["few"] for row in rows)


def test_what_there_is_too_little_for_is_not_drawn() -> None:
    made: dict[str, Any] = deepcopy(figures())
    made["pairs"] = made["pairs"][:1]
    made["labels"] = []
    made["annotators_progress"] = []
    made["confusion"] = {"entities": {"labels": [], "counts": []}}
    made["trend"] = {"weeks": [], "batches": [], "drift": [], "learning": []}
    made["bias"]["blank"]["f1"] = made["bias"]["changed"]["f1"] = None
    assert label_charts.pairs(made, LIGHT) is None
    assert label_charts.labels(made, LIGHT, "entity") is None
    assert label_charts.confusion(made, LIGHT, "entities") is None
    for chart in (charts.trend, charts.drift, charts.learning, charts.bias, charts.people):
        assert chart(made, LIGHT) is None


def test_without_altair_one_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    with pytest.raises(WorkspaceError, match=r"pip install 'annotate\[report\]'"):
        agreement_page(figures(), ONTOLOGY, title="x", made="now")


def test_short_names_are_unique() -> None:
    names = ("anna@example.org", "anna@example.com", "سلمى", "pass (simulated)", "@x")
    assert list(charts.short_names(names).values()) == [
        "anna@example.org",
        "anna@example.com",
        "سلمى",
        "pass",
        "@x",
    ]


def test_progress_is_summed_over_projects() -> None:
    row = {"annotator": "a", "submitted": 2, "words": 100, "seconds": 60.0, "left": None}
    (found,) = charts.progress(
        {"annotators_progress": [row, {**row, "last_activity": "2026-01-02T"}]}
    )
    assert (found["submitted"], found["speed"], found["left"]) == (4, 100.0, 0)
    assert found["last"] == "2026-01-02"
    (untimed,) = charts.progress({"annotators_progress": [{**row, "seconds": 0}]})
    assert untimed["speed"] is None
