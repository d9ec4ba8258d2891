"""The roles found in a text: which entity fills which role in which event."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from annotate.heuristics.candidates import Candidate
from annotate.heuristics.events import Event
from annotate.ontology import Ontology


class Filler(NamedTuple):
    """Entity number `entity` plays `role` in event number `event`."""

    event: int
    entity: int
    role: str


class Fillers:
    """Collects roles; an entity plays at most one in an event, and only one the ontology admits."""

    def __init__(self, ontology: Ontology) -> None:
        self._ontology = ontology
        self._found: dict[tuple[int, int], str] = {}
        self._roles: dict[int, set[str]] = {}

    def add(self, number: int, event: Event, other: int, entity: Candidate, role: str) -> bool:
        """Notes a role where it is admitted and the pair has none; whether it was noted."""
        if (number, other) in self._found:
            return False
        if not self._ontology.admits(event.type, role, entity.label):
            return False
        self._found[number, other] = role
        self._roles.setdefault(number, set()).add(role)
        return True

    def has(self, number: int, other: int) -> bool:
        """Whether an entity plays a role in an event."""
        return (number, other) in self._found

    def role(self, number: int, other: int) -> str:
        """The role that an entity plays in an event, "" for none."""
        return self._found.get((number, other), "")

    def roles(self, number: int) -> Collection[str]:
        """The roles that are filled in an event."""
        return self._roles.get(number, ())

    def listed(self) -> list[Filler]:
        """All of them."""
        return [Filler(event, entity, role) for (event, entity), role in self._found.items()]
