"""What the tagger sees of a word: the word, its affixes, its neighbours, lexicons and rules."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from sys import intern

from annotate.heuristics.candidates import Candidate
from annotate.heuristics.document import Document
from annotate.heuristics.events import Event
from annotate.heuristics.rules import family_of
from annotate.heuristics.word import WordInfo

NEXT = 2  # words of context on either side
_AFFIX = 3  # letters of the longest prefix and suffix
_MEMORY = 100_000  # words whose features are kept
_OUTSIDE = {step: f"{step}<>" for step in range(-NEXT, NEXT + 1)}

Tag = tuple[str, ...]  # of a word by the rules: mark and label, and with the family of the rule


def features(
    document: Document, entities: Sequence[Candidate], events: Sequence[Event]
) -> list[list[list[str]]]:
    """The features of each word, sentence by sentence.

    Those of a word alone are its search form, its stem, prefixes and suffixes of up to three
    letters, clitics, kind, and the lexicons and word classes that it is in. Beside them stand the
    forms and stems of two words on either side, lexicons of one, and what the rules propose.

    Args:
        entities, events: what the rules propose: a feature, which training learns how far to trust.
    """
    rules = _proposed(document, entities, events)
    found = []
    for first, last in document.bounds:
        words = document.info[first:last]
        sentence = []
        for place in range(last - first):
            at = [*_of_word(words[place]), *rules[first + place]]
            for step in range(-NEXT, NEXT + 1):
                other = place + step
                if not step:
                    continue
                if not 0 <= other < len(words):
                    at.append(_OUTSIDE[step])
                    continue
                at += _nearby(words[other], step)
                if abs(step) == 1:
                    at += [_shared(step, feature) for feature in rules[first + other]]
            before = words[place - 1].form if place else ""
            after = words[place + 1].form if place + 1 < len(words) else ""
            at += [f"b={before}|{words[place].form}", f"a={words[place].form}|{after}"]
            sentence.append(at)
        found.append(sentence)
    return found


def plain(document: Document) -> list[list[list[str]]]:
    """The features that need no lexicon and no rule: word, affixes, two words on either side.

    By them alone a plain tagger learns, beside which ours is measured.
    """
    found = []
    for first, last in document.bounds:
        forms = [word.form for word in document.info[first:last]]
        sentence = []
        for place, form in enumerate(forms):
            at = ["1", f"w={form}"]
            for size in range(1, _AFFIX + 1):
                if len(form) > size:
                    at += [f"p={form[:size]}", f"e={form[-size:]}"]
            for step in range(-NEXT, NEXT + 1):
                other = place + step
                if step:
                    inside = 0 <= other < len(forms)
                    at.append(f"{step}w={forms[other]}" if inside else _OUTSIDE[step])
            sentence.append(at)
        found.append(sentence)
    return found


# Words are few and are told apart by identity: one object is made for each (analysis.py).
@lru_cache(maxsize=_MEMORY)
def _of_word(word: WordInfo) -> tuple[str, ...]:
    form = word.form
    found = ["1", f"w={form}", f"s={word.stem}", f"k={word.kind}", f"n={min(len(form), 8)}"]
    if word.kind == "number":
        found.append(f"d={len(word.stem)}")
    for size in range(1, _AFFIX + 1):
        if len(form) > size:
            found += [f"p={form[:size]}", f"e={form[-size:]}"]
    found += [f"c={clitic}" for clitic in (word.conjunction, word.preposition) if clitic]
    if word.definite:
        found.append("c=ال")
    return (*found, *_lists(word))


# The features of a word, also as a neighbour, are one object for all places where it stands: a
# corpus that is learned from has most words many times.
@lru_cache(maxsize=_MEMORY)
def _nearby(word: WordInfo, step: int) -> tuple[str, ...]:
    """Of a neighbour, so many words away: of a farther one only form and stem."""
    found = [f"w={word.form}", f"s={word.stem}"]
    if abs(step) == 1:
        found += [f"e={word.form[-2:]}", *_lists(word)]
    return tuple([f"{step}{feature}" for feature in found])


@cache
def _shared(step: int, feature: str) -> str:
    """A feature of a neighbour by the rules: there are few of them."""
    return f"{step}{feature}"


def _lists(word: WordInfo) -> list[str]:
    """The lexicons, word classes and meanings as a trigger that a word has, in one order."""
    return [
        *(f"t={tag}" for tag in sorted(word.tags)),
        *(f"l={name}" for name in sorted(word.classes)),
        *(f"m={kind}" for kind in sorted({sense.type for sense, _ in word.senses})),
    ]


def _proposed(
    document: Document, entities: Iterable[Candidate], events: Iterable[Event]
) -> list[list[str]]:
    """Word -> what the rules propose for it: mark and label, and the same with the rule."""
    found: list[list[str]] = [[] for _ in range(len(document))]
    for entity in entities:
        for index in range(entity.start, entity.end):
            mark = "B" if index == entity.start else "I"
            ends = "E" if index == entity.end - 1 else ""
            family = family_of(entity.origin)
            found[index] += [
                intern(f"r={mark}{entity.label}"),
                intern(f"r={mark}{ends}{entity.label}/{family}"),
            ]
    for event in events:
        for index in range(event.start, event.end):
            mark = "B" if index == event.start else "I"
            found[index].append(intern(f"v={mark}{event.type}"))
    for at in found:
        if not at:
            at.append("r=O")
    return found
