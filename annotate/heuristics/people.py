"""People: names after titles and by themselves, speakers, signatures of posts."""

from __future__ import annotations

from collections.abc import Iterator

from annotate.heuristics import titles
from annotate.heuristics.candidates import Candidate
from annotate.heuristics.document import Document
from annotate.heuristics.name_parts import GIVEN, ambiguous, compound, given, namelike, surname
from annotate.heuristics.names import name_end

_THAT = frozenset(("ان", "انه", "انها", "بان"))
_SIGNATURE = 8  # words between a dash and a handle


def find(document: Document) -> Iterator[Candidate]:
    """TITLE and PER candidates."""
    yield from titles.find(document)
    for index in document.where(*GIVEN):
        if given(document.info[index], bare=False):
            yield from _named(document, index)
    for index in document.where("people.compound_heads"):
        if _opens_compound(document, index):
            yield from _named(document, index)
    for index in document.where("speech"):
        yield from _speaker(document, index + 1)
    for index in document.where("dash"):
        yield from _signature(document, index + 1)


def _opens_compound(document: Document, index: int) -> bool:
    """Whether عبد الله or أبو محمد begins at a word: what may open a name of known parts."""
    hit = document.info[index].hits.get("people.compound_heads")
    if hit is None or hit.stem not in ("عبد", "ابو") or not compound(document, index):
        return False
    return hit.stem == "عبد" or given(document.info[index + 1])


def _named(document: Document, index: int) -> Iterator[Candidate]:
    """A known given name with what follows it."""
    end = name_end(document, index, evidence=False)
    if end > index:
        info = document.info[index]
        tags = ("names.given", "people.given", "people.foreign", "people.compound_heads")
        hits = [info.hits[tag] for tag in tags if tag in info.hits]
        preposition = hits[0].preposition if hits else ""
        unsure = ambiguous(info)
        yield Candidate(
            index, end, "PER", 0.6 if unsure else 0.75, f"given/{info.form}", preposition
        )


def _speaker(document: Document, index: int) -> Iterator[Candidate]:
    """قال X Y إن: a name of no lexicon between a verb of speech and what is said."""
    end = index
    while end < index + 3 and (namelike(document.info[end]) or surname(document.info[end])):
        end += 1
    if end > index + 1 and namelike(document.info[index]):
        after = document.info[end].form
        posted = document.info[end].has("titles.definite", "titles.bare offices")
        if after in _THAT or after in (":", "لـ") or posted:
            yield Candidate(index, end, "PER", 0.6, "speaker")


def _signature(document: Document, index: int) -> Iterator[Candidate]:
    """— Name (@handle): the signature of an embedded post."""
    end = index
    limit = min(index + _SIGNATURE, len(document))
    while end < limit and document.sentence[end] == document.sentence[index]:
        if document.info[end].form == "(" and end in document.noise:
            break
        end += 1
    else:
        return
    start = index
    for position in range(index, end + 1):
        same = (
            start < position < end
            and document.info[position].kind == document.info[position - 1].kind
            and document.info[position].kind in ("word", "latin")
        )
        if same or position == start:
            continue
        if document.info[start].kind in ("word", "latin") and len(document.info[start].form) > 1:
            yield Candidate(start, position, "PER", 0.7, "signature")
        start = position
