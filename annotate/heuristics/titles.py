"""Titles: offices, ranks and professions with what lengthens them, and the names they announce."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from annotate.arabic.words import OPENING, QUOTES
from annotate.heuristics.analysis import WordInfo
from annotate.heuristics.candidates import Candidate
from annotate.heuristics.document import Document
from annotate.heuristics.growth import NAMES, adjectives, complement, known_name
from annotate.heuristics.names import GIVEN, ambiguous, given, name_end, namelike, surname

TITLES = (
    "titles.offices",
    "titles.definite",
    "titles.bare offices",
    "titles.ranks",
    "titles.prefixes",
)
_PLACE_TAGS = frozenset(
    {"gazetteer.cities", "gazetteer.territories", "gazetteer.latin", "places.GPE", "places.LOC"}
)
_BODIES = (
    "organisations.ORG heads",
    "organisations.ORG definite",
    "organisations.ARM definite",
    "organisations.ARM heads",
    "organisations.ORG",
    "organisations.ARM",
)
# Titles after which a definite word is a surname rather than an adjective: الدكتور الشمري.
_PERSONAL = frozenset(
    (
        *("الدكتور", "السيد", "السيده", "المهندس", "الاستاذ", "الفريق"),
        *("اللواء", "العميد", "العقيد", "الجنرال", "المشير"),
    )
)
_ADJECTIVES = 3  # that lengthen a title


def find(document: Document) -> Iterator[Candidate]:
    """TITLE candidates, and PER for the names that follow them."""
    for index in document.where(*TITLES, "phrases.titles"):
        for head in _heads(document, index):
            yield from _title(document, index, head)


class _Head(NamedTuple):
    """The head of a title: its tag, the word after it, its name and clitic preposition."""

    tag: str
    end: int
    name: str
    preposition: str
    definite: bool


def _heads(document: Document, index: int) -> Iterator[_Head]:
    """The heads of titles that begin at a word."""
    info = document.info[index]
    for tag in TITLES:
        if tag in info.hits:
            reading = info.hits[tag]
            yield _Head(tag, index + 1, reading.name, reading.preposition, info.definite)
    for end, tags, reading in document.phrases(index):
        for tag in TITLES:
            if tag in tags:
                yield _Head(tag, end, reading.name, reading.preposition, True)


def _title(document: Document, index: int, head: _Head) -> Iterator[Candidate]:
    """A title as far as it goes, with the name after it."""
    info, tag, name = document.info[index], head.tag, head.name
    if tag == "titles.offices" and not head.definite:
        end = _office(document, head.end)
        if end == head.end:
            return
        sure = not info.has("titles.weak offices") or _speaks(document, head.end, end)
    else:
        end = _qualified(document, head.end, tag)
        sure = tag == "titles.bare offices" or (
            info.has("titles.bare ranks") and not info.preposition
        )
    person = _person(document, end, name)
    if person:
        yield Candidate(*person, "PER", 0.85, f"titled/{name}")
    if person or sure or _after_person(document, index) or _next_title(document, end, tag):
        score = 0.85 if person else 0.6
        yield Candidate(index, end, "TITLE", score, f"title/{name}", head.preposition)


def _office(document: Document, end: int) -> int:
    """Word after what completes an indefinite office: وزير الداخلية العراقي, متحدث باسم الجيش."""
    info = document.info[end]
    if info.has("titles.for_whom"):
        return _for_whom(document, end)
    if info.form in ("عام", "عامه", "اول", "تنفيذي", "تنفيذيه", "فني"):  # مدير عام الشركة
        grown = complement(document, end + 1)
        return grown if grown > end + 1 else end
    grown = complement(document, end)
    limit = grown + _ADJECTIVES
    while end < grown < limit and _qualifies(document, grown, "titles.offices"):
        grown += 1
    if grown > end and document.info[grown].has("titles.for_whom"):
        return _for_whom(document, grown)
    return grown


def _speaks(document: Document, start: int, end: int) -> bool:
    """Whether an office names the side that it speaks for: متحدث باسم الجيش."""
    return any(document.info[index].has("titles.for_whom") for index in range(start, end))


def _for_whom(document: Document, index: int) -> int:
    """Word after باسم and the side that is spoken for; `index` if no side follows."""
    grown = complement(document, index + 1)
    return grown if grown > index + 1 else index


def _qualified(document: Document, end: int, tag: str) -> int:
    """Word after the adjectives of a definite title, and after whom it serves."""
    start = end
    while end < start + _ADJECTIVES and _qualifies(document, end, tag):
        end += 1
    following = document.info[end]
    if document.sentence[end] != document.sentence[start - 1]:
        return end
    if following.has("titles.for_whom"):
        grown = complement(document, end + 1)
        return grown if grown > end + 1 else end
    if following.form == "في" and tag == "titles.definite":
        opened = document.info[end + 1]
        grown = end + 1
        if opened.form in OPENING or known_name(document, end + 1, NAMES - _PLACE_TAGS) > end + 1:
            grown = complement(document, end + 1)
        if grown > end + 1:
            return grown
    if (
        document.info[end - 1].has("titles.adjectives")
        and following.preposition == "ل"
        and (following.has(*_BODIES) or following.opens)
    ):
        for last, tags, reading in document.phrases(end):
            if reading.preposition == "ل" and tags & NAMES:
                return last
        if following.has("organisations.ORG heads", "organisations.ARM heads"):
            grown = complement(document, end + 1)
            if grown > end + 1:
                return grown
        if following.definite:
            return adjectives(document, end + 1)
    return end


def _qualifies(document: Document, index: int, tag: str) -> bool:
    info = document.info[index]
    if document.sentence[index] != document.sentence[index - 1]:
        return False
    if info.has("titles.adjectives") and not info.conjunction and not info.preposition:
        return True
    if tag == "titles.ranks":
        return info.form in ("الركن", "ركن", "اول", "الاول")
    return info.adjective and not given(info) and not info.has("people.leaders")


def _person(document: Document, index: int, name: str) -> tuple[int, int] | None:
    """(first word, word after the last) of the name that follows a title."""
    start = index
    if document.info[start].form in QUOTES or document.info[start].form in ("،", "("):
        start += 1
        if document.info[index].form in QUOTES and not document.info[start].has(*GIVEN, *TITLES):
            return None
        separate = document.info[index].form == "،"
        if separate and not _enclosed(document, start):
            return None
    if start >= len(document) or document.sentence[start] != document.sentence[index - 1]:
        return None
    word = document.info[start]
    if word.conjunction and not given(word):
        return None
    if surname(word) and not given(word) and not word.has("people.compound_heads"):
        if not (word.has("people.leaders") or name in _PERSONAL):
            return None
        if word.has("nations.adjective") and not word.has("people.leaders"):
            return None
    end = name_end(document, start, evidence=True)
    if end == start:
        return None
    if end == start + 1 and not _single(word, name):
        return None
    return start, end


def _single(word: WordInfo, title: str) -> bool:
    """Whether one word alone after a title is a name."""
    if word.kind == "latin":
        return True
    if given(word) or word.has("people.leaders", "names.surnames"):
        return not ambiguous(word) or title in _PERSONAL
    if surname(word):
        return True
    # A short unknown word after a title is rather a verb: المبعوث ناقش.
    return (
        namelike(word)
        and len(word.form) > 4
        and not word.form.startswith(("ي", "ت", "ن", "ب", "ل", "ا"))
        and not word.form.endswith(("ا", "ه", "ين", "ون", "ات", "ت"))
    )


def _enclosed(document: Document, index: int) -> bool:
    """Whether a name between two commas begins at a word: وزير الخارجية، جون كيري، ..."""
    end = name_end(document, index, evidence=True)
    if end < index + 2:
        return False
    return given(document.info[index]) or document.info[end].form in ("،", ",", ")")


def _next_title(document: Document, end: int, tag: str) -> bool:
    """Whether a further title follows an honorific: صاحب السمو الملكي الأمير ..."""
    return tag == "titles.prefixes" and document.info[end].has(
        "titles.bare offices", "titles.prefixes"
    )


def _after_person(document: Document, index: int) -> bool:
    """Whether a name stands just before a title: أبو محمد الجولاني زعيم ..."""
    if index < 2 or document.sentence[index - 1] != document.sentence[index]:
        return False
    before = index - 1
    if document.info[before].form in QUOTES or document.info[before].form in ("،", ","):
        before -= 1
    for start in range(max(0, before - 3), before):
        if given(document.info[start], bare=False):
            return name_end(document, start, evidence=False) == before + 1
    return False
