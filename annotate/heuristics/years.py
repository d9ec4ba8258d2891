"""Numbers in dates: days of a month, years, and four digits that count nothing."""

from __future__ import annotations

from annotate.heuristics.document import Document


def number_kind(document: Document, index: int) -> tuple[str, int]:
    """("day" or "year", word after it) of a number; ("", index) if it is neither."""
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


def is_year(document: Document, start: int) -> bool:
    """Whether four digits are a year: after a preposition or in brackets, nothing counted after."""
    info = document.info
    after = info[start + 1]
    if after.has("numbers.units", "numbers.currencies", "numbers.multipliers", "time.units"):
        return False
    if after.kind == "word" and not (
        after.function
        or after.preposition
        or after.definite
        or after.form.startswith("و")
        or uncounted(document, start)
    ):
        return False
    before = info[start - 1] if start else None
    return bool(
        before
        and before.form
        in (
            "في",
            "من",
            "الي",
            "بين",
            "منذ",
            "حتي",
            "بعد",
            "قبل",
            "(",
            "بحلول",
            "مطلع",
            "سنه",
            "ديسمبر",
        )
    ) or bool(info[start].preposition or _second_year(document, start))


def first_day(document: Document, start: int) -> int:
    """The first of two days of one month, of which the second begins at a word."""
    info, first = document.info, start
    if start < 2 or document.sentence[start - 2] != document.sentence[start]:
        return start
    if info[start].conjunction == "و":
        first = start - 1
    elif info[start - 1].form in ("-", "–", "الي") and number_kind(document, start)[0] == "day":
        first = start - 2
    if first == start or number_kind(document, first)[0] != "day":
        return start
    while info[first].conjunction == "و" and number_kind(document, first - 1)[0] == "day":
        first -= 1  # 10 و11 و12 شوال
    announced = first > 0 and info[first - 1].has("time.day_parts")
    return first - announced


def uncounted(document: Document, index: int) -> bool:
    """Whether four digits that may be a year count nothing: في 2019 هاجر كثيرون.

    After 11 to 99 what is counted ends in ا or ة (2019 شخصا), after fewer a verb counts nothing.
    """
    digits, after = document.info[index].digits, document.info[index + 1]
    if digits is None or digits[1] or len(digits[0]) != 4 or digits[0][:2] not in ("19", "20"):
        return False
    if after.kind != "word" or after.has("numbers.units", "numbers.currencies", "time.units"):
        return False
    if int(digits[0][2:]) > 10:
        return not after.form.endswith(("ا", "ه"))
    return after.has("words.verbs") and not after.has("words.common")


def _second_year(document: Document, start: int) -> bool:
    """Whether و joins a year to the year before it: عامي 2012 و2013."""
    before = document.info[start - 1]
    return (
        document.info[start].conjunction == "و"
        and before.digits is not None
        and len(before.digits[0]) == 4
    )
