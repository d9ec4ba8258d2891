"""Dates, days, years, hours and relative times."""

from __future__ import annotations

from collections.abc import Iterator

from annotate.heuristics.candidates import Candidate
from annotate.heuristics.counted import share
from annotate.heuristics.dates import expression
from annotate.heuristics.document import Document

_SINCE = frozenset(["منذ", "خلال", "قبل", "بعد", "طوال", "طيله"])
_AT_NIGHT = ("ليلا", "فجرا")
_DAYTIME = frozenset(["الصباح", "المساء", "الليل", "الفجر", "النهار", "الظهر", "الظهيره"])
_OF_HOURS = frozenset(["الاولي", "المبكره", "الباكر", "المتاخره", "الاخيره"])
_QUARTERS = frozenset(["الاول", "الثاني", "الثالث", "الرابع", "الاخير"])
_EARLY = frozenset(["متاخر", "متاخره", "مبكر", "مبكره", "سابق", "لاحق"])
_ORDINALS = frozenset(
    ["الاول", "الثاني", "الثالث", "الرابع", "الخامس", "السادس", "السابع", "الثامن", "التاسع"]
)
_SEASONS = frozenset(["عيد", "فصل", "شهر", "موسم", "عطله", "اجازه", "الحج"])
_BROKEN_PLURALS = ("ايام", "اسابيع", "اشهر", "شهور", "سنوات", "اعوام", "ساعات", "عقود", "قرون")


def find(document: Document) -> Iterator[Candidate]:
    """TIME candidates."""
    end = 0
    for index in document.where("time", "phrases.time"):
        if index < end:
            continue
        found = expression(document, index) or _special(document, index)
        if found:
            yield found
            end = found.end


def _special(document: Document, index: int) -> Candidate | None:
    """Clock times, bare units after منذ and قبل, ساعات المساء."""
    info = document.info
    word, following = info[index], info[index + 1]
    if (
        word.form in _AT_NIGHT
        and "ئ" not in document.text[document.starts[index] : document.starts[index] + 4]
    ):
        return Candidate(index, index + 1, "TIME", 0.7, "time/part")
    if document.sentence[index] != document.sentence[index + 1]:
        return None
    if word.form in ("الساعه", "بالساعه") and (
        following.kind == "number" or following.has("time.ordinals_hour")
    ):
        end = _of_day(document, _clock(document, index + 2))
        exact = index > 0 and info[index - 1].stem == "تمام"  # في تمام الساعة الخامسة
        start = index - (exact and document.sentence[index - 1] == document.sentence[index])
        return Candidate(start, end, "TIME", 0.85, "time/clock", info[start].preposition)
    if word.has("time.ordinals_hour") and following.has("time.clock_parts"):
        return Candidate(
            index, _clock(document, index + 1), "TIME", 0.8, "time/clock", word.preposition
        )
    if word.form == "الدقيقه" and following.kind == "number":
        return Candidate(index, index + 2, "TIME", 0.7, "time/minute")
    if word.has("time.units") and following.form in _DAYTIME:
        end = index + 2 + (info[index + 2].form in _OF_HOURS)
        return Candidate(index, end, "TIME", 0.8, "time/daytime", word.preposition)
    third = info[index + 2]
    last = word.has("time.definite_units") and following.kind == "number" and third.definite
    if last and third.has("time.time_adjectives"):  # الساعات الـ24 الماضية
        return Candidate(index, index + 3, "TIME", 0.8, "time/last", word.preposition)
    if word.stem == "ربع" and word.definite and following.form in _QUARTERS:
        return Candidate(index, index + 2, "TIME", 0.75, "time/quarter", word.preposition)
    if following.has("time.holidays") and word.has("time.day_parts"):  # صباح العيد
        return Candidate(index, index + 2, "TIME", 0.75, "time/holiday", word.preposition)
    if word.form in ("وقت", "ساعه") and following.form in _EARLY:
        found = expression(document, index + 3) if info[index + 2].form == "من" else None
        if found and found.start == index + 3:
            return found._replace(start=index, preposition=word.preposition)
    if word.form == "اليوم" and following.form in _ORDINALS:
        return Candidate(index, index + 2, "TIME", 0.7, "time/ordinal", word.preposition)
    if word.has("time.vague") and following.has("time.units"):
        return _since(document, index, index + 2)
    if word.has("time.units") and not word.definite:
        return _units(document, index)
    return None


def _units(document: Document, index: int) -> Candidate | None:
    """أيام عيد الفطر, شهر ونصف الشهر, لأسابيع, قبل عام, منذ سنوات طويلة."""
    info = document.info
    word, following = info[index], info[index + 1]
    for last, tags, _ in document.phrases(index + 1):
        if "time.holidays" in tags:
            return Candidate(index, last, "TIME", 0.75, "time/holiday", word.preposition)
    shared = share(document, index + 1)
    if shared > index + 1:
        return Candidate(index, shared, "TIME", 0.75, "time/share", word.preposition)
    before = info[index - 1] if index else None
    plural = word.stem in _BROKEN_PLURALS
    construct = following.definite or following.form in _SEASONS
    if construct and not following.has("time.time_adjectives"):
        return None  # طوال أيام العيد
    end = index + 1 + following.has("time.after_relative")
    if plural and ((before and before.form in _SINCE) or word.preposition == "ل"):
        return _since(document, index, end)
    single = before is not None and before.form in ("قبل", "منذ") and following.kind != "number"
    if single and document.sentence[index - 1] == document.sentence[index]:
        return _since(document, index, end + (following.form == "تقريبا"))
    return None


def _of_day(document: Document, end: int) -> int:
    """After a clock time: also من صباح اليوم, مساء السبت."""
    start = end + (document.info[end].form == "من")
    if document.sentence[start] != document.sentence[end - 1]:
        return end
    if not document.info[start].has("time.day_parts", "time.weekdays", "time.relative"):
        return end
    found = expression(document, start)
    return found.end if found and found.start == start else end


def _since(document: Document, index: int, end: int) -> Candidate:
    """قبل أيام is one expression; منذ stays outside."""
    start = index
    if (
        index
        and document.info[index - 1].form == "قبل"
        and (document.sentence[index - 1] == document.sentence[index])
    ):
        start -= 1
    return Candidate(start, end, "TIME", 0.75, "time/ago", document.info[index].preposition)


def _clock(document: Document, end: int) -> int:
    info = document.info
    while end < len(document) and (
        (
            info[end].form in (":", ".", ",")
            and info[end + 1].kind == "number"
            and document.glued(end)
        )
        or (info[end].kind == "number" and document.glued(end))
        or info[end].has("time.clock_parts", "time.time_zones")
    ):
        end += 1
    return end
