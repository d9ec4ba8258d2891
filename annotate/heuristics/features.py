"""What the tagger sees of a word: the word, its affixes, its neighbours, lexicons and rules."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from annotate.heuristics.candidates import Candidate
from annotate.heuristics.document import Document
from annotate.heuristics.events import Event
from annotate.heuristics.rules import family_of
from annotate.heuristics.word import WordInfo

NEXT = 2  # words of context on either side
_AFFIX = 3  # letters of the longest prefix and suffix
_MEMORY = 100_000  # words whose features are kept
_OUTSIDE = ("<>",)

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
        own = [_of_word(word) for word in words]
        near = [_nearby(word) for word in words]
        sentence = []
        for place in range(last - first):
            at = [*own[place], *rules[first + place]]
            for step in range(-NEXT, NEXT + 1):
                other = place + step
                if not step:
                    continue
                inside = 0 <= other < len(words)
                for feature in near[other][: 2 if abs(step) > 1 else None] if inside else _OUTSIDE:
                    at.append(f"{step}{feature}")
                if inside and abs(step) == 1:
                    at += [f"{step}{feature}" for feature in rules[first + other]]
            before = words[place - 1].form if place else ""
            after = words[place + 1].form if place + 1 < len(words) else ""
            at += [f"b={before}|{words[place].form}", f"a={words[place].form}|{after}"]
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


@lru_cache(maxsize=_MEMORY)
def _nearby(word: WordInfo) -> tuple[str, ...]:
    """Of a neighbour: form and stem come first, for of a farther one no more is looked at."""
    return (f"w={word.form}", f"s={word.stem}", f"e={word.form[-2:]}", *_lists(word))


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
            found[index] += [
                f"r={mark}{entity.label}",
                f"r={mark}{ends}{entity.label}/{family_of(entity.origin)}",
            ]
    for event in events:
        for index in range(event.start, event.end):
            mark = "B" if index == event.start else "I"
            found[index].append(f"v={mark}{event.type}")
    for at in found:
        if not at:
            at.append("r=O")
    return found
