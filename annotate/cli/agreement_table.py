"""What `agreement` prints: the figures as tables, and what they mean in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import click

from annotate.cli.output import figure, table
from annotate.show.terminal import plain
from annotate.wording import counted

SHOWN = 10  # labels and confusions in the terminal; JSON has all
_HOWS = ("strict", "overlap", "boundary", "type")
_UNKNOWN = {"low": None, "high": None}


def print_agreement(values: Mapping[str, Any]) -> None:
    """The figures in words and tables.

    Args:
        values: as `Figures.to_json` gives them.
    """
    headline = values["headline"]
    if not values["articles"]:
        click.echo("no article has two annotators yet: agreement is undefined")
        return
    articles, stories = counted(values["articles"], "article"), counted(values["groups"], "story")
    names = counted(len(values["annotators"]), "annotator")
    more = f"; {values['left_out']} more were not measured" if values["left_out"] else ""
    click.echo(f"{names} on {articles} ({stories}){more}")
    click.echo(
        f"strict F1 of {headline['n']} spans: {_interval(headline)}, {values['basis']['words']}"
    )
    click.echo(f"verdict: {headline['verdict'] or 'none: ' + str(headline['reason'])}")
    click.echo("")
    table("", ("F1 of", "strict", "95 %", *_HOWS[1:], "macro", "n"), _measures(values["measures"]))
    if len(values["pairs"]) > 1:
        click.echo("")
        headers = ("strict F1 of", "spans", "95 %", "entities", "triggers", "roles", "articles")
        table("", headers, _pairs(values["pairs"]))
    labels = _lowest(values["labels"])
    if labels:
        click.echo("")
        table("the labels that people agree on least", ("", "F1", "95 %", "n"), labels)
    click.echo("")
    _print_chance(values["chance"])
    _print_bias(values["bias"])
    _print_disagreements(values)
    if values["simulated"]:
        click.echo("simulated annotators stand for no person; they agree more than people do")


def _measures(found: Sequence[Mapping[str, Any]]) -> Iterator[Sequence[str]]:
    by = {(one["measure"], one["how"]): one for one in found}
    for measure in dict.fromkeys(one["measure"] for one in found):
        strict = by[measure, "strict"]
        others = [by.get((measure, how), {}).get("f1") for how in _HOWS[1:]]
        name = measure.replace("_", " ").replace("statement", "STATEMENT")
        yield (
            name,
            figure(strict["f1"]),
            _range(strict),
            *(figure(value) for value in others),
            figure(strict["macro_f1"]),
            str(strict["n"]),
        )


def _pairs(found: Sequence[Mapping[str, Any]]) -> Iterator[Sequence[str]]:
    for one in found:
        values = [figure(one[name]) for name in ("entities", "triggers", "roles")]
        names = " / ".join(one["annotators"])
        yield (names, figure(one["spans"]), _range(one), *values, str(one["articles"]))


def _lowest(found: Sequence[Mapping[str, Any]]) -> list[Sequence[str]]:
    """The labels with the lowest F1, of those that are frequent enough to say something."""
    enough = [one for one in found if not one["few"] and one["f1"] is not None and one["f1"] < 1]
    ranked = sorted(enough, key=lambda one: (one["f1"], one["label"]))[:SHOWN]
    return [(one["label"], figure(one["f1"]), _range(one), str(one["n"])) for one in ranked]


def _print_chance(found: Sequence[Mapping[str, Any]]) -> None:
    known = (("Cohen", "cohen"), ("Fleiss", "fleiss"), ("alpha", "alpha"))
    heads = [head for name, _ in known for head in (name, "95 %")]
    rows = [
        (
            {"entity": "entities", "event": "triggers"}[one["layer"]],
            *(
                cell
                for _, name in known
                for cell in (figure(one[name]), _range(one["intervals"][name] or _UNKNOWN))
            ),
            *(figure(one[name]) for name in ("alpha_u", "gamma")),
            str(one["n"]),
        )
        for one in found
    ]
    table("", ("beyond chance", *heads, "alpha_U", "gamma", "words"), rows)


def _print_bias(bias: Mapping[str, Any]) -> None:
    parts = (
        ("blank", "annotated blank"),
        ("prelabelled", "pre-labelled"),
        ("changed", "pre-labelled, spans that somebody changed"),
    )
    rows = [
        (words, figure(bias[name]["f1"]), _range(bias[name]), str(bias[name]["n"]))
        for name, words in parts
        if bias[name]["n"]
    ]
    rows += [
        (f"{one['annotator']} / pre-labels", figure(one["f1"]), "", str(one["n"]))
        for one in bias["with_prelabels"]
    ]
    if rows:
        click.echo("")
        table("what pre-labels do: strict F1 of spans", ("", "F1", "95 %", "n"), rows)


def _print_disagreements(values: Mapping[str, Any]) -> None:
    """The commonest confusions, one example each; the words stand alone on their line."""
    click.echo("")
    total = values["disagreements_total"]
    click.echo(f"disagreements: {total}{'; most often' if total else ''}")
    seen: set[object] = set()
    for one in values["disagreements"]:
        labels = [view["label"] if view else "none" for view in one["readings"]]
        key = (one["kind"], one["layer"], *one["confusion"])
        if key in seen:
            continue
        seen.add(key)
        if len(seen) > SHOWN:
            break
        times = one["times"]
        said = " / ".join(dict.fromkeys(labels))
        click.echo(f"  {times}× {one['kind']}: {said}  {' '.join(one['links'][:1])}".rstrip())
        words = [view["text"] for view in one["readings"] if view and view["text"]]
        click.echo(f"    {plain(' / '.join(dict.fromkeys(words)))}")


def _interval(one: Mapping[str, Any]) -> str:
    if one["low"] is None:
        return figure(one["f1"])
    return f"{one['f1']:.3f} ({one['low']:.3f} to {one['high']:.3f})"


def _range(one: Mapping[str, Any]) -> str:
    return "" if one["low"] is None else f"{one['low']:.3f}-{one['high']:.3f}"
