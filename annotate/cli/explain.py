"""What `preannotate --explain` prints: which rule made what, sentence by sentence."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

import click

from annotate.cli.output import figure, say, table
from annotate.corpus.article import Article
from annotate.heuristics.explain import Explanation, Reason, explain
from annotate.heuristics.pipeline import Heuristics

_HEADERS = ("span", "label", "rule", "entry", "decided by", "score", "n")
_TEXTS = 5  # columns of text, before those of figures


def print_explanations(
    articles: Iterable[Article], heuristics: Heuristics, *, as_json: bool
) -> None:
    """One article after the other: tables, or with `as_json` one JSON object a line."""
    for article in articles:
        explanation = explain(article, heuristics)
        if as_json:
            click.echo(json.dumps(explanation.to_json(), ensure_ascii=False, allow_nan=False))
        else:
            _draw(explanation)
    if not as_json:
        say(
            "score: the expected precision of the rule for this label; n: how many spans of them "
            "the references counted, without the article itself (docs/pre-annotation.md)"
        )


def _draw(explanation: Explanation) -> None:
    article = explanation.article
    names = [name for name in (article.doc_id, article.source, article.source_id) if name]
    click.echo(f"# {' · '.join(names)}\n")
    for sentence in explanation.sentences:
        click.echo(sentence.text)
        if not sentence.reasons:
            click.echo("  nothing is proposed\n")
            continue
        table("", _HEADERS, _rows(sentence.reasons), texts=_TEXTS)
        for role in sentence.roles:
            click.echo(f"  {role.trigger.text} -> {role.role} -> {role.filler.text}")
        click.echo()
    for family, meaning in explanation.meanings.items():
        click.echo(f"{family}: {meaning or 'a rule that is not described'}")
    click.echo()


def _rows(reasons: Iterable[Reason]) -> Iterator[tuple[str, ...]]:
    for reason in reasons:
        decided = ", ".join(filter(None, (reason.clitics, *reason.conditions)))
        span = reason.span
        entry = f"{reason.entry} ({reason.root} {reason.form})" if reason.root else reason.entry
        yield (
            *(span.text, span.label, reason.rule, entry, decided),
            *(figure(span.score), str(reason.tally.proposed)),
        )
