"""The trigger lexicon: which word forms express which type of event, and under which conditions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

import yaml

from annotate.arabic.clitics import TANWIN, Reading
from annotate.errors import RulesError
from annotate.heuristics.conditions import Condition, read_condition
from annotate.heuristics.conjugate import participle_forms, verb_forms
from annotate.heuristics.sections import Entry, compose, entries, search_phrase

Kind = Literal["verb", "noun", "participle", "people", "word", "phrase"]
_LISTS: Mapping[str, Kind] = {
    "verbs": "verb",
    "nouns": "noun",
    "participles": "participle",
    "people": "people",
    "words": "word",
    "phrases": "phrase",
}


@dataclass(frozen=True, slots=True, eq=False)
class Sense:
    """One meaning of a word form as a trigger; there is one object for each meaning.

    Attributes:
        type: code of the event type.
        kind: what the form is.
        lemma: search form of the entry's first word.
        tests: what must hold in the context.
    """

    type: str
    kind: Kind
    lemma: str
    tests: tuple[Condition, ...] = ()

    @property
    def order(self) -> tuple[int, str, str, str]:
        """Of several senses that hold, the smallest is taken: the one that asked for most."""
        return (-len(self.tests), self.type, self.kind, self.lemma)


Key = tuple[str, Kind, str, tuple[Condition, ...]]


class Phrase(NamedTuple):
    """A trigger of two words; `open` says after which word a clitic may be written."""

    first: str
    second: str
    first_open: bool
    second_open: bool
    sense: Sense


@dataclass(frozen=True, slots=True)
class Triggers:
    """All triggers.

    Attributes:
        forms: search form -> senses.
        phrases: search form of the first word -> phrases.
    """

    forms: Mapping[str, tuple[Sense, ...]]
    phrases: Mapping[str, tuple[Phrase, ...]]

    def senses(self, found_readings: Iterable[Reading]) -> tuple[tuple[Sense, Reading], ...]:
        """Senses that a word with these readings may have; fewest clitics first."""
        found: dict[Sense, Reading] = {}
        for reading in found_readings:
            if reading.stem not in self.forms:
                continue
            for sense in self.forms[reading.stem]:
                if _admits(sense.kind, reading):
                    found.setdefault(sense, reading)
        return tuple(found.items())

    def verbs(self) -> frozenset[str]:
        """All finite forms: they end a name."""
        return frozenset(
            form for form, senses in self.forms.items() if any(s.kind == "verb" for s in senses)
        )

    def openings(self, found_readings: Iterable[Reading]) -> tuple[tuple[Phrase, Reading], ...]:
        """Phrases that a word with these readings may begin."""
        found: dict[Phrase, Reading] = {}
        for reading in found_readings:
            if reading.name not in self.phrases:
                continue
            for phrase in self.phrases[reading.name]:
                if not reading.ending or (phrase.first_open and reading.ending == TANWIN):
                    found.setdefault(phrase, reading)
        return tuple(found.items())


def _admits(kind: Kind, reading: Reading) -> bool:
    """Whether a form of this kind may carry these clitics."""
    if kind == "word":
        return not reading.preposition and not reading.article and not reading.ending
    if kind == "verb":
        return (
            not reading.article
            and reading.preposition in ("", "س", "ل")
            and reading.ending in ("", "ه", "ها", "هم", "هما", "هن", "نا")
            and not (reading.preposition == "ل" and reading.stem[:1] not in "يتن")
        )
    if reading.preposition == "س":
        return False
    return not (kind == "participle" and reading.ending not in ("", TANWIN))


def read_triggers(folder: Path, classes: Collection[str], codes: Collection[str]) -> Triggers:
    """Reads triggers.yaml; `classes` are the word classes, `codes` the entity codes tests may name.

    Raises:
        RulesError: with file and line of the first thing that is wrong.
    """
    path = folder / "triggers.yaml"
    known: dict[Key, Sense] = {}
    forms: dict[str, set[Sense]] = {}
    phrases: dict[str, set[Phrase]] = {}
    for key, groups in compose(path).value:
        if not isinstance(groups, yaml.SequenceNode):
            line = groups.start_mark.line + 1
            raise RulesError("a list of groups was expected", where=f"{path}:{line}")
        for group in groups.value:
            for sense, entry in _group(group, key.value, path, classes, codes, known):
                if sense.kind == "phrase":
                    phrase = _phrase(entry, sense, path)
                    phrases.setdefault(phrase.first, set()).add(phrase)
                    continue
                for form in _forms(sense.kind, entry, path):
                    forms.setdefault(form, set()).add(sense)
    return Triggers(
        {form: tuple(sorted(found, key=lambda s: s.order)) for form, found in forms.items()},
        {first: tuple(sorted(found, key=_phrase_order)) for first, found in phrases.items()},
    )


def _phrase_order(phrase: Phrase) -> tuple[str, str, str]:
    return (phrase.first, phrase.second, phrase.sense.type)


def _group(
    node: yaml.Node,
    type_: str,
    path: Path,
    classes: Collection[str],
    codes: Collection[str],
    known: dict[Key, Sense],
) -> Iterator[tuple[Sense, Entry]]:
    """Senses of one group: its lists of words under its conditions; notes new ones in `known`."""
    where = f"{path}:{node.start_mark.line + 1}"
    if not isinstance(node, yaml.MappingNode):
        raise RulesError("a group holds lists of words", where=where)
    tests: tuple[Condition, ...] = ()
    lists: list[tuple[Kind, list[Entry]]] = []
    for key, value in node.value:
        if key.value == "when":
            tests = tuple(_tests(value, path, classes, codes))
        elif key.value in _LISTS:
            lists.append((_LISTS[key.value], entries(value, path)))
        else:
            raise RulesError(
                f"unknown list {key.value!r}",
                where=f"{path}:{key.start_mark.line + 1}",
                fix=f"use one of {', '.join(_LISTS)}, when",
            )
    for kind, listed in lists:
        for entry in listed:
            lemma = entry.form.replace("*", "").partition(" ")[0]
            key = (type_, kind, lemma, tests)
            yield known.setdefault(key, Sense(*key)), entry


def _tests(
    node: yaml.Node, path: Path, classes: Collection[str], codes: Collection[str]
) -> Iterator[Condition]:
    for item in getattr(node, "value", ()):
        where = f"{path}:{item.start_mark.line + 1}"
        yield read_condition(str(item.value), where, classes, codes)


def _forms(kind: Kind, entry: Entry, path: Path) -> set[str]:
    parts = entry.form.split(" ")
    if kind == "verb":
        if len(parts) not in (2, 4):
            raise RulesError(
                f"{entry.text!r} is not a past and a present", where=f"{path}:{entry.line}"
            )
        found = verb_forms(parts[0], parts[1])
        return found | verb_forms(parts[2], parts[3]) if len(parts) == 4 else found
    if len(parts) != 1:
        raise RulesError(
            f"{entry.text!r} is not one word",
            where=f"{path}:{entry.line}",
            fix="list it under phrases",
        )
    return participle_forms(entry.form) if kind == "participle" else {entry.form}


def _phrase(entry: Entry, sense: Sense, path: Path) -> Phrase:
    parts = entry.text.split()
    if len(parts) != 2:
        raise RulesError(f"{entry.text!r} is not two words", where=f"{path}:{entry.line}")
    first, second = (search_phrase(part.rstrip("*")) for part in parts)
    return Phrase(first, second, parts[0].endswith("*"), parts[1].endswith("*"), sense)
