"""What leaves the terminal of a project lead names nobody: pseudonyms in place of addresses.

Pages, JSON and report files are passed on, kept, and read by programs. They carry the pseudonyms
that datasets have, unless `--names` asks for the addresses. `annotate annotators list` says who is
who.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import count
from typing import Any

import click

from annotate.cli.pseudonyms import pseudonyms
from annotate.labeling import history
from annotate.labeling.entry import is_simulated
from annotate.settings import Settings

names_option = click.option(
    "--names", is_flag=True, help="Name annotators by their addresses, not by pseudonyms."
)


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
