"""Organisations, armed forces and facilities: known names, and heads with what completes them."""

from __future__ import annotations

from collections.abc import Iterator

from annotate.arabic.words import OPENING
from annotate.heuristics import homonyms
from annotate.heuristics.candidates import Candidate
from annotate.heuristics.document import Document
from annotate.heuristics.growth import body, complement, known_name, purpose, quoted, seat
from annotate.heuristics.names import given
from annotate.heuristics.qualifiers import adjectives
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
# Adjectives of a site that a pronoun says whose it is: مطارها العسكري.
_OF_SITES = frozenset(
    ("عسكري", "عسكريه", "دولي", "دوليه", "جوي", "جويه", "بحري", "بحريه", "مركزي", "مدني", "رييسي")
)
# Sites that are used of many other things: سوق العمل, طريق العنف, حقل الابتكار.
_FIGURATIVE = frozenset(("سوق", "طريق", "حقل", "ميدان", "بوابه", "قاعده", "فرع", "نفق", "روضه"))
_LEADING = ("قياده", "رياسه", "بعثه")
_ORGS = ("organisations.ORG definite", "organisations.ORG bare", "homonyms.clubs")
_QUOTED_ONLY = ("موقع",)
_NEVER_QUOTED = ("جهاز", "برنامج", "نظام")  # names of devices and programmes
# Heads of much else: حركة الرياح, شبكة اتصالات, مجموعة كبيرة.
_TEAMS = ("فريق", "منتخب", "حركه", "تيار", "شبكه", "مجموعه", "محطه", "داييره", "برنامج", "بعثه")
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
    if following.has("nations.adjective") and following.has("places.GPE"):
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
    if info.has("organisations.ARM needs side"):
        if not (following.has(*_SIDES) or following.form in OPENING):
            if known_name(document, index + 1) == index + 1:
                return
        elif not conflict and not following.has(*_FORCES):
            return
    end = complement(document, index + 1)
    if end == index + 1:
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
    if end == index + 1:
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
        yield _candidate(document, index, end, "ARM", 0.8, "unit", tag)


def _ordinal(info: WordInfo) -> bool:
    return info.has("words.adjectives") and info.stem.rstrip("ه") in (
        *("اول", "اولي", "ثاني", "ثالث", "رابع", "خامس", "سادس", "سابع", "ثامن", "تاسع", "عاشر"),
    )


def _fac_head(document: Document, index: int, conflict: bool) -> Iterator[Candidate]:
    tag = "organisations.FAC heads"
    info, following = document.info[index], document.info[index + 1]
    reading = info.hits[tag]
    if reading.article:
        return
    if reading.ending:  # مطارها العسكري
        end = adjectives(document, index + 1)
        kind = document.info[index + 1].stem
        if end > index + 1 and reading.ending in ("ها", "ه") and kind in _OF_SITES:
            yield _candidate(document, index, end, "FAC", 0.5, "head", tag)
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
        or (end > index + 2 and document.info[end - 1].definite and reading.stem not in _FIGURATIVE)
    ):
        return
    while document.info[end - 1].stem in ("ارهابي", "ارهابيه"):  # of what happened there
        end -= 1
    yield _candidate(document, index, end, "FAC", 0.7, "head", tag)


def _fac_definite(document: Document, index: int, conflict: bool) -> Iterator[Candidate]:
    """القصر الرئاسي, المستشفى التخصصي."""
    tag = "organisations.FAC definite"
    end = adjectives(document, index + 1, head=document.info[index])
    if end > index + 1 and document.info[index + 1].stem not in _PRESS:
        yield _candidate(document, index, end, "FAC", 0.6, "definite", tag)


def _named_site(document: Document, index: int, conflict: bool) -> Iterator[Candidate]:
    """مدينة الملك فهد الطبية: a site that bears a person's name, no town."""
    tag = "places.gpe_nouns"
    following = document.info[index + 1]
    if document.info[index].hits[tag].stem != "مدينه" or not following.has("titles.bare offices"):
        return
    end = complement(document, index + 1)
    if end > index + 2:
        yield _candidate(document, index, end, "FAC", 0.8, "head", tag)


_RULES = {
    "organisations.ORG heads": _org_head,
    "organisations.ORG definite": _org_definite,
    "organisations.ARM heads": _arm_head,
    "organisations.ARM definite": _arm_definite,
    "organisations.ARM units": _arm_unit,
    "organisations.FAC heads": _fac_head,
    "organisations.FAC definite": _fac_definite,
    "places.gpe_nouns": _named_site,
}
