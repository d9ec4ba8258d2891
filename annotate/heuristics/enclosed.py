"""Names that stand between two marks after a title, where no lexicon must have their words."""

from __future__ import annotations

from annotate.heuristics.document import Document
from annotate.heuristics.name_parts import given, namelike, surname

_LONGEST = 4  # words of a name between two marks
_CLOSERS = {"(": (")",), "«": ("»",), "“": ("”",), '"': ('"',), "،": ("،", ")"), "„": ("“", "”")}


def closed_name(document: Document, start: int) -> int:
    """Word after a name that a mark closes, after the mark that opens it: (كوامي نكروما).

    All that stands between may be names, so that no lexicon must have them; else `start`.
    """
    opening = document.info[start - 1].form
    end = start
    while end < start + _LONGEST and _unknown_name(document, end, start):
        end += 1
    if end < start + 2 or document.info[end].form not in (_CLOSERS.get(opening, ())):
        return start
    return end


def _unknown_name(document: Document, index: int, start: int) -> bool:
    word = document.info[index]
    if word.kind != "word" or document.sentence[index] != document.sentence[start]:
        return False
    if given(word) or word.has("people.leaders"):
        return True
    if word.has("people.links", "people.compound_heads"):
        return index > start or word.has("people.compound_heads")
    if index > start and word.definite:
        return surname(word) and word.form[-1] != "ه"
    return namelike(word) and not word.tags
