"""The ontology: entity types, event types, attributes and roles, read from YAML and checked."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from annotate.errors import OntologyError
from annotate.resources import resource
from annotate.yamlfile import Location, YamlFile

Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,31}$")]
Name = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$")]
Version = Annotated[str, StringConstraints(pattern=r"^\d+\.\d+\.\d+$")]
# One key, or one with shift; as letters of a US keyboard, which any other one sends too.
Hotkey = Annotated[str, StringConstraints(pattern=r"^([Ss]hift\+)?[!-*\--~]$")]

# Keys that mean something else in the labeling interface.
RESERVED_KEYS = {"u": "Label Studio's own (unselect)", "j": "the mark 'unsure'"}
UNSURE_KEY = "j"


# Columns that every event has in a dataset, in its article's row and in one of its own: an
# attribute becomes one more and needs another name.
EVENT_COLUMNS = frozenset(
    (
        *("id", "start", "end", "core_start", "core_end", "label", "text"),
        *("score", "origin", "decision", "unsure", "roles"),
        *("doc_id", "group_id", "status", "sentence", "layer"),
    )
)


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Label(_Value):
    """What entity types and event types have in common.

    Attributes:
        code: the name in data, unique in its layer.
        ar, en: Arabic and English names.
        definition_ar, definition_en: when to use it.
        examples: a few Arabic surfaces.
        color: "#rrggbb" of the label in the interface.
        hotkey: a key, alone or as "shift+q"; unique over labels and attributes' values; or None.
        mappings: scheme -> name of the nearest type there, None where it has none.
    """

    code: Code
    ar: Name
    en: Name
    definition_ar: Name
    definition_en: Name
    examples: tuple[Name, ...] = Field(min_length=1)
    color: Colour
    hotkey: Hotkey | None = None
    mappings: dict[str, str | None] = Field(default_factory=dict)


class EntityType(Label):
    """A type of named thing."""


class EventType(Label):
    """A type of event; `roles` are the roles that it admits."""

    roles: tuple[Code, ...] = ()


class AttributeValue(_Value):
    """One value of an attribute; `hotkey` as for labels."""

    code: Code
    ar: Name
    en: Name
    hotkey: Hotkey | None = None


class Attribute(_Value):
    """A property of an event; its default is understood where nothing is marked."""

    code: Code
    ar: Name
    en: Name
    definition_ar: Name
    definition_en: Name
    default: Code
    values: tuple[AttributeValue, ...] = Field(min_length=2)


class Role(_Value):
    """What an entity does in an event; `fillers` are the entity types that may play it."""

    code: Code
    ar: Name
    en: Name
    definition_ar: Name
    definition_en: Name
    fillers: tuple[Code, ...] = Field(min_length=1)
    color: Colour


class Rule(_Value):
    """One settled case, for the guidelines that annotators read."""

    ar: Name
    en: Name


class Ontology(_Value):
    """All labels of a project, and the rules that go with them."""

    name: Name
    version: Version
    guidelines_version: Version = "1.0.0"
    entities: tuple[EntityType, ...] = Field(min_length=1)
    events: tuple[EventType, ...] = ()
    attributes: tuple[Attribute, ...] = ()
    roles: tuple[Role, ...] = ()
    rules: tuple[Rule, ...] = ()

    @cached_property
    def entity_codes(self) -> tuple[str, ...]:
        return tuple(entity.code for entity in self.entities)

    @cached_property
    def event_codes(self) -> tuple[str, ...]:
        return tuple(event.code for event in self.events)

    @cached_property
    def role_codes(self) -> tuple[str, ...]:
        return tuple(role.code for role in self.roles)

    @cached_property
    def _admitted(self) -> frozenset[tuple[str, str, str]]:
        fillers = {role.code: role.fillers for role in self.roles}
        return frozenset(
            (event.code, role, filler)
            for event in self.events
            for role in event.roles
            for filler in fillers[role]
        )

    @cached_property
    def defaults(self) -> tuple[tuple[str, str], ...]:
        """The attributes of an event of which nothing is said: (code, default) pairs."""
        return tuple((attribute.code, attribute.default) for attribute in self.attributes)

    @cached_property
    def _layers(self) -> dict[Literal["entity", "event"], frozenset[str]]:
        return {"entity": frozenset(self.entity_codes), "event": frozenset(self.event_codes)}

    @cached_property
    def _values(self) -> dict[str, tuple[str, ...]]:
        return {a.code: tuple(value.code for value in a.values) for a in self.attributes}

    def labels(self, layer: Literal["entity", "event"]) -> tuple[str, ...]:
        """Codes of one layer, in the file's order."""
        return self.entity_codes if layer == "entity" else self.event_codes

    def has_label(self, layer: Literal["entity", "event"], code: str) -> bool:
        """Whether a layer has this label."""
        return code in self._layers[layer]

    def values(self, attribute: str) -> tuple[str, ...]:
        """Codes of an attribute's values; empty if there is no such attribute."""
        return self._values.get(attribute, ())

    def admits(self, event: str, role: str, entity: str) -> bool:
        """Whether an entity of this type may play this role in an event of this type."""
        return (event, role, entity) in self._admitted


