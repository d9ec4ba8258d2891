"""The page: one file that needs no network, in which everything that is shown is escaped.

The template, the styles and the script lie beside this module. A content security policy allows
these styles and this script, by their hashes, and nothing else.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from annotate.ontology import Ontology
from annotate.show.faces import (
    COLOR_A,
    COLOR_ATTRIBUTES,
    COLOR_B,
    COLOR_LABEL,
    GREY,
    STATUSES,
    Face,
    Faces,
    mixed,
)
from annotate.show.page import score_rows, sheet, switches
from annotate.show.view import Drawing, Status, visible

if TYPE_CHECKING:
    from jinja2 import Template

_FOLDER = Path(__file__).resolve().parent
_STATUS_COLORS: dict[Status, str] = {
    "attributes": COLOR_ATTRIBUTES,
    "label": COLOR_LABEL,
    "only_a": COLOR_A,
    "only_b": COLOR_B,
}


def page(drawings: Sequence[Drawing], ontology: Ontology, *, title: str) -> str:
    """The whole page of some articles, as HTML.

    With two readings in each drawing it is a comparison; drawings of both kinds do not mix.
    """
    from markupsafe import Markup

    faces = Faces(ontology)
    style = (_FOLDER / "page.css").read_text("utf-8") + _colors(faces, ontology)
    script = (_FOLDER / "page.js").read_text("utf-8")
    sheets = [sheet(drawing, faces, number) for number, drawing in enumerate(drawings, start=1)]
    return template("page.html.jinja").render(
        title=title,
        policy=_policy(style, script),
        # Both are the package's own; nothing of an article or an annotation is in them.
        style=Markup(style),  # noqa: S704 - our own file
        script=Markup(script),  # noqa: S704 - our own file
        sheets=sheets,
        groups=switches(drawings, faces),
        statuses=tuple(STATUSES.items()),
        total=score_rows(drawings) if len(drawings) > 1 else (),
        compared=any(drawing.scores for drawing in drawings),
    )


@cache
def template(name: str) -> Template:
    """A template of this folder; whatever it shows is escaped, and control characters drawn."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    def shown(value: Any) -> Any:
        return visible(value) if type(value) is str else value

    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(name)


def _policy(style: str, script: str) -> str:
    allowed = (f"style-src {hashed(style)}", f"script-src {hashed(script)}")
    return "; ".join(("default-src 'none'", *allowed, "base-uri 'none'", "form-action 'none'"))


def hashed(content: str) -> str:
    """What a content security policy calls a style or a script by."""
    return f"'sha256-{b64encode(hashlib.sha256(content.encode('utf-8')).digest()).decode()}'"


def _colors(faces: Faces, ontology: Ontology) -> str:
    """The rules that depend on the ontology: colours, and what each check box hides.

    Colours are "#rrggbb" and keys are letters and digits, so that no rule can be broken out of.
    """
    known = [
        *(faces.label("entity", code) for code in ontology.entity_codes),
        *(faces.label("event", code) for code in ontology.event_codes),
        *(faces.role(code) for code in ontology.role_codes),
    ]
    unknown = [Face(f"{letter}x", "", "", "", GREY) for letter in "evr"]
    rules = []
    for face in (*known, *unknown):
        rules.append(f".{face.key}{{--c:{face.color};--bg:{face.tint}}}")
        rules.append(_hidden(face.key))
    for status in STATUSES:
        color = _STATUS_COLORS.get(status)
        if color:
            rules.append(f".s-{status}{{--d:{color};--dbg:{mixed(color, 5)}}}")
        rules.append(_hidden(f"s-{status}"))
    for side, color in (("a", COLOR_A), ("b", COLOR_B)):
        for status in ("boundary", "label_boundary"):
            rules.append(f".s-{status}.by-{side}{{--d:{color};--dbg:{mixed(color, 5)}}}")
        rules.append(f".side-{side.upper()}{{--side:{color}}}")
    return "\n" + "\n".join(rules) + "\n"


def _hidden(key: str) -> str:
    off = f"body:has(#t-{key}:not(:checked))"
    parts: Iterable[str] = (
        f"{off} .m.{key}{{all:unset}}",
        f"{off} .m.{key}>.chip,{off} .row.{key},{off} .role.{key}{{display:none}}",
    )
    return "\n".join(parts)
