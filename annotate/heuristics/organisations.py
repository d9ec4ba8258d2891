"""Organisations, armed forces and facilities: known names, and heads with what completes them."""

from __future__ import annotations

from collections.abc import Iterator

from annotate.arabic.words import OPENING
from annotate.heuristics import facilities, homonyms
from annotate.heuristics.candidates import Candidate
from annotate.heuristics.document import Document
from annotate.heuristics.growth import body, complement, inside, known_name, purpose, quoted, seat
from annotate.heuristics.name_parts import given
from annotate.heuristics.qualifiers import adjectives, loyal
from annotate.heuristics.word import WordInfo

_FORCES = ("organisations.ARM", "organisations.ARM bare", "organisations.ARM definite")
_SIDES = (
    *_FORCES,
    "organisations.sides",
    "organisations.ARM heads",
    "organisations.ARM units",
    "organisations.ORG bare",
)
# Definite heads that are a force or side only with an adjective that says so.
_BROAD = ("الجماعات", "المجموعات", "الحركات", "التنظيمات", "الوحدات", "المجاميع", "البحريه")
# Definite heads that in a text about fighting stand alone for the side that was named.
_ALONE = frozenset(("التنظيم", "التحالف", "المقاتلون", "المقاتلين", "المسلحون", "المسلحين"))
# Armed men that و joins to a second noun of theirs: جنود وضباط الجيش.
_RANKS = ("جنود", "ضباط", "افراد", "عناصر", "مقاتلي", "قاده", "قيادات", "صف", "مسلحي", "منسوبي")
_LED = ("قوات", "ميليشيا", "ميليشيات", "مليشيا", "مليشيات", "كتايب", "جيش", "مرتزقه", "عصابات")
_BRANCHES = frozenset(
    (
        *("دبابات", "مدرعات", "مدرع", "مشاه", "مظلات", "صواريخ", "مدفعيه", "صاعقه", "عمالقه"),
        *("مغاوير", "حدود", "طيران", "بحري", "بري", "ميكا", "كوماندوس", "حرس"),
    )
)
_REGIMES = ("نظام", "حكومه")
_ARMED = frozenset({"organisations.ARM"})
# Definite heads with many other meanings, and the adjectives beside those of nations and camps
# with which they are an organisation: not النظام الغذائي, الجهاز الهضمي, الحركة المرورية.
_ONLY_WITH = {
    "النظام": ("السابق", "المخلوع", "البايد", "الحاكم", "المنحل", "الملكي", "البعثي", "المجرم"),
    "الجهاز": ("الامني", "المركزي", "القضايي", "التنفيذي", "الوطني"),
    "الحركه": ("الوطنيه", "الشعبيه", "الديمقراطيه", "القوميه", "الدستوريه", "النقابيه"),
    "الشبكه": ("الوطنيه", "الدوليه", "الاقليميه"),
}
_NAMED_SO = ("places.GPE", "gazetteer.territories", "gazetteer.cities")
_LEADING = ("قياده", "رياسه", "بعثه")
_ORGS = ("organisations.ORG definite", "organisations.ORG bare", "homonyms.clubs")
_QUOTED_ONLY = ("موقع",)
_NEVER_QUOTED = ("جهاز", "برنامج", "نظام")  # names of devices and programmes
# Heads of much else: حركة الرياح, شبكة اتصالات, مجموعة كبيرة.
_TEAMS = ("فريق", "منتخب", "حركه", "تيار", "شبكه", "مجموعه", "محطه", "داييره", "برنامج", "بعثه")
_ORDINALS = frozenset(
    ("اول", "اولي", "ثاني", "ثالث", "رابع", "خامس", "سادس", "سابع", "ثامن", "تاسع", "عاشر")
)
_SHORT_NAME = 3  # words in quotation marks after a name that already stands
_PRESS = ("صحفي", "صحافي", "محلي", "محليه", "فني", "فنيه", "جديد", "جديده", "خاص", "خاصه")
# Heads in the construct of which any definite noun after ل is the purpose: مركز ... للإغاثة.
_OPEN_ENDED = (
    *("مركز", "معهد", "موسسه", "جمعيه", "منظمه", "هييه", "اتحاد", "شركه", "صندوق", "اكاديميه"),
    *("رابطه", "شبكه", "لجنه"),
)
_PURPOSE_HEADS = (
    *(
        "المرصد",
        "المنظمه",
        "الهييه",
        "اللجنه",
        "الاتحاد",
        "المجلس",
        "المركز",
        "الجمعيه",
        "المفوضيه",
    ),
    *("الشبكه", "الوكاله", "الصندوق", "المعهد", "الموسسه", "الشركه", "الرابطه", "البنك"),
    *("الادارة", "الاداره", "المديريه", "الاكاديميه", "الوزاره", "الامانه", "الرياسه"),
)


