"""Expressions of days, months and years: what may follow what in them."""

from __future__ import annotations

from annotate.heuristics.candidates import Candidate
from annotate.heuristics.document import Document
from annotate.heuristics.years import first_day, is_year, number_kind

# What a word may be in an expression of time, and what may follow it there.
_FOLLOWS = {
    "date": "",
    "part": "part relative weekday unit day month date period",
    "relative": "weekday part day adjective relative",
    "weekday": "adjective day month weekday date",
    "day": "month year",
    "month": "year month adjective day",
    "year": "",
    "period": "month unit year_word weekday year period",
    "year_word": "year adjective",
    "unit": "adjective numeral",
    "numeral": "adjective",
    "adjective": "adjective day year weekday",
    "this": "unit month relative",
}
# A second element of the same kind may stand after a slash or in brackets.
_SEPARATED = {"weekday": "weekday", "month": "month", "relative": "weekday"}
_BEGINS = (
    "date",
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
_NEEDS_MORE = ("part", "period", "year_word", "this", "day", "numeral")
_EQUALS = ("الموافق", "الموافقه", "المصادف", "الموافقين")
_YEARS = ("time.year_words", "time.definite_units")
_LONGEST = 12
# Words that a weekday defines, and that are no time: خطبة الجمعة.
_PRAYERS = frozenset(["صلاه", "خطبه", "خطب", "خطيب", "سوق", "منبر"])


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
        slashed = _slashed(document, index)
        return ("date", slashed) if slashed > index else number_kind(document, index)
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
    ("numbers.definite_numerals", "numeral"),
)


def _slashed(document: Document, index: int) -> int:
    """Word after 17/11/1436هـ, 2015-07-20; after 14/10 only where بتاريخ or يوم stands before."""
    info = document.info
    end, parts = index + 1, 1
    while (
        parts < 3
        and info[end].form in ("/", "-")
        and info[end].form == info[index + 1].form
        and info[end + 1].kind == "number"
        and document.glued(end)
        and document.glued(end + 1)
    ):
        end += 2
        parts += 1
    announced = index > 0 and info[index - 1].form in ("بتاريخ", "يوم", "تاريخ", "الموافق")
    if parts < 2 + (not announced):
        return index
    digits = [info[index + 2 * part].digits for part in range(parts)]
    lengths = sorted(len(number[0]) for number in digits if number)
    if lengths[:2] > [2, 2] or (parts == 3 and lengths[2] not in (2, 4)):
        return index
    return end + (info[end].form in ("ه", "م") and info[end].kind == "word")


def expression(document: Document, index: int) -> Candidate | None:
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
        if kind == "month" and following == "day" and not _dayed(document, end, after):
            break
        if kind == "adjective" and following == "day" and _kind(document, after)[0] != "month":
            break  # العام الجاري 29 مليون
        pair = position > end and following in _SEPARATED.get(kind, "")
        if not pair and position == end and following not in _FOLLOWS[kind].split():
            break
        dated = kind in ("day", "month", "weekday") and following in ("year", "adjective")
        if position > end and not pair and not dated:
            break
        if (word.conjunction or word.preposition) and kind not in ("part", "period"):
            break
        kind, end = following, after
        kinds.append(following)
    if not _complete(document, start, end, kinds):
        return None
    end = _more(document, start, end, kinds[-1])
    start = _before(document, start, first)
    return Candidate(start, end, "TIME", 0.85, f"time/{first}", document.info[start].preposition)


def _more(document: Document, start: int, end: int, kind: str) -> int:
    """Also من العام الحالي, and the date of another calendar: الاثنين الموافق 4/10."""
    info = document.info
    position = end + (info[end].form == ")" and kind == "month")
    joint = info[position].form
    if document.sentence[position + 1] != document.sentence[start]:
        return end
    if joint in _EQUALS and kind in ("weekday", "day", "month", "year", "date"):
        found = expression(document, position + 1)
        return found.end if found and found.start == position + 1 else end
    if joint == "من" and kind in ("month", "day", "adjective", "numeral"):
        following = info[position + 1]
        if following.has("time.this", "time.day_parts") or (
            following.has(*_YEARS) and info[position + 2].has("time.time_adjectives")
        ):
            found = expression(document, position + 1)
            return found.end if found and found.start == position + 1 else end
    return end


def _dayed(document: Document, index: int, after: int) -> bool:
    """Whether a number after a month is its day: March 3; in Arabic only before a year."""
    if document.info[index - 1].has("time.english_months"):
        return True
    return _kind(document, after + (document.info[after].form in ("،", ",")))[0] == "year"


def _skip(document: Document, end: int, kind: str) -> int:
    """The word after a separator inside an expression; `end` if there is none."""
    info = document.info
    if kind in _SEPARATED and info[end].form in ("/", "-", "(", "،"):
        if info[end].form == "،" and kind != "day":
            return end
        return end + 1
    if info[end].form == ")" and kind in ("month", "weekday"):
        following, _ = _kind(document, end + 1)
        return end + 1 if following in ("year", "adjective") else end
    if kind == "day" and info[end].form == ",":
        return end + 1
    return end


def _complete(document: Document, start: int, end: int, kinds: list[str]) -> bool:
    """Whether what was found can be placed by itself."""
    info = document.info
    if len(kinds) > 1:
        if kinds[0] == "unit" and kinds[1:] == ["adjective"] and info[start].has("words.common"):
            return False
        return kinds[-1] not in ("part", "this", "period", "numeral") or end > start + 2
    kind = kinds[0]
    if kind in _NEEDS_MORE or kind == "adjective":
        return False
    before = info[start - 1] if start else None
    if kind == "month":
        return not info[start].has("time.ambiguous_months") or bool(
            before and before.form in ("شهر", "هلال")
        )
    if kind == "year":
        digits = info[start].digits
        return bool(digits and digits[1]) or end > start + 1 or is_year(document, start)
    if kind == "unit":
        return False
    if kind == "weekday" and before and before.form in _PRAYERS:
        return False
    if info[start].form.endswith("اليوم"):
        if info[start + 1].form == "الواحد":
            return False
        if info[start + 1].adjective and not info[start + 1].has("nations.adjective"):
            return False  # اليوم الوطني
        return (
            not (
                before
                and before.form
                in ("هذا", "ذلك", "في", "نفس", "طوال", "بدايه", "نهايه", "مدار", "طيله")
            )
            and not info[start].preposition
        )
    return True


def _before(document: Document, start: int, kind: str) -> int:
    """Also بعد before ظهر السبت, and the first day of 3-5 مايو, 3 و5 مايو, 3 إلى 5 مايو."""
    if kind == "day":
        return first_day(document, start)
    if kind != "part" or not start or document.info[start].form not in ("ظهر", "منتصف"):
        return start
    before = document.info[start - 1].stem in ("بعد", "قبل")
    return start - (before and document.sentence[start - 1] == document.sentence[start])
