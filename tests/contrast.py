"""Contrast as WCAG 2 counts it, and colours as Label Studio's editor mixes them."""

from __future__ import annotations

import re

Rgb = tuple[float, float, float]

WHITE: Rgb = (255, 255, 255)
BLACK: Rgb = (0, 0, 0)


def rgb(colour: str) -> Rgb:
    """Red, green and blue of "#rrggbb" or of what a browser computes: "rgb(r, g, b)"."""
    if colour.startswith("#"):
        parts = [float(int(colour[at : at + 2], 16)) for at in (1, 3, 5)]
    else:
        parts = [float(number) for number in re.findall(r"[\d.]+", colour)]
    return (parts[0], parts[1], parts[2])


def over(colour: Rgb, alpha: float, ground: Rgb = WHITE) -> Rgb:
    """A colour that is `alpha` opaque, on a ground."""
    red, green, blue = (
        alpha * part + (1 - alpha) * under for part, under in zip(colour, ground, strict=True)
    )
    return (red, green, blue)


def contrast(one: Rgb, other: Rgb) -> float:
    """The contrast ratio, 1 to 21; 4.5 is enough for small text (AA), 7 is good (AAA)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: Rgb) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (part / 255 for part in colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def text_on_selected(ground: Rgb) -> Rgb:
    """The colour of a selected span's text: what the editor's `contrastColor` chooses."""
    red, green, blue = ground
    return BLACK if (red * 299 + green * 587 + blue * 114) / 1000 >= 128 else WHITE
