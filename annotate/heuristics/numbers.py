"""Numbers and amounts with what modifies them and what is counted; durations among them."""

from __future__ import annotations

from collections.abc import Iterator

from annotate.heuristics.analysis import WordInfo
from annotate.heuristics.candidates import Candidate
from annotate.heuristics.document import Document

_NUMERALS = ("numbers.numerals", "numbers.multipliers", "numbers.vague")
_UNITS = ("numbers.units", "numbers.currencies")
_DASHES = ("-", "–", "/", ":")
_LONGEST = 8  # words of a numeral
_HUNDRED = ("المايه", "الميه")
_FINITE = ("وا", "تا")
_MASCULINE = ("ين", "ون")


def find(document: Document) -> Iterator[Candidate]:
    """NUM candidates, and TIME for durations."""
    end = 0
    for index in document.where("number", "phrases.numbers"):
        if index < end:
            continue
        found = amount(document, index)
        if found is None:
            end = _digits_end(document, index)
            continue
        if found.label == "TIME" and index and document.info[index - 1].form == "قبل":
            found = found._replace(start=index - 1)
        yield found
        end = found.end


def amount(document: Document, index: int) -> Candidate | None:
    """The amount that begins at a word, or None."""
    info = document.info[index]
    if info.has("numbers.dual_units", "numbers.dual_counted"):
        return Candidate(index, index + 1, "NUM", 0.7, "dual", info.preposition)
    if info.has("time.dual_units"):
        return Candidate(index, index + 1, "TIME", 0.8, "duration", info.preposition)
    start = _modifier(document, index)
    end = numeral(document, start)
    if end == start or document.sentence[start] != document.sentence[index]:
        return None
    if start == index and _label(document, index, end):
        return None
    vague = document.info[start].has("numbers.vague") and end == start + 1
    rule = "modified" if start > index else "vague" if vague else "number"
    preposition = info.preposition
    counted, label = _counted(document, start, end, vague)
    alone = counted == end == start + 1 == index + 1
    if alone and (vague or document.info[start].kind != "number"):
        return None
    percent = document.info[end].form in ("%", "٪") or document.info[end - 1].has("numbers.percent")
    if (
        counted == end == start + 1
        and rule == "number"
        and not (percent or _amounts(document, index))
    ):
        return None
    if counted == end and document.info[end - 1].has("numbers.multipliers") and end == start + 1:
        return None
    return Candidate(index, counted, label, 0.75, rule, preposition)


