"""Numbers and amounts with what modifies them and what is counted; durations among them."""

from __future__ import annotations

from collections.abc import Iterator

from annotate.heuristics.anchors import is_feminine_dual
from annotate.heuristics.candidates import Candidate
from annotate.heuristics.counted import HUNDRED, TWO, UNITS, closed_end, counted, share
from annotate.heuristics.document import Document
from annotate.heuristics.labels import DASHES, labelled
from annotate.heuristics.word import WordInfo
from annotate.heuristics.years import uncounted

_NUMERALS = ("numbers.numerals", "numbers.multipliers", "numbers.vague")
_OF_PEOPLE = frozenset(("KILL", "INJURE", "DETAIN", "RELEASE", "DISPLACE"))
_LONGEST = 8  # words of a numeral
# كمية is no ك + مئة, لست no ل + ست.
_LOOKALIKES = frozenset(("كميه", "كميات", "لست", "ولست", "فلست"))
_ROUNDS = frozenset(("نهايي", "النهايي", "نهايية"))  # ربع نهائي
_ONE, _TEN = ("احد", "احدي"), ("عشر", "عشره")  # أحد عشر, إحدى عشرة


def find(document: Document) -> Iterator[Candidate]:
    """NUM candidates, and TIME for durations."""
    end = 0
    for index in document.where("number", "phrases.numbers"):
        if index < end:
            continue
        found = amount(document, index - _eleven(document, index - 1))
        if found is None:
            end = _digits_end(document, index)
            continue
        if found.label == "TIME" and index and document.info[index - 1].form == "قبل":
            found = found._replace(start=index - 1)
            if document.info[found.end].form == "تقريبا":
                found = found._replace(end=found.end + 1)
        yield found
        end = found.end


def amount(document: Document, index: int) -> Candidate | None:
    """The amount that begins at a word, or None."""
    info = document.info[index]
    if info.has("numbers.definite_numerals"):
        return _after_noun(document, index)
    if info.form in TWO and _dual(document, index - 1):
        return Candidate(index - 1, index + 1, "NUM", 0.75, "dual")
    if info.has("time.dual_units"):
        end = share(document, index + 1)
        return Candidate(index, end, "TIME", 0.8, "duration", info.preposition)
    if info.has("numbers.dual_units", "numbers.dual_counted") or _feminine_dual(document, index):
        return Candidate(index, index + 1, "NUM", 0.7, "dual", info.preposition)
    dashed = _dashed(document, index)
    if dashed:
        return dashed
    if info.kind == "number" and uncounted(document, index):
        return None
    start = _modifier(document, index)
    together = start > index and document.sentence[start] == document.sentence[index]
    if together and document.info[start].has("time.dual_units"):
        return Candidate(index, start + 1, "TIME", 0.8, "duration", info.preposition)
    if start > index and _single_unit(document, start):  # أكثر من شهر
        return Candidate(index, share(document, start + 1), "TIME", 0.75, "duration")
    end = numeral(document, start)
    if end == start or document.sentence[start] != document.sentence[index]:
        return None
    if document.info[end].stem in _ROUNDS:
        return None
    closed = closed_end(document, start, end)
    if closed > end and document.info[closed].has("numbers.multipliers"):
        end = numeral(document, closed)  # «161» مليون ريال
    end = _range(document, index, start, end)
    if end > start + 1 and uncounted(document, end - 1):
        return None  # بين 1920 و1980 عاشت
    if start == index and labelled(document, index, end):
        return None
    vague = document.info[end - 1].has("numbers.vague")
    rule = "modified" if start > index else "vague" if vague else "number"
    last, label = counted(document, start, end, vague)
    if last == end and end == start + 1 and not _bare(document, index, start, rule):
        return None
    if document.info[last].form == "علي" and document.info[last + 1].form in ("الاقل", "الاكثر"):
        last += 2
    elif document.info[last].form == "تقريبا" and label == "NUM":
        last += 1
    return Candidate(index, last, label, 0.75, rule, info.preposition)


