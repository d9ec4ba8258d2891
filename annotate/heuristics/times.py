"""Dates, days, years, hours and relative times."""

from __future__ import annotations

from collections.abc import Iterator

from annotate.heuristics.candidates import Candidate
from annotate.heuristics.document import Document

# What a word may be in an expression of time, and what may follow it there.
_FOLLOWS = {
    "part": "part relative weekday unit day month",
    "relative": "weekday part day adjective relative",
    "weekday": "adjective day month weekday",
    "day": "month year",
    "month": "year month adjective day",
    "year": "",
    "period": "month unit year_word weekday year period",
    "year_word": "year adjective",
    "unit": "adjective",
    "adjective": "adjective day year weekday",
    "this": "unit month",
}
# A second element of the same kind may stand after a slash or in brackets.
_SEPARATED = {"weekday": "weekday", "month": "month", "relative": "weekday"}
_BEGINS = (
    "weekday",
    "relative",
    "month",
    "day",
    "year",
    "period",
    "year_word",
    "unit",
    "part",
    "this",
)
_NEEDS_MORE = ("part", "period", "year_word", "this", "day")
_LONGEST = 12
_SINCE = frozenset(["منذ", "خلال", "قبل", "بعد", "طوال", "طيله"])
_DAYTIME = frozenset(["الصباح", "المساء", "الليل", "الفجر", "النهار", "الظهر", "الظهيره"])


def find(document: Document) -> Iterator[Candidate]:
    """TIME candidates."""
    end = 0
    for index in document.where("time", "phrases.time"):
        if index < end:
            continue
        found = _expression(document, index) or _special(document, index)
        if found:
            yield found
            end = found.end


def _kind(document: Document, index: int) -> tuple[str, int]:
    """(what a word is in an expression of time, word after it); "" if it is nothing."""
    info = document.info[index]
    for end, tags, _ in document.phrases(index):
        for tag, kind in (
            ("time.months", "month"),
            ("time.relative", "relative"),
            ("time.period_parts", "period"),
        ):
            if tag in tags:
                return kind, end
    if info.kind == "number":
        return _number(document, index)
    for tag, kind in _TAGS:
        if tag in info.tags:
            return kind, index + 1
    return "", index


_TAGS = (
    ("time.english_months", "month"),
    ("time.months", "month"),
    ("time.weekdays", "weekday"),
    ("time.relative", "relative"),
    ("time.year_words", "year_word"),
    ("time.day_parts", "part"),
    ("time.definite_units", "unit"),
    ("time.time_adjectives", "adjective"),
    ("time.period_parts", "period"),
    ("time.this", "this"),
)


def _number(document: Document, index: int) -> tuple[str, int]:
    info = document.info[index]
    if info.digits is None:
        return "", index
    digits, suffix = info.digits
    if (
        suffix in ("", "ه", "م", "هـ")
        and len(digits) == 4
        and digits[:2] in ("19", "20", "14", "13", "18")
    ):
        end = index + 1
        if not suffix and document.info[end].form in ("م", "ه") and document.glued(end):
            end += 1
        return "year", end
    if not suffix and len(digits) <= 2 and 1 <= int(digits) <= 31:
        return "day", index + 1
    return "", index


def _expression(document: Document, index: int) -> Candidate | None:
    """The longest expression that begins at a word."""
    kind, end = _kind(document, index)
    if kind not in _BEGINS:
        return None
    first, start = kind, index
    kinds = [kind]
    while end < start + _LONGEST:
        position = _skip(document, end, kind)
        following, after = _kind(document, position)
        if not following or document.sentence[position] != document.sentence[start]:
            break
        word = document.info[position]
        pair = position > end and following in _SEPARATED.get(kind, "")
        if not pair and position == end and following not in _FOLLOWS[kind].split():
            break
        dated = kind in ("day", "month", "weekday") and following == "year"
        if position > end and not pair and not dated:
            break
        if (word.conjunction or word.preposition) and kind not in ("part", "period"):
            break
        kind, end = following, after
        kinds.append(following)
    if not _complete(document, start, end, kinds):
        return None
    start = _before(document, start, first)
    return Candidate(start, end, "TIME", 0.85, f"time/{first}", document.info[start].preposition)