def _amounts(document: Document, index: int) -> bool:
    """Whether a bare number is an amount: after a preposition or a verb, or with a clitic."""
    info = document.info[index]
    if info.conjunction or info.preposition or index == 0 or (info.digits and info.digits[1]):
        return True
    before = document.info[index - 1]
    return before.function or before.has("words.verbs") or before.kind == "symbol"


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
    while end < index + _LONGEST and document.sentence[end] == sentence:
        word = info[end]
        if word.kind == "number":
            if end > index and not (word.conjunction and info[end - 1].has(*_NUMERALS)):
                break
            end = _digits(document, end)
            if info[end - 1].digits and info[end - 1].digits[1]:  # type: ignore[index]
                return end
        elif word.has(*_NUMERALS) and (
            end == index or _joins(info[end - 1], word) or word.conjunction == "و"
        ):
            if end > index and word.conjunction == "و" and info[end - 1].kind == "number":
                break
            end += 1
        else:
            break
    if end > index and info[end].form == "في" and info[end + 1].form in _HUNDRED:
        return end + 2
    if end == index + 1 and info[index].has("numbers.weak_numerals"):
        following = info[end]
        if not following.has(*_UNITS, "time.units") and not (
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
    if info[end].form in ("%", "٪"):
        return end  # a span never ends with a symbol
    if info[end].has("numbers.percent"):
        return end + 1
    if info[end].form == "في" and info[end + 1].form in ("المايه", "الميه"):
        return end + 2
    return end


def _label(document: Document, index: int, end: int) -> bool:
    """Whether a number in digits is a name, a score, a list's number or part of a date."""
    info = document.info
    if info[index].kind != "number":
        return False
    before = info[index - 1] if index else None
    if before is not None and document.sentence[index - 1] == document.sentence[index]:
        if before.has("numbers.labels", "organisations.ARM units"):
            return True
        if before.form in _DASHES and index > 1 and info[index - 2].kind == "number":
            return True
        if before.form == "#":
            return True
    elif info[end].form in (*_DASHES, ".", ")"):
        return True
    if info[end].form in _DASHES and len(info[index].stem) == 4 and end == index + 1:
        return True  # 1944 - ...
    return info[end].form in _DASHES and info[end + 1].kind == "number"


def _counted(document: Document, start: int, end: int, vague: bool) -> tuple[int, str]:
    """(word after what is counted, label)."""
    info = document.info
    word = info[end]
    first = info[start]
    if document.sentence[end] != document.sentence[start]:
        return end, "NUM"
    if first.digits and first.digits[1] and end == start + 1:  # 20كم
        return end, "NUM"
    if word.has("time.units") and not word.conjunction and not word.definite:
        return end + 1, "TIME"
    if word.has(*_UNITS) and not word.conjunction and not word.preposition:
        end += 1
        if info[end].has("nations.adjective") or info[end].form in ("مربع", "مربعا", "مكعب"):
            end += 1
        return end, "NUM"
    if word.has("numbers.others"):
        return end + 1, "NUM"
    if vague and word.form == "من":
        if _noun(info[end + 1], definite=True) or _noun(info[end + 1], definite=False):
            return _pair(document, end + 2), "NUM"
        return end, "NUM"
    if not _noun(word, definite=vague) and not (vague and _noun(word, definite=False)):
        return end, "NUM"
    return _pair(document, _adjective(document, end + 1)), "NUM"


def _noun(word: WordInfo, *, definite: bool) -> bool:
    """Whether a word may be the counted noun."""
    return (
        word.kind == "word"
        and len(word.form) > 1
        and not word.function
        and not word.preposition
        and not word.conjunction
        and not word.has("numbers.not_counted", "time.weekdays", "time.months")
        and (word.definite == definite or (definite and word.form.startswith("اه")))
        and not _verb(word)
        and not word.form.endswith(_FINITE)
        and not (word.form.startswith("ي") and word.form.endswith(_MASCULINE))
        and not (word.form[0] == "س" and word.form[1] in "يتن" and len(word.form) > 4)
        and not (word.form[0] == "و" and not word.tags and len(word.form) > 3)
        and not word.has("gazetteer.territories", "places.GPE")
    )


def _verb(word: WordInfo) -> bool:
    """Whether a word is rather a verb; طالبا after a number is no dual of the past."""
    return (
        "words.verbs" in word.tags
        and "words.common" not in word.tags
        and not word.form.endswith("ا")
    )


def _adjective(document: Document, end: int) -> int:
    """Also an indefinite adjective of relation: 32 شاحنة عسكرية."""
    word = document.info[end]
    noun = document.info[end - 1]
    if document.sentence[end] != document.sentence[end - 1] or word.kind != "word":
        return end
    if noun.definite or word.definite or word.function or word.conjunction or word.preposition:
        return end
    if word.form.endswith(("يه", "يا", "يين", "يون")) and len(word.form) > 4:
        return end + 1
    return end


def _pair(document: Document, end: int) -> int:
    """Also a second noun of the same kind after و: 42 قرية وبلدة, مئات الجنود والضباط."""
    word, noun = document.info[end], document.info[end - 1]
    if document.sentence[end] != document.sentence[end - 1] or word.conjunction != "و":
        return end
    if word.preposition or word.function or word.has("words.verbs"):
        return end
    if noun.definite and word.definite:
        return end + 1
    for tag in ("places.gpe_nouns", "numbers.people"):
        if noun.has(tag) and word.has(tag):
            return end + 1
    return end
