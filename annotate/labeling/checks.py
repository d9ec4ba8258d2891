"""What is checked before anything is sent: the server takes what breaks the editor, or the data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from annotate.corpus.article import Article
from annotate.errors import InputError, SpanError
from annotate.labeling.ledger import Staged
from annotate.labeling.wire import sendable_problems
from annotate.ontology import Ontology

_SHOWN = 10  # problems in one message


def check_articles(articles: Iterable[Article]) -> None:
    """Refuses texts that cannot be kept as they are.

    A NUL ends a text in PostgreSQL, and a lone surrogate is no character of any encoding.

    Raises:
        InputError: naming the articles.
    """
    bad = []
    for article in articles:
        for name in ("text", "source", "outlet", "published"):
            value = getattr(article, name) or ""
            if "\0" in value:
                bad.append(f"article {article.doc_id}: NUL in its {name}")
            elif any("\ud800" <= character <= "\udfff" for character in _suspicious(value)):
                bad.append(f"article {article.doc_id}: a lone surrogate in its {name}")
    if bad:
        raise InputError(
            _listed(bad), where="push", fix="read them through the cleaning rules, which do that"
        )


def check_batch(staged: Sequence[Staged], ontology: Ontology) -> None:
    """Refuses a batch in which anything does not hold; every problem of it is named.

    Checked are the parts' ranges, and of each pre-annotation: hash, offsets, surfaces, labels,
    attributes, unique ids of regions, relations between regions that are there in admitted roles.
    That two roles of one pair go as one relation is the wire's doing.

    Raises:
        SpanError: naming the articles, and what is wrong.
    """
    bad = []
    done: set[int] = set()
    for item in staged:
        part, text = item.part, item.article.text
        where = f"article {item.article.doc_id}"
        if not (0 <= part.start <= part.end <= len(text) and 1 <= part.number <= part.count):
            bad.append(f"{where}: part {part.number}/{part.count} is {part.start}:{part.end}")
        if item.prediction is not None and id(item.prediction) not in done:
            done.add(id(item.prediction))  # all parts of an article have the same one
            bad += [
                f"{where}: span {problem.item}: {problem.reason}"
                for problem in sendable_problems(item.prediction, text, ontology)
            ]
    if bad:
        raise SpanError(
            f"the pre-annotation does not hold: {_listed(bad)}",
            fix="this is a fault of the heuristics; nothing of this batch was sent",
        )


def _suspicious(text: str) -> str:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text
    return ""


def _listed(problems: Sequence[str]) -> str:
    more = len(problems) - _SHOWN
    return "; ".join(problems[:_SHOWN]) + (f"; and {more} more" if more > 0 else "")
