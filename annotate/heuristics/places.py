"""Places that no lexicon has: announced by a noun, made by a direction, or listed beside others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from annotate.heuristics.candidates import Candidate
from annotate.heuristics.document import Document
from annotate.heuristics.growth import PLACES, known_name
from annotate.heuristics.name_parts import namelike
from annotate.heuristics.qualifiers import adjectives
from annotate.heuristics.word import WordInfo

_GPE = PLACES - {"places.LOC"}
_COUNTRY = frozenset({"gazetteer.territories"})
_INSIDE = ("في", "الي", "من", "شمال", "شمالي", "جنوب")
_LIST = 15  # places in one enumeration
# Nouns after which a word of no lexicon is the name of a political unit.
_SURE_NOUNS = frozenset(("مدينه", "بلده", "قريه", "محافظه", "ولايه", "ضاحيه", "حي", "مقاطعه"))
# Nouns after which a place that is a word too is the place.
_NOUNS = _SURE_NOUNS | {
    "منطقه",
    "قطاع",
    "اقليم",
    "واحه",
    "بلديه",
    "مديريه",
    "اماره",
    "ناحيه",
    "قضاء",
}
# Nouns of places after which a word of no lexicon may stand.
_SURE_LOC = frozenset(
    ("ريف", "جبل", "جبال", "نهر", "وادي", "بحيره", "مضيق", "هضبه", "ريفي", "جرود")
)


def find(document: Document) -> Iterator[Candidate]:
    """GPE and LOC candidates."""
    for tag, rule in _RULES.items():
        for index in document.where(tag):
            yield from rule(document, index)


def _place(document: Document, index: int, *, listed: bool = False) -> int:
    """Word after a place's name that begins at a word of no lexicon; else `index`."""
    info = document.info[index]
    if document.sentence[index] != document.sentence[index - 1] or info.kind != "word":
        return index
    known = known_name(document, index, _GPE)
    if known > index:
        return known
    if listed and info.tags & _GPE and not info.preposition:
        return index + 1
    if info.has("places.loc_bare", "places.loc_definite", "places.gpe_nouns"):
        return index
    if info.function or info.preposition or (info.conjunction and not listed):
        return index
    if (
        listed
        and not info.tags
        and not info.senses
        and info.form.startswith("و")
        and not info.form.startswith(("وي", "وت", "ون"))  # ويمثلها
        and not info.form.endswith(("ها", "هم"))
    ):
        return index + 1  # وسقبا
    if listed and not info.tags and info.form.startswith(("ب", "ل", "ك")):
        return index  # مناطق ...، بفقرات مشوقة
    if info.has("common.definite", "words.common", "nations.adjective", "time.definite_units"):
        return index
    if info.has("places.ambiguous", "places.compound_heads"):
        following = document.info[index + 1]
        if (
            info.has("places.compound_heads")
            and following.kind == "word"
            and not following.function
        ):
            if following.conjunction or following.preposition or following.has("words.verbs"):
                return index
            return index + 2
        return index + 1
    if info.definite:
        plain = not any(
            tag.startswith(("words.", "common.", "titles.", "time.", "organisations.", "nations."))
            for tag in info.tags
        )
        return index + 1 if plain and len(info.stem) > 2 else index
    if info.form.startswith("م") and info.form.endswith("ه"):  # متفرقة, مجاورة
        return index
    return index + 1 if namelike(info) and not info.has("names.given") else index


def _announced(document: Document, index: int) -> Iterator[Candidate]:
    """مدينة X: X alone, where no lexicon has it."""
    reading = document.info[index].hits["places.gpe_nouns"]
    following = document.info[index + 1]
    if reading.article or known_name(document, index + 1, PLACES) > index + 1:
        return
    if reading.stem not in _SURE_NOUNS and not (
        reading.stem in _NOUNS and following.has("places.ambiguous")
    ):
        return
    end = _place(document, index + 1)
    if end > index + 1:
        yield Candidate(index + 1, end, "GPE", 0.85, f"announced/{reading.stem}")


def _listed(document: Document, index: int) -> Iterator[Candidate]:
    """مدن X وY، وZ: every item of the enumeration."""
    reading = document.info[index].hits["places.gpe_plural_nouns"]
    if reading.article:
        return
    if "إ" in document.text[document.starts[index] : document.ends[index]]:
        return  # إحياء is no أحياء
    broad = reading.stem in ("مناطق", "ضواحي")
    start = index + 1
    if document.info[start].form == ":":
        start += 1
        broad = False
    for _ in range(_LIST):
        if start >= len(document) or document.sentence[start] != document.sentence[index]:
            return
        end = _place(document, start, listed=start > index + 1)
        if end == start or (document.info[end].adjective and end == start + 1):
            return
        if broad and known_name(document, start, _GPE) == start:
            return
        yield Candidate(start, end, "GPE", 0.6, f"listed/{reading.stem}")
        broad = False
        start = _next_item(document, end)
        if start < 0:
            return


def _next_item(document: Document, end: int) -> int:
    """Where the next item of an enumeration begins; -1 if there is none."""
    index = end
    if document.info[index].form == "(":
        close = index + 1
        while close < index + 4 and document.info[close].form != ")":
            close += 1
        index = close + 1 if document.info[close].form == ")" else index
    comma = document.info[index].form in ("،", ",")
    index += comma
    item = document.info[index]
    if not comma and item.conjunction != "و" and not item.form.startswith("و"):
        return -1
    if item.has("places.gpe_nouns", "places.gpe_plural_nouns"):
        return -1
    return index