def _eleven(document: Document, index: int) -> bool:
    """Whether أحد عشر begins at a word; alone أحد is no number."""
    info = document.info
    return (
        index >= 0
        and info[index].stem in _ONE
        and info[index + 1].form in _TEN
        and document.sentence[index] == document.sentence[index + 1]
    )


def _single_unit(document: Document, index: int) -> bool:
    """Whether a unit of time in the singular stands alone: أكثر من شهر."""
    info, following = document.info[index], document.info[index + 1]
    return (
        info.has("time.units")
        and not info.definite
        and not info.preposition
        and not following.definite
        and following.kind != "number"
        and document.sentence[index] == document.sentence[index - 1]
    )


def _bare(document: Document, index: int, start: int, rule: str) -> bool:
    """Whether a numeral of one word, with nothing that it counts, is an amount."""
    info = document.info
    if start == index and (rule == "vague" or info[start].kind != "number"):
        # قتل خمسة, إصابة ثلاثة: persons, where the numeral is the object of an event.
        return bool(
            info[start].has("numbers.counting")
            and not info[start].preposition
            and (info[start - 1].senses or info[start].conjunction)
            and info[start + 1].kind != "number"
        )
    if info[start].has("numbers.multipliers"):
        return False
    digits = info[start].digits
    if rule == "number" and digits and len(digits[0]) == 4 and digits[0][:2] in ("19", "20"):
        return False  # rather a year
    percent = info[start].has("numbers.percent")
    return rule != "number" or percent or _amounts(document, index)


def _amounts(document: Document, index: int) -> bool:
    """Whether a bare number is an amount: after a preposition or a verb, or with a clitic."""
    info = document.info[index]
    if info.conjunction or info.preposition or index == 0 or (info.digits and info.digits[1]):
        return True
    before = document.info[index - 1]
    if before.form in ("(", "«", '"') and document.info[index + 1].form in (")", "»", '"'):
        return False  # a number in brackets counts nothing by itself
    if before.kind == "symbol" and len(info.form) == 1:
        return document.info[index + 1].form in ("%", "٪")
    if any(sense.type in _OF_PEOPLE for sense, _ in before.senses):
        return True  # مصرع 9 وإصابة 14
    return before.function or before.has("words.verbs") or before.kind == "symbol"


def _after_noun(document: Document, index: int) -> Candidate | None:
    """الدول الست, للمصابين الثلاث: a definite noun and the numeral after it."""
    info, before = document.info[index], document.info[index - 1]
    if not index or document.sentence[index] != document.sentence[index - 1]:
        return None
    if info.conjunction or info.preposition or not before.definite or before.function:
        return None
    if before.kind != "word" or before.has("time.definite_units", "places.GPE", "words.verbs"):
        return None
    if not before.form.endswith(("ات", "ين", "ون")) and before.has(
        "titles.bare offices", "organisations.ORG definite", "organisations.ARM units"
    ):
        return None
    start = index - 1
    noun = document.info[start - 1]
    if (
        before.adjective
        and noun.definite
        and document.sentence[start - 1] == document.sentence[index]
    ):
        start -= 1  # القوى العالمية الست
    return Candidate(start, index + 1, "NUM", 0.7, "definite", document.info[start].preposition)


def _dual(document: Document, index: int) -> bool:
    """Whether an indefinite noun in the dual stands before اثنين: انتحاريين اثنين."""
    word = document.info[index]
    return (
        index >= 0
        and document.sentence[index] == document.sentence[index + 1]
        and word.kind == "word"
        and not word.definite
        and not word.function
        and len(word.form) > 3
        and word.form.endswith(("ين", "ان"))
        and not word.has("numbers.numerals", "gazetteer.territories", "places.GPE")
    )


def _feminine_dual(document: Document, index: int) -> bool:
    """غرفتين, حالتان: the dual of a noun in ة, which says its number by itself."""
    word, before = document.info[index], document.info[index - 1]
    if word.definite or not is_feminine_dual(word.form) or word.function or word.senses:
        return False
    if any(not tag.startswith(("words.common", "weapons.")) for tag in word.tags):
        return False
    # An adjective of another dual: مرحلتين رئيسيتين.
    return not (index and is_feminine_dual(before.form)) and not word.form.endswith("يتين")


