"""Digits that are no amount: a name, a score, the number of an item or an article."""

from __future__ import annotations

from annotate.heuristics.document import Document

DASHES = ("-", "–", "/", ":")
_AFTER_LABEL = frozenset((*DASHES, ".", ")"))  # 1. and 1) number the items of a list
_ARTICLES = ("مواد", "المادتين", "المادتان", "الفقرات", "البنود")
_NUMBERED = frozenset(("كوفيد", "كوفيد19"))  # كوفيد - 19


def labelled(document: Document, index: int, end: int) -> bool:
    """Whether a number in digits is a name, a score, a list's number or part of a date."""
    info = document.info
    if info[index].kind != "number":
        return False
    digits = info[index].digits
    if digits is not None and digits[1] in ("م", "ه"):
        return len(digits[0]) == 4  # 2015م is a year
    first = index
    while info[first].conjunction and first > 1 and info[first - 1].kind == "number":
        first -= 1
    if first < index and info[first - 1].form.endswith(_ARTICLES):
        return True  # المواد 7 و8 و102
    before = info[index - 1] if index else None
    if before is not None and document.sentence[index - 1] == document.sentence[index]:
        if before.has("numbers.labels", "organisations.ARM units"):
            return True
        if before.form in DASHES and index > 1 and info[index - 2].kind == "number":
            return True
        if before.form in DASHES and info[index - 2].form in _NUMBERED:
            return True
        if before.form == "#":
            return True
    elif info[end].form in _AFTER_LABEL:
        return True
    if info[end].form in DASHES and len(info[index].stem) == 4 and end == index + 1:
        return True  # 1944 - ...
    return info[end].form in DASHES and info[end + 1].kind == "number"
