"""What adjudicators made: settled or not, and what it says of the annotators."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import click

from annotate.agreement.questions import Outcome, Question, question_of, unanswered
from annotate.cli.connect import connect, open_ledger, server_key
from annotate.cli.output import figure, progress, say, table
from annotate.cli.pull import say_pulled
from annotate.cli.pulled import finished_work
from annotate.errors import WorkspaceError
from annotate.labeling import adjudication, history
from annotate.labeling.adjudication import Asked, TextKey
from annotate.labeling.client import task_address
from annotate.labeling.entry import Entry, EntryKey, shown_name
from annotate.labeling.pull import Pulled, pull
from annotate.labeling.work import Work
from annotate.ontology import Ontology
from annotate.settings import Settings
from annotate.spans import SpanKey

MOST_NAMED = 20


@dataclass(frozen=True, slots=True)
class Refused:
    """A place of which two readings are left, or an article whose questions nobody knows."""

    doc_id: str
    url: str
    question: Question | None

    @property
    def reason(self) -> str:
        if self.question is None:
            return "what was asked is not known here: run annotate adjudicate send"
        if self.question.kind == "role":
            return "roles: " + " / ".join(
                " ".join(option.values) or "none" for option in self.question.options
            )
        labels = [" + ".join(key[3] for key in o.keys) or "none" for o in self.question.options]
        return " / ".join(labels)


@dataclass(slots=True)
class Report:
    """What was found of an adjudication.

    Attributes:
        sent: texts that are with adjudicators, or were.
        settled, new: texts that are gold, and of these those that were not before.
        refused: what is left to be settled, place by place.
        outcome: added up over all that is settled.
    """

    pulled: Pulled
    sent: int
    settled: int = 0
    new: int = 0
    refused: list[Refused] = field(default_factory=list)
    outcome: Outcome = field(default_factory=Outcome)

    def to_json(self) -> dict[str, Any]:
        return {
            "sent": self.sent,
            "collected": self.settled,
            "new": self.new,
            "refused": [
                {
                    "doc_id": one.doc_id,
                    "url": one.url,
                    "reason": one.reason,
                    "texts": list(one.question.texts) if one.question else [],
                }
                for one in self.refused
            ],
            **self.outcome.to_json(),
        }


def collected_by(settings: Settings, ontology: Ontology) -> Report:
    """Pulls the adjudication project, and records as gold what is settled.

    Of several works on one text the one that was changed last counts.

    Raises:
        WorkspaceError: nothing was sent to adjudicators.
    """
    server, campaign = server_key(settings), settings.project.title
    with open_ledger(settings) as ledger:
        projects = adjudication.projects(ledger, server, campaign)
        if not projects:
            raise WorkspaceError(
                "nothing was sent to be adjudicated",
                where=campaign,
                fix="run: annotate adjudicate send",
            )
        with (
            connect(settings) as client,
            settings.workspace.lock("pull"),
            progress("pulling tasks") as advance,
        ):
            url = client.url
            pulled = pull(
                projects,
                client=client,
                ledger=ledger,
                folder=settings.workspace.history,
                ontology=ontology,
                on_progress=advance,
            )
        texts = {t.key[:2] for t in adjudication.tasks(ledger, server, campaign)}
        report = Report(pulled, len(texts))
        asked = adjudication.asked_of(ledger, server, campaign)
        ours = {(p.server, p.project_id) for p in projects}
        before = adjudication.collected(ledger, server, campaign)
        settled = []
        for work in _last(settings, ours):
            key = TextKey(work.doc_id, work.text_sha256)
            refused, questions = _judged(work, asked.get(key, {}), ontology, url)
            if refused:
                report.refused += refused
                continue
            settled.append(work)
            report.new += before.get(key) != adjudication.digest_of(work)
            report.outcome.add(questions, work.annotation(ontology))
        report.settled = len(settled)
        adjudication.collect(ledger, server, campaign, settled)
    return report


def _last(settings: Settings, ours: set[tuple[str, int]]) -> Iterable[Work]:
    """The work on each text that was changed last, if all its parts are submitted."""
    state: dict[EntryKey, Entry] = {}
    for entry in history.read(settings.workspace.history):
        if entry.key[:2] in ours and entry.is_sound:
            state[entry.key] = entry
    found = {(w.doc_id, w.text_sha256): w for w in finished_work(state.values())}  # oldest first
    return [found[key] for key in sorted(found)]


def _judged(
    work: Work, asked: Mapping[str, Asked], ontology: Ontology, url: str
) -> tuple[list[Refused], list[Question]]:
    """What is not settled in a work, and all that was asked, as its author saw it."""
    refused, every = [], []
    for entry in work.entries:
        link = task_address(url, entry.project_id, entry.task_id)
        if not asked:
            return [Refused(entry.doc_id, link, None)], []
        shown = asked.get(entry.prelabel_version or "") or list(asked.values())[-1]
        questions = [
            question
            for question in map(question_of, shown.questions)
            if entry.start <= question.start and (entry.end < 0 or question.end <= entry.end)
        ]
        annotation = entry.annotation(ontology)
        regions = adjudication.kept_regions(entry)
        kept: set[SpanKey] = {
            span.key for span in annotation.spans if {span.id, span.id.rpartition(".")[0]} & regions
        }
        left = unanswered(questions, annotation, kept)
        refused += [Refused(entry.doc_id, link, question) for question in left]
        every += questions
    return refused, every


def print_report(report: Report) -> None:
    """What was collected, what is refused, and what it says of agreed spans and of annotators."""
    say_pulled(report.pulled)
    say(f"{report.settled} of {report.sent} articles are gold, {report.new} of them since now")
    articles = len({one.doc_id for one in report.refused})
    if report.refused:
        say(f"refused: in {articles} articles two readings of one place are left:")
        for one in report.refused[:MOST_NAMED]:
            surface = " … ".join(one.question.texts[:1]) if one.question else ""
            click.echo(f"{one.url}  {surface}  {one.reason}")
        if len(report.refused) > MOST_NAMED:
            say(f"  and {len(report.refused) - MOST_NAMED} more places (--json names them)")
        say("delete or correct one of them, or mark one as to be kept, and collect again")
    values = report.outcome.to_json()
    rows = []
    for layer, name in (("entity", "entities"), ("event", "events"), ("attribute", "attributes")):
        one = values["audit"][layer]
        if one["audited"]:
            interval = f"{figure(one['low'])} to {figure(one['high'])}"
            rows.append(
                [name, str(one["audited"]), str(one["wrong"]), figure(one["rate"]), interval]
            )
    some = values["marked_by_some"]
    if some["places"]:
        say(
            f"{some['kept']} of {some['places']} places that only some had marked stayed as they "
            "were shown: what nobody deletes is accepted"
        )
    if rows:
        table("agreed spans looked at again", ["", "audited", "wrong", "rate", "95 %"], rows)
    readings = [
        [shown_name(one["annotator"]), str(one["disputes"]), str(one["taken"])]
        for one in values["readings"]
    ]
    if readings:
        table("whose reading was taken", ["annotator", "disputes", "taken"], readings)
