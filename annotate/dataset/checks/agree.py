"""Where a table says something else than the articles that it is made of: row by row, for some."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from annotate.dataset.checks.articles import Checker
from annotate.dataset.checks.digests import SHARED_BY_SENTENCES, SHARED_BY_SPANS
from annotate.dataset.checks.frame import Rows, hashes
from annotate.dataset.checks.others import Others
from annotate.dataset.text_columns import Flags

LOOKED_AT = 50  # articles of each table; of the others only that they differ is said
Row = Mapping[str, Any]
Placed = tuple[str, int, Row]  # a row after its file and number
Reader = Callable[[str, frozenset[int]], Iterator[Placed]]


def check_agreement(checker: Checker, others: Others, first: Flags, read: Reader) -> None:
    """`sentences/` and `spans/` say what `data/` says.

    Args:
        first: articles that are first with their doc_id; the others are a fault already.
        read: gives (file, number, row) of a table's rows whose articles are asked for.
    """
    index, faults = checker.index, checker.faults
    for table, name in (("sentences", "in sentences"), ("spans", "in spans")):
        if not others.is_read[table]:
            continue
        if not index.has(name) or table in others.partly:
            faults.skipped(f"whether {table}/ says what data/ says: not all of it could be read")
            continue
        differs = np.flatnonzero(first & (index.column(name) != others.sums[name]))
        chosen = differs[:LOOKED_AT]
        asked = frozenset(index.column("doc")[chosen].tolist())
        articles = _by_doc(read("articles", asked)) if asked else {}
        theirs = _by_doc(read(table, asked)) if asked else {}
        for number in differs.tolist():
            file, row = index.said(number)
            doc = int(index.column("doc")[number])
            found = 0
            if number in chosen and len(articles.get(doc, ())) == 1:
                ours = articles[doc][0][2]
                rows = theirs.get(doc, [])
                made = _spans(ours, checker.digester.spans) if table == "spans" else _cut(ours)
                for where, at, what in _compare(made, rows, _KEYS[table], (file, row, table)):
                    faults.add(where, at, "agree", what)
                    found += 1
            if not found:
                faults.add(file, row, "agree", f"{table}/ says something else of this article")


def _by_doc(rows: Iterator[Placed]) -> dict[int, list[Placed]]:
    found: dict[int, list[Placed]] = defaultdict(list)
    for file, number, row in rows:
        found[hash(row["doc_id"])].append((file, number, row))
    return found


_KEYS: Mapping[str, Callable[[Row], tuple[Any, ...]]] = {
    "spans": lambda row: (row["layer"], row["id"]),
    "sentences": lambda row: (row["sentence"],),
}


def _compare(
    made: Sequence[Row],
    rows: Sequence[Placed],
    key: Callable[[Row], tuple[Any, ...]],
    article: tuple[str, int, str],
) -> Iterator[tuple[str, int, str]]:
    expected = {key(row): row for row in made}
    seen = set()
    for file, number, row in rows:
        name = key(row)
        said = " ".join(map(str, name))
        if name in seen:
            yield file, number, f"{said} is there twice"
        elif name not in expected:
            yield file, number, f"the article has no {said}"
        else:
            columns = [
                c for c, value in expected[name].items() if _plain(row.get(c)) != _plain(value)
            ]
            if columns:
                yield file, number, f"{said} differs from the article in {', '.join(columns)}"
        seen.add(name)
    for name in expected.keys() - seen:
        said = " ".join(map(str, name))
        yield article[0], article[1], f"{article[2]}/ lacks {said} of this article"


def _plain(value: Any) -> Any:
    """Roles have no order; of a span those columns count that both tables have."""
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return sorted((_plain_span(one) for one in value), key=repr)
    return value


def _plain_span(one: Row) -> dict[str, Any]:
    return {name: _plain(value) for name, value in one.items()}


def _sentence(article: Row, start: int) -> int | None:
    """The number of the sentence that has this offset."""
    for number, piece in enumerate(article["sentences"]):
        if piece["start"] <= start < piece["end"]:
            return number
    return None


def _spans(article: Row, columns: Sequence[str]) -> list[Row]:
    """What `spans/` has to have of an article."""
    played: dict[str, int] = defaultdict(int)
    for event in article["events"]:
        for role in event["roles"]:
            played[role["entity_id"]] += 1
    shared = {name: article[name] for name in SHARED_BY_SPANS}
    made: list[Row] = []
    for layer, name in (("entity", "entities"), ("event", "events")):
        for span in article[name]:
            made.append(
                {
                    "layer": layer,
                    **{column: span.get(column) for column in columns},
                    "sentence": _sentence(article, span["start"]),
                    "roles": len(span["roles"]) if layer == "event" else played[span["id"]],
                    **shared,
                }
            )
    return made


def _cut(article: Row) -> list[Row]:
    """What `sentences/` has to have of an article."""
    made: list[Row] = []
    shared = {name: article[name] for name in SHARED_BY_SENTENCES}
    tokens = list(zip(article["token_starts"], article["token_ends"], strict=False))
    for number, piece in enumerate(article["sentences"]):
        low, high = piece["start"], piece["end"]

        def inside(span: Row, low: int = low, high: int = high) -> bool:
            return bool(low <= span["start"] and span["end"] <= high)

        entities = [span for span in article["entities"] if inside(span)]
        ids = {span["id"] for span in entities}
        events = [
            {**span, "roles": [role for role in span["roles"] if role["entity_id"] in ids]}
            for span in article["events"]
            if inside(span)
        ]
        text = article["text"]
        held = [token for token in tokens if low <= token[0] and token[1] <= high]
        made.append(
            {
                "sentence": number,
                "start": low,
                "end": high,
                "text": None if text is None else text[low:high],
                "token_starts": [start for start, _ in held],
                "token_ends": [end for _, end in held],
                "entities": entities,
                "events": events,
                **shared,
            }
        )
    return made


def placed_rows(rows: Rows, asked: frozenset[int]) -> Iterator[Placed]:
    """Those of some rows whose article is asked for."""
    if rows.has("doc_id"):
        docs = hashes(rows.array("doc_id"))
        for place in np.flatnonzero(np.isin(docs, list(asked))).tolist():
            row = rows.batch.slice(place, 1).to_pylist()[0]
            yield rows.file, int(rows.numbers[place]), row
