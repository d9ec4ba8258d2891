"""Labels that got another name, or became part of another label, while people were annotating.

Nothing is rewritten, neither on the server nor in the history: `migrations.jsonl` beside the
history says which code stands for which, and it is applied whenever something is read. On the
server the old label stays in the interface, hidden, so that what was marked with it can be opened
and saved as before.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import SubElement, indent, tostring

from defusedxml.ElementTree import fromstring

from annotate.errors import OntologyError, WorkspaceError
from annotate.ontology import Ontology
from annotate.spans import LAYERS, Annotation
from annotate.storage import write_text

_FILE = "migrations.jsonl"
Renames = Mapping[str, str]  # old code -> the code that it stands for now


@dataclass(frozen=True, slots=True)
class Migration:
    """One label that was given up for another one.

    Attributes:
        at: ISO 8601, UTC.
        old, new: codes of one layer.
        layer: entity or event.
        spans: how many spans had the old label then.
        ontology_version: the one that has no old label any more.
    """

    at: str
    layer: str
    old: str
    new: str
    spans: int
    ontology_version: str


_FIELDS = fields(Migration)
_TYPES: dict[str, type[object]] = {f.name: int if f.name == "spans" else str for f in _FIELDS}


def read(folder: Path, *, until: str | None = None) -> list[Migration]:
    """The migrations of a history, oldest first.

    Args:
        until: only those made up to then (ISO 8601, UTC).

    Raises:
        WorkspaceError: the file cannot be read.
    """
    path = folder / _FILE
    if not path.exists():
        return []
    try:
        lines = path.read_text("utf-8").splitlines()
        found = [Migration(**json.loads(line)) for line in lines if line.strip()]
        if not all(type(getattr(one, f.name)) is _TYPES[f.name] for one in found for f in _FIELDS):
            raise TypeError
    except (OSError, ValueError, TypeError, RecursionError) as problem:
        raise WorkspaceError(
            f"the migrations cannot be read ({type(problem).__name__})",
            where=str(path),
            fix="restore the file from a backup",
        ) from None
    return [one for one in found if until is None or one.at <= until]


def append(folder: Path, migrations: Iterable[Migration]) -> None:
    """Adds migrations to those of a history."""
    every = [*read(folder), *migrations]
    folder.mkdir(parents=True, exist_ok=True)
    lines = (json.dumps(asdict(one), ensure_ascii=False) + "\n" for one in every)
    write_text(folder / _FILE, "".join(lines), mode=0o600)


def renames(migrations: Sequence[Migration]) -> dict[str, str]:
    """What each code that was given up stands for after all migrations, in their order."""
    found: dict[str, str] = {}
    for one in migrations:
        found = {code: one.new if now == one.old else now for code, now in found.items()}
        found[one.old] = one.new
    return {code: now for code, now in found.items() if code != now}


def check(ontology: Ontology, renamed: Renames) -> None:
    """A code that was given up may not come back with another meaning.

    Raises:
        OntologyError: it did, or the ontology lacks what one stands for.
    """
    codes = {*ontology.entity_codes, *ontology.event_codes}
    back = sorted(codes & renamed.keys())
    if back:
        raise OntologyError(
            f"{', '.join(back)} stands for {', '.join(renamed[code] for code in back)} since it "
            "was migrated",
            fix=f"give the label another code, or run: annotate ontology migrate "
            f"{renamed[back[0]]}={back[0]}",
        )
    lost = sorted({now for now in renamed.values() if now not in codes})
    if lost:
        raise OntologyError(
            f"the ontology lacks {', '.join(lost)}, which other labels were migrated to",
            fix="put it back, or migrate it on: annotate ontology migrate OLD=NEW",
        )


def renamed_annotation(annotation: Annotation, renamed: Renames) -> Annotation:
    """An annotation with the labels of today."""
    if not renamed:
        return annotation
    covered = annotation.labels_covered
    return replace(
        annotation,
        spans=tuple(
            replace(span, label=renamed.get(span.label, span.label)) for span in annotation.spans
        ),
        labels_covered=None if covered is None else renamed_codes(covered, renamed),
    )


def renamed_codes(codes: Iterable[str], renamed: Renames) -> tuple[str, ...]:
    """Codes of today, each once."""
    return tuple(dict.fromkeys(renamed.get(code, code) for code in codes))


def renamed_spans(spans: Any, renamed: Renames) -> Any:
    """Spans of records (JSON objects) with the labels of today."""
    return [span | {"label": renamed.get(span["label"], span["label"])} for span in spans]


def renamed_results(results: Any, renamed: Renames) -> Any:
    """The server's results with the labels of today; anything else as it is."""
    if not renamed or not isinstance(results, list):
        return results
    return [_renamed_result(item, renamed) for item in results]


def _renamed_result(item: Any, renamed: Renames) -> Any:
    if not isinstance(item, dict) or item.get("from_name") not in LAYERS:
        return item
    value = item.get("value")
    if not isinstance(value, dict) or not isinstance(labels := value.get("labels"), list):
        return item
    now = [renamed.get(code, code) if isinstance(code, str) else code for code in labels]
    return item | {"value": value | {"labels": now}}


def with_hidden(xml: str, renamed: Renames) -> str:
    """A labeling config in which the codes that were given up are known, and cannot be chosen.

    A hidden label has the caption and the colour of the one that it stands for.
    """
    if not renamed:
        return xml
    view = fromstring(xml)
    for control in view.iter("Labels"):
        labels = {str(label.get("value")): label for label in control.iter("Label")}
        for old, new in sorted(renamed.items()):
            if new in labels and old not in labels:
                shown = {k: v for k, v in labels[new].attrib.items() if k != "hotkey"}
                SubElement(control, "Label", shown | {"value": old, "visible": "false"})
    indent(view)
    return tostring(view, encoding="unicode")
