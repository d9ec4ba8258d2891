"""Definite adjectives that lengthen a name: which agree with the noun before them."""

from __future__ import annotations

from annotate.heuristics.document import Document
from annotate.heuristics.word import WordInfo

TIME = ("time.weekdays", "time.relative", "time.months", "time.definite_units")
# Tags of nouns: a word that has one is no adjective, whatever its form.
_NOUNS = ("organisations.", "places.gpe", "places.loc", "titles.", "time.", "weapons.", "numbers.")
# Feminine adjectives without ة.
_FEMININE = frozenset(("اولي", "اخري", "كبري", "صغري", "عظمي", "وسطي", "قصوي", "عليا", "دنيا"))
# Stems of participles that say for or against whom a side is.
_OF_SIDES = ("موالي", "تابع", "معارض", "مناهض", "مويد", "داعم", "مدعوم", "معادي", "متحالف", "مناوي")
_TITLES = ("titles.bare offices", "titles.definite", "titles.prefixes")
_LOYAL = ("موالي", "تابع", "مويد", "مناصر")
# Heads that are masculine singulars beyond doubt.
_MASCULINE_HEADS = frozenset(
    (
        *("حزب", "معهد", "مجلس", "اتحاد", "نادي", "بنك", "مصرف", "مركز", "مكتب", "برلمان", "تيار"),
        *("ايتلاف", "تحالف", "صندوق", "مرصد", "منتخب", "جهاز", "ديوان", "برنامج", "تلفزيون"),
        *("نظام", "وفد", "قضاء", "دوري", "مطار", "مستشفي", "سجن", "متحف", "ملعب", "ميناء"),
    )
)


def adjectives(document: Document, index: int, limit: int = 3, head: WordInfo | None = None) -> int:
    """Word after the definite adjectives that begin at a word, at most `limit`.

    `head`: the singular noun that they belong to, where nothing else stands before them; an
    adjective of the other gender does not (الحكومة اليمنية | الأول).
    """
    end = index
    while end < index + limit and continues(document, end):
        word = document.info[end]
        more = _participle(document, end) or (end > index and _ordinal(document, end))
        if not (word.adjective or more) or _governs(document, end):
            break
        if word.has(*TIME) and not _general(document, end):
            break
        if head is not None and not agrees(head, word):
            break
        end += 1
        # الغربي والشرقي, البلدية والقروية: a second adjective of the same form after و
        while _joined_adjective(document, end):
            end += 1
    return end


def _governs(document: Document, index: int) -> bool:
    """الموالية لإيران, المدعومة من الخارج: a participle with what it governs is a clause."""
    word = document.info[index]
    if not word.stem.startswith(_OF_SIDES):
        return False
    following = document.info[index + 1]
    return following.preposition == "ل" or following.form in ("من", "مع", "عن", "علي")


def agrees(noun: WordInfo, adjective: WordInfo) -> bool:
    """Whether a definite adjective has the gender that the noun's ending shows."""
    feminine = adjective.form.endswith(("ه", "اء", "يا")) or adjective.stem in _FEMININE
    if noun.form.endswith(("ه", "ات")):
        return feminine
    return not feminine or noun.stem not in _MASCULINE_HEADS


def _participle(document: Document, index: int) -> bool:
    """A definite participle in ة after a feminine noun or plural: المستدامة, المصدرة للبترول."""
    word, before = document.info[index], document.info[index - 1]
    if word.definite and word.form.endswith(("يين", "يون")):  # المتقاعدين العسكريين
        clitic = word.conjunction or word.preposition
        return before.definite and before.form.endswith(("ين", "ون")) and not clitic
    if not (word.definite and word.form.endswith("ه") and word.stem.startswith("م")):
        return False
    if word.conjunction or word.preposition or word.function or len(word.stem) < 5:
        return False
    if not before.definite:
        return False
    if document.info[index + 1].function:  # المتوجهة إلى: a clause rather than a name
        return False
    tags = word.tags - {"organisations.ORG definite"}  # المنظمة is the organiser too
    if any(tag.startswith(_NOUNS) for tag in tags):
        return False
    if word.stem.startswith(("مت", "مست")) and tags == word.tags:
        return True
    following = document.info[index + 1]
    return (
        following.preposition == "ل"
        and following.definite
        and before.form.endswith(("ه", "ات", "ان"))
    )


def _ordinal(document: Document, index: int) -> bool:
    """الثانية after an adjective is the ordinal, not the second of time."""
    return document.info[index].form == "الثانيه" and document.info[index - 1].adjective


def _general(document: Document, index: int) -> bool:
    """العام is `general`, not `year`, unless an adjective of time follows: العام الماضي."""
    info = document.info[index]
    following = document.info[index + 1]
    return info.form == "العام" and not following.has("time.time_adjectives", "time.months")


def _joined_adjective(document: Document, index: int) -> bool:
    """Whether و joins an adjective of direction or relation to the one before it."""
    word, before = document.info[index], document.info[index - 1]
    if word.conjunction != "و" or word.preposition or not word.definite:
        return False
    if word.has("places.direction_adjectives"):
        return True
    return (
        len(word.stem) > 4
        and before.adjective
        and not before.conjunction
        and word.form.endswith("يه")
        and before.form.endswith("يه")
        and continues(document, index)
        and not any(tag.startswith(_NOUNS) for tag in word.tags - {"organisations.ORG definite"})
    )


def continues(document: Document, index: int) -> bool:
    """Whether a word goes on in the sentence of the word before it."""
    return index > 0 and document.sentence[index] == document.sentence[index - 1]


def loyal(document: Document, index: int, *, definite: bool = True) -> int:
    """Word after الموالية لهادي, which says whose a force is; `index` if no such words follow.

    The name after ل is one word with its adjectives, or a phrase of the lexicon. Before somebody's
    title the participle alone is part of the force: القوات الموالية | للرئيس.
    """
    word, following = document.info[index], document.info[index + 1]
    if word.definite != definite or not word.stem.startswith(_LOYAL) or word.conjunction:
        return index
    if following.preposition != "ل" or following.conjunction or following.kind != "word":
        return index
    if not continues(document, index) or not continues(document, index + 1):
        return index
    before, second = document.info[index - 1], document.info[index + 2]
    broad = before.has("organisations.ARM definite") and not before.has("organisations.ARM bare")
    if word.stem.startswith("تابع") and not broad:
        return index  # الجيش الليبي | التابع للحكومة, but القوات التابعة للحكومة
    if following.has(*_TITLES) or (
        following.has("organisations.ORG heads") and second.has(*_TITLES)
    ):
        return index + definite
    end = index + 2
    for last, _, reading in document.phrases(index + 1):
        if reading.preposition == "ل":
            end = max(end, last)
    return adjectives(document, end)
