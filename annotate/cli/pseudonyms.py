"""What annotators are called in datasets, pages and JSON: never by their addresses.

Pages, JSON and report files are passed on, kept, and read by programs: they carry the pseudonyms
that datasets have, unless `--names` asks for the addresses. `annotate annotators list` says who is
who.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import click

from annotate.errors import InputError
from annotate.labeling import history
from annotate.labeling.entry import is_simulated, shown_name
from annotate.settings import Settings

names_option = click.option(
    "--names", is_flag=True, help="Name annotators by their addresses, not by pseudonyms."
)


def pseudonyms(annotators: Iterable[str]) -> dict[str, str]:
    """Stable names without addresses: people are numbered as they first appear in the history."""
    names: dict[str, str] = {}
    people = 0
    for annotator in annotators:
        if annotator in names:
            continue
        people += not is_simulated(annotator)
        simulated = is_simulated(annotator)
        names[annotator] = shown_name(annotator) if simulated else f"annotator-{people}"
    return names


@dataclass(frozen=True, slots=True)
class Numbered:
    """Pseudonyms of the people in files, numbered as they appear: one for each in all files.

    A name that is no address is a pseudonym already.
    """

    _numbers: dict[str, str] = field(default_factory=dict)
    _given: set[str] = field(default_factory=set)

    def name(self, annotator: str) -> str:
        """What an annotator is called.

        Raises:
            InputError: this is no address, and what somebody else is called already.
        """
        if "@" not in annotator:
            if annotator not in self._given and annotator in self._numbers.values():
                raise InputError(
                    f"the files name {annotator!r}, which stands for somebody else's address",
                    fix="give all annotators names, or all addresses",
                )
            self._given.add(annotator)
            return annotator
        if annotator not in self._numbers:
            number = len(self._numbers) + 1
            taken = self._given | set(self._numbers.values())
            while f"annotator-{number}" in taken:
                number += 1
            self._numbers[annotator] = f"annotator-{number}"
        return self._numbers[annotator]


def names_for(settings: Settings, others: Iterable[str] = ()) -> dict[str, str]:
    """Address -> pseudonym: of who has annotated, as in datasets, and of who has not yet.

    Args:
        others: addresses of whom the history does not know, beside the settings' annotators.
    """
    names = pseudonyms(history.annotators(settings.workspace.history))
    known = {address.casefold() for address in names}
    number = count(1)
    for address in (*settings.project.annotators, *others):
        if address.casefold() not in known:
            known.add(address.casefold())
            names[address] = f"not-begun-{next(number)}"
    return {name: shown for name, shown in names.items() if "@" in name and not is_simulated(name)}


def pseudonymous(value: Any, names: Mapping[str, str]) -> Any:
    """A JSON value in which no address stands, whatever string or key it was part of."""
    if not names:
        return value
    by_case = {address.casefold(): shown for address, shown in names.items()}
    longest = sorted(names, key=len, reverse=True)  # one address may end in another
    pattern = re.compile("|".join(map(re.escape, longest)), re.IGNORECASE)
    return _replaced(value, pattern, by_case)


def _replaced(value: Any, pattern: re.Pattern[str], names: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return pattern.sub(lambda found: names[found[0].casefold()], value)
    if isinstance(value, Mapping):
        return {
            _replaced(key, pattern, names): _replaced(part, pattern, names)
            for key, part in value.items()
        }
    if isinstance(value, list | tuple):
        return [_replaced(part, pattern, names) for part in value]
    return value
