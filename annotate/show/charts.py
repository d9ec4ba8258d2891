"""The report's charts of time and people, specified with Vega-Altair.

Each function takes the figures (the shape of `annotate.agreement.figures.Figures.to_json`) and a
theme, and returns a chart of about 400 pixels, so that a phone need not shrink it; None where there
is nothing to draw. What the pointer brings up over a mark is its `note`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from annotate.agreement.verdict import RELIABLE, TENTATIVE
from annotate.show.svg import plain
from annotate.show.themes import Theme

WIDTH = 400
FEW = 10  # what is of fewer spans is drawn in grey
MOST_NAMES = 12  # of annotators in one chart
OTHERS = "others"
Row = dict[str, Any]
Figures = Mapping[str, Any]


def trend(figures: Figures, theme: Theme, *, height: int = 150) -> Any:
    """F1 with its interval by week; by batch where all is of one week."""
    import altair as alt

    rows = points(figures)
    if len(rows) < 2:
        return None
    names = [row["name"] for row in rows]
    lowest = min(v for row in rows for v in (row["f1"], row["low"]) if v is not None)
    scale = alt.Scale(domain=[_floor(lowest), 1.0], clamp=True)
    x = alt.X("name:O", sort=names, title=None, axis=_ordinal(names))
    y = alt.Y("f1:Q", scale=scale, title=None, axis=alt.Axis(format=".2f", tickCount=5))
    base = alt.Chart(_data(rows)).encode(x=x, description="note:N")
    known = base.transform_filter("isValid(datum.low)")
    color = alt.condition("datum.few", alt.value(theme.faint), alt.value(theme.accent))
    low = alt.Y("low:Q", scale=scale)
    between = (
        known.mark_area(color=theme.soft, opacity=0.8).encode(y=low, y2="high:Q")
        if len(rows) > 2
        else known.mark_rule(strokeWidth=2).encode(y=low, y2="high:Q", color=color)
    )
    parts = [
        between,
        *_bounds(scale, theme),
        base.mark_line(color=theme.accent, strokeWidth=2.5).encode(y=y),
        base.mark_circle(size=70, opacity=1).encode(y=y, color=color),
    ]
    return _sized(alt.layer(*parts), height)


def points(figures: Figures) -> list[Row]:
    """The steps of the trend whose F1 is defined: weeks, or else batches."""
    trend = figures["trend"]
    weeks = [row for row in trend["weeks"] if row["f1"] is not None]
    batches = [row for row in trend["batches"] if row["f1"] is not None]
    by_batch = len(weeks) < 2 <= len(batches)
    found = []
    for row in batches if by_batch else weeks:
        name = f"batch {row['batch']}" if by_batch else _week(row["week"])
        found.append(
            {
                "name": plain(name),
                "f1": row["f1"],
                "low": row["low"],
                "high": row["high"],
                "n": row["n"],
                "few": row["n"] < FEW,
                "note": f"{plain(name)}: {interval(row)}",
            }
        )
    return found


def drift(figures: Figures, theme: Theme) -> Any:
    """F1 of each annotator against all others, by week; who is lowest in all has a colour."""
    import altair as alt

    people = [one for one in figures["trend"]["drift"] if len(one["points"]) > 1]
    names = short_names(one["annotator"] for one in people)
    rows: list[Row] = []
    for one in people:
        name = names[one["annotator"]]
        for point in one["points"]:
            if point["f1"] is not None and point["n"] >= FEW:
                week = _week(point["week"])
                note = f"{name}, {week}: {point['f1']:.2f} (n {point['n']:,})"
                rows.append({"who": name, "week": week, "f1": point["f1"], "note": note})
    if len({row["week"] for row in rows}) < 2:
        return None
    colored = sorted(_lowest(rows))
    for row in rows:
        row["group"] = row["who"] if row["who"] in colored else OTHERS
    weeks = sorted({p["week"] for one in people for p in one["points"]})
    order = [_week(week) for week in weeks]
    scale = alt.Scale(domain=[_floor(min(row["f1"] for row in rows)), 1.0])
    domain = [*colored, *([OTHERS] if len(names) > len(colored) else [])]
    colors = alt.Scale(domain=domain, range=[theme.a, theme.b, theme.c, theme.d, theme.faint])
    columns = 4 if max(map(len, domain)) < 9 else 2
    legend = alt.Legend(title=None, columns=columns, labelLimit=320 // columns)
    base = alt.Chart(_data(rows)).encode(
        x=alt.X("week:O", sort=order, title=None, axis=_ordinal(order)),
        y=alt.Y("f1:Q", scale=scale, title=None, axis=alt.Axis(format=".2f", tickCount=5)),
        color=alt.Color("group:N", scale=colors, legend=legend),
        detail="who:N",
        description="note:N",
    )
    layers = []
    for test, width in ((f"datum.group === '{OTHERS}'", 1), (f"datum.group !== '{OTHERS}'", 2.5)):
        part = base.transform_filter(test)
        layers += [part.mark_line(strokeWidth=width), part.mark_circle(size=16 * width, opacity=1)]
    return _sized(alt.layer(*layers), 180)


def _lowest(rows: Iterable[Row]) -> list[str]:
    """The names whose mean F1 over the weeks is lowest: as many as there are colours."""
    values: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        values[row["who"]].append(row["f1"])
    return sorted(values, key=lambda who: (sum(values[who]) / len(values[who]), who))[:4]


def learning(figures: Figures, theme: Theme) -> Any:
    """F1 over all texts up to each number of them."""
    import altair as alt

    rows = [
        {**point, "note": f"first {point['articles']:,} articles: {point['f1']:.2f}"}
        for point in figures["trend"]["learning"]
        if point["f1"] is not None
    ]
    if len(rows) < 3:
        return None
    scale = alt.Scale(domain=[_floor(min(row["f1"] for row in rows)), 1.0])
    base = alt.Chart(_data(rows)).encode(
        x=alt.X("articles:Q", title="articles so far", axis=alt.Axis(tickMinStep=1, grid=False)),
        y=alt.Y("f1:Q", scale=scale, title=None, axis=alt.Axis(format=".2f", tickCount=5)),
        description="note:N",
    )
    line = base.mark_line(color=theme.accent, strokeWidth=2.5)
    return _sized(alt.layer(*_bounds(scale, theme), line), 150)


def bias(figures: Figures, theme: Theme) -> Any:
    """Blank work, pre-labelled work, and of the latter what somebody changed."""
    import altair as alt

    names = {"blank": "blank", "prelabelled": "pre-labelled", "changed": "... changed spans"}
    rows = [
        {**figures["bias"][key], "name": name, "note": f"{name}: {interval(figures['bias'][key])}"}
        for key, name in names.items()
        if figures["bias"][key]["f1"] is not None
    ]
    if len(rows) < 2:
        return None
    order = [row["name"] for row in rows]
    scale = alt.Scale(domain=[0, 1])
    y = alt.Y("name:N", sort=order, title=None, axis=alt.Axis(domain=False, ticks=False))
    base = alt.Chart(_data(rows)).encode(y=y, description="note:N")
    x = alt.X("f1:Q", scale=scale, title=None, axis=alt.Axis(format=".1f", tickCount=5))
    known = base.transform_filter("isValid(datum.low)")
    parts = [
        base.mark_bar(color=theme.soft, height=18).encode(x=x),
        known.mark_rule(color=theme.ink, strokeWidth=2).encode(
            x=alt.X("low:Q", scale=scale), x2="high:Q"
        ),
        base.mark_point(color=theme.ink, filled=True, size=50, opacity=1).encode(x=x),
    ]
    return _sized(alt.layer(*parts), 34 * len(rows))


def people(figures: Figures, theme: Theme) -> Any:
    """Tasks submitted, and words a minute, by annotator."""
    import altair as alt

    found = progress(figures)[:MOST_NAMES]
    if not found:
        return None
    names = short_names(row["annotator"] for row in found)
    rows = [
        {
            "who": names[row["annotator"]],
            "done": row["submitted"],
            "speed": row["speed"],
            "done_note": f"{names[row['annotator']]}: {row['submitted']:,} tasks",
            "speed_note": f"{names[row['annotator']]}: {row['speed']:.0f} words a minute"
            if row["speed"]
            else None,
        }
        for row in found
    ]
    order = [row["who"] for row in rows]
    height = 24 * len(rows)
    panels: list[Any] = []
    widths = {"done": 110, "speed": 110}
    for key, title in (("done", "tasks done"), ("speed", "words a minute")):
        if all(row[key] is None for row in rows):
            continue
        axis = alt.Axis(domain=False, ticks=False, labels=not panels, labelLimit=130)
        base = alt.Chart(_data(rows)).encode(
            y=alt.Y("who:N", sort=order, title=None, axis=axis),
            x=alt.X(f"{key}:Q", title=title, axis=alt.Axis(labels=False, ticks=False, grid=False)),
            description=f"{key}_note:N",
        )
        text = base.mark_text(align="left", dx=4, color=theme.ink).encode(
            text=alt.Text(f"{key}:Q", format=",.0f")
        )
        bars = base.mark_bar(color=theme.accent, height=12)
        panels.append(alt.layer(bars, text).properties(width=widths[key], height=height))
    return alt.hconcat(*panels, spacing=28)


def progress(figures: Figures) -> list[Row]:
    """One row an annotator, of all their projects together; who did most comes first.

    `speed` is words a minute, None where no task was timed.
    """
    sums: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    last: dict[str, str] = {}
    for row in figures.get("annotators_progress") or ():
        name = row["annotator"]
        for key in ("submitted", "skipped", "drafts", "left", "unsure", "words", "seconds"):
            sums[name][key] += row.get(key) or 0
        sums[name]["fast"] += row.get("fast_unchanged") or 0
        last[name] = max(last.get(name, ""), (row.get("last_activity") or "")[:10])
    found: list[Row] = []
    for name, own in sums.items():
        seconds = own.pop("seconds")
        speed = 60 * own["words"] / seconds if seconds and own["words"] else None
        counts = {key: round(value) for key, value in own.items()}
        found.append({"annotator": name, "speed": speed, "last": last[name], **counts})
    return sorted(found, key=lambda row: (-row["submitted"], row["annotator"]))


def short_names(names: Iterable[str]) -> dict[str, str]:
    """Names without what all readers know: the domain, and that nobody is behind them."""
    given = list(dict.fromkeys(names))
    short = {name: plain(name.removesuffix(" (simulated)").partition("@")[0]) for name in given}
    taken = list(short.values())
    return {n: s if s and taken.count(s) == 1 else plain(n) for n, s in short.items()}


def interval(row: Mapping[str, Any]) -> str:
    """An F1 in words: "0.87 (0.84 to 0.90), n 1,234"."""
    if row["f1"] is None:
        return "-"
    between = "" if row.get("low") is None else f" ({row['low']:.2f} to {row['high']:.2f})"
    return f"{row['f1']:.2f}{between}, n {row['n']:,}"


def _bounds(scale: Any, theme: Theme) -> list[Any]:
    """Lines at what is reliable and what is tentative."""
    import altair as alt

    made = []
    for value, color in ((RELIABLE, theme.good), (TENTATIVE, theme.poor)):
        if value > scale.domain[0]:
            rule = alt.Chart(_data([{"at": value}])).mark_rule(color=color, strokeDash=[4, 3])
            made.append(rule.encode(y=alt.Y("at:Q", scale=scale)))
    return made


def _sized(chart: Any, height: int) -> Any:
    import altair as alt

    fit = alt.AutoSizeParams(type="fit", contains="padding")
    return chart.properties(width=WIDTH, height=height, autosize=fit)


def _data(rows: Sequence[Row]) -> Any:
    import altair as alt

    return alt.InlineData(values=list(rows))


def _ordinal(names: Sequence[str]) -> Any:
    """An axis on which as many names stand as there is room for."""
    import altair as alt

    step = -(-len(names) // 8)
    shown = list(names)[::-1][::step][::-1]  # the last one is always there
    return alt.Axis(labelAngle=0, grid=False, values=shown, ticks=False)


def _floor(value: float) -> float:
    """Where an axis of F1 begins: at 0.5, or below at a tenth."""
    return min(0.5, int(value * 10) / 10)


def _week(name: str) -> str:
    """2026-W07 -> W07."""
    return plain(name.partition("-")[2] or name)
