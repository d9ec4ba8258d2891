"""Titles: offices, ranks and professions with what lengthens them, and the names they announce."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from annotate.arabic.words import QUOTES
from annotate.heuristics.candidates import Candidate
from annotate.heuristics.document import Document
from annotate.heuristics.enclosed import closed_name
from annotate.heuristics.name_parts import (
    GIVEN,
    ambiguous,
    compound,
    given,
    namelike,
    surname,
)
from annotate.heuristics.names import name_end
from annotate.heuristics.offices import (
    BODIES,
    GENERAL,
    PERSONAL,
    TITLES,
    office_end,
    qualified,
    represented,
)
from annotate.heuristics.word import WordInfo


def find(document: Document) -> Iterator[Candidate]:
    """TITLE candidates, and PER for the names that follow them."""
    for index in document.where(*TITLES, "phrases.titles"):
        for head in _heads(document, index):
            yield from _title(document, index, head)
    for index in document.where("titles.honorifics"):
        yield from _honorific(document, index)
    for index in document.where("abbreviated"):
        yield from _abbreviated(document, index)


_PRONOUNS = ("ها", "هم", "هما", "نا")


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
        end = office_end(document, head.end)
        if end == head.end or _guns(document, head, info):
            return
        placed = head.preposition != "ب" and _placed(document, head.end, end)  # not بمساعدة الشركة
        sure = placed or not info.has("titles.weak offices")
    else:
        end = represented(document, qualified(document, head.end, tag))
        of_whom = document.info[head.end + 1].preposition == "ل" and end > head.end + 1
        sure = (
            of_whom
            or tag == "titles.bare offices"
            or (
                (
                    info.has("titles.bare ranks")
                    and not info.preposition
                    and not _apposed(document, index)
                )
                or (info.has("titles.professions") and not _apposed(document, index))
            )
        )
    ranked = tag == "titles.ranks" and end > head.end
    person = _person(document, end, name, ranked=ranked)
    if person:
        yield Candidate(*person, "PER", 0.85, f"titled/{name}")
    stacked = _stacked(document, end)
    if person or sure or stacked or _after_person(document, index):
        score, rule = (0.85, "title:named") if person else (0.6, "title:alone")
        yield Candidate(index, end, "TITLE", score, f"{rule}/{name}", head.preposition)


def _guns(document: Document, head: _Head, info: WordInfo) -> bool:
    """مدافع الجيش: of an army, مدافع are guns."""
    return "weapons.in_conflict" in info.tags and any(
        tag.startswith("organisations.ARM") for tag in document.info[head.end].tags
    )


def _honorific(document: Document, index: int) -> Iterator[Candidate]:
    """معالي وزير الصحة, سعادة السفير: an honorific and the office that it governs are one."""
    reading = document.info[index].hits["titles.honorifics"]
    if reading.article or document.sentence[index] != document.sentence[index + 1]:
        return
    following = document.info[index + 1]
    if following.preposition or following.conjunction:
        return
    for head in _heads(document, index + 1):
        if head.tag == "titles.prefixes":
            continue
        if head.tag == "titles.offices" and not head.definite:
            end = office_end(document, head.end)
            if end == head.end:
                continue
        else:
            end = qualified(document, head.end, head.tag)
        score = 0.8 if end > index + 2 else 0.75
        yield Candidate(
            index, end, "TITLE", score, f"honorific/{reading.name}", reading.preposition
        )


def _abbreviated(document: Document, index: int) -> Iterator[Candidate]:
    """د. محمد, م. محمد, أ.د. محمد: an abbreviated title; its stop ends no sentence."""
    end = index + 1
    while document.info[end].form in (".", "/") or (
        end < index + 4 and "abbreviated" in document.info[end].keys
    ):
        end += 1
    if end == index + 1 and document.info[index].form != "د":
        return
    if not given(document.info[end]) and not compound(document, end):
        return
    last = name_end(document, end, evidence=True)
    title = end
    while document.info[title - 1].kind == "symbol":
        title -= 1
    yield Candidate(index, title, "TITLE", 0.85, "abbreviated")
    yield Candidate(end, last, "PER", 0.85, "titled/abbreviated")


def _apposed(document: Document, index: int) -> bool:
    """Whether a definite word qualifies the noun before it: الحزب الحاكم, مؤتمره الصحافي."""
    info, before = document.info[index], document.info[index - 1]
    if not index or document.sentence[index - 1] != document.sentence[index]:
        return False
    if info.preposition or info.conjunction or before.kind != "word" or before.function:
        return False
    if before.has("words.verbs"):
        return False
    owned = document.text[document.ends[index - 1] - 1] == "ه" or before.form.endswith(_PRONOUNS)
    return before.definite or (owned and not before.senses)


def _placed(document: Document, start: int, end: int) -> bool:
    """Whether an office names the side that it speaks for, or the body that it belongs to."""
    first = start + (document.info[start].form in GENERAL)
    if document.info[first].form == "في":  # any عضو or ضابط may be in one; a قيادي leads it
        return document.info[first - 1].stem in ("قيادي", "قياديه")
    return (
        document.info[first].has(*BODIES, "places.gpe_nouns")
        or document.info[first].preposition in ("ل", "ب")
        or any(document.info[index].has("titles.for_whom") for index in range(start, end))
        or any(document.info[index].preposition == "ب" for index in range(start + 1, end))
    )


def _stacked(document: Document, end: int) -> bool:
    """Whether another title follows at once: مدير عام الجوازات اللواء ..."""
    info = document.info[end]
    return (
        document.sentence[end] == document.sentence[end - 1]
        and not info.conjunction
        and not info.preposition
        and info.has("titles.prefixes", "titles.ranks", "titles.bare offices", "titles.definite")
    )


def _person(
    document: Document, index: int, name: str, *, ranked: bool = False
) -> tuple[int, int] | None:
    """(first word, word after the last) of the name that follows a title.

    `ranked`: the title is a rank with an adjective, after which no surname stands alone.
    """
    start = index
    if document.info[start].form in QUOTES or document.info[start].form in ("،", "("):
        start += 1
        closed = closed_name(document, start)
        if closed > start + 1:
            return start, closed
        if document.info[index].form in QUOTES and not document.info[start].has(*GIVEN, *TITLES):
            return None
        separate = document.info[index].form == "،"
        if separate and not _enclosed(document, start):
            return None
    if start >= len(document) or document.sentence[start] != document.sentence[index - 1]:
        return None
    word = document.info[start]
    known = given(word) or word.has("people.leaders") or compound(document, start)
    if name == "الفريق" and not known:
        return None  # a team: الفريق العلمي
    if word.conjunction and not given(word):
        return None
    if surname(word) and not given(word) and not word.has("people.compound_heads"):
        if not (word.has("people.leaders") or name in PERSONAL):
            return None
        if word.has("nations.adjective") and not word.has("people.leaders"):
            return None
    end = name_end(document, start, evidence=True)
    if end == start:
        return None
    if end == start + 1 and (ranked or not _single(word, name)):
        return None
    return start, end


def _single(word: WordInfo, title: str) -> bool:
    """Whether one word alone after a title is a name."""
    if word.kind == "latin":
        return True
    if given(word) or word.has("people.leaders", "names.surnames"):
        return not ambiguous(word) or title in PERSONAL
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
