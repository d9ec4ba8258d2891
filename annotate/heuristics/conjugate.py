"""Word forms of verbs, participles and nouns, in search form; no vowels, so forms coincide freely.

Covers what news uses: the third persons and the first person plural; strong, hollow, defective and
doubled verbs. What a verb does irregularly is given as further principal parts.
"""

from __future__ import annotations

from annotate.arabic.clitics import ARTICLE

_PAST = ("", "ت", "ا", "تا", "وا", "ن", "نا")
_DEFECTIVE_PAST = {
    "ي": ("ي", "ا", "ت", "تا", "يا", "وا", "ينا", "يت"),  # التقي; ا before a pronoun
    "ا": ("ا", "ت", "تا", "وا", "ونا", "وت"),  # دعا
}
_PRESENT_ENDS = ("", "ون", "وا", "ان", "ين", "ن")
_PERSONS = ("ي", "ت", "ن")
_WEAK = ("ا", "ي")


def verb_forms(past: str, present: str) -> set[str]:
    """Finite forms of a verb from its third person singular past and present (search form).

    `present` begins with its person's letter (`يسيطر`); another word (a fixed form) is kept as is.
    """
    return past_forms(past) | present_forms(present)


def past_forms(past: str) -> set[str]:
    """Forms of the past: انسحب, انسحبت, انسحبوا ... and the defective التقي, التقت, التقوا."""
    if len(past) > 2 and past.endswith(_WEAK):
        return {past[:-1] + end for end in _DEFECTIVE_PAST[past[-1]]}
    return {past + end for end in _PAST}


def present_forms(present: str) -> set[str]:
    """Forms of the present, all persons: يسيطر, تسيطر, نسيطر, يسيطرون ..."""
    if not present.startswith("ي"):
        return {present}
    stem = present[1:]
    if stem.endswith(("و", *_WEAK)):  # defective: يلتقي, يلتقون, يلتق; يدعو, يدعون
        ends = (stem[-1], "ون", "وا", "ين", "يان", "وان")
        found = {person + stem[:-1] + end for person in _PERSONS for end in ends}
        # The short form (لم يلتق) only of three consonants and more: يجل would be many words.
        return found | {"ي" + stem[:-1], "ت" + stem[:-1]} if len(stem) > 3 else found
    # نفر of فر, ندل of دل: with so short a stem the first person is nearly always another word.
    persons = _PERSONS if len(stem) > 2 else _PERSONS[:2]
    return {person + stem + end for person in persons for end in _PRESENT_ENDS}


def participle_forms(participle: str) -> set[str]:
    """Gender, number and case of a participle: مؤكد, مؤكدا, مؤكدة, مؤكدين, مؤكدون, مؤكدات."""
    if participle.endswith("ي"):  # نافي: ناف, نافيا, نافية
        stem = participle[:-1]
        return {participle, stem, *(participle + end for end in ("ا", "ه", "ن", "ات", "ان"))}
    return {
        participle + end for end in ("", "ا", "ه", "تان", "تين", "ان", "ين", "ون", "ات", "و", "ي")
    }


def adjective_forms(adjective: str) -> tuple[set[str], set[str]]:
    """(singular, plural) forms of an adjective of relation such as سوري, without the article."""
    singular = {adjective, adjective + "ا", adjective + "ه", adjective + "تين", adjective + "تان"}
    singular.add(adjective + "ان")
    plural = {adjective + "ين", adjective + "ون", adjective + "ات"}
    return singular, plural


def with_article(words: set[str]) -> set[str]:
    """The words and the same with the article."""
    return words | {ARTICLE + word for word in words}
