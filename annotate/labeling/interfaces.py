"""Which labels annotators could choose, and from when on.

An annotation covers the labels of the interface that was there when its work began: what was added
later was not looked for, and its absence says nothing. Times are the server's own.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from annotate.labeling.entry import kept_json
from annotate.labeling.ledger import Ledger
from annotate.ontology import Ontology
from annotate.spans import LAYERS

_ALWAYS = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Installed:
    """An interface that a project has had.

    Attributes:
        at: since when (ISO 8601, UTC, the server's clock); empty for as long as is known.
        ontology_version, guidelines_version: what it was made from; empty where nobody knows.
        labels: codes of entities and events that could be chosen.
    """

    at: str
    ontology_version: str
    guidelines_version: str
    labels: tuple[str, ...]


def offered(xml: str) -> tuple[str, ...]:
    """Codes of entities and events that a labeling config offers, in its order, hidden ones not."""
    try:
        view = fromstring(xml)
    except (ParseError, DefusedXmlException, ValueError):
        return ()
    return tuple(
        str(label.get("value"))
        for control in view.iter("Labels")
        if control.get("name") in LAYERS
        for label in control.iter("Label")
        if label.get("visible") != "false"
    )


def record(
    ledger: Ledger, server: str, project_id: int, xml: str, ontology: Ontology | None, at: str
) -> None:
    """Remembers the interface that a project has from now on, unless it has had it already.

    Args:
        ontology: what it was made from; None where nobody knows.
        at: the server's time once the interface was there (ISO 8601); empty if nobody knows since
            when, as where the ledger that knew it was lost. Where another interface is known from
            before, the latest that it can be is now.
    """
    made_from = (ontology.version, ontology.guidelines_version) if ontology else ("", "")
    now = (*made_from, offered(xml))
    before = installed(ledger, server, project_id)
    if before:
        last = before[-1]
        if now == (last.ontology_version, last.guidelines_version, last.labels):
            return
        at = at or datetime.now(UTC).isoformat(timespec="seconds")
        # A server tells whole seconds, and a clock can be set back: the one before stays known.
        after = moment(last.at) + timedelta(seconds=1)
        if moment(at) < after:
            at = after.isoformat(timespec="seconds")
    version, guidelines, labels = now
    with ledger.database as database:
        database.execute(
            "INSERT OR REPLACE INTO interfaces VALUES (?, ?, ?, ?, ?, ?)",
            (server, project_id, at, version, guidelines, json.dumps(labels)),
        )


def installed(ledger: Ledger, server: str, project_id: int) -> list[Installed]:
    """Every interface that a project has had, oldest first."""
    rows = ledger.database.execute(
        "SELECT installed_at, ontology_version, guidelines_version, labels FROM interfaces"
        " WHERE server = ? AND project_id = ?",
        (server, project_id),
    )
    found = [
        Installed(
            *(str(at), str(version), str(guidelines)),
            tuple(map(str, kept_json(labels, list, f"ledger: interfaces of project {project_id}"))),
        )
        for at, version, guidelines, labels in rows
    ]
    return sorted(found, key=lambda interface: moment(interface.at))


def interface_of(
    interfaces: Sequence[Installed], updated_at: str, lead_time: float | None
) -> Installed | None:
    """The interface that was there when the work on an annotation began; None if none is known.

    Args:
        interfaces: those of the project, oldest first.
        updated_at: when the annotation was submitted last (ISO 8601).
        lead_time: seconds that the person had it open, over all submissions; so the work is taken
            to have begun rather too early than too late.
    """
    if not interfaces:
        return None
    ended = moment(updated_at)
    begun = ended - min(timedelta(seconds=lead_time or 0.0), ended - _ALWAYS)
    there = [interface for interface in interfaces if moment(interface.at) <= begun]
    # Nothing is annotated before the project is there: a tab that was open too long says so.
    return there[-1] if there else interfaces[0]


def moment(time: str) -> datetime:
    """A time as a value; the beginning of all times where it is empty or cannot be read."""
    try:
        found = datetime.fromisoformat(time)
    except ValueError:
        return _ALWAYS
    return found if found.tzinfo else found.replace(tzinfo=UTC)
