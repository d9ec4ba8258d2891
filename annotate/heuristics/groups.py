"""Peoples, weapons, campaigns, and media that something is said to."""

from __future__ import annotations

from collections.abc import Iterator

from annotate.arabic.clitics import Reading
from annotate.heuristics.candidates import Candidate
from annotate.heuristics.document import Document
from annotate.heuristics.growth import NAMES, known_name, quoted
from annotate.heuristics.word import WordInfo

_BACK = 12  # words before "تحت مسمى" among which the campaign stands
_SHORT_NAME = 3  # words of a medium's name
# Nouns that complete an adjective of a weapon: محلية الصنع, بعيدة المدى.
_MAKES = frozenset(("الصنع", "المدي", "العيار", "التوجيه", "الدفع", "الصغر"))
_WITH_AL = ("الماني", "الباني")  # peoples whose name begins like the article
_KIN = frozenset(("اشقاء", "اخوه", "اخوان", "احبه", "ابناء"))
_AMONG = frozenset(("بينهم", "منهم", "ومنهم", "وبينهم", "معظمهم", "اغلبهم", "غالبيتهم", "ضمنهم"))
_SAYING = ("تصريح", "حديث", "خاص", "حوار", "اتصال", "مصدر", "مصادر", "كشف", "اوضح", "يقول", "تقول")
_AROUND = 8  # words on either side that say whether مسيرات march or fly
_MEETING = ("موتمر", "قمه")


def find(document: Document, conflict: bool) -> Iterator[Candidate]:
    """NORP, WEA and CAMPAIGN candidates."""
    for index in document.where("nations.plural"):
        yield from _people(document, index)
    for index in document.where("nations.people_heads"):
        yield from _nation(document, index)
    for index in document.where("weapons.plain", *(("weapons.in_conflict",) * conflict)):
        yield from _weapon(document, index)
    for index in document.where("organisations.CAMPAIGN heads"):
        yield from _campaign(document, index)
    for index in document.where("to"):
        yield from _medium(document, index + 1)
    for index in document.where("named"):
        yield from _titled(document, index)


def _people(document: Document, index: int) -> Iterator[Candidate]:
    """السوريين as people; after a definite noun it is an adjective (اللاجئين السوريين)."""
    reading = document.info[index].hits["nations.plural"]
    if not reading.name.startswith("ال") or reading.name.startswith(_WITH_AL):
        if index and document.info[index - 1].form in _AMONG:  # بينهم فرنسيان
            yield Candidate(index, index + 1, "NORP", 0.6, f"people/{reading.name}")
        return
    before = document.info[index - 1] if index else None
    joined = (
        before is not None
        and document.sentence[index] == document.sentence[index - 1]
        and not reading.preposition
        and not reading.conjunction
    )
    if joined and before and before.form == "غير":
        return
    if joined and before and before.definite and before.kind == "word" and not _kin(before):
        return
    yield Candidate(index, index + 1, "NORP", 0.7, f"people/{reading.name}", reading.preposition)


def _kin(info: WordInfo) -> bool:
    """الأشقاء اليمنيين: of brothers the adjective is the people."""
    return info.form.removeprefix("و").removeprefix("ال") in _KIN


def _nation(document: Document, index: int) -> Iterator[Candidate]:
    reading = document.info[index].hits["nations.people_heads"]
    if document.info[index + 1].has("nations.adjective") and document.info[index + 1].definite:
        yield Candidate(
            index, index + 2, "NORP", 0.8, f"nation/{reading.name}", reading.preposition
        )


def _weapon(document: Document, index: int) -> Iterator[Candidate]:
    """A weapon and the adjectives that say which."""
    info = document.info[index]
    tag = "weapons.plain" if info.has("weapons.plain") else "weapons.in_conflict"
    reading = info.hits[tag]
    if _describes(document, index, reading) or _marches(document, index, reading):
        return
    end = index + 1
    while end < index + 3 and document.info[end].has("weapons.adjectives"):
        word = document.info[end]
        if word.conjunction or word.preposition or word.definite != info.definite:
            break
        end += 1
    if end > index + 1 and document.info[end].form in _MAKES:
        end += 1
    yield Candidate(index, end, "WEA", 0.7, f"weapon/{reading.name}", reading.preposition)


def _marches(document: Document, index: int, reading: Reading) -> bool:
    """Whether مسيرات are marches and no drones: what is written of a march stands around them."""
    if reading.stem != "مسيرات":
        return False
    first, last = document.bounds[document.sentence[index]]
    around = document.info[max(first, index - _AROUND) : min(last, index + _AROUND)]
    return any({"protest", "marching"} & word.classes for word in around) and not any(
        "fired" in word.classes for word in around
    )


def _describes(document: Document, index: int, reading: Reading) -> bool:
    """Whether a definite weapon is the adjective of the noun before it: السيارات المفخخة."""
    if not index or not reading.article or not reading.stem.endswith("ه"):
        return False
    before = document.info[index - 1]
    return (
        before.definite
        and before.kind == "word"
        and not reading.preposition
        and not reading.conjunction
        and document.sentence[index] == document.sentence[index - 1]
    )


def _campaign(document: Document, index: int) -> Iterator[Candidate]:
    """عملية "فجر الحرية", معركة #ردع_العدوان, قمة شرم الشيخ."""
    reading = document.info[index].hits["organisations.CAMPAIGN heads"]
    if reading.article or reading.ending:
        return
    origin = f"campaign/{reading.stem}"
    end = quoted(document, index + 1)
    if end > index + 1:
        yield Candidate(index, end, "CAMPAIGN", 0.75, origin, reading.preposition)
    elif document.info[index + 1].form == "#" and index + 2 in document.hashtags:
        end = document.hashtags[index + 2][1]
        yield Candidate(index, end, "CAMPAIGN", 0.75, origin, reading.preposition)
    elif reading.stem in _MEETING:
        end = known_name(document, index + 1)
        if end > index + 1:
            yield Candidate(index, end, "CAMPAIGN", 0.6, origin, reading.preposition)


def _medium(document: Document, index: int) -> Iterator[Candidate]:
    """قال لـ«عكاظ»: a short quoted name that something is said to is a medium."""
    end = quoted(document, index)
    if not index < end <= index + 1 + _SHORT_NAME:
        return
    known = known_name(document, index + 1, NAMES - {"places.LOC"})
    before = range(max(0, index - _BACK), index)
    if known == index + 1 and any(_said(document.info[i]) for i in before):
        yield Candidate(index + 1, end, "ORG", 0.92, "medium", "ل")


def _said(info: WordInfo) -> bool:
    """Whether a word is a verb or noun of saying: what is then said to is a medium."""
    return "speech" in info.keys or info.form.startswith(_SAYING)


def _titled(document: Document, index: int) -> Iterator[Candidate]:
    """حملة ... تحت مسمى "كسر القيود": the quoted name of a campaign that stands before."""
    end = quoted(document, index + 1)
    if end == index + 1:
        return
    before = range(max(0, index - _BACK), index)
    if any(
        document.info[i].has("organisations.CAMPAIGN heads")
        and document.sentence[i] == document.sentence[index]
        for i in before
    ):
        yield Candidate(index + 2, end, "CAMPAIGN", 0.6, "titled")
