"""Colours of the report, for a light screen and for a dark one. Pure.

Nothing is told by red against green: verdicts go from blue (reliable) over yellow to orange.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

FONT = '"Noto Sans", "Noto Sans Arabic", "Segoe UI", Tahoma, system-ui, sans-serif'


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours "#rrggbb" of one of the two.

    Attributes:
        back, card, ink, muted, line: of the page, of what lies on it, of text and rules.
        faint: of what is of few spans.
        accent: of values; `soft` of their intervals.
        good, fair, poor: of what is reliable, tentative, not reliable.
        a, b, c, d: of the readings of one place, and of the first annotators.
        low, high: ends of the scale of a heat map, from little to much.
    """

    back: str
    card: str
    ink: str
    muted: str
    line: str
    faint: str
    accent: str
    soft: str
    good: str
    fair: str
    poor: str
    a: str
    b: str
    c: str
    d: str
    low: str
    high: str

    def css(self) -> str:
        """As custom properties of a style sheet."""
        return "".join(f"--{field.name}:{getattr(self, field.name)};" for field in fields(self))


LIGHT = Theme(
    back="#f3f5f7",
    card="#ffffff",
    ink="#1a1f24",
    muted="#5a6570",
    line="#dfe4e8",
    faint="#b4bcc4",
    accent="#1565c0",
    soft="#cfe0f3",
    good="#00697a",
    fair="#8a6100",
    poor="#b3401a",
    a="#1565c0",
    b="#c44e00",
    c="#7b2d9b",
    d="#00796b",
    low="#eef3f8",
    high="#0d4f96",
)
DARK = Theme(
    back="#121518",
    card="#1b2025",
    ink="#e8ebee",
    muted="#a3aeb8",
    line="#343c44",
    faint="#5d6872",
    accent="#6fb1f5",
    soft="#28435f",
    good="#5cc8d6",
    fair="#e6b84a",
    poor="#ff9a6c",
    a="#6fb1f5",
    b="#ffa05c",
    c="#d39af0",
    d="#62cdbd",
    low="#222a32",
    high="#8cc4ff",
)
