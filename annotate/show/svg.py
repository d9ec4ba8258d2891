"""Charts as SVG inside of a page: drawn by vl-convert, and then only what a drawing needs is kept.

What a chart shows may hold names that somebody chose. Vega escapes them; on top of that nothing but
shapes and text passes here: no script, no style, no address, no handler. Every mark brings its
description up under the pointer.
"""

from __future__ import annotations

import re
from importlib import import_module
from typing import Any
from xml.etree import ElementTree as ET

from annotate.errors import WorkspaceError
from annotate.show.themes import FONT, Theme
from annotate.show.view import visible

_TAGS = {"svg", "g", "path", "line", "rect", "circle", "text", "tspan", "title"}
_DEFINITIONS = {"defs", "clipPath", "linearGradient", "stop"}
_ATTRIBUTES = {
    *("d", "x", "y", "x1", "y1", "x2", "y2", "dx", "dy", "r", "cx", "cy", "width", "height"),
    *("viewBox", "transform", "opacity", "offset", "display", "pointer-events", "id", "clip-path"),
    *("fill", "fill-opacity", "stroke", "stroke-width", "stroke-opacity", "stroke-dasharray"),
    *("stroke-linecap", "stroke-linejoin", "stroke-miterlimit", "stop-color", "text-anchor"),
    *("font-family", "font-size", "font-style", "font-weight", "direction"),
}
_REFERENCE = re.compile(r"url\(#([\w-]+)\)")
# What XML cannot hold, though a text may: halves of pairs, and what is no character.
_IMPOSSIBLE = re.compile(r"[\ud800-\udfff\ufffe\uffff]")
FIX = "install it: pip install 'annotate[report]' (the table and --json need neither)"


def need_charts() -> None:
    """Checks that charts can be drawn.

    Raises:
        WorkspaceError: Vega-Altair or vl-convert is missing.
    """
    for name in ("altair", "vl_convert"):
        try:
            import_module(name)
        except ImportError:
            what = "the report needs Vega-Altair and vl-convert"
            raise WorkspaceError(what, fix=FIX) from None


def plain(text: str) -> str:
    """A name as a chart may hold it: one line, without what XML cannot say."""
    return _IMPOSSIBLE.sub("\N{REPLACEMENT CHARACTER}", visible(" ".join(text.split())))


def drawn(chart: Any, theme: Theme, *, key: str, label: str) -> str:
    """An Altair chart as an <svg> element.

    Args:
        key: letters, digits and "-", unique in the page; ids of the drawing begin with it.
        label: what the chart shows, for those who cannot see it.
    """
    import vl_convert

    spec = chart.configure(**_config(theme)).to_dict()
    return cleaned(vl_convert.vegalite_to_svg(spec), key=key, label=label)


def cleaned(svg: str, *, key: str, label: str) -> str:
    """A drawing of which only shapes and text are kept."""
    from defusedxml.ElementTree import fromstring

    root = _kept(fromstring(svg), key)
    assert root is not None  # noqa: S101 - the root is the <svg> itself
    root.set("role", "img")
    root.set("aria-label", plain(label))
    return ET.tostring(root, encoding="unicode")


def _kept(element: Any, key: str) -> ET.Element | None:
    name = str(element.tag).rpartition("}")[2]
    if name not in _TAGS | _DEFINITIONS:
        return None
    found = ET.Element(name)
    for attribute, value in element.attrib.items():
        if attribute in _ATTRIBUTES:
            own = f"{key}-{value}" if attribute == "id" else value
            own = _REFERENCE.sub(rf"url(#{key}-\1)", own)
            if "url(" not in _REFERENCE.sub("", value):
                found.set(attribute, own)
    found.text = element.text if name in ("text", "tspan", "title") else None
    description = element.get("aria-label")
    if description and name != "g" and element.get("role") == "graphics-symbol":
        ET.SubElement(found, "title").text = description
    for child in element:
        kept = _kept(child, key)
        if kept is not None and not (name in ("g", "svg") and kept.tag == "g" and not len(kept)):
            found.append(kept)
    return found


def _config(theme: Theme) -> dict[str, Any]:
    text = {"font": FONT, "color": theme.ink, "fontSize": 12}
    axis = {
        "labelFont": FONT,
        "titleFont": FONT,
        "labelFontSize": 11.5,
        "titleFontSize": 11.5,
        "titleFontWeight": "normal",
        "labelColor": theme.ink,
        "titleColor": theme.muted,
        "gridColor": theme.line,
        "domainColor": theme.line,
        "tickColor": theme.line,
        "labelLimit": 150,
    }
    return {
        "background": "transparent",
        "font": FONT,
        "view": {"stroke": None},
        "axis": axis,
        "header": {"labelColor": theme.muted, "labelFont": FONT, "title": None},
        "legend": {
            "labelColor": theme.ink,
            "titleColor": theme.muted,
            "labelFont": FONT,
            "titleFont": FONT,
            "labelFontSize": 11.5,
            "orient": "top",
            "symbolStrokeWidth": 3,
            "columns": 4,
        },
        "text": text,
        "padding": 2,
    }
