"""Verifies a dataset version, ours or edited: every problem with file, row and rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from annotate.dataset.manifest import DATA, MANIFEST, file_entry, read_manifest
from annotate.storage import text_sha256


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that does not hold: in which file, in which row (None: the whole file), why."""

    file: str
    row: int | None
    rule: str
    what: str

    def __str__(self) -> str:
        place = self.file if self.row is None else f"{self.file}: row {self.row}"
        return f"{place}: {self.rule}: {self.what}"


def verify(version: Path) -> list[Fault]:
    """Every fault of a version: sums, files, spans, roles, tokens, repeated articles.

    Raises:
        DatasetError: the folder is no dataset version at all.
    """
    manifest = read_manifest(version)
    faults = list(_files(version, manifest["files"]))
    seen: dict[str, str] = {}
    for path in sorted((version / DATA).glob("*.parquet")):
        name = f"{DATA}/{path.name}"
        try:
            rows = pq.read_table(path).to_pylist()
        except (pa.ArrowException, OSError, UnicodeDecodeError) as problem:
            faults.append(Fault(name, None, "readable", str(problem).partition("\n")[0]))
            continue
        for number, row in enumerate(rows):
            try:
                faults.extend(Fault(name, number, rule, what) for rule, what in _row(row))
                before = seen.setdefault(row["doc_id"], f"{name}: row {number}")
            except KeyError as problem:
                faults.append(Fault(name, number, "columns", f"{problem} is missing"))
                continue
            except (TypeError, AttributeError):
                faults.append(Fault(name, number, "columns", "a value is null or of another type"))
                continue
            if before != f"{name}: row {number}":
                faults.append(Fault(name, number, "unique", f"article is at {before} too"))
    return faults


def _files(version: Path, entries: Mapping[str, Any]) -> Iterator[Fault]:
    found = {
        str(path.relative_to(version)): path
        for path in sorted(version.rglob("*"))
        if path.is_file() and path != version / MANIFEST
    }
    for name, entry in entries.items():
        if name not in found:
            yield Fault(name, None, "present", "the file is missing")
            continue
        try:
            actual = file_entry(found[name])
        except (pa.ArrowException, OSError, UnicodeDecodeError) as problem:
            yield Fault(name, None, "readable", str(problem).partition("\n")[0])
            continue
        for key, value in entry.items():
            if actual.get(key) != value:
                yield Fault(name, None, key, f"is {actual.get(key)}, not {value}")
    for name in sorted(found.keys() - entries.keys()):
        yield Fault(name, None, "listed", "the manifest does not list this file")


def _row(row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    text = row["text"]
    if text_sha256(text) != row["text_sha256"]:
        yield "text_sha256", "names another text"
    tokens = zip(row["tokens"], row["token_starts"], row["token_ends"], strict=False)
    for index, (token, start, end) in enumerate(tokens):
        if text[start:end] != token:
            yield "tokens", f"token {index} is {token!r}, text has {text[start:end]!r}"
    if not len(row["tokens"]) == len(row["token_starts"]) == len(row["token_ends"]):
        yield "tokens", "tokens and their offsets differ in number"
    entities = {span["id"] for span in row["entities"]}
    spans = [*row["entities"], *row["events"]]
    ids = [span["id"] for span in spans]
    if len(set(ids)) < len(ids):
        yield "ids", "two spans have one id"
    for span in spans:
        surface = text[span["start"] : span["end"]]
        if not 0 <= span["start"] < span["end"] <= len(text) or surface != span["text"]:
            yield "spans", f"{span['id']} is {span['text']!r}, text has {surface!r}"
    for event in row["events"]:
        for role in event["roles"]:
            if role["entity_id"] not in entities:
                what = f"{role['role']} of {event['id']} points to no entity ({role['entity_id']})"
                yield "roles", what
