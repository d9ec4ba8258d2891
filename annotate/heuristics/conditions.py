"""Conditions on a trigger's context, written in the trigger lexicon as short tests.

A test is `[not] kind name`. The name is a word class of words.yaml, or a label of an entity. Kinds:

    next X       X is among the few words after the trigger, in its sentence
    adjacent X   X is the word after it
    after X      X is the word before it
    near X       X is among the words around it
    sentence X   X is in its sentence
    form X       the trigger's own form is in the class X
    topic X      the text is about X (sport, conflict, money, recipe)
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cache
from typing import NamedTuple

from annotate.errors import RulesError
from annotate.heuristics.lexicon import TOPICS

KINDS = ("next", "adjacent", "after", "near", "sentence", "form", "topic")


class Condition(NamedTuple):
    """One condition: `kind` and `name` as above, `negated` where it must not hold."""

    kind: str
    name: str
    negated: bool = False


def read_condition(
    text: str, where: str, classes: Collection[str], codes: Collection[str]
) -> Condition:
    """A test from its text.

    Raises:
        RulesError: the kind, class or label is unknown.
    """
    words = text.split()
    negated = words[:1] == ["not"]
    words = words[negated:]
    if len(words) != 2 or words[0] not in KINDS:
        raise RulesError(
            f"{text!r} is no test", where=where, fix=f"write '[not] kind name', {', '.join(KINDS)}"
        )
    kind, name = words
    known: Collection[str] = TOPICS if kind == "topic" else {*classes, *codes}
    if name not in known:
        raise RulesError(f"unknown class {name!r}", where=where, fix="define it in words.yaml")
    return Condition(kind, name, negated)


def when_of(tests: Iterable[Condition]) -> str:
    """Tests as one text; `conditions_of` gives them back."""
    return ", ".join(f"{'not ' * test.negated}{test.kind} {test.name}" for test in tests)


@cache
def conditions_of(when: str) -> tuple[Condition, ...]:
    """The tests of a text that `when_of` made."""
    tests = []
    for text in when.split(", ") if when else ():
        *negation, kind, name = text.split(" ")
        tests.append(Condition(kind, name, bool(negation)))
    return tuple(tests)
