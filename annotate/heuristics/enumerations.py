"""Names that stand together: those joined by و, and a title with the name that it announces."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from annotate.arabic.words import CLOSING, OPENING
from annotate.heuristics.candidates import Candidate
from annotate.heuristics.clauses import Numbered, Sentence, linked
from annotate.heuristics.prepositions import AMONG
from annotate.heuristics.word import WordInfo

CHAIN = 12  # entities joined to one that has a role
NAMED = frozenset(("يدعي", "اسمه", "يسمي", "ويدعي", "المدعو"))
_BEFORE_NAME = NAMED | {"في"}
_TITLE = 4  # words between a title and the name: رئيس الشرطة في دبي، الفريق فلان
_ENUMERATION = 6  # words between two items of an enumeration
_BETWEEN = OPENING | CLOSING | {"،", ","}  # a title and the name


def joined(sentence: Sentence, first: Numbered) -> Iterator[Numbered]:
    """The entities joined to one that has a role: by و, by a comma, by بينها.

    Of a title and the name that it announces it is the name.
    """
    position = bisect_left(sentence.starts, first[1].end)
    last = first[1]
    for other in sentence.entities[position : position + CHAIN]:
        if other[1].start < last.end:
            continue
        beside = other[1].start == last.end and other[1].label in ("TITLE", "PER", "GPE")
        if beside and not linked(sentence.document.info[other[1].start], other[1].label):
            last = other[1]  # قوات الرئيس فلان
            continue
        if _apposed(sentence, last, other[1]):
            last = other[1]
            continue
        if other[1].label in ("TIME", "NUM") or not join(sentence, last, other[1]):
            return
        chosen = person(sentence, other)
        last = chosen[1]
        if not _honorific(sentence, last):
            yield chosen


def _honorific(sentence: Sentence, entity: Candidate) -> bool:
    """Whether a title is only a form of address, of a name that is not known: والدكتور."""
    return (
        entity.label == "TITLE"
        and entity.end == entity.start + 1
        and "titles.prefixes" in sentence.document.info[entity.start].tags
    )


def _apposed(sentence: Sentence, last: Candidate, other: Candidate) -> bool:
    """Whether a title says what the one before it is: فلان، وزير الدولة، وفلان."""
    info = sentence.document.info
    return (
        other.label == "TITLE"
        and last.label in ("PER", "TITLE")
        and other.start == last.end + 1
        and info[last.end].form in ("،", ",")
        and info[other.start].conjunction != "و"
    )


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
        return _honorific(sentence, left) and joins and not any(word.function for word in words)
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


def named(sentence: Sentence, entity: Numbered) -> Numbered:
    """The person whom a title after the name describes, instead of the title: فلان، وزير كذا."""
    if entity[1].label != "TITLE":
        return entity
    before = sentence.before(entity[1].start)
    if before is None or before[1].label != "PER" or linked_title(sentence, entity[1]):
        return entity
    gap = sentence.gap(before[1].end, entity[1].start)
    return before if len(gap) <= 1 and all(word.form in _BETWEEN for word in gap) else entity


def linked_title(sentence: Sentence, title: Candidate) -> bool:
    """Whether a title is of another person than the one named before it: والسفير, بالسفير."""
    first = sentence.document.info[title.start]
    return bool(title.preposition) or first.conjunction == "و"


def _apart(word: WordInfo) -> bool:
    """Whether a word parts a title from the name that it announces."""
    if word.kind != "word":
        return word.form not in _BETWEEN
    if word.form in _BEFORE_NAME:
        return False
    return word.function or word.conjunction == "و" or word.preposition == "ك"
