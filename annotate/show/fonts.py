"""Whether this machine can draw Arabic: a font with its letters, found by reading the fonts."""

from __future__ import annotations

import struct
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

LETTERS = (0x0628, 0x0639)  # ba and ayn
_MOST = 5_000  # files that are looked at
_LIKELY = ("arab", "naskh", "kufi", "amiri", "dejavu", "arial", "tahoma", "geeza", "noto")


def font_folders(home: Path | None = None) -> list[Path]:
    """Where fonts are kept on this system."""
    home = home or Path.home()
    if sys.platform == "darwin":
        return [Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts"]
    if sys.platform == "win32":
        return [Path("C:/Windows/Fonts"), home / "AppData/Local/Microsoft/Windows/Fonts"]
    own = [home / ".fonts", home / ".local/share/fonts"]
    return [Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), *own]


def arabic_font(folders: Iterable[Path]) -> Path | None:
    """A font file that has Arabic letters; None if there is none."""
    found = [path for folder in folders for path in _fonts(folder)][:_MOST]
    ranked = sorted(found, key=lambda path: not any(n in path.name.lower() for n in _LIKELY))
    return next((path for path in ranked if has_letters(path)), None)


def _fonts(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        for path in folder.rglob("*"):
            if path.suffix.lower() in (".ttf", ".otf", ".ttc"):
                yield path


def has_letters(path: Path) -> bool:
    """Whether the font's table of characters (OpenType `cmap`) has them; False if unreadable."""
    try:
        return all(_has(path.read_bytes(), letter) for letter in LETTERS)
    except (OSError, struct.error, IndexError):
        return False


def _has(data: bytes, letter: int) -> bool:
    start = struct.unpack_from(">I", data, 12)[0] if data[:4] == b"ttcf" else 0
    (tables,) = struct.unpack_from(">H", data, start + 4)
    for number in range(tables):
        tag, _, offset, _ = struct.unpack_from(">4sIII", data, start + 12 + 16 * number)
        if tag == b"cmap":
            (count,) = struct.unpack_from(">H", data, offset + 2)
            places = {
                offset + struct.unpack_from(">I", data, offset + 4 + 8 * n + 4)[0]
                for n in range(count)
            }
            return any(_maps(data, place, letter) for place in places)
    return False


def _maps(data: bytes, at: int, letter: int) -> bool:
    """Whether a subtable of format 4 or 12 has the letter in one of its ranges."""
    (form,) = struct.unpack_from(">H", data, at)
    if form == 4:
        (doubled,) = struct.unpack_from(">H", data, at + 6)
        ends = struct.unpack_from(f">{doubled // 2}H", data, at + 14)
        starts = struct.unpack_from(f">{doubled // 2}H", data, at + 16 + doubled)
        return any(s <= letter <= e for s, e in zip(starts, ends, strict=True) if e != 0xFFFF)
    if form == 12:
        (groups,) = struct.unpack_from(">I", data, at + 12)
        return any(
            start <= letter <= end
            for start, end, _ in (
                struct.unpack_from(">III", data, at + 16 + 12 * n) for n in range(groups)
            )
        )
    return False
