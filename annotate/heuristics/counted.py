"""What a number counts: a noun with its adjective, a unit, money, a second noun of its kind."""

from __future__ import annotations

from annotate.heuristics.document import Document
from annotate.heuristics.word import WordInfo

UNITS = ("numbers.units", "numbers.currencies")
HUNDRED = ("المايه", "الميه")  # 5 في المئة
_PERCENT = frozenset((*HUNDRED, "%", "٪"))
TWO = frozenset(("اثنين", "اثنان", "اثنتين", "اثنتان"))  # they follow what they count
_FINITE = ("وا", "تا")
# What is no group of people, though its form is a plural's.
_WHOLES = ("organisations.ORG definite", "gazetteer.territories", "places.GPE", "places.LOC")
_MASCULINE = ("ين", "ون")
# Shares of the unit that و adds: مليون ونصف, شهر ونصف الشهر.
_SHARES = frozenset(("ونصف", "وربع", "وثلث", "ونصفا", "وثلاثه"))
_GLUED = frozenset(("ساعه", "يوما", "يوم", "عاما", "سنه", "دقيقه", "شهرا", "اسبوعا", "ايام"))
_PER_TIME = frozenset(("يوميا", "شهريا", "سنويا", "اسبوعيا"))
_IN_TIME = frozenset(("الساعه", "اليوم", "الثانيه", "الدقيقه", "العام", "السنه", "الشهر"))
# Adjectives of units: درجة مئوية, كيلومتر مربع, ميل بحري.
_OF_UNITS = frozenset(
    (
        *(
            "مربع",
            "مربعا",
            "مربعه",
            "مكعب",
            "مكعبا",
            "مكعبه",
            "مئويه",
            "ميويه",
            "فهرنهايت",
            "متري",
        ),
        *("متريا", "بحري", "بحريا", "بحريه", "ضوييه", "طوليا", "طولي", "اساس", "حراريه"),
        *("استرليني", "استرلينيا", "استرلينيه"),
    )
)
# Words before an amount of years that is someone's age.
_AGE = frozenset(
    (
        *("عمره", "عمرها", "عمر", "بعمر", "البالغ", "البالغه", "سنه", "يناهز", "ناهز", "العمر"),
        *("تجاوز", "عمرهما", "بالغ", "بالغه"),
    )
)


def counted(document: Document, start: int, end: int, vague: bool) -> tuple[int, str]:
    """(word after what is counted, label) for the numeral of the words [start, end)."""
    info = document.info
    first = info[start]
    closed = closed_end(document, start, end)
    word = info[closed]
    if document.sentence[closed] != document.sentence[start]:
        return end, "NUM"
    if info[end - 1].has("numbers.percent") or info[end - 1].form in _PERCENT:
        return end, "NUM"
    if first.digits and first.digits[1] and end == start + 1:  # 20كم, 24ساعة
        return end, "TIME" if first.digits[1] in _GLUED else "NUM"
    if word.has("time.units") and not word.conjunction and not word.definite:
        label = "NUM" if _age(document, start, closed + 1) else "TIME"
        return share(document, closed + 1), label
    if word.has(*UNITS) and not word.conjunction and not word.preposition:
        return _unit(document, closed + 1), "NUM"
    if word.has("numbers.others"):
        return closed + 1, "NUM"
    if vague and word.form == "من":
        if _noun(info[end + 1], definite=True) or _noun(info[end + 1], definite=False):
            return _pair(document, end + 2), "NUM"
        return end, "NUM"
    if word.form == "من" and _members(document, closed + 1):
        last = closed + 2
        # 40 من الأشقاء اليمنيين: the adjective agrees with the plural.
        return last + (info[last].has("nations.plural") and info[last].definite), "NUM"
    if info[end - 1].form in TWO and not word.preposition:
        return end, "NUM"  # اثنين قتلا
    if not _noun(word, definite=vague) and not (vague and _noun(word, definite=False)):
        return end, "NUM"
    return _pair(document, _adjective(document, closed + 1)), "NUM"


def _members(document: Document, index: int) -> bool:
    """Whether a definite plural of people begins at a word, of whom some are counted."""
    word = document.info[index]
    return (
        word.definite
        and word.form.endswith(("ين", "اء", "ات"))
        and len(word.stem) > 4
        and not word.preposition
        and not word.has("time.definite_units", "numbers.percent", *_WHOLES)
        and document.sentence[index] == document.sentence[index - 1]
    )


def closed_end(document: Document, start: int, end: int) -> int:
    """Word after the mark that closes a number set in quotation marks or brackets: «23» غارة."""
    closing = document.info[end].form
    opened = start and closing in _MARKS and document.info[start - 1].form in _MARKS[closing]
    return end + 1 if opened else end


# Closing mark -> the marks that open.
_MARKS = {"»": "«", ")": "(", '"': '"', "”": "“„", "]": "["}