def _skip(document: Document, end: int, kind: str) -> int:
    """The word after a separator inside an expression; `end` if there is none."""
    info = document.info
    if kind in _SEPARATED and info[end].form in ("/", "-", "(", "،"):
        if info[end].form == "،" and kind != "day":
            return end
        return end + 1
    if info[end].form == ")" and kind in ("month", "weekday"):
        following, _ = _kind(document, end + 1)
        return end + 1 if following == "year" else end
    if kind == "day" and info[end].form == ",":
        return end + 1
    return end


def _complete(document: Document, start: int, end: int, kinds: list[str]) -> bool:
    """Whether what was found can be placed by itself."""
    info = document.info
    if len(kinds) > 1:
        if kinds[0] == "unit" and kinds[1:] == ["adjective"] and info[start].has("words.common"):
            return False
        return kinds[-1] not in ("part", "this", "period") or end > start + 2
    kind = kinds[0]
    if kind in _NEEDS_MORE or kind == "adjective":
        return False
    before = info[start - 1] if start else None
    if kind == "month":
        return not info[start].has("time.ambiguous_months") or bool(
            before and before.form in ("شهر", "هلال")
        )
    if kind == "year":
        return _year(document, start)
    if kind == "unit":
        return False
    if info[start].form.endswith("اليوم"):
        return (
            not (
                before
                and before.form
                in ("هذا", "ذلك", "في", "نفس", "طوال", "خلال", "بدايه", "نهايه", "مدار", "طيله")
            )
            and not info[start].preposition
        )
    return True


def _year(document: Document, start: int) -> bool:
    """Whether four digits are a year: after a preposition or in brackets, nothing counted after."""
    info = document.info
    after = info[start + 1]
    if after.has("numbers.units", "numbers.currencies", "numbers.multipliers", "time.units"):
        return False
    if after.kind == "word" and not (
        after.function or after.preposition or after.definite or after.form.startswith("و")
    ):
        return False
    before = info[start - 1] if start else None
    return bool(
        before
        and before.form
        in ("في", "من", "الي", "بين", "منذ", "حتي", "بعد", "قبل", "(", "مطلع", "سنه", "ديسمبر")
    ) or bool(info[start].preposition)


def _before(document: Document, start: int, kind: str) -> int:
    """Also بعد before ظهر السبت."""
    if kind != "part" or not start or document.info[start].form not in ("ظهر", "منتصف"):
        return start
    before = document.info[start - 1].stem in ("بعد", "قبل")
    return start - (before and document.sentence[start - 1] == document.sentence[start])


def _special(document: Document, index: int) -> Candidate | None:
    """Clock times, bare units after منذ and قبل, ساعات المساء."""
    info = document.info
    word, following = info[index], info[index + 1]
    if document.sentence[index] != document.sentence[index + 1]:
        return None
    if word.form in ("الساعه", "بالساعه") and (
        following.kind == "number" or following.has("time.ordinals_hour")
    ):
        return Candidate(
            index, _clock(document, index + 2), "TIME", 0.85, "time/clock", word.preposition
        )
    if word.has("time.ordinals_hour") and following.has("time.clock_parts"):
        return Candidate(
            index, _clock(document, index + 1), "TIME", 0.8, "time/clock", word.preposition
        )
    if word.form == "الدقيقه" and following.kind == "number":
        return Candidate(index, index + 2, "TIME", 0.7, "time/minute")
    if word.has("time.units") and following.form in _DAYTIME:
        return Candidate(index, index + 2, "TIME", 0.8, "time/daytime", word.preposition)
    if word.has("time.vague") and following.has("time.units"):
        return _since(document, index, index + 2)
    if word.has("time.units") and word.form.startswith(
        ("ايام", "اسابيع", "اشهر", "شهور", "سنوات", "اعوام", "ساعات", "عقود")
    ):
        before = info[index - 1] if index else None
        if before and before.form in _SINCE:
            if (
                following.definite
                and not following.preposition
                and not following.has("time.time_adjectives")
            ):
                return None  # طوال أيام العيد
            end = index + 1 + following.has("time.after_relative")
            return _since(document, index, end)
    return None


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
        (info[end].form in (":", ".") and info[end + 1].kind == "number" and document.glued(end))
        or (info[end].kind == "number" and document.glued(end))
        or info[end].has("time.clock_parts", "time.time_zones")
    ):
        end += 1
    return end
