"""The trigger lexicon: which word forms express which type of event, and under which conditions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from annotate.arabic.clitics import TANWIN, Reading
from annotate.heuristics.conditions import Condition, conditions_of
from annotate.heuristics.expand import expand
from annotate.heuristics.forms import NO_EVENT, Kind, Row
from annotate.heuristics.own import NOTHING, Own


@dataclass(frozen=True, slots=True, eq=False)
class Sense:
    """One meaning of a word form as a trigger; there is one object for each meaning.

    Attributes:
        type: code of the event type.
        kind: what the form is.
        lemma: search form of the entry's first word.
        tests: what must hold in the context.
        root, form: of the lemma, where the lexicon says them.
    """

    type: str
    kind: Kind
    lemma: str
    tests: tuple[Condition, ...] = ()
    root: str = ""
    form: str = ""

    @property
    def order(self) -> tuple[int, str, str, str, str, str]:
        """Of several senses that hold, the smallest is taken: the one that asked for most."""
        return (-len(self.tests), self.type, self.kind, self.lemma, self.root, self.form)


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
    folder: Path,
    classes: Collection[str],
    codes: Collection[str],
    own: Own = NOTHING,
    table: Iterable[Row] | None = None,
) -> Triggers:
    """Reads triggers.yaml of a folder, or the table of its forms, and the user's own triggers.

    `classes` are the word classes, `codes` the entity codes that conditions may name.

    Raises:
        RulesError: with file and line of the first thing that is wrong.
    """
    rows = expand(folder / "triggers.yaml", classes, codes) if table is None else table
    added = (expand(p, classes, own.entities, own.events) for p in own.named("triggers"))
    return triggers_of(chain(rows, *added))


def triggers_of(rows: Iterable[Row]) -> Triggers:
    """The triggers of rows, in whatever order they come; one meaning is one object."""
    senses: dict[tuple[str, ...], Sense] = {}
    forms: dict[str, set[Sense]] = {}
    phrases: dict[str, set[Phrase]] = {}
    for row in rows:
        if row.event == NO_EVENT:
            continue
        key = (row.event, row.kind, row.lemma, row.when, row.root, row.form)
        sense = senses.get(key)
        if sense is None:
            tests = conditions_of(row.when)
            sense = Sense(row.event, row.kind, row.lemma, tests, row.root, row.form)
            senses[key] = sense
        for form in row.forms:
            if row.kind == "phrase":
                first, _, second = form.partition(" ")
                one, two = (word.endswith("*") for word in row.entry.split())
                phrases.setdefault(first, set()).add(Phrase(first, second, one, two, sense))
            else:
                forms.setdefault(form, set()).add(sense)
    return Triggers(
        {form: tuple(sorted(found, key=_sense_order)) for form, found in forms.items()},
        {first: tuple(sorted(found, key=_phrase_order)) for first, found in phrases.items()},
    )


def _sense_order(sense: Sense) -> tuple[object, ...]:
    return (*sense.order, sense.tests)


def _phrase_order(phrase: Phrase) -> tuple[object, ...]:
    return (*phrase[:4], *_sense_order(phrase.sense))