def load_ontology(path: Path | None = None) -> Ontology:
    """The ontology in a YAML file; without a path, the one that ships with the package.

    Raises:
        OntologyError: with file, line and every problem found.
    """
    return _load((path or resource("schemas", "ontology.yaml")).resolve())


@cache
def _load(path: Path) -> Ontology:
    file = YamlFile(path, OntologyError)
    ontology = file.parse(Ontology)
    found = [
        *_duplicates(ontology),
        *_duplicate_hotkeys(ontology),
        *_unknown_references(ontology),
        *_bad_defaults(ontology),
    ]
    if found:
        raise file.fail(found)
    return ontology


def _duplicates(ontology: Ontology) -> list[tuple[Location, str]]:
    """A code may stand once in its list, and a label only in one of the two layers."""
    found: list[tuple[Location, str]] = []
    taken: dict[str, str] = {}
    for part in ("entities", "events"):
        for index, label in enumerate(getattr(ontology, part)):
            if label.code in taken:
                where = "twice" if taken[label.code] == part else f"in {taken[label.code]} too"
                found.append(
                    ((part, index, "code"), f"duplicate label {label.code}: it is {where}")
                )
            taken[label.code] = part
    for part in ("attributes", "roles"):
        counts: Counter[str] = Counter()
        for index, item in enumerate(getattr(ontology, part)):
            counts[item.code] += 1
            if counts[item.code] == 2:
                found.append(((part, index, "code"), f"duplicate {part[:-1]} {item.code}"))
    return found


def _duplicate_hotkeys(ontology: Ontology) -> list[tuple[Location, str]]:
    """A key may stand once: on a label, or on a value of an attribute."""
    places: list[tuple[Location, str, str | None]] = [
        ((part, index, "hotkey"), label.code, label.hotkey)
        for part in ("entities", "events")
        for index, label in enumerate(getattr(ontology, part))
    ]
    places += [
        (("attributes", index, "values", number, "hotkey"), value.code, value.hotkey)
        for index, attribute in enumerate(ontology.attributes)
        for number, value in enumerate(attribute.values)
    ]
    found: list[tuple[Location, str]] = []
    taken: dict[str, str] = {}
    for location, code, hotkey in places:
        if hotkey is None:
            continue
        key = hotkey.lower()
        if key in RESERVED_KEYS:
            found.append((location, f"hotkey {key!r} of {code} is {RESERVED_KEYS[key]}"))
        elif key in taken:
            found.append((location, f"hotkey {key!r} of {code} is {taken[key]}'s already"))
        taken.setdefault(key, code)
    return found


def _unknown_references(ontology: Ontology) -> list[tuple[Location, str]]:
    found: list[tuple[Location, str]] = []
    for part, field, known, kind in (
        ("events", "roles", ontology.role_codes, "role"),
        ("roles", "fillers", ontology.entity_codes, "entity type"),
    ):
        for index, item in enumerate(getattr(ontology, part)):
            for code in getattr(item, field):
                if code not in known:
                    what = f"{item.code} names {kind} {code}, which is not defined"
                    found.append(((part, index, field), f"{what} (there are {', '.join(known)})"))
    return found


# Names that the interface's own controls have.
_CONTROLS = frozenset(
    {"entity", "event", "relations", "text", "unsure", "note", "comment", "skip_reason"}
)


def _bad_defaults(ontology: Ontology) -> list[tuple[Location, str]]:
    found: list[tuple[Location, str]] = []
    for index, attribute in enumerate(ontology.attributes):
        codes = [value.code for value in attribute.values]
        if len(set(codes)) < len(codes):
            found.append((("attributes", index, "values"), f"{attribute.code} has a value twice"))
        if attribute.default not in codes:
            what = f"default {attribute.default} of {attribute.code} is not one of its values"
            found.append((("attributes", index, "default"), what))
        if attribute.code in _CONTROLS - EVENT_COLUMNS:
            what = f"attribute {attribute.code} has the name of a control of the interface"
            found.append((("attributes", index, "code"), what))
        if not re.fullmatch(r"[a-z][a-z0-9_]*", attribute.code):
            what = f"attribute {attribute.code} becomes a column: use lower-case letters"
            found.append((("attributes", index, "code"), what))
        if attribute.code in EVENT_COLUMNS:
            what = f"attribute {attribute.code} becomes a column, and that one is there already"
            found.append((("attributes", index, "code"), what))
    return found
