"""How a name grows after its head: the noun phrase that completes it.

A head in the construct (`وزارة`, `غرفة`) is completed by a definite noun, a known name, a name in
quotation marks or another construct, and then by definite adjectives; a definite head (`الحكومة`)
only by adjectives. Where the noun phrase ends, the name ends.
"""

from __future__ import annotations

from annotate.arabic.words import CLOSING, OPENING
from annotate.heuristics.document import Document
from annotate.heuristics.names import name_end, namelike

_CHAIN = 3  # constructs in a row
_QUOTED = 7  # words between quotation marks
_TIME = ("time.weekdays", "time.relative", "time.months", "time.definite_units")
PLACES = frozenset(
    {
        "gazetteer.cities",
        "gazetteer.territories",
        "gazetteer.latin",
        "places.GPE",
        "places.LOC",
    }
)
NAMES = PLACES | {
    "organisations.ORG",
    "organisations.ARM",
    "organisations.FAC",
    "organisations.ORG bare",
    "organisations.ARM bare",
}
_OFFICES = ("titles.bare offices", "titles.definite", "titles.prefixes")


def inside(document: Document, index: int, start: int) -> bool:
    """Whether a word stands in the sentence of the word `start`."""
    return document.sentence[index] == document.sentence[start]


def known_name(document: Document, index: int, tags: frozenset[str] = NAMES) -> int:
    """Word after the longest known name that begins at a word without clitics; else `index`."""
    end = index
    info = document.info[index]
    for tag in info.tags & tags:
        reading = info.hits[tag]
        if not reading.conjunction and not reading.preposition:
            end = index + 1
    for last, found, reading in document.phrases(index):
        if found & tags and not reading.conjunction and not reading.preposition:
            end = max(end, last)
    return end


def quoted(document: Document, index: int) -> int:
    """Word after the last one inside the quotation marks that open at a word; else `index`."""
    if document.info[index].form not in OPENING:
        return index
    last = index + 1
    while last < index + 2 + _QUOTED and inside(document, last, index):
        if document.info[last].form in CLOSING:
            return last if last > index + 1 else index
        last += 1
    return index


def adjectives(document: Document, index: int, limit: int = 3) -> int:
    """Word after the definite adjectives that begin at a word, at most `limit`."""
    end = index
    while end < index + limit and _continues(document, end) and document.info[end].adjective:
        if document.info[end].has(*_TIME):
            break
        end += 1
        # الغربي والشرقي: a second adjective after و
        while (
            document.info[end].has("places.direction_adjectives")
            and document.info[end].conjunction == "و"
            and document.info[end].definite
        ):
            end += 1
    return end


def complement(document: Document, index: int, *, unknown: bool = False, depth: int = 0) -> int:
    """Word after the noun phrase that begins at a word and completes a construct; else `index`.

    `unknown`: whether a word of no lexicon may be the name (`شركة أرامكو`, `سجن رومية`).
    """
    info = document.info[index]
    if info.kind == "symbol":
        # Inside a chain only after a head: محطة تلفزيون "أي نيوز", غرفة عمليات "ردع العدوان".
        if depth and not any(t.startswith("organisations.") for t in document.info[index - 1].tags):
            return index
        return quoted(document, index)
    if info.kind in ("number", "end") or not _continues(document, index):
        return index
    end = known_name(document, index)
    if end > index:
        return adjectives(document, end)
    if info.function or info.has(*_TIME, "words.verbs") or info.preposition or info.conjunction:
        return index
    if info.kind == "latin":
        return latin(document, index) if unknown else index
    if info.definite:
        end = adjectives(document, index + 1)
        if info.has(*_OFFICES):  # جامعة الملك سعود, شارع الأمير سلطان
            if depth and not document.info[index - 1].tags:
                return index  # قوات حليفهم الرئيس ...
            named = name_end(document, end, evidence=True)
            if named > end:
                return adjectives(document, named)
        return _coordinated(document, end)
    if depth < _CHAIN:
        end = complement(document, index + 1, depth=depth + 1)
        clitic = not info.tags and info.form.startswith(("ل", "ب"))  # بعثة لحفظ السلام
        if end > index + 1 and not clitic and not info.has("nations.adjective"):
            return end
    if unknown and namelike(info):
        return adjectives(document, index + 1)
    return index


def _coordinated(document: Document, end: int) -> int:
    """After وزارة التربية: also والتعليم, when a preposition or the end of the clause follows."""
    info = document.info[end]
    if (
        info.conjunction == "و"
        and info.definite
        and not info.preposition
        and not info.has(*_TIME, "organisations.ARM definite", "organisations.ORG definite")
        and known_name(document, end) == end
        and not any(tag.startswith(("gazetteer.", "places.GPE", "people.")) for tag in info.tags)
        and document.info[end - 1].definite
        and document.info[end - 1].stem[:1] not in "0123456789"
        and "words.common" not in info.tags
        and len(info.stem) > 3
        and not info.stem.endswith(("ون", "ين"))
    ):
        return adjectives(document, end + 1)
    return end


def latin(document: Document, index: int) -> int:
    """Word after a run of capitalised Latin words, at most four."""
    end = index
    while end < index + 4 and document.info[end].kind == "latin":
        if not document.info[end].form[:1].isupper() or not inside(document, end, index):
            break
        end += 1
    return end


def _continues(document: Document, index: int) -> bool:
    """Whether a word goes on in the sentence of the word before it."""
    return index > 0 and document.sentence[index] == document.sentence[index - 1]
