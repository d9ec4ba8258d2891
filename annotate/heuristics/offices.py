"""How far a title goes: what completes an office, qualifies a profession, and whom they serve."""

from __future__ import annotations

from annotate.arabic.words import OPENING
from annotate.heuristics.document import Document
from annotate.heuristics.growth import NAMES, body, complement, known_name, purpose, seat
from annotate.heuristics.name_parts import given
from annotate.heuristics.qualifiers import adjectives

_MEMBERS = ("titles.weak offices",)  # قيادي, عضو, ضابط: في says in which body
_DEFINITE_BODIES = ("organisations.ORG definite", "organisations.ARM definite")
TITLES = (
    "titles.offices",
    "titles.definite",
    "titles.bare offices",
    "titles.ranks",
    "titles.prefixes",
)
_PLACED = ("titles.definite", "titles.bare offices")  # titles that say with في in which body
_PLACE_TAGS = frozenset(
    {"gazetteer.cities", "gazetteer.territories", "gazetteer.latin", "places.GPE", "places.LOC"}
)
# Titles after which a definite word is a surname rather than an adjective: الدكتور الشمري.
PERSONAL = frozenset(
    (
        *("الدكتور", "السيد", "السيده", "المهندس", "الاستاذ", "الفريق"),
        *("اللواء", "العميد", "العقيد", "الجنرال", "المشير", "المقدم", "الرائد", "النقيب"),
        *("الاستاذه", "المهندسه", "الدكتوره", "البروفيسور", "البروفسور", "القاضي", "المحامي"),
        *("الشيخ", "الانسه", "المرحوم", "الكابتن", "دكتور", "مهندس"),
    )
)
_ADJECTIVES = 3  # that lengthen a title
GENERAL = ("عام", "عامه", "اول", "تنفيذي", "تنفيذيه", "فني", "اقليمي", "مساعد")
# Adjectives of a definite title that leave it to ل to say of what: المدير العام للمبيعات.
_OF_WHAT = frozenset(
    ("العام", "العامه", "التنفيذي", "التنفيذيه", "الاقليمي", "الاعلي", "المالي", "الفني")
)
# Bodies whose purpose belongs to the title: رئيس اللجنة المنظمة للحفل, وكيل الوزارة لشؤون ...
_SERVING = ("اللجنه", "الهييه", "الوزاره", "الجمعيه", "المركز", "المجلس", "الاتحاد", "المديريه")
BODIES = (
    "organisations.ORG heads",
    "organisations.ORG definite",
    "organisations.ARM definite",
    "organisations.ARM heads",
    "organisations.ORG",
    "organisations.ARM",
    "organisations.FAC heads",
    "organisations.FAC definite",
    "organisations.FAC",
)


def office_end(document: Document, end: int) -> int:
    """Word after what completes an indefinite office: وزير الداخلية العراقي, متحدث باسم الجيش."""
    info = document.info[end]
    if info.has("titles.for_whom"):
        return _for_whom(document, end)
    if info.form in GENERAL:  # مدير عام الشركة
        grown = complement(document, end + 1)
        return at(document, grown) if grown > end + 1 else end
    if info.preposition == "ل" and not info.conjunction and _accusative(document, end - 1):
        return _served(document, end)
    if info.form == "في" and document.info[end - 1].has(*_MEMBERS):
        inner = known_name(document, end + 1, NAMES - _PLACE_TAGS)
        if inner == end + 1 and document.info[inner].has(*_DEFINITE_BODIES):
            inner = adjectives(document, end + 2)
            inner = inner if inner > end + 2 else end + 1
        return inner if inner > end + 1 else end
    grown = complement(document, end, people=False)
    limit = grown + _ADJECTIVES
    while end < grown < limit and _qualifies(document, grown, "titles.offices"):
        grown += 1
    if grown > end and document.info[grown].has("titles.for_whom"):
        return _for_whom(document, grown)
    if grown > end and document.info[end].has("organisations.seated heads"):
        grown = body(document, end, grown, open_ended=False)
    if grown > end and document.info[end].definite:
        grown = purpose(document, grown, open_ended=document.info[end].form in _SERVING)
    return at(document, grown) if grown > end else end


def _accusative(document: Document, index: int) -> bool:
    """رئيسا للوزراء, كوزير للخارجية: offices that ل completes."""
    info = document.info[index]
    return info.form.endswith("ا") or info.preposition == "ك"


def _served(document: Document, index: int) -> int:
    """Word after ل and whom or what an office serves; `index` if it is none."""
    info = document.info[index]
    for last, tags, reading in document.phrases(index):
        if reading.preposition == "ل" and tags & NAMES:
            return last
    if info.has("titles.offices", "organisations.ORG heads", "organisations.FAC heads"):
        grown = complement(document, index + 1)
        if grown == index + 1:
            return index
        return body(document, index, grown, open_ended=True)
    if info.definite or info.has(*NAMES):
        return adjectives(document, index + 1)
    return index