def _age(document: Document, start: int, end: int) -> bool:
    """Whether an amount of years is an age: البالغ 40 عاما, Name (40 عاما), 40 عاما من العمر."""
    info = document.info
    if not info[end - 1].form.startswith(("عام", "سن")):
        return False
    if info[end].form == "من" and info[end + 1].form == "العمر":
        return True
    if start and info[start - 1].form in ("(", "،") and info[end].form in (")", "،"):
        return True
    if start > 1 and _someone(info[start - 2 if info[start - 1].form in ("(", "،") else start - 1]):
        return True
    before = range(max(0, start - 2), start)
    return any(info[index].form in _AGE for index in before) and info[start - 1].form != "في"


def _someone(word: WordInfo) -> bool:
    """Whether a word is a name or a noun of people: Name 40 عاما, فتاة (17) سنة."""
    return not word.function and word.has(
        "names.given", "names.surnames", "people.given", "people.foreign", "numbers.people"
    )


def _unit(document: Document, end: int) -> int:
    """After a unit: its adjective, and per what: دولار أميركي, دولارا للبرميل, برميل يوميا."""
    info = document.info
    word = info[end]
    if (
        word.form in _OF_UNITS
        or word.has("weapons.adjectives")  # 500 برميل متفجر
        or _accusative(info[end - 1], word)
        or (word.has("nations.adjective") and not word.definite and not word.conjunction)
    ):
        end += 1
    end = share(document, end)
    word = info[end]
    if document.sentence[end] != document.sentence[end - 1]:
        return end
    if word.form in _PER_TIME:
        return end + 1
    if word.preposition == "ل" and word.definite and word.has("numbers.per"):
        return end + 1
    dated = info[end + 2].has("time.time_adjectives")
    return end + 2 if word.form == "في" and info[end + 1].form in _IN_TIME and not dated else end


def share(document: Document, end: int) -> int:
    """Also ونصف, ونصف الشهر."""
    info = document.info
    if info[end].form not in _SHARES or document.sentence[end] != document.sentence[end - 1]:
        return end
    unit, following = info[end - 1], info[end + 1]
    return end + 1 + (following.definite and following.stem == unit.form.removesuffix("ا"))


def _noun(word: WordInfo, *, definite: bool) -> bool:
    """Whether a word may be the counted noun."""
    return (
        word.kind == "word"
        and len(word.form) > 1
        and not word.function
        and not word.preposition
        and not word.conjunction
        and not word.has("numbers.not_counted", "time.weekdays", "time.months", "time.clock_parts")
        and (word.definite == definite or (definite and word.form.startswith("اه")))
        and not _verb(word)
        and not word.form.endswith(_FINITE)
        and not (word.form.startswith("ي") and word.form.endswith(_MASCULINE))
        and not _future(word)
        and (word.form[0] != "و" or bool(word.tags) or len(word.form) < 4)
        and not word.has("gazetteer.territories", "places.GPE")
    )


def _future(word: WordInfo) -> bool:
    """Whether a word is rather a verb with س: سيصل; not سيارة, سيدات."""
    future = word.form[0] == "س" and word.form[1] in "يتن" and len(word.form) > 4
    return future and not word.form.endswith(("ه", "ات", "تين", "تان")) and "ياس" not in word.form


def _verb(word: WordInfo) -> bool:
    """Whether a word is rather a verb; طالبا after a number is no dual of the past."""
    return (
        "words.verbs" in word.tags
        and "words.common" not in word.tags
        and not word.form.endswith("ا")
    )


def _adjective(document: Document, end: int) -> int:
    """Also an indefinite adjective of relation that agrees: 32 شاحنة عسكرية, 10 مواطنين أجانب."""
    word = document.info[end]
    noun = document.info[end - 1]
    if document.sentence[end] != document.sentence[end - 1] or word.kind != "word":
        return end
    if noun.definite or word.definite or word.function or word.conjunction or word.preposition:
        return end
    if word.has("titles.offices", "organisations.ORG heads"):
        return end
    if word.has("weapons.adjectives") or _accusative(noun, word):
        return end + 1
    if word.form.endswith("يه"):
        return end + (not _person(noun))
    if word.has("nations.adjective", "nations.plural") or _relational(word):
        return end + (not noun.form.endswith("ه"))  # 120 جندي أجنبي, خمسة جنود أفغان
    for ending in ("يا", "يين", "يون"):
        if word.form.endswith(ending) and len(word.form) > 4:
            return end + noun.form.endswith(ending[-1] if ending == "يا" else ending[1:])
    return end


def _relational(word: WordInfo) -> bool:
    """An adjective in ي, and no verb: أجنبي, محلي."""
    form = word.form
    verbal = (
        form.startswith(("ي", "ت", "ن", "س")) or bool(word.senses) or "words.verbs" in word.tags
    )
    return form.endswith("ي") and len(form) > 4 and not verbal


def _accusative(noun: WordInfo, word: WordInfo) -> bool:
    """20 برميلا متفجرا: a participle in the accusative of the noun before it, not one of speech."""
    return (
        noun.form.endswith("ا")
        and word.form.startswith("م")
        and word.form.endswith("ا")
        and len(word.form) > 4
        and not any(sense.type == "STATEMENT" for sense, _ in word.senses)
    )


def _person(noun: WordInfo) -> bool:
    """Whether a noun cannot have an adjective in ة: it is a masculine singular or a person."""
    return noun.form.endswith(("ا", "ين", "ون"))


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
