"""Names that stand together: those joined by و, and a title with the name that it announces."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from annotate.arabic.words import CLOSING, OPENING
from annotate.heuristics.candidates import Candidate
from annotate.heuristics.clauses import Numbered, Sentence, linked
from annotate.heuristics.prepositions import AMONG
from annotate.heuristics.word import WordInfo

CHAIN = 8  # entities joined to one that has a role
NAMED = frozenset(("يدعي", "اسمه", "يسمي", "ويدعي", "المدعو"))
_TITLE = 4  # words between a title and the name: رئيس الشرطة في دبي، الفريق فلان
_ENUMERATION = 6  # words between two items of an enumeration
_BETWEEN = OPENING | CLOSING | {"،", ","}  # a title and the name


def joined(sentence: Sentence, first: Numbered) -> Iterator[Numbered]:
    """The entities joined to one that has a role: by و, by a comma, by بينها."""
    position = bisect_left(sentence.starts, first[1].end)
    last = first[1]
    for other in sentence.entities[position : position + CHAIN]:
        if other[1].start == last.end and other[1].label in ("TITLE", "PER", "GPE"):
            last = other[1]  # قوات الرئيس فلان
            continue
        if other[1].label in ("TIME", "NUM") or not join(sentence, last, other[1]):
            return
        yield other
        last = other[1]


def join(sentence: Sentence, left: Candidate, right: Candidate) -> bool:
    """Whether two entities are items of one enumeration."""
    if right.start - left.end > _ENUMERATION:
        return False
    gap = sentence.document.info[left.end : right.start]
    words = [word for word in gap if word.kind == "word"]
    if words and words[-1].form in AMONG and len(words) <= 2:
        return left.label == right.label
    first = sentence.document.info[right.start]
    joins = linked(first, right.label) or any(
        word.form == "و" or word.conjunction == "و" for word in words
    )
    bracketed = any(word.form == "(" for word in gap)
    if words and not bracketed and not all(word.has("places.gpe_nouns") for word in words):
        return False
    comma = any(word.form in ("،", ",") for word in gap)
    return joins or (comma and left.label == right.label and not words)


def person(sentence: Sentence, entity: Numbered) -> Numbered:
    """The person whom a title announces, instead of the title."""
    if entity[1].label != "TITLE":
        return entity
    info = sentence.document.info
    last = entity[1]
    for other in sentence.after(last.end)[:3]:
        gap = info[last.end : other[1].start]
        if len(gap) > _TITLE or any(_apart(word) for word in gap):
            break
        if other[1].label == "PER":
            return other
        if other[1].label not in ("TITLE", "GPE", "LOC"):
            break
        if other[1].label == "TITLE" and any(word.form not in _BETWEEN for word in gap):
            break
        last = other[1]
    return entity


def _apart(word: WordInfo) -> bool:
    """Whether a word parts a title from the name that it announces."""
    if word.kind != "word":
        return word.form not in _BETWEEN
    if word.form in ("في", *NAMED):
        return False
    return word.function or word.conjunction == "و" or word.preposition == "ك"
