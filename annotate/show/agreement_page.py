"""The report on agreement: one page that needs no network, for a project lead.

It is made of the figures alone (the shape of `annotate.agreement.figures.Figures.to_json`), so that
agreement.json can be drawn as well as what was pulled a minute ago.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annotate.agreement.verdict import RELIABLE, TENTATIVE
from annotate.ontology import Ontology
from annotate.show import charts, label_charts
from annotate.show.disputes import Dispute, disputes
from annotate.show.faces import Faces
from annotate.show.findings import KINDS, problems, strict, topics, trend_words, trust
from annotate.show.html import hashed, template
from annotate.show.svg import drawn, need_charts
from annotate.show.themes import DARK, LIGHT, Theme

_FOLDER = Path(__file__).resolve().parent
_LAYERS = {
    "entity": "entities",
    "event": "triggers",
    "role": "roles",
    "attribute": "attributes",
}
Make = Callable[[Theme], Any]


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart in both colours.

    Attributes:
        key: of its elements.
        title: its heading; `note` how to read it.
        light, dark: <svg> elements that hold shapes and text only.
    """

    key: str
    title: str
    note: str
    light: Any
    dark: Any


@dataclass(frozen=True, slots=True)
class Option:
    """A choice of a filter."""

    value: str
    words: str
    count: int


def agreement_page(
    figures: Mapping[str, Any],
    ontology: Ontology,
    *,
    title: str,
    made: str,
    refresh: int | None = None,
) -> str:
    """The whole page, as HTML.

    Args:
        figures: JSON values.
        title: of the project.
        made: when, in words.
        refresh: seconds after which a browser asks for the page again; for a page that is served.

    Raises:
        WorkspaceError: Vega-Altair or vl-convert is missing.
    """
    from markupsafe import Markup

    need_charts()
    faces = Faces(ontology)
    style = (_FOLDER / "agreement.css").read_text("utf-8") + _colors(faces, ontology)
    script = (_FOLDER / "agreement.js").read_text("utf-8")
    listed = disputes(figures, faces)
    progress = charts.progress(figures)
    return template("agreement.html.jinja").render(
        title=title,
        made=made,
        refresh=refresh,
        policy=policy(script),
        # Both are the package's own; nothing of an article or an annotation is in them.
        style=Markup(style),  # noqa: S704
        script=Markup(script),  # noqa: S704
        f=figures,
        head=figures["headline"],
        bounds=(TENTATIVE, RELIABLE),
        trust=trust(figures),
        trend=trend_words(figures),
        problems=problems(figures),
        topics=topics(figures),
        strict=strict(figures),
        measures=measure_rows(figures),
        trend_chart=_chart("trend", "", "", lambda theme: charts.trend(figures, theme)),
        charts=[chart for chart in _charts(figures) if chart is not None],
        progress=progress,
        short=charts.short_names(figures["annotators"]),
        workers=charts.short_names(row["annotator"] for row in progress),
        disputes=listed,
        kinds=_kinds(listed),
        labels=_labels(listed),
    )


def policy(script: str) -> str:
    """The content security policy: styles, the one script, and nothing else."""
    parts = ("default-src 'none'", "style-src 'unsafe-inline'", "img-src data:")
    return "; ".join(
        (*parts, f"script-src {hashed(script)}", "base-uri 'none'", "form-action 'none'")
    )


def measure_rows(figures: Mapping[str, Any]) -> list[tuple[str, dict[str, Mapping[str, Any]]]]:
    """Measure -> way to match -> figures, in the order in which they come."""
    found: dict[str, dict[str, Mapping[str, Any]]] = {}
    for row in figures["measures"]:
        found.setdefault(row["measure"], {})[row["how"]] = row
    return list(found.items())


def _charts(figures: Mapping[str, Any]) -> list[Chart | None]:
    """The charts below the first screen, those left out for which there is nothing to draw."""
    few = "The dot is F1, the line its 95 % interval, the number how many spans were compared."
    found = [
        _chart(
            f"labels-{layer}",
            f"By label: {name}",
            few,
            lambda theme, layer=layer: label_charts.labels(figures, theme, layer),  # type: ignore[misc]
        )
        for layer, name in _LAYERS.items()
    ]
    confused = "How often two readings of one place have these two labels; in italics: the same."
    found += [
        _chart(
            f"confusion-{layer}",
            f"Confused with one another: {layer}",
            f"{confused} none: one of the two marked nothing.",
            lambda theme, layer=layer: label_charts.confusion(figures, theme, layer),  # type: ignore[misc]
        )
        for layer in ("entities", "triggers")
    ]
    others: tuple[tuple[str, str, str, Make], ...] = (
        (
            "pairs",
            "Pairs of annotators",
            "F1 of every two. Who is low in all of their row is a person to talk with.",
            lambda theme: label_charts.pairs(figures, theme),
        ),
        (
            "drift",
            "Each annotator against all others, by week",
            "Who drifts away from the others? In colour, who is lowest in all.",
            lambda theme: charts.drift(figures, theme),
        ),
        (
            "bias",
            "What pre-labels do",
            "Blank work is what people agree on by themselves.",
            lambda theme: charts.bias(figures, theme),
        ),
        (
            "learning",
            "F1 as articles come in",
            "Flat: more articles will not change the figure.",
            lambda theme: charts.learning(figures, theme),
        ),
        (
            "people",
            "Progress and speed",
            "Speed is of timed tasks, without pauses.",
            lambda theme: charts.people(figures, theme),
        ),
    )
    return [*found, *(_chart(*one) for one in others)]


def _chart(key: str, title: str, note: str, make: Make) -> Chart | None:
    from markupsafe import Markup

    made = []
    for name, theme in (("light", LIGHT), ("dark", DARK)):
        chart = make(theme)
        if chart is None:
            return None
        svg = drawn(chart, theme, key=f"{key}-{name}", label=f"{title or 'Trend'}. {note}")
        made.append(Markup(svg))  # noqa: S704 - written by an XML library, of shapes and text
    return Chart(key, title, note, *made)


def _kinds(listed: list[Dispute]) -> list[Option]:
    counts = {kind: sum(one.kind == kind for one in listed) for kind in KINDS}
    return [Option(kind, KINDS[kind], count) for kind, count in counts.items() if count]


def _labels(listed: list[Dispute]) -> list[Option]:
    counts: dict[str, int] = {}
    for one in listed:
        for label in one.labels.split():
            counts[label] = counts.get(label, 0) + 1
    return [Option(label, label, counts[label]) for label in sorted(counts)]


def _colors(faces: Faces, ontology: Ontology) -> str:
    """Colours that depend on the ontology; they are "#rrggbb", and keys letters and digits."""
    known = [
        *(faces.label("entity", code) for code in ontology.entity_codes),
        *(faces.label("event", code) for code in ontology.event_codes),
        *(faces.role(code) for code in ontology.role_codes),
    ]
    rules = [f".{face.key}{{--label:{face.color}}}" for face in known]
    dark = f"@media (prefers-color-scheme:dark){{:root{{{DARK.css()}}}}}"
    return "\n".join((f":root{{{LIGHT.css()}}}", dark, *rules)) + "\n"
