"""Facilities: buildings and sites, by a head with what completes it."""

from __future__ import annotations

from collections.abc import Iterator

from annotate.arabic.words import OPENING
from annotate.heuristics.candidates import Candidate
from annotate.heuristics.document import Document
from annotate.heuristics.growth import complement, known_name
from annotate.heuristics.qualifiers import adjectives

# Adjectives of a site that a pronoun says whose it is: مطارها العسكري.
_OF_SITES = frozenset(
    ("عسكري", "عسكريه", "دولي", "دوليه", "جوي", "جويه", "بحري", "بحريه", "مركزي", "مدني", "رييسي")
)
# Sites that are used of many other things: سوق العمل, طريق العنف, حقل الابتكار.
_FIGURATIVE = frozenset(("سوق", "طريق", "حقل", "ميدان", "بوابه", "قاعده", "فرع", "نفق", "روضه"))
_BODIES = ("organisations.ORG definite", "organisations.ORG bare")
_PRESS = ("صحفي", "صحافي", "محلي", "محليه", "فني", "فنيه", "جديد", "جديده", "خاص", "خاصه")


def find(document: Document) -> Iterator[Candidate]:
    """FAC candidates."""
    for tag, rule in _RULES.items():
        for index in document.where(tag):
            yield from rule(document, index)


def _candidate(
    document: Document, index: int, end: int, score: float, rule: str, tag: str
) -> Candidate:
    reading = document.info[index].hits[tag]
    return Candidate(index, end, "FAC", score, f"{rule}/{reading.name}", reading.preposition)


def _fac_head(document: Document, index: int) -> Iterator[Candidate]:
    tag = "organisations.FAC heads"
    info, following = document.info[index], document.info[index + 1]
    reading = info.hits[tag]
    if reading.article:
        return
    if reading.ending:  # مطارها العسكري
        end = adjectives(document, index + 1)
        kind = document.info[index + 1].stem
        if end > index + 1 and reading.ending in ("ها", "ه") and kind in _OF_SITES:
            yield _candidate(document, index, end, 0.5, "head", tag)
        return
    weak = info.has("organisations.FAC weak heads")
    if "common.definite" in following.tags:
        return
    end = complement(document, index + 1, unknown=not weak)
    if end == index + 1:
        return
    if weak and following.has("gazetteer.territories"):
        return
    if weak and not (
        known_name(document, index + 1) > index + 1
        or following.form in OPENING
        or (reading.stem == "مقر" and following.has(*_BODIES))  # مقر الرئاسة
        or (end > index + 2 and document.info[end - 1].definite and reading.stem not in _FIGURATIVE)
    ):
        return
    while document.info[end - 1].stem in ("ارهابي", "ارهابيه"):  # of what happened there
        end -= 1
    yield _candidate(document, index, end, 0.7, "head", tag)


def _fac_definite(document: Document, index: int) -> Iterator[Candidate]:
    """القصر الرئاسي, المستشفى التخصصي."""
    tag = "organisations.FAC definite"
    end = adjectives(document, index + 1, head=document.info[index])
    if end > index + 1 and document.info[index + 1].stem not in _PRESS:
        yield _candidate(document, index, end, 0.6, "definite", tag)


def _named_site(document: Document, index: int) -> Iterator[Candidate]:
    """مدينة الملك فهد الطبية: a site that bears a person's name, no town."""
    tag = "places.gpe_nouns"
    following = document.info[index + 1]
    if document.info[index].hits[tag].stem != "مدينه" or not following.has("titles.bare offices"):
        return
    end = complement(document, index + 1)
    if end > index + 2:
        yield _candidate(document, index, end, 0.8, "head", tag)


_RULES = {
    "organisations.FAC heads": _fac_head,
    "organisations.FAC definite": _fac_definite,
    "places.gpe_nouns": _named_site,
}