def find(document: Document, conflict: bool) -> Iterator[Candidate]:
    """ORG, ARM and FAC candidates; `conflict`: the text is about fighting."""
    yield from homonyms.find(document)
    yield from facilities.find(document)
    for tag, rule in _RULES.items():
        for index in document.where(tag):
            yield from rule(document, index, conflict)


def _candidate(
    document: Document, index: int, end: int, label: str, score: float, rule: str, tag: str
) -> Candidate:
    reading = document.info[index].hits[tag]
    return Candidate(index, end, label, score, f"{rule}/{reading.name}", reading.preposition)


def _org_head(document: Document, index: int, conflict: bool) -> Iterator[Candidate]:
    tag = "organisations.ORG heads"
    info = document.info[index]
    if info.hits[tag].article or info.hits[tag].ending:
        return
    weak = info.has("organisations.ORG weak heads")
    if info.hits[tag].stem in _REGIMES and _serves(document, index + 1):
        yield _candidate(document, index, index + 1, "ORG", 0.7, "head", tag)
        return
    following = document.info[index + 1]
    named = known_name(document, index + 1) > index + 1 or given(following)
    if info.hits[tag].stem == "نظام" and not named:
        return  # نظام التوظيف
    if info.hits[tag].stem in _LEADING and document.info[index + 1].has(*_ORGS):
        return  # قيادة الحزب: the body alone is the name
    end = complement(document, index + 1, unknown=not weak)
    label = _side(document, index, end)
    if end == index + 1 or (weak and label == "ORG" and not _strong(document, index + 1, end)):
        return
    if following.has("nations.adjective") and following.has(*_NAMED_SO):
        return  # مجلة سورية
    if label == "ORG":
        end = body(document, index, end, open_ended=info.hits[tag].stem in _OPEN_ENDED)
    if not weak and document.info[end].form in OPENING:  # وكالة الأنباء العراقية "واع"
        inner = quoted(document, end)
        if end < inner <= end + 1 + _SHORT_NAME:
            end = inner
    yield _candidate(document, index, end, label, 0.7, "head", tag)


def _serves(document: Document, index: int) -> bool:
    """Whether a person's title follows نظام or حكومة: the name of the body is the head alone."""
    return document.info[index].has("titles.bare offices", "titles.prefixes")


def _strong(document: Document, start: int, end: int) -> bool:
    """Whether a complement is enough for a weak head: quoted, a known name, or of two words."""
    if document.info[start].has("places.gpe_nouns", "places.gpe_plural_nouns"):
        return False
    head = document.info[start - 1]
    if document.info[start].form in OPENING:
        return head.stem not in _NEVER_QUOTED
    if head.stem in _QUOTED_ONLY:
        return False
    if known_name(document, start) > start:
        return True
    if head.stem in _TEAMS:
        return document.info[start].has("organisations.fields")
    return end > start + 1 and not document.info[start].has("words.common")


def _side(document: Document, start: int, end: int) -> str:
    """ARM where a head such as غرفة or إدارة is completed by العمليات or العسكرية, else ORG."""
    info = document.info
    inner = start + 1 + (info[start + 1].form in OPENING)
    if known_name(document, inner, _ARMED) > inner:  # حركة «طالبان»
        return "ARM"
    if info[start].has("organisations.armed heads") and any(
        info[i].has("organisations.armed complements") for i in range(start + 1, end)
    ):
        return "ARM"
    return "ORG"


