"""What changed, in words and tables: for CHANGES.md and for the console.

CHANGES.md goes on from version to version, also into those without texts: it quotes nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from annotate.dataset.diff import Difference, Example
from annotate.dataset.rows import SPLITS
from annotate.dataset.versions import Change
from annotate.wording import THINGS, listed

CHANGES = "CHANGES.md"
_MOST = 60  # lines of a table in CHANGES.md
_ARTICLES = {
    "added": "articles added",
    "removed": "articles removed",
    "text": "texts changed",
    "status": "statuses changed",
    "annotation": "articles annotated otherwise",
    "other": "articles with other details",
}
_PLURALS = {"entity": "entities", "event": "events"}


def summary(found: Difference) -> list[tuple[str, str, dict[str, int]]]:
    """The counts as lines of a table: what, which, and how many in each split."""
    lines: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for what, words in _ARTICLES.items():
        for at in SPLITS:
            if found.articles[what, at]:
                lines[words, ""][at] += found.articles[what, at]
    for (old, new), count in sorted(found.moved.items()):
        lines["articles moved", f"{old} -> {new}"][new] += count
    for (what, layer, label, split, _), count in sorted(found.spans.items()):
        lines[f"{_PLURALS[layer]} {what}", label][split] += count
    for (name, values, split), count in sorted(found.attributes.items()):
        lines[f"{name} changed", values][split] += count
    for (what, role, label, split), count in sorted(found.roles.items()):
        lines[f"roles {what}", f"{role} of {label}"][split] += count
    return [(what, which, dict(counts)) for (what, which), counts in lines.items()]


def elsewhere(found: Difference) -> list[tuple[str, str, int]]:
    """The counts that have no split: what, which, how many."""
    lines = [
        ("status", f"{old} -> {new}", count) for (old, new), count in sorted(found.statuses.items())
    ]
    decisions: Counter[tuple[str, str]] = Counter()
    for (what, _, _, _, decision), count in found.spans.items():
        decisions[what, decision] += count
    lines += [
        (f"spans {what}, by decision", decision, count)
        for (what, decision), count in sorted(decisions.items())
    ]
    lines += [
        (f"other {name}", _PLURALS[layer], count)
        for (name, layer), count in sorted(found.marks.items())
    ]
    lines += [("other values", column, count) for column, count in sorted(found.columns.items())]
    lines += [("rows of annotations", what, count) for what, count in sorted(found.work.items())]
    return lines


def example_line(example: Example) -> str:
    """An example on one line, with its surface if there is one."""
    place = "" if example.start is None else f" at {example.start}:{example.end}"
    quoted = f" {' '.join(example.text.split())!r}" if example.text else ""
    return f"{example.what}: {example.detail}{place} in {example.doc_id}{quoted}"


def to_json(found: Difference) -> dict[str, Any]:
    """All counts, as lists of objects."""

    def listed(counts: Mapping[Any, int], *names: str) -> list[dict[str, Any]]:
        rows = []
        for key, count in sorted(counts.items()):
            parts = (key,) if isinstance(key, str) else key
            rows.append({**dict(zip(names, parts, strict=True)), "count": count})
        return rows

    return {
        "articles": listed(found.articles, "what", "split"),
        "moved": listed(found.moved, "from", "to"),
        "statuses": listed(found.statuses, "from", "to"),
        "spans": listed(found.spans, "what", "layer", "label", "split", "decision"),
        "origins": listed(found.origins, "what", "origin"),
        "attributes": listed(found.attributes, "attribute", "values", "split"),
        "roles": listed(found.roles, "what", "role", "event", "split"),
        "marks": listed(found.marks, "column", "layer"),
        "columns": listed(found.columns, "column"),
        "annotations": listed(found.work, "what"),
        "examples": [asdict(example) for example in found.examples],
    }


def page(
    name: str,
    version: str,
    counts: Mapping[str, Any],
    parent: str | None,
    change: Change,
    found: Difference,
    before: str | None,
) -> str:
    """CHANGES.md: this version's changes, above those of the versions before.

    Args:
        before: the parent's CHANGES.md; None if it has none.
    """
    lines = [f"# Changes of {name}", "", *_section(version, counts, parent, change, found)]
    if parent is not None:
        _, mark, history = (before or "").partition("\n## ")
        lines += [f"## {history}".rstrip()] if mark else [f"## {parent}", "", "No changes noted."]
    return "\n".join(lines).rstrip() + "\n"


def _section(
    version: str,
    counts: Mapping[str, Any],
    parent: str | None,
    change: Change,
    found: Difference,
) -> Iterator[str]:
    yield f"## {version}"
    yield ""
    if parent is None:
        yield f"The first version: {listed({what: counts[what] for what in THINGS})}."
        yield ""
        return
    if not change.level:
        yield f"After {parent}. Nothing changed but the number, which was asked for."
        yield ""
        return
    yield f"After {parent}, a {change.level} change:"
    yield ""
    yield from (f"- {what}" for _, what in change.reasons)
    yield ""
    rows = summary(found)
    if rows:
        yield "| what | which | " + " | ".join(SPLITS) + " |"
        yield "|---|---|" + "---:|" * len(SPLITS)
        for what, which, by_split in rows[:_MOST]:
            cells = " | ".join(f"{by_split.get(split, 0):,}" for split in SPLITS)
            yield f"| {what} | {_safe(which)} | {cells} |"
        if len(rows) > _MOST:
            yield f"\n{len(rows) - _MOST} more lines: `annotate diff`."
        yield ""
    others = elsewhere(found)
    if others:
        yield "| what | which | count |"
        yield "|---|---|---:|"
        yield from (f"| {what} | {_safe(which)} | {count:,} |" for what, which, count in others)
        yield ""


def _safe(cell: str) -> str:
    return cell.replace("|", "\\|").replace("\n", " ")
