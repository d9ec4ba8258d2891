"""Names and colours of what is drawn, from the ontology; what it lacks is grey. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from annotate.ontology import Label, Ontology, Role
from annotate.show.view import Kind, Side, Status
from annotate.spans import Layer, Span

GREY = "#616161"
# Of the two readings, and of what they disagree on: told apart without red and green.
COLOR_A, COLOR_B, COLOR_LABEL, COLOR_ATTRIBUTES = "#1565c0", "#d35400", "#8e24aa", "#00796b"

STATUSES: dict[Status, tuple[str, str]] = {
    "agreed": ("متفق عليه", "agreed"),
    "attributes": ("سمات مختلفة", "attributes differ"),
    "label": ("تصنيف مختلف", "other label"),
    "boundary": ("حدود مختلفة", "other boundary"),
    "label_boundary": ("تصنيف وحدود مختلفان", "other label and boundary"),
    "only_a": ("في A وحدها", "only in A"),
    "only_b": ("في B وحدها", "only in B"),
}
KIND_NAMES: dict[Kind, tuple[str, str]] = {
    "entities": ("الكيانات", "entities"),
    "triggers": ("الأحداث", "triggers"),
    "roles": ("الأدوار", "roles"),
}
SIDES: dict[Side, Literal["", "A", "B"]] = {"both": "", "a": "A", "b": "B"}


@dataclass(frozen=True, slots=True)
class Face:
    """How a label or a role looks.

    Attributes:
        key: safe as the name of a CSS class and of an element: e0 (entity), v0 (event), r0 (role);
            ex, vx and rx for what the ontology lacks.
        code: the name in data.
        ar, en: names for people; the code where there is none.
        color: "#rrggbb".
    """

    key: str
    code: str
    ar: str
    en: str
    color: str

    @property
    def tint(self) -> str:
        """The colour, mixed with six parts of white."""
        return mixed(self.color, 6)

    @property
    def number(self) -> int | None:
        """Place in the ontology, from 0; None for what it lacks."""
        return int(self.key[1:]) if self.key[1:].isdigit() else None


class Faces:
    """Looks labels and roles of one ontology up."""

    def __init__(self, ontology: Ontology) -> None:
        self._defaults = {a.code: a.default for a in ontology.attributes}
        self._values = {(a.code, v.code): v.ar for a in ontology.attributes for v in a.values}
        self._faces: dict[tuple[str, str], Face] = {}
        parts: dict[str, Sequence[Label | Role]] = {
            "e": ontology.entities,
            "v": ontology.events,
            "r": ontology.roles,
        }
        for letter, items in parts.items():
            for number, item in enumerate(items):
                face = Face(f"{letter}{number}", item.code, item.ar, item.en, item.color)
                self._faces[letter, item.code] = face

    def label(self, layer: Layer, code: str) -> Face:
        return self._face("e" if layer == "entity" else "v", code)

    def role(self, code: str) -> Face:
        return self._face("r", code)

    def _face(self, letter: str, code: str) -> Face:
        return self._faces.get((letter, code)) or Face(f"{letter}x", code, code, code, GREY)

    def unusual(self, span: Span) -> list[tuple[str, str, str]]:
        """(attribute, value, Arabic name of the value) of what differs from the defaults."""
        return [
            (name, value, self.value(name, value))
            for name, value in span.attributes
            if value != self._defaults.get(name)
        ]

    def value(self, attribute: str, value: str) -> str:
        """Arabic name of a value, or the value itself."""
        return self._values.get((attribute, value), value)


def mixed(color: str, white: int) -> str:
    """A colour "#rrggbb", one part of it with `white` parts of white."""
    parts = (int(color[at : at + 2], 16) for at in (1, 3, 5))
    return "#" + "".join(f"{(part + 255 * white) // (white + 1):02x}" for part in parts)


def is_light(color: str) -> bool:
    """Whether black reads better on a colour than white: by its relative luminance (WCAG 2)."""
    parts = (int(color[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] > 0.179