def _org_definite(document: Document, index: int, conflict: bool) -> Iterator[Candidate]:
    tag = "organisations.ORG definite"
    end = adjectives(document, index + 1, head=document.info[index])
    if index and document.info[index - 1].form.endswith("وسايل"):  # وسائل الإعلام السورية
        return
    if (
        end == index + 1
        or _ordinal(document.info[index + 1])
        or document.info[index + 1].stem in _PRESS
    ):
        return
    allowed = _ONLY_WITH.get(document.info[index].hits[tag].name)
    adjective = document.info[index + 1]
    if allowed is not None and not (
        adjective.has("nations.adjective") or adjective.form in allowed
    ):
        return
    if document.info[index].hits[tag].name in _PURPOSE_HEADS:
        end = purpose(document, end, open_ended=True)
    if document.info[index].has("organisations.seated heads"):
        end = seat(document, end)
    yield _candidate(document, index, end, _side(document, index, end), 0.6, "definite", tag)


def _arm_head(document: Document, index: int, conflict: bool) -> Iterator[Candidate]:
    tag = "organisations.ARM heads"
    info, following = document.info[index], document.info[index + 1]
    if info.hits[tag].article or info.hits[tag].ending:
        return
    if following.has("titles.bare offices") and not following.has("organisations.sides"):
        if not following.preposition and not following.conjunction:  # قوات | الرئيس ...
            yield _candidate(document, index, index + 1, "ARM", 0.7, "head", tag)
        return
    joined = following.conjunction == "و" and following.stem in _RANKS and not following.definite
    start = index + 1 + joined
    following = document.info[start]
    if info.has("organisations.ARM needs side"):
        if not (following.has(*_SIDES) or following.form in OPENING):
            if known_name(document, start) == start:
                return
        elif not conflict and not following.has(*_FORCES):
            return
    end = complement(document, start)
    if end == start and not joined and info.hits[tag].stem in _LED:
        named = following.has("people.leaders") or (conflict and given(following))
        if named and inside(document, start, index):  # قوات حفتر
            yield _candidate(document, index, index + 2, "ARM", 0.7, "head", tag)
            return
    end = loyal(document, end, definite=end > start)
    if end == start:
        if info.hits[tag].stem in ("فصائل", "فصايل") and following.has(
            "organisations.armed adjectives"
        ):
            yield _candidate(document, index, index + 2, "ARM", 0.6, "head", tag)
        return
    yield _candidate(document, index, end, "ARM", 0.8, "head", tag)


def _arm_definite(document: Document, index: int, conflict: bool) -> Iterator[Candidate]:
    tag = "organisations.ARM definite"
    info = document.info[index]
    name = info.hits[tag].name
    end = adjectives(document, index + 1)
    opposition = name == "المعارضه"
    if opposition:
        label = "ARM" if conflict else "ORG"
        if not _qualifies(document, index):
            yield _candidate(document, index, end, label, 0.6, "definite", tag)
        return
    end = loyal(document, end)
    if end == index + 1:
        if conflict and name in _ALONE and not _qualifies(document, index):
            yield _candidate(document, index, end, "ARM", 0.5, "definite", tag)
        return
    words = document.info[index + 1 : end]
    if name in _BROAD and not any(w.has("organisations.armed adjectives") for w in words):
        return
    if name == "التحالف" and not conflict:
        return
    yield _candidate(document, index, end, "ARM", 0.7, "definite", tag)


def _qualifies(document: Document, index: int) -> bool:
    """Whether المعارضة is here an adjective of the definite word before it."""
    before = document.info[index - 1] if index else None
    return bool(
        before
        and before.definite
        and not document.info[index].preposition
        and not document.info[index].conjunction
        and not before.function
        and document.sentence[index - 1] == document.sentence[index]
    )


def _arm_unit(document: Document, index: int, conflict: bool) -> Iterator[Candidate]:
    """اللواء 52, الفرقة السابعة."""
    tag = "organisations.ARM units"
    following = document.info[index + 1]
    if document.sentence[index + 1] != document.sentence[index]:
        return
    if following.kind == "number" or (
        conflict and following.definite and _ordinal(following) and not following.preposition
    ):
        end = adjectives(document, index + 2)
        if end == index + 2 and document.info[end].form in _BRANCHES:
            end += inside(document, end, index)  # الفرقة 11 دبابات
        yield _candidate(document, index, end, "ARM", 0.8, "unit", tag)


def _ordinal(info: WordInfo) -> bool:
    return info.has("words.adjectives") and info.stem.rstrip("ه") in _ORDINALS


_RULES = {
    "organisations.ORG heads": _org_head,
    "organisations.ORG definite": _org_definite,
    "organisations.ARM heads": _arm_head,
    "organisations.ARM definite": _arm_definite,
    "organisations.ARM units": _arm_unit,
}
