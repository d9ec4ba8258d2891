"""How far newcomers have come: their work against gold, and what differs, for them to read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from annotate.agreement.evaluate import Evaluation, evaluate
from annotate.arabic.words import sentences
from annotate.cli.connect import connect, open_ledger, server_key
from annotate.cli.output import EVALUATION_HEADERS, evaluation_rows, figure, say, table
from annotate.cli.pulled import finished_work
from annotate.errors import ServerDown, WorkspaceError
from annotate.labeling import history, qualification
from annotate.labeling.ledger import Ledger
from annotate.labeling.pull import pull
from annotate.ontology import Ontology, load_ontology
from annotate.settings import Settings
from annotate.show import html as pages
from annotate.show.compare import compare
from annotate.show.terminal import plain
from annotate.show.view import Drawing, Mark
from annotate.spans import Annotation, Span
from annotate.storage import write_text

PASS = 0.8
_MEASURES = ("entities", "triggers")
_WHAT = {
    "only_a": "not in the gold",
    "only_b": "missed",
    "label": "another label",
    "boundary": "other borders",
    "label_boundary": "another label and other borders",
    "attributes": "another attribute",
}


@dataclass(frozen=True, slots=True)
class Result:
    """How far a newcomer has come.

    Attributes:
        given, finished: numbers of articles.
        scores: of the finished ones against gold; None before there is one.
        drawings: the finished ones, the newcomer's reading (A) beside gold (B).
        passed: all are finished, and F1 (strict) of entities and of triggers reach the mark.
    """

    annotator: str
    given: int
    finished: int
    scores: Evaluation | None
    drawings: tuple[Drawing, ...]
    passed: bool


def qualified(settings: Settings, names: Sequence[str], mark: float) -> list[Result]:
    """Pulls what newcomers did, and measures it by the gold that was kept when it was sent.

    Raises:
        WorkspaceError: nothing was sent to one of them.
    """
    ontology = load_ontology(settings.ontology.path)
    server = server_key(settings)
    campaigns = {n: qualification.campaign_of(settings.project.title, n) for n in names}
    with open_ledger(settings) as ledger:
        projects = {n: qualification.projects(ledger, server, c) for n, c in campaigns.items()}
        for name, own in projects.items():
            if not own:
                raise WorkspaceError(
                    f"nothing was sent to {name} yet",
                    where=settings.project.title,
                    fix=f"run: annotate annotators qualify {name} --gold FILE",
                )
        try:
            with connect(settings) as client, settings.workspace.lock("pull"):
                pull(
                    [project for own in projects.values() for project in own],
                    client=client,
                    ledger=ledger,
                    folder=settings.workspace.history,
                    ontology=ontology,
                )
        except ServerDown as problem:
            say(f"measured by the last pull: {problem}")
        state = history.current(settings.workspace.history)
        return [
            _result(
                name,
                [
                    work.annotation(ontology)
                    for work in finished_work(
                        entry
                        for key, entry in state.items()
                        if key[:2] in {(p.server, p.project_id) for p in projects[name]}
                        and entry.annotator.lower() == name
                    )
                ],
                qualification.gold_of(ledger, server, campaigns[name], ontology),
                ledger,
                mark,
            )
            for name in names
        ]


def _result(
    name: str,
    done: Sequence[Annotation],
    gold: Sequence[Annotation],
    ledger: Ledger,
    mark: float,
) -> Result:
    keys = {annotation.text_sha256: annotation for annotation in gold}
    latest = {a.text_sha256: a for a in done if a.text_sha256 in keys}
    pairs = [
        (replace(a, annotator=name), replace(keys[text], annotator="gold"))
        for text, a in sorted(latest.items())
    ]
    if not pairs:
        return Result(name, len(gold), 0, None, (), passed=False)
    scores = evaluate([a for a, _ in pairs], [b for _, b in pairs])
    reached = [scores.scores[measure]["strict"].total.f1 for measure in _MEASURES]
    # What neither has marked says nothing; what only one has marked is an F1 of 0.
    good = all(f1 >= mark for f1 in reached if f1 is not None)
    drawings = []
    for a, b in pairs:
        article = ledger.article(str(a.doc_id), a.text_sha256)
        if article is not None:
            drawings.append(compare(a, b, article.text))
    return Result(
        *(name, len(gold), len(pairs), scores, tuple(drawings)),
        passed=good and len(pairs) == len(gold),
    )


def differences(drawing: Drawing) -> Iterator[dict[str, Any]]:
    """Every span that differs, in the order of the text: what it is, what it should be, where."""
    doc_id = drawing.readings[0].doc_id
    for mark in drawing.marks:
        if mark.status not in _WHAT or (mark.side == "b" and mark.status != "only_b"):
            continue
        yield {
            "kind": "missed" if mark.status == "only_b" else mark.status.replace("only_a", "extra"),
            "layer": mark.layer,
            "doc_id": doc_id,
            "yours": _span(mark.a),
            "gold": _span(mark.b),
            "sentence": _sentence(drawing.text, mark),
        }


def _span(span: Span | None) -> dict[str, Any] | None:
    if span is None:
        return None
    place = {"start": span.start, "end": span.end, "text": span.text, "label": span.label}
    return place | {"attributes": dict(span.attributes)}


def _sentence(text: str, mark: Mark) -> str:
    for start, end in sentences(text):
        if start <= mark.span.start < end:
            return text[start : max(end, mark.span.end)]
    return mark.span.text


def feedback(drawing: Drawing) -> Iterator[str]:
    """What differs in one article, for the newcomer to read; Arabic has lines of its own."""
    yield f"article {drawing.readings[0].doc_id}: {plain(drawing.title)}"
    for mark in drawing.marks:
        if mark.status not in _WHAT or (mark.side == "b" and mark.status != "only_b"):
            continue
        yield f"  {_WHAT[mark.status]}:"
        for side, span in (("yours", mark.a), ("gold", mark.b)):
            if span is not None:
                values = "".join(f" {value}" for _, value in span.attributes)
                said = values if mark.status == "attributes" else ""
                yield f"    {side}: {span.label}{said}: {plain(span.text)}"
        yield f"    {plain(_sentence(drawing.text, mark))}"


def print_results(results: Sequence[Result], mark: float) -> None:
    """Verdict, scores by label, and what differs."""
    for number, result in enumerate(results):
        if number:
            click.echo("")
        verdict = "passed" if result.passed else "not passed"
        click.echo(
            f"{result.annotator}: {verdict}; {result.finished} of {result.given} articles finished"
        )
        if result.scores is None:
            continue
        f1 = [figure(result.scores.scores[name]["strict"].total.f1) for name in _MEASURES]
        click.echo(f"F1 (strict): entities {f1[0]}, triggers {f1[1]}; to pass: {mark}")
        table("", EVALUATION_HEADERS, evaluation_rows(result.scores, by_label=True), texts=2)
        for drawing in result.drawings:
            for line in feedback(drawing):
                click.echo(line)


def as_value(result: Result) -> dict[str, Any]:
    """A result as JSON values."""
    return {
        "annotator": result.annotator,
        "articles": {"given": result.given, "finished": result.finished},
        "passed": result.passed,
        "scores": result.scores.to_json() if result.scores else None,
        **({} if result.scores else {"reason": "no article is finished yet"}),
        "differences": [item for drawing in result.drawings for item in differences(drawing)],
    }


def write_page(path: Path, result: Result, ontology: Ontology) -> None:
    """The newcomer's reading (A) beside gold (B), as a page without any network.

    Raises:
        WorkspaceError: nothing is finished yet.
    """
    if not result.drawings:
        raise WorkspaceError(
            f"{result.annotator} has finished no article: there is nothing to draw", where=str(path)
        )
    title = f"{result.annotator}: qualification"
    write_text(path, pages.page(result.drawings, ontology, title=title))
    say(f"{len(result.drawings)} articles drawn in {path}: open it in a browser")
