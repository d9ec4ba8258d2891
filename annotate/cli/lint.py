"""What `status --lint` shows: what looks inconsistent, with a link to each task."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

import click

from annotate.cli.output import say
from annotate.labeling.client import task_address
from annotate.labeling.entry import shown_name
from annotate.labeling.finding import KINDS, Done, Finding
from annotate.labeling.ledger import Ledger
from annotate.labeling.standing import Standing
from annotate.labeling.work import covered
from annotate.ontology import Ontology
from annotate.show.terminal import plain

SHOWN = 20  # of each kind in the terminal; JSON has all
_WHAT = {
    "unmarked": "mentions left unmarked that are marked elsewhere in the task",
    "label": "one surface, several labels",
    "no_role": "events without any role, though their sentence has entities for one",
}


def done_tasks(state: Standing, ledger: Ledger, ontology: Ontology) -> Iterator[Done]:
    """What each annotator has submitted of each task, where it could be read."""

    @lru_cache(maxsize=64)
    def text_of(doc_id: str, text_sha256: str) -> str | None:
        article = ledger.article(doc_id, text_sha256)
        return article.text if article else None

    for by_annotator in state.submitted.values():
        for entry in by_annotator.values():
            text = text_of(entry.doc_id, entry.text_sha256)
            if text is None or not entry.is_sound:
                continue
            annotation = entry.annotation(ontology)
            yield Done(
                entry.annotator,
                entry.project_id,
                entry.task_id,
                replace(annotation, doc_id=entry.doc_id, labels_covered=covered([entry])),
                text,
                entry.start,
                entry.end if entry.end >= 0 else len(text),
                entry.layers,
            )


def findings_json(found: Sequence[Finding], url: str | None) -> dict[str, Any]:
    """Findings as JSON values, in order of rank, and how many there are of each kind."""
    counts = Counter(finding.kind for finding in found)
    return {
        "counts": {kind: counts[kind] for kind in KINDS},
        "findings": [
            {
                "kind": finding.kind,
                "layer": finding.layer,
                "annotator": finding.annotator,
                "project_id": finding.project_id,
                "task_id": finding.task_id,
                "doc_id": finding.doc_id,
                "start": finding.start,
                "end": finding.end,
                "text": finding.text,
                "sentence": finding.sentence,
                "label": finding.label,
                "usual": finding.usual,
                "like": finding.like,
                "unlike": finding.unlike,
                "everywhere": finding.everywhere,
                "score": round(finding.score, 4),
                "url": task_address(url, finding.project_id, finding.task_id),
            }
            for finding in found
        ],
    }


def print_findings(found: Sequence[Finding], url: str | None) -> None:
    """Findings kind by kind, the most unusual first: what, where, and a link."""
    for kind in KINDS:
        own = [finding for finding in found if finding.kind == kind]
        click.echo(f"{_WHAT[kind]}: {len(own)}")
        for finding in own[:SHOWN]:
            # The Arabic words stand alone at the end of a line, so that nothing is turned round.
            click.echo(f"  {_said(finding)}; {shown_name(finding.annotator)}")
            click.echo(f"    {task_address(url, finding.project_id, finding.task_id)}")
            click.echo(f"    {plain(finding.text)}")
            click.echo(f"    {plain(finding.sentence)}")
        if len(own) > SHOWN:
            click.echo(f"  … and {len(own) - SHOWN} more: annotate status --lint --json")
    if found and url is None:
        say("links begin with the server's address; it is not running: annotate server start")


def _said(finding: Finding) -> str:
    if finding.kind == "unmarked":
        return f"{finding.label}: marked {finding.like}× in this task, left {finding.unlike}×"
    if finding.kind == "label":
        where = "in all articles" if finding.everywhere else "in this article"
        return f"{finding.label} {finding.unlike}×, {finding.usual} {finding.like}× {where}"
    total = finding.like + finding.unlike
    return f"{finding.label}: {finding.like} of {total} have a role"
