"""How often the consistency list is right, measured on the seeds; docs/leads.md shows it."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from annotate.annotation_files import read_annotations
from annotate.corpus.readers import read_articles
from annotate.corpus.rules import load_rules
from annotate.labeling.consistency import findings
from annotate.labeling.finding import Done
from tests.support import ONTOLOGY, SEEDS

SHARE = 0.05  # of the spans: forgotten
TIMES = 5


@cache
def reference() -> tuple[Done, ...]:
    """The adjudicated seeds, as one annotator's work: nothing in them was forgotten."""
    articles = {a.text_sha256: a for a in read_articles([str(SEEDS / "*.txt")], load_rules())}
    path = SEEDS / "annotations" / "adjudicated.jsonl"
    return tuple(
        Done(
            *("reference", 1, number),
            replace(gold, doc_id=articles[gold.text_sha256].doc_id),
            *(articles[gold.text_sha256].text, 0, len(articles[gold.text_sha256].text)),
        )
        for number, gold in enumerate(read_annotations(path, ONTOLOGY))
    )


def alarms(tasks: Sequence[Done]) -> Counter[tuple[str, str]]:
    """(kind, layer) -> how many lines the list has."""
    return Counter((found.kind, found.layer) for found in findings(tasks, ONTOLOGY))


@cache
def forgotten() -> dict[str, tuple[int, int, int]]:
    """Layer -> (spans taken away, lines about unmarked mentions, those of them that are right)."""
    chance = random.Random(1)  # noqa: S311 - nothing secret
    counts: Counter[tuple[str, str]] = Counter()
    for _ in range(TIMES):
        tasks, gone = [], set()
        for one in reference():
            kept = [span for span in one.annotation.spans if chance.random() > SHARE]
            ids = {span.id for span in kept}
            lost = [span for span in one.annotation.spans if span.id not in ids]
            gone |= {(one.task_id, span.layer, span.start, span.end) for span in lost}
            counts.update((span.layer, "gone") for span in lost)
            relations = tuple(
                r for r in one.annotation.relations if r.head in ids and r.tail in ids
            )
            left = replace(one.annotation, spans=tuple(kept), relations=relations)
            tasks.append(replace(one, annotation=left))
        for found in findings(tasks, ONTOLOGY):
            if found.kind == "unmarked":
                place = (found.task_id, found.layer, found.start, found.end)
                counts[found.layer, "listed"] += 1
                counts[found.layer, "right"] += place in gone
    return {
        layer: (counts[layer, "gone"], counts[layer, "listed"], counts[layer, "right"])
        for layer in ("entity", "event")
    }


def as_table() -> str:
    """What was measured, as Markdown."""
    false = alarms(reference())
    spans = Counter(span.layer for one in reference() for span in one.annotation.spans)
    lines = [
        f"| measured on the seeds | entities ({spans['entity']}) | triggers ({spans['event']}) |",
        "|---|---|---|",
    ]
    for kind, what in (
        ("unmarked", "mentions listed as left, though nothing was"),
        ("label", "surfaces listed for two labels, all of them meant so"),
        ("no_role", "events listed without a role, all of them meant so"),
    ):
        entities = "-" if kind == "no_role" else str(false[kind, "entity"])
        lines.append(f"| {what} | {entities} | {false[kind, 'event']} |")
    results = forgotten()
    for what, number in (
        ("one span of twenty taken away: share of the listed mentions that were taken", 1),
        ("... and share of the taken that are listed", 0),
    ):
        shares = [f"{results[layer][2] / results[layer][number]:.0%}" for layer in results]
        lines.append(f"| {what} | {' | '.join(shares)} |")
    return "\n".join(lines)
