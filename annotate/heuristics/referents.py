"""What the pronoun on a trigger stands for: سيطرتها, إعدامه."""

from __future__ import annotations

from bisect import bisect_left

from annotate.heuristics.clauses import Numbered, Sentence
from annotate.heuristics.events import Event
from annotate.heuristics.word import WordInfo

_REFERENT = 30  # words between a pronoun and what it stands for
_CHAIN = 8  # entities that a pronoun looks back over


def referent(sentence: Sentence, event: Event) -> Numbered | None:
    """What the pronoun on a trigger stands for: the nearest entity before it that agrees."""
    found = None
    position = bisect_left(sentence.starts, event.start)
    for other in reversed(sentence.entities[max(position - _CHAIN, 0) : position]):
        if event.start - other[1].end > _REFERENT or other[1].end > event.start:
            break
        if other[1].label == "NUM" and event.pronoun == "ها":
            return None  # things that were counted
        if agrees(sentence.document.info[other[1].start], other[1].label, event.pronoun):
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
