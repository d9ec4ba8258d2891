"""The report's charts of labels and of pairs, specified with Vega-Altair: see `charts`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from annotate.show.charts import WIDTH, Figures, Row, interval, short_names
from annotate.show.svg import plain
from annotate.show.themes import Theme

MOST_LABELS = 14  # of a confusion matrix
MOST_PEOPLE = 14  # of the heat map


def labels(figures: Figures, theme: Theme, layer: str) -> Any:
    """F1 of each label of a layer with its interval, the lowest first; few spans in grey."""
    import altair as alt

    rows = [
        {
            "name": f"{plain(row['label'])}  {row['n']:,}",
            "f1": row["f1"],
            "low": row["low"],
            "high": row["high"],
            "few": row["few"],
            "note": f"{plain(row['label'])}: {interval(row)}",
        }
        for row in label_rows(figures, layer)
    ]
    if not rows:
        return None
    order = [row["name"] for row in rows]
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        y=alt.Y("name:N", sort=order, title=None, axis=alt.Axis(domain=False, ticks=False)),
        description="note:N",
    )
    scale = alt.Scale(domain=[0, 1])
    axis = alt.Axis(format=".1f", tickCount=5, orient="top")
    x = alt.X("f1:Q", scale=scale, title=None, axis=axis)
    bar = alt.condition("datum.few", alt.value(theme.line), alt.value(theme.soft))
    point = alt.condition("datum.few", alt.value(theme.faint), alt.value(theme.accent))
    known = base.transform_filter("isValid(datum.low)")
    chart = alt.layer(
        base.mark_bar(height=12).encode(x=x, color=bar),
        known.mark_rule(strokeWidth=2).encode(
            x=alt.X("low:Q", scale=scale), x2="high:Q", color=point
        ),
        base.mark_point(filled=True, size=45, opacity=1).encode(x=x, color=point),
    )
    fit = alt.AutoSizeParams(type="fit-x", contains="padding")
    return chart.properties(width=WIDTH, height=alt.Step(19), autosize=fit)


def label_rows(figures: Figures, layer: str) -> list[Row]:
    """Labels of a layer whose F1 is defined: the lowest first, those of few spans at the end."""
    found = [r for r in figures["labels"] if r["layer"] == layer and r["f1"] is not None]
    return sorted(found, key=lambda row: (row["few"], row["f1"], row["label"]))


def pairs(figures: Figures, theme: Theme) -> Any:
    """F1 of every two annotators; None where there is one pair only."""
    if len(figures["pairs"]) < 2:
        return None
    people = list(figures["annotators"])[:MOST_PEOPLE]
    names = short_names(people)
    rows: list[Row] = []
    for pair in figures["pairs"]:
        one, other = pair["annotators"]
        if pair["spans"] is None or not {one, other} <= set(people):
            continue
        note = f"{names[one]} and {names[other]}: {interval({**pair, 'f1': pair['spans']})}"
        note += f", {pair['articles']:,} articles"
        for left, right in ((one, other), (other, one)):
            rows.append({"a": names[left], "b": names[right], "f1": pair["spans"], "note": note})
    if not rows:
        return None
    order = [names[name] for name in people]
    values = [row["f1"] for row in rows]
    low, high = min(values), max(values)
    if high - low < 0.1:  # so that no difference looks larger than it is
        low = max(0.0, high - 0.1)
    side = min(52, (WIDTH - 90) // len(order))
    size = {"width": side * len(order), "height": min(38, side) * len(order)}
    few = len(order) < 9  # more tiles are too small for a figure; the pointer brings it up
    return _heat(rows, order, order, (low, high), theme, size, "f1", ".2f", few_names=few)


def confusion(figures: Figures, theme: Theme, layer: str) -> Any:
    """What is confused with what: pairs of spans that overlap, and spans that have no partner.

    Args:
        layer: "entities" or "triggers".
    """
    import altair as alt

    matrix = figures["confusion"][layer]
    names, counts = list(matrix["labels"]), matrix["counts"]
    chosen = confused(names, counts)
    if not chosen:
        return None
    rows: list[Row] = []
    for i in chosen:
        for j in (j for j in chosen if j <= i):
            if counts[i][j]:
                one, other = plain(names[i]), plain(names[j])
                same = f"{one}: both, {counts[i][j]:,} times"
                note = same if i == j else f"{one} or {other}: {counts[i][j]:,} times"
                rows.append({"a": one, "b": other, "n": counts[i][j], "same": i == j, "note": note})
    order = [plain(names[i]) for i in chosen]
    side = min(30, (WIDTH - 110) // len(order))
    size = {"width": side * len(order), "height": min(side, 24) * len(order)}
    top = max([row["n"] for row in rows if not row["same"]], default=1)
    apart = [row for row in rows if not row["same"]]
    agreed = [row for row in rows if row["same"] and row["n"]]
    across = [name for name in order if name != "none"]
    chart = _heat(apart, across, order, (0, max(top, 1)), theme, size, "n", ",.0f")
    base = alt.Chart(alt.InlineData(values=agreed)).encode(
        x=alt.X("b:N", sort=across), y=alt.Y("a:N", sort=order), description="note:N"
    )
    diagonal = base.mark_text(color=theme.muted, fontSize=10, fontStyle="italic").encode(
        text=alt.Text("n:Q", format="~s")
    )
    return alt.layer(chart, diagonal) if agreed else chart


def confused(names: Sequence[str], counts: Sequence[Sequence[int]]) -> list[int]:
    """Places of the labels that are confused most, in order of the matrix; "none" is the last."""
    wrong = [
        sum(counts[i]) + sum(row[i] for row in counts) - 2 * counts[i][i] for i in range(len(names))
    ]
    most = sorted((i for i in range(len(names)) if wrong[i]), key=lambda i: -wrong[i])
    return sorted(most[:MOST_LABELS])


def _heat(
    rows: Sequence[Row],
    across: Sequence[str],
    down: Sequence[str],
    ends: tuple[float, float],
    theme: Theme,
    size: dict[str, int],
    key: str,
    form: str,
    *,
    few_names: bool = False,
) -> Any:
    import altair as alt

    middle = (ends[0] + ends[1]) / 2
    angle = -30 if few_names else -90
    axis: dict[str, Any] = {"domain": False, "ticks": False, "grid": False, "labelLimit": 110}
    x = alt.X("b:N", sort=list(across), title=None, scale=alt.Scale(domain=list(across)))
    y = alt.Y("a:N", sort=list(down), title=None, scale=alt.Scale(domain=list(down)))
    base = alt.Chart(alt.InlineData(values=list(rows))).encode(
        x=x.axis(alt.Axis(labelAngle=angle, orient="bottom", **axis)),
        y=y.axis(alt.Axis(**axis)),
        description="note:N",
    )
    color = alt.Color(
        f"{key}:Q",
        scale=alt.Scale(domain=list(ends), range=[theme.low, theme.high], clamp=True),
        legend=None,
    )
    dark = alt.condition(f"datum.{key} > {middle}", alt.value(theme.card), alt.value(theme.ink))
    tiles = base.mark_rect(stroke=theme.card, strokeWidth=2, cornerRadius=3).encode(color=color)
    if key == "f1" and not few_names:
        return alt.layer(tiles).properties(**size)
    text = base.mark_text(fontSize=11).encode(text=alt.Text(f"{key}:Q", format=form), color=dark)
    return alt.layer(tiles, text).properties(**size)
