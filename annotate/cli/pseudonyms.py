"""What annotators are called in datasets: never by their addresses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from annotate.errors import InputError
from annotate.labeling.entry import is_simulated, shown_name


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