def at(document: Document, end: int) -> int:
    """Also بمستشفى الملك فهد, بأمانة منطقة الرياض: where a post is, joined by ب."""
    info = document.info[end]
    if info.preposition != "ب" or info.conjunction:
        return end
    if document.sentence[end] != document.sentence[end - 1]:
        return end
    for tag in ("organisations.ORG heads", "organisations.FAC heads"):
        if tag in info.hits and not info.hits[tag].article and not info.hits[tag].ending:
            grown = complement(document, end + 1, unknown=True)
            return grown if grown > end + 1 else end
    if info.has("organisations.ORG definite"):
        return adjectives(document, end + 1)
    return seat(document, end)


def _for_whom(document: Document, index: int) -> int:
    """Word after باسم and the side or office that is spoken for; `index` if none follows."""
    first = index + 1
    grown = max(complement(document, first), first)
    for end, tags, _ in document.phrases(first):
        for tag in _PLACED:
            if tag in tags:  # باسم الأمين العام للأمم المتحدة
                grown = max(grown, qualified(document, end, tag))
    info = document.info[first]
    if not info.preposition and not info.conjunction:
        for tag in _PLACED:
            if info.has(tag):  # باسم الرئيس الفرنسي
                grown = max(grown, qualified(document, first + 1, tag))
        if info.has("titles.offices") and not info.definite:  # باسم رئيس الوزراء البريطاني
            office = office_end(document, first + 1)
            grown = max(grown, office if office > first + 1 else first)
    return grown if grown > first else index


def qualified(document: Document, end: int, tag: str) -> int:
    """Word after the adjectives of a definite title, and after whom it serves."""
    start = end
    while end < start + _ADJECTIVES and _qualifies(document, end, tag):
        end += 1
    following = document.info[end]
    if document.sentence[end] != document.sentence[start - 1]:
        return end
    if following.has("titles.for_whom"):
        return _for_whom(document, end)
    if following.form == "في" and tag in _PLACED:
        opened = document.info[end + 1]
        grown = end + 1
        named = opened.form in OPENING and tag == "titles.definite"
        if named or known_name(document, end + 1, NAMES - _PLACE_TAGS) > end + 1:
            grown = complement(document, end + 1)
        elif opened.has("organisations.ORG heads") and not opened.definite:
            grown = complement(document, end + 2)
            grown = grown if grown > end + 2 else end + 1
        if grown > end + 1:
            return grown
    placed = at(document, end)
    if placed > end:
        return placed
    if document.info[end - 1].form in _OF_WHAT:
        served = _of_what(document, end)
        if served > end:
            return served
    if (
        document.info[end - 1].has("titles.adjectives")
        and following.preposition == "ل"
        and (following.has(*BODIES) or following.opens)
    ):
        for last, tags, reading in document.phrases(end):
            if reading.preposition == "ل" and tags & NAMES:
                return last
        if following.has("organisations.ORG heads", "organisations.ARM heads"):
            grown = complement(document, end + 1)
            if grown > end + 1:
                return body(document, end, grown, open_ended=False)
        if following.definite:
            return adjectives(document, end + 1)
    if (
        document.info[end - 1].has("titles.adjectives")
        and following.preposition == "ل"
        and not following.conjunction
        and following.has("titles.offices")
    ):  # النائب الثاني لرئيس مجلس الوزراء
        return _served(document, end)
    return end


def represented(document: Document, end: int) -> int:
    """Also لدى منظمة ...: to which body someone is sent."""
    if document.info[end].form != "لدي" or document.sentence[end] != document.sentence[end - 1]:
        return end
    grown = complement(document, end + 1)
    return grown if grown > end + 1 else end


def _of_what(document: Document, index: int) -> int:
    """Word after what ل says of a general title: المدير العام لمبيعات التجزئة."""
    info = document.info[index]
    if info.preposition != "ل" or info.conjunction or info.has("nations.plural", *TITLES):
        return index
    served = _served(document, index)
    if served == index and document.info[index + 1].definite:
        served = complement(document, index + 1)
        return served if served > index + 1 else index
    return served


def _qualifies(document: Document, index: int, tag: str) -> bool:
    info = document.info[index]
    if document.sentence[index] != document.sentence[index - 1]:
        return False
    if info.has("titles.adjectives") and not info.conjunction and not info.preposition:
        return True
    if document.text[document.ends[index] - 1] == "ى":
        return False  # الطبيب المعتدى عليه: no adjective of relation
    if tag == "titles.ranks":
        return info.form in ("الركن", "ركن", "اول", "الاول")
    if tag == "titles.prefixes" or document.info[index - 1].form in PERSONAL:
        # الدكتور السهلي is a surname: after an honorific only known adjectives qualify.
        return info.has("nations.adjective") and not given(info)
    return info.adjective and not given(info) and not info.has("people.leaders")