def _natural(document: Document, index: int) -> Iterator[Candidate]:
    """ريف حمص, جبل موية, ريفها الغربي."""
    info = document.info[index]
    reading = info.hits["places.loc_nouns"]
    if reading.article or info.has("words.function"):
        return
    if "أ" in document.text[document.starts[index] : document.ends[index]]:
        return  # وأدى is no وادي
    origin = f"natural/{reading.stem}"
    if reading.ending:
        end = adjectives(document, index + 1)
        if end > index + 1 and document.info[index + 1].has("places.direction_adjectives"):
            yield Candidate(index, end, "LOC", 0.6, origin, reading.preposition)
        return
    start = index + 1
    kind = document.info[start]
    if kind.has("places.gpe_nouns") and not (kind.definite or kind.conjunction or kind.preposition):
        # ريف محافظة حمص الشرقي: one place, where a direction ends it
        end = known_name(document, start + 1, PLACES)
        if end > start + 1 and document.info[end].has("places.direction_adjectives"):
            last = adjectives(document, end, limit=1)
            yield Candidate(index, last, "LOC", 0.8, origin, reading.preposition)
        return
    end = known_name(document, start, PLACES)
    score = 0.8
    if end == index + 1:
        if reading.stem not in _SURE_LOC or document.info[index + 1].has("time.definite_units"):
            return
        end = _place(document, index + 1)
        score = 0.5
        if end == index + 1:
            return
    last = adjectives(document, end)
    while last > end and not document.info[last - 1].has(
        "places.direction_adjectives", "nations.adjective"
    ):
        last -= 1
    yield Candidate(index, last, "LOC", score, origin, reading.preposition)


def _definite(document: Document, index: int) -> Iterator[Candidate]:
    """المنطقة الجنوبية, الحدود العراقية السورية, الجنوب السوري."""
    reading = document.info[index].hits["places.loc_definite"]
    end = adjectives(document, index + 1)
    if end == index + 2 and document.info[end].form in ("-", "–", "/"):  # الحدود السورية - التركية
        joined = adjectives(document, end + 1)
        end = joined if joined == end + 2 and _places(document.info[end + 1]) else end
        if end == index + 4:
            both = _places(document.info[index + 1]) and document.sentence[end - 1]
            if both == document.sentence[index]:
                yield Candidate(
                    index, end, "LOC", 0.7, f"definite/{reading.name}", reading.preposition
                )
            return
    while end > index + 1 and not _places(document.info[end - 1]):
        end -= 1
    if end > index + 1 and all(_places(word) for word in document.info[index + 1 : end]):
        yield Candidate(index, end, "LOC", 0.7, f"definite/{reading.name}", reading.preposition)


def _places(info: WordInfo) -> bool:
    return info.has("places.direction_adjectives", "nations.adjective")


def _bare(document: Document, index: int) -> Iterator[Candidate]:
    """الجنوب, الحدود: a place by itself, unless it is an adjective or has another meaning."""
    info = document.info[index]
    reading = info.hits["places.loc_bare"]
    before = document.info[index - 1] if index else None
    if before and before.definite and not info.preposition and not info.conjunction:
        return
    if reading.name == "الحدود" and before and before.form in ("اقصي", "ابعد"):
        return
    yield Candidate(index, index + 1, "LOC", 0.5, f"bare/{reading.name}", reading.preposition)


def _direction(document: Document, index: int) -> Iterator[Candidate]:
    """شمال شرق سوريا, جنوبي لبنان: with a country; beside a town the direction is no part of it."""
    info = document.info[index]
    reading = info.hits["places.directions"]
    if reading.article or (index and document.info[index - 1].has("places.directions")):
        return
    end = index + 1
    while end < index + 3 and document.info[end].has("places.directions"):
        end += 1
    last = known_name(document, end, _COUNTRY)
    if last > end and document.sentence[last - 1] == document.sentence[index]:
        yield Candidate(index, last, "LOC", 0.7, f"direction/{reading.stem}", reading.preposition)


def _beside(document: Document, index: int) -> Iterator[Candidate]:
    """A place's name that is a word too, joined by و to a sure place."""
    info = document.info[index]
    reading = info.hits["places.ambiguous"]
    if info.has("places.ambiguous_country") and index and not reading.conjunction:
        if document.info[index - 1].form in _INSIDE or reading.preposition == "ب":
            yield Candidate(
                index, index + 1, "GPE", 0.5, f"inside/{reading.name}", reading.preposition
            )
        return
    if reading.conjunction != "و" or reading.preposition or index == 0:
        return
    before = document.info[index - 1]
    if before.tags & _GPE and document.sentence[index] == document.sentence[index - 1]:
        yield Candidate(index, index + 1, "GPE", 0.5, f"beside/{reading.name}")


_RULES: Mapping[str, Callable[[Document, int], Iterator[Candidate]]] = {
    "places.gpe_nouns": _announced,
    "places.gpe_plural_nouns": _listed,
    "places.loc_nouns": _natural,
    "places.loc_definite": _definite,
    "places.loc_bare": _bare,
    "places.directions": _direction,
    "places.ambiguous": _beside,
}
