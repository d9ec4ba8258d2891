"""Organisations that are named like a word, a person or a place: clubs, and media in quotes."""

from __future__ import annotations

from collections.abc import Iterator

from annotate.arabic.words import CLOSING, OPENING
from annotate.heuristics.candidates import Candidate
from annotate.heuristics.document import Document
from annotate.heuristics.growth import inside
from annotate.heuristics.qualifiers import adjectives
from annotate.heuristics.word import WordInfo

_CLUBS = ("homonyms.clubs", "homonyms.city_clubs")
# A text is about sport where every so many words one is of sport, and at least so many are.
_SPACING = 40
_LEAST = 3
# Words before a quoted name that is said to, asked or cited.
_CITING = frozenset(
    (
        *("ل", "لـ", "مع", "الي", "بحسب", "حسب", "وفق", "وفقا", "مصادر", "مراسل", "مندوب", "عن"),
        *("سالت", "التقت", "علمت", "حصلت", "اطلعت", "تواصلت", "اتصلت", "رصدت", "نشرته", "بين"),
    )
)


_AGAINST = ("امام", "ضد")  # function words, which have no tag of this kind


def find(document: Document) -> Iterator[Candidate]:
    """ORG candidates."""
    yield from _media(document)
    sport = len(document.where("topic.sport"))
    if sport >= _LEAST and sport * _SPACING >= len(document):
        yield from _clubs(document)


def _media(document: Document) -> Iterator[Candidate]:
    """«الشرق الأوسط» anywhere; a single word, «عكاظ», after what cites it."""
    for index in document.where("homonyms.media"):
        if _quoted(document, index, index + 1) and _cited(document, index - 2):
            yield Candidate(index, index + 1, "ORG", 0.97, f"medium/{document.info[index].form}")
    for index in document.where("phrases.homonyms"):
        for end, tags, _ in document.phrases(index):
            if "homonyms.media" in tags and _quoted(document, index, end):
                yield Candidate(index, end, "ORG", 0.97, f"medium/{document.info[index].form}")


def _quoted(document: Document, start: int, end: int) -> bool:
    return (
        start > 0
        and document.info[start - 1].form in OPENING
        and document.info[end].form in CLOSING
        and inside(document, end, start)
    )


def _cited(document: Document, index: int) -> bool:
    return index >= 0 and (
        document.info[index].form in _CITING or "speech" in document.info[index].keys
    )


def _clubs(document: Document) -> Iterator[Candidate]:
    """A name that a cue once shows to be a club is one throughout the text."""
    places = document.where(*_CLUBS)
    shown = {_name(document.info[index]) for index in places if _cued(document, index)}
    for index in places:
        info = document.info[index]
        if _name(info) in shown and not _qualifies(document, index):
            end = index + 1
            while document.info[end].has("nations.adjective") and end < index + 2:
                grown = adjectives(document, end, limit=1)
                if grown == end:
                    break
                end = grown
            preposition = next(info.hits[tag].preposition for tag in _CLUBS if tag in info.hits)
            start = index
            before = document.info[index - 1]
            if before.stem == "نادي" and not before.definite and inside(document, start - 1, start):
                start, preposition = index - 1, before.preposition
            yield Candidate(start, end, "ORG", 0.96, f"club/{_name(info)}", preposition)


def _name(info: WordInfo) -> str:
    return next(info.hits[tag].name for tag in _CLUBS if tag in info.hits)


def _cued(document: Document, index: int) -> bool:
    before = document.info[index - 1]
    return (
        index > 0
        and inside(document, index - 1, index)
        and not before.definite
        and (before.has("homonyms.cues") or before.form in _AGAINST)
    )


def _qualifies(document: Document, index: int) -> bool:
    """Whether the word is an adjective or second noun here: التعاون الأهلي, مجلس الشباب."""
    info, before = document.info[index], document.info[index - 1]
    if not index or not inside(document, index - 1, index) or info.preposition or info.conjunction:
        return False
    if before.kind != "word" or before.function or before.has("homonyms.cues", "words.verbs"):
        return False
    return before.definite or before.has("places.gpe_nouns", "places.directions")
