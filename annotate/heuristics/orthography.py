"""Spells a word, given as sounds, in unvocalised Arabic: seats of hamzas, final ā, no vowel signs.

In sounds, consonants are Arabic letters (hamza `ء`, taa marbuta `ة`) and vowels Latin ones: short
`a i u`, long `A I U`; `L` is a final ā that is spelled with alif.
"""

from __future__ import annotations

import re

_SHORT = re.compile("[aiu]")
_ENDING = re.compile("[aiu]$")  # of the mood or case: not written, and no part of a hamza's seat
_DOUBLED = re.compile(r"([^aiuAIUL])\1")
_LONG = {"A": "ا", "I": "ي", "U": "و", "L": "ا"}
_SEATS = {"i": "ئ", "u": "ؤ", "a": "أ"}  # the strongest vowel beside a hamza decides


def spelled(sounds: str) -> str:
    """The spelling of a word without vowel signs and shadda, after the rules for the hamza."""
    word = _DOUBLED.sub(r"\1", _ENDING.sub("", sounds))
    found = []
    for place, sound in enumerate(word):
        before, after = word[:place], word[place + 1 :]
        if sound == "ء":
            found.append(_hamza(before, after))
        elif sound == "A" and found and found[-1] == "أ":
            found[-1] = "آ"
        elif sound == "A" and not after and not before.endswith("ي"):
            found.append("ى")
        elif not _SHORT.match(sound):
            found.append(_LONG.get(sound, sound))
        elif not before:
            found.append("ا")  # a vowel begins a word only after the alif that joins
    return "".join(found)


def _hamza(before: str, after: str) -> str:
    """A hamza between the sounds before and after it."""
    if not before:
        return "إ" if after[:1] in ("i", "I") else "أ"
    vowel = before[-1]
    if not after:
        return _SEATS.get(vowel, "ء")
    beside = {vowel.lower(), after[0].lower()}
    if vowel in "AU" and after[0] in "aA":
        return "ء"
    return next((seat for sound, seat in _SEATS.items() if sound in beside), "أ")
