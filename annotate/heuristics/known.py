"""Names in full from the lexicons: one word or a phrase."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from annotate.arabic.clitics import Reading
from annotate.heuristics.candidates import Candidate
from annotate.heuristics.document import Document

# Tag -> (label, score); what a person wrote into a list is surer than what was generated.
LABELS: Mapping[str, tuple[str, float]] = {
    "places.GPE": ("GPE", 0.95),
    "gazetteer.territories": ("GPE", 0.95),
    "gazetteer.cities": ("GPE", 0.85),
    "gazetteer.latin": ("GPE", 0.8),
    "places.LOC": ("LOC", 0.9),
    "organisations.ORG": ("ORG", 0.9),
    "organisations.ORG bare": ("ORG", 0.8),
    "organisations.ARM": ("ARM", 0.9),
    "organisations.FAC": ("FAC", 0.9),
    "organisations.CAMPAIGN": ("CAMPAIGN", 0.9),
    "nations.peoples": ("NORP", 0.8),
    "people.leaders": ("PER", 0.8),
    "weapons.plain": ("WEA", 0.8),
    "titles.bare offices": ("TITLE", 0.7),
}
_QUALIFIERS = ("nations.adjective", "places.direction_adjectives")


def find(document: Document) -> Iterator[Candidate]:
    """Every known name; where it overlaps a longer one it will lose."""
    for index in range(len(document)):
        info = document.info[index]
        for tag in info.tags:
            if tag in LABELS and not _adjective(document, index, tag):
                yield _candidate(document, index, index + 1, tag, info.hits[tag])
        if info.opens:
            for end, tags, reading in document.phrases(index):
                for tag in tags:
                    if tag in LABELS:
                        yield _candidate(document, index, end, tag, reading)


def _adjective(document: Document, index: int, tag: str) -> bool:
    """Whether a country's name is here an adjective: وسائل إعلام سورية."""
    info = document.info[index]
    if index == 0 or tag not in ("places.GPE", "gazetteer.territories"):
        return False
    before = document.info[index - 1]
    return (
        info.has("nations.adjective")
        and not info.preposition
        and not info.conjunction
        and before.kind == "word"
        and not before.function
        and not before.has("places.gpe_nouns", "places.directions")
        and document.sentence[index] == document.sentence[index - 1]
    )


def _candidate(
    document: Document, start: int, end: int, tag: str, reading: Reading
) -> Candidate:
    label, score = LABELS[tag]
    if label == "LOC":  # الجولان السوري
        while end < start + 5 and document.info[end].has(*_QUALIFIERS):
            if not document.info[end].adjective or document.sentence[end] != document.sentence[start]:
                break
            end += 1
    return Candidate(
        start, end, label, score, f"lexicon:{label.lower()}/{reading.name}", reading.preposition
    )
