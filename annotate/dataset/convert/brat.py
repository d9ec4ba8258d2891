"""brat standoff: a text and an annotation file for each article, and the project's configuration.

What brat's own parser wants is kept: ids of a letter and a number, one tab after the id, offsets in
code points, the text of a span as it stands, and fragments where a span crosses a line break.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import count as counter
from pathlib import Path

from annotate.dataset.convert.document import ROLES, Document, Inventory, left_out
from annotate.errors import DatasetError
from annotate.spans import Span

SUFFIX = ""  # a folder
AT_BREAK = "spans that begin or end at a line break"
_BREAKS = re.compile(r"[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")  # where readers split lines
_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]{0,127}")


class _Seen:
    """What the configuration must list."""

    def __init__(self) -> None:
        self.entities: dict[str, None] = {}
        self.roles: dict[str, dict[str, None]] = {}
        self.values: dict[str, set[str]] = defaultdict(set)
        self.unsure: bool = False


def write(
    documents: Iterable[tuple[Document, Inventory]],
    folder: Path,
    *,
    entities: bool,
    events: bool,
) -> tuple[int, Counter[str]]:
    """Writes `ID.txt` and `ID.ann` for each article, and `annotation.conf`.

    Returns:
        The number of articles and what was lost.

    Raises:
        DatasetError: a doc_id can be no file's name.
    """
    lost: Counter[str] = Counter()
    seen = _Seen()
    count = 0
    for document, holds in documents:
        if not _NAME.fullmatch(document.doc_id):
            raise DatasetError(f"doc_id {document.doc_id!r} can be no file's name")
        lost += left_out(document, entities=entities, events=events, holds="roles attributes")
        for label in holds.entities if entities else ():
            seen.entities.setdefault(label)
        for label in holds.events if events else ():
            seen.roles.setdefault(label, {})
        lines = "".join(
            f"{line}\n" for line in _lines(document, seen, lost, entities=entities, events=events)
        )
        (folder / f"{document.doc_id}.txt").write_bytes(document.text.encode("utf-8"))
        (folder / f"{document.doc_id}.ann").write_bytes(lines.encode("utf-8"))
        count += 1
    (folder / "annotation.conf").write_bytes(_configuration(seen).encode("utf-8"))
    return count, lost


def _lines(
    document: Document, seen: _Seen, lost: Counter[str], *, entities: bool, events: bool
) -> Iterator[str]:
    annotation = document.annotation
    numbers, attributes, names = counter(1), counter(1), counter(1)
    tails: dict[str, str] = {}
    heads: dict[str, str] = {}
    chosen = [s for s in annotation.spans if (entities if s.layer == "entity" else events)]
    for span in chosen:
        fragments = _fragments(span)
        if fragments is None:
            lost[AT_BREAK] += 1
            continue
        name = f"T{next(numbers)}"
        (tails if span.layer == "entity" else heads)[span.id] = name
        places = ";".join(f"{start} {end}" for start, end in fragments)
        said = " ".join(document.text[start:end] for start, end in fragments)
        yield f"{name}\t{span.label} {places}\t{said}"
        if span.layer == "entity":
            seen.entities.setdefault(span.label)
            if span.unsure:
                seen.unsure = True
                yield f"A{next(attributes)}\tunsure {name}"
    roles = defaultdict(list)
    for relation in annotation.relations if entities and events else ():
        if relation.head in heads and relation.tail in tails:
            roles[relation.head].append((relation.role, tails[relation.tail]))
        else:
            lost[ROLES] += 1
    known = {relation.role for relation in annotation.relations}
    for span in chosen:
        if span.id not in heads:
            continue
        name = f"E{next(names)}"
        seen.roles.setdefault(span.label, {})
        arguments = list(_numbered(roles[span.id], known))
        for role, _ in roles[span.id]:
            seen.roles[span.label].setdefault(role)
        yield " ".join([f"{name}\t{span.label}:{heads[span.id]}", *arguments])
        for attribute, value in span.attributes:
            seen.values[attribute].add(value)
            yield f"A{next(attributes)}\t{attribute} {name} {value}"
        if span.unsure:
            seen.unsure = True
            yield f"A{next(attributes)}\tunsure {name}"


def _fragments(span: Span) -> list[tuple[int, int]] | None:
    """The parts of a span between line breaks, as brat marks them; None where one is at an end."""
    found = []
    start = 0
    for gap in [*_BREAKS.finditer(span.text), None]:
        end = len(span.text) if gap is None else gap.start()
        if start == end:
            return None
        found.append((span.start + start, span.start + end))
        start = end if gap is None else gap.end()
    return found


def _numbered(roles: Sequence[tuple[str, str]], known: set[str]) -> Iterator[str]:
    """Arguments; the second one of a role is ROLE2, as brat writes it."""
    taken: set[str] = set()
    for role, target in roles:
        name = role
        number = 2
        while name in taken or (name != role and name in known):
            name = f"{role}{number}"
            number += 1
        taken.add(name)
        yield f"{name}:{target}"


def _configuration(seen: _Seen) -> str:
    """`annotation.conf`: without it brat takes none of the types for known."""
    events = [
        f"{label}\t{', '.join(f'{role}*:<ENTITY>' for role in roles)}".rstrip("\t")
        for label, roles in seen.roles.items()
    ]
    attributes = [
        f"{name}\tArg:<EVENT>, Value:{'|'.join(sorted(values))}"
        for name, values in seen.values.items()
    ]
    if seen.unsure:
        attributes += ["unsure\tArg:<ANY>"]
    parts = {
        "entities": list(seen.entities),
        "relations": [],
        "events": events,
        "attributes": attributes,
    }
    return "\n".join(
        f"[{name}]\n" + "".join(f"{x}\n" for x in lines) for name, lines in parts.items()
    )
