"""The example in docs/leads.md: a campaign of made-up people, shown by the commands' own code."""

from __future__ import annotations

import io
import random
from contextlib import redirect_stdout
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from annotate.cli.forecasts import agreement_needs, print_forecast
from annotate.cli.progress_table import print_progress
from annotate.labeling.entry import Entry
from annotate.labeling.forecast import forecast
from annotate.labeling.ledger import Ledger
from annotate.labeling.progress import rows, totals, totals_by_split, unchanged_by
from annotate.labeling.standing import standing
from annotate.ontology import load_ontology
from annotate.spans import Annotation
from tests.labeling.builders import article, predicted
from tests.labeling.campaign import ANNA, OMAR, SALMA, TITLE, Campaign

NOW = datetime(2026, 3, 1, tzinfo=UTC)
ARTICLES, DONE = 200, 120
SECONDS = {ANNA: 2.4, OMAR: 3.1, SALMA: 1.9}  # a word


def progress_and_forecast() -> str:
    """What `annotate status --forecast` prints of the campaign."""
    ontology = load_ontology()
    chance = random.Random(4)  # noqa: S311 - nothing secret
    with Ledger(None) as ledger:
        made = Campaign(ledger, ontology)
        entries = _entries(made, chance)
        state = standing(ledger, made.projects, entries)
        drawn = io.StringIO()
        with redirect_stdout(drawn):
            people = rows(state, (ANNA, OMAR, SALMA), unchanged_by(ledger, ontology))
            print_progress(TITLE, totals(state), totals_by_split(state), people, at=None)
            left = forecast(state, NOW, seed=1)
            print_forecast(left, agreement_needs(state, {}, ontology, seed=1))
    return "\n".join(line.rstrip() for line in drawn.getvalue().splitlines())


def _entries(made: Campaign, chance: random.Random) -> list[Entry]:
    project = made.project()
    entries: list[Entry] = []
    for number in range(ARTICLES):
        split = chance.choices(("train", "validation", "test"), (8, 1, 1))[0]
        doubled = split == "test" or chance.random() < 0.25
        blank = split == "test" or (doubled and chance.random() < 0.5)
        text = article(number, predicted_text(chance))
        gold = predicted(text, made.ontology)
        shown = None if blank else gold
        overlap = 2 if doubled else 1
        (task,) = made.push(project, text, prediction=shown, overlap=overlap, split=split)
        if number >= DONE:
            continue
        words = len(text.text.split())
        for who in chance.sample((ANNA, OMAR, SALMA), 2 if doubled else 1):
            seconds = words * SECONDS[who] * chance.lognormvariate(0, 0.4)
            seconds *= 20 if chance.random() < 0.02 else 1
            hasty = who == SALMA and not blank and chance.random() < 0.15
            at = NOW - timedelta(days=20) * (1 - number / DONE) - timedelta(minutes=1)
            entries.append(
                made.done(
                    task,
                    who,
                    gold if hasty else _reading(gold, chance),
                    seconds=words / 8 if hasty else seconds,
                    status="skipped" if chance.random() < 0.02 else "submitted",
                    at=at.isoformat(),
                )
            )
    return entries


def predicted_text(chance: random.Random) -> str:
    sentence = "هاجم الجيش مدينة سرت يوم الثلاثاء وقال المتحدث إن القوات تتقدم ."
    return "\n".join([sentence, "كلمة " * chance.randint(80, 300)])


def _reading(gold: Annotation, chance: random.Random) -> Annotation:
    """What one person makes of it: now and then a span is missing, or of another label."""
    spans = [
        replace(span, label="ORG") if span.label == "ARM" and chance.random() < 0.1 else span
        for span in gold.spans
        if chance.random() < 0.93
    ]
    ids = {span.id for span in spans}
    relations = tuple(r for r in gold.relations if r.head in ids and r.tail in ids)
    return replace(gold, spans=tuple(spans), relations=relations)
