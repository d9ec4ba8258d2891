"""Which preposition governs an entity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from annotate.arabic.words import OPENING
from annotate.heuristics.candidates import Candidate
from annotate.heuristics.clauses import linked
from annotate.heuristics.document import Document

_JOINED = 6  # words between two entities that one preposition governs
_REACH = 5  # words between a preposition and the entity that it governs
# Prepositions that say the same.
_SAME: Mapping[str, str] = {
    "الي": "to",
    "نحو": "to",
    "باتجاه": "to",
    "صوب": "to",
    "تجاه": "to",
    "داخل": "inside",
    "من": "from",
    "عن": "from",
    "علي": "on",
    "ضد": "against",
    "في": "in",
    "قرب": "near",
    "قباله": "near",
    "وسط": "in",
    "عبر": "through",
    "مع": "with",
    "بين": "between",
    "ب": "by",
    "ل": "for",
    "حول": "around",
    "بحق": "against",
    "لدي": "for",
    "خارج": "from",
    "امام": "in",
}
# Words before من that make it say near: بالقرب من.
_NEAR = frozenset(("بالقرب", "قريبه", "قريبا", "قريب", "مقربه"))
# Nouns that after من, على or في name the agent: من قبل, على يد; and the same with ب.
_AGENTIVE = frozenset(("قبل", "يد", "ايدي", "يدي", "لدن", "جانب", "طرف"))
_BY_HAND = frozenset(("بيد", "بايدي", "بنيران"))
# Nouns after which من says of whom they are.
PARTS = frozenset(
    (
        *("كل", "كلا", "كلتا", "عناصر", "افراد", "جنود", "جنديا", "مقاتلين", "مقاتلون"),
        *("مسلحين", "مسلحون", "وحدات", "وحده", "اعضاء", "ضباط", "فريق", "مجموعه", "مجموعات"),
        *("عدد", "عددا", "بعض", "احد", "عشرات", "مئات", "متحدثون", "قاده", "قياديين", "قياديون"),
        *("منسوبي", "منسوبو", "عنصر", "عنصرا", "كثير", "الكثير", "عديد", "العديد", "مزيد"),
        *("المزيد", "قسم", "الاف", "الالاف", "العشرات", "المئات"),
    )
)
# Words that with من or في and a name make a subject: الكثير من عناصر التنظيم.
MEMBERS = PARTS | frozenset(
    (
        *("عنصران", "عنصرين", "جندي", "جنديان", "جنديين", "مقاتل", "مقاتلا"),
        *("مسلح", "مسلحا", "رتل", "رتلا", "ارتال", "كتيبه", "فصيل", "دوريه", "دوريات", "ضابط"),
        *("طائرات", "مقاتلات", "مروحيات", "اثنان", "اثنين", "ضابطا"),
    )
)
# Words before one that is named of those spoken of: 8 مدن منها X.
AMONG = frozenset(
    (
        "ابرزها",
        "اهمها",
        "ابرزهم",
        "بينها",
        "بينهم",
        "منها",
        "منهم",
        "ومنها",
        "ومنهم",
        "وبينها",
        "وبينهم",
    )
)
_JOINING = AMONG | {"و", "،", "("}
# After these a preposition says where a thing lies, not where anything happens: الواقعة على الحدود.
_LYING = frozenset(
    f"{prefix}{stem}{ending}"
    for prefix in ("", "ال")
    for stem in (
        "واقع",
        "مطل",
        "محاذي",
        "متاخم",
        "ممتد",
        "مودي",
        "مجاور",
        "موصل",
        "تابع",
        "كائن",
        "قريب",
    )
    for ending in ("", "ه", "تين", "ين")
    if stem != "قريب" or prefix
) | {"تقع", "يقع", "تبعد", "يبعد", "تطل", "يطل", "تمتد", "يمتد", "تودي", "يودي", "تابعين"}
_BORDERS = frozenset(("الحدود", "حدود"))
_DESCRIBED = 3  # words between the noun of a place and what says where it lies


def governors(
    document: Document, entities: Sequence[tuple[int, Candidate]], triggers: frozenset[int]
) -> dict[int, str]:
    """Number of an entity -> group of the preposition that governs it, "" if none does."""
    found: dict[int, str] = {}
    before: tuple[int, Candidate] | None = None
    for number, entity in entities:
        preposition = entity.preposition or _written(document, entity.start, before, triggers)
        if not preposition and before and _shares(document, before[1], entity, triggers):
            found[number] = found[before[0]]
            before = (number, entity)
            continue
        found[number] = _SAME.get(preposition, preposition)
        before = (number, entity)
    return found


def _shares(
    document: Document, before: Candidate, entity: Candidate, triggers: frozenset[int]
) -> bool:
    """Whether what governs an entity governs the one after it too: both are joined."""
    gap = document.info[before.end : entity.start]
    if len(gap) > _JOINED:
        return False
    if not triggers.isdisjoint(range(before.end, entity.start)):
        return False
    if any("words.verbs" in word.tags and not word.definite for word in gap):
        return False
    if not gap and before.label == "TITLE" and entity.label == "PER":
        return True  # بالرئيس فلان
    return linked(document.info[entity.start], entity.label) or any(
        word.conjunction == "و" or word.form in _JOINING for word in gap
    )


def _written(
    document: Document,
    start: int,
    before: tuple[int, Candidate] | None,
    triggers: frozenset[int],
) -> str:
    """The preposition written before an entity, over the nouns in between.

    في جميع أحياء مدينة X: في governs X.
    """
    first, _ = document.bounds[document.sentence[start]]
    limit = max(start - _REACH, before[1].end if before else 0, first)
    info = document.info
    for index in range(start - 1, limit - 1, -1):
        word = info[index]
        if index in triggers:
            return ""
        if word.kind == "symbol":
            if word.form in OPENING:
                continue
            return ""
        previous = info[index - 1].form if index else ""
        if word.form in _BY_HAND or (word.form in _AGENTIVE and previous in ("من", "علي", "في")):
            return "agent"
        if word.form == "من" and previous in _NEAR:
            return "of" if _lies(document, index - 1, start) else "near"
        if word.form in AMONG:
            return ""
        if word.form in ("من", "في") and previous in PARTS:
            return ""  # خروج كل من درعا والسويداء, عناصر من الجيش
        if word.has("places.directions") and index == start - 1:
            outer = info[index - 1] if index else word
            if not word.preposition and outer.form not in _SAME:
                return "of"  # بلدة داريا جنوبي دمشق
        if word.form == "صفوف" and previous == "في":
            return "ranks"
        form = word.form[1:] if word.form[:1] in "وف" and word.form[1:] in _SAME else word.form
        if form in _SAME:
            border = before is not None and index == before[1].end and before[1].label == "LOC"
            if (border and form in ("مع", "بين")) or _lies(document, index, start):
                return "of"  # الحدود مع X
            return form
        if word.has("words.verbs", "words.function"):
            return ""
        if word.definite and index + 1 < start and not info[index + 1].definite:
            return ""  # في الفيديو قيام التنظيم
        if word.preposition in ("ب", "ل"):
            return word.preposition
    return ""


def _lies(document: Document, index: int, start: int) -> bool:
    """Whether the preposition at a word only says where a place lies: بلدة على الحدود."""
    info = document.info
    if info[index - 1].form in _LYING:
        return True
    if info[start].form not in _BORDERS:
        return False
    for word in reversed(info[max(index - _DESCRIBED, 0) : index]):
        if word.kind != "word" or word.definite or word.function:
            return False
        if word.has("places.gpe_nouns"):
            return True
    return False