def _dashed(document: Document, index: int) -> Candidate | None:
    """20-30 شخصا, 24-48 ساعة: two numbers that a dash joins, with what they count."""
    info, second = document.info, index + 2
    joined = info[index + 1].form in ("-", "–") and info[second].kind == "number"
    if not joined or info[index].kind != "number":
        return None
    if not (document.glued(index + 1) and document.glued(second)):
        return None
    if index and info[index - 1].form in DASHES:
        return None  # a telephone number, a date
    digits = info[index].digits
    if digits is None or len(digits[0]) == 4:
        return None  # العام الدراسي 2014-2015
    last, label = counted(document, second, second + 1, False)
    if last == second + 1 or info[second + 1].has("time.months"):
        return None
    return Candidate(index, last, label, 0.7, "range", info[index].preposition)


def _range(document: Document, index: int, start: int, end: int) -> int:
    """Word after the second number of ما بين 20 و25."""
    info = document.info
    before = info[start - 1] if start else None
    if before is None or before.form != "بين" or info[end].conjunction != "و":
        return end
    if info[end].kind == "number":
        return numeral(document, end)
    return end


def _digits_end(document: Document, index: int) -> int:
    """Word after a number in digits, so that its decimals are no number of their own."""
    return _digits(document, index) if document.info[index].kind == "number" else index


def _modifier(document: Document, index: int) -> int:
    """Word after أكثر من, نحو ...; `index` if there is none."""
    info = document.info[index]
    end = index
    if info.has("numbers.modifiers"):
        end = index + 1
    for last, tags, _ in document.phrases(index):
        if "numbers.modifiers" in tags:
            end = max(end, last)
    return end


def numeral(document: Document, index: int) -> int:
    """Word after the numeral that begins at a word: 20, 3.5, 20 ألف, خمسة وعشرون, مئات."""
    end = index
    info = document.info
    sentence = document.sentence[index]
    if _eleven(document, index):
        end += 2
    while end < index + _LONGEST and document.sentence[end] == sentence:
        word = info[end]
        if word.kind == "number":
            if end > index and not (word.conjunction and info[end - 1].has(*_NUMERALS)):
                break
            end = _digits(document, end)
            if info[end - 1].digits and info[end - 1].digits[1]:  # type: ignore[index]
                return end
        elif (
            word.has(*_NUMERALS)
            and word.form not in _LOOKALIKES
            and (end == index or _joins(info[end - 1], word) or word.conjunction == "و")
        ):
            if end > index and word.conjunction == "و" and info[end - 1].kind == "number":
                break
            end += 1
        else:
            break
    if end > index and info[end].form == "في" and info[end + 1].form in HUNDRED:
        return end + 2
    if end == index + 1 and info[index].has("numbers.weak_numerals"):
        following = info[end]
        if not following.has(*UNITS, "time.units") and not (
            following.kind == "word" and not following.function and not following.definite
        ):
            return index
    return end


def _joins(before: WordInfo, word: WordInfo) -> bool:
    """Whether a numeral goes on in the next word: ثلاثة آلاف, 20 ألف, عشرات الآلاف."""
    if word.conjunction or word.preposition:
        return False
    return not before.has("numbers.vague") or word.has("numbers.vague", "numbers.multipliers")


def _digits(document: Document, index: int) -> int:
    """Word after a number in digits: with decimals, groups of thousands and a percent sign."""
    end = index + 1
    info = document.info
    while (
        info[end].form in (".", ",", "٫", "٬", "،")
        and info[end + 1].kind == "number"
        and document.glued(end)
        and document.glued(end + 1)
    ):
        end += 2
    if info[end].form in ("%", "٪") or info[end].has("numbers.percent"):
        return end + 1
    if info[end].form == "في" and info[end + 1].form in HUNDRED:
        return end + 2
    return end
