"""What a pronoun stands for: on a trigger (سيطرتها, إعدامه), on a noun of forces (قواته)."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping

from annotate.heuristics.clauses import Numbered, Sentence
from annotate.heuristics.events import Event
from annotate.heuristics.word import WordInfo

_REFERENT = 30  # words between a pronoun and what it stands for
_CHAIN = 8  # entities that a pronoun looks back over
_FORCES = (
    *("قوات", "مقاتلي", "مقاتلو", "عناصر", "جنود", "مسلحي", "مسلحو", "وحدات", "طائرات", "جيش"),
    *("مقاتلات", "ميليشيات", "مليشيات", "فصائل", "رجال", "افراد", "كتائب", "انصار", "اعضاء"),
    *("مدفعيت", "طيران", "شرطت", "زوارق", "بحريت", "حكومت", "سلطات", "مسوولي", "مسوولو", "ضباط"),
)
# Who acts for another, with the pronoun of that other: قواته -> ه.
OWN: Mapping[str, str] = {
    stem + pronoun: pronoun for stem in _FORCES for pronoun in ("ه", "ها", "هم")
}


def referent(sentence: Sentence, event: Event) -> Numbered | None:
    """What the pronoun on a trigger stands for."""
    return stands_for(sentence, event.start, event.pronoun)


def owner(sentence: Sentence, word: int) -> Numbered | None:
    """Whose the forces are that a word names with a pronoun: قواته."""
    form = sentence.document.info[word].form
    pronoun = OWN.get(form) or (OWN.get(form[1:]) if form[:1] in "وف" else None)
    return stands_for(sentence, word, pronoun) if pronoun else None


def stands_for(sentence: Sentence, start: int, pronoun: str) -> Numbered | None:
    """What a pronoun written at a word stands for: the nearest entity before it that agrees."""
    found = None
    position = bisect_left(sentence.starts, start)
    for other in reversed(sentence.entities[max(position - _CHAIN, 0) : position]):
        if start - other[1].end > _REFERENT or other[1].end > start:
            break
        if other[1].label == "NUM" and pronoun == "ها":
            return None  # things that were counted
        if agrees(sentence.document.info[other[1].start], other[1].label, pronoun):
            if not sentence.governed(other):
                return other
            found = found or other
    return found


def agrees(first: WordInfo, label: str, pronoun: str) -> bool:
    """Whether a pronoun may stand for an entity whose first word is given."""
    feminine = label in ("GPE", "LOC") or first.form.endswith(("ه", "ات"))
    if pronoun == "ها":
        return feminine or (label == "ARM" and first.form.endswith(("ل", "ب")))
    if pronoun == "ه":
        return not feminine and label in ("PER", "TITLE", "ARM", "ORG", "FAC")
    if pronoun in ("هم", "هما"):
        return label in ("NORP", "NUM", "ARM")
    return False


_MASCULINE = frozenset(
    f"{article}{noun}"
    for article in ("", "ال")
    for noun in (
        *("جيش", "حزب", "مجلس", "تنظيم", "نظام", "حلف", "تحالف", "اتحاد", "بنك", "فريق", "مركز"),
        *("مرصد", "مكتب", "صندوق", "طيران", "حرس", "امن", "برلمان", "ديوان", "ائتلاف", "رئيس"),
        *("وزير", "ملك", "امير", "قائد", "سفير", "محافظ", "مدير", "نائب", "ناطق", "متحدث", "عقيد"),
        *("عميد", "لواء", "فريق", "شيخ", "دكتور"),
    )
)


def plural(verb: str) -> bool:
    """Whether a form of a verb has its subject before it or in it: هاجموا, يهاجمون."""
    return verb.endswith("وا") or (verb[:1] in "يت" and verb.endswith("ون") and len(verb) > 4)


def suits(verb: str, lemma: str, subject: WordInfo) -> bool:
    """Whether a noun, by its first word, may be the subject of the verb right before it.

    A masculine verb has no noun in ة as its subject, a feminine verb no `جيش`: it is the object.
    """
    if plural(verb):
        return False
    if verb == lemma or verb.startswith("ي"):
        return not (subject.form.endswith("ه") and subject.definite)
    feminine = verb.endswith("ت") or (verb.startswith("ت") and not lemma.startswith("ت"))
    return not feminine or subject.form not in _MASCULINE
