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
from annotate.heuristics.own import NOTHING, Own
from annotate.heuristics.sections import Entry, choice, compose, entries, pairs, search_phrase

Kind = Literal["verb", "noun", "participle", "people", "word", "phrase"]
LISTS: Mapping[str, Kind] = {
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


def read_triggers(
    folder: Path, classes: Collection[str], codes: Collection[str], own: Own = NOTHING
) -> Triggers:
    """Reads triggers.yaml of a folder, and the user's own that add to it.

    `classes` are the word classes, `codes` the entity codes that conditions may name.

    Raises:
        RulesError: with file and line of the first thing that is wrong.
    """
    builder = Builder()
    builder.read(folder / "triggers.yaml", classes, codes)
    for path in own.named("triggers"):
        builder.read(path, classes, own.entities, own.events)
    return builder.triggers()


class Builder:
    """Collects triggers; one meaning is one object, wherever it comes from."""

    def __init__(self) -> None:
        self._senses: dict[Key, Sense] = {}
        self._forms: dict[str, set[Sense]] = {}
        self._phrases: dict[str, set[Phrase]] = {}

    def triggers(self) -> Triggers:
        """All that was added, in an order that does not depend on how it came."""
        return Triggers(
            {f: tuple(sorted(found, key=lambda s: s.order)) for f, found in self._forms.items()},
            {f: tuple(sorted(found, key=_phrase_order)) for f, found in self._phrases.items()},
        )

    def sense(self, *key: *Key) -> Sense:
        """The one object of a meaning."""
        return self._senses.setdefault(key, Sense(*key))

    def add(self, form: str, sense: Sense) -> None:
        """A word form that has a meaning."""
        self._forms.setdefault(form, set()).add(sense)

    def add_phrase(self, phrase: Phrase) -> None:
        """A trigger of two words."""
        self._phrases.setdefault(phrase.first, set()).add(phrase)

    def read(
        self,
        path: Path,
        classes: Collection[str],
        codes: Collection[str],
        types: Collection[str] | None = None,
    ) -> None:
        """Adds what a file lists, in all its forms; `types` are the event types it may have.

        Raises:
            RulesError: with file and line of the first thing that is wrong.
        """
        for type_, groups, where in pairs(compose(path), path):
            if types is not None and type_ not in types:
                raise RulesError(
                    f"unknown event type {type_!r}",
                    where=where,
                    fix=f"{choice(type_, types)}, or add it to the ontology",
                )
            if not isinstance(groups, yaml.SequenceNode):
                line = groups.start_mark.line + 1
                raise RulesError("a list of groups was expected", where=f"{path}:{line}")
            for group in groups.value:
                for kind, entry, tests in _group(group, path, classes, codes):
                    lemma = entry.form.replace("*", "").partition(" ")[0]
                    sense = self.sense(type_, kind, lemma, tests)
                    if kind == "phrase":
                        self.add_phrase(_phrase(entry, sense, path))
                        continue
                    for form in _forms(kind, entry, path):
                        self.add(form, sense)


def _phrase_order(phrase: Phrase) -> tuple[object, ...]:
    return (phrase.first, phrase.second, *phrase.sense.order, phrase.sense.tests)


def _group(
    node: yaml.Node, path: Path, classes: Collection[str], codes: Collection[str]
) -> Iterator[tuple[Kind, Entry, tuple[Condition, ...]]]:
    """The entries of one group: its lists of words under its conditions."""
    if not isinstance(node, yaml.MappingNode):
        raise RulesError("a group holds lists of words", where=f"{path}:{node.start_mark.line + 1}")
    tests: tuple[Condition, ...] = ()
    lists: list[tuple[Kind, list[Entry]]] = []
    for name, value, where in pairs(node, path):
        if name == "when":
            tests = tuple(sorted(_tests(value, path, classes, codes)))
        elif name in LISTS:
            lists.append((LISTS[name], entries(value, path)))
        else:
            raise RulesError(
                f"unknown list {name!r}", where=where, fix=f"use one of {', '.join(LISTS)}, when"
            )
    for kind, listed in lists:
        for entry in listed:
            yield kind, entry, tests


def _tests(
    node: yaml.Node, path: Path, classes: Collection[str], codes: Collection[str]
) -> Iterator[Condition]:
    if not isinstance(node, yaml.SequenceNode):
        line = node.start_mark.line + 1
        raise RulesError("a list of conditions was expected", where=f"{path}:{line}")
    for item in node.value:
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
